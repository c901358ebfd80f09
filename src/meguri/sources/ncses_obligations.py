"""What federal agencies of the United States obligate for R&D of universities, agency by institution, from NCSES.

An obligation is a flow from the agency to the institution in the last quarter of the federal fiscal year, which ends in
September. Obligations are not the federal R&D that universities report as spent: the two are not to be added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, Citation, Column, DataSet, File, Item, Rows, Source, _ncses
from meguri.sources._places import organisation, slugged
from meguri.sources._rows import MOST, keyed, minor, worded

ALL, TOTAL = "All institutions", "all"
#: Agencies as they are written -> id, Japanese, English.
AGENCIES = {
    "all_agencies": (TOTAL, "全省庁", "all agencies"),
    "doc": ("commerce", "商務省", "Department of Commerce"),
    "doda": ("defense", "国防総省", "Department of Defense"),
    "doe": ("energy", "エネルギー省", "Department of Energy"),
    "ed": ("education", "教育省", "Department of Education"),
    "epa": ("epa", "環境保護庁", "Environmental Protection Agency"),
    "hhs": ("health", "保健福祉省", "Department of Health and Human Services"),
    "nasa": ("nasa", "航空宇宙局（NASA）", "National Aeronautics and Space Administration"),
    "nsf": ("nsf", "国立科学財団（NSF）", "National Science Foundation"),
    "usda": ("agriculture", "農務省", "Department of Agriculture"),
    "otherb": ("other", "その他の省庁", "other agencies"),
}  # fmt: skip
#: Thousand dollars by which rounded agencies may miss the total of an institution.
ROUNDING = 5.0
_URL = "https://ncses.nsf.gov/surveys/federal-support-survey"
_TABLE = _ncses.table_item(
    "ncses_obligations:obligations", "米国連邦政府の研究開発費の支出負担：省庁・大学別",
    "Federal obligations for R&D of universities by agency and institution", "US", "USD_m",
    Citation("NCSES「Survey of Federal Science and Engineering Support」",
             "NCSES, Survey of Federal Science and Engineering Support", _URL),
    ("支出負担行為の額（連邦会計年度、9月まで）。大学が報告する支出額とは異なる。",
     "Obligations of the federal fiscal year, to September: not what universities report as spent."),
)  # fmt: skip


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return agencies and institutions, obligations as flows, and all cells as observations."""
    words = {name: said[0] for name, said in AGENCIES.items()}
    given = tables["obligations"].with_columns(
        word=worded("agency", words), key=slugged("institution"), amount=minor("obligations_kusd", 2, 1e3),
        year=pl.concat_str(pl.lit("FY"), pl.col("fiscal_year").cast(pl.String)),
    ).with_columns(actor=keyed("institution", "key"), payer=keyed("agency", "word"))  # fmt: skip
    single = given.filter((pl.col("institution") != ALL) & (pl.col("word") != TOTAL))
    agencies = pl.LazyFrame(
        [
            {
                "actor": f"agency:{word}",
                "kind": "government",
                "class": "treasury",
                "name": en,
                "country": "US",
                "place": "US",
            }
            for word, _, en in AGENCIES.values()
            if word != TOTAL
        ]
    )
    institutions = single.group_by("actor").agg(pl.col("institution").sort().first()).sort("actor").select(
        "actor", kind=pl.lit("university"), **{"class": pl.lit("university_institution")}, name="institution",
        country=pl.lit("US"), place=pl.lit("US"),
    )  # fmt: skip
    flows = single.filter(pl.col("amount") != 0).select(
        period=pl.concat_str(pl.col("fiscal_year").cast(pl.String), pl.lit("Q3")),
        flow=pl.lit("public_grant_university"), from_actor="payer", to_actor="actor", amount="amount",
        unit=pl.lit("USD"),
    )  # fmt: skip
    place = pl.when(pl.col("institution") == ALL).then(pl.lit("US")).otherwise(organisation("institution"))
    observations = _ncses.observed(
        given, _ncses.named("ncses_obligations:agency.", pl.col("word")), place, "USD_m", _TABLE.id,
        value="obligations_kusd", year="year", scale=1e-3,
    )  # fmt: skip
    return Rows(actors=pl.concat([agencies, institutions]), flows=flows, observations=observations)


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how agencies add up to the total of an institution, and institutions to that of all."""
    given = tables["obligations"]
    total, everyone = pl.col("agency") == "all_agencies", pl.col("institution") == ALL
    agencies = _ncses.largest_gap(
        given.filter(~total), given.filter(total), ["fiscal_year", "institution"], "obligations_kusd"
    )
    parts = given.filter(total & ~everyone).group_by("fiscal_year").agg(pl.col("obligations_kusd").sum().alias("parts"))
    whole = parts.join(given.filter(total & everyone), on="fiscal_year").select(
        (pl.col("parts") / pl.col("obligations_kusd") - 1.0).abs().max()
    ).collect().item()  # fmt: skip
    found = []
    if agencies is not None:
        found.append(Check("省庁の合計と機関の総額の差（最大、千ドル）",
                           "largest difference of agencies from the total of an institution, thousand dollars",
                           agencies, "at_most", ROUNDING))  # fmt: skip
    if whole is not None:
        found.append(Check("機関の合計と全機関の総額の差（最大、相対）",
                           "largest relative difference of institutions from all of them", float(whole), "at_most",
                           0.001))  # fmt: skip
    return found


def items() -> Iterator[Item]:
    """Yield the table and what each agency is."""
    yield _TABLE
    for word, ja, en in AGENCIES.values():
        yield _ncses.quantity(f"ncses_obligations:agency.{word}", f"米国連邦政府の研究開発費の支出負担（大学）：{ja}",
                              f"federal obligations for R&D of universities: {en}", "USD_m", _TABLE)  # fmt: skip


source = Source(
    id="ncses_obligations",
    ja="米国連邦政府の大学向け研究開発費：省庁・機関別（NCSES）",
    en="Federal obligations for R&D of universities by agency and institution (NCSES)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=_ncses.LICENCE,
    url=_URL,
    attribution_ja=_ncses.ATTRIBUTION_JA,
    attribution_en=_ncses.ATTRIBUTION_EN,
    items=items,
    data=DataSet(
        files=(
            File(
                "obligations", "省庁・機関別の支出負担", "obligations by agency and institution",
                (
                    Column("fiscal_year", "integer", needed=True, low=1980, high=2100),
                    Column("institution", needed=True),
                    Column("agency", needed=True, one_of=tuple(AGENCIES)),
                    Column("obligations_kusd", "number", low=0.0, high=MOST / 1e3),
                    Column("flag"),
                ),
                key=("fiscal_year", "institution", "agency"),
            ),
        ),
        rows=rows,
        checks=checks,
        place="US",
        currency="USD",
        minor_unit=2,
        caveats=(
            ("支出負担行為の額であり、大学が報告する連邦負担の支出額（ncses_herd）と足し合わせない。",
             "Obligations: not to be added to the federal R&D that universities report as spent (ncses_herd)."),
            ("大学システムの事務局と各キャンパスは別の名称で並ぶ。機関名から同じ機関とみなす。",
             "Offices of university systems stand beside their campuses. Institutions are told apart by name."),
        ),
    ),
)  # fmt: skip
