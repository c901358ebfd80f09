"""Alliances inside a prefecture and between prefectures; where the start-ups and the firms of live ones are."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import FIRMS, beside, count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item, place, period and value."""
    formed, inside = (count(ledger, act, "CY") for act in ("alliance", "alliance_in_region"))
    within = beside(formed, inside).fill_null(0.0)
    parts = [
        _national(formed["period"], within, "within", ledger.country),
        _national(formed["period"], formed["value"] - within, "between", ledger.country),
    ]
    live = ledger.stock("alliances").filter(pl.col("region").is_not_null())
    live = live.with_columns(pl.col("class").cast(pl.String).is_in(FIRMS).alias("of_firm"))
    for item, of_firm in (("startups", False), ("firms", True)):
        rows = live.filter(pl.col("of_firm") == of_firm).group_by("region", "period", maintain_order=True)
        parts.append(
            rows.agg(pl.col("amount").sum().cast(pl.Float64).alias("value")).select(
                pl.lit(item).alias("item"), pl.col("region").cast(pl.String).alias("place"), "period", "value"
            )
        )
    return pl.concat(parts)


def _national(period: pl.Series, value: pl.Series, item: str, country: str) -> pl.DataFrame:
    frame = pl.DataFrame({"period": period, "value": value})
    return frame.select(pl.lit(item).alias("item"), pl.lit(country).alias("place"), "period", "value")


indicator = Indicator(
    id="alliances_by_region",
    ja="地域別の提携",
    en="Alliances by region",
    unit="contract",
    basis="CY",
    formula="records alliance with both head offices in one prefecture, and the others; live alliances by prefecture",
    source_ja="本プロジェクトの定義（公的な統計はない）",
    source_en="our definition; there is no official count",
    compute=compute,
    by_place=False,
    extensive=True,
    digits=0,
    items={
        "within": ("同じ都道府県内での新規の提携", "formed inside a prefecture"),
        "between": ("都道府県をまたぐ新規の提携", "formed between prefectures"),
        "startups": ("継続中の提携（スタートアップの所在地）", "live, by prefecture of the start-up"),
        "firms": ("継続中の提携（事業会社の所在地）", "live, by prefecture of the firm"),
    },
)
