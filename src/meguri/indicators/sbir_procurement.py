"""Government procurement from start-ups after SBIR."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return amount(ledger, "government_procurement", "FY", BILLION)


indicator = Indicator(
    id="sbir_procurement",
    ja="SBIR後の政府調達額",
    en="Government procurement after SBIR",
    unit="JPY_bn",
    basis="FY",
    formula="government_procurement, fiscal year",
    source_ja="内閣府「SBIR制度」、本プロジェクトの定義",
    source_en="Cabinet Office, SBIR programme; our definition",
    compute=compute,
    extensive=True,
    code="I18",
    digits=1,
)
