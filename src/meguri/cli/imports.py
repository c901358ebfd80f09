"""``meguri data import`` and its neighbours: files of a user, read into the observatory on this machine."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.language import language, text, words
from meguri.cli.options import AsOf, Json, Lang, NoLinks, Output, TableFormat, at_least_one, option
from meguri.cli.output import Format, emit, number, print_table, say, write_json
from meguri.cli.terms import table_named
from meguri.errors import InputError, cause

if TYPE_CHECKING:
    from meguri.observatory.imports import Import


class Becomes(StrEnum):
    """What the rows of a sheet become."""

    observations = "observations"
    flows = "flows"
    records = "records"


SOURCE_HELP = text(
    "取り込む出典のID、または対応表（.toml、meguri data map が下書きする）",
    "Id of a source that reads files, or a mapping (.toml, as meguri data map drafts it)",
)
Store = Annotated[
    Path | None,
    option(
        "--store",
        metavar="FOLDER",
        ja="取り込み先（既定：MEGURI_OBSERVATORY、なければ利用者のフォルダー）",
        en="Where imports are kept (default: MEGURI_OBSERVATORY, else the user's own folder)",
    ),
]
Source = Annotated[str, typer.Argument(metavar="SOURCE", help=SOURCE_HELP)]


def register(app: typer.Typer) -> None:
    """Add the commands to ``meguri data``."""
    app.command("import", help=text("手元のファイルを取り込む。", "Import files that you have."))(imported)
    app.command(
        "map",
        help=text(
            "手元の表の列を見て対応表（.toml）を下書きする。",
            "Draft a mapping (.toml) by looking at the columns of a sheet that you have.",
        ),
    )(drafted)
    app.command("quarantine", help=text("取り分けた行と理由を示す。", "Show the rows that were set aside, and why."))(
        quarantine
    )
    app.command(
        "coverage", help=text("取り込んだ元帳で計算できる指標を示す。", "Show what can be measured on an import.")
    )(coverage)
    app.command(
        "lock",
        help=text(
            "取り込みの内容をハッシュで書き出す、または照合する（異なれば終了コード1）。",
            "Write down by hash what is imported, or compare with it (exit code 1 when it differs).",
        ),
    )(lock)


def imported(
    source: Source,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help=text("ファイルまたはフォルダー", "Files or folders"))
    ],
    store: Store = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Import files; nothing leaves the machine, and importing the same again changes nothing."""
    from meguri.observatory.imports import bring

    found, changed = bring(_mapped(source) if source.endswith(".toml") else source, paths, store)
    if as_json:
        write_json({"import": found.id, "changed": changed, "folder": str(found.folder), **found.manifest})
        return
    show(found)
    if not changed:
        say(text("すでに取り込まれており、変更はありません", "already imported: nothing changed"))


def drafted(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help=text("CSVまたはExcelブック", "A CSV file or a workbook"))
    ],
    sheet: Annotated[
        str, option("--sheet", metavar="NAME", ja="シート（既定：最初の表）", en="Sheet (default: first table)")
    ] = "",
    becomes: Annotated[
        Becomes | None,
        option(
            "--becomes", ja="何になるか（既定：列から推測）", en="What it becomes (default: guessed from the columns)"
        ),
    ] = None,
    identifier: Annotated[
        str,
        option(
            "--id",
            metavar="ID",
            ja="出典のID（既定：ファイル名から）",
            en="Id of the source (default: from the file name)",
        ),
    ] = "",
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Draft a mapping; print it, or write it to a file that does not exist yet."""
    from meguri.observatory.drafting import draft

    made = draft(path, sheet, becomes.value if becomes else "", identifier)
    if output is not None:
        try:
            with output.open("x", encoding="utf-8") as file:
                file.write(made.text)
        except OSError as error:
            raise InputError(
                f"'{output}' cannot be written: {cause(error)}", f"「{output}」に書けません：{cause(error).ja}"
            ) from None
    if as_json:
        seen = made.sample
        write_json({"file": str(output) if output else None, "becomes": made.becomes, "sheet": seen.sheet,
                    "sheets": list(seen.sheets), "head": list(seen.head), "columns": list(seen.names),
                    "decide": list(made.decide), "mapping": made.text})  # fmt: skip
        return
    if output is None:
        print(made.text, end="")
    say(
        text(
            f"書き入れる項目：{'、'.join(made.decide) or 'なし'}",
            f"to be decided: {', '.join(made.decide) or 'nothing'}",
        )
    )


def _mapped(mapping: str) -> Any:
    """Return the source that a mapping file makes."""
    from meguri.observatory.mapped import source_of
    from meguri.observatory.mapping_reader import read

    return source_of(read(Path(mapping)))


def show(found: Import) -> None:
    """Print an import: its files with rows in, used and set aside, its tables, what must hold, and its terms."""
    said, language_of = found.manifest, language()
    rows = [{**one, "in": one["rows"]} for one in said["files"]]
    headings = text(
        "部分|ファイル|文字コード|入力行|使用|取り分け|同一の行", "part|file|encoding|rows in|used|set aside|copies"
    )
    print_table(rows, headings.split("|"), ["part", "name", "encoding", "in", "used", "quarantined", "copies"])
    total = {name: number(said["rows"][name]) for name in ("in", "used", "quarantined")}
    print(
        text(
            f"入力 {total['in']} 行＝使用 {total['used']} 行＋取り分け {total['quarantined']} 行",
            f"{total['in']} rows in = {total['used']} used + {total['quarantined']} set aside",
        )
    )
    held = [(table_named(name), number(count)) for name, count in said["tables"].items() if count]
    print(text("、".join(f"{name} {many}" for name, many in held), ", ".join(f"{many} {name}" for name, many in held)))
    for check in said.get("checks", []):
        sign = {"at_least": "≥", "at_most": "≤", "equals": "="}[check["how"]]
        holds = text("○", "holds") if check["holds"] else text("× 成り立たない", "DOES NOT HOLD")
        print(f"{check[language_of]}: {check['value']:.6g} ({sign} {check['limit']:g}) {holds}")
    print(f"{said[f'attribution_{language_of}']} [{said['licence']}]")
    _feeds(found.source)
    say(text(f"取り込み {found.id}：{found.folder}", f"import {found.id}: {found.folder}"))


def _feeds(source: str) -> None:
    """Say which numbers of the model the source gives, where it gives any."""
    from meguri.observatory.feeds import all_feeds

    given = all_feeds(source)
    if given:
        countries = ", ".join(dict.fromkeys(feed.country for _, feed in given))
        print(
            text(
                f"取れるモデルの係数：{len(given)}個（{countries}）。meguri data paths {source}",
                f"numbers of the model that it gives: {len(given)} ({countries}); meguri data paths {source}",
            )
        )


def quarantine(
    source: Source,
    store: Store = None,
    as_of: AsOf = None,
    limit: Annotated[int, option("--limit", ja="行数の上限（既定：100）", en="Most rows (default: 100)")] = 100,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the rows of an import that were set aside: file, line, reason, text."""
    at_least_one(limit)
    found = named(source, store, as_of)
    names = [one["name"] for one in found.manifest["files"]]
    whole = as_json or form is not Format.table
    frame = found.table("quarantine").collect()
    rows: list[dict[str, Any]] = [{**row, "file": names[row["file"]]} for row in frame.iter_rows(named=True)]
    if whole:
        emit(rows, frame.columns, as_json, form, output, title="quarantine")
        return
    headings = text("ファイル|行|理由|内容", "file|line|reason|text").split("|")
    emit(rows[:limit], ["file", "line", f"reason_{language()}", "text"], headings=headings, output=output)
    say(text(f"{frame.height}行を取り分けた", f"{frame.height} rows are set aside"))


def coverage(
    source: Source,
    store: Store = None,
    as_of: AsOf = None,
    no_links: NoLinks = False,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show which indicators the current import can measure, and what the others lack; linked organisations are one."""
    from meguri.observatory.linked import sentence, views
    from meguri.observatory.measured import measured
    from meguri.observatory.vintages import day_of

    found = named(source, store, as_of)
    view = found if no_links else views([found], store, day_of(as_of) if as_of is not None else "")[0]
    frame = measured(view)[1].sort("measured", "held", descending=True, maintain_order=True)
    if as_json or form is not Format.table:
        emit(frame.to_dicts(), frame.columns, as_json, form, output, title="coverage")
        return
    some = frame.filter(frame["held"] > 0)
    rows = [{**row, "measured": text("○", "yes") if row["measured"] else "–"} for row in some.iter_rows(named=True)]
    headings = text("指標|計算|値の数|要る語|ある語|ない語", "indicator|measured|values|words|held|missing").split("|")
    emit(rows, ["indicator", "measured", "values", "words", "held", "missing"], headings=headings, output=output)
    rest = frame.height - some.height
    say(text(f"ほかの{rest}指標はこの出典の語を用いない", f"{rest} other indicators use no word of this source"))
    used = sentence([view])
    if used is not None:
        say(words(used))


def lock(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help=text("書き出すファイル（.toml）", "File to write (.toml)"))
    ] = None,
    check: Annotated[
        Path | None, option("--check", metavar="FILE", ja="照合するファイル", en="File to compare with")
    ] = None,
    store: Store = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the lock of the store, or compare the store with one."""
    from meguri.observatory.imports import differences, lock_lines
    from meguri.observatory.imports import lock as locked

    if check is None:
        found = locked(store)
        if as_json:
            write_json(found)
        elif file is None:
            print(lock_lines(found), end="")
        else:
            try:
                file.write_text(lock_lines(found), encoding="utf-8")
            except OSError as error:
                raise InputError(
                    f"'{file}' cannot be written: {cause(error)}", f"「{file}」に書けません：{cause(error).ja}"
                ) from None
        return
    if check.exists() and not check.is_file():
        raise InputError(f"'{check}' is not a file", f"「{check}」はファイルではありません")
    try:
        noted = tomllib.loads(check.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"'{check}' cannot be read: {cause(error)}", f"「{check}」を読めません：{cause(error).ja}"
        ) from None
    other = differences(noted, store)
    if as_json:
        write_json({"same": not other, "different": other})
    else:
        same = text(f"{len(noted)}件の出典が一致", f"{len(noted)} sources are the same")
        print(text(f"異なる出典：{'、'.join(other)}", f"different: {', '.join(other)}") if other else same)
    raise typer.Exit(1 if other else 0)


def named(source: str, store: Path | None, as_of: str | None = None) -> Import:
    """Return the import of a source that counts, or that counted on a day; raise InputError where there is none."""
    from meguri.observatory import vintages
    from meguri.observatory.imports import current, data_set_named

    if as_of is not None:
        day = vintages.day_of(as_of)
        known = vintages.known_on(data_set_named(source, store).id, day, store)
        if known is None:
            raise vintages.none_yet(source, day, store)
        return known
    found = current(data_set_named(source, store).id, store)
    if found is None:
        raise InputError(
            f"nothing of '{source}' is imported; do so: meguri data import {source} FILE...",
            f"「{source}」は取り込まれていません。meguri data import {source} ファイル… で取り込んでください",
        )
    return found
