"""What firms pay to universities for joint research."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, UNIVERSITIES, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, "joint_research", "FY", BILLION, to_class=UNIVERSITIES)


indicator = Indicator(
    id="joint_research_amount_universities",
    ja="民間企業との共同研究の受入れ額（大学等）",
    en="Joint research with companies, universities",
    unit="JPY_bn",
    basis="FY",
    formula="joint_research paid to universities, fiscal year",
    source_ja="文部科学省「大学等における産学連携等実施状況について」",
    source_en="MEXT, survey of industry-academia collaboration at universities",
    compute=compute,
    extensive=True,
)
