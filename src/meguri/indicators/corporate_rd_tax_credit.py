"""What the R&D tax credit costs the treasury."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, "research_tax_credit", "FY", BILLION)


indicator = Indicator(
    id="corporate_rd_tax_credit",
    ja="研究開発税制による減収額",
    en="R&D tax credit",
    unit="JPY_bn",
    basis="FY",
    formula="research_tax_credit, fiscal year",
    source_ja="財務省「租税特別措置の適用実態調査」",
    source_en="Ministry of Finance, survey on the use of special tax measures",
    compute=compute,
    extensive=True,
)
