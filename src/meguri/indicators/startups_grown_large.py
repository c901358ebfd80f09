"""How many live start-ups, listed ones included, have grown large: worth about a billion dollars or more."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._reference import reference
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value; a country without a mark of what is large has none."""
    worth = reference(ledger.country, "large_growth").get("worth")
    values = ledger.stock("valuation")
    if worth is None:
        values = values.clear()
    large = (pl.col("amount") >= (worth or 0) * 10**ledger.minor_unit).sum().cast(pl.Float64).alias("value")
    return values.group_by("period").agg(large).sort("period")


indicator = Indicator(
    id="startups_grown_large",
    ja="大きく成長したスタートアップ（企業価値約10億ドル以上、上場後を含む）",
    en="Start-ups grown large (worth about a billion dollars or more, listed ones included)",
    unit="firm",
    basis="CY",
    formula="stock valuation >= large_growth.worth of the country (Japan: JPY 100 bn), end of the calendar year",
    source_ja="本プロジェクトの定義（資料は段階別の資金だけを示す）",
    source_en="our definition (the document gives only the money by stage)",
    compute=compute,
    extensive=True,
    digits=0,
)
