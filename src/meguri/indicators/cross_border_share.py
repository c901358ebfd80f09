"""Share of the money of start-ups that foreign investors pay."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, ROUNDS, amount, ratio
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return ratio(amount(ledger, "foreign_round", "CY", BILLION), amount(ledger, ROUNDS, "CY", BILLION))


indicator = Indicator(
    id="cross_border_share",
    ja="スタートアップの資金調達額に占める海外投資家の割合",
    en="Share of start-up funding from foreign investors",
    unit="share",
    basis="CY",
    formula="foreign_round / all rounds, calendar year",
    source_ja="内閣府資料スライド13",
    source_en="Cabinet Office document, slide 13",
    compute=compute,
    digits=3,
)
