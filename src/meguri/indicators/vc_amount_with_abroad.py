"""Money that domestic venture funds invest at home and abroad."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, VENTURE_CAPITAL, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, (*VENTURE_CAPITAL, "outward_vc"), "CY", BILLION)


indicator = Indicator(
    id="vc_amount_with_abroad",
    ja="VC投資額（海外向けを含む）",
    en="VC investment at home and abroad",
    unit="JPY_bn",
    basis="CY",
    formula="vc_round + corporate_fund_round + outward_vc, calendar year",
    source_ja="一般財団法人ベンチャーエンタープライズセンター「ベンチャー白書」",
    source_en="Venture Enterprise Center, Venture White Paper",
    compute=compute,
    extensive=True,
)
