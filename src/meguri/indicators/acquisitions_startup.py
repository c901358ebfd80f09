"""How many start-ups are acquired."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._exits import ACQUISITIONS
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, ACQUISITIONS, "CY")


indicator = Indicator(
    id="acquisitions_startup",
    ja="スタートアップのM&A件数",
    en="Acquisitions of start-ups",
    unit="deal",
    basis="CY",
    formula="records acquisition (at home and from abroad), calendar year",
    source_ja="ユーザベース「Japan Startup Finance」、EY新日本有限責任監査法人の集計",
    source_en="Uzabase, Japan Startup Finance; counts of EY Japan",
    compute=compute,
    extensive=True,
    digits=0,
)
