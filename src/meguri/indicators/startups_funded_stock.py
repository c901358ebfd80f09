"""How many live start-ups have had money from outside investors."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import yearly_stock
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return yearly_stock(ledger, "funded")


indicator = Indicator(
    id="startups_funded_stock",
    ja="外部資本を持つスタートアップ数",
    en="Start-ups with external equity",
    unit="firm",
    basis="CY",
    formula="stock funded at the end of the calendar year",
    source_ja="株式会社ユーザベース「Japan Startup Finance」",
    source_en="Uzabase, Japan Startup Finance",
    compute=compute,
    extensive=True,
    digits=0,
)
