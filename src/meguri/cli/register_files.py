"""``meguri register``: files of a register, and copies of the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from meguri.cli import register_asked as asked
from meguri.cli.language import language, text
from meguri.cli.options import Json, Lang, Output, TableFormat, option
from meguri.cli.output import Format, emit, save, say, write_json
from meguri.cli.register_options import Actor, Day, Encoding, File, KindOf, Name, Place, RoleOf
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.registers._history import Entry, Finding

app = typer.Typer()


@app.command(
    "export",
    help=text(
        "届出をファイルに書き出す（--template は空の様式）。", "Write what is filed to a file, or an empty form."
    ),
)
def export(
    register: Name,
    output: Output = None,
    kind: KindOf = None,
    template: Annotated[bool, option("--template", ja="空の様式を書き出す", en="Write an empty form")] = False,
    store: Place = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Write a register to a workbook or a CSV."""
    from meguri.registers._forms import csv_text, rows_of, write_workbook

    if output is None:
        raise InputError(
            "meguri register export needs --output FILE.xlsx or FILE.csv",
            "meguri register exportには--output（書き出すファイル.xlsxまたは.csv）が必要です",
        )
    declared = asked.declared(register)
    book = asked.book_at(register, store)
    chosen = [one for one in declared.kinds if not kind or one.id == asked.kind_named(declared, kind)]
    workbook = output.suffix.lower() == ".xlsx"
    if not workbook and output.suffix.lower() != ".csv":
        raise InputError(
            f"'{output}' must end in .xlsx or .csv", f"「{output}」の拡張子は.xlsxまたは.csvにしてください"
        )
    if not workbook and len(chosen) > 1:
        names = ", ".join(one.id for one in chosen)
        raise InputError(
            f"a CSV file holds one kind: say --kind ({names})",
            f"CSVファイルに入る記録の種類は一つです。--kind（{names}）で指定してください",
        )
    label = language() if workbook else ""
    sheets = {one.id: [] if template else rows_of(book, one, label) for one in chosen}
    if workbook:
        save(output, lambda path: write_workbook(path, declared, sheets, label))
    else:
        content = csv_text(chosen[0], sheets[chosen[0].id])
        save(output, lambda path: path.write_text(content, encoding="utf-8-sig", newline=""))
    count = sum(map(len, sheets.values()))
    asked.said(
        {"file": str(output), "acts": count},
        as_json,
        text(f"{output} に{count}件を書き出しました", f"{count} acts written to {output}"),
    )


@app.command("import", help=text("ファイルの届出を台帳に加える。", "File the acts of a file."))
def imported(
    register: Name,
    file: File,
    kind: KindOf = None,
    keep_good: Annotated[
        bool,
        option("--keep-good", ja="不備のない行だけを受け付ける", en="File the good rows although others are refused"),
    ] = False,
    encoding: Encoding = None,
    actor: Actor = None,
    role: RoleOf = None,
    day: Day = None,
    store: Place = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """File the acts of a workbook or CSV: all or, with ``--keep-good``, the good ones."""
    from meguri.cli import register_shown as shown
    from meguri.observatory.registers import book_of

    declared = asked.declared(register)

    def decide(there: list[Entry]) -> tuple[list[Entry], tuple[int, list[Finding]]]:
        book = book_of(declared, there)
        done, known, findings = asked.played(book, file, kind, encoding, actor, role, day, keep_good)
        return [one.entry for one in done], (known, findings)

    filed, (known, findings) = asked.appended(declared, store, decide)
    refused = any(finding.weight == "refuse" for finding in findings)
    if as_json:
        rows, _, _ = shown.findings(findings, plain=True)
        write_json({"filed": len(filed), "known": known, "findings": rows})
    else:
        if findings:
            rows, columns, headings = shown.findings(findings, plain=form is not Format.table)
            emit(rows, columns, False, form, output, headings, "findings")
        say(
            text(
                f"{len(filed)}件を届け出ました（{known}件は届出済み）", f"{len(filed)} acts filed ({known} were known)"
            )
        )
        if refused and not filed and not keep_good:
            say(text("不備のない行だけを届け出るには --keep-good", "--keep-good files the good rows"))
    raise typer.Exit(1 if refused else 0)


@app.command(
    "backup",
    help=text(
        "台帳の控えを新しいファイルに書く（使用中でもよい）。", "Write a backup of the store, also while in use."
    ),
)
def backup(file: File, store: Place = None, as_json: Json = False, lang: Lang = None) -> None:
    """Back up the store."""
    from meguri.registers._store import Store

    asked.store_at(store).backup(file)
    asked.said(
        {"file": str(file), "acts": Store(str(file)).verify()},
        as_json,
        text(f"控えを {file} に書きました", f"backup written to {file}"),
    )


@app.command(
    "restore",
    help=text("控えから台帳を戻す（既にある台帳には書かない）。", "Restore the store from a backup (never over one)."),
)
def restore(file: File, store: Place = None, as_json: Json = False, lang: Lang = None) -> None:
    """Restore the store from a backup."""
    place = asked.store_at(store)
    place.restore(file)
    asked.said(
        {"store": place.place, "acts": place.verify()},
        as_json,
        text(f"{place.place} に戻しました", f"restored to {place.place}"),
    )
