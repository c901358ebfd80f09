"""Value of listed growth companies over their value at listing, by size at listing."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.ledger.ledger import Ledger

_ITEMS = {
    "small": ("上場時の価値が下位3分の1", "smallest third by value at listing"),
    "middle": ("上場時の価値が中位3分の1", "middle third by value at listing"),
    "large": ("上場時の価値が上位3分の1", "largest third by value at listing"),
}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period, item and value."""
    at_listing = ledger.stock("listing_value").select("period", "actor", pl.col("amount").alias("listed_at"))
    both = ledger.stock("valuation").join(at_listing, on=["period", "actor"])
    # equal values at listing fall into the same third
    place = (pl.col("listed_at").rank("min").over("period") - 1) / pl.len().over("period")
    third = pl.when(place < 1 / 3).then(pl.lit("small")).when(place < 2 / 3).then(pl.lit("middle"))
    named = both.with_columns(third.otherwise(pl.lit("large")).alias("item"))
    multiple = (pl.col("amount") / pl.col("listed_at")).median().alias("value")
    return named.group_by("period", "item").agg(multiple).sort("period", "item")


indicator = Indicator(
    id="multiple_since_listing",
    ja="上場後の時価総額の倍率（上場時の規模別、中央値）",
    en="Value over value at listing, by size at listing (median)",
    unit="ratio",
    basis="CY",
    formula="median of valuation / listing_value of growth-market companies, by thirds of their value at listing",
    source_ja="本プロジェクトの定義（資料は上場時を下回る割合だけを示す）",
    source_en="our definition (the document gives only the share below the value at listing)",
    compute=compute,
    digits=2,
    items=_ITEMS,
)
