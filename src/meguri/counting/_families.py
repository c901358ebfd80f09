"""Patent families out of single applications: what priority links join, directly or indirectly, and where it was filed.

An office is written as its two-letter code (WIPO standard ST.3) or as a word of the vocabulary. Filings under the
Patent Cooperation Treaty (WO) join a family, but are filings at no office.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.counting import Column, Option, Options, Table
from meguri.counting._components import connected
from meguri.counting._ledger import LedgerTables
from meguri.counting._series import PLACED

#: Separates several codes in a cell.
SEPARATOR = ";"
#: Quarters from a first filing to its publication (Patent Act of Japan, Article 64; the same elsewhere).
PUBLISHED_AFTER = 6

APPLICATIONS = Table(
    "applications",
    "特許出願",
    "patent applications",
    (
        Column("application", "出願の番号", "number of the application", needed=True),
        Column("office", "出願先の特許庁（2文字の国コードなど）", "office (two-letter code)", needed=True),
        Column("filed", "出願日", "day of filing", "date", needed=True, low="1800-01-01", high="2100-12-31"),
        Column(
            "countries",
            "出願人（発明者）の国。複数は「;」で区切る",
            "countries of the applicants, several with ';'",
            optional=True,
        ),
        Column(
            "priority",
            "優先権の基礎となる出願の番号。複数は「;」で区切る",
            "applications whose priority is claimed, several with ';'",
            optional=True,
        ),
        Column("field", "技術分野", "technology field", optional=True),
        Column(
            "families",
            "この行が代表するファミリー数（抽出の場合）",
            "families that a sampled row stands for",
            "number",
            optional=True,
            low=0.0,
        ),
    ),
    key=("application",),
)
COUNTS = Table(
    "counts",
    "国別・年別のファミリー数",
    "families by country and year",
    (
        Column("country", "国または国・地域群", "country or bloc", needed=True),
        Column("year", "年", "year", "integer", needed=True, low=1800, high=2100),
        Column("families", "ファミリー数", "number of families", "number", needed=True, low=0.0),
        Column("field", "技術分野", "technology field", optional=True),
    ),
    key=("country", "year", "field"),
)
OPTIONS = (
    Option(
        "counting",
        "数え方",
        "how countries share a family",
        "whole",
        {
            "whole": ("整数カウント：各国に1件", "whole: 1 for each country"),
            "fractional": ("分数カウント：国の数で等分", "fractional: in equal parts"),
        },
    ),
    Option("window", "移動平均の年数", "years of the moving mean", 3, low=1, high=20),
    Option("placed", "移動平均を置く年", "where a moving mean stands", "middle", PLACED),
    Option(
        "outside",
        "表にない優先権",
        "a priority that is not in the table",
        "join",
        {
            "join": ("同じ優先権を主張する出願をまとめる", "joins the applications that claim it"),
            "leave_out": ("そのファミリーを除く", "its family is left out"),
        },
    ),
    Option("until", "数える最後の年", "last year that is counted", of="number", low=1800, high=2100),
    Option(
        "world",
        "世界計の行の国名（なければ各国の計）",
        "country that means the world (none: the sum of all)",
        of="text",
    ),
)


@cache
def codes() -> dict[str, tuple[str, str]]:
    """Return office and bloc (words of the vocabulary, may be empty) by two-letter code."""
    text = files("meguri.counting").joinpath("_offices.csv").read_text(encoding="utf-8")
    return {row["code"]: (row["office"], row["bloc"]) for row in csv.DictReader(io.StringIO(text))}


def office_groups() -> dict[str, str]:
    """Return the group of offices (Japan, the United States, China, Europe) by code and by word of the vocabulary."""
    words = {word.id: word["group"] for word in vocabulary.table("offices") if word["group"]}
    return words | {code: words[office] for code, (office, _) in codes().items() if office in words}


def blocs() -> dict[str, str]:
    """Return the bloc by code of a country."""
    return {code: bloc for code, (_, bloc) in codes().items() if bloc}


def families(applications: pl.DataFrame, outside: str = "join") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return families and their countries.

    Families: family, year (of the earliest filing), applications, offices, groups (of the four), group_offices (offices
    that lie in a group), field (of the earliest filing that has one), weight, complete (no priority lies outside the
    table). Countries: family, country, parts (number of countries of the family). A family is named by the row of its
    first application in the table.
    """
    table = applications.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    links = table.select("row", earlier=_split("priority")).explode("earlier").drop_nulls("earlier")
    known = table.select(earlier="application", to="row")
    links = links.join(known, on="earlier", how="left", maintain_order="left")
    missing = links.filter(pl.col("to").is_null()).select("earlier").unique(maintain_order=True)
    size = table.height
    if outside == "join":
        beyond = missing.with_row_index("to", offset=size).with_columns(pl.col("to").cast(pl.Int64))
        links = links.join(beyond.rename({"to": "beyond"}), on="earlier", how="left", maintain_order="left")
        links = links.with_columns(to=pl.coalesce("to", "beyond"))
        size += beyond.height
    inside = links.filter(pl.col("to").is_not_null())
    label = connected(size, inside["row"].to_numpy(), inside["to"].to_numpy())
    table = table.with_columns(family=pl.Series(label[: table.height], dtype=pl.Int64))
    lacking = links.join(missing, on="earlier", how="semi").select("row").unique()
    table = table.join(lacking.with_columns(lacks=True), on="row", how="left", maintain_order="left")
    return _summed(table), _countries(table)


def _split(column: str) -> pl.Expr:
    parts = pl.col(column).str.split(SEPARATOR).list.eval(pl.element().str.strip_chars())
    return parts.list.eval(pl.element().filter(pl.element() != ""))


def _summed(table: pl.DataFrame) -> pl.DataFrame:
    office = pl.col("office").str.strip_chars()
    office = pl.when(office.str.len_chars() == 2).then(office.str.to_uppercase()).otherwise(office)
    group = pl.col("at").replace_strict(office_groups(), default=None, return_dtype=pl.String)
    treaty = next(code for code, (office, bloc) in codes().items() if not office and not bloc)
    rows = table.with_columns(at=office).with_columns(at=pl.when(pl.col("at") != treaty).then("at"))
    rows = rows.with_columns(group=group).sort("filed", "row")
    found = rows.group_by("family", maintain_order=True).agg(
        pl.col("filed").first().dt.year().cast(pl.Int64).alias("year"),
        pl.len().cast(pl.Int64).alias("applications"),
        pl.col("at").drop_nulls().n_unique().cast(pl.Int64).alias("offices"),
        pl.col("group").drop_nulls().n_unique().cast(pl.Int64).alias("groups"),
        pl.col("at").filter(pl.col("group").is_not_null()).n_unique().cast(pl.Int64).alias("group_offices"),
        pl.col("field").drop_nulls().first().alias("field"),
        pl.col("families").max().fill_null(1.0).alias("weight"),
        pl.col("lacks").is_null().all().alias("complete"),
    )
    return found.sort("family")


def _countries(table: pl.DataFrame) -> pl.DataFrame:
    named = table.select("family", country=_split("countries")).explode("country").drop_nulls("country")
    code = pl.col("country").str.to_uppercase()
    named = named.with_columns(country=pl.when(pl.col("country").str.len_chars() == 2).then(code).otherwise("country"))
    named = named.unique().sort("family", "country")
    return named.with_columns(parts=pl.len().over("family").cast(pl.Int64))


def parts(counted: pl.DataFrame, countries: pl.DataFrame, counting: str, names: Mapping[str, str] | None = None):
    """Return place, year, field and families: whole, or in equal parts of a family's countries.

    With ``names`` (country -> bloc) the places are blocs; a country of no bloc counts in the parts, but nowhere else.
    """
    rows = countries.join(counted.select("family", "year", "field", "weight"), on="family", how="inner")
    place = pl.col("country").replace_strict(dict(names), default=None, return_dtype=pl.String) if names else "country"
    rows = rows.with_columns(place=place).drop_nulls("place")
    if counting == "whole":
        rows = rows.unique(["family", "place"]).with_columns(families="weight")
    else:
        rows = rows.with_columns(families=pl.col("weight") / pl.col("parts"))
    return rows.group_by("place", "year", "field").agg(pl.col("families").sum()).sort("place", "year", "field")


#: What a table of counts calls all fields together, in small letters.
ALL_FIELDS = ("all", "all fields", "total", "全分野", "全体", "合計", "総計", "計")


def _stated(rows: pl.DataFrame) -> pl.Series:
    says = pl.col("field").str.strip_chars().str.to_lowercase().is_in(ALL_FIELDS).fill_null(False)
    return rows.select(says).to_series()


def states_all_fields(rows: pl.DataFrame) -> bool:
    """Say whether some rows stand for all fields together."""
    return bool(_stated(rows).any())


def of_all_fields(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that stand for all fields: those that say so where a table has them, else all rows."""
    return rows.filter(_stated(rows)) if states_all_fields(rows) else rows


def yearly(rows: pl.DataFrame, places: list[str], years: list[int]) -> np.ndarray:
    """Return families by year and place (0 where none) of rows with place, year and families."""
    total = np.zeros((len(years), len(places)))
    at = {place: column for column, place in enumerate(places)}
    for place, year, amount in rows.select("place", "year", "families").iter_rows():
        if place in at and years and years[0] <= year <= years[-1]:
            total[year - years[0], at[place]] += amount
    return total


def years_of(rows: pl.DataFrame, options: Options) -> list[int]:
    """Return the years from the first to the last that is counted."""
    if rows.is_empty():
        return []
    first, last = int(rows["year"].min()), int(rows["year"].max())  # type: ignore[arg-type]
    until = options.get("until")
    return list(range(first, min(last, int(until)) + 1 if until else last + 1))


def of_ledger(ledger: LedgerTables) -> tuple[pl.DataFrame, dict[str, object]]:
    """Return the applications of a ledger, with the options that it asks for.

    Applications are those on record; families that were not published, or whose priority lies before the ledger, are
    left out, and a year is counted when all of it has been published, eighteen months after its end.
    """
    acts = ("patent_filing", "priority_claim", "inventor_country", "patent_field", "patent_publication")
    rows = ledger.filed(acts).select("t", "act", "contract", "value").collect()
    of = {act: rows.filter(pl.col("act") == act).select("t", "contract", "value") for act in acts}
    filed = of["patent_filing"].with_columns(
        office=_word("offices"), filed=pl.date(pl.col("t") // 4, pl.col("t") % 4 * 3 + 1, 1)
    )
    countries = (
        of["inventor_country"]
        .with_columns(word=_word("inventor_countries"))
        .group_by("contract")
        .agg(pl.col("word").unique().sort().str.join(SEPARATOR).alias("countries"))
    )
    priority = (
        of["priority_claim"]
        .group_by("contract")
        .agg(pl.col("value").cast(pl.String).sort().str.join(SEPARATOR).alias("priority"))
    )
    field = of["patent_field"].with_columns(field=_word("fields")).unique("contract", keep="last", maintain_order=True)
    weight = of["patent_publication"].group_by("contract").agg(pl.col("value").max().cast(pl.Float64).alias("families"))
    found = filed.unique("contract", keep="first", maintain_order=True).drop_nulls("office")
    for other in (countries, priority, field.select("contract", "field"), weight):
        found = found.join(other, on="contract", how="left", maintain_order="left")
    table = found.select(
        pl.col("contract").cast(pl.String).alias("application"),
        "office",
        "filed",
        "countries",
        "priority",
        "field",
        pl.col("families").fill_null(0.0) / ledger.scale,
    )
    years = [year for year in ledger.whole_years("CY") if 4 * year + PUBLISHED_AFTER <= 4 * (ledger.last // 4)]
    return table, {"outside": "leave_out", "until": max(years, default=ledger.first // 4 - 1)}


def _word(table: str) -> pl.Expr:
    words = {word.code: word.id for word in vocabulary.table(table)}
    return pl.col("value").replace_strict(words, default=None, return_dtype=pl.String)
