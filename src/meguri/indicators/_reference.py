"""Years and places that an indicator refers to, by country (``_reference.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(files("meguri.indicators").joinpath("_reference.toml").read_text(encoding="utf-8"))


def reference(country: str, name: str) -> dict[str, Any]:
    """Return what is known for a country under a name, for example ``rd_plan``; empty where nothing is."""
    return _content().get(country, {}).get(name, {})
