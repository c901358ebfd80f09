"""Growth of joint research since the base year of its goal."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import amount
from meguri.indicators._reference import reference
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    money = amount(ledger, "joint_research", "FY", 1.0)
    base = money.filter(
        (pl.col("period") == reference(ledger.country, "joint_research_base").get("period", "")) & (pl.col("value") > 0)
    )
    if base.is_empty():
        return money.clear()
    level = float(base["value"][0])
    return money.filter(pl.col("period") >= base["period"][0]).with_columns(pl.col("value") / level - 1.0)


indicator = Indicator(
    id="joint_research_growth",
    ja="共同研究の受入れ額の基準年度からの伸び",
    en="Growth of joint research against its base",
    unit="share",
    basis="FY",
    formula="joint_research / joint_research in the base year - 1, fiscal year",
    source_ja=(
        "文部科学省「大学等における産学連携等実施状況について」、内閣府「独立行政法人等の科学技術関係活動等に"
        "関する調査」"
    ),
    source_en=(
        "MEXT, survey of industry-academia collaboration at universities; Cabinet Office, survey of "
        "incorporated agencies"
    ),
    compute=compute,
    code="I08b",
    digits=2,
    caveat_ja="第6期基本計画の目標は2025年度に7割増。",
    caveat_en="The goal of the 6th Basic Plan is +70% in FY2025.",
)
