"""Mean yearly size of a joint research contract."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import MILLION, over
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    total = ledger.total("joint_research", "FY").filter(pl.col("rows") > 0)
    return total.select("period").with_columns(over(total["amount"] / total["rows"], MILLION))


indicator = Indicator(
    id="joint_research_mean_size",
    ja="共同研究1件当たりの受入れ額",
    en="Mean size of a joint research contract",
    unit="JPY_m",
    basis="FY",
    formula="joint_research / number of contracts, fiscal year",
    source_ja="文部科学省「大学等における産学連携等実施状況について」",
    source_en="MEXT, survey of industry-academia collaboration at universities",
    compute=compute,
    code="I08c",
    digits=2,
)
