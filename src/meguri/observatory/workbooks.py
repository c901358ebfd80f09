"""The rows of a sheet of a workbook as text, cell by cell as a reader sees them, with the numbers of the rows.

Dates come as 2023-04-01, a share that is shown as per cent as 12.3%, a formula as the value that was stored with it;
where there is none, the formula stands there as text and the row that holds it is set aside.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from meguri.errors import InputError, cause
from meguri.observatory import workbook_parts
from meguri.observatory.workbook_parts import Sheet

#: How the "encoding" of a workbook is called.
XLSX = "xlsx"


def rows(path: Path, name: str = "") -> tuple[pl.DataFrame, Sheet]:
    """Return the rows of a sheet that hold anything (``line`` and columns ``0``, ``1`` … from the sheet's column A).

    Raises InputError for a workbook that is damaged, too large, or holds macros.
    """
    import fastexcel

    seen = workbook_parts.sheet(path, name)
    if not seen.last_row:
        raise InputError(f"sheet '{seen.name}' of '{path}' is empty", f"「{path}」のシート「{seen.name}」は空です")
    try:
        book = fastexcel.read_excel(str(path))
        sheet = book.load_sheet(seen.name, header_row=None, skip_rows=0, dtypes="string")
        frame, places = sheet.to_polars(), [column.absolute_index for column in sheet.selected_columns]
    except (fastexcel.FastExcelError, OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"'{path}' is not a readable workbook (.xlsx): {cause(error)}",
            f"「{path}」はExcelブック（.xlsx）として読み込めません：{cause(error).ja}",
        ) from None
    height, width = max(frame.height, seen.last_row), max(seen.last_column, *(place + 1 for place in places))
    read = dict(zip(places, frame.get_columns(), strict=True))
    empty = pl.Series([None] * height, dtype=pl.String)
    columns = {
        str(place): read[place].extend_constant(None, height - frame.height) if place in read else empty
        for place in range(width)
    }
    whole = _with_odd_cells(pl.DataFrame(columns), seen)
    whole = whole.insert_column(0, pl.int_range(1, whole.height + 1, dtype=pl.Int64, eager=True).alias("line"))
    return whole.filter(~pl.all_horizontal(pl.exclude("line").fill_null("").str.strip_chars() == "")), seen


def _with_odd_cells(frame: pl.DataFrame, seen: Sheet) -> pl.DataFrame:
    """Put in the text of cells without a value of their own, and per cent where per cent is shown."""
    odd: dict[int, dict[int, str]] = {}
    for (row, column), text in seen.instead.items():
        odd.setdefault(column, {})[row] = text
    for (row, column), text in seen.percent.items():
        odd.setdefault(column, {})[row] = _percent(text)
    changed = []
    for column, cells in odd.items():
        values = frame[str(column - 1)].to_list()
        for row, text in cells.items():
            values[row - 1] = text
        changed.append(pl.Series(str(column - 1), values, dtype=pl.String))
    return frame.with_columns(changed)


def _percent(text: str) -> str:
    try:
        return f"{float(text) * 100:.12g}%"
    except ValueError:
        return text
