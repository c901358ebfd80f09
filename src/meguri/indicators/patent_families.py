"""Patent families of a country at two or more offices, mean of three years, whole counting."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._patents import COUNTRIES, at_offices, by_year, families, moving_mean, windows
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period (three years) and value."""
    found, country = families(ledger), ledger.country
    if country not in COUNTRIES:
        return pl.DataFrame(schema={"period": pl.String, "value": pl.Float64})
    ours = found.weight * found.countries[:, COUNTRIES.code(country) - 1]
    return pl.DataFrame(
        {"period": windows(ledger), "value": moving_mean(by_year(ledger, found, ours, at_offices(found)))},
        schema={"period": pl.String, "value": pl.Float64},
    )


indicator = Indicator(
    id="patent_families",
    ja="パテントファミリー数（2か国以上、3年平均）",
    en="Patent families (two or more offices, three-year mean)",
    unit="family",
    basis="CY",
    formula="three-year mean of families at 2+ offices with an inventor of the country, by year of the earliest filing",
    source_ja="科学技術・学術政策研究所「科学技術指標」のパテントファミリーの数え方",
    source_en="NISTEP, Japanese Science and Technology Indicators: counting of patent families",
    compute=compute,
    by_place=False,
    extensive=True,
    digits=0,
)
