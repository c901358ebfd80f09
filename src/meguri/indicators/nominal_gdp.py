"""Gross domestic product, a series from outside."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import TRILLION
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return ledger.series("gdp", "CY").with_columns(pl.col("value") / TRILLION)


indicator = Indicator(
    id="nominal_gdp",
    ja="名目GDP（外生）",
    en="Nominal GDP (from outside)",
    unit="JPY_tn",
    basis="CY",
    formula="sum of the quarters of the outside series gdp, calendar year",
    source_ja="内閣府「国民経済計算」",
    source_en="Cabinet Office, National Accounts",
    compute=compute,
    extensive=True,
)
