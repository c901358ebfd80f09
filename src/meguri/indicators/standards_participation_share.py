"""Share of large and mid-size firms that take part in standards work."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ratio
from meguri.indicators._standards import answers
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    rows = answers(ledger)
    every = rows.group_by("period", maintain_order=True).agg(pl.col("value").sum())
    return ratio(rows.filter(pl.col("act") == "standards_participation").drop("act"), every)


indicator = Indicator(
    id="standards_participation_share",
    ja="標準化活動に参加する企業の割合（大企業・中堅企業）",
    en="Share of large and mid-size firms in standards work",
    unit="share",
    basis="CY",
    formula="records standards_participation / these and the records of firms that stay away",
    source_ja="本プロジェクトの定義（資料の図の値は失われている）",
    source_en="our definition (the values of the chart in the document are lost)",
    compute=compute,
    digits=3,
)
