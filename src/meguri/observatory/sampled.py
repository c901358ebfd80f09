"""The beginning of a user's sheet, to be looked at: its cells as text, and where the names of its columns stand."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from meguri.errors import InputError
from meguri.observatory import delimited, files, notation, workbook_parts, workbooks
from meguri.observatory.heads import names_of

#: Rows above which the head is looked for, and rows that are looked at.
HEAD_WITHIN, ROWS = 30, 2_000
_SAMPLE = 2**20


@dataclass(frozen=True)
class Sample:
    """The beginning of a table: titles above the head, the head's rows, the names, and cells by line."""

    sheet: str
    sheets: tuple[str, ...]
    encoding: str
    titles: tuple[str, ...]
    head: tuple[int, int]
    names: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    formulas: int = 0


def sample(path: Path, sheet: str = "") -> Sample:
    """Look at the beginning of a file; raise InputError for one that is no table of text and no workbook."""
    files.found([path])
    if files.kind_of(path) == files.PARQUET:
        raise InputError(
            f"'{path}' is a Parquet file; mappings are drafted for text and workbooks (.csv, .tsv, .xlsx)",
            f"「{path}」はParquetファイルです。対応表は.csv、.tsv、.xlsxについて下書きします",
        )
    if workbook_parts.is_workbook(path):
        sheets = tuple(workbook_parts.sheet_names(path))
        frame, seen = workbooks.rows(path, sheet or _first_with_rows(path, sheets))
        given = [(row[0], tuple(cell or "" for cell in row[1:])) for row in frame.head(ROWS).iter_rows()]
        return _sampled(given, seen.name, sheets, workbooks.XLSX, seen.formulas)
    if sheet:
        raise InputError(
            f"'{path}' is no workbook: it has no sheets", f"「{path}」はブックではなく、シートがありません"
        )
    content = b""
    for block in files.blocks(path):
        content += block
        if len(content) >= _SAMPLE:
            break
    whole = len(content) < _SAMPLE
    delimited.splits_into_lines(path, content)
    encoding = delimited.encoding_of(content.removeprefix(b"\xef\xbb\xbf"), ("utf-8", "cp932"))
    text = content[:_SAMPLE].removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace")
    lines = text.split("\n")
    if "\0" in text or not text.strip():
        raise InputError(f"'{path}' is no table of text", f"「{path}」は表のテキストではありません")
    delimiter = max(delimited.DELIMITERS, key="\n".join(lines[:200]).count)
    reader = csv.reader(io.StringIO(text if whole else "\n".join(lines[:-1]), newline=""), delimiter=delimiter)
    given, begins = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                given.append((begins, tuple(row)))
            begins = reader.line_num + 1
            if len(given) >= ROWS:
                break
    except csv.Error:
        pass  # what stands behind it is judged when it is imported
    return _sampled(given, "", (), encoding, 0)


def _first_with_rows(path: Path, sheets: tuple[str, ...]) -> str:
    """Return the first sheet that holds a table: several rows of several columns."""
    for name in sheets:
        seen = workbook_parts.sheet(path, name)
        if seen.last_row > seen.first_row and seen.last_column > seen.first_column:
            return name
    return sheets[0] if sheets else ""


def _sampled(
    given: Sequence[tuple[int, tuple[str, ...]]], sheet: str, sheets: tuple[str, ...], encoding: str, formulas: int
) -> Sample:
    at, rows_of_head = _head(given)
    heads = given[at : at + rows_of_head]
    first, last = (heads[0][0], heads[-1][0]) if heads else (1, 1)
    width = max((len(row) for _, row in given), default=0)
    rows = tuple((line, (*row, *[""] * (width - len(row)))) for line, row in given[at + rows_of_head :])
    names = names_of([(*row, *[""] * (width - len(row))) for _, row in heads])
    titles = tuple(cell.strip() for _, row in given[:at] for cell in row if cell.strip())
    return Sample(sheet, sheets, encoding, titles, (first, last), names, rows, formulas)


def _filled(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]


def _is_value(cell: str) -> bool:
    """Say whether a cell looks like data: a number or a day; years alone may be names of columns."""
    text = notation.plain(cell)
    year = notation.period(text, "fiscal_year") is not None and notation.period(text, "day") is None
    return not year and (notation.number(text) is not None or notation.period(text, "day") is not None)


def _head(given: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[int, int]:
    """Return where the head begins among the rows, and how many rows it has."""
    near = given[:HEAD_WITHIN]
    most = max((len(_filled(row)) for _, row in near), default=0)
    for at, (_, row) in enumerate(near):
        cells = _filled(row)
        if len(cells) < 0.6 * most or any(_is_value(cell) for cell in cells):
            continue
        return at, 2 if _goes_on(near, at) else 1
    for at, (_, row) in enumerate(near):  # a head of two rows, the upper of which is short
        if len(_filled(row)) >= 2 and not any(map(_is_value, _filled(row))) and _goes_on(near, at):
            return at, 2
    return 0, 1


def _goes_on(near: Sequence[tuple[int, tuple[str, ...]]], at: int) -> bool:
    """Say whether the row below belongs to the head: words only, where the row above has gaps, and numbers below."""
    if at + 2 >= len(near) or near[at + 1][0] != near[at][0] + 1:
        return False
    upper, lower, below = near[at][1], near[at + 1][1], near[at + 2][1]
    gaps = [place for place, cell in enumerate(upper) if place and not cell.strip()]
    words = _filled(lower)
    in_gaps = [place for place in gaps if place < len(lower) and lower[place].strip()]
    return (
        bool(in_gaps) and not any(_is_value(cell) for cell in words) and any(_is_value(cell) for cell in _filled(below))
    )
