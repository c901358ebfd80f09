"""Technology transfer of universities of the United States: disclosures, patents, licences, start-ups (NCSES, AUTM).

The survey asks the members of AUTM, of which not all answer, so that numbers are of those that did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, DataSet, Item, Rows, Source, _ncses
from meguri.sources._places import slug

#: Tables: number -> id, Japanese, English.
TABLES = {
    "1895": ("activities", "技術移転活動（2007、2012、2017年）", "activities (2007, 2012 and 2017)"),
    "5811": ("licences_2021", "ライセンス先の企業（2009、2014、2019年）", "licensees (2009, 2014 and 2019)"),
    "10510": ("licences_2023", "ライセンス先の企業（2011、2016、2021年）", "licensees (2011, 2016 and 2021)"),
}  # fmt: skip
#: Rows as they are written -> Japanese, English, unit.
ROWS = {
    "Inventions disclosed": ("発明の届出", "inventions disclosed", "invention"),
    "Patent applications": ("特許出願", "patent applications", "application"),
    "Patents issued": ("特許登録", "patents issued", "patent"),
    "All licenses, total active in the year": ("有効なライセンス", "active licences", "licence"),
    "Licenses issued": ("新規ライセンス", "licences issued", "licence"),
    "Startup companies formed": ("スタートアップの設立", "start-ups formed", "firm"),
    "Operational startups": ("活動中のスタートアップ", "start-ups in operation", "firm"),
    "All licenses, total active": ("有効なライセンス", "active licences", "licence"),
    "New licenses or options executed": (
        "新規のライセンス・オプション契約",
        "new licences or options executed",
        "licence",
    ),
    "Startups": ("新規契約：スタートアップ", "new licences or options: start-ups", "licence"),
    "Small companies": ("新規契約：中小企業", "new licences or options: small companies", "licence"),
    "Large companies": ("新規契約：大企業", "new licences or options: large companies", "licence"),
}
_HEADINGS = ("Invention disclosures and patenting", "Licensing", "Startup companies")
_OF = {
    "1895": tuple(ROWS)[:7], "5811": tuple(ROWS)[7:], "10510": tuple(ROWS)[7:],
}  # fmt: skip
#: Rows that are the same as an indicator of the project.
SAME = {
    "Startup companies formed": "university_startups_founded",
    "Patent applications": "university_patent_applications",
}
_NOTE = "members of AUTM that answered"
_START = "ncses_transfer:"


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return the cells as observations, and those that are indicators of the project under these names too."""
    parts = []
    for number, names in _OF.items():
        origin = f"{_START}{TABLES[number][0]}"
        for name in names:
            cells = tables["activities"].filter((pl.col("table") == number) & (pl.col("row") == name))
            for indicator in (f"{origin}.{slug(name)}", SAME.get(name)):
                if indicator:
                    said = (pl.lit(indicator), pl.lit("US"), ROWS[name][2], origin)
                    parts.append(_ncses.observed(cells, *said, note=_NOTE))
    return Rows(observations=pl.concat(parts))


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how licences to start-ups, small and large companies add up to all new ones."""
    cells = tables["activities"]
    kinds = cells.filter(pl.col("row").is_in(["Startups", "Small companies", "Large companies"]))
    whole = cells.filter(pl.col("row") == "New licenses or options executed")
    gap = _ncses.largest_gap(kinds, whole, ["table", "column"])
    if gap is None:
        return []
    return [
        Check(
            "企業の種類別の合計と新規契約の差（最大、件）",
            "largest difference of kinds of licensees from all new licences",
            gap,
            "equals",
            0.0,
        )
    ]


def items() -> Iterator[Item]:
    """Yield the tables and what is counted."""
    for number, names in _OF.items():
        identifier, ja, en = TABLES[number]
        table = _ncses.table_item(
            f"{_START}{identifier}",
            f"米国の大学：{ja}",
            f"Universities of the United States: {en}",
            "US",
            "",
            _ncses.INDICATORS,
        )
        yield table
        for name in names:
            yield _ncses.quantity(
                f"{table.id}.{slug(name)}",
                f"米国の大学：{ROWS[name][0]}",
                f"universities of the United States: {ROWS[name][1]}",
                ROWS[name][2],
                table,
            )


source = Source(
    id="ncses_transfer",
    ja="米国の大学の技術移転（NCSES、AUTM）",
    en="Technology transfer of universities of the United States (NCSES, AUTM)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=f"{_ncses.LICENCE}; the figures are those of AUTM, a third party: cite it",
    url=_ncses.INDICATORS_URL,
    attribution_ja="出典：NCSES「Science and Engineering Indicators」、AUTM（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: NCSES, Science and Engineering Indicators; AUTM (turned into ledger rows by meguri)",
    items=items,
    data=DataSet(
        files=(_ncses.table_file("activities", "技術移転", "technology transfer", tuple(TABLES), (*ROWS, *_HEADINGS)),),
        rows=rows,
        checks=checks,
        place="US",
        caveats=(
            ("回答した会員大学の数であり、会員数は年により異なる。見出しだけの行は取り分ける。",
             "Of the members that answered, whose number differs from year to year. Rows that only head others are set "
             "aside."),
            ("2023年版の「有効なライセンス」（2021年に10,409件）は2021年版（2019年に49,477件）と同じものではない。",
             "Active licences in the edition of 2023 (10,409 in 2021) are not those of the edition of 2021 (49,477 in "
             "2019)."),
        ),
    ),
)  # fmt: skip
