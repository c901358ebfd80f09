"""Sums over the years of the country's plan for research and development."""

from __future__ import annotations

import polars as pl

from meguri.indicators._reference import reference
from meguri.ledger.ledger import Ledger


def plan_sums(ledger: Ledger, yearly: pl.DataFrame, complete: bool = False) -> pl.DataFrame:
    """Return running sums of a yearly number from the plan's first year: period (``FY2021/FY2023``), value.

    A year of the plan that the ledger does not hold whole ends the series; without the first year there is
    none. ``complete`` keeps the sum over the whole plan only.
    """
    plan = reference(ledger.country, "rd_plan")
    rows: list[tuple[str, float]] = []
    if plan:
        values = dict(yearly.select("period", "value").iter_rows())
        years = [f"{'FY' if plan['basis'] == 'FY' else ''}{year}" for year in range(plan["first"], plan["last"] + 1)]
        total = 0.0
        for year in years:
            if year not in values:
                break
            total += values[year]
            if year != years[0] and (not complete or year == years[-1]):
                rows.append((f"{years[0]}/{year}", total))
    return pl.DataFrame(rows, schema={"period": pl.String, "value": pl.Float64}, orient="row")
