"""Acts as rows of files: workbooks that a programme office can fill in, and CSV without loss."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from meguri.registers import Column, Kind, Register
from meguri.registers._acting import COUNTER_ACTS
from meguri.registers._files import ACT_COLUMNS
from meguri.registers._history import Book, Entry
from meguri.registers._reading import options, write

#: Decimals of a number that are left when a workbook's cell is read as text.
DECIMALS = 9


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
    return [
        (column.ja if language == "ja" else column.en) + (f" [{column.unit}]" if column.unit else "")
        for column in columns
    ]


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
            sheet.data_validation(
                1, place, max(len(rows), 1000), place, {"validate": "list", "source": allowed, "error_type": "warning"}
            )
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
    """Write a value as a number where a workbook keeps all of it, else as the text of all its digits."""
    if value is None or value == "":
        return
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and float(f"{value:.15g}") == value == float(f"{value:.{DECIMALS}f}"):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, value if isinstance(value, str) else repr(value))


def _notes(book: Any, register: Register, kinds: list[Kind], language: str, bold: Any) -> None:
    ja = language == "ja"
    sheet = book.add_worksheet("記入要領" if ja else "how to fill in")
    sheet.write_row(
        0, 0, ["表", "列", "書き方", "選べる値"] if ja else ["sheet", "column", "what to write", "allowed"], bold
    )
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
