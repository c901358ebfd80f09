"""How many investments venture funds make: one for each fund, start-up and quarter."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import VENTURE_CAPITAL, every_year
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    investments = ledger.deals(VENTURE_CAPITAL, "FY").unique(["t", "from_actor", "to_actor"])
    return every_year(ledger, investments.group_by("period").len("value"), "FY")


indicator = Indicator(
    id="vc_investments_count",
    ja="VCの投資件数",
    en="VC investments, count",
    unit="investment",
    basis="FY",
    formula="number of (fund, start-up, quarter) with vc_round or corporate_fund_round, fiscal year",
    source_ja="一般財団法人ベンチャーエンタープライズセンター「ベンチャー白書」",
    source_en="Venture Enterprise Center, Venture White Paper",
    compute=compute,
    extensive=True,
    code="I02a",
    digits=0,
    caveat_ja=(
        "同じ四半期の同じファンドから同じスタートアップへの払込みは一件と数える。ラウンド（契約）の数は別の指標。"
    ),
    caveat_en="Payments of one fund to one start-up in one quarter are one investment; rounds are counted apart.",
)
