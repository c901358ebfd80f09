"""What universities and labs earn from licences."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, ("licence_from_firm", "licence_from_startup"), "FY", BILLION)


indicator = Indicator(
    id="university_licence_income",
    ja="大学の知的財産権等収入",
    en="University licence and IP income",
    unit="JPY_bn",
    basis="FY",
    formula="licence_from_firm + licence_from_startup, fiscal year",
    source_ja="文部科学省「大学等における産学連携等実施状況について」",
    source_en="MEXT, survey of industry-academia collaboration at universities",
    compute=compute,
    extensive=True,
)
