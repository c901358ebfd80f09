"""R&D expenditure over GDP."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import PERFORMERS, ratio, rd_performed
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return ratio(rd_performed(ledger, PERFORMERS, 1.0), ledger.series("gdp", "FY"))


indicator = Indicator(
    id="rd_to_gdp",
    ja="研究開発費の対GDP比",
    en="R&D expenditure over GDP",
    unit="share",
    basis="FY",
    formula="research_wage + research_purchase paid by firms, universities and labs / GDP, fiscal year",
    source_ja="総務省「科学技術研究調査」、内閣府「国民経済計算」",
    source_en="MIC, Survey of Research and Development; Cabinet Office, National Accounts",
    compute=compute,
    digits=4,
    caveat_ja="総務省の定義による。OECDの値は大学の人件費を専従換算するため、より小さい。",
    caveat_en="National definition; the OECD counts university staff in full-time equivalents, which gives less.",
)
