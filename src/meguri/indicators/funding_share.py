"""Where the money of start-ups goes: shares of prefectures, and of all that the table does not name."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators import Indicator
from meguri.indicators._measures import ROUNDS
from meguri.indicators._reference import reference
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return place, period and value; the place ``<country>:other`` gathers what the published table does not name."""
    money = ledger.total(ROUNDS, "CY", by=("region",)).filter(pl.col("region").is_not_null())
    amounts = {(period, region): amount for period, region, amount, _ in money.iter_rows()}
    total: dict[str, int] = {}
    for (period, _), amount in amounts.items():
        total[period] = total.get(period, 0) + amount
    places = [word.id for word in vocabulary.table("regions") if word["country"] == ledger.country]
    named = reference(ledger.country, "named_prefectures").get("places", [])
    rows = []
    for period in [period for period, amount in total.items() if amount > 0]:
        other = 0.0
        for place in places:
            share = amounts.get((period, place), 0) / total[period]
            rows.append((place, period, share))
            if place not in named:
                other += share
        if named:
            rows.append((f"{ledger.country}:other", period, other))
    return pl.DataFrame(rows, schema={"place": pl.String, "period": pl.String, "value": pl.Float64}, orient="row")


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
    by_place=False,
    code="I05",
    digits=3,
    caveat_ja="本社所在地は資金調達の時点のもの。「その他」は資料が個別に示さない道府県の合計。",
    caveat_en=(
        'Head office at the closing of the round; "other" is the sum of the prefectures that the document '
        "does not name."
    ),
)
