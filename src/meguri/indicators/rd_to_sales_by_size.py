"""R&D over sales by size class of firms."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._sizes import research_by_firm, year_ends, year_name
from meguri.ledger.ledger import Ledger

_ITEMS = {
    "large_firm": ("大企業", "large firms"), "mid_firm": ("中堅企業", "mid-size firms"),
    "small_firm": ("中小企業", "small firms"),
}  # fmt: skip


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period, item and value."""
    found = research_by_firm(ledger).filter(pl.col("sales") > 0)
    whole = ledger.years("FY")
    classes = [
        {"year": year, "actor": actor, "item": item}
        for act, item in (("size_mid", "mid_firm"), ("size_large", "large_firm"))
        for year, firms in year_ends(ledger, act).items()
        for actor in firms
    ]
    sizes = pl.DataFrame(classes, schema={"year": pl.Int64, "actor": pl.Int64, "item": pl.String})
    known = found.join(sizes, on=["year", "actor"], how="left")
    known = known.with_columns(pl.col("item").fill_null("small_firm"))
    sums = known.group_by("year", "item").agg((pl.col("research").sum() / pl.col("sales").sum()).alias("value"))
    period = pl.Series("period", [year_name(ledger, year) for year in sums["year"]], dtype=pl.String)
    named = sums.with_columns(period).filter(pl.col("period").is_in(whole))
    return named.sort("period", "item").select("period", "item", "value")


indicator = Indicator(
    id="rd_to_sales_by_size",
    ja="研究開発費の対売上高比率（規模別）",
    en="R&D to sales by size",
    unit="share",
    basis="FY",
    formula="sum of R&D expenditure / sum of sales of the firms of a class at the year end, from tax statements",
    source_ja="内閣府資料（規模別の研究開発費対売上高比率）、定義は本プロジェクト",
    source_en="Cabinet Office document (R&D to sales by size); our definition",
    compute=compute,
    code="I11d",
    digits=3,
    items=_ITEMS,
)
