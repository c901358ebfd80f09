"""The layers that packs set, as settings of the resolver."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from meguri.engine.parameters import Setting
from meguri.errors import InputError, unknown
from meguri.packs import Pack

_KEYS = {"id", "value", "unit", "evidence", "source", "why", "path", "table", "column", "low", "high", "was"}


def pack_settings(pack: Pack) -> list[Setting]:
    """Return what a country pack sets."""
    return [_setting(row, f"pack {pack.id}") for row in pack.parameters]


def institutions() -> list[str]:
    """Return the institution packs that come with the package."""
    folder = files("meguri.packs").joinpath("institutions")
    if not folder.is_dir():
        return []
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))


def institution_settings(name: str) -> list[Setting]:
    """Return what an institution pack sets; raise InputError for one that does not exist."""
    if name not in institutions():
        if not institutions():
            raise InputError(f"unknown institution '{name}': no institution pack exists yet")
        raise unknown("institution", name, institutions())
    text = files("meguri.packs").joinpath("institutions", f"{name}.toml").read_text(encoding="utf-8")
    return [_setting(row, f"institution {name}") for row in tomllib.loads(text).get("parameter", [])]


def _setting(row: dict[str, Any], layer: str) -> Setting:
    extra = set(row) - _KEYS
    if extra:
        raise InputError(f"{layer}: parameter '{row.get('id')}' has unknown key '{sorted(extra)[0]}'")
    return Setting(**{"value": None, **row}, layer=layer)
