"""Share of listed growth companies worth less than at their listing."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    at_listing = ledger.stock("listing_value").select("period", "actor", pl.col("amount").alias("listed_at"))
    both = ledger.stock("valuation").join(at_listing, on=["period", "actor"])
    return both.group_by("period").agg((pl.col("amount") < pl.col("listed_at")).mean().alias("value")).sort("period")


indicator = Indicator(
    id="below_listing_value_share",
    ja="時価総額が上場時を下回るグロース上場会社の割合",
    en="Share of Growth listings below their value at listing",
    unit="share",
    basis="CY",
    formula=(
        "listed growth companies with valuation < listing_value / listed growth companies, end of the calendar year"
    ),
    source_ja="東京証券取引所「グロース市場における今後の対応」",
    source_en="Tokyo Stock Exchange, next steps for the Growth Market",
    compute=compute,
    code="I04",
    digits=2,
)
