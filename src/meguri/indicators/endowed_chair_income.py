"""What firms pay to universities and labs: endowed chairs and donations of firms."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, "endowed_chair", "FY", BILLION)


indicator = Indicator(
    id="endowed_chair_income",
    ja="企業からの寄附講座・寄附金の受入額",
    en="Endowed chairs and donations of firms",
    unit="JPY_bn",
    basis="FY",
    formula="endowed_chair, fiscal year",
    source_ja="文部科学省「大学等における産学連携等実施状況について」",
    source_en="MEXT, survey of industry-academia collaboration at universities",
    compute=compute,
    extensive=True,
)
