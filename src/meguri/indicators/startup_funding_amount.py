"""Money that start-ups raise from all investors."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, ROUNDS, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, ROUNDS, "CY", BILLION)


indicator = Indicator(
    id="startup_funding_amount",
    ja="スタートアップの資金調達額",
    en="Start-up funding, all investors",
    unit="JPY_bn",
    basis="CY",
    formula=(
        "vc_round + corporate_fund_round + firm_round + angel_round + foreign_round + public_fund_round, calendar year"
    ),
    source_ja="株式会社ユーザベース「Japan Startup Finance」",
    source_en="Uzabase, Japan Startup Finance",
    compute=compute,
    extensive=True,
    code="I02e",
    caveat_ja="融資、補助金、上場時の公募は含まない。",
    caveat_en="Loans, grants and money raised at listing are not included.",
)
