"""Stages of venture capital: how the classes of a source are put into stages, by country, and what that does to shares.

Statistics draw the line elsewhere: in Japan's the early stage includes expansion, in those of the United States the
later stage includes venture growth (document, slide 12). Everything else of the mapping is ours and marked as assumed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from meguri.counting import Column, Counted, FromLedger, Option, Options, Rule, Table
from meguri.counting._flows import VENTURE_CAPITAL
from meguri.counting._ledger import LedgerTables
from meguri.errors import InputError, Phrase

BY_PLACE, SEPARATE = "by_place", "separate"
MAPPINGS = {
    "japan": ("日本の統計：エクスパンションはアーリーに含む", "Japan's: early includes expansion"),
    "united_states": ("米国の統計：グロースはレイターに含む", "of the United States: later includes venture growth"),
    SEPARATE: ("エクスパンションとグロースを分ける", "expansion and venture growth stand apart"),
}
#: Stages in their order; what no mapping knows stands last.
STAGES = ("seed", "early", "expansion", "later", "growth")
UNMAPPED = "unmapped"


@cache
def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files("meguri.counting").joinpath(name).read_text(encoding="utf-8"))))


def normal(word: str) -> str:
    """Return a class of a source as mappings write it: ``Series A`` is ``series-a``."""
    plain = " ".join(word.lower().replace("_", " ").split())
    return plain.replace("series ", "series-")


def stage_of(word: str, mapping: str) -> tuple[str, str] | None:
    """Return the stage of a source's class under a mapping and the basis (document or assumed); None where unknown."""
    known = {row["class"]: (row["stage"], row["basis"]) for row in _rows("_stages.csv") if row["mapping"] == mapping}
    return known.get(normal(word))


def mapping_of(place: str | None) -> str:
    """Return the mapping of a country's statistics; classes stay apart where a country has none."""
    known = {row["place"].lower(): row["mapping"] for row in _rows("_stage_places.csv")}
    return known.get((place or "").strip().lower(), SEPARATE)


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return which class went where, shares of stages by place and year, and the same under each mapping."""
    deals = tables["deals"].with_columns(pl.col("place").fill_null(""), deals=pl.col("deals").fill_null(1))
    if deals.is_empty():
        raise InputError(
            "the table holds a mapping of classes, but no deals", "表には区分の対応だけがあり、案件がありません"
        )
    own = {normal(row["class"]): row["stage"] for row in tables["mapping"].iter_rows(named=True)}
    sums = deals.group_by("place", "year", "class").agg(
        pl.col("amount").sum(),
        pl.col("deals").sum(),
        pl.col("deals").filter(pl.col("amount").is_not_null()).sum().alias("deals_with_amount"),
    )
    sums = sums.sort("place", "year", "class")
    chosen = str(options["mapping"])
    mapped = _mapped(sums, chosen, own)
    sections: dict[str, list[dict[str, Any]]] = {
        "stages": _shares(mapped, ["place", "year"]),
        "classes": mapped.group_by("place", "class", "stage", "basis")
        .agg(pl.col("amount", "deals").sum())
        .sort("place", "stage", "class")
        .to_dicts(),
        "mappings": [
            {"mapping": name, **row} for name in MAPPINGS for row in _shares(_mapped(sums, name, {}), ["place"])
        ],
    }
    if options["reference"]:
        sections["gap"] = _gap(mapped, str(options["reference"]))
    notes = []
    lost = mapped.filter(pl.col("stage") == UNMAPPED)
    if lost.height:
        names = sorted(lost["class"].unique())
        shown = ", ".join(names[:10])
        notes.append(
            Phrase(
                f"No stage is known for the classes {shown}: {lost['deals'].sum():g} deals stand as unmapped.",
                f"段階の分からない区分があります：{shown}（{lost['deals'].sum():g}件は「不明」）。",
            )
        )
    without = round(float(mapped.select(pl.col("deals") - pl.col("deals_with_amount")).to_series().sum()))
    if without:
        notes.append(
            Phrase(
                f"{without} deals have no amount: they are in the numbers of deals only.",
                f"{without}件には金額がなく、件数にだけ入ります。",
            )
        )
    return Counted(sections, tuple(notes))


def _mapped(sums: pl.DataFrame, mapping: str, own: Mapping[str, str]) -> pl.DataFrame:
    stages, bases = [], []
    for place, word in sums.select("place", "class").iter_rows():
        if own:
            found = (own[normal(word)], "given") if normal(word) in own else None
        else:
            found = stage_of(word, mapping_of(place) if mapping == BY_PLACE else mapping)
        stages.append(found[0] if found else UNMAPPED)
        bases.append(found[1] if found else "")
    return sums.with_columns(pl.Series("stage", stages, dtype=pl.String), pl.Series("basis", bases, dtype=pl.String))


def _shares(mapped: pl.DataFrame, by: list[str]) -> list[dict[str, Any]]:
    rows = mapped.group_by(*by, "stage").agg(pl.col("amount", "deals", "deals_with_amount").sum())
    total = pl.col("amount").sum().over(by)
    placed = pl.col("amount").filter(pl.col("stage") != UNMAPPED).sum().over(by)
    mean = pl.when(pl.col("deals_with_amount") > 0).then(pl.col("amount") / pl.col("deals_with_amount"))
    rows = rows.with_columns(
        share=pl.when(total > 0).then(pl.col("amount") / total),
        share_of_mapped=pl.when((pl.col("stage") != UNMAPPED) & (placed > 0)).then(pl.col("amount") / placed),
        mean_deal=mean,
    )
    order = {name: at for at, name in enumerate(STAGES)}
    at = pl.col("stage").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return rows.sort(*by, at, "stage").drop("deals_with_amount").to_dicts()


def _gap(mapped: pl.DataFrame, reference: str) -> list[dict[str, Any]]:
    """Return how much a stage lacks (or has in excess) against the shares of another place, of the money mapped."""
    known = mapped.filter(pl.col("stage") != UNMAPPED)
    amounts = known.group_by("place", "stage").agg(pl.col("amount").sum())
    totals = dict(known.group_by("place").agg(pl.col("amount").sum()).iter_rows())
    if not totals.get(reference):
        raise InputError(
            f"reference={reference}: the table has no money there; places: {', '.join(sorted(totals)[:10])}",
            f"reference={reference}：表にその地域の金額はありません。ある地域：{', '.join(sorted(totals)[:10])}",
        )
    of = {(place, stage): amount for place, stage, amount in amounts.iter_rows()}
    rows = []
    for place in sorted(totals):
        for stage in (*STAGES, *sorted({stage for _, stage in of} - set(STAGES))):
            wanted = of.get((reference, stage), 0.0) / totals[reference]
            amount = of.get((place, stage), 0.0)
            if place != reference and totals[place] and (wanted or amount):
                rows.append(
                    {
                        "place": place,
                        "stage": stage,
                        "amount": amount,
                        "share": amount / totals[place],
                        "reference_share": wanted,
                        "missing": wanted * totals[place] - amount,
                    }
                )
    return rows


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return the money of venture funds by stage and fiscal year; a deal is a contract."""
    rows = ledger.flow(VENTURE_CAPITAL).filter(pl.col("stage").is_not_null())
    sums = rows.group_by("stage", ledger.year("FY")).agg(
        pl.col("amount").sum(), pl.col("contract").n_unique().cast(pl.Float64).alias("deals")
    )
    found = sums.with_columns(ledger.money(), pl.col("deals") / ledger.scale).filter(
        pl.col("year").is_in(ledger.whole_years("FY"))
    )
    table = found.select(
        pl.col("stage").alias("class"),
        pl.col("amount").cast(pl.Float64),
        pl.lit(ledger.country).alias("place"),
        "year",
        "deals",
    )
    return FromLedger({"deals": table.sort("year", "class").collect()})


rule = Rule(
    id="stages",
    ja="投資の段階",
    en="stages of venture capital",
    tables=(
        Table(
            "deals",
            "案件（またはその合計）",
            "deals, or sums of deals",
            (
                Column("class", "出典の区分", "class of the source", needed=True),
                Column("amount", "金額", "amount", "number", low=0.0),
                Column(
                    "place", "国・地域（既定の対応表を決める）", "country, which decides the mapping", optional=True
                ),
                Column("year", "年・年度", "year", "integer", optional=True, low=1800, high=2100),
                Column("deals", "件数（空欄は1）", "number of deals, empty: 1", "number", optional=True, low=0.0),
            ),
        ),
        Table(
            "mapping",
            "自分の対応表",
            "a mapping of your own",
            (
                Column("class", "出典の区分", "class of the source", needed=True),
                Column("stage", "段階", "stage", needed=True),
            ),
            key=("class",),
        ),
    ),
    options=(
        Option(
            "mapping",
            "区分の対応表",
            "mapping of classes to stages",
            BY_PLACE,
            {BY_PLACE: ("国の統計による", "that of the country's statistics"), **MAPPINGS},
        ),
        Option("reference", "比べる国・地域", "place to compare with", of="text"),
    ),
    compute=compute,
    of_ledger=from_ledger,
    formula="share = money of a stage / all money; missing = reference's share x money mapped - money of the stage",
    sections={
        "stages": ("段階別", "by stage"),
        "classes": ("区分の行き先", "which class went where"),
        "mappings": ("対応表による違い", "under each mapping"),
        "gap": ("他国の割合との差", "gap to the other's shares"),
    },
    facts=("document:vc.stage.claim.early", "document:vc.stage.claim.later", "document:vc.stage.note.early_jpn"),
    slide=12,
    source_ja="内閣府資料（一般財団法人ベンチャーエンタープライズセンター、PitchBook）",
    source_en="Cabinet Office document (Venture Enterprise Center; PitchBook)",
    caveats=(
        (
            "日本の国内VCによる海外投資は資料の集計に含まれない。",
            "Investment abroad by VCs of Japan is not in the document's numbers.",
        ),
        (
            "エクスパンション（日本）とグロース（米国）の行き先は資料による。ほかの区分の行き先は仮定。",
            "Where expansion (Japan) and venture growth (United States) go is the document's; the rest of the mapping "
            "is assumed.",
        ),
    ),
)
