"""Listed start-ups among those in which university holding companies ever invested."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators.science_park_portfolio import so_far
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    held = ledger.filed("holding_investment")["counterparty"].unique()
    return so_far(ledger, ledger.filed("listing").filter(pl.col("actor").is_in(held.implode())))


indicator = Indicator(
    id="science_park_portfolio_listed",
    ja="大学系持株会社の出資企業のうち上場企業数（累計）",
    en="Listed start-ups among those that university holding companies invested in, so far",
    unit="firm",
    basis="CY",
    formula="listings of start-ups with a record holding_investment, up to the end of the calendar year",
    source_ja="内閣府資料スライド6（下限値）",
    source_en="Cabinet Office document, slide 6 (a lower bound)",
    compute=compute,
    extensive=True,
    code="I17b",
    digits=0,
)
