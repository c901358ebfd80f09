"""Business R&D expenditure performed in a fiscal year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import FIRMS, TRILLION, rd_performed
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return rd_performed(ledger, FIRMS, TRILLION)


indicator = Indicator(
    id="rd_business",
    ja="企業の研究開発費",
    en="Business R&D expenditure",
    unit="JPY_tn",
    basis="FY",
    formula="research_wage + research_purchase paid by firms, fiscal year",
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    extensive=True,
    code="I10c",
    caveat_ja="スタートアップの研究開発費は含まない。",
    caveat_en="R&D of start-ups is not included.",
)
