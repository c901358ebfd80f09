"""Value added of knowledge- and technology-intensive industries by economy, from NCSES.

These industries are those of high and medium-high R&D intensity as the OECD classes them. Groups of economies overlap:
mind the level when adding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, DataSet, Item, Rows, Source, _ncses
from meguri.sources._places import economy

_TABLE = _ncses.table_item(
    "ncses_industries:value_added",
    "知識・技術集約産業の付加価値",
    "Value added of knowledge- and technology-intensive industries",
    "W",
    "USD_m",
    _ncses.INDICATORS,
    (
        "名目ドル。研究開発集約度が高位・中高位の産業（OECDの分類）。",
        "Current dollars. Industries of high and medium-high R&D intensity (OECD).",
    ),
)
#: Million dollars by which rounded parts may miss their group.
ROUNDING = 3.0


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return the cells as observations."""
    return Rows(
        observations=_ncses.observed(tables["value_added"], pl.lit(_TABLE.id), economy("row"), "USD_m", _TABLE.id)
    )


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how the parts of each group add up to it."""
    cells = tables["value_added"]
    above = pl.col("row_path").str.replace(r" > [^>]*$", "")
    parts = cells.filter(pl.col("depth") > 1).with_columns(row_path=above)
    gap = _ncses.largest_gap(parts, cells, ["row_path", "column"])
    if gap is None:
        return []
    return [
        Check(
            "内訳の合計と上位の地域の差（最大、百万ドル）",
            "largest difference of parts from their group, million dollars",
            gap,
            "at_most",
            ROUNDING,
        )
    ]


def items() -> Iterator[Item]:
    """Yield the table, which is its only indicator."""
    yield _TABLE


source = Source(
    id="ncses_industries",
    ja="知識・技術集約産業の付加価値：国・地域別（NCSES）",
    en="Value added of knowledge- and technology-intensive industries by economy (NCSES)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=f"{_ncses.LICENCE}; the figures are from BEA and IHS Markit, the latter a third party: cite them",
    url=_ncses.INDICATORS_URL,
    attribution_ja=(
        "出典：NCSES「Science and Engineering Indicators」、米国経済分析局、IHS "
        "Markit（本ソフトウェアが元帳の形に加工）"
    ),
    attribution_en=(
        "Source: NCSES, Science and Engineering Indicators; Bureau of Economic Analysis; IHS Markit (turned into "
        "ledger rows by meguri)"
    ),
    items=items,
    data=DataSet(
        files=(_ncses.table_file("value_added", "付加価値", "value added", ("6248",)),),
        rows=rows,
        checks=checks,
        caveats=(
            (
                "地域の集まりは重なる（EUは欧州に、いずれも世界に含まれる）。",
                "Groups overlap: the EU in Europe, both in the world.",
            ),
        ),
    ),
)
