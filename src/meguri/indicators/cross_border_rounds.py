"""How many funding rounds foreign investors pay in."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import every_year
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    found = ledger.deals("foreign_round", "CY").group_by("period").agg(pl.col("contract").n_unique().alias("value"))
    return every_year(ledger, found, "CY")


indicator = Indicator(
    id="cross_border_rounds",
    ja="海外投資家が参加する資金調達ラウンドの件数",
    en="Funding rounds in which foreign investors pay",
    unit="deal",
    basis="CY",
    formula="number of contracts of payments by foreign investors, calendar year",
    source_ja="内閣府資料スライド13",
    source_en="Cabinet Office document, slide 13",
    compute=compute,
    extensive=True,
    digits=0,
)
