"""Share of a bloc in families published at two or more of four groups of offices, by field."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators import Indicator
from meguri.indicators._patents import bloc_of, frontier
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (field), period (three years) and value of the bloc of the ledger's country."""
    rows = frontier(ledger).filter((pl.col("bloc") == bloc_of(ledger.country)) & (pl.col("field") != ""))
    return rows.select(pl.col("field").alias("item"), "period", "value")


indicator = Indicator(
    id="frontier_patent_share",
    ja="先端技術の国際出願シェア",
    en="Share in families at the offices of the frontier",
    unit="share",
    basis="CY",
    formula=(
        "three-year mean of families published at 2+ of Japan, the United States, China and Europe with an inventor "
        "of the bloc / all such families, by field"
    ),
    source_ja="内閣府資料（先端技術分野の特許の数え方）",
    source_en="Cabinet Office document (counting of patents in frontier technologies)",
    compute=compute,
    by_place=False,
    digits=3,
    items={word.id: (word.ja, word.en) for word in vocabulary.table("fields")},
    caveat_ja="資料の図の技術分野は失われているため、標準戦略の分野で示す。",
    caveat_en="The list of fields in the chart is lost; the fields of the standards strategy are shown.",
)
