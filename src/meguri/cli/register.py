"""``meguri register``: what institutions file, decide, check and owe."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meguri.cli import register_asked as asked
from meguri.cli import register_files
from meguri.cli.language import text
from meguri.cli.options import Json, Lang, Output, Shelf, TableFormat, option
from meguri.cli.output import Format, emit, say
from meguri.cli.register_options import Actor, Day, Encoding, Key, KindOf, Name, Place, Reason, RoleOf, Values
from meguri.errors import InputError

if TYPE_CHECKING:
    pass

HELP = text("台帳：届出、決定、検査、期限、履歴。", "Registers: file, decide, check, what is due, histories.")
app = typer.Typer(no_args_is_help=True, help=HELP)


@app.command(
    "list", help=text("台帳の一覧、または台帳の記録の一覧を示す。", "List the registers, or the records of one.")
)
def listed(
    register: Annotated[str | None, typer.Argument(metavar="[REGISTER]", help=text("台帳", "A register"))] = None,
    kind: KindOf = None,
    state: Annotated[str | None, option("--state", ja="状態", en="State")] = None,
    store: Place = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """List registers or records."""
    from meguri.cli import register_shown as shown

    if register is None:
        rows, columns, headings = shown.registers(asked.books(store))
        emit(rows, columns, as_json, form, output, headings, "registers")
        return
    book = asked.book_at(register, store)
    chosen = book.histories(asked.kind_named(book.register, kind))
    if state is not None:
        chosen = [history for history in chosen if history.state == asked.state_named(book.register, state)]
    rows, columns, headings = shown.records(chosen, plain=as_json or form is not Format.table)
    emit(rows, columns, as_json, form, output, headings, register)
    if not as_json and form is Format.table:
        say(text(f"{len(rows)}件", f"{len(rows)} records"))


@app.command(
    "show", help=text("台帳の様式（記録の番号がなければ）または記録を示す。", "Show a register's form, or a record.")
)
def show(
    register: Name,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help=text("記録の番号", "Key of a record"))] = None,
    kind: KindOf = None,
    store: Place = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the declaration of a register or one record."""
    from meguri.cli import register_shown as shown

    declared = asked.declared(register)
    if key is None:
        shown.declaration(declared, asked.kind_named(declared, kind), as_json)
        return
    book = asked.book_at(register, store)
    shown.record(asked.one_record(book, key, kind), book, as_json)


@app.command("add", help=text("新しい記録を届け出る。", "File a new record."))
def add(
    register: Name,
    key: Key,
    values: Values = None,
    kind: KindOf = None,
    act: Annotated[
        str | None, option("--act", ja="行為（既定：最初の届出）", en="Act (default: the opening one)")
    ] = None,
    actor: Actor = None,
    role: RoleOf = None,
    day: Day = None,
    reason: Reason = None,
    store: Place = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """File a new record."""
    from meguri.registers._acting import opening_act

    declared = asked.declared(register)
    if kind is None and len(declared.kinds) > 1:
        names = ", ".join(one.id for one in declared.kinds)
        raise InputError(
            f"meguri register add {register} needs --kind ({names})",
            f"meguri register add {register} には--kind（記録の種類：{names}）が必要です",
        )
    of_kind = declared.kind(asked.kind_named(declared, kind))
    entry = asked.entry_of(declared, of_kind.id, key, act or opening_act(of_kind).id, values, actor, role, day, reason)
    asked.say_filed(asked.filed(declared, entry, store), as_json)


@app.command(
    "decide", help=text("記録について決定・報告・訂正・取消しをする。", "Decide, report, correct or withdraw.")
)
def decide(
    register: Name,
    key: Key,
    act: Annotated[str, typer.Argument(metavar="ACT", help=text("行為（show で一覧）", "Act (see show)"))],
    values: Values = None,
    kind: KindOf = None,
    version: Annotated[int, option("--version", ja="訂正・取消しの対象の版", en="Version to correct or withdraw")] = 0,
    actor: Actor = None,
    role: RoleOf = None,
    day: Day = None,
    reason: Reason = None,
    store: Place = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Do something to a record."""
    history = asked.one_record(asked.book_at(register, store), key, kind)
    declared = asked.declared(register)
    entry = asked.entry_of(declared, history.kind.id, history.key, act, values, actor, role, day, reason, version)
    asked.say_filed(asked.filed(declared, entry, store), as_json)


@app.command(
    "check",
    help=text(
        "台帳、ファイル、または実行結果を規則に照らす（不備があれば終了コード1）。",
        "Judge a register, a file or a run by the rules (exit code 1 when something is wrong).",
    ),
)
def check(
    register: Name,
    file: Annotated[Path | None, option("--file", ja="届け出る前のファイル", en="A file that is not filed yet")] = None,
    run: Annotated[str | None, option("--run", ja="実行結果", en="A run: folder, id or scenario")] = None,
    kind: KindOf = None,
    encoding: Encoding = None,
    store: Place = None,
    out: Shelf = Path("runs"),
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Judge records by the rules of their register."""
    from meguri.cli import register_shown as shown

    if file is not None and run is not None:
        raise InputError("--file and --run exclude each other", "--fileと--runは同時に指定できません")
    book = asked.judged_book(register, run, store, out)
    if file is not None:
        _, _, findings = asked.played(book, file, kind, encoding, None, None, None)
    else:
        findings = list(book.findings())
    rows, columns, headings = shown.findings(findings, plain=as_json or form is not Format.table)
    emit(rows, columns, as_json, form, output, headings, "findings")
    wrong = [finding for finding in findings if finding.weight != "mark"]
    if not as_json and form is Format.table:
        refused = sum(finding.weight == "refuse" for finding in wrong)
        flagged = len(wrong) - refused
        say(
            text(
                f"規則に反するもの{refused}件、要確認{flagged}件", f"{refused} against the rules, {flagged} to look at"
            )
        )
    raise typer.Exit(1 if wrong else 0)


@app.command("due", help=text("期限が来ていて、まだ行われていないことを示す。", "Show what is due and not done."))
def due(
    register: Annotated[str | None, typer.Argument(metavar="[REGISTER]", help=text("台帳", "A register"))] = None,
    until: Annotated[
        str | None, option("--until", ja="この日まで（既定：今日）", en="Up to this day (default: today)")
    ] = None,
    store: Place = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what is due."""
    from meguri.cli import register_shown as shown

    last = asked.day_named(until)
    books = asked.books(store) if register is None else [asked.book_at(register, store)]
    rows, columns, headings = shown.dues(books, last, date.today(), plain=as_json or form is not Format.table)
    emit(rows, columns, as_json, form, output, headings, "due")
    if not as_json and form is Format.table:
        say(text(f"{last.isoformat()}までに{len(rows)}件", f"{len(rows)} due by {last.isoformat()}"))


@app.command(
    "ask",
    help=text(
        "台帳が答える問いの一覧（問いがなければ）または答えを示す。",
        "List a register's questions, or answer one of them.",
    ),
)
def ask(
    register: Name,
    question: Annotated[str | None, typer.Argument(metavar="[QUESTION]", help=text("問い", "A question"))] = None,
    about: Annotated[
        str, typer.Argument(metavar="[ABOUT]", help=text("対象（既定：全て）", "What it is about (default: all)"))
    ] = "",
    store: Place = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Answer a question from the records of a register."""
    from meguri.cli import register_shown as shown

    book = asked.book_at(register, store)
    if question is None:
        rows, columns, headings = shown.questions(book.register)
    else:
        rows, columns, headings = shown.answer(
            book, book.register.question(question), about, plain=as_json or form is not Format.table
        )
    emit(rows, columns, as_json, form, output, headings, question or register)


@app.command("history", help=text("記録の全ての版を示す。", "Show every version of a record."))
def history(
    register: Name,
    key: Key,
    kind: KindOf = None,
    store: Place = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the history of a record."""
    from meguri.cli import register_shown as shown

    book = asked.book_at(register, store)
    record = asked.one_record(book, key, kind)
    rows, columns, headings = shown.versions(record, book.register, as_json or form is not Format.table)
    emit(rows, columns, as_json, form, output, headings, key)


@app.command("diff", help=text("二つの時点の間に変わったことを示す。", "Show what changed between two days."))
def diff(
    register: Name,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help=text("記録の番号", "Key of a record"))] = None,
    first: Annotated[str, option("--from", ja="この日の状態から", en="From how it stood on this day")] = "",
    last: Annotated[
        str | None, option("--to", ja="この日の状態まで（既定：今日）", en="To this day (default: today)")
    ] = None,
    kind: KindOf = None,
    store: Place = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what changed."""
    from meguri.cli import register_shown as shown

    if not first:
        raise InputError("meguri register diff needs --from DATE", "meguri register diffには--from（日付）が必要です")
    book = asked.book_at(register, store)
    keys = None if key is None else {asked.one_record(book, key, kind).key}
    before, after = book.until(asked.day_named(first)), book.until(asked.day_named(last))
    rows, columns, headings = shown.changes(before, after, asked.kind_named(book.register, kind), keys)
    emit(rows, columns, as_json, form, output, headings, "diff")


app.add_typer(register_files.app)
