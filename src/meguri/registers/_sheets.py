"""Files as rows of text: the sheets of a workbook, or a CSV; a file that cannot be read is refused in a sentence."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from meguri.errors import InputError, Phrase, cause, japanese
from meguri.registers import Kind, Register

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


def read_sheets(path: Path, register: Register, kind: str, encoding: str) -> list[Rows]:
    """Return the rows of the sheets of a register; raise InputError where the file as a whole cannot be read."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"'{path}' must end in one of {', '.join(SUFFIXES)}",
            f"「{path}」の拡張子は次のいずれかにしてください：{', '.join(SUFFIXES)}",
        )
    if not path.is_file():
        raise InputError(f"'{path}' does not exist", f"「{path}」がありません")
    if path.stat().st_size > LARGEST:
        raise InputError(
            f"'{path}' is larger than {LARGEST // 2**20} MiB", f"「{path}」は{LARGEST // 2**20} MiBを超えています"
        )
    return _workbook(path, register, kind) if path.suffix.lower() == ".xlsx" else _csv(path, register, kind, encoding)


def _csv(path: Path, register: Register, kind: str, encoding: str) -> list[Rows]:
    if not kind and len(register.kinds) > 1:
        names = ", ".join(one.id for one in register.kinds)
        raise InputError(
            f"'{path}': say of which kind its rows are with --kind ({names})",
            f"「{path}」の行がどの種類の記録かを--kind（{names}）で指定してください",
        )
    if encoding not in ENCODINGS:
        raise InputError(
            f"--encoding '{encoding}' is none of {', '.join(ENCODINGS)}",
            f"--encoding「{encoding}」は使えません。使えるもの：{', '.join(ENCODINGS)}",
        )
    text = _decoded(path, "utf-8-sig" if encoding == "utf-8" else encoding)
    limit = csv.field_size_limit(_CELL_LIMIT)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(
            f"'{path}' is not a CSV file: {cause(error)}",
            f"「{path}」はCSVファイルではありません：{japanese(cause(error))}",
        ) from None
    finally:
        csv.field_size_limit(limit)
    if not lines:
        raise InputError(
            f"'{path}' is empty; 'meguri register export {register.id} --template' writes a form",
            f"「{path}」は空です。様式は meguri register export {register.id} --template で書き出せます",
        )
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
        hint = Phrase("", "")
        if encoding != "cp932" and _decodes(content, "cp932"):
            hint = Phrase(
                "; it looks like Shift_JIS: read it with --encoding cp932",
                "。Shift_JISのようです。--encoding cp932 を付けて読み込んでください",
            )
        name = "UTF-8" if encoding.startswith("utf") else encoding
        raise InputError(
            f"'{path}', row {line}, column {column} is not {name} text{hint}",
            f"「{path}」の{line}行目、{column}列目は{name}の文字ではありません{hint.ja}",
        ) from None


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
        raise InputError(
            f"'{path}' is not a readable workbook (.xlsx): {cause(error)}",
            f"「{path}」はExcelブック（.xlsx）として読み込めません：{japanese(cause(error))}",
        ) from None
    if not found:
        sheets = Phrase(", ".join(one.en for one in register.kinds), "、".join(one.ja for one in register.kinds))
        raise InputError(
            f"'{path}' has no sheet of register '{register.id}' (one of: {sheets})",
            f"「{path}」には台帳「{register.id}」のシート（{sheets.ja}のいずれか）がありません",
        )
    return found


def _kind_of(register: Register, sheet: str) -> Kind | None:
    wanted = folded(sheet)
    return next((k for k in register.kinds if wanted in (folded(k.id), folded(k.ja[:31]), folded(k.en[:31]))), None)


def _no_formulas(path: Path) -> None:
    """Refuse a workbook with formulas, or one that unpacks to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [one for one in archive.infolist() if one.filename.startswith("xl/worksheets/")]
            if sum(one.file_size for one in archive.infolist()) > LARGEST_INSIDE:
                raise InputError(
                    f"'{path}' unpacks to more than {LARGEST_INSIDE // 2**20} MiB",
                    f"「{path}」は展開すると{LARGEST_INSIDE // 2**20} MiBを超えます",
                )
            for one in sheets:
                cell = _FORMULA_CELL.search(archive.read(one))
                if cell is not None:
                    raise InputError(
                        f"'{path}', cell {cell[1].decode()} holds a formula; write its value",
                        f"「{path}」のセル{cell[1].decode()}に数式があります。値を書いてください",
                    )
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(
            f"'{path}' is not a readable workbook (.xlsx): {cause(error)}",
            f"「{path}」はExcelブック（.xlsx）として読み込めません：{japanese(cause(error))}",
        ) from None


def folded(text: str) -> str:
    """Return a text without what two spellings of a word differ in: width, case, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
