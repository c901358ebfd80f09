"""Patents by country and field of technology, by sector of the owner and of universities, from NCSES.

Three series by country of the inventors: patents granted in the United States (USPTO), the same in a later edition
(all fields only), and international patent families, which here include families at a single office. All are counted
fractionally. Groups of countries overlap: the European Union lies in Europe, and both in the world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Item, Rows, Source, _ncses
from meguri.sources._places import economy, slug, slugged

OWNERS, UNIVERSITIES = "10548", "5887"
_START = "ncses_patents:"
#: Series as the files write them -> id, Japanese, English, unit.
SERIES = {
    "USPTO": ("uspto", "米国特許", "patents granted in the United States", "patent"),
    "USPTO_inventor_2022ed": (
        "uspto_2023",
        "米国特許（2023年版）",
        "patents granted in the United States (edition of 2023)",
        "patent",
    ),
    "IPF": ("families", "国際特許ファミリー", "international patent families", "family"),
}
#: Sectors of owners in the United States, and owners elsewhere: Japanese, English, place.
SECTORS = {
    "Total": ("計", "all owners", "W"), "Assigned to U.S. owner": ("米国の権利者", "owners in the United States", "US"),
    "Academic": ("大学", "academic owners", "US"), "Business": ("企業", "business", "US"),
    "Government": ("政府", "government", "US"), "Individual": ("個人", "individuals", "US"),
    "Other": ("その他", "other owners", "US"), "Unclassified": ("分類不能", "unclassified owners", "US"),
    "Assigned to foreign owner": ("外国の権利者", "owners abroad", "W"),
    "Assigned to owner from unknown location": ("所在地不明の権利者", "owners at an unknown place", "W"),
}  # fmt: skip
#: Share by which the fields of the world may miss the total of patents, and that of families (see the caveat).
TOLERANCE, TOLERANCE_FAMILIES = 0.005, 0.035
_FIRST_YEAR = 1998
_BY_COUNTRY = _ncses.table_item(
    f"{_START}countries",
    "特許：発明者の国・技術分野別",
    "Patents by country of the inventors and field of technology",
    "W",
    "patent",
    _ncses.INDICATORS,
    (
        "分数カウント。国際特許ファミリーは1か国のみの出願を含み、最初の登録の年に数える。",
        "Fractional counting. Families include those at a single office and stand at the year of their first grant.",
    ),
)
_BY_OWNER = _ncses.table_item(
    f"{_START}owners",
    "米国特許：権利者の部門別",
    "Patents granted in the United States by sector of the owner",
    "W",
    "patent",
    _ncses.INDICATORS,
)
_OF_UNIVERSITIES = _ncses.table_item(
    f"{_START}universities",
    "米国の大学の米国特許：技術分野別",
    "Patents of universities of the United States by field",
    "US",
    "patent",
    _ncses.INDICATORS,
)


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return all three tables as observations."""
    given = tables["countries"].with_columns(
        start=pl.col("office").replace_strict({name: f"{_START}{said[0]}." for name, said in SERIES.items()},
                                              default=None, return_dtype=pl.String)
    )  # fmt: skip
    places = pl.col("row").replace_strict({name: said[2] for name, said in SECTORS.items()}, default=None,
                                          return_dtype=pl.String)  # fmt: skip
    parts = [
        _ncses.observed(
            given.filter(pl.col("office") == name), pl.concat_str("start", slugged("field")), economy("country"),
            said[3], _BY_COUNTRY.id, value="count", year="year", note="fractional counting",
        )
        for name, said in SERIES.items()
    ]  # fmt: skip
    parts.append(
        _ncses.observed(
            tables["owners"], _ncses.named(f"{_START}owner.", slugged("row")), places, "patent", _BY_OWNER.id
        )
    )
    parts.append(
        _ncses.observed(
            tables["universities"],
            _ncses.named(f"{_START}university.", slugged("row")),
            pl.lit("US"),
            "patent",
            _OF_UNIVERSITIES.id,
        )
    )
    return Rows(observations=pl.concat(parts))


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how the world's series agrees with its fields, with its regions and with the table of owners."""
    cells = tables["countries"].rename({"count": "value"})
    world = cells.filter(pl.col("depth") == 1)
    whole = pl.col("field") == "ALL"
    found = []
    fields = world.filter(~whole).group_by("office", "year").agg(pl.col("value").sum().alias("parts")).join(
        world.filter(whole), on=["office", "year"]
    ).group_by("office").agg((pl.col("parts") / pl.col("value") - 1.0).abs().max()).collect()  # fmt: skip
    gaps = dict(fields.iter_rows())
    for office, limit in (("USPTO", TOLERANCE), ("IPF", TOLERANCE_FAMILIES)):
        if gaps.get(office) is not None:
            _, ja, en, _ = SERIES[office]
            found.append(Check(f"{ja}：世界の分野の合計と全分野の差（最大、相対）",
                               f"{en}: largest relative difference of the world's fields from all fields",
                               float(gaps[office]), "at_most", limit))  # fmt: skip
    regions = _ncses.largest_gap(cells.filter(pl.col("depth") == 2), world, ["office", "field", "year"])
    if regions is not None:
        found.append(Check("地域の合計と世界の差（最大、件）", "largest difference of regions from the world, patents",
                           regions, "at_most", 3.0))  # fmt: skip
    owned = tables["owners"].filter(pl.col("row") == "Total").select(pl.col("column").alias("year"), "value")
    owners = _ncses.largest_gap(world.filter(pl.col("office") == "USPTO_inventor_2022ed"), owned, ["year"])
    if owners is not None:
        found.append(Check("世界の米国特許（2023年版）と権利者別の表の計の差（最大、件）",
                           "largest difference of the world's patents (edition of 2023) from the total of owners",
                           owners, "equals", 0.0))  # fmt: skip
    return found


def items() -> Iterator[Item]:
    """Yield the tables and what is counted in each field and sector."""
    yield from (_BY_COUNTRY, _BY_OWNER, _OF_UNIVERSITIES)
    for identifier, ja, en, unit in SERIES.values():
        for field, said in _ncses.TECHNOLOGY.items():
            if identifier != "uspto_2023" or field == "ALL":
                yield _ncses.quantity(
                    f"{_START}{identifier}.{slug(field)}", f"{ja}：{said}", f"{en}: {_field(field)}", unit, _BY_COUNTRY
                )
    for name, (ja, en, place) in SECTORS.items():
        yield _ncses.quantity(
            f"{_START}owner.{slug(name)}",
            f"米国特許：{ja}",
            f"patents granted in the United States: {en}",
            "patent",
            _BY_OWNER,
            place,
        )
    for name, ja in OF_UNIVERSITIES.items():
        yield _ncses.quantity(
            f"{_START}university.{slug(name)}",
            f"米国の大学の米国特許：{ja}",
            f"patents of universities of the United States: {name}",
            "patent",
            _OF_UNIVERSITIES,
        )


def _field(name: str) -> str:
    return "all fields" if name == "ALL" else name


#: Fields as the table of universities writes them -> Japanese.
OF_UNIVERSITIES = {
    "Microstructural technology, nanotechnology"
    if name.startswith("microstructural")
    else name[0].upper() + name[1:]: ja
    for name, ja in _ncses.TECHNOLOGY.items()
    if name != "ALL"
} | {"Unclassified": "分類不能"}

source = Source(
    id="ncses_patents",
    ja="特許：国・技術分野、権利者、大学（NCSES）",
    en="Patents by country and field, by owner, and of universities (NCSES)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=_ncses.LICENCE,
    url=_ncses.INDICATORS_URL,
    attribution_ja=_ncses.ATTRIBUTION_JA,
    attribution_en=_ncses.ATTRIBUTION_EN,
    items=items,
    data=DataSet(
        files=(
            File(
                "countries",
                "国・技術分野別",
                "by country and field",
                (
                    Column("office", needed=True, one_of=tuple(SERIES)),
                    Column("field", needed=True, one_of=tuple(_ncses.TECHNOLOGY)),
                    Column("country", needed=True),
                    Column("path", needed=True),
                    Column("depth", "integer", needed=True, low=1, high=9),
                    Column("year", "integer", needed=True, low=_FIRST_YEAR, high=2100),
                    Column("count", "number", low=0.0),
                    Column("flag"),
                ),
                key=("office", "field", "path", "country", "year"),
                needed=False,
            ),
            _ncses.table_file("owners", "権利者の部門別", "by sector of the owner", (OWNERS,), tuple(SECTORS)),
            _ncses.table_file(
                "universities", "大学の特許", "patents of universities", (UNIVERSITIES,), tuple(OF_UNIVERSITIES)
            ),
        ),
        rows=rows,
        checks=checks,
        caveats=(
            (
                "国の集まりは重なる（EU27か国は欧州に、いずれも世界に含まれる）。足し合わせるときは階層に注意する。",
                "Groups of countries overlap (EU-27 in Europe, both in the world): mind the level when adding.",
            ),
            (
                "国際特許ファミリーは1か国のみの出願を含む分数カウントで、2か国以上のファミリーのシェアとは水準が異なる。"
                "分野のない特許があり、分野の合計は全分野を世界で最大3.3%、イタリアなどでは大きく下回る。",
                "Families include those at a single office and are counted fractionally: not the level of shares "
                "of families "
                "in two or more countries. Some have no field: fields fall short of all fields by up to 3.3% for "
                "the world, and by much for some countries such as Italy.",
            ),
        ),
    ),
)
