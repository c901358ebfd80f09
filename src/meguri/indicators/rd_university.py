"""University R&D expenditure performed in a fiscal year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import TRILLION, UNIVERSITIES, rd_performed
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return rd_performed(ledger, UNIVERSITIES, TRILLION)


indicator = Indicator(
    id="rd_university",
    ja="大学等の研究開発費",
    en="University R&D expenditure",
    unit="JPY_tn",
    basis="FY",
    formula="research_wage + research_purchase paid by universities, fiscal year",
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    extensive=True,
    code="I10d",
    caveat_ja="人件費は研究者の頭数で数える。",
    caveat_en="Wages count researchers by head.",
)
