"""What a command prints: JSON, a table for people, CSV, or a workbook; and the plain sentences beside it."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from meguri.cli.language import text
from meguri.errors import InputError, cause, japanese

Row = dict[str, Any]
#: Width of a table that is not shown on a terminal, so that nothing is cut.
WIDE = 400
#: Letters that steer a terminal or turn the direction of writing; line ends and tabs are left.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
#: Text that a spreadsheet would compute.
_FORMULA = re.compile(r"\s*(=|@|[+-].*[(|!])", re.DOTALL)


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    xlsx = "xlsx"
    sdmx = "sdmx"


def emit(
    rows: Sequence[Row],
    columns: Sequence[str],
    as_json: bool = False,
    form: Format = Format.table,
    output: Path | None = None,
    headings: Sequence[str] | None = None,
    title: str = "",
) -> None:
    """Print rows as asked; ``headings`` are the column heads of the table for people, by default the column names.

    A workbook needs ``output``; CSV and SDMX-CSV take it or go to standard output. Rows of SDMX-CSV are observations.
    Raises InputError for a combination that cannot be done or a file that cannot be written.
    """
    if as_json:
        write_json(list(rows))
    elif form is Format.csv:
        if output is None:
            _write_csv(sys.stdout, rows, columns)
        else:
            save(output, lambda path: csv_file(path, rows, columns))
    elif form is Format.sdmx:
        _sdmx(rows, columns, output)
    elif form is Format.xlsx:
        if output is None:
            raise InputError(
                "--format xlsx needs --output FILE.xlsx", "--format xlsxには--output（書き出すファイル.xlsx）が必要です"
            )
        save(output, lambda path: workbook(path, rows, columns, title))
    else:
        if output is not None:
            raise InputError(
                "--output goes with --format csv or --format xlsx, not with a table",
                "--outputは--format csvまたは--format xlsxと合わせて指定してください（表の形式では使えません）",
            )
        print_table(rows, headings or columns, columns, title)


def write_json(content: Any) -> None:
    """Print JSON on standard output: keys as given, text unescaped, numbers that are none as null."""
    print(json.dumps(_plain(content), ensure_ascii=False))


def print_table(
    rows: Sequence[Row], headings: Sequence[str], columns: Sequence[str], title: str = "", whole: Sequence[str] = ()
) -> None:
    """Print rows as a table for people; the columns named in ``whole`` are never broken into lines."""
    from rich.table import Table

    shown = Table(title=title or None, title_justify="left", box=_box(), pad_edge=False)
    numeric = {column for column in columns if any(_is_number(row.get(column)) for row in rows)}
    for column, heading in zip(columns, headings, strict=True):
        shown.add_column(
            heading, justify="right" if column in numeric else "left", overflow="fold", no_wrap=column in whole
        )
    for row in rows:
        shown.add_row(*(_cell(row.get(column)) for column in columns))
    console().print(shown)


def console(stream: IO[str] | None = None) -> Any:
    """Return a rich console; off a terminal it is wide, uncoloured and wraps nothing."""
    from rich.console import Console

    stream = stream or sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDE, markup=False, highlight=False, emoji=False)


def say(sentence: str) -> None:
    """Print a sentence beside the result, on standard error."""
    print(sentence, file=sys.stderr)


def number(value: float) -> str:
    """Return a number as people read it: thousands separated, at most six significant digits."""
    if not math.isfinite(value):
        return "—"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}"


def save(path: Path, write: Any) -> None:
    """Let ``write`` make a file under a temporary name and put it in place; InputError when that cannot be done."""
    temporary = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        write(temporary)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(
            f"'{path}' cannot be written: {cause(error)}", f"「{path}」に書き込めません：{japanese(cause(error))}"
        ) from None


def workbook(path: Path, rows: Iterable[Row], columns: Sequence[str], title: str = "") -> None:
    """Write rows as a workbook with one sheet, heads frozen; text is never read as a formula."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            sheet = book.add_worksheet((title or "meguri")[:31])
            sheet.freeze_panes(1, 0)
            bold = book.add_format({"bold": True})
            sheet.write_row(0, 0, list(columns), bold)
            for line, row in enumerate(rows, start=1):
                for place, column in enumerate(columns):
                    _write_cell(sheet, line, place, row.get(column))
            sheet.set_column(0, max(len(columns) - 1, 0), 18)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(*error.args) from None


def _write_cell(sheet: Any, line: int, place: int, value: Any) -> None:
    value = _plain(value)
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float) and abs(value) < 2**53:
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def csv_file(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Write rows as CSV that spreadsheets read as UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        _write_csv(stream, rows, columns)


def _write_csv(stream: IO[str], rows: Iterable[Row], columns: Sequence[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        values = (_plain(row.get(column)) for column in columns)
        writer.writerow(
            [
                json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else _inert(value)
                for value in values
            ]
        )


def _sdmx(rows: Sequence[Row], columns: Sequence[str], output: Path | None) -> None:
    """Write observations as SDMX-CSV; say how many stand under a key that another one has too."""
    from meguri.observatory import sdmx_csv

    lacking = [name for name in sdmx_csv.NEEDED if name not in columns]
    if lacking:
        raise InputError(
            f"--format sdmx writes observations; this table has no {', '.join(lacking)} (see: meguri show)",
            f"--format sdmxは観測値を書き出す形式です。この表には列 {', '.join(lacking)} がありません"
            "（meguri showを参照）",
        )
    twice = 0

    def write_file(path: Path) -> None:
        nonlocal twice
        with path.open("w", encoding="utf-8", newline="") as stream:  # no byte order mark: readers compare the head
            twice = _sdmx_rows(stream, rows)

    if output is None:
        twice = _sdmx_rows(sys.stdout, rows)
    else:
        save(output, write_file)
    if twice:
        say(
            text(
                f"{twice}件は、ほかの値と指標・地域・時点・出所が同じです（SDMXでは一つの値とみなされます）",
                f"{twice} values share indicator, place, period and origin with another, which SDMX takes for one",
            )
        )


def _sdmx_rows(stream: IO[str], rows: Sequence[Row]) -> int:
    """Write observations; return how many have a key that stands above already."""
    from meguri.observatory import sdmx_csv

    seen: set[tuple[str, ...]] = set()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(sdmx_csv.COLUMNS)
    for record in sdmx_csv.records(rows):
        seen.add(sdmx_csv.key(record))
        writer.writerow(record)
    return len(rows) - len(seen)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Any) -> str:
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return text("はい", "yes") if value else text("いいえ", "no")
    if isinstance(value, int | float):
        return number(value)
    return visible(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def visible(value: str) -> str:
    """Return text without what a terminal would obey: control letters stand there as \\x1b, \\u202e."""

    def code(found: re.Match[str]) -> str:
        return f"\\x{ord(found[0]):02x}" if found[0] < "\u0100" else f"\\u{ord(found[0]):04x}"

    return _CONTROL.sub(code, value)


def _inert(value: Any) -> Any:
    """Return a cell of CSV that no spreadsheet takes for a formula: text that looks like one gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it: no NaN, no dates, no decimals."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    try:
        return _plain(float(value)) if type(value).__name__ == "Decimal" else str(value)
    except ValueError:
        return str(value)


def _box() -> Any:
    from rich import box

    return box.SIMPLE_HEAD
