"""How concentrated the money of start-ups is: the sum of squared shares of the prefectures."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ROUNDS
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    money = ledger.total(ROUNDS, "CY", by=("region",)).filter(pl.col("region").is_not_null())
    money = money.group_by("period", "region").agg(pl.col("amount").sum().cast(pl.Float64)).sort("period", "region")
    share = pl.col("amount") / pl.col("amount").sum()
    index = money.group_by("period").agg((share**2).sum().alias("value")).sort("period")
    return index.filter(pl.col("value").is_finite())


indicator = Indicator(
    id="funding_concentration",
    ja="スタートアップ資金調達額の地域集中度",
    en="Concentration of start-up funding by region",
    unit="index",
    basis="CY",
    formula="Herfindahl-Hirschman index: sum over prefectures of squared shares of funding, calendar year",
    source_ja="株式会社ユーザベース「Japan Startup Finance」による地域別の割合から計算",
    source_en="computed from the regional shares of Uzabase, Japan Startup Finance",
    compute=compute,
    by_place=False,
    digits=3,
    caveat_ja="資料の「他地域」は多くの道府県の合計であるため、資料の値は範囲となる。",
    caveat_en='"Other" in the document is many prefectures, so that its value is a range.',
)
