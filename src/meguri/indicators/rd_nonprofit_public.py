"""R&D expenditure of non-profit and public institutions performed in a fiscal year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import LABS, TRILLION, rd_performed
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return rd_performed(ledger, LABS, TRILLION)


indicator = Indicator(
    id="rd_nonprofit_public",
    ja="非営利団体・公的機関の研究開発費",
    en="R&D expenditure of non-profit and public institutions",
    unit="JPY_tn",
    basis="FY",
    formula="research_wage + research_purchase paid by national labs, fiscal year",
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    extensive=True,
    code="I10e",
)
