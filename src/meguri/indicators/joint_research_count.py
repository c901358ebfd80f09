"""How many joint research contracts firms pay for in a year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return ledger.total("joint_research", "FY").select("period", pl.col("rows").cast(pl.Float64).alias("value"))


indicator = Indicator(
    id="joint_research_count",
    ja="共同研究の件数",
    en="Joint research contracts",
    unit="contract",
    basis="FY",
    formula="payments joint_research (one a contract and fiscal year), fiscal year",
    source_ja="文部科学省「大学等における産学連携等実施状況について」",
    source_en="MEXT, survey of industry-academia collaboration at universities",
    compute=compute,
    extensive=True,
    code="I08c",
    digits=0,
    caveat_ja="契約は年度ごとに一件と数え、国研との契約を含む。文部科学省の件数は大学等のみ。",
    caveat_en=(
        "A contract counts once in each fiscal year; contracts with national labs are included, which the "
        "MEXT count leaves out."
    ),
)
