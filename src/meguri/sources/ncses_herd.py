"""R&D of universities of the United States by source of funds, over time and by field, from the HERD survey of NCSES.

What a source pays to an institution is a flow at the end of the fiscal year, in June for most; what an institution
pays itself goes from it to itself. The other two tables hold the same money cut otherwise and are observations only,
so that no dollar is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, Feed, File, Item, Rows, Source, _ncses
from meguri.sources._herd import (
    ALL,
    BROAD,
    FIELD_TABLE,
    FIELDS,
    SERIES_TABLE,
    SERIES_WORDS,
    SOURCE_TABLE,
    SOURCES,
    TOTAL,
    field_items,
)
from meguri.sources._places import organisation, slugged, state
from meguri.sources._rows import MOST, keyed, minor, worded

_START = "ncses_herd:"
_OWN = "institution"
#: Payers: class of actor, kind, name.
PAYERS = {
    "federal": ("treasury", "government", "federal government of the United States"),
    "state_local": ("local_government", "government", "state and local governments of the United States"),
    "business": ("firm_size_unknown", "company", "business"),
    "nonprofit": ("nonprofit", "outside", "non-profit organisations"),
    "other": ("other_organisation", "outside", "all other sources"),
}  # fmt: skip
_FIRST_YEAR = 1972


def _place(name: str) -> pl.Expr:
    """Return the place of an institution; of all institutions it is the country."""
    return pl.when(pl.col(name) == ALL).then(pl.lit("US")).otherwise(organisation(name))


def _institutions(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return one row an institution: its key, its name, and where it is if a table says so."""
    where = tables["fields"].filter(pl.col("row_kind") == "institution").select(
        "institution", state("state").alias("place")
    )  # fmt: skip
    elsewhere = [tables[name].select("institution", place=pl.lit(None, pl.String)) for name in ("sources", "series")]
    return (
        pl.concat([*elsewhere, where])
        .filter(pl.col("institution") != ALL)
        .with_columns(key=slugged("institution"))
        .group_by("key")
        .agg(pl.col("institution").sort().first(), pl.col("place").drop_nulls().sort().first())
        .sort("key")
        .with_columns(actor=keyed("institution", "key"))
    )


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return payers and institutions, their flows by source, and all three tables as observations."""
    payers = pl.LazyFrame([
        {"actor": f"payer:{key}", "kind": kind, "class": cls, "name": name, "country": "US", "place": "US"}
        for key, (cls, kind, name) in PAYERS.items()
    ])  # fmt: skip
    institutions = _institutions(tables).select(
        "actor", kind=pl.lit("university"), **{"class": pl.lit("university_institution")}, name="institution",
        country=pl.lit("US"), place=pl.col("place").fill_null("US"),
    )  # fmt: skip
    words = {name: said[0] for name, said in SOURCES.items()}
    given = tables["sources"].with_columns(
        word=worded("source", words), key=slugged("institution"), amount=minor("value_kusd", 2, 1e3)
    ).with_columns(actor=keyed("institution", "key"))  # fmt: skip
    flows = given.filter((pl.col("word") != TOTAL) & (pl.col("institution") != ALL) & (pl.col("amount") != 0)).select(
        period=pl.concat_str(pl.col("fiscal_year").cast(pl.String), pl.lit("Q2")), flow=pl.lit("research_funding"),
        from_actor=pl.when(pl.col("word") == _OWN).then("actor").otherwise(keyed("payer", "word")), to_actor="actor",
        amount="amount", unit=pl.lit("USD"),
    )  # fmt: skip
    identified = tables["fields"].filter(pl.col("ncses_inst_id").is_not_null()).with_columns(key=slugged("institution"))
    numbers = identified.select(
        key=keyed("institution", "key"), scheme=pl.lit("ncses_institution"),
        identifier=pl.col("ncses_inst_id").cast(pl.String),
    ).unique().sort("identifier", "key")  # fmt: skip
    observations = [*_by_source(given), *_series(tables["series"]), *_by_field(tables["fields"])]
    return Rows(
        actors=pl.concat([payers, institutions]), flows=flows, identifiers=numbers,
        observations=pl.concat(observations),
    )  # fmt: skip


def _fiscal(year: str) -> pl.Expr:
    return pl.concat_str(pl.lit("FY"), pl.col(year).cast(pl.String)).alias("year")


def _by_source(given: pl.LazyFrame) -> list[pl.LazyFrame]:
    cells = given.with_columns(_fiscal("fiscal_year"))
    whole = given.filter(pl.col("institution") == ALL).group_by("fiscal_year", maintain_order=True).agg(
        (pl.col("value_kusd").filter(pl.col("word") == "business").sum()
         / pl.col("value_kusd").filter(pl.col("word") == TOTAL).sum()).alias("share"),
    ).filter(pl.col("share").is_finite()).with_columns(_fiscal("fiscal_year"))  # fmt: skip
    return [
        _ncses.observed(cells, _ncses.named(f"{_START}source.", pl.col("word")), _place("institution"), "USD_m",
                        SOURCE_TABLE.id, value="value_kusd", year="year", scale=1e-3),
        _ncses.observed(whole, pl.lit("industry_share_of_university_rd"), pl.lit("US"), "share", SOURCE_TABLE.id,
                        value="share", year="year", flag=None, note="R&D paid by business / all R&D, from the table"),
    ]  # fmt: skip


def _series(cells: pl.LazyFrame) -> list[pl.LazyFrame]:
    return [
        _ncses.observed(cells.with_columns(_fiscal("fiscal_year")), _ncses.named(f"{_START}series.", pl.col("series")),
                        _place("institution"), "USD_m", SERIES_TABLE.id, value="value_kusd", year="year", scale=1e-3)
    ]  # fmt: skip


def _by_field(cells: pl.LazyFrame) -> list[pl.LazyFrame]:
    place = pl.when(pl.col("row_kind") == "institution").then(organisation("institution")).otherwise(state("state"))
    field = pl.when(pl.col("field_detail") == "Total").then(slugged("field_broad")).otherwise(
        pl.concat_str(slugged("field_broad"), pl.lit("."), slugged("field_detail"))
    )  # fmt: skip
    given = cells.with_columns(_fiscal("year"))
    return [
        _ncses.observed(given, pl.concat_str(pl.lit(f"{_START}{word}."), field), place, "USD_m", FIELD_TABLE.id,
                        value=f"{word}_kusd", year="year", flag=None, scale=1e-3)
        for word in ("total", "federal", "non_federal")
    ]  # fmt: skip


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how sources and fields add up to totals, and institutions to the country."""
    found = []
    total = pl.col("source") == "all_r_d_expenditures"
    near = tables["sources"].filter(pl.col("institution") != ALL).group_by("fiscal_year", "institution").agg(
        parts=pl.col("value_kusd").filter(~total).sum(), whole=pl.col("value_kusd").filter(total).sum()
    ).select((pl.col("parts") == pl.col("whole")).mean()).collect().item()  # fmt: skip
    if near is not None:
        found.append(
            Check(
                "財源の合計が総額に一致する機関・年の割合",
                "share of institution-years whose sources add up to the total",
                float(near),
                "equals",
                1.0,
            )
        )
    series = tables["series"]
    everyone = pl.col("institution") == ALL
    gap = _ncses.largest_gap(series.filter(~everyone), series.filter(everyone), ["series", "fiscal_year"], "value_kusd")
    fields = tables["fields"]
    one, broad = pl.col("row_kind") == "institution", pl.col("field_detail") == "Total"
    whole = pl.col("field_broad") == "Total"
    gaps = [
        (
            "機関の合計と全機関の差（時系列、最大、千ドル）",
            "largest difference of institutions from all, over time, thousand dollars",
            gap,
        ),
        (
            "機関の合計と全米の差（分野別の表、最大、千ドル）",
            "largest difference of institutions from the country, table of fields, thousand dollars",
            _ncses.largest_gap(
                fields.filter(one & whole), fields.filter(pl.col("row_kind") == "us_total"), ["year"], "total_kusd"
            ),
        ),
        (
            "分野の合計と総額の差（機関ごと、最大、千ドル）",
            "largest difference of fields from the total of an institution, thousand dollars",
            _ncses.largest_gap(
                fields.filter(one & broad & ~whole), fields.filter(one & whole), ["year", "institution"], "total_kusd"
            ),
        ),
        (
            "細分野の合計と分野の差（機関ごと、最大、千ドル）",
            "largest difference of detailed fields from their field, thousand dollars",
            _ncses.largest_gap(
                fields.filter(one & ~broad),
                fields.filter(one & broad),
                ["year", "institution", "field_broad"],
                "total_kusd",
            ),
        ),
    ]
    return [*found, *(Check(ja, en, value, "equals", 0.0) for ja, en, value in gaps if value is not None)]


def institutions_with_research(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return how many institutions report R&D, by fiscal year, from the table by source of funds."""
    reported = tables["observations"].filter(
        (pl.col("indicator") == f"{_START}source.{TOTAL}") & (pl.col("value") > 0)
        & pl.col("place").str.starts_with("org:")
    )  # fmt: skip
    return reported.group_by("period").agg(value=pl.col("place").n_unique().cast(pl.Float64)).select(
        year=pl.col("period").str.strip_prefix("FY").cast(pl.Int32), element=pl.lit("US"), value="value",
        note=pl.lit(""),
    )  # fmt: skip


def items() -> Iterator[Item]:
    """Yield the tables, the sources of funds, and what stands in each field."""
    yield from (SOURCE_TABLE, SERIES_TABLE, FIELD_TABLE)
    for word, ja, en in SOURCES.values():
        yield _ncses.quantity(
            f"{_START}source.{word}",
            f"米国の大学の研究費：{ja}",
            f"R&D of universities of the United States: {en}",
            "USD_m",
            SOURCE_TABLE,
        )
    for word, (ja, en) in SERIES_WORDS.items():
        yield _ncses.quantity(
            f"{_START}series.{word}",
            f"米国の大学の研究費の推移：{ja}",
            f"R&D of universities of the United States over time: {en}",
            "USD_m",
            SERIES_TABLE,
        )
    yield from field_items(_START)


source = Source(
    id="ncses_herd",
    ja="米国の大学の研究費：財源・推移・分野（NCSES、HERD調査）",
    en="R&D of universities of the United States: sources, series, fields (NCSES, HERD survey)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=_ncses.LICENCE,
    url="https://ncses.nsf.gov/surveys/higher-education-research-development",
    attribution_ja=_ncses.ATTRIBUTION_JA,
    attribution_en=_ncses.ATTRIBUTION_EN,
    items=items,
    data=DataSet(
        files=(
            File(
                "sources",
                "財源別",
                "by source of funds",
                (
                    Column("fiscal_year", "integer", needed=True, low=_FIRST_YEAR, high=2100),
                    Column("institution", needed=True),
                    Column("source", needed=True, one_of=tuple(SOURCES)),
                    Column("value_kusd", "number", low=0.0, high=MOST / 1e3),
                    Column("flag"),
                ),
                key=("fiscal_year", "institution", "source"),
                needed=False,
            ),
            File(
                "series",
                "推移",
                "over time",
                (
                    Column("series", needed=True, one_of=tuple(SERIES_WORDS)),
                    Column("institution", needed=True),
                    Column("fiscal_year", "integer", needed=True, low=_FIRST_YEAR, high=2100),
                    Column("value_kusd", "number", low=0.0, high=MOST / 1e3),
                    Column("flag"),
                ),
                key=("series", "institution", "fiscal_year"),
                needed=False,
            ),
            File(
                "fields",
                "分野別",
                "by field",
                (
                    Column("year", "integer", needed=True, low=_FIRST_YEAR, high=2100),
                    Column("row_kind", needed=True, one_of=("institution", "state_total", "us_total")),
                    Column("state", needed=True),
                    Column("institution", needed=True),
                    Column("ncses_inst_id", "integer", low=1),
                    Column("field_broad", needed=True, one_of=tuple(BROAD)),
                    Column("field_detail", needed=True, one_of=tuple(FIELDS)),
                    Column("federal_kusd", "number", low=0.0),
                    Column("non_federal_kusd", "number", low=0.0),
                    Column("total_kusd", "number", low=0.0),
                ),
                key=("year", "row_kind", "state", "institution", "field_broad", "field_detail"),
                needed=False,
            ),
        ),
        rows=rows,
        checks=checks,
        place="US",
        currency="USD",
        minor_unit=2,
        feeds=(
            Feed(
                "university_population.national_universities",
                "US",
                "institution",
                "研究費を報告する高等教育機関の数。設置者は区別せず、すべて一つの種別に置く（パックと同じ）。"
                "調査の対象は研究費が一定額以上の機関であり、大学の総数ではない",
                "institutions of higher education that report R&D, all under one kind whoever founded them, as in the "
                "country pack; the survey asks those whose R&D is above its threshold, so that this is not the number "
                "of all universities",
                institutions_with_research,
            ),
        ),
        caveats=(
            (
                "会計年度は機関の年度（多くは6月まで）。日本の年度とは異なる。",
                "Fiscal years are those of the institutions, to June for most: not those of Japan.",
            ),
            (
                "三つの表は版が異なり、同じ年の総額は少し異なる。支払いとして数えるのは財源別の表のみ。",
                "The three tables are of different editions: totals of a year differ a little. Only sources are "
                "payments.",
            ),
            (
                "記号iは推計（およその値）。記号のみのセルは欠測で、0ではない。機関名から同じ機関とみなす。",
                "Mark i: imputed (approximate). A cell with a mark only is missing, not nought. Institutions are "
                "told apart by name.",
            ),
        ),
    ),
)
