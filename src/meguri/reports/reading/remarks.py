"""What is said about the model beside its numbers: rows missed, with their reasons, and what is left out."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from meguri.reports.view import Comparison, Gap, Miss, Text


@cache
def _remarks() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files("meguri.reports").joinpath("remarks.toml").read_text(encoding="utf-8"))


def _text(row: dict[str, str]) -> Text:
    return Text(row["ja"], row["en"])


def gaps() -> list[Gap]:
    """Return what the model leaves out, beside the indicators without a mechanism."""
    return [Gap(_text(row["label"]), _text(row["why"])) for row in _remarks().get("gap", [])]


def misses(rows: list[tuple[str, Comparison]]) -> list[Miss]:
    """Return the remarks on rows (place, comparison) that lie outside their tolerance in this run."""
    made = []
    for place, row in rows:
        if row.verdict not in ("band", "outside"):
            continue
        for remark in _remarks().get("miss", []):
            if (remark["indicator"], remark["period"]) == (row.indicator, row.period) and (
                remark.get("place", place) == place
            ):
                made.append(Miss(row.indicator, row.label, row.period, row.unit, row.observed, remark.get("best"),
                                 [_text(rule) for rule in remark.get("tried", [])], _text(remark["data"])))
    return made
