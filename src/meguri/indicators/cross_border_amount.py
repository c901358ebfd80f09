"""Money that foreign investors pay into start-ups."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, "foreign_round", "CY", BILLION)


indicator = Indicator(
    id="cross_border_amount",
    ja="海外投資家によるスタートアップ投資額",
    en="Investment of foreign investors in start-ups",
    unit="JPY_bn",
    basis="CY",
    formula="foreign_round, calendar year",
    source_ja="内閣府資料スライド13",
    source_en="Cabinet Office document, slide 13",
    compute=compute,
    extensive=True,
)
