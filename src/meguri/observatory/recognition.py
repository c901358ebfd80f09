"""Which file of a user is which file of a data set, known by its columns and, where those are alike, by a mark.

What a file lacks, or has twice, is said before a row of it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from meguri.errors import InputError, Phrase, cause
from meguri.observatory import delimited, files, sdmx_ml, workbook_parts, workbooks
from meguri.observatory.heads import names_of, no_head
from meguri.sources import File, Layout, Source

#: Rows of a Parquet file among which a mark is looked for.
FIRST = 65_536


@dataclass
class Given:
    """One file of a user: what it is in the set, and what became of its rows."""

    number: int
    path: Path
    file: File
    digest: str
    state: tuple[int, int]  # size and time of the last change, before it was hashed
    encoding: str
    left: tuple[str, ...]  # columns that are not read
    head: delimited.Head | None = None
    sheet: pl.DataFrame | None = None  # rows of a workbook behind its head
    rows: int = 0
    aside: int = 0
    copies: int = 0

    @property
    def used(self) -> int:
        """Rows that became part of the ledger."""
        return self.rows - self.aside


def recognised(source: Source, paths: list[Path], sheets: Mapping[Path, str] | None = None) -> list[Given]:
    """Return what each file is in the set, known by its columns; raise InputError for one that is none of its files.

    ``sheets`` names the sheet of a workbook, where it is not the one that the source's layout says.
    """
    assert source.data is not None
    found = []
    for number, path in enumerate(files.found(paths)):
        encodings = tuple(dict.fromkeys(name for file in source.data.files for name in file.encodings))
        state = files.state(path)
        head, sheet = _head(path, encodings, source, (sheets or {}).get(path, ""))
        names = parquet_names(path) if head is None else head.names
        if source.data.named is not None:
            if head is None:
                raise InputError(
                    f"'{path}' is a Parquet file; '{source.id}' reads text and workbooks",
                    f"「{path}」はParquetファイルです。出典「{source.id}」はテキストとブックを読みます",
                )
            names = tuple(map(source.data.named, names))
            head = replace(head, names=names)
        file = _file_of(source, names, path, head, sheet)
        if file is None:
            if path not in paths:
                continue  # a folder may hold other files
            raise InputError(
                f"'{path}' is no file of '{source.id}': {_missing(source, names)}",
                f"「{path}」は出典「{source.id}」のファイルではありません：{_missing(source, names).ja}",
            )
        if head is not None and sheet is None and head.encoding not in file.encodings:
            raise InputError(
                f"'{path}' is in {head.encoding}; '{file.name}' is read in {' or '.join(file.encodings)}",
                f"「{path}」の文字コードは{head.encoding}です。{file.name} は {' or '.join(file.encodings)} で読みます",
            )
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(
                f"'{path}' names the column '{twice[0]}' twice", f"「{path}」には列「{twice[0]}」が二つあります"
            )
        known = set(names) if file.rest else {column.name for column in file.columns}
        found.append(
            Given(number, path, file, files.digest(path), state, head.encoding if head else "parquet",
                  tuple(name for name in names if name not in known), head, sheet)
        )  # fmt: skip
    return _complete(source, found, paths)


def _head(
    path: Path, encodings: tuple[str, ...], source: Source, named: str = ""
) -> tuple[delimited.Head | None, pl.DataFrame | None]:
    """Return the head of a file (None for Parquet) and, of a workbook, the rows behind it."""
    if files.kind_of(path) == files.PARQUET:
        return None, None
    assert source.data is not None
    layout = source.data.files[0].layout
    if source.data.xml and sdmx_ml.is_xml(path):
        table = sdmx_ml.table(path)
        names = tuple(table.columns[1:])
        table.columns = ["line", *map(str, range(len(names)))]
        return delimited.Head(names, "", "xml"), table
    if not workbook_parts.is_workbook(path):
        return delimited.head(path, encodings, layout), None
    layout = layout or Layout()
    frame, _ = workbooks.rows(path, named or layout.sheet)
    first, last = layout.head
    lines = {row[0]: row[1:] for row in frame.filter(pl.col("line").is_between(first, last)).iter_rows()}
    names = names_of([lines.get(line, ()) for line in range(first, last + 1)])
    if not lines:
        raise no_head(path, layout, Phrase("it is empty", "空です"))
    return delimited.Head(names, "", workbooks.XLSX, last), frame.filter(pl.col("line") > last)


def _complete(source: Source, found: list[Given], paths: list[Path]) -> list[Given]:
    assert source.data is not None
    if not found:
        raise InputError(
            f"'{', '.join(str(path) for path in paths)}' holds no file of '{source.id}'",
            f"「{', '.join(str(path) for path in paths)}」に、出典「{source.id}」のファイルがありません",
        )
    missing = [file for file in source.data.files if file.needed and not any(one.file is file for one in found)]
    if missing:
        names = ", ".join(column.name for column in missing[0].columns if not column.optional)
        raise InputError(
            f"'{', '.join(str(path) for path in paths)}' holds no file '{missing[0].name}' of '{source.id}': a file "
            f"with the columns {names}",
            f"「{', '.join(str(path) for path in paths)}」に、出典「{source.id}」の {missing[0].name}（列 {names}）が"
            "ありません",
        )
    seen: dict[str, Given] = {}
    for one in found:
        if one.digest in seen:
            raise InputError(
                f"'{one.path}' and '{seen[one.digest].path}' are the same file",
                f"「{one.path}」と「{seen[one.digest].path}」は同じファイルです",
            )
        seen[one.digest] = one
    order = {id(file): position for position, file in enumerate(source.data.files)}
    found.sort(key=lambda one: (order[id(one.file)], one.digest))
    for number, one in enumerate(found):
        one.number = number
    return found


def _file_of(
    source: Source, names: tuple[str, ...], path: Path, head: delimited.Head | None, sheet: pl.DataFrame | None
) -> File | None:
    """Return the kind of file with the most columns among those whose needed columns, and whose mark, are there."""
    assert source.data is not None
    fitting = [
        file for file in source.data.files if not _lacks(file, names) and _marked(file, names, path, head, sheet)
    ]
    return max(fitting, key=lambda file: len(file.columns), default=None)


def _lacks(file: File, names: tuple[str, ...]) -> list[str]:
    return [column.name for column in file.columns if not column.optional and column.name not in names]


def _marked(
    file: File, names: tuple[str, ...], path: Path, head: delimited.Head | None, sheet: pl.DataFrame | None
) -> bool:
    """Tell whether a value that marks the kind of file stands among the first rows."""
    if not file.mark:
        return True
    if head is None:
        batch = next(pq.ParquetFile(path).iter_batches(batch_size=FIRST, columns=[file.mark]), None)
        first = [] if batch is None else batch.column(0).to_pylist()
    elif sheet is not None:
        first = sheet[str(names.index(file.mark))].to_list()
    else:
        block = next(delimited.rows(path, head), None)
        first = [] if block is None else block.rows[str(names.index(file.mark))].to_list()
    marks = next(column.one_of for column in file.columns if column.name == file.mark)
    return not {str(cell).strip() for cell in first}.isdisjoint(marks)


def _missing(source: Source, names: tuple[str, ...]) -> Phrase:
    assert source.data is not None
    nearest = min(source.data.files, key=lambda file: len(_lacks(file, names)))
    if not _lacks(nearest, names):
        return Phrase(
            f"nothing that '{nearest.mark}' holds is known to it",
            f"列 {nearest.mark} の値がこの出典のものではありません",
        )
    columns = ", ".join(_lacks(nearest, names))
    return Phrase(f"it lacks the columns {columns} of '{nearest.name}'", f"{nearest.name} の列 {columns} がありません")


def parquet_names(path: Path) -> tuple[str, ...]:
    """Return the columns of a Parquet file; raise InputError for one that cannot be read or unfolds to too much."""
    try:
        metadata = pq.read_metadata(path)
        size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        names = tuple(metadata.schema.to_arrow_schema().names)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"'{path}' is no readable Parquet file ({cause(error)})",
            f"「{path}」は読めるParquetファイルではありません（{cause(error).ja}）",
        ) from None
    if size > files.LARGEST:
        raise InputError(
            f"'{path}' unfolds to {size:,} bytes; at most {files.LARGEST:,} are read",
            f"「{path}」は展開すると{size:,}バイトになります。読めるのは{files.LARGEST:,}バイトまでです",
        )
    return names
