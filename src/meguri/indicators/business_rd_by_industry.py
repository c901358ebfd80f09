"""R&D that firms perform inside, by industry."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, over
from meguri.indicators._statements import by_industry, industries
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item, period and value."""
    rows = by_industry(ledger)
    return rows.select("item", "period").with_columns(over(rows["research"] - rows["bought"], BILLION))


indicator = Indicator(
    id="business_rd_by_industry",
    ja="企業の社内使用研究開発費（産業別）",
    en="Business R&D inside the firm, by industry",
    unit="JPY_bn",
    basis="FY",
    formula="sum over the firms of an industry of credit_expenditure - credit_joint_research, fiscal year",
    source_ja="経済産業省「企業活動基本調査」を手掛かりとする定義",
    source_en="After METI, Basic Survey of Japanese Business Structure and Activities",
    compute=compute,
    extensive=True,
    items=industries(),
)
