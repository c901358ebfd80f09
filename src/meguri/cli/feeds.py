"""``meguri data paths``: numbers of the model that an import gives, as a file that ``--parameters`` reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.language import language, text
from meguri.cli.options import AsOf, Country, Json, Lang, option
from meguri.cli.output import number, print_table, save, write_json
from meguri.errors import InputError, Phrase

if TYPE_CHECKING:
    from meguri.observatory.feeds import Fed

HELP = text(
    "取り込んだデータから取れる係数を、meguri run --parameters で読めるファイルに書き出す。",
    "Write the numbers of the model that an import gives to a file that meguri run --parameters reads.",
)


def command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=text("出典のID", "Id of a source that reads files"))],
    output: Annotated[
        Path | None,
        option("--output", "-o", metavar="FILE.toml", ja="書き出すファイル（.toml）", en="File to write (.toml)"),
    ] = None,
    country: Country = None,
    store: Annotated[
        Path | None, option("--store", metavar="FOLDER", ja="取り込み先", en="Where imports are kept")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show, or write, what an import gives."""
    from meguri.cli.imports import named
    from meguri.model.parameter_file import write_toml
    from meguri.observatory.feeds import fed_by
    from meguri.observatory.places import country as code

    found = fed_by(named(source, store, as_of), code(country) if country is not None else "")
    rows = [_row(one) for one in found]
    if output is not None:
        if output.suffix.lower() != ".toml":
            raise InputError(f"'{output}' must end in .toml", f"「{output}」の拡張子は.tomlにしてください")
        save(output, lambda path: write_toml(path, rows))
    if as_json:
        write_json([{**row, "country": one.feed.country} for row, one in zip(rows, found, strict=True)])
        return
    shown = [
        {
            "id": one.feed.parameter, "country": one.feed.country, "unit": one.feed.unit,
            "first": f"{min(one.values)}: {number(one.values[min(one.values)])}",
            "last": f"{max(one.values)}: {number(one.values[max(one.values)])}",
            "what": one.feed.ja if language() == "ja" else one.feed.en,
        }
        for one in found
    ]  # fmt: skip
    print_table(shown, text("係数|国|単位|始め|終わり|内容", "parameter|country|unit|first|last|what").split("|"),
                ("id", "country", "unit", "first", "last", "what"))  # fmt: skip
    if output is not None:
        print(text(f"使い方：meguri run --country {found[0].feed.country} --parameters {output}",
                   f"use it: meguri run --country {found[0].feed.country} --parameters {output}"))  # fmt: skip


def rows_for(world: str, country: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of parameters that ``observatory:SOURCE`` gives to a run of a country, each with its place."""
    from meguri.cli.worlds import world_named
    from meguri.observatory.feeds import fed_by

    named = world_named(world, Path("runs"))
    if not named.source:
        raise InputError(
            f"--parameters '{world}' names no source; write observatory:SOURCE",
            f"--parameters「{world}」に出典がありません。observatory:出典 と書いてください",
        )
    from meguri.observatory.imports import data_set_named

    data_set_named(named.source)
    for one in fed_by(named.imports()[0], country):
        place = f"{world} {one.feed.parameter}"
        yield Phrase(place, place), _row(one)


def _row(one: Fed) -> dict[str, Any]:
    """Return a feed as a row of a file of parameters: values by year, each with its evidence and source."""
    from meguri.model.parameter_file import COLUMNS

    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    return row | {
        "id": one.feed.parameter, "value": {str(year): value for year, value in one.values.items()},
        "unit": one.feed.unit, "evidence": "derived", "source": one.source, "why": one.feed.en,
    }  # fmt: skip
