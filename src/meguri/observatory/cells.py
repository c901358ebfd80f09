"""Cells of text turned into numbers, dates and words; a row with a cell that cannot be is set aside with the reason.

A formula is never computed: a row that holds one, or the error mark that a spreadsheet left, is set aside.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from meguri.sources import Column, File

#: Columns that every frame of rows carries: number of the file in the import, line (or row) in it.
PLACE = ("file", "line")
_TYPES: dict[str, pl.DataType] = {
    "text": pl.String(), "integer": pl.Int64(), "number": pl.Float64(), "date": pl.Date(), "yes_no": pl.Boolean(),
    "code": pl.String(),
}  # fmt: skip
_WORDS = {
    "integer": ("整数でない", "no whole number"),
    "number": ("数でない", "no number"),
    "date": ("存在する日付でない", "no date that exists"),
    "yes_no": ("はい・いいえでない", "neither yes nor no"),
    "code": ("読めない書き方", "not written in a way that can be read"),
}
_FORMULA = r"^\s*(=|[+\-@][A-Za-z]+[A-Za-z0-9.]*\(|[=+\-@].*\|.*!)|^#(NAME\?|REF!|VALUE!|DIV/0!|N/A|NUM!|NULL!)$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_MONEY = r"[$€£¥￥円]|\b[A-Z]{3}\b"
_TRUTH = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}

Fault = tuple[pl.Expr, Callable[[object], tuple[str, str]], str]


def empty_frame(file: File) -> pl.DataFrame:
    """Return a typed frame of a kind of file without rows."""
    columns: dict[str, pl.DataType] = {"file": pl.Int32(), "line": pl.Int64()}
    return pl.DataFrame(schema=columns | {column.name: _TYPES[column.type] for column in file.columns})


def typed(frame: pl.DataFrame, file: File, number: int) -> tuple[pl.DataFrame, list[tuple[int, str, str, str]]]:
    """Return the rows of a frame as a kind of file types them, and those set aside: line, reason ja, en, text.

    ``frame`` has ``line`` and the columns of the file by name, as text or as Parquet typed them; ``number`` is that of
    the file in the import.
    """
    types = {column.name: frame.schema[column.name] for column in file.columns if column.name in frame.columns}
    present = [column for column in file.columns if column.name in types]
    given = frame.with_columns(
        (_trimmed(column) if types[column.name] == pl.String else pl.col(column.name)).alias(f"raw {column.name}")
        for column in present
    ).with_columns(
        (_read(column) if types[column.name] == pl.String else _cast(column, types[column.name])).alias(
            f"typed {column.name}"
        )
        for column in present
    )
    faults: list[Fault] = [(rule.fault(), _said(rule.ja, rule.en), "line") for rule in file.left]
    faults += [fault for column in present for fault in _faults(column, types[column.name])]
    return _sorted_out(given, file, number, faults)


def _said(ja: str, en: str) -> Callable[[object], tuple[str, str]]:
    return lambda cell: (ja, en)


def _trimmed(column: Column) -> pl.Expr:
    text = pl.col(column.name).str.strip_chars()
    return pl.when(~text.is_in(["", *column.empty])).then(text)


def _read(column: Column) -> pl.Expr:
    """Return a column of text, as trimmed in ``raw``, as its type; null where that cannot be."""
    text = pl.col(f"raw {column.name}")
    if column.read is not None:
        text = _rewritten(text, column.read)
    if column.type in ("text", "code"):
        return text
    if column.type == "date":
        days = text.str.replace_all("/", "-", literal=True).str.slice(0, 10)
        return days.str.to_date("%Y-%m-%d", strict=False, exact=True)
    if column.type == "yes_no":
        return text.str.to_lowercase().replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    plain = pl.when(text.str.contains(_THOUSANDS)).then(text.str.replace_all(",", "", literal=True)).otherwise(text)
    number = plain.cast(pl.Float64, strict=False)
    number = pl.when(number.is_finite()).then(number)
    if column.type == "number":
        return number
    whole = pl.when(number == number.floor()).then(number)
    return pl.coalesce(plain.cast(pl.Int64, strict=False), whole.cast(pl.Int64, strict=False))


def _rewritten(text: pl.Expr, read: Callable[[str], str | None]) -> pl.Expr:
    """Return a column of text as ``read`` writes it; no text is read twice in a block."""

    def cells(given: pl.Series) -> pl.Series:
        distinct = given.drop_nulls().unique()
        if distinct.is_empty():
            return given
        found = pl.Series([read(cell) for cell in distinct], dtype=pl.String)
        return given.replace_strict(distinct, found, default=None, return_dtype=pl.String)

    return text.map_batches(cells, return_dtype=pl.String, is_elementwise=True)


def _cast(column: Column, given: pl.DataType) -> pl.Expr:
    """Return a column that Parquet typed as the type declared; null where that cannot be."""
    value = pl.col(f"raw {column.name}")
    if column.type == "integer" and given.is_float():
        return pl.when(value == value.floor()).then(value).cast(pl.Int64, strict=False)
    cast = value.cast(_TYPES[column.type], strict=False)
    return pl.when(cast.is_finite()).then(cast) if column.type == "number" else cast


def _faults(column: Column, given: pl.DataType) -> list[Fault]:
    """Return what can be wrong with a column: expression, its words for a value, and the column of that value."""
    raw, value, name = pl.col(f"raw {column.name}"), pl.col(f"typed {column.name}"), f"raw {column.name}"

    def said(ja: str, en: str) -> Callable[[object], tuple[str, str]]:
        def words(cell: object) -> tuple[str, str]:
            if cell is None:
                return f"{column.name}：{ja}", f"{column.name}: {en}"
            return f"{column.name}：{ja}（{str(cell)[:80]}）", f"{column.name}: {en} ('{str(cell)[:80]}')"

        return words

    found: list[Fault] = []
    if given == pl.String:
        found.append(
            (
                raw.str.contains(_FORMULA),
                said("数式または表計算のエラー", "a formula or an error of a spreadsheet"),
                name,
            )
        )
        if column.type == "number":
            unread = raw.is_not_null() & value.is_null()
            found.append(
                (unread & raw.str.contains(_MONEY), said("別の通貨または単位", "another currency or unit"), name)
            )
    if column.type != "text":
        found.append((raw.is_not_null() & value.is_null(), said(*(column.unread or _WORDS[column.type])), name))
    if column.needed:
        found.append((value.is_null(), said("空欄", "empty"), name))
    limits = [
        (value < pl.lit(column.low), ("小さすぎる", "too small")),
        (value > pl.lit(column.high), ("大きすぎる", "too large")),
    ]
    if column.type == "date":
        limits = [(value < _date(column.low), limits[0][1]), (value > _date(column.high), limits[1][1])]
    for (fault, words), limit in zip(limits, (column.low, column.high), strict=True):
        if limit is not None:
            found.append((fault, said(*words), name))
    if column.one_of:
        found.append((~value.is_in(list(column.one_of)), said("知られていない値", "not one of the values known"), name))
    if column.pattern:
        found.append((~value.str.contains(f"^(?:{column.pattern})$"), said("形式が異なる", "not in its form"), name))
    return found


def _date(text: object) -> pl.Expr:
    return pl.lit(None if text is None else date.fromisoformat(str(text)), pl.Date)


def _sorted_out(given: pl.DataFrame, file: File, number: int, faults: list[Fault]) -> tuple[pl.DataFrame, list]:
    codes = [pl.when(fault.fill_null(False)).then(pl.lit(code, pl.Int32)) for code, (fault, _, _) in enumerate(faults)]
    judged = given.with_columns((pl.coalesce(codes) if codes else pl.lit(None, pl.Int32)).alias("fault"))
    bad = judged.filter(pl.col("fault").is_not_null())
    aside = []
    for row in bad.iter_rows(named=True):
        _, words, name = faults[row["fault"]]
        aside.append((row["line"], *words(row[name]), shown(row, given.columns)))
    good = judged.filter(pl.col("fault").is_null()) if bad.height else judged
    columns = [
        pl.col(f"typed {column.name}").alias(column.name)
        if f"typed {column.name}" in given.columns
        else pl.lit(None, _TYPES[column.type]).alias(column.name)
        for column in file.columns
    ]
    frame = good.select(pl.lit(number, pl.Int32).alias("file"), pl.col("line"), *columns)
    return _by_rules(frame, file, aside)


def _by_rules(frame: pl.DataFrame, file: File, aside: list) -> tuple[pl.DataFrame, list]:
    for rule in file.rules:
        bad = rule.fault().fill_null(False)
        for row in frame.filter(bad).iter_rows(named=True):
            aside.append((row["line"], rule.ja, rule.en, shown(row, frame.columns)))
        frame = frame.filter(~bad)
    return frame, aside


def shown(row: dict[str, object], columns: list[str]) -> str:
    """Return a row as text, as it is kept among those set aside."""
    cells = [row[name] for name in columns if name not in PLACE and not name.startswith(("raw ", "typed "))]
    return ",".join("" if cell is None else str(cell) for cell in cells)[:500]
