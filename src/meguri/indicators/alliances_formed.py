"""How many alliances firms and start-ups form."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, "alliance", "CY")


indicator = Indicator(
    id="alliances_formed",
    ja="事業会社とスタートアップの新規の提携",
    en="Alliances formed by firms and start-ups",
    unit="contract",
    basis="CY",
    formula="records alliance, calendar year",
    source_ja="本プロジェクトの定義（公的な統計はない）",
    source_en="our definition; there is no official count",
    compute=compute,
    extensive=True,
    digits=0,
)
