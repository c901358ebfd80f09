"""Share of acquisitions among the exits of all start-ups."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._exits import ACQUISITIONS, LISTINGS
from meguri.indicators._measures import count, plus, ratio
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    acquired = count(ledger, ACQUISITIONS, "CY")
    return ratio(acquired, plus(acquired, count(ledger, LISTINGS, "CY")))


indicator = Indicator(
    id="acquisition_share_all",
    ja="エグジットに占めるM&Aの割合（全スタートアップ）",
    en="Acquisition share of exits, all start-ups",
    unit="share",
    basis="CY",
    formula="acquisition / (acquisition + listing), calendar year",
    source_ja="ユーザベース「Japan Startup Finance」、EY新日本有限責任監査法人の集計",
    source_en="Uzabase, Japan Startup Finance; counts of EY Japan",
    compute=compute,
    code="I03b",
    digits=2,
)
