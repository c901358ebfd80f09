"""Reading of the data files that the package ships, and the making of observation rows."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import TypeGuard


def rows(path: str) -> list[dict[str, str]]:
    """Return the rows of ``sources/data/<path>``, a CSV file, as text."""
    return list(csv.DictReader(io.StringIO(_text(path))))


def document(path: str) -> dict:
    """Return ``sources/data/<path>``, a TOML file."""
    return tomllib.loads(_text(path))


def _text(path: str) -> str:
    return files("meguri.sources").joinpath("data", *path.split("/")).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """Return the sorted file names of ``sources/data/<folder>``."""
    return sorted(entry.name for entry in files("meguri.sources").joinpath("data", *folder.split("/")).iterdir())


def number(text: str) -> float | None:
    """Return the float written in ``text``; None for an empty cell."""
    return float(text) if text else None


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether ``value`` is an int or a float (a truth value is neither)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def bounds(value: object, qualifier: str, factor: float = 1.0) -> tuple[float | None, float | None, float | None]:
    """Return (value, low, high) of a stated number, in the unit that ``factor`` converts to.

    A range has no value; a lower or upper bound has its number on one side only; an exact or approximate number has
    no low and high, because none is stated. A range with one number is open above.
    """
    def converted(stated: float) -> float:
        return float(f"{stated * factor:.12g}")

    if qualifier in ("range", "range_approx"):
        ends = value if isinstance(value, list) else [value, None]
        low, high = (converted(end) if is_number(end) else None for end in ends)
        return None, low, high
    if not is_number(value):
        return None, None, None
    stated = converted(value)
    if qualifier in ("at_least", "more_than", "approx_at_least"):
        return None, stated, None
    if qualifier in ("at_most", "less_than"):
        return None, None, stated
    return stated, None, None


def observation(indicator: str, origin: str, triple: tuple[float | None, float | None, float | None],
                more: Mapping[str, str]) -> dict:
    """Return one observation row; ``more`` holds place, period, unit, qualifier, status and note."""
    value, low, high = triple
    return {
        "indicator": indicator, "place": more["place"], "period": more["period"],
        "value": value, "low": low, "high": high,
        "unit": more["unit"], "qualifier": more["qualifier"], "status": more["status"],
        "origin": origin, "note": more["note"],
    }
