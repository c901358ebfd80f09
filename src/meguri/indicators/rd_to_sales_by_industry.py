"""R&D over sales, by industry."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._statements import by_industry, industries
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item, period and value."""
    found = by_industry(ledger).filter(pl.col("sales") > 0)
    return found.select("item", "period", value=pl.col("research") / pl.col("sales"))


indicator = Indicator(
    id="rd_to_sales_by_industry",
    ja="研究開発費の対売上高比率（産業別）",
    en="R&D over sales, by industry",
    unit="share",
    basis="FY",
    formula="sum of credit_expenditure / sum of credit_sales over the firms of an industry, fiscal year",
    source_ja="経済産業省「企業活動基本調査」を手掛かりとする定義",
    source_en="After METI, Basic Survey of Japanese Business Structure and Activities",
    compute=compute,
    digits=4,
    items=industries(),
)
