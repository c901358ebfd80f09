"""World share of patent families at two or more offices, by country, whole counting."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._patents import share_by_country
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return place (country), period (three years) and value."""
    return share_by_country(ledger)


indicator = Indicator(
    id="patent_family_share",
    ja="パテントファミリー数シェア",
    en="World share of patent families",
    unit="share",
    basis="CY",
    formula=(
        "three-year mean of families at 2+ offices with an inventor of the country (each counts 1) / that of the "
        "world, by year of the earliest filing"
    ),
    source_ja="科学技術・学術政策研究所「科学技術指標」のパテントファミリーの数え方",
    source_en="NISTEP, Japanese Science and Technology Indicators: counting of patent families",
    compute=compute,
    by_place=False,
    code="I07",
    digits=3,
    caveat_ja="国際共同発明は各国に1件と数えるため、合計は100％を超える。",
    caveat_en="A family with inventors of several countries counts 1 for each: shares sum to more than one.",
)
