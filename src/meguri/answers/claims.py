"""Claims of the document, tested with the series that are loaded and with nothing else.

A claim of the document often stood beside a chart that its text has lost. Each part of a claim names the series that
it needs; where one is not among the observations, the part cannot be tested, and what is missing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

#: A series by year: of a calendar and a fiscal year of the same number the calendar year counts.
Series = dict[int, float]


@dataclass(frozen=True)
class Part:
    """One part of a claim: the series that it needs (indicator, place) and the comparison that it makes of them."""

    ja: str
    en: str
    needs: tuple[tuple[str, str], ...]
    holds: Callable[..., bool]
    least: int = 1


@dataclass(frozen=True)
class Verdict:
    """What the loaded series say of a part: ``holds``, ``does not hold``, or ``not testable`` and what is missing."""

    part: Part
    answer: str
    missing: tuple[tuple[str, str], ...] = ()


def _last(series: Series) -> float:
    return series[max(series)]


def _rising(series: Series) -> bool:
    return series[max(series)] > series[min(series)]


def _below(first: Series, second: Series) -> bool:
    return _last(first) < _last(second)


def _above(first: Series, second: Series) -> bool:
    return _last(first) > _last(second)


_SOLD = "acquisition_share_vc_backed"
#: Parts by the claim (item of the document). A share of listings is one minus the share of acquisitions.
CLAIMS: dict[str, tuple[Part, ...]] = {
    "document:exit.message.ipo_share": (
        Part("日本のIPOの割合は米国より高い", "Japan's share of listings is above that of the US",
             ((_SOLD, "JP"), (_SOLD, "US")), _below),
        Part("日本のIPOの割合は欧州より高い", "Japan's share of listings is above that of Europe",
             ((_SOLD, "JP"), (_SOLD, "EU")), _below),
        Part("日本のM&Aの割合は上昇している", "Japan's share of acquisitions rises",
             ((_SOLD, "JP"),), _rising, least=2),
    ),
    "document:uv.message": (
        Part("日本の大学発ベンチャーは増えている", "university start-ups of Japan grow in number",
             (("university_startups_recognised", "JP"),), _rising, least=2),
        Part("年間の設立数は米国より少ない（定義は異なる）",
             "fewer are founded a year than in the US (definitions differ)",
             (("university_startups_founded", "JP"), ("countries:university_startups", "US")), _below),
    ),
    "document:ipx.create.1": (
        Part("無形資産の割合は米国より低い", "intangibles are a smaller share than in the US",
             (("intangible_share", "US"), ("intangible_share", "JP")), _above),
    ),
}  # fmt: skip


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
    return [_judge(part, found) for part in CLAIMS[identifier]]


def _judge(part: Part, found: dict[tuple[str, str], Series]) -> Verdict:
    missing = tuple(need for need in part.needs if len(found.get(need, {})) < part.least)
    if missing:
        return Verdict(part, "not testable", missing)
    return Verdict(part, "holds" if part.holds(*(found[need] for need in part.needs)) else "does not hold")
