"""Money that venture funds invest in domestic start-ups, by calendar year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, VENTURE_CAPITAL, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, VENTURE_CAPITAL, "CY", BILLION)


indicator = Indicator(
    id="vc_domestic_amount",
    ja="VC投資額（国内）",
    en="VC investment, domestic",
    unit="JPY_bn",
    basis="CY",
    formula="vc_round + corporate_fund_round, calendar year",
    source_ja="一般財団法人ベンチャーエンタープライズセンター「ベンチャー白書」",
    source_en="Venture Enterprise Center, Venture White Paper",
    compute=compute,
    extensive=True,
    code="I01d",
)
