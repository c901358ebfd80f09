"""``meguri sql``: a question in SQL over a run or over what is observed, reading only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from meguri.cli.language import text, words
from meguri.cli.options import AsOf, Json, Lang, NoLinks, Output, Shelf, TableFormat, option
from meguri.cli.output import Format, emit, say
from meguri.errors import InputError

HELP = text(
    "SQLで問い合わせる（読み取り専用。--run がなければ観測の表 observations、items、sources と"
    "台帳の表 register_entries、records）。",
    "Ask in SQL, reading only (without --run: the tables observations, items and sources of what is observed, "
    "and register_entries and records of the registers).",
)


#: Words of a question that needs the tables of all imports together, or asks which tables there are.
_OF_IMPORTS = ("imported_", "linked_actors", "show", "describe", "information_schema", "duckdb_")
#: Words of a question that needs the tables of registers, or asks which tables there are.
_OF_REGISTERS = ("register_entries", "records", "show", "describe", "information_schema", "duckdb_")


def command(
    query: Annotated[str, typer.Argument(help=text("SELECT文", "A SELECT statement"))],
    run: Annotated[
        str | None,
        option(
            "--run",
            "--world",
            ja="実行結果、取り込んだ observatory:出典、またはすべての取込み observatory",
            en="A run (folder, id or scenario), observatory:SOURCE of what was imported, or observatory: all imports",
        ),
    ] = None,
    limit: Annotated[int, option("--limit", ja="行数の上限（既定：10000）", en="Most rows (default: 10000)")] = 10_000,
    as_of: AsOf = None,
    no_links: NoLinks = False,
    out: Shelf = Path("runs"),
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Answer a question in SQL."""
    from meguri.observatory.sql import query as ask

    if not 1 <= limit <= 1_000_000:
        raise InputError(f"--limit {limit} is outside 1 to 1000000", f"--limit {limit} は範囲外です（1～1000000）")
    from meguri.observatory.worlds import OBSERVATORY

    if run is not None and run.startswith(f"{OBSERVATORY}:"):
        tables = _imported_tables(run, out, as_of, not no_links)
    elif run is not None and run != OBSERVATORY:
        tables = _run_tables(run, out, as_of, not no_links)
    else:
        tables = _observed_tables(as_of, not no_links)
        if as_of is not None and not as_json:
            from meguri.observatory.vintages import SHIPPED

            say(words(SHIPPED))
        if any(word in query.lower() for word in _OF_IMPORTS):
            tables |= _all_imported_tables(as_of) | _link_tables()
        if any(word in query.lower() for word in _OF_REGISTERS):
            tables |= _register_tables()
    columns, rows, more = ask(query, tables, limit)
    emit(rows, columns, as_json, form, output, title="query")
    if more:
        say(text(f"先頭の{limit}行だけを示しました（--limit）", f"only the first {limit} rows are shown (--limit)"))


def _run_tables(run: str, out: Path, as_of: str | None, links: bool) -> dict[str, Any]:
    """Return the tables of a run as data sets, with what is observed beside them as ``observed``."""
    import pyarrow as pa
    import pyarrow.dataset as datasets

    from meguri.cli.worlds import run_named, world_named
    from meguri.ledger import store
    from meguri.observatory.observed import observed

    folder = run_named(run, out) if as_of is None and links else world_named(run, out, as_of, links).folder
    assert folder is not None
    tables: dict[str, Any] = {}
    for name in store.TABLES:
        path = folder / f"{name}.parquet"
        if not path.is_file():
            continue
        store.path_of(folder, name)
        store.count(folder, name)
        try:
            tables[name] = datasets.dataset(str(path), format="parquet")
        except (OSError, pa.ArrowException) as error:
            raise store.damaged(path, error) from None
    return tables | {"observed": observed().to_arrow()}


def _imported_tables(world: str, out: Path, as_of: str | None, links: bool) -> dict[str, Any]:
    """Return the tables of an import; of a source that the package ships, its observations and items."""
    import pyarrow.dataset as datasets

    from meguri.cli.worlds import world_named
    from meguri.observatory.imports import any_source
    from meguri.observatory.observed import items_table

    named = world_named(world, out, as_of, links)
    if any_source(named.source).data is None:
        return {"observations": named.observations().to_arrow(), "items": items_table(named.source).to_arrow()}
    found = named.imports()[0]
    tables = {str(name).removesuffix(".parquet") for name in found.manifest["hashes"]}
    return {
        **{name: datasets.dataset(str(found.path(name)), format="parquet") for name in sorted(tables)},
        "observations": named.observations().to_arrow(),
        **_link_tables(),
    }


def _link_tables() -> dict[str, Any]:
    """Return the organisations that are linked (``same_as`` is the group), where anything was linked."""
    from meguri.observatory.identity.links import current

    found = current()
    return {} if found is None else {"linked_actors": found.linked_actors().to_arrow()}


def _all_imported_tables(as_of: str | None) -> dict[str, Any]:
    """Return the tables of all imports together, each as ``imported_TABLE``; ``origin`` is the source of a row."""
    import pyarrow.dataset as datasets

    from meguri.observatory.imports import all_current
    from meguri.observatory.writing import TABLES

    found = all_current(as_of=as_of or "")
    return {
        f"imported_{name}": datasets.dataset([str(one.path(name)) for one in found], format="parquet")
        for name in TABLES
        if found
    }


def _observed_tables(as_of: str | None, links: bool) -> dict[str, Any]:
    """Return what the package ships and what every import observes, its origin telling one from the other."""
    from meguri.cli.worlds import world_named
    from meguri.observatory.observed import items_table, sources_table

    return {
        "observations": world_named("observatory", Path("runs"), as_of, links).observations().to_arrow(),
        "items": items_table().to_arrow(),
        "sources": sources_table().to_arrow(),
    }


def _register_tables() -> dict[str, Any]:
    """Return the acts of all registers, and the same as rows of the ledger's table of records."""
    from meguri.observatory.registers import entries_frame, records_frame, registers, stored_book

    books = [stored_book(register) for register in registers()]
    return {"register_entries": entries_frame(books).to_arrow(), "records": records_frame(books).to_arrow()}
