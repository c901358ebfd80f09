"""Venture capital investment over GDP: how big venture capital is beside the economy."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import VENTURE_CAPITAL, amount, ratio
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    money = amount(ledger, (*VENTURE_CAPITAL, "outward_vc"), "CY", 1.0)
    return ratio(money, ledger.series("gdp", "CY"))


indicator = Indicator(
    id="vc_investment_to_gdp",
    ja="VC投資額の対GDP比",
    en="VC investment over GDP",
    unit="share",
    basis="CY",
    formula="(vc_round + corporate_fund_round + outward_vc) / GDP, calendar year",
    source_ja="OECD Data Explorer「Venture capital investments (market statistics)」、内閣府「国民経済計算」",
    source_en="OECD Data Explorer, Venture capital investments (market statistics); Cabinet Office, National Accounts",
    compute=compute,
    code="I01",
    digits=5,
    caveat_ja=(
        "国内のファンド運営者による投資を数え、海外向け投資を含む。事業会社・エンジェルなどの直接出資は含まない。"
    ),
    caveat_en=(
        "Investment of funds with a domestic manager, their investment abroad included; direct investment of "
        "firms and angels is not."
    ),
)
