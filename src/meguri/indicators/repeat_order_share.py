"""Share of the orders of contract research that firms repeat."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import count, ratio
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value; nothing where there are no orders."""
    return ratio(count(ledger, "institute_repeat_order", "FY"),
                 count(ledger, ("institute_order", "institute_repeat_order"), "FY"))  # fmt: skip


indicator = Indicator(
    id="repeat_order_share",
    ja="受託研究機関への発注のうち再発注の割合",
    en="Repeat orders among orders to contract-research institutes",
    unit="share",
    basis="FY",
    formula="repeat orders / (new orders + repeat orders), fiscal year",
    source_ja="本プロジェクトの定義",
    source_en="our definition",
    compute=compute,
    code="I16",
    digits=3,
)
