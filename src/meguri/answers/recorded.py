"""Which acts a mechanism records, read from its source: no declaration names them."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from types import ModuleType

from meguri import vocabulary


def acts_of(module: ModuleType) -> set[str]:
    """Return the acts that a mechanism's module records, or a module beside it that it imports from.

    A name that the code makes up as it runs stands for every act that the module's own text names; a name with a
    fixed ending stands for those with the ending.
    """
    package = f"{module.__package__}._"
    beside = {str(getattr(value, "__module__", None) or getattr(value, "__name__", ""))
              for value in vars(module).values()}  # fmt: skip
    names = {module.__name__, *(name for name in beside if name.startswith(package))}
    return {act for name in names for act in _recorded(ast.parse(inspect.getsource(sys.modules[name])))}


def _recorded(tree: ast.Module) -> Iterator[str]:
    acts = vocabulary.table("acts")
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record"):
            continue
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and first.value in acts:
            yield str(first.value)
        elif isinstance(first, ast.JoinedStr):
            end = "".join(str(part.value) for part in first.values if isinstance(part, ast.Constant))
            yield from (act for act in acts.ids if act.endswith(end) and act.removesuffix(end) in named)
        elif isinstance(first, ast.Name):
            yield from (act for act in acts.ids if act in named)
