"""Shares of countries in international patent families, worked out from the tables of NCSES.

Counting is fractional and includes families at a single office: levels differ from shares of families at two or more
offices (``patent_family_share``), so that these are observations of their own. Shares of
fields and three-year shares are families of three years over those of the world: they stand at their span, with the
year of the file in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Caveat, Check, Citation, Column, DataSet, File, Item, Rows, Source, _ncses
from meguri.sources._places import slug, slugged

COUNTRIES = ("JP", "US", "GB", "DE", "FR", "KR", "CN")
_START = "patent_family_shares:"
_NOTE = "fractional counting, families at one office included"
_CITED = Citation(
    "NCSES「Science and Engineering Indicators」から計算",
    "computed from NCSES, Science and Engineering Indicators",
    _ncses.INDICATORS_URL,
)
#: Columns by country -> id, Japanese, English, unit, and the years before and after that the value is a mean of.
BY_COUNTRY = {
    "count": ("count", "国際特許ファミリー", "international patent families", "family", 0),
    "share_pct": ("share", "国際特許ファミリーの世界シェア", "world share of patent families", "percent", 0),
    "share_ma3_pct": (
        "share_three_years",
        "国際特許ファミリーの世界シェア（3年）",
        "world share of patent families, three years",
        "percent",
        1,
    ),
    "share_ma3_ex_china_pct": (
        "share_three_years_without_china",
        "国際特許ファミリーの世界シェア（3年、中国を除く）",
        "world share of patent families without China, three years",
        "percent",
        1,
    ),
}
#: Columns of Japan by field -> id, Japanese, English, period, unit. Slopes are least squares over 2009 to 2019.
BY_FIELD = {
    **{
        f"share_{year}": (
            "field_share",
            "日本のシェア（3年）",
            "share of Japan, three years",
            f"{year - 1}/{year + 1}",
            "percent",
        )
        for year in (1999, 2009, 2016, 2019)
    },
    **{
        f"exchina_{year}": (
            "field_share_without_china",
            "日本のシェア（3年、中国を除く）",
            "share of Japan without China, three years",
            f"{year - 1}/{year + 1}",
            "percent",
        )
        for year in (2009, 2019)
    },
    "slope_2009_19_pp_per_year": (
        "field_slope",
        "日本のシェア（3年）の年変化（ポイント）",
        "change a year of the three-year share of Japan, points",
        "2009/2019",
        "percent",
    ),
    "exchina_slope": (
        "field_slope_without_china",
        "日本のシェア（3年）の年変化（中国を除く、ポイント）",
        "change a year of the three-year share of Japan without China, points",
        "2009/2019",
        "percent",
    ),
}


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return counts and shares as observations."""
    years = tables["countries"].with_columns(
        span=pl.concat_str((pl.col("year") - 1).cast(pl.String), pl.lit("/"), (pl.col("year") + 1).cast(pl.String))
    )
    parts = [_column(years, "world", f"{_START}count", "W", pl.col("year").cast(pl.String), "family", "countries")]
    for column, (name, _, _, unit, around) in BY_COUNTRY.items():
        period = pl.col("span") if around else pl.col("year").cast(pl.String)
        parts += [_column(years, f"{column}_{country}", f"{_START}{name}", country, period, unit, "countries")
                  for country in COUNTRIES]  # fmt: skip
    fields = tables["fields"].with_columns(slug=slugged("field"))
    parts += [
        _column(fields, column, pl.concat_str(pl.lit(f"{_START}{name}."), "slug"), "JP", pl.lit(period), unit, "fields")
        for column, (name, _, _, period, unit) in BY_FIELD.items()
    ]
    return Rows(observations=pl.concat(parts))


def _column(
    given: pl.LazyFrame, column: str, indicator: str | pl.Expr, place: str, period: pl.Expr, unit: str, table: str
) -> pl.LazyFrame:
    return given.filter(pl.col(column).is_not_null()).select(
        indicator=pl.lit(indicator) if isinstance(indicator, str) else indicator, place=pl.lit(place), period=period,
        value=pl.col(column), unit=pl.lit(unit), qualifier=pl.lit("exact"), status=pl.lit("observed"),
        origin=pl.lit(f"{_START}{table}"), note=pl.lit(_NOTE),
    )  # fmt: skip


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how far printed shares are from counts over the world, of a year and of three years."""
    years = tables["countries"].sort("year")
    gaps: dict[str, list[pl.Expr]] = {"year": [], "span": []}
    three = {name: pl.sum_horizontal(pl.col(name).shift(n) for n in (-1, 0, 1)) for name in
             ("world", *(f"count_{country}" for country in COUNTRIES))}  # fmt: skip
    for country in COUNTRIES:
        gaps["year"].append(pl.col(f"count_{country}") / pl.col("world") * 100.0 - pl.col(f"share_pct_{country}"))
        gaps["span"].append(three[f"count_{country}"] / three["world"] * 100.0 - pl.col(f"share_ma3_pct_{country}"))
    found = []
    for (_, each), (ja, en) in zip(
        gaps.items(),
        (
            (
                "シェアと件数÷世界の差（最大、ポイント）",
                "largest difference of shares from counts over the world, points",
            ),
            (
                "3年のシェアと3年の件数の比の差（最大、ポイント）",
                "largest difference of three-year shares from their counts, points",
            ),
        ),
        strict=True,
    ):
        gap = years.select(pl.max_horizontal(expression.abs().max() for expression in each)).collect().item()
        if gap is not None:
            found.append(Check(ja, en, round(float(gap), 9), "at_most", 0.0006))
    return found


def items() -> Iterator[Item]:
    """Yield the tables and what is counted in each."""
    caveat = Caveat(
        "definition",
        "分数カウントで、1か国のみの出願を含む。2か国以上のパテントファミリーの整数カウントとは水準が異なり、向きと順序のみを用いる。",
        "Fractional counting, families at one office included: not the level of whole counts at two or more "
        "offices, use the direction and the order only.",
    )
    tables = {
        "countries": ("国際特許ファミリー：国別", "International patent families by country", "W"),
        "fields": (
            "国際特許ファミリー：日本の技術分野別シェア",
            "International patent families: share of Japan by field",
            "JP",
        ),
    }
    for table, (ja, en, place) in tables.items():
        yield Item(
            id=f"{_START}{table}", kind="table", ja=ja, en=en, place=place, citations=(_CITED,), caveats=(caveat,)
        )
    for name, ja, en, unit, _ in BY_COUNTRY.values():
        yield Item(
            id=f"{_START}{name}",
            kind="quantity",
            ja=ja,
            en=en,
            unit=unit,
            citations=(_CITED,),
            caveats=(caveat,),
            uses=(f"{_START}countries",),
        )
    for name, ja, en, unit in dict.fromkeys((name, ja, en, unit) for name, ja, en, _, unit in BY_FIELD.values()):
        for field, field_ja in _ncses.TECHNOLOGY.items():
            said = "all fields" if field == "ALL" else field
            yield Item(
                id=f"{_START}{name}.{slug(field)}",
                kind="quantity",
                ja=f"{ja}：{field_ja}",
                en=f"{en}: {said}",
                unit=unit,
                place="JP",
                citations=(_CITED,),
                caveats=(caveat,),
                uses=(f"{_START}fields",),
            )


_BY_COUNTRY = tuple(Column(f"{name}_{country}", "number", low=0.0) for name in BY_COUNTRY for country in COUNTRIES)

source = Source(
    id="patent_family_shares",
    ja="国際特許ファミリーの国別シェア（NCSESから計算）",
    en="Shares in international patent families (computed from NCSES)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=_ncses.LICENCE,
    url=_ncses.INDICATORS_URL,
    attribution_ja="出典：NCSESの表から計算（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: computed from tables of NCSES (turned into ledger rows by meguri)",
    items=items,
    data=DataSet(
        files=(
            File(
                "countries",
                "国別",
                "by country",
                (
                    Column("year", "integer", needed=True, low=1900, high=2100),
                    Column("world", "number", needed=True, low=0.0),
                    *_BY_COUNTRY,
                ),
                key=("year",),
                needed=False,
            ),
            File(
                "fields",
                "日本の分野別",
                "Japan by field",
                (
                    Column("field", needed=True, one_of=tuple(_ncses.TECHNOLOGY)),
                    *(Column(name, "number") for name in BY_FIELD),
                ),
                key=("field",),
                needed=False,
            ),
        ),
        rows=rows,
        checks=checks,
        caveats=(
            (
                "分数カウントで、1か国のみの出願を含む。水準ではなく、向きと分野の順序に用いる。",
                "Fractional counting, families at one office included: use the direction and the order of "
                "fields, not the level.",
            ),
        ),
    ),
)
