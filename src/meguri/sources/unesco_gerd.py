"""R&D of 124 countries by source of funds and type of activity, from the UNESCO Institute for Statistics.

Who pays is given, who performs is not, so that nothing here is a payment between sectors: each value is an observation
of its country. An estimate is approximate, and its flag stands in the note; what is nil, not applicable or not given is
missing, not nought.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, Citation, Column, DataSet, File, Item, Rows, Rule, Source
from meguri.sources._rows import country_codes, country_unknown

#: Code of the long file -> name in the id, column of the wide file, label in Japanese and English.
QUANTITIES = {
    "EXPPPP_CUR_SF_BUSENTFS": ("business", "Business enterprise", "企業の負担", "financed by business"),
    "EXPPPP_CUR_SF_GOVFS": ("government", "Government", "政府の負担", "financed by government"),
    "EXPPPP_CUR_SF_HIEDUFS": (
        "higher_education", "Higher Education", "高等教育の負担", "financed by higher education"),
    "EXPPPP_CUR_SF_PRNPFS": ("nonprofit", "Private non-profit", "非営利団体の負担", "financed by private non-profits"),
    "EXPPPP_CUR_SF_FUNABFS": ("abroad", "Rest of the world", "海外の負担", "financed from abroad"),
    "EXPPPP_CUR_SF_FSNS": (
        "source_not_specified", "Not specified source", "負担者の区分なし", "source of funds not specified"),
    "EXPPPP_CUR_TA_BARES": ("basic_research", "Basic research", "基礎研究", "basic research"),
    "EXPPPP_CUR_TA_APPRES": ("applied_research", "Applied research", "応用研究", "applied research"),
    "EXPPPP_CUR_TA_EXPDEV": (
        "experimental_development", "Experimental development", "実験開発", "experimental development"),
    "EXPPPP_CUR_TA_ACTNS": (
        "activity_not_specified", "Not specified activities", "性格の区分なし", "type of activity not specified"),
    "EXPPPP_CUR_FS_MEDSCI": (
        "medical_sciences", "Medical and health sciences", "医学・保健学", "medical and health sciences"),
}  # fmt: skip
#: Flags of estimates, by the country or by the institute: the value is approximate.
ESTIMATES = r"[+‡]"
#: Thousands of PPP dollars in the unit of the observations, a million.
_THOUSANDS = 1000.0
#: Relative difference below which two values are the same.
SAME = 1e-9
_CELL = ["LOCATION", "TIME", "INDICATOR"]


def _wide(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return the cells of the wide file that have a value, as rows of the long one."""
    codes = {column: code for code, (_, column, _, _) in QUANTITIES.items()}
    cells = tables["wide"].unpivot(list(codes), index=["LOCATION", "TIME"], variable_name="column", value_name="Value")
    code = pl.col("column").replace_strict(codes, return_dtype=pl.String)
    return cells.filter(pl.col("Value").is_not_null()).select("LOCATION", "TIME", INDICATOR=code, Value="Value")


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return all values as observations; a cell of the wide file counts where the long file has no row for it."""
    long = tables["long"].select(*_CELL, "Value", "Flag Codes", "Flags")
    both = pl.concat([long, _wide(tables).join(long, on=_CELL, how="anti")], how="diagonal")
    given, flag = pl.col("Value"), pl.col("Flag Codes").fill_null("")
    names = {code: said[0] for code, said in QUANTITIES.items()}
    observations = both.select(
        indicator=pl.concat_str(
            pl.lit("unesco_gerd:gerd."), pl.col("INDICATOR").replace_strict(names, return_dtype=pl.String)),
        place=pl.col("LOCATION").replace_strict(country_codes(), default=None, return_dtype=pl.String),
        period=pl.col("TIME").cast(pl.String), value=given / _THOUSANDS, unit=pl.lit("PPP_USD_m"),
        qualifier=pl.when(flag.str.contains(ESTIMATES)).then(pl.lit("approx")).otherwise(pl.lit("exact")),
        status=pl.when(given.is_null()).then(pl.lit("missing")).otherwise(pl.lit("observed")),
        origin=pl.lit("unesco_gerd:gerd"), note=pl.concat_str("Flag Codes", pl.lit(": "), "Flags").fill_null(flag),
    )  # fmt: skip
    return Rows(observations=observations.sort("indicator", "place", "period"))


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how far the two files say the same."""
    long = tables["long"].filter(pl.col("Value").is_not_null()).select(*_CELL, long="Value")
    wide = _wide(tables).rename({"Value": "wide"})
    if not wide.select(pl.len()).collect().item():
        return []
    same = (pl.col("long") - pl.col("wide")).abs() <= SAME * pl.col("long").abs()
    joined = long.join(wide, on=_CELL, how="full", coalesce=True)
    agree = joined.drop_nulls().select(same.mean()).collect().item()
    alone = joined.select((pl.col("long").is_null() | pl.col("wide").is_null()).sum()).collect().item()
    return [
        Check("縦長と横長の表で値が等しい割合（両方にある値）",
              "share of values, of those in both files, that the long and the wide file give alike",
              1.0 if agree is None else float(agree), "equals", 1.0),
        Check("一方の表にしかない値の数", "values that stand in one of the two files only",
              float(alone), "equals", 0.0),
    ]  # fmt: skip


_URL = "https://uis.unesco.org"
_CITED = Citation(
    "ユネスコ統計研究所「科学技術統計」", "UNESCO Institute for Statistics, Science, technology and innovation", _URL
)


def items() -> Iterator[Item]:
    """Yield the table, and what each quantity is."""
    yield Item(
        id="unesco_gerd:gerd", kind="table", ja="研究開発費：負担者・性格別（ユネスコ）",
        en="R&D expenditure by source of funds and type of activity (UNESCO)", unit="PPP_USD_m", citations=(_CITED,),
    )  # fmt: skip
    for name, _, ja, en in QUANTITIES.values():
        yield Item(
            id=f"unesco_gerd:gerd.{name}", kind="quantity", ja=f"研究開発費：{ja}", en=f"R&D expenditure: {en}",
            unit="PPP_USD_m", citations=(_CITED,), uses=("unesco_gerd:gerd",),
        )  # fmt: skip


_COUNTRY = Rule("存在しない国コード", "a country code that does not exist", lambda: country_unknown("LOCATION"))
_PLACE = Column("LOCATION", needed=True, pattern="[A-Z]{3}")
_YEAR = Column("TIME", "integer", needed=True, low=1960, high=2100)

source = Source(
    id="unesco_gerd",
    ja="研究開発費：負担者・性格別（ユネスコ）",
    en="R&D expenditure by source of funds and type of activity (UNESCO)",
    publisher_ja="ユネスコ統計研究所",
    publisher_en="UNESCO Institute for Statistics",
    licence="ODC-PDDL as stated for the extract; underlying data of the UNESCO Institute for Statistics",
    url=_URL,
    attribution_ja="出典：ユネスコ統計研究所（本ソフトウェアが観測の形に加工）",
    attribution_en="Source: UNESCO Institute for Statistics (turned into observations by meguri)",
    items=items,
    data=DataSet(
        files=(
            File(
                "long", "縦長の表", "long table",
                (
                    Column("INDICATOR", needed=True, one_of=tuple(QUANTITIES)),
                    _PLACE,
                    _YEAR,
                    Column("Value", "number", low=0.0),
                    Column("Flag Codes"),
                    Column("Flags", optional=True),
                ),
                key=tuple(_CELL), rules=(_COUNTRY,),
            ),
            File(
                "wide", "横長の表", "wide table",
                (_PLACE, _YEAR, *(Column(said[1], "number", low=0.0) for said in QUANTITIES.values())),
                key=("LOCATION", "TIME"), rules=(_COUNTRY,), needed=False,
            ),
        ),
        rows=rows,
        checks=checks,
        place="W",
        currency="PPP_USD",
        prices=("名目（購買力平価ドル）", "current PPP dollars"),
        caveats=(
            ("負担者別のみで使用者別はない。値のない年・国は行がないか欠測であり、0ではない。推計（+、‡）は約とする。",
             "By source of funds only, not by performer. What is not given has no row or is missing, and is not "
             "nought. Estimates (+, ‡) are approximate."),
        ),
    ),
)  # fmt: skip
