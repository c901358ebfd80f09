"""A folder is a registry: each file of a shelf declares one thing, and there is no central list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Generic, TypeVar

from meguri.errors import unknown

Declared = TypeVar("Declared")

#: Shelf package -> name of the module-level object that each of its files declares.
SHELVES = {
    "meguri.sources": "source",
    "meguri.registers": "register",
    "meguri.indicators": "indicator",
    "meguri.findings": "finding",
    "meguri.mechanisms": "mechanism",
    "meguri.levers": "lever",
    "meguri.counting": "rule",
}


class Shelf(Generic[Declared]):
    """The declarations of one folder, by id, in alphabetical order of file name.

    A file whose name begins with an underscore holds what several files share and declares nothing.
    """

    def __init__(self, package: str, kind: str) -> None:
        self.package = package
        self.kind = kind
        self.items: dict[str, Declared] = {}
        self.modules: dict[str, ModuleType] = {}
        parent = importlib.import_module(package)
        for found in sorted(pkgutil.iter_modules(parent.__path__), key=lambda found: found.name):
            if found.name.startswith("_"):
                continue
            module = importlib.import_module(f"{package}.{found.name}")
            if not hasattr(module, kind):
                raise TypeError(f"{module.__file__} declares no '{kind}'")
            declared = getattr(module, kind)
            if declared.id != found.name:
                raise TypeError(f"{module.__file__} declares id '{declared.id}', not its own file name")
            self.items[declared.id] = declared
            self.modules[declared.id] = module

    def __getitem__(self, identifier: str) -> Declared:
        if identifier not in self.items:
            raise unknown(self.kind, identifier, self.items)
        return self.items[identifier]

    def __contains__(self, identifier: object) -> bool:
        return identifier in self.items

    def __iter__(self):
        return iter(self.items.values())

    def __len__(self) -> int:
        return len(self.items)


@cache
def shelf(package: str) -> Shelf:
    """Return the registry of one of the :data:`SHELVES`, imported once."""
    return Shelf(package, SHELVES[package])
