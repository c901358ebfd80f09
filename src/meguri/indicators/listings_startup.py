"""How many start-ups list on the stock market."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._exits import LISTINGS
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, LISTINGS, "CY")


indicator = Indicator(
    id="listings_startup",
    ja="スタートアップの上場件数",
    en="Listings of start-ups",
    unit="firm",
    basis="CY",
    formula="records listing, calendar year",
    source_ja="ユーザベース「Japan Startup Finance」、EY新日本有限責任監査法人の集計",
    source_en="Uzabase, Japan Startup Finance; counts of EY Japan",
    compute=compute,
    extensive=True,
    digits=0,
)
