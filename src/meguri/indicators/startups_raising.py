"""How many start-ups raise money in a year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ROUNDS, every_year
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    found = ledger.deals(ROUNDS, "CY").group_by("period").agg(pl.col("to_actor").n_unique().alias("value"))
    return every_year(ledger, found, "CY")


indicator = Indicator(
    id="startups_raising",
    ja="資金調達をしたスタートアップ数",
    en="Start-ups raising money",
    unit="firm",
    basis="CY",
    formula="number of start-ups with at least one round payment, calendar year",
    source_ja="株式会社ユーザベース「Japan Startup Finance」",
    source_en="Uzabase, Japan Startup Finance",
    compute=compute,
    extensive=True,
    digits=0,
)
