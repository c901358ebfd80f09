"""Why large and mid-size firms do not take part in standards work."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ratio
from meguri.indicators._standards import ABSENCE, answers
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (reason), period and value."""
    rows = answers(ledger).filter(pl.col("act") != "standards_participation")
    every = rows.group_by("period", maintain_order=True).agg(pl.col("value").sum())
    return ratio(rows.rename({"act": "item"}), every)


indicator = Indicator(
    id="standards_absence_reasons",
    ja="標準化活動に参加しない理由の割合",
    en="Reasons for not taking part in standards work",
    unit="share",
    basis="CY",
    formula="records of firms that stay away for the reason / all records of firms that stay away",
    source_ja="本プロジェクトの定義（資料の図の値は失われている）",
    source_en="our definition (the values of the chart in the document are lost)",
    compute=compute,
    digits=3,
    items=ABSENCE,
)
