"""What firms pay to universities and labs: clinical trials etc. paid by firms."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, "clinical_trial", "FY", BILLION)


indicator = Indicator(
    id="clinical_trial_income",
    ja="企業からの治験等の受入額",
    en="Clinical trials etc. paid by firms",
    unit="JPY_bn",
    basis="FY",
    formula="clinical_trial, fiscal year",
    source_ja="文部科学省「大学等における産学連携等実施状況について」",
    source_en="MEXT, survey of industry-academia collaboration at universities",
    compute=compute,
    extensive=True,
)
