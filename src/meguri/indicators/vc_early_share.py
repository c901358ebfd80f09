"""Share of the money of venture funds that goes to the early stage."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._stages import stage_share
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return stage_share(ledger, "early", "document")


indicator = Indicator(
    id="vc_early_share",
    ja="VC投資額のアーリー（エクスパンションを含む）の割合",
    en="Early-stage share of VC money, including expansion",
    unit="share",
    basis="FY",
    formula=(
        "(vc_round + corporate_fund_round in stages grouped as early, column document of the vocabulary) / "
        "(vc_round + corporate_fund_round), fiscal year"
    ),
    source_ja="一般財団法人ベンチャーエンタープライズセンター「ベンチャー白書」",
    source_en="Venture Enterprise Center, Venture White Paper",
    compute=compute,
    code="I02c",
    digits=3,
    caveat_ja="日本の集計ではエクスパンションをアーリーに含める。",
    caveat_en="Japanese counts put expansion into early.",
)
