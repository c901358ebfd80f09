"""What a workbook (.xlsx) is made of, looked at before anything reads it: its parts, sheets, and cells that are odd.

A workbook is a zip file of XML. Each part is unfolded here block by block and measured, so that a bomb is refused
before it unfolds; document types (the door of XML bombs), macros and encryption are refused. Formulas are never
computed: a cell with one has the value that the spreadsheet stored, or, where it stored none, shows its formula.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from meguri.errors import InputError, Phrase
from meguri.observatory import files

#: Largest workbook, most bytes that it may unfold to, most parts, most cells of a sheet (rows times columns in use).
LARGEST, UNFOLDED, MOST_PARTS, MOST_CELLS = 64 * 2**20, 256 * 2**20, 2_000, 3_000_000
#: Characters of a formula that are shown.
SHOWN = 80
_BLOCK = 2**18
_BOOK, _RELATIONS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_MACROS = ("vbaproject", "macrosheet", "activex")
#: Built-in formats of percentages.
_PERCENT = {9, 10}


@dataclass
class Sheet:
    """A sheet: the box of its cells in use, and the cells that are not what they seem.

    Rows and columns count from 1. ``instead`` has the text of cells that have no value of their own: formulas
    without a stored value, and errors. ``percent`` are cells that are shown as per cent, whose value is a share.
    """

    name: str
    first_row: int = 0
    last_row: int = 0
    first_column: int = 0
    last_column: int = 0
    formulas: int = 0
    instead: dict[tuple[int, int], str] = field(default_factory=dict)
    percent: dict[tuple[int, int], str] = field(default_factory=dict)


def is_workbook(path: Path) -> bool:
    """Say whether a file is a zip file with a workbook in it."""
    if files.kind_of(path) != files.ZIP:
        return False
    try:
        with files.opened(path) as stream, zipfile.ZipFile(stream) as archive:
            return _BOOK in archive.NameToInfo
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets in their order; raise InputError for a workbook that is not safe to read."""
    with _archive(path) as (archive, stream):
        return [name for name, _ in _sheets(path, archive, stream)]


def sheet(path: Path, name: str = "") -> Sheet:
    """Look a sheet through (the first where no name is given); raise InputError for one that cannot be read."""
    with _archive(path) as (archive, stream):
        parts = dict(_sheets(path, archive, stream))
        if not parts:
            raise InputError(f"'{path}' has no sheet", f"「{path}」にシートがありません")
        chosen = name or next(iter(parts))
        if chosen not in parts:
            sheets = Phrase(", ".join(parts), "、".join(parts))
            raise InputError(
                f"'{path}' has no sheet '{name}'; its sheets: {sheets}",
                f"「{path}」にシート「{name}」はありません。シート：{sheets.ja}",
            )
        if parts[chosen] not in archive.NameToInfo:
            raise _no_workbook(path, f"part {parts[chosen]} is missing")
        percent = _percent_styles(path, archive, stream)
        found = _Cells(path, Sheet(chosen), percent)
        _parse(path, archive.getinfo(parts[chosen]), stream, found.begin, found.end, found.text)
        return found.sheet


class _archive:
    """A workbook opened and measured: all parts are unfolded once, and counted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> tuple[zipfile.ZipFile, IO[bytes]]:
        path = self.path
        if path.stat().st_size > LARGEST:
            raise InputError(
                f"'{path}' has {path.stat().st_size:,} bytes; at most {LARGEST:,} are read of a workbook: save as CSV",
                f"「{path}」は{path.stat().st_size:,}バイトあります。ブックは{LARGEST:,}バイトまでです。"
                "CSVで保存してください",
            )
        self.stream = files.opened(path)
        try:
            self.archive = zipfile.ZipFile(self.stream)
            self._measure()
        except (zipfile.BadZipFile, OSError, ValueError, zlib.error) as error:
            self.stream.close()
            raise _no_workbook(path, str(error)) from None
        except InputError:
            self.stream.close()
            raise
        return self.archive, self.stream

    def __exit__(self, *_: object) -> None:
        self.archive.close()
        self.stream.close()

    def _measure(self) -> None:
        path, parts = self.path, self.archive.infolist()
        if len(parts) > MOST_PARTS:
            raise InputError(
                f"'{path}' has {len(parts):,} parts; at most {MOST_PARTS:,} are read",
                f"「{path}」には{len(parts):,}個の部品があります。読めるのは{MOST_PARTS:,}個までです",
            )
        if len({part.filename.lower() for part in parts}) != len(parts):
            raise _no_workbook(path, "a part stands in it twice")
        total = 0
        for part in parts:
            if any(word in part.filename.lower() for word in _MACROS):
                raise InputError(
                    f"'{path}' holds macros; save it as .xlsx without macros, or as CSV",
                    f"「{path}」にはマクロがあります。マクロのない.xlsx、またはCSVで保存してください",
                )
            size = 0
            for block in unfolded(part, self.stream):
                size += len(block)
                if total + size > UNFOLDED:
                    raise InputError(
                        f"'{path}' unfolds to more than {UNFOLDED:,} bytes; save the sheet as CSV",
                        f"「{path}」は展開すると{UNFOLDED:,}バイトを超えます。シートをCSVで保存してください",
                    )
            if size != part.file_size:
                raise _no_workbook(path, f"part {part.filename} has another size than it says")
            total += size


def _no_workbook(path: Path, reason: str) -> InputError:
    return InputError(
        f"'{path}' is not a readable workbook (.xlsx): {reason}",
        f"「{path}」はExcelブック（.xlsx）として読み込めません：{reason}",
    )


def unfolded(part: zipfile.ZipInfo, stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the content of a part block by block, up to where its data end, whatever size it claims to have.

    Raises BadZipFile for a part that is encrypted, cut off, or folded in a way that spreadsheets do not use.
    """
    if part.flag_bits & 1:
        raise zipfile.BadZipFile("it is encrypted")
    stream.seek(part.header_offset)
    header = stream.read(30)
    if len(header) != 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("a part is not where it should be")
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = part.compress_size
    if part.compress_type == zipfile.ZIP_STORED:
        while left:
            block = stream.read(min(_BLOCK, left))
            if not block:
                raise zipfile.BadZipFile("it is cut off")
            left -= len(block)
            yield block
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("it is folded in an unknown way")
    unfolding = zlib.decompressobj(-15)
    given = b""
    while not unfolding.eof:
        if not given and left:
            given = stream.read(min(_BLOCK, left))
            left = left - len(given) if given else 0
        block = unfolding.decompress(given, _BLOCK)
        given = unfolding.unconsumed_tail
        if not block and not given and not left and not unfolding.eof:
            raise zipfile.BadZipFile("it is cut off")
        if block:
            yield block


def _parse(
    path: Path,
    part: zipfile.ZipInfo,
    stream: IO[bytes],
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read the XML of a part; a document type is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, given: begin(name.rpartition(":")[2], given)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text

    def refuse(*_: Any) -> None:
        raise _no_workbook(path, f"part {part.filename} declares a document type")

    parser.StartDoctypeDeclHandler = refuse
    try:
        for block in unfolded(part, stream):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, ValueError) as error:
        raise _no_workbook(path, f"part {part.filename}: {error}") from None


def _sheets(path: Path, archive: zipfile.ZipFile, stream: IO[bytes]) -> list[tuple[str, str]]:
    """Return names and parts of the sheets."""
    if _BOOK not in archive.NameToInfo or _RELATIONS not in archive.NameToInfo:
        raise _no_workbook(path, "it holds no list of sheets")
    named: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheets(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")
            named.append((given.get("name", ""), relation))

    def relations(name: str, given: dict[str, str]) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External" and "worksheet" in given.get("Type", ""):
            target = given.get("Target", "")
            targets[given.get("Id", "")] = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    _parse(path, archive.getinfo(_BOOK), stream, sheets)
    _parse(path, archive.getinfo(_RELATIONS), stream, relations)
    return [(name, targets[relation]) for name, relation in named if relation in targets]


def _percent_styles(path: Path, archive: zipfile.ZipFile, stream: IO[bytes]) -> set[str]:
    """Return the styles, by the number that cells name, that show a share as per cent."""
    if _STYLES not in archive.NameToInfo:
        return set()
    own: set[int] = set()
    found: set[str] = set()
    inside, count = False, 0

    def begin(name: str, given: dict[str, str]) -> None:
        nonlocal inside, count
        if name == "numFmt" and "%" in given.get("formatCode", ""):
            own.add(_whole(given.get("numFmtId", "")))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            if _whole(given.get("numFmtId", "")) in _PERCENT | own:
                found.add(str(count))
            count += 1

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    _parse(path, archive.getinfo(_STYLES), stream, begin, end)
    return found


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


class _Cells:
    """The cells of a sheet as its XML gives them."""

    def __init__(self, path: Path, found: Sheet, percent: set[str]) -> None:
        self.path, self.sheet, self.styles = path, found, percent
        self.row = self.column = 0
        self.kind = self.style = self.value = self.formula = ""
        self.has_value = self.has_formula = False
        self.taking = ""

    def begin(self, name: str, given: dict[str, str]) -> None:
        if name == "row":
            self.row = _whole(given["r"]) if "r" in given else self.row + 1
            self.column = 0
        elif name == "c":
            self._place(given.get("r", ""))
            self.kind, self.style = given.get("t", "n"), given.get("s", "")
            self.value = self.formula = ""
            self.has_value = self.has_formula = False
        elif name in ("v", "is"):
            self.has_value, self.taking = True, "value" if name == "v" else ""
        elif name == "f":
            self.has_formula, self.taking = True, "formula"

    def _place(self, reference: str) -> None:
        if not reference:
            self.column += 1
            return
        match = _PLACE.fullmatch(reference)
        if match is None:
            raise _no_workbook(self.path, f"a cell stands at {reference[:20]!r}")
        self.column = number_of(match[1])
        self.row = int(match[2])

    def text(self, given: str) -> None:
        if self.taking == "value" and len(self.value) < SHOWN:
            self.value += given
        elif self.taking == "formula" and len(self.formula) < SHOWN:
            self.formula += given

    def end(self, name: str) -> None:
        if name in ("v", "f", "is"):
            self.taking = ""
        elif name == "c" and (self.has_value or self.has_formula):
            self._cell()

    def _cell(self) -> None:
        found, at = self.sheet, (self.row, self.column)
        found.formulas += self.has_formula
        if self.has_formula and (not self.has_value or (self.value == "" and self.kind != "str")):
            found.instead[at] = f"={self.formula[:SHOWN]}"
        elif self.kind == "e":
            found.instead[at] = self.value[:SHOWN]
        elif self.kind == "n" and self.style in self.styles:
            found.percent[at] = self.value
        found.first_row = min(found.first_row or self.row, self.row)
        found.last_row = max(found.last_row, self.row)
        found.first_column = min(found.first_column or self.column, self.column)
        found.last_column = max(found.last_column, self.column)
        if found.last_row * found.last_column > MOST_CELLS:
            raise InputError(
                f"sheet '{found.name}' of '{self.path}' spans more than {MOST_CELLS:,} cells; save it as CSV",
                f"「{self.path}」のシート「{found.name}」は{MOST_CELLS:,}セルを超えます。CSVで保存してください",
            )


def number_of(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters_of(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
