"""Share of start-up funding that business firms provide, directly or through their funds."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ROUNDS, amount, ratio
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    corporate = amount(ledger, ("firm_round", "corporate_fund_round"), "CY", 1.0)
    return ratio(corporate, amount(ledger, ROUNDS, "CY", 1.0))


indicator = Indicator(
    id="startup_funding_corporate_share",
    ja="スタートアップの資金調達額に占める事業会社・CVCの割合",
    en="Share of firms and corporate funds in start-up funding",
    unit="share",
    basis="CY",
    formula="(firm_round + corporate_fund_round) / all rounds, calendar year",
    source_ja="株式会社ユーザベース「Japan Startup Finance」",
    source_en="Uzabase, Japan Startup Finance",
    compute=compute,
    digits=3,
)
