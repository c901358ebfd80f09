"""Country packs: tables, paths from outside and parameter values, each with its source and evidence.

A pack is a folder of ``countries``: ``pack.toml`` (what it is and the parameters it sets), ``tables.toml``
and one CSV a table, ``paths.toml`` and ``paths.csv``. Packs hold data and no rules.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from meguri.errors import unknown
from meguri.packs._pack import Pack

__all__ = ["Pack", "countries", "load_pack"]


def countries() -> list[str]:
    """Return the codes (ISO 3166-1 alpha-2) of the countries that have a pack."""
    return sorted(entry.name for entry in _folder().iterdir() if entry.joinpath("pack.toml").is_file())


@cache
def load_pack(country: str) -> Pack:
    """Return the pack of ``country``; raise InputError, naming the packs there are, when it has none."""
    if country not in countries():
        raise unknown("country", country, countries(), "packs")
    return Pack(_folder().joinpath(country))


def _folder() -> Traversable:
    return files("meguri.packs").joinpath("countries")
