"""Accounts of R&D money: who pays (負担) and who performs (使用), with shares, checks and a what-if."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import polars as pl

from meguri import vocabulary
from meguri.counting import Column, Counted, FromLedger, Option, Options, Rule, Table
from meguri.counting._flows import FROM_INDUSTRY, GOVERNMENT_RD, RESEARCH
from meguri.counting._ledger import LedgerTables
from meguri.errors import InputError, Phrase, unknown

#: Share by which cells may differ from a total that is given beside them.
TOLERANCE = 0.001
KEYS = ("place", "year")
#: What a share can be a share of.
DENOMINATORS = {
    "performer": ("使用部門の計", "the performer's total"),
    "funder": ("負担部門の計", "the funder's total"),
    "all": ("総額", "the grand total"),
}


def what_if(paid: float, total: float, share: float) -> dict[str, float]:
    """Return what a funder would pay if it reached a share of a total, in the unit of ``paid`` and ``total``.

    ``needed`` and ``more``: the total stays as it is, other payers give less. ``more_on_top``: the money comes on top,
    so that the total grows with it: (paid + x) / (total + x) = share.
    """
    needed = share * total
    on_top = (needed - paid) / (1.0 - share) if share < 1.0 else float("inf")
    return {
        "now": paid,
        "share_now": paid / total if total else float("nan"),
        "share": share,
        "needed": needed,
        "more": needed - paid,
        "more_on_top": on_top,
    }


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return shares of all cells, the balance with the totals that are given, and the what-if if one is asked for."""
    names = {_plain(name) for name in str(options["totals"]).split(";")} - {""}

    def no_total(column: str) -> pl.Expr:
        said = tables["cells"][column].unique()
        return ~pl.col(column).is_in([one for one in said if one is not None and _plain(one) in names])

    given = tables["cells"].with_columns(is_funder=no_total("funder"), is_performer=no_total("performer"))
    cells = given.filter(pl.col("is_funder") & pl.col("is_performer"))
    shares = _shares(cells)
    sections: dict[str, list[dict[str, Any]]] = {"shares": shares.to_dicts(), "balance": _balance(given, cells)}
    notes = []
    empty = cells["amount"].null_count()
    if empty:
        notes.append(
            Phrase(
                f"{empty} cells hold no amount: they are missing, not nought.",
                f"金額のないセルが{empty}個あります（ゼロではなく欠測）。",
            )
        )
    if not sections["balance"]:
        notes.append(
            Phrase(
                "The table holds no totals: there is nothing that the cells could be compared with.",
                "表に計の行がないため、セルの合計を照合する相手がありません。",
            )
        )
    if options["share"] is not None:
        sections["what_if"] = _asked(cells, options)
        notes.append(
            Phrase(
                "The document does not say of what its share is one: the performer's total is inferred "
                "(--set denominator=… takes another).",
                "資料は割合の分母を示していません。使用部門の計とするのは推定です（--set denominator=…）。",
            )
        )
    return Counted(sections, tuple(notes))


def _plain(name: str) -> str:
    """Return a name without what tells no totals apart: case, full width, and spaces around it or repeated in it."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _shares(cells: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col("amount")

    def over(*by: str) -> pl.Expr:
        total = amount.sum().over(*KEYS, *by)
        return pl.when(total != 0).then(amount / total)

    columns = [*KEYS, "funder", "performer", "amount"]
    summed = cells.group_by(columns[:-1], maintain_order=True).agg(
        pl.when(amount.count() > 0).then(amount.sum()).alias("amount")
    )
    return summed.select(
        *columns, over("performer").alias("of_performer"), over("funder").alias("of_funder"), over().alias("of_all")
    ).sort("place", "year", maintain_order=True)


def _balance(given: pl.DataFrame, cells: pl.DataFrame) -> list[dict[str, Any]]:
    """Compare the cells of each row, of each column and all of them with the totals that stand beside them."""
    funder, performer = pl.col("is_funder"), pl.col("is_performer")
    found = []
    for of, name, wanted in (
        ("funder", "funder", funder & ~performer),
        ("performer", "performer", ~funder & performer),
        ("all", None, ~funder & ~performer),
    ):
        keys = [*KEYS, *([name] if name else [])]
        totals = (
            given.filter(wanted & pl.col("amount").is_not_null()).group_by(keys).agg(total=pl.col("amount").first())
        )
        sums = cells.group_by(keys).agg(
            pl.col("amount").sum().alias("cells"), pl.col("amount").null_count().alias("missing")
        )
        rows = totals.join(sums, on=keys, how="left", nulls_equal=True).with_columns(pl.col("cells").fill_null(0.0))
        label = pl.col(name) if name else pl.lit("")
        gap = (pl.col("cells") - pl.col("total")).abs()
        rows = rows.select(
            *KEYS,
            of=pl.lit(of),
            name=label,
            cells="cells",
            total="total",
            missing="missing",
            difference=pl.col("cells") - pl.col("total"),
            holds=gap <= TOLERANCE * pl.col("total").abs(),
        )
        found += rows.sort(*KEYS, "name").to_dicts()
    return found


def _asked(cells: pl.DataFrame, options: Options) -> list[dict[str, Any]]:
    funder, performer, denominator = (options[name] for name in ("funder", "performer", "denominator"))
    for column, name in (("funder", funder), ("performer", performer)):
        known = cells[column].unique(maintain_order=True).to_list()
        if name is None:
            raise InputError(
                f"--set share=… needs --set {column}=…, one of {', '.join(known[:20])}",
                f"--set share=… には --set {column}=… が必要です。使えるもの：{', '.join(known[:20])}",
            )
        if name not in known:
            raise unknown(column, str(name), known)
    inside = {"performer": pl.col("performer") == performer, "funder": pl.col("funder") == funder, "all": pl.lit(True)}
    paid = pl.col("amount").filter((pl.col("funder") == funder) & (pl.col("performer") == performer)).sum()
    sums = cells.group_by(KEYS, maintain_order=True).agg(
        paid.alias("paid"), pl.col("amount").filter(inside[str(denominator)]).sum().alias("total")
    )
    return [
        {
            "place": place,
            "year": year,
            "funder": funder,
            "performer": performer,
            "total": total,
            **what_if(paid, total, float(options["share"])),
        }
        for place, year, paid, total in sums.sort(*KEYS).iter_rows()
        if total
    ]


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return the cells of a table of sectors that is on the ledger, or those that follow from its payments."""
    sectors = ledger.flow(["research_funding"]).with_columns(ledger.year("CY"))
    if sectors.select(pl.len()).collect().item():
        names = ledger.actors.select("actor", "name")
        rows = sectors.join(names.rename({"actor": "from_actor", "name": "funder"}), on="from_actor", how="left")
        rows = rows.join(names.rename({"actor": "to_actor", "name": "performer"}), on="to_actor", how="left")
        cells = rows.group_by("year", "funder", "performer").agg(pl.col("amount").sum()).with_columns(ledger.money())
        return FromLedger({"cells": _typed(cells.collect(), ledger.country)})
    return FromLedger(
        {"cells": _typed(_paid(ledger), ledger.country)},
        notes=(
            Phrase(
                "R&D performed is wages and inputs; own funds of firms are what nobody else pays, and what "
                "universities and labs get neither from firms nor from own income is the government's.",
                "使用額は人件費とその他の研究費。企業の自己資金はほかの負担のない残り、大学・国研の政府負担は"
                "企業負担と自己負担を除いた残りとした。",
            ),
        ),
    )


_PERFORMERS = {
    "business": "company",
    "university": ("university_institution", "contract_institute"),
    "lab": ("national_lab",),
}


def _classes(sector: str) -> list[str]:
    wanted = _PERFORMERS[sector]
    if isinstance(wanted, tuple):
        return list(wanted)
    return [word.id for word in vocabulary.table("classes") if word["kind"] == wanted]


def _paid(ledger: LedgerTables) -> pl.DataFrame:
    """Return the cells of whole fiscal years from single payments: firms, universities and labs as performers.

    A sector of which the ledger holds no R&D performed has no cells: nobody knows it, which is not nought.
    """
    year = ledger.year("FY")

    def summed(rows: pl.LazyFrame, actor: str, sector: str, column: str = "amount") -> dict[int, float]:
        found = ledger.of_class(rows, actor, "class of it").filter(pl.col("class of it").is_in(_classes(sector)))
        sums = found.group_by(year).agg(pl.col(column).sum().alias("amount")).with_columns(ledger.money())
        return dict(sums.collect().iter_rows())

    rows = []
    for sector in _PERFORMERS:
        performed = summed(ledger.flow(RESEARCH), "from_actor", sector)
        if not performed:
            continue
        given: dict[str, dict[int, float]] = {}
        if sector == "business":
            given["government"] = summed(ledger.flow(GOVERNMENT_RD), "to_actor", sector)
        else:
            given["business"] = summed(ledger.flow(FROM_INDUSTRY), "to_actor", sector)
            given["own funds"] = summed(ledger.filed(["research_from_own_funds"]), "actor", sector, "value")
        rest = "business" if sector == "business" else "government"
        for at in ledger.whole_years("FY"):
            total = performed.get(at, 0.0)
            parts = {funder: amounts.get(at, 0.0) for funder, amounts in given.items()}
            rows += [(at, funder, sector, amount) for funder, amount in parts.items()]
            rows += [(at, rest, sector, total - sum(parts.values())), (at, "total", sector, total)]
    schema = {"year": pl.Int64, "funder": pl.String, "performer": pl.String, "amount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _typed(cells: pl.DataFrame, country: str) -> pl.DataFrame:
    return cells.select(
        pl.lit(country).alias("place"), "year", "funder", "performer", pl.col("amount").cast(pl.Float64)
    ).sort("year", "funder", "performer")


rule = Rule(
    id="rd_accounts",
    ja="研究費の負担と使用",
    en="accounts of R&D money: funders and performers",
    tables=(
        Table(
            "cells",
            "負担部門×使用部門の金額",
            "amounts by funder and performer",
            (
                Column("funder", "負担部門", "who pays", needed=True),
                Column("performer", "使用部門", "who performs", needed=True),
                Column("amount", "金額", "amount", "number"),
                Column("year", "年・年度", "year", "integer", optional=True, low=1800, high=2100),
                Column("place", "国・地域", "place", optional=True),
            ),
            key=("place", "year", "funder", "performer"),
        ),
    ),
    options=(
        Option(
            "totals",
            "計の行の名前（大文字・小文字、全角・半角、前後の空白は問わない）。複数は「;」で区切る",
            "names of totals, several with ';' (case, full width and spaces around them do not matter)",
            "total;計;合計;総額",
        ),
        Option("funder", "仮定の負担部門", "funder of the what-if", of="text"),
        Option("performer", "仮定の使用部門", "performer of the what-if", of="text"),
        Option("share", "到達する割合（0～1）", "share to be reached (0 to 1)", of="number", low=0.0, high=0.999),
        Option("denominator", "割合の分母", "what the share is one of", "performer", DENOMINATORS),
    ),
    compute=compute,
    of_ledger=from_ledger,
    formula=(
        "shares = cell / sum of its performer, of its funder, of all; balance: |cells - total| <= 0.1% of the total; "
        "what-if: needed = share x total, on top: (share x total - paid) / (1 - share)"
    ),
    sections={"shares": ("割合", "shares"), "balance": ("計との照合", "balance"), "what_if": ("仮定", "what if")},
    facts=("document:rd.flow.jpn", "document:rd.flow.deu", "document:rd.flow.gbr"),
    slide=9,
    source_ja="内閣府資料（総務省「科学技術研究調査」、OECD）",
    source_en="Cabinet Office document (Survey of Research and Development; OECD)",
    caveats=(
        (
            "資料の3.5％・13.1％・9.3％の分母は書かれておらず、大学の使用額とするのは推定。OECDと総務省の計は一致しない。",
            "The denominator of the document's 3.5%, 13.1% and 9.3% is not printed: R&D performed by universities is "
            "inferred. Totals of the OECD and of the Survey differ.",
        ),
    ),
)
