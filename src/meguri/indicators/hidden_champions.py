"""Number of hidden champions at the end of a fiscal year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, "hidden_champion", "FY")


indicator = Indicator(
    id="hidden_champions",
    ja="隠れたチャンピオン企業の数",
    en="Hidden champions",
    unit="firm",
    basis="FY",
    formula=(
        "firms whose product lines sell the most by line in a field of their industry (the three best), in an industry "
        "that exports, with sales up to 5 billion euros"
    ),
    source_ja="内閣府資料（Hermann Simonの定義）",
    source_en="Cabinet Office document (definition of Hermann Simon)",
    compute=compute,
    by_place=False,
    code="I11c",
    digits=0,
    extensive=True,
    caveat_ja=(
        "海外企業はモデルにないため、輸出産業の国内順位を世界順位の代わりとする。「一般に知られていない」かは判定しない。"
        "順位は国の大きさに比例しないので、縮小した国の値は比較できない。"
    ),
    caveat_en=(
        "Rank at home in an exporting industry stands in for rank in the world, since firms abroad are not modelled; "
        "whether a firm is generally known is not judged. Ranks do not scale: smaller countries cannot be compared."
    ),
)
