"""Share of university R&D that business firms pay for."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import FROM_INDUSTRY, UNIVERSITIES, amount, ratio, rd_performed
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    paid = amount(ledger, FROM_INDUSTRY, "FY", 1.0, to_class=UNIVERSITIES)
    return ratio(paid, rd_performed(ledger, UNIVERSITIES, 1.0))


indicator = Indicator(
    id="industry_share_of_university_rd",
    ja="大学の研究開発費のうち企業負担の割合",
    en="Industry-funded share of university R&D",
    unit="share",
    basis="FY",
    formula=(
        "(joint_research + contract_research + clinical_trial + endowed_chair + licence_from_firm paid to "
        "universities) / R&D performed by universities, fiscal year"
    ),
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    code="I06",
    digits=3,
    caveat_ja="分母は人件費を頭数で数えた大学の研究開発費。OECDの専従換算による値より小さくなる。",
    caveat_en=(
        "The denominator counts wages by head; the share is smaller than on the full-time-equivalent basis of the OECD."
    ),
)
