"""People in firms who work on standards, at the end of the year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import yearly_stock
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return yearly_stock(ledger, "standards_experts")


indicator = Indicator(
    id="standards_staff",
    ja="標準化業務に携わる者",
    en="Standards staff of firms",
    unit="person",
    basis="CY",
    formula="stock standards_experts, end of the calendar year",
    source_ja="本プロジェクトの定義",
    source_en="our definition",
    compute=compute,
    extensive=True,
    digits=0,
)
