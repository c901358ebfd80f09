"""How many patents universities and labs apply for."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import LABS, UNIVERSITIES, count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, "patent_application", "CY", [*UNIVERSITIES, *LABS])


indicator = Indicator(
    id="university_patent_applications",
    ja="大学等の特許出願件数",
    en="University patent applications",
    unit="application",
    basis="CY",
    formula="records patent_application of universities and labs, calendar year",
    source_ja="特許庁「特許行政年次報告書」",
    source_en="Japan Patent Office, annual report",
    compute=compute,
    extensive=True,
    digits=0,
)
