"""The data of a composite index: one row an economy, one column an indicator, read from a CSV file."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from meguri.errors import InputError, Phrase, cause, japanese, nearest
from meguri.observatory.index import given
from meguri.observatory.index.declaration import Index

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LARGEST, MOST_LETTERS = 32_000_000, 1_000, 2_000, 1e15, 200
WHAT = Phrase("data file", "データのファイル")
#: Cells that say that there is no value.
NONE = {"", "n/a", "na", "n.a.", "..", "…", "-", "―", "－", "nan", "null"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Table:
    """Values by economy (rows) and indicator (columns in the order of the declaration); NaN where there is none.

    ``unused`` names the columns of the file that the index does not ask for; ``encoding`` is that of the file.
    """

    economies: tuple[str, ...]
    labels: tuple[str, ...]
    values: np.ndarray
    unused: tuple[str, ...]
    encoding: str


def read(path: Path, index: Index) -> Table:
    """Read a file; InputError names the file, the row (the first line is 1) and the column."""
    if not path.is_symlink() and not path.is_file():
        raise InputError(
            f"data file '{path}' does not exist or is no plain file",
            f"データのファイル「{path}」がないか、通常のファイルではありません",
        )
    content = given.content(path, MOST_BYTES, WHAT)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(
            f"data file '{path}' is in UTF-16 ('Unicode text'); save it as CSV in UTF-8",
            f"データのファイル「{path}」の文字コードはUTF-16（Unicodeテキスト）です。UTF-8のCSVで保存してください",
        )
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return parse(content.decode(encoding), index, str(path), encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(
        f"data file '{path}' is text neither in UTF-8 nor in Shift_JIS",
        f"データのファイル「{path}」の文字コードはUTF-8でもShift_JISでもありません",
    )


def parse(text: str, index: Index, where: str, encoding: str = "utf-8") -> Table:
    """Read the text of a file."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(
            f"{where} is not a CSV file: {cause(error)}",
            f"{where}はCSVファイルではありません：{japanese(cause(error))}",
        ) from None
    if not rows or not any(rows[0]):
        raise InputError(f"{where}: the first line must name the columns", f"{where}：1行目に列の名前が必要です")
    heads = [head.strip() for head in rows[0]]
    if len(heads) > MOST_COLUMNS or len(rows) - 1 > MOST_ROWS:
        raise InputError(
            f"{where}: more than {MOST_ROWS} economies or {MOST_COLUMNS} columns",
            f"{where}：国・地域が{MOST_ROWS}を、または列が{MOST_COLUMNS}を超えています",
        )
    wanted = [index.economy, *([index.label] if index.label else []), *(node.column for node in index.indicators)]
    if not set(wanted) & set(heads):  # not the table that is meant: nothing of it is printed
        raise InputError(
            f"{where}, line 1: none of the columns that the index asks for stands there: {_few(wanted)}",
            f"{where}の1行目に、この複合指標の列が一つもありません：{_few(wanted)}",
        )
    places = [_column(heads, name, where) for name in wanted]
    body = [(line, row) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    if not body:
        raise InputError(f"{where}: no economy below the first line", f"{where}：2行目以降に国・地域がありません")
    for line, row in body:
        if len(row) != len(heads):
            raise InputError(
                f"{where}, row {line}: {len(row)} cells, the first line has {len(heads)}",
                f"{where}、{line}行目：セルが{len(row)}個あり、1行目の{len(heads)}個と違います",
            )
    economies = [_name(row[places[0]], line, wanted[0], where) for line, row in body]
    seen: dict[str, int] = {}
    for (line, _), economy in zip(body, economies, strict=True):
        if economy in seen:
            raise InputError(
                f"{where}, row {line}: '{economy}' stands in row {seen[economy]} too",
                f"{where}、{line}行目：「{economy}」は{seen[economy]}行目にもあります",
            )
        seen[economy] = line
    labels = [_name(row[places[1]], line, wanted[1], where) for line, row in body] if index.label else economies
    first = 2 if index.label else 1
    values = np.array(
        [
            [
                _value(row[place], line, node.column, node.range, where)
                for place, node in zip(places[first:], index.indicators, strict=True)
            ]
            for line, row in body
        ]
    )
    unused = tuple(head for place, head in enumerate(heads) if place not in places)
    return Table(tuple(economies), tuple(labels), values, unused, encoding)


def _few(names: list[str]) -> str:
    return ", ".join(names[:10]) + (" …" if len(names) > 10 else "")


def _column(heads: list[str], name: str, where: str) -> int:
    if heads.count(name) == 1:
        return heads.index(name)
    if heads.count(name) > 1:
        raise InputError(
            f"{where}: column '{name}' stands there {heads.count(name)} times",
            f"{where}：列「{name}」が{heads.count(name)}回あります",
        )
    near = ", ".join(head[:40] for head in nearest(name, [head for head in heads if head.isprintable()]))
    raise InputError(
        f"{where}: column '{name}' is missing; nearest: {near}",
        f"{where}：列「{name}」がありません。近いもの：{near}",
    )


def _name(cell: str, line: int, column: str, where: str) -> str:
    name = cell.strip()
    if not name or len(name) > MOST_LETTERS or not name.isprintable():
        raise InputError(
            f"{where}, row {line}, column '{column}': a name must be one line of 1 to {MOST_LETTERS} letters, "
            f"not {name[:40]!r}",
            f"{where}、{line}行目、列「{column}」：名前は1～{MOST_LETTERS}文字の1行の文字列でなければなりません。"
            f"{name[:40]!r}は使えません",
        )
    return name


def _value(cell: str, line: int, column: str, bounds: tuple[float, float] | None, where: str) -> float:
    """Return the number of a cell; formulas, infinities, thousands separators and any other text are refused."""
    found = cell.strip()
    if found.casefold() in NONE:
        return math.nan
    if not _NUMBER.fullmatch(found):
        kind = Phrase("this is not a number", "数値ではありません")
        if found[0] in "=@":
            kind = Phrase("a formula is not read as a number", "数式は数値として読み込みません")
        place = _cell(line, column, where)
        raise InputError(f"{place}: {kind}: {found[:40]!r}", f"{place.ja}：{kind.ja}：{found[:40]!r}")
    value = float(found)
    if not abs(value) <= LARGEST:
        place = _cell(line, column, where)
        raise InputError(
            f"{place}: {found[:40]} is larger than {LARGEST:g}",
            f"{place.ja}：{found[:40]} の絶対値は{LARGEST:g}を超えています",
        )
    if bounds and not bounds[0] <= value <= bounds[1]:
        place = _cell(line, column, where)
        raise InputError(
            f"{place}: {found[:40]} lies outside its scale from {bounds[0]:g} to {bounds[1]:g}",
            f"{place.ja}：{found[:40]} は尺度の範囲外です（{bounds[0]:g}～{bounds[1]:g}）",
        )
    return value


def _cell(line: int, column: str, where: str) -> Phrase:
    return Phrase(f"{where}, row {line}, column '{column}'", f"{where}、{line}行目、列「{column}」")
