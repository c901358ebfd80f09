"""Size classes of firms as the document tells them apart, panels of year-end statements, and what moves between."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from meguri.counting.hidden_champions import is_hidden_champion
from meguri.counting.size_classes import LARGE_ABOVE, MID_ABOVE, graduation, size_class
from meguri.ledger.ledger import Ledger

__all__ = ["graduation", "is_hidden_champion", "size_class"]

#: Steps of staff (about 5%) in which the yearly matrix counts moves: from 300 to 2,000 persons, and as many above as
#: tell firms that have just become large from those that will hardly come back. Coarser steps would mix firms of
#: different sizes each year and show more growth than there is.
_STEPS_MID, _STEPS_LARGE = 38, 42
_STEP = math.log(LARGE_ABOVE / MID_ABOVE) / _STEPS_MID


def year_ends(ledger: Ledger, act: str) -> dict[int, dict[int, int]]:
    """Return value by actor of an act of year-end statements, by fiscal year up to the last whole one."""
    last = (ledger.last - 3 - _shift(ledger)) // 4
    rows = ledger.filed(act).select(_year(ledger), "actor", "value")
    rows = rows.filter(pl.col("year") <= last)
    found: dict[int, dict[int, int]] = {}
    for year, actor, value in rows.iter_rows():
        found.setdefault(year, {})[actor] = value
    return found


def year_name(ledger: Ledger, year: int) -> str:
    """Return the period of a fiscal year; where it is the calendar year it has no prefix."""
    return f"FY{year}" if _shift(ledger) else str(year)


def year_of_end(ledger: Ledger, year: int) -> int:
    """Return the calendar year in which a fiscal year ends."""
    return year + 1 if _shift(ledger) else year


def _shift(ledger: Ledger) -> int:
    return ledger.year_begins - 1


def _year(ledger: Ledger) -> pl.Expr:
    return ((pl.col("t") - _shift(ledger)) // 4).cast(pl.Int64).alias("year")


def yearly_matrix(years: Mapping[int, Mapping[int, int]], last: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (start, matrix) over bins of staff: shares of mid-size firms in the first year, moves a year.

    States: steps of 5% up to 2,000 persons, steps above it (the last is open), gone or small. ``last`` is the last
    fiscal year used. A firm that has gone stays gone, which leaves out firms that come back from small.
    """
    states = _STEPS_MID + _STEPS_LARGE + 1
    counts, start = np.zeros((states, states)), np.zeros(states)
    order = [year for year in sorted(years) if year <= last]
    for year in order:
        for firm, staff in years[year].items():
            if year == order[0] and staff <= LARGE_ABOVE:
                start[_bin(staff)] += 1
            if year + 1 in years and year + 1 <= last:
                counts[_bin(staff), _bin(years[year + 1].get(firm, 0))] += 1
    counts[-1] = 0.0
    counts[-1, -1] = 1.0
    rows = counts.sum(axis=1)
    counts[rows == 0, -1] = 1.0
    return start / max(start.sum(), 1.0), counts / np.maximum(rows, 1.0)[:, None]


def _bin(staff: int) -> int:
    if staff <= MID_ABOVE:
        return _STEPS_MID + _STEPS_LARGE
    if staff <= LARGE_ABOVE:
        return min(int(math.log(staff / MID_ABOVE) / _STEP), _STEPS_MID - 1)
    return _STEPS_MID + min(int(math.log(staff / LARGE_ABOVE) / _STEP), _STEPS_LARGE - 1)


def after(start: np.ndarray, matrix: np.ndarray, years: int) -> float:
    """Return the share of firms that are large after some years of the yearly matrix."""
    state = start
    for _ in range(years):
        state = state @ matrix
    return float(state[_STEPS_MID:-1].sum())


def research_by_firm(ledger: Ledger) -> pl.DataFrame:
    """Return R&D and sales of each firm's fiscal year from tax statements: year, actor, research, sales (yen)."""
    rows = ledger.filed(["credit_expenditure", "credit_sales"])
    rows = rows.with_columns(_year(ledger), pl.col("act").cast(pl.String))
    wide = rows.group_by("year", "actor").agg(
        pl.col("value").filter(pl.col("act") == "credit_expenditure").sum().alias("research"),
        pl.col("value").filter(pl.col("act") == "credit_sales").sum().alias("sales"),
    )
    return wide.sort("year", "actor")


def research_by_industry(ledger: Ledger) -> pl.DataFrame:
    """Return firms' R&D by fiscal year and industry (code): year, industry, research (yen)."""
    industries = ledger.filed("industry_statement")
    industries = industries.group_by("actor").agg(pl.col("value").last().alias("industry"))
    rows = research_by_firm(ledger).join(industries, on="actor", how="inner")
    return rows.group_by("year", "industry").agg(pl.col("research").sum()).sort("year", "industry")
