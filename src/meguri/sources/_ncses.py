"""What tables of NCSES share: one long layout, marks instead of values, and observations with their items.

In the long layout a row is one cell: number of the table, path and label of its row, year, value, mark. Files of
different tables have the same columns, so that a file is known by the number of its table.
"""

from __future__ import annotations

import polars as pl

from meguri.sources import Caveat, Citation, Column, File, Item, Rule

PUBLISHER_JA = "米国科学・工学統計センター（NCSES）"
PUBLISHER_EN = "National Center for Science and Engineering Statistics (NCSES)"
LICENCE = "work of the United States government (public domain in the United States)"
ATTRIBUTION_JA = "出典：NCSES（本ソフトウェアが元帳の形に加工）"
ATTRIBUTION_EN = "Source: NCSES (turned into ledger rows by meguri)"
INDICATORS_URL = "https://ncses.nsf.gov/indicators"
INDICATORS = Citation(
    "NCSES「Science and Engineering Indicators」", "NCSES, Science and Engineering Indicators", INDICATORS_URL
)
#: Marks that stand beside or instead of a value; other marks are kept as they are written.
MARKS = {"i": "imputed", "D": "suppressed"}
#: Fields of technology of WIPO, as the tables write them -> Japanese.
TECHNOLOGY = {
    "ALL": "全分野",
    "electrical machinery, apparatus, energy": "電気機械・電気装置・電気エネルギー",
    "audio-visual technology": "音響・映像技術",
    "telecommunications": "電気通信",
    "digital communication": "デジタル通信",
    "basic communication processes": "基本電子回路",
    "computer technology": "コンピューターテクノロジー",
    "IT methods for management": "ビジネス方法",
    "semiconductors": "半導体",
    "optics": "光学機器",
    "measurement": "計測",
    "analysis of biological materials": "生物材料分析",
    "control": "制御",
    "medical technology": "医療機器",
    "organic fine chemistry": "有機化学・農薬",
    "biotechnology": "バイオテクノロジー",
    "pharmaceuticals": "製薬",
    "macromolecular chemistry, polymers": "高分子化学・ポリマー",
    "food chemistry": "食品化学",
    "basic materials chemistry": "基礎材料化学",
    "materials, metallurgy": "無機材料・冶金",
    "surface technology, coating": "表面加工",
    "microstructural technology and nanotechnology": "マイクロ構造・ナノテクノロジー",
    "chemical engineering": "化学工学",
    "environmental technology": "環境技術",
    "handling": "ハンドリング機械",
    "machine tools": "機械加工器具",
    "engines, pumps, turbines": "エンジン・ポンプ・タービン",
    "textile and paper machines": "繊維・製紙",
    "other special machines": "その他の特殊機械",
    "thermal processes and apparatus": "熱処理機構",
    "mechanical elements": "機械部品",
    "transport": "運輸",
    "furniture, games": "家具・ゲーム",
    "other consumer goods": "その他の消費財",
    "civil engineering": "土木技術",
}
#: A line of the table that only heads others.
HEADING = Rule(
    "値も記号もない見出しの行", "a heading of the table, without a value and without a mark",
    lambda: pl.col("value").is_null() & pl.col("flag").is_null(),
)  # fmt: skip


def table_file(name: str, ja: str, en: str, tables: tuple[str, ...], labels: tuple[str, ...] = ()) -> File:
    """Return a kind of file in the long layout; ``labels`` are the only rows that the tables have."""
    return File(
        name, ja, en,
        (
            Column("table", needed=True, one_of=tables),
            Column("row_path", needed=True),
            Column("row", needed=True, one_of=labels),
            Column("depth", "integer", needed=True, low=1, high=9),
            Column("column", "integer", needed=True, low=1900, high=2100),
            Column("value", "number", low=0.0),
            Column("flag"),
        ),
        key=("table", "row_path", "column"), rules=(HEADING,), needed=False, mark="table",
    )  # fmt: skip


def observed(
    cells: pl.LazyFrame, indicator: pl.Expr, place: pl.Expr, unit: str, origin: str, *,
    value: str = "value", year: str = "column", flag: str | None = "flag", note: str = "", scale: float = 1.0,
) -> pl.LazyFrame:  # fmt: skip
    """Return cells as observations: one without a value is missing, one that was imputed is approximate.

    ``year`` is a column of years or of periods as text; values are multiplied by ``scale``.
    """
    given = pl.col(value).is_not_null()
    mark = pl.lit("") if flag is None else pl.col(flag).fill_null("")
    imputed = given & (mark == "i")
    said = mark.replace(MARKS)
    both = pl.lit("; ") if note else pl.lit("")
    return cells.select(
        indicator=indicator, place=place, period=pl.col(year).cast(pl.String), value=pl.col(value) * scale,
        unit=pl.lit(unit), status=pl.when(given).then(pl.lit("observed")).otherwise(pl.lit("missing")),
        qualifier=pl.when(imputed).then(pl.lit("approx")).otherwise(pl.lit("exact")), origin=pl.lit(origin),
        note=pl.when(said == "").then(pl.lit(note)).otherwise(pl.concat_str(said, both, pl.lit(note))),
    )  # fmt: skip


def named(start: str, column: pl.Expr) -> pl.Expr:
    """Return ids of indicators: ``start`` with what a column says behind it."""
    return pl.concat_str(pl.lit(start), column)


def table_item(
    identifier: str, ja: str, en: str, place: str, unit: str, cited: Citation, caveat: tuple[str, str] | None = None
) -> Item:
    """Return the item of a table, which the observations name as their origin."""
    caveats = (Caveat("definition", *caveat),) if caveat else ()
    return Item(id=identifier, kind="table", ja=ja, en=en, place=place, unit=unit, citations=(cited,), caveats=caveats)


def quantity(identifier: str, ja: str, en: str, unit: str, table: Item, place: str = "") -> Item:
    """Return the item of an indicator that stands in a table."""
    return Item(
        id=identifier, kind="quantity", ja=ja, en=en, unit=unit, place=place or table.place,
        citations=table.citations, uses=(table.id,),
    )  # fmt: skip


def largest_gap(parts: pl.LazyFrame, whole: pl.LazyFrame, on: list[str], value: str = "value") -> float | None:
    """Return the largest difference of summed parts from a whole; None where there is nothing to compare."""
    summed = parts.group_by(on).agg(pl.col(value).sum().alias("parts"))
    joined = whole.select(*on, pl.col(value).alias("whole")).join(summed, on=on)
    return joined.select((pl.col("parts") - pl.col("whole")).abs().max()).collect().item()
