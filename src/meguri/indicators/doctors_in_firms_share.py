"""Share of firms' researchers who hold a doctorate."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import FIRMS, ratio
from meguri.ledger.ledger import Ledger


def _people(ledger: Ledger, stock: str) -> pl.DataFrame:
    rows = ledger.stock(stock).filter(pl.col("class").cast(pl.String).is_in(FIRMS))
    return rows.group_by("period").agg(pl.col("amount").sum().cast(pl.Float64).alias("value")).sort("period")


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return ratio(_people(ledger, "doctors"), _people(ledger, "researchers"))


indicator = Indicator(
    id="doctors_in_firms_share",
    ja="企業の研究者のうち博士号をもつ者の割合",
    en="Doctors among researchers of firms",
    unit="share",
    basis="CY",
    formula="researchers with a doctorate / researchers, business firms, end of year",
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    code="I19",
    digits=4,
    caveat_ja="開始時の割合は設定した値であり、その後の変化がモデルの結果である。",
    caveat_en="The share at the opening is set; what follows is a result.",
)
