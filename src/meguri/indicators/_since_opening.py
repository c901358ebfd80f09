"""Real growth since the opening of a run: what a number whose base lies before it is restated to."""

from __future__ import annotations

import polars as pl

from meguri.counting.real_index import index
from meguri.indicators._reference import reference
from meguri.ledger.ledger import Ledger


def real_growth(ledger: Ledger, yearly: pl.DataFrame) -> pl.DataFrame:
    """Return a yearly amount over that of the ledger's first year, at constant prices: period (``2016/2022``), value.

    The price index by year stands in ``_reference.toml`` (``gdp_deflator``); years without a price have no value.
    """
    prices = {int(year): float(price) for year, price in reference(ledger.country, "gdp_deflator").get(
        "values", {}).items()}  # fmt: skip
    rows = [
        (period, int(period.removeprefix("FY")), value)
        for period, value in yearly.select("period", "value").iter_rows()
        if int(period.removeprefix("FY")) in prices
    ]
    found: list[tuple[str, float]] = []
    if rows and rows[0][2] > 0.0:
        name, first, level = rows[0]
        base = (level, prices[first])
        found = [(f"{name}/{period}", index(value, prices[year], *base)) for period, year, value in rows[1:]]
    return pl.DataFrame(found, schema={"period": pl.String, "value": pl.Float64}, orient="row")
