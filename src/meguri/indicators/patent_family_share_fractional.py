"""World share of patent families at two or more offices, by country, fractional counting."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._patents import share_by_country
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return place (country), period (three years) and value."""
    return share_by_country(ledger, fractional=True)


indicator = Indicator(
    id="patent_family_share_fractional",
    ja="パテントファミリー数シェア（分数カウント）",
    en="World share of patent families, fractional counting",
    unit="share",
    basis="CY",
    formula="as patent_family_share, with a family of n countries counting 1/n for each",
    source_ja="科学技術・学術政策研究所「科学技術指標」のパテントファミリーの数え方",
    source_en="NISTEP, Japanese Science and Technology Indicators: counting of patent families",
    compute=compute,
    by_place=False,
    digits=3,
)
