"""``meguri data``: the sources, what they observe, and the table that is built from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meguri.cli import feeds, imports, links
from meguri.cli.explain import command as explain_command
from meguri.cli.language import language, text, words
from meguri.cli.options import AsOf, Json, Lang, Output, TableFormat
from meguri.cli.output import Format, emit, say, write_json
from meguri.cli.terms import spoken
from meguri.errors import InputError, nearest

if TYPE_CHECKING:
    from meguri.observatory.imports import Import

HELP = text(
    "観測データ：出典の一覧、作り直し、内容。", "What is observed: the sources, their contents, and the built table."
)
app = typer.Typer(no_args_is_help=True, help=HELP)
imports.register(app)
app.command("paths", help=feeds.HELP)(feeds.command)
links.register(app)


@app.command("list", help=text("出典の一覧を示す。", "List the sources."))
def listed(
    form: TableFormat = Format.table,
    output: Output = None,
    store: imports.Store = None,
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """List the sources: publisher, licence, counts, rows imported, and how many numbers of the model each gives."""
    import polars as pl

    from meguri.observatory.imports import all_current, own
    from meguri.observatory.observed import sources_table
    from meguri.observatory.vintages import SHIPPED, day_of

    day = day_of(as_of) if as_of is not None else ""
    rows = {one.source: one.manifest["rows"]["used"] for one in all_current(store, day)}
    if day and not as_json:
        say(words(SHIPPED))
    table = sources_table(own(store))
    table = table.with_columns(
        pl.col("id").replace_strict(rows, default=None, return_dtype=pl.Int64).alias("imported")
        if rows
        else pl.lit(None, pl.Int64).alias("imported")
    )
    if as_json or form is not Format.table:
        emit(table.to_dicts(), table.columns, as_json, form, output, title="sources")
        return
    columns = ["id", language(), f"publisher_{language()}", "licence", "items", "observations", "imported", "feeds"]
    headings = text(
        "ID|名称|公表機関|利用条件|項目|観測|取り込んだ行|モデルの係数",
        "id|name|publisher|licence|items|observations|rows imported|numbers of the model",
    ).split("|")
    emit(table.to_dicts(), columns, headings=headings, output=output)


@app.command("build", help=text("観測の表を作り直す。", "Build the table of observations anew."))
def built(as_json: Json = False, lang: Lang = None) -> None:
    """Build the observations of all sources."""
    from meguri.observatory.observed import build

    path, rows = build()
    if as_json:
        write_json({"file": str(path) if path else None, "observations": rows})
    else:
        print(
            text(
                f"観測 {rows} 件：{path or '（保存先に書けないため記憶の上のみ）'}",
                f"{rows} observations: {path or '(the cache folder cannot be written: kept in memory only)'}",
            )
        )


@app.command("show", help=text("出典または項目の内容を示す。", "Show what a source, or one of its items, says."))
def shown(
    identifier: Annotated[
        str, typer.Argument(metavar="SOURCE|ITEM", help=text("出典または項目のID", "Id of a source or of an item"))
    ],
    form: TableFormat = Format.table,
    output: Output = None,
    store: imports.Store = None,
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the items of a source, what was imported of it, or the item of an id (or of the beginning of ids)."""
    import polars as pl

    from meguri.observatory.imports import any_source
    from meguri.observatory.observed import items_table

    source = any_source(identifier.partition(":")[0], store)
    if source.data is not None and ":" not in identifier:
        found = imports.named(source.id, store, as_of)
        if as_json:
            write_json({"import": found.id, **found.manifest})
        else:
            imports.show(found)
            _say_links(found, store, as_of)
        return
    if source.data is not None and source.data.mapping:  # a sheet of one's own: its series and columns
        explain_command(identifier, store=store, as_json=as_json)
        return
    items = items_table(source.id)
    if ":" in identifier:
        chosen = items.filter(pl.col("id") == identifier)
        if chosen.height and not as_json and form is Format.table:
            explain_command(identifier)
            return
        if chosen.is_empty():
            chosen = items.filter(pl.col("id").str.starts_with(f"{identifier}."))
        if chosen.is_empty():
            near = ", ".join(nearest(identifier, items["id"].to_list()))
            raise InputError(
                f"unknown item '{identifier}' of source '{source.id}'; nearest: {near}",
                f"出典「{source.id}」に項目「{identifier}」はありません。近いもの：{near}",
            )
        items = chosen
    if as_json or form is not Format.table:
        emit(items.to_dicts(), items.columns, as_json, form, output, title=source.id)
        return
    columns = ["id", language(), "value", "unit", "place", "period", "qualifier", "status", "slide"]
    headings = text("ID|項目|値|単位|地域|時点|限定|種別|頁", "id|item|value|unit|place|period|qualifier|status|slide")
    emit(spoken(items.to_dicts()), columns, headings=headings.split("|"), output=output)
    say(text(f"{items.height}件。詳しくは meguri explain ID", f"{items.height} items; more: meguri explain ID"))


def _say_links(found: Import, store: Path | None, as_of: str | None) -> None:
    """Say how many of the organisations of an import are counted as how many."""
    from meguri.observatory.linked import sentence, views
    from meguri.observatory.vintages import day_of

    used = sentence(views([found], store, day_of(as_of) if as_of is not None else ""))
    if used is not None:
        say(words(used))
