"""Share of the money of venture funds that goes to the seed stage."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._stages import stage_share
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return stage_share(ledger, "seed", "vec")


indicator = Indicator(
    id="vc_seed_share",
    ja="VC投資額のシードの割合",
    en="Seed-stage share of VC money",
    unit="share",
    basis="FY",
    formula=(
        "(vc_round + corporate_fund_round in stages grouped as seed, column vec of the vocabulary) / "
        "(vc_round + corporate_fund_round), fiscal year"
    ),
    source_ja="一般財団法人ベンチャーエンタープライズセンター「ベンチャー白書」",
    source_en="Venture Enterprise Center, Venture White Paper",
    compute=compute,
    digits=3,
)
