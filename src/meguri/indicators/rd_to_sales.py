"""R&D over sales of the firms that perform R&D."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._statements import yearly
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    found = yearly(ledger).filter(pl.col("sales") > 0)
    return found.select("period", value=pl.col("research") / pl.col("sales"))


indicator = Indicator(
    id="rd_to_sales",
    ja="研究開発費の対売上高比率（研究開発を行う企業）",
    en="R&D over sales of firms that perform R&D",
    unit="share",
    basis="FY",
    formula="sum of credit_expenditure / sum of credit_sales over firms, fiscal year",
    source_ja="経済産業省「企業活動基本調査」、総務省「科学技術研究調査」",
    source_en="METI, Basic Survey of Japanese Business Structure and Activities; MIC, Survey of R&D",
    compute=compute,
    digits=4,
)
