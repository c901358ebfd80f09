"""Registers as files: one row an act, in a workbook with one sheet a kind, or in a CSV of one kind.

The first row holds the names of the columns, as ids or as labels in either language. Whatever cannot be read is a
finding with file, row and column; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from meguri.errors import InputError, nearest
from meguri.registers import CORRECT, Column, Kind, Register
from meguri.registers._acting import COUNTER_ACTS, opening_act
from meguri.registers._dates import Unreadable, read_date, shown
from meguri.registers._history import Book, Entry, Finding
from meguri.registers._reading import NOTHING, clean, options, read, read_key, write

#: Columns of every act, before those of its kind.
ACT_COLUMNS = (
    Column("key", "番号", "key", ja_help="記録の番号（同じ番号の行は同じ記録の履歴）", en_help="which record it is"),
    Column("version", "版", "version", type="count", ja_help="空欄なら次の版", en_help="empty: the next one"),
    Column("act", "行為", "act", ja_help="空欄なら最初の届出", en_help="empty: the record is opened"),
    Column("date", "日付", "date", type="date", ja_help="例：令和7年4月1日、2025/4/1", en_help="for example 2025-04-01"),
    Column("actor", "行為者", "actor", ja_help="誰が行ったか", en_help="who did it"),
    Column("role", "役割", "role", ja_help="どの立場で行ったか", en_help="in which role"),
    Column("reason", "理由", "reason", longest=2000, ja_help="訂正・取消し等には必須", en_help="needed to correct"),
    Column("concerns", "対象の版", "concerns", type="count", ja_help="訂正・取消しの対象", en_help="version that is corrected"),
)
SUFFIXES = (".xlsx", ".csv")
ENCODINGS = ("utf-8", "cp932")
#: Largest file, and largest content of a workbook, in bytes.
LARGEST, LARGEST_INSIDE = 64 * 2**20, 512 * 2**20
_CELL_LIMIT = 8 * 2**20
_FORMULA_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f[ >/]')


@dataclass(frozen=True)
class Rows:
    """The rows of one sheet or file: kind of record, names as found, and cells by row number."""

    kind: Kind
    where: str
    heads: list[str]
    rows: list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Defaults:
    """What a row says that leaves it out."""

    actor: str = ""
    role: str = ""
    date: date | None = None


def read_file(
    path: Path, register: Register, kind: str = "", encoding: str = "utf-8", defaults: Defaults | None = None
) -> tuple[list[Entry], list[Finding]]:
    """Return the acts of a file in the order of its rows, and what could not be read.

    Raises InputError where the file as a whole cannot be read.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    for sheet in _sheets(path, register, kind, encoding):
        for entry, wrong in _acts(sheet, register, defaults or Defaults()):
            findings += wrong
            if entry is not None:
                entries.append(entry)
    return entries, findings


def _sheets(path: Path, register: Register, kind: str, encoding: str) -> list[Rows]:
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"'{path}' must end in {' or '.join(SUFFIXES)}")
    if not path.is_file():
        raise InputError(f"'{path}' does not exist")
    if path.stat().st_size > LARGEST:
        raise InputError(f"'{path}' is larger than {LARGEST // 2**20} MiB")
    return _workbook(path, register, kind) if path.suffix.lower() == ".xlsx" else _csv(path, register, kind, encoding)


# ------------------------------------------------------------------------------------------------ files as text


def _csv(path: Path, register: Register, kind: str, encoding: str) -> list[Rows]:
    if not kind and len(register.kinds) > 1:
        names = ", ".join(one.id for one in register.kinds)
        raise InputError(f"'{path}': say of which kind its rows are with --kind ({names})")
    if encoding not in ENCODINGS:
        raise InputError(f"--encoding '{encoding}' is none of {', '.join(ENCODINGS)}")
    text = _decoded(path, "utf-8-sig" if encoding == "utf-8" else encoding)
    limit = csv.field_size_limit(_CELL_LIMIT)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"'{path}' is not a CSV file: {error}") from None
    finally:
        csv.field_size_limit(limit)
    if not lines:
        raise InputError(f"'{path}' is empty; 'meguri register export {register.id} --template' writes a form")
    rows = [(number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cell.strip() for cell in cells)]
    return [Rows(register.kind(kind), path.name, lines[0], rows)]


def _decoded(path: Path, encoding: str) -> str:
    content = path.read_bytes()
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = before[before.rfind(b"\n") + 1 :].count(b",") + 1
        hint = ""
        if encoding != "cp932" and _decodes(content, "cp932"):
            hint = "; it looks like Shift_JIS: read it with --encoding cp932"
        name = "UTF-8" if encoding.startswith("utf") else encoding
        raise InputError(f"'{path}', row {line}, column {column} is not {name} text{hint}") from None


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _workbook(path: Path, register: Register, kind: str) -> list[Rows]:
    import fastexcel

    _no_formulas(path)
    try:
        book = fastexcel.read_excel(str(path))
        names = book.sheet_names
        found = []
        for name in names:
            one = _kind_of(register, name) or (register.kind(kind) if len(names) == 1 else None)
            if one is None or (kind and one.id != kind):
                continue
            frame = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
            lines = [["" if cell is None else cell for cell in row] for row in frame.iter_rows()]
            if lines:
                rows = [(n, cells) for n, cells in enumerate(lines[1:], start=2) if any(map(str.strip, cells))]
                found.append(Rows(one, f"{path.name} [{name}]", lines[0], rows))
    except (fastexcel.FastExcelError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"'{path}' is not a readable workbook (.xlsx): {reason}") from None
    if not found:
        sheets = ", ".join(one.ja for one in register.kinds)
        raise InputError(f"'{path}' has no sheet of register '{register.id}' (one of: {sheets})")
    return found


def _kind_of(register: Register, sheet: str) -> Kind | None:
    wanted = _folded(sheet)
    return next((k for k in register.kinds if wanted in (_folded(k.id), _folded(k.ja[:31]), _folded(k.en[:31]))), None)


def _no_formulas(path: Path) -> None:
    """Refuse a workbook with formulas, or one that unpacks to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [one for one in archive.infolist() if one.filename.startswith("xl/worksheets/")]
            if sum(one.file_size for one in archive.infolist()) > LARGEST_INSIDE:
                raise InputError(f"'{path}' unpacks to more than {LARGEST_INSIDE // 2**20} MiB")
            for one in sheets:
                cell = _FORMULA_CELL.search(archive.read(one))
                if cell is not None:
                    raise InputError(f"'{path}', cell {cell[1].decode()} holds a formula; write its value")
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"'{path}' is not a readable workbook (.xlsx): {error}") from None


# ------------------------------------------------------------------------------------------------ rows as acts


def _acts(sheet: Rows, register: Register, defaults: Defaults) -> Iterator[tuple[Entry | None, list[Finding]]]:
    heads = _heads(sheet)
    seen: set[str] = set()
    for number, cells in sheet.rows:
        where = f"{sheet.where}, row {number}"
        found: dict[str, Any] = {}
        wrong: list[tuple[str, str, str]] = []
        for column, cell in zip(heads, cells, strict=False):
            if column is None or cell.strip() in NOTHING:
                continue
            try:
                found[column.id] = _cell(sheet.kind, register, column, cell)
            except Unreadable as error:
                wrong.append((column.id, *_in_column(column, error)))
        if len(cells) > len(heads) and any(cell.strip() for cell in cells[len(heads) :]):
            wrong.append(("", "列が見出しより多くあります", "has more cells than the first row"))
        key = str(found.get("key", ""))
        if not key and not any(column == "key" for column, _, _ in wrong):
            wrong.append(("key", "「番号」がありません", "'key' is missing"))
        findings = [
            Finding(
                "cells", "refuse", "ours", sheet.kind.id, key, 0, ja, en,
                where=f"{where}, column {column}" if column else where,
            )
            for column, ja, en in wrong
        ]  # fmt: skip
        yield (None if wrong else _entry(sheet.kind, found, where, defaults, key in seen)), findings
        seen.add(key)


def _entry(kind: Kind, found: dict[str, Any], where: str, defaults: Defaults, again: bool) -> Entry:
    day = found.get("date")
    return Entry(
        kind=kind.id,
        key=found["key"],
        version=int(found.get("version", 0)),
        act=found.get("act") or opening_act(kind).id,
        actor=found.get("actor", defaults.actor),
        role=found.get("role", defaults.role),
        date=date.fromisoformat(day) if day else defaults.date,
        reason=found.get("reason", ""),
        values={column.id: found[column.id] for column in kind.columns if column.id in found},
        concerns=int(found.get("concerns", 0)),
        where=where,
    )


def _in_column(column: Column, error: Unreadable) -> tuple[str, str]:
    ja, en = error.sentence
    return f"「{column.ja}」：{ja}", f"'{column.id}': {en}"


def _cell(kind: Kind, register: Register, column: Column, cell: str) -> Any:
    if column.id == "key":
        return read_key(cell)
    if column.id == "act":
        return _named(cell, [*kind.acts, *COUNTER_ACTS.values()], "行為", "act")
    if column.id == "role":
        return _named(cell, register.roles, "役割", "role")
    if column.id == "date":
        return read_date(cell).isoformat()
    if column in ACT_COLUMNS and column.type == "text":
        return clean(cell, column.longest)
    return read(column, cell)


def _named(cell: str, things: Any, ja: str, en: str) -> str:
    wanted = _folded(cell[:200])
    for thing in things:
        if wanted in (_folded(thing.id), _folded(thing.ja), _folded(thing.en)):
            return thing.id
    near = nearest(cell[:80], [thing.id for thing in things])
    raise Unreadable(
        f"「{shown(cell)}」という{ja}はありません（{'、'.join(thing.ja for thing in things)}）",
        f"there is no {en} '{shown(cell)}'; nearest: {', '.join(near)}",
    )


def _heads(sheet: Rows) -> list[Column | None]:
    columns = [*ACT_COLUMNS, *sheet.kind.columns]
    known = {_folded(word): column for column in columns for word in (column.en, column.ja, column.id)}
    found: list[Column | None] = []
    for place, head in enumerate(sheet.heads, start=1):
        if not head.strip():
            found.append(None)
            continue
        plain = _folded(head[:200]).partition("[")[0].strip()
        if plain not in known:
            near = ", ".join(nearest(head[:80], [one.id for one in columns]))
            raise InputError(f"{sheet.where}, row 1, column {place}: unknown column '{shown(head)}'; nearest: {near}")
        if known[plain] in found:
            raise InputError(f"{sheet.where}, row 1, column {place}: column '{shown(head)}' stands twice")
        found.append(known[plain])
    if ACT_COLUMNS[0] not in found:
        raise InputError(f"{sheet.where}, row 1: column 'key' (番号) is missing")
    return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


# ------------------------------------------------------------------------------------------------ acts as rows


def rows_of(book: Book, kind: Kind, language: str = "", origin: str = "user") -> list[dict[str, Any]]:
    """Return the acts of a kind as rows of cells, record by record; ``language`` writes labels instead of ids."""
    return [
        cells_of(book.register, kind, entry, language)
        for history in book.histories(kind.id)
        for entry in history.entries
        if entry.origin == origin or not origin
    ]


def cells_of(register: Register, kind: Kind, entry: Entry, language: str = "") -> dict[str, Any]:
    """Return an act as cells by column id."""
    act = kind.act.get(entry.act) or COUNTER_ACTS.get(entry.act)
    role = next((role for role in register.roles if role.id == entry.role), None)
    label = "ja" if language == "ja" else "en"
    cells: dict[str, Any] = {
        "key": entry.key,
        "version": entry.version,
        "act": getattr(act, label) if language and act is not None else entry.act,
        "date": entry.date.isoformat() if entry.date else None,
        "actor": entry.actor,
        "role": getattr(role, label) if language and role is not None else entry.role,
        "reason": entry.reason or None,
        "concerns": entry.concerns or None,
    }
    return cells | {column.id: write(column, entry.values.get(column.id), language) for column in kind.columns}


def headings(kind: Kind, language: str = "") -> list[str]:
    """Return the first row: ids, or labels with units."""
    columns = (*ACT_COLUMNS, *kind.columns)
    if not language:
        return [column.id for column in columns]
    return [(column.ja if language == "ja" else column.en) + (f" [{column.unit}]" if column.unit else "") for column in columns]


def write_workbook(path: Path, register: Register, sheets: dict[str, list[dict[str, Any]]], language: str) -> None:
    """Write a workbook with one sheet a kind, lists to choose from, and a sheet that says what to write."""
    import xlsxwriter

    more = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    try:
        with xlsxwriter.Workbook(str(path), more) as book:
            bold = book.add_format({"bold": True, "text_wrap": True})
            for kind in register.kinds:
                if kind.id in sheets:
                    _sheet(book, register, kind, sheets[kind.id], language, bold)
            _notes(book, register, [kind for kind in register.kinds if kind.id in sheets], language, bold)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from None


def _sheet(book: Any, register: Register, kind: Kind, rows: list[dict[str, Any]], language: str, bold: Any) -> None:
    sheet = book.add_worksheet((kind.ja if language == "ja" else kind.en)[:31])
    sheet.freeze_panes(1, 1)
    columns = (*ACT_COLUMNS, *kind.columns)
    sheet.write_row(0, 0, headings(kind, language), bold)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write_cell(sheet, line, place, row.get(column.id))
    for place, column in enumerate(columns):
        allowed = _allowed(register, kind, column, language)
        if allowed and sum(map(len, allowed)) + len(allowed) <= 255 and not column.many:
            sheet.data_validation(1, place, max(len(rows), 1000), place,
                                  {"validate": "list", "source": allowed, "error_type": "warning"})
    sheet.set_column(0, len(columns) - 1, 18)


def _allowed(register: Register, kind: Kind, column: Column, language: str) -> list[str]:
    label = "ja" if language == "ja" else "en"
    things: Any = ()
    if column.id == "act":
        things = (*kind.acts, *COUNTER_ACTS.values())
    elif column.id == "role":
        things = register.roles
    elif column.type == "choice":
        things = options(column)
    elif column.type == "flag":
        return ["yes", "no"]
    return [getattr(thing, label) for thing in things]


def _write_cell(sheet: Any, line: int, place: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float) and not isinstance(value, bool) and float(f"{value:.15g}") == value:
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, value if isinstance(value, str) else repr(value))


def _notes(book: Any, register: Register, kinds: list[Kind], language: str, bold: Any) -> None:
    ja = language == "ja"
    sheet = book.add_worksheet("記入要領" if ja else "how to fill in")
    sheet.write_row(0, 0, ["表", "列", "書き方", "選べる値"] if ja else ["sheet", "column", "what to write", "allowed"], bold)
    line = 1
    for kind in kinds:
        for column in (*ACT_COLUMNS, *kind.columns):
            words = column.ja_help if ja else column.en_help
            allowed = ", ".join(_allowed(register, kind, column, language))
            cells = [kind.ja if ja else kind.en, column.ja if ja else column.en, words or column.type, allowed]
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell[:32000])
            line += 1
    sheet.set_column(0, 3, 30)


def csv_text(kind: Kind, rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV with ids, lossless."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    names = headings(kind)
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if row.get(name) is None else row[name] for name in names])
    return stream.getvalue()


def only_new(book: Book, entries: list[Entry]) -> tuple[list[Entry], int, list[Finding]]:
    """Return the acts that a book does not hold, how many it holds already, and those that say otherwise.

    An act whose version stands in the record with the same words is known; with other words it is a finding.
    """
    fresh, known, findings = [], 0, []
    last: dict[tuple[str, str], int] = {}
    for entry in entries:
        history = book.history(entry.kind, entry.key)
        place = (entry.kind, entry.key)
        there = next((one for one in history.entries if one.version == entry.version), None) if entry.version else None
        following = last.get(place, history.version) + 1
        if there is not None and _same(there, entry):
            known += 1
        elif entry.version and (there is not None or entry.version != following):
            ja = f"第{entry.version}版は既に別の内容で届けられています" if there else f"次は第{following}版です"
            en = (f"version {entry.version} is filed already and says otherwise" if there
                  else f"version {entry.version} is not the next one ({following})")
            findings.append(Finding("versions", "refuse", "ours", entry.kind, entry.key, entry.version, ja, en,
                                    where=entry.where))
        else:
            fresh.append(entry)
            last[place] = following
    return fresh, known, findings


def _same(one: Entry, other: Entry) -> bool:
    return (one.act, one.actor, one.role, one.date, one.reason, one.concerns, dict(one.values)) == (
        other.act, other.actor, other.role, other.date, other.reason, other.concerns, dict(other.values)
    )  # fmt: skip


__all__ = ["ACT_COLUMNS", "CORRECT", "Defaults", "cells_of", "csv_text", "headings", "only_new", "read_file", "rows_of",
           "write_workbook"]  # fmt: skip
