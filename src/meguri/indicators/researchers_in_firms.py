"""How many researchers business firms have."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import FIRMS
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    rows = ledger.stock("researchers").filter(pl.col("class").cast(pl.String).is_in(FIRMS))
    return rows.group_by("period").agg(pl.col("amount").sum().alias("value")).sort("period")


indicator = Indicator(
    id="researchers_in_firms",
    ja="企業の研究者数",
    en="Researchers of business firms",
    unit="person",
    basis="CY",
    formula="researchers of business firms at the end of the year",
    source_ja="総務省「科学技術研究調査」（3月31日現在）",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development (31 March)",
    compute=compute,
    extensive=True,
    code="I19",
    digits=0,
    caveat_ja="開始時の人数は設定した値であり、その後は研究開発費に従う。",
    caveat_en="The number at the opening is set; what follows goes with R&D.",
)
