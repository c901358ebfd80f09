"""Concentration of money in regions: shares, sum of squared shares with its range, and what would have to move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from meguri import vocabulary
from meguri.counting import Column, Counted, FromLedger, Option, Options, Rule, Table
from meguri.counting._flows import ROUNDS
from meguri.counting._ledger import LedgerTables
from meguri.errors import Phrase, unknown

#: Names of the block of other regions.
_OTHER = "other;その他;他地域"


def hhi_range(shares: Sequence[float], other: float = 0.0, regions: int | None = None, ranked: bool = False):
    """Return the least and the largest sum of squared shares that a block of other regions allows.

    ``other`` is the share of the block, ``regions`` the number of regions in it (None: not known). Least: all of them
    equal (nothing, where their number is not known). Largest: one region has it all; where the named regions are the
    largest (``ranked``), no other exceeds the smallest of them.
    """
    named = sum(share * share for share in shares)
    low = named + (other * other / regions if regions else 0.0)
    cap = min(min(shares), other) if ranked and shares else other
    if cap <= 0.0:
        return low, named + other * other
    full = int(other / cap + 1e-12)
    rest = max(other - full * cap, 0.0)
    return low, max(low, named + full * cap * cap + rest * rest)


def to_move(amount: float, total: float, share: float) -> dict[str, float]:
    """Return what moves when a region comes to a share: away from it at the same total, or added elsewhere.

    ``moved`` leaves the region (negative: comes to it) and the total stays; ``added`` is new money elsewhere that
    brings its share to the same, the region keeping what it has (negative: less money elsewhere).
    """
    added = amount / share - total if share > 0 else float("inf")
    return {"now": amount / total, "share": share, "moved": amount - share * total, "added": added}


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return shares and concentration by year, and the money to move if a region is asked for."""
    rows = tables["amounts"].with_columns(pl.col("place").fill_null(""))
    other_names = {name.strip() for name in str(options["other"]).split(";") if name.strip()}
    rows = rows.with_columns(other=pl.col("place").is_in(sorted(other_names)))
    known = rows.filter(pl.col("amount").is_not_null() & (pl.col("place") != ""))
    behind = pl.col("payments").fill_null(1).sum() if "payments" in rows.columns else pl.len()
    sums = known.group_by("year", "place", "other").agg(pl.col("amount").sum(), behind.cast(pl.Int64).alias("rows"))
    if options["share"] is not None:
        _known(options["place"], known)
    shares: list[dict[str, Any]] = []
    concentration: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    for (year,), part in sums.sort("year").group_by(["year"], maintain_order=True):
        part = part.sort("other", pl.col("amount"), "place", descending=[False, True, False])
        total = part["amount"].sum()
        if not total:
            continue
        part = part.with_columns(share=pl.col("amount") / total)
        shares += part.select("year", "place", "amount", "share", "rows").to_dicts()
        named = part.filter(~pl.col("other"))
        block = float(part.filter(pl.col("other"))["share"].sum())
        regions = options["other_regions"]
        low, high = hhi_range(
            named["share"].to_list(), block, None if regions is None else int(regions), options["ranked"] == "yes"
        )
        first = named.row(0, named=True) if named.height else {"place": "", "share": None}
        concentration.append(
            {
                "year": year,
                "regions": named.height,
                "total": total,
                "top": first["place"],
                "top_share": first["share"],
                "other_share": block,
                "hhi_low": low,
                "hhi_high": high,
            }
        )
        if options["share"] is not None:
            moves.append({"year": year, **_move(named, float(total), str(first["place"]), options)})
    sections: dict[str, list] = {"shares": shares, "concentration": concentration}
    if options["share"] is not None:
        sections["to_move"] = moves
    return Counted(sections, _notes(rows, concentration))


def _move(named: pl.DataFrame, total: float, top: str, options: Options) -> dict[str, Any]:
    """Return what moves in one year; a region that has nothing in it has a share of nought."""
    place = str(options["place"] or top)
    amounts = dict(named.select("place", "amount").iter_rows())
    return {"place": place, "total": total, **to_move(amounts.get(place, 0.0), total, float(options["share"]))}


def _known(place: object, rows: pl.DataFrame) -> None:
    """Refuse a region that the table does not have in any year."""
    names = rows.filter(~pl.col("other"))["place"].unique().sort().to_list()
    if place is not None and place not in names:
        raise unknown("region", str(place), names)


def _notes(rows: pl.DataFrame, concentration: list[dict[str, Any]]) -> tuple[Phrase, ...]:
    notes = []
    lacking = rows.filter(pl.col("amount").is_null() | (pl.col("place") == "")).height
    if lacking:
        notes.append(
            Phrase(
                f"{lacking} rows without an amount or a place are not counted.",
                f"金額または地域のない{lacking}行は数えていません。",
            )
        )
    if any(row["other_share"] for row in concentration):
        notes.append(
            Phrase(
                "The rest is many regions: the sum of squared shares is a range, not a number.",
                "「その他」は多くの地域の合計であるため、集中度は幅で示す。",
            )
        )
    return tuple(notes)


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return the rounds of start-ups by region and calendar year; without rounds, what start-ups and others were paid.

    ``flows`` names other flows; a payment without a region lies where its receiver has its place. Receivers that are
    known as of the whole ledger only are in the block of other regions.
    """
    wanted = [flow.strip() for flow in str(options["flows"] or "").split(";") if flow.strip()]
    for flow in wanted:
        vocabulary.table("flows")[flow]
    rows = ledger.flow(wanted or ROUNDS)
    if not wanted and rows.select(pl.len()).collect().item() == 0:
        rows = ledger.flows
    places = ledger.actors.select(to_actor="actor", at="place")
    rows = rows.join(places, on="to_actor", how="left").with_columns(place=pl.coalesce("region", "at"))
    grouped = rows.group_by("place", ledger.year("CY"))
    sums = grouped.agg(pl.col("amount").sum(), payments=pl.len().cast(pl.Int64)).with_columns(ledger.money())
    table = sums.select("place", pl.col("amount").cast(pl.Float64), "year", "payments").sort("year", "place").collect()
    table = table.filter(pl.col("year").is_in(ledger.whole_years("CY")))
    whole = {ledger.country, "W"}
    if table.filter(pl.col("place").is_in(sorted(whole))).is_empty():
        return FromLedger({"amounts": table})
    return FromLedger(
        {"amounts": table},
        {"other": ";".join((_OTHER, *sorted(whole)))},
        (
            Phrase(
                f"What is known as of {ledger.country} only stands in the block of other regions.",
                f"{ledger.country}としか分からない分は「その他」に入れた。",
            ),
        ),
    )


rule = Rule(
    id="regional_concentration",
    ja="資金の地域集中",
    en="regional concentration of money",
    tables=(
        Table(
            "amounts",
            "地域別の金額",
            "amounts by region",
            (
                Column("place", "地域", "region"),
                Column("amount", "金額または割合", "amount or share", "number", low=0.0),
                Column("year", "年・年度", "year", "integer", optional=True, low=1800, high=2100),
                Column(
                    "payments", "支払の数（空欄は1）", "number of payments (empty: 1)", "integer", optional=True, low=0
                ),
            ),
        ),
    ),
    options=(
        Option(
            "other",
            "「その他」の行の名前。複数は「;」で区切る",
            "names of the block of other regions, several with ';'",
            _OTHER,
        ),
        Option(
            "other_regions",
            "「その他」に含まれる地域の数",
            "number of regions in the block",
            of="number",
            low=1,
            high=1e6,
        ),
        Option(
            "ranked",
            "名前のある地域が上位か",
            "whether the named regions are the largest",
            "no",
            {"no": ("不明", "not known"), "yes": ("上位の地域", "they are")},
        ),
        Option(
            "place",
            "割合を変える地域（既定：最大の地域）",
            "region whose share changes (default: the largest)",
            of="text",
        ),
        Option(
            "share", "その地域がなる割合（0～1）", "share that it comes to (0 to 1)", of="number", low=0.001, high=1.0
        ),
        Option(
            "flows", "元帳から読む流れ。複数は「;」で区切る", "flows read from a ledger, several with ';'", of="text"
        ),
    ),
    compute=compute,
    of_ledger=from_ledger,
    formula=(
        "share = region / total; HHI = sum of squared shares: named + block^2/n (equal regions) to named + block^2 "
        "(one region); moved = amount - share x total; added = amount / share - total"
    ),
    sections={
        "shares": ("地域別の割合", "shares by region"),
        "concentration": ("集中度", "concentration"),
        "to_move": ("移すべき金額", "money to move"),
    },
    facts=("document:region.funding.tokyo", "document:region.funding.other"),
    slide=16,
    source_ja="内閣府資料（株式会社ユーザベース「Japan Startup Finance」）",
    source_en="Cabinet Office document (Uzabase, Japan Startup Finance)",
    caveats=(
        (
            "本社所在地による。資金が使われる場所とは限らない。",
            "By head office, which need not be where the money is spent.",
        ),
    ),
)
