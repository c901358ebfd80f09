"""R&D of the United States by who pays and who performs, from NCSES: a matrix of sectors for each year.

Cells in current dollars are flows between sectors from 1980 on, in the last quarter of their year. All cells and
totals, in current and in constant dollars, are observations; a cell that is not given is missing, not nought.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, Citation, Column, DataSet, Feed, File, Item, Rows, Source
from meguri.sources._rows import MOST, keyed, last_quarter_of, minor, worded

ALL, TOTAL = "all", "total"
#: Payer and performer as they are written -> sector.
SECTORS = {
    "All funding sources": ALL, "All performers": ALL, "Total": TOTAL, "Federal": "federal",
    "Federal intramural": "federal", "FFRDC": "ffrdc", "Nonfederal government": "nonfederal", "Business": "business",
    "Higher education": "higher_education", "NPOs": "nonprofit", "NPO": "nonprofit",
}  # fmt: skip
#: Sector -> class of actor, kind, label in Japanese and English.
ACTORS = {
    "federal": ("treasury", "government", "連邦政府", "federal government"),
    "ffrdc": ("national_lab", "university", "連邦出資研究開発センター", "federally funded R&D centres"),
    "nonfederal": ("local_government", "government", "州・地方政府", "state and local governments"),
    "business": ("firm_size_unknown", "company", "企業", "business"),
    "higher_education": ("university_institution", "university", "高等教育", "higher education"),
    "nonprofit": ("nonprofit", "outside", "非営利団体", "non-profit organisations"),
}  # fmt: skip
_TOTALS = {ALL: ("全負担者", "all"), TOTAL: ("計", "total")}
DOLLARS = {"current": ("名目", "current dollars"), "constant_2017": ("2017年価格", "constant 2017 dollars")}
SOURCES = ("Federal", "Nonfederal government", "Business", "Higher education", "NPOs", "All funding sources")
PERFORMERS = ("Federal intramural", "FFRDC", "Nonfederal government", "Business", "Higher education", "NPO",
              "Total", "All performers")  # fmt: skip
_FIRST_FLOW = 1980
#: Share by which the sum of the cells may differ from the grand total.
TOLERANCE = 0.001


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return sectors, cells in current dollars as flows, and everything as observations."""
    given = tables["matrix"].with_columns(
        payer=worded("source", SECTORS), user=worded("performer", SECTORS), amount=minor("value_musd", 2, 1e6)
    )
    actors = pl.LazyFrame(
        [{"actor": f"sector:{key}", "kind": kind, "class": cls, "name": en, "country": "US", "place": "US"}
         for key, (cls, kind, _, en) in ACTORS.items()]
    )  # fmt: skip
    cells = given.filter(
        (pl.col("dollars") == "current") & (pl.col("year") >= _FIRST_FLOW) & (pl.col("amount") != 0)
        & pl.col("payer").is_in(list(ACTORS)) & pl.col("user").is_in(list(ACTORS))
    )  # fmt: skip
    flows = cells.select(
        last_quarter_of("year").alias("period"), flow=pl.lit("research_funding"), from_actor=keyed("sector", "payer"),
        to_actor=keyed("sector", "user"), amount="amount", unit=pl.lit("USD"),
    )  # fmt: skip
    observations = given.select(
        indicator=pl.concat_str(pl.lit("ncses_matrix:rd"), "dollars", "payer", "user", separator="."),
        place=pl.lit("US"),
        period=pl.col("year").cast(pl.String), value="value_musd", unit=pl.lit("USD_m"), qualifier=pl.lit("exact"),
        status=pl.when(pl.col("value_musd").is_null()).then(pl.lit("missing")).otherwise(pl.lit("observed")),
        origin=pl.lit("ncses_matrix:rd"), note=pl.col("flag").fill_null(""),
    )  # fmt: skip
    return Rows(actors=actors, flows=flows, observations=observations)


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how well cells add up to the totals of payers, and those to the grand total."""
    given = tables["matrix"].with_columns(pl.col("value_musd").fill_null(0.0))
    is_total = pl.col("performer") == "Total"
    by_payer = given.filter(pl.col("source") != "All funding sources").group_by("year", "dollars", "source").agg(
        pl.col("value_musd").filter(~is_total).sum().alias("cells"),
        pl.col("value_musd").filter(is_total).sum().alias("total"),
    ).filter(pl.col("total") > 0)  # fmt: skip
    whole = given.filter(pl.col("source") == "All funding sources").select("year", "dollars", grand="value_musd")
    years = by_payer.group_by("year", "dollars").agg(pl.col("cells", "total").sum()).join(whole, on=["year", "dollars"])
    gap = (pl.col("cells") / pl.col("grand") - 1.0).abs()
    whole_gap, near = years.select(
        (pl.col("cells").sum() / pl.col("grand").sum() - 1.0).abs(), (gap <= TOLERANCE).mean().alias("near")
    ).collect().row(0)  # fmt: skip
    totals = years.select((pl.col("total") - pl.col("grand")).abs().max()).collect().item()
    return [
        Check("セルの合計と総額の差（全期間、相対）",
              "difference of the sum of cells from the grand totals, all years, relative",
              float(whole_gap or 0.0), "at_most", TOLERANCE),
        Check("セルの合計が総額と0.1%以内で一致する年の割合",
              "share of years in which cells add up to the grand total within 0.1%",
              1.0 if near is None else float(near), "at_least", 0.92),
        Check("負担者別の計の合計と総額の差（最大、百万ドル）",
              "largest difference of payers' totals from the grand total, million dollars", float(totals or 0.0),
              "at_most", 2.0),
    ]  # fmt: skip


def federal_labs(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return what the federal government pays for R&D in its own labs and in FFRDCs, by year, in billion dollars."""
    cells = [f"ncses_matrix:rd.current.federal.{user}" for user in ("federal", "ffrdc")]
    given = tables["observations"].filter(pl.col("indicator").is_in(cells) & pl.col("value").is_not_null())
    yearly = given.group_by("period").agg(pl.col("value").sum(), pl.len().alias("cells"))
    return yearly.filter(pl.col("cells") == len(cells)).select(
        year=pl.col("period").cast(pl.Int32), value=pl.col("value") / 1000.0
    ).sort("year")  # fmt: skip


_URL = "https://ncses.nsf.gov/data-collections/national-patterns"
_CITED = Citation("NCSES「National Patterns of R&D Resources」", "NCSES, National Patterns of R&D Resources", _URL)


def _labels(sector: str) -> tuple[str, str]:
    return ACTORS[sector][2:] if sector in ACTORS else _TOTALS[sector]


def items() -> Iterator[Item]:
    """Yield what each cell of the matrix is."""
    yield Item(
        id="ncses_matrix:rd", kind="table", ja="米国の研究費：負担者と使用者",
        en="R&D of the United States by payer and performer", place="US", unit="USD_m", citations=(_CITED,),
    )  # fmt: skip
    for dollars, (basis_ja, basis_en) in DOLLARS.items():
        for payer in dict.fromkeys(SECTORS[name] for name in SOURCES):
            for user in dict.fromkeys(SECTORS[name] for name in PERFORMERS):
                (from_ja, from_en), (to_ja, to_en) = _labels(payer), _labels(user)
                yield Item(
                    id=f"ncses_matrix:rd.{dollars}.{payer}.{user}", kind="quantity",
                    ja=f"米国の研究費：{from_ja}の負担、{to_ja}の使用（{basis_ja}）",
                    en=f"R&D of the United States paid by {from_en}, performed by {to_en} ({basis_en})",
                    unit="USD_m", place="US", citations=(_CITED,), uses=("ncses_matrix:rd",),
                )  # fmt: skip


source = Source(
    id="ncses_matrix",
    ja="米国の研究費：負担者と使用者の表（NCSES）",
    en="R&D of the United States: matrix of payers and performers (NCSES)",
    publisher_ja="米国科学・工学統計センター（NCSES）",
    publisher_en="National Center for Science and Engineering Statistics (NCSES)",
    licence="work of the United States government (public domain in the United States)",
    url=_URL,
    attribution_ja="出典：NCSES（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: NCSES (turned into ledger rows by meguri)",
    items=items,
    data=DataSet(
        files=(
            File(
                "matrix", "負担者と使用者の表", "matrix of payers and performers",
                (
                    Column("year", "integer", needed=True, low=1900, high=2100),
                    Column("source", needed=True, one_of=SOURCES),
                    Column("performer", needed=True, one_of=PERFORMERS),
                    Column("value_musd", "number", low=0.0, high=10 * MOST / 1e6),
                    Column("flag", empty=(".",)),
                    Column("dollars", needed=True, one_of=tuple(DOLLARS)),
                ),
                key=("year", "source", "performer", "dollars"),
            ),
        ),
        rows=rows,
        checks=checks,
        place="US",
        currency="USD",
        minor_unit=2,
        feeds=(
            Feed("government_funding.agency_grant", "US", "USD_bn/yr",
                 "連邦政府が自らの研究機関と連邦出資研究開発センターで使う研究費（名目）。国研への運営費に当たる",
                 "what the federal government pays for R&D in its own labs and in federally funded R&D centres "
                 "(current dollars): the operating grants to national labs",
                 federal_labs),
        ),
        prices=(
            "名目（元帳）。観測には2017年価格も含む", "current (ledger); observations also in constant 2017 dollars",
        ),
        caveats=(
            ("部門間の表であり、個々の支払いと足し合わせない（図のつながりには載せない）。",
             "A table of sectors: not to be added to single payments, so that it lies on no link of the figure."),
            ("2016～2020年は公表されないセル（州・地方政府など）があり、合計が総額を0.13～0.15%下回る。",
             "From 2016 to 2020 some cells (of state and local governments, for example) are not published: the "
             "cells fall short of the grand total by 0.13% to 0.15%."),
        ),
    ),
)  # fmt: skip
