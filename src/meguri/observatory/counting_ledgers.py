"""The ledgers on which rules count: the tables of a run, or of what was imported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from meguri.counting import FromLedger, Rule
from meguri.counting._ledger import LedgerTables
from meguri.errors import InputError, Phrase
from meguri.ledger import store
from meguri.observatory.worlds import WorldName, find
from meguri.packs import load_pack

if TYPE_CHECKING:
    from meguri.observatory.imports import Import

_TABLES = ("actors", "flows", "stocks", "records")


@dataclass(frozen=True)
class Counts:
    """A ledger on which a rule counts: its tables, whom to name as their source, and the import that it is."""

    tables: LedgerTables
    attributions: tuple[Phrase, ...] = ()
    of: Import | None = None


def ledger_tables(
    name: str, runs: Path, scenarios: Collection[str] = (), kept: Path | None = None, links: bool = True
) -> Counts:
    """Return the ledger of a world; raise InputError where there is none.

    Without ``links`` linked organisations of an import stay apart.
    """
    world = find(name, runs, scenarios, links=links)
    if world.folder is not None:
        return Counts(_of_run(world.folder))
    if not world.source:
        raise InputError(
            "'observatory' is all sources; a rule counts on one: observatory:SOURCE",
            "「observatory」はすべての出典です。observatory:出典 の形で一つを指定してください",
        )
    from meguri.observatory import imports

    imports.data_set_named(world.source)
    found = _kept(world, kept) if kept is not None else world.imports()[0]
    if found is None:
        raise InputError(
            f"nothing of '{world.source}' is imported in '{kept}'",
            f"「{kept}」に「{world.source}」は取り込まれていません",
        )
    frames = {table: _numbered(found.table(table)) for table in _TABLES}
    span = pl.concat([
        frames[table].select(pl.col("t").min().alias("first"), pl.col("t").max().alias("last")) for table in _TABLES[1:]
    ])  # fmt: skip
    first, last = span.select(pl.col("first").min(), pl.col("last").max()).collect().row(0)
    if first is None:
        raise InputError(f"the import of '{world.source}' holds no flow, stock or record",
                         f"「{world.source}」の取り込みには流れも残高も記録もありません")  # fmt: skip
    said = found.manifest
    tables = LedgerTables(
        actors=frames["actors"], flows=frames["flows"], stocks=frames["stocks"], records=frames["records"],
        first=first // 4 * 4, last=last // 4 * 4 + 3, country=str(said["place"]),
        currency=str(said["currency"]), minor_unit=int(said["minor_unit"]),
    )  # fmt: skip
    attribution = Phrase(str(said["attribution_en"]), str(said["attribution_ja"]))
    licence = said["licence"]
    return Counts(tables, (Phrase(f"{attribution} [{licence}]", f"{attribution.ja} [{licence}]"),), found)


def _kept(world: WorldName, kept: Path) -> Import | None:
    """Return the import of a world in a store of its own, as its links read it."""
    from meguri.observatory import imports, linked

    found = imports.current(world.source, kept)
    return linked.views([found], kept)[0] if found is not None and world.links else found


def _of_run(folder: Path) -> LedgerTables:
    said = store.manifest(folder)
    if said.get("keep") != "ledger":
        raise InputError(
            f"'{folder}' keeps no ledger; run it with --keep ledger",
            f"「{folder}」には元帳がありません。--keep ledger で実行してください",
        )
    frames = {table: _numbered(pl.scan_parquet(store.path_of(folder, table))) for table in _TABLES}
    first, last = (int(said[name][:4]) * 4 + int(said[name][-1]) - 1 for name in ("first", "last"))
    inside = pl.col("t").is_between(first, last)
    return LedgerTables(
        actors=frames["actors"], flows=frames["flows"].filter(inside), stocks=frames["stocks"].filter(inside),
        records=frames["records"].filter(inside), first=first, last=last, country=str(said["country"]),
        currency=str(said["currency"]), scale=float(said["scale"]), year_begins=int(said["fiscal_year_first_quarter"]),
        minor_unit=load_pack(str(said["country"])).minor_unit,
    )  # fmt: skip


def _numbered(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return a table with its words as text and the number of each quarter."""
    schema = frame.collect_schema()
    words = [
        pl.col(name).cast(pl.String) for name, dtype in schema.items() if isinstance(dtype, pl.Enum | pl.Categorical)
    ]
    frame = frame.with_columns(words)
    if "period" not in schema:
        return frame
    year, quarter = (pl.col("period").str.slice(*part).cast(pl.Int64) for part in ((0, 4), (5, 1)))
    return frame.with_columns(t=year * 4 + quarter - 1)


def stated(rule: Rule, found: FromLedger, name: str) -> None:
    """Refuse a ledger on which there is nothing to count, instead of counting nought."""
    if all(frame.is_empty() for frame in found.tables.values()):
        asked = [table for table in rule.tables if table.name in found.tables]
        tables = Phrase(", ".join(table.en for table in asked), "、".join(table.ja for table in asked))
        raise InputError(
            f"the ledger of '{name}' holds no {tables}: '{rule.id}' has nothing to count",
            f"「{name}」の元帳に{tables.ja}がないため、「{rule.id}」で数えるものがありません",
        )
