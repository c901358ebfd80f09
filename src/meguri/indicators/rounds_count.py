"""How many funding rounds are closed in a year, each with all its investors."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ROUNDS, every_year
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    found = ledger.deals(ROUNDS, "CY").group_by("period").agg(pl.col("contract").n_unique().alias("value"))
    return every_year(ledger, found, "CY")


indicator = Indicator(
    id="rounds_count",
    ja="資金調達ラウンドの件数",
    en="Funding rounds",
    unit="deal",
    basis="CY",
    formula="number of contracts of round payments, calendar year",
    source_ja="株式会社ユーザベース「Japan Startup Finance」",
    source_en="Uzabase, Japan Startup Finance",
    compute=compute,
    extensive=True,
    digits=0,
)
