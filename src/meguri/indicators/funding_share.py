"""Where the money of start-ups goes: shares of prefectures, and of all that the table does not name."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators import Indicator
from meguri.indicators._measures import ROUNDS, ratio
from meguri.indicators._reference import reference
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return place, period and value; the place ``<country>:other`` gathers what the published table does not name."""
    money = ledger.total(ROUNDS, "CY", by=("region",)).filter(pl.col("region").is_not_null())
    money = money.select("period", pl.col("region").cast(pl.String).alias("place"), pl.col("amount").alias("value"))
    total = money.group_by("period").agg(pl.col("value").sum()).filter(pl.col("value") > 0)
    places = [word.id for word in vocabulary.table("regions") if word["country"] == ledger.country]
    grid = total.select("period").join(pl.DataFrame({"place": places}, schema={"place": pl.String}), how="cross")
    filled = grid.join(money, on=["period", "place"], how="left").with_columns(pl.col("value").fill_null(0))
    shares = ratio(filled, total)
    named = reference(ledger.country, "named_prefectures").get("places", [])
    if not named:
        return shares
    rest = shares.filter(~pl.col("place").is_in(named)).group_by("period").agg(pl.col("value").sum())
    return pl.concat([shares, rest.select("period", place=pl.lit(f"{ledger.country}:other"), value="value")])


indicator = Indicator(
    id="funding_share",
    ja="スタートアップ資金調達額の地域別の割合",
    en="Share of start-up funding by region",
    unit="share",
    basis="CY",
    formula="rounds of start-ups with their head office in the prefecture at closing / all rounds, calendar year",
    source_ja="株式会社ユーザベース「Japan Startup Finance」",
    source_en="Uzabase, Japan Startup Finance",
    compute=compute,
    code="I05",
    digits=3,
    caveat_ja="本社所在地は資金調達の時点のもの。「その他」は資料が個別に示さない道府県の合計。",
    caveat_en=(
        'Head office at the closing of the round; "other" is the sum of the prefectures that the document '
        "does not name."
    ),
)
