"""How many firms that do R&D work with a start-up, by size."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ratio
from meguri.ledger.ledger import Ledger

_CLASSES = {"large": "large_firm", "mid": "mid_firm", "small": "small_firm"}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item, period and value."""
    parts = []
    for item, cls in _CLASSES.items():
        allied, all_ = (_number(ledger, stock, cls) for stock in ("allied_firms", "employees"))
        frame = ratio(allied, all_)
        parts.append(frame.select(pl.lit(item).alias("item"), "period", "value"))
    return pl.concat(parts)


def _number(ledger: Ledger, stock: str, cls: str) -> pl.DataFrame:
    """Return how many actors of a class hold some of a stock at the end of each year."""
    rows = ledger.stock(stock).filter(pl.col("class").cast(pl.String) == cls)
    total = rows.group_by("period").agg(pl.col("count").sum().cast(pl.Float64).alias("value"))
    return total.sort("period")


indicator = Indicator(
    id="firms_allied_share",
    ja="スタートアップと提携する企業の割合",
    en="Share of firms allied with a start-up",
    unit="share",
    basis="CY",
    formula="firms with a live alliance / firms that do R&D, by size class, end of year",
    source_ja="日本能率協会「当面する企業経営課題に関する調査」",
    source_en="Japan Management Association, survey of management issues",
    compute=compute,
    digits=3,
    caveat_ja="調査は会員企業などの回答（回収率13.8％）であり、区分は従業員3,000人以上・300人以上・300人未満。",
    caveat_en=(
        "The survey's firms answered by choice (13.8%); its classes are 3,000 employees and more, 300 and more, fewer."
    ),
    items={
        "large": ("大企業", "large firms"),
        "mid": ("中堅企業", "mid-size firms"),
        "small": ("中小企業", "small firms"),
    },
)
