"""Articles that two economies wrote together, from NCSES (data of Scopus): a symmetric matrix for each year.

An article counts 1 for each pair of economies among its authors. The pair of an economy and the world is what it wrote
with any other, that of the world with itself all such articles; an economy with itself has no cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Item, Rows, Source, _ncses
from meguri.sources._places import ECONOMIES, economy

NAMES = (
    "World",
    "Argentina",
    "Australia",
    "Austria",
    "Belgium",
    "Brazil",
    "Canada",
    "Chile",
    "China",
    "Colombia",
    "Czechia",
    "Denmark",
    "Egypt",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "India",
    "Indonesia",
    "Iran",
    "Ireland",
    "Israel",
    "Italy",
    "Japan",
    "Malaysia",
    "Mexico",
    "Netherlands",
    "New Zealand",
    "Nigeria",
    "Norway",
    "Pakistan",
    "Poland",
    "Portugal",
    "Russia",
    "Saudi Arabia",
    "Singapore",
    "South Africa",
    "South Korea",
    "Spain",
    "Sweden",
    "Switzerland",
    "Taiwan",
    "Thailand",
    "Turkey",
    "United Arab Emirates",
    "United Kingdom",
    "United States",
    "Vietnam",
)
_START = "ncses_coauthorship:"
_TABLE = _ncses.table_item(
    f"{_START}articles",
    "国際共著論文：国・地域の組",
    "Internationally co-authored articles by pair of economies",
    "W",
    "count",
    _ncses.INDICATORS,
    ("整数カウント（各組に1件）。2003年と2022年。", "Whole counting: 1 for each pair. 2003 and 2022."),
)
_PAIR = ["year", "a", "b"]


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return what each economy wrote with each other as observations."""
    pairs = tables["pairs"].filter((pl.col("a") != pl.col("b")) | pl.col("articles").is_not_null()).with_columns(
        other=economy("b").str.to_lowercase()
    )  # fmt: skip
    return Rows(observations=_ncses.observed(
        pairs, _ncses.named(f"{_START}with.", pl.col("other")), economy("a"), "count", _TABLE.id, value="articles",
        year="year", flag=None,
    ))  # fmt: skip


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how far the matrix is from its mirror image, and how many cells have no mirror cell."""
    pairs = tables["pairs"]
    mirror = pairs.select("year", a="b", b="a", mirrored="articles")
    both = pairs.join(mirror, on=_PAIR, how="left")
    gap, lonely = both.select(
        (pl.col("articles") - pl.col("mirrored")).abs().max().fill_null(0.0).alias("gap"),
        (pl.col("articles").is_not_null() & pl.col("mirrored").is_null()).sum().alias("lonely"),
    ).collect().row(0)  # fmt: skip
    return [
        Check(
            "対称な組との差（最大、件）",
            "largest difference of a pair from its mirror, articles",
            float(gap),
            "equals",
            0.0,
        ),
        Check("対称な組のないセル", "cells without a mirror", float(lonely), "equals", 0.0),
    ]


def items() -> Iterator[Item]:
    """Yield the table and, for each economy, what others wrote with it."""
    yield _TABLE
    for name in NAMES:
        code = ECONOMIES[name]
        yield _ncses.quantity(
            f"{_START}with.{code.lower()}",
            f"国際共著論文：相手が{code}" if code != "W" else "国際共著論文：相手計",
            f"internationally co-authored articles with {name}",
            "count",
            _TABLE,
        )


source = Source(
    id="ncses_coauthorship",
    ja="国際共著論文：国・地域の組（NCSES）",
    en="Internationally co-authored articles by pair of economies (NCSES)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=f"{_ncses.LICENCE}; counted on Scopus (Elsevier), a third party: cite it",
    url=_ncses.INDICATORS_URL,
    attribution_ja=(
        "出典：NCSES「Science and Engineering Indicators」、Elsevier Scopus（本ソフトウェアが元帳の形に加工）"
    ),
    attribution_en=(
        "Source: NCSES, Science and Engineering Indicators; Elsevier Scopus (turned into ledger rows by meguri)"
    ),
    items=items,
    data=DataSet(
        files=(
            File(
                "pairs",
                "国・地域の組",
                "pairs of economies",
                (
                    Column("year", "integer", needed=True, low=1900, high=2100),
                    Column("a", needed=True, one_of=NAMES),
                    Column("b", needed=True, one_of=NAMES),
                    Column("articles", "number", low=0.0),
                ),
                key=("year", "a", "b"),
            ),
        ),
        rows=rows,
        checks=checks,
        caveats=(
            (
                "2022年の国際共著論文の1%に満たない国・地域は表にない。",
                "Economies with less than 1% of such articles in 2022 are not in the table.",
            ),
        ),
    ),
)
