"""Applications of small and medium firms."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import every_year
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    rows = ledger.records("patent_applications_year").filter(pl.col("class") == "small_firm")
    found = rows.group_by("period").agg(pl.col("value").sum().cast(pl.Float64))
    return every_year(ledger, found, "CY")


indicator = Indicator(
    id="patent_applications_sme",
    ja="中小企業の特許出願件数",
    en="Patent applications of small and medium firms",
    unit="application",
    basis="CY",
    formula="patent_applications_year of small firms, calendar year",
    source_ja="特許庁「特許行政年次報告書」",
    source_en="Japan Patent Office, annual report",
    compute=compute,
    extensive=True,
    digits=0,
)
