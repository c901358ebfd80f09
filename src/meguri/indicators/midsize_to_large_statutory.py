"""Share of mid-size firms that became large in five years, statutory definition."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._sizes import year_ends, year_of_end
from meguri.ledger.ledger import Ledger

_YEARS = 5


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period (calendar years of the two year ends) and value."""
    whole = set(ledger.years("CY"))
    mid, large = year_ends(ledger, "size_mid"), year_ends(ledger, "size_large")
    rows = []
    for year in sorted(mid):
        first = year_of_end(ledger, year)
        if year + _YEARS in large and {str(first), str(first + _YEARS)} <= whole:
            graduated = mid[year].keys() & large[year + _YEARS].keys()
            rows.append((f"{first}/{first + _YEARS}", len(graduated) / len(mid[year])))
    return pl.DataFrame(rows, schema={"period": pl.String, "value": pl.Float64}, orient="row")


indicator = Indicator(
    id="midsize_to_large_statutory",
    ja="中堅企業から大企業へ移行した割合（法定の定義、5年間）",
    en="Share of mid-size firms that became large in five years, statutory definition",
    unit="share",
    basis="CY",
    formula="mid-size firms of one year end that are large five year ends later / all mid-size firms of the first",
    source_ja="帝国データバンク（2019年の中堅企業8,569社のうち127社）",
    source_en="Teikoku Databank (127 of 8,569 mid-size firms of 2019)",
    compute=compute,
    code="I11b",
    digits=2,
    caveat_ja="研究開発を行う企業だけを数える。",
    caveat_en="Only firms that perform R&D are counted.",
)
