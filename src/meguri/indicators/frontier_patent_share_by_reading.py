"""Share of a bloc in families of the frontier under two readings of the rule of offices."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._patents import bloc_of, frontier
from meguri.ledger.ledger import Ledger

READINGS = {
    "four_groups": ("日米中欧の4群のうち2群以上", "two or more of four groups"),
    "any_two_offices": ("4群の特許庁のうち2庁以上", "two or more offices of the four groups"),
}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (reading), period (three years) and value of the bloc of the ledger's country."""
    found = []
    for reading in READINGS:
        rows = frontier(ledger, reading).filter((pl.col("bloc") == bloc_of(ledger.country)) & (pl.col("field") == ""))
        found.append(rows.select(pl.lit(reading).alias("item"), "period", "value"))
    return pl.concat(found)


indicator = Indicator(
    id="frontier_patent_share_by_reading",
    ja="先端技術の国際出願シェア（読み方別）",
    en="Share in families at the offices of the frontier, by reading",
    unit="share",
    basis="CY",
    formula="as frontier_patent_share for all fields, under either reading of the rule of offices",
    source_ja="内閣府資料（先端技術分野の特許の数え方）",
    source_en="Cabinet Office document (counting of patents in frontier technologies)",
    compute=compute,
    by_place=False,
    digits=3,
    items=READINGS,
)
