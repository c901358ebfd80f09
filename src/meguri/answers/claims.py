"""Claims of the document, tested with the series that are loaded and with nothing else.

A claim of the document often stood beside a chart that its text has lost. Each part of a claim names the series that
it needs (``sources/data/document/claims.toml``); where one is not among the observations, the part cannot be tested,
and what is missing is said.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

#: A series by year: of a calendar and a fiscal year of the same number the calendar year counts.
Series = dict[int, float]


@dataclass(frozen=True)
class Part:
    """One part of a claim: the series that it needs (indicator, place) and what it says of them.

    ``says``: the last value of the first series is ``below`` or ``above`` that of the second, or the series is
    ``rising`` from its first to its last year.
    """

    claim: str
    ja: str
    en: str
    series: tuple[tuple[str, str], ...]
    says: str


@dataclass(frozen=True)
class Verdict:
    """What the loaded series say of a part: ``holds``, ``does not hold``, or ``not testable`` and what is missing."""

    part: Part
    answer: str
    missing: tuple[tuple[str, str], ...] = ()


@cache
def claims() -> dict[str, tuple[Part, ...]]:
    """Return the parts of each claim by the claim's item."""
    text = (files("meguri.sources") / "data" / "document" / "claims.toml").read_text(encoding="utf-8")
    found: dict[str, tuple[Part, ...]] = {}
    for row in tomllib.loads(text)["part"]:
        series = tuple((indicator, place) for indicator, place in row["series"])
        claim = f"document:{row['claim']}"
        found[claim] = (*found.get(claim, ()), Part(claim, row["ja"], row["en"], series, row["says"]))
    return found


def verdicts(identifier: str, observations: pl.DataFrame) -> list[Verdict]:
    """Return what observations (indicator, place, period, value, status) say of each part of a claim.

    Targets and simulated numbers do not count, and neither does a dash.
    """
    rows = observations.filter((pl.col("status") == "observed") & pl.col("value").is_not_null())
    found: dict[tuple[str, str], Series] = {}
    for indicator, place, period, value in rows.select("indicator", "place", "period", "value").iter_rows():
        year, series = period.removeprefix("FY"), found.setdefault((indicator, place), {})
        if year.isdecimal() and (int(year) not in series or year == period):
            series[int(year)] = value
    return [_judge(part, found) for part in claims()[identifier]]


def _judge(part: Part, found: dict[tuple[str, str], Series]) -> Verdict:
    least = 2 if part.says == "rising" else 1
    missing = tuple(need for need in part.series if len(found.get(need, {})) < least)
    if missing:
        return Verdict(part, "not testable", missing)
    first, last = found[part.series[0]], found[part.series[-1]]
    change = last[max(last)] - (first[min(first)] if part.says == "rising" else first[max(first)])
    return Verdict(part, "holds" if (-change if part.says == "above" else change) > 0 else "does not hold")
