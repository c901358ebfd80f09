"""Ventures that support corporations of national labs found."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, "venture_creation", "FY")


indicator = Indicator(
    id="support_corporation_ventures",
    ja="成果活用等支援法人が創出したスタートアップ",
    en="Ventures created through support corporations",
    unit="firm",
    basis="FY",
    formula="records of ventures created through support corporations, fiscal year",
    source_ja="内閣府資料スライド11",
    source_en="Cabinet Office document, slide 11",
    compute=compute,
    extensive=True,
    digits=0,
)
