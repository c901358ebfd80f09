"""Start-ups in which university holding companies ever invested."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    filed = ledger.filed("holding_investment").group_by("actor", "counterparty").agg(pl.col("t").min())
    return so_far(ledger, filed)


def so_far(ledger: Ledger, filed: pl.DataFrame) -> pl.DataFrame:
    """Return how many rows with a quarter ``t`` there are up to the end of each calendar year: period, value."""
    years = ledger.years("CY")
    counts = pl.Series("value", [float((filed["t"] <= 4 * int(year) + 3).sum()) for year in years], dtype=pl.Float64)
    return pl.DataFrame({"period": pl.Series(years, dtype=pl.String), "value": counts})


indicator = Indicator(
    id="science_park_portfolio",
    ja="大学系持株会社の出資企業数（累計）",
    en="Start-ups that university holding companies invested in, so far",
    unit="firm",
    basis="CY",
    formula="start-ups with a record holding_investment up to the end of the calendar year",
    source_ja="内閣府資料スライド6（下限値）",
    source_en="Cabinet Office document, slide 6 (a lower bound)",
    compute=compute,
    extensive=True,
    code="I17a",
    digits=0,
)
