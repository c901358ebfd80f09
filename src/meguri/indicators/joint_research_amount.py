"""What firms pay to universities and national labs for joint research."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, "joint_research", "FY", BILLION)


indicator = Indicator(
    id="joint_research_amount",
    ja="民間企業との共同研究の受入れ額（大学等と国研）",
    en="Joint research with companies, universities and national labs",
    unit="JPY_bn",
    basis="FY",
    formula="joint_research, fiscal year",
    source_ja=(
        "文部科学省「大学等における産学連携等実施状況について」、内閣府「独立行政法人等の科学技術関係活動等に"
        "関する調査」"
    ),
    source_en=(
        "MEXT, survey of industry-academia collaboration at universities; Cabinet Office, survey of "
        "incorporated agencies"
    ),
    compute=compute,
    extensive=True,
    code="I08a",
)
