"""Total R&D expenditure performed in the country in a fiscal year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import PERFORMERS, TRILLION, rd_performed
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return rd_performed(ledger, PERFORMERS, TRILLION)


indicator = Indicator(
    id="rd_total",
    ja="研究開発費総額",
    en="Total R&D expenditure",
    unit="JPY_tn",
    basis="FY",
    formula="rd_business + rd_university + rd_nonprofit_public, fiscal year",
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    extensive=True,
    code="I10a",
)
