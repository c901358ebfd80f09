"""The files of a data set, read: which file is which, its rows, and those that are set aside.

Rows in = rows used + rows set aside, counted for each file and refused where it does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from meguri.errors import InputError, Phrase, cause
from meguri.observatory import cells, delimited, files, sdmx_ml, workbook_parts, workbooks
from meguri.observatory.heads import names_of, no_head
from meguri.observatory.tables import Gathered
from meguri.sources import File, Layout, Source
from meguri.sources._dataset import UNIT
from meguri.sources._rows import earlier_copies

#: Rows of a Parquet file that are read at a time.
BATCH = 65_536
#: A file of which more than this many rows, and more than half, are set aside is refused as a whole.
TOLERATED = 10_000
#: Most rows of one file that are set aside: they are kept with their text, and a file with more is refused as a whole.
MOST_ASIDE = 250_000
#: Columns of the rows that are set aside.
ASIDE = {
    "file": pl.Int32(),
    "line": pl.Int64(),
    "reason_ja": pl.String(),
    "reason_en": pl.String(),
    "text": pl.String(),
}


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


@dataclass
class Reading:
    """All rows of an import."""

    given: list[Given]
    tables: dict[str, pl.LazyFrame]
    aside: pl.DataFrame
    in_memory: bool


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
        names = _parquet_names(path) if head is None else head.names
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
        batch = next(pq.ParquetFile(path).iter_batches(batch_size=BATCH, columns=[file.mark]), None)
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


def _parquet_names(path: Path) -> tuple[str, ...]:
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


def read(source: Source, given: list[Given], folder: Path) -> Reading:
    """Read all files; ``folder`` takes rows that are too many for memory."""
    assert source.data is not None
    kinds: dict[str, File] = {one.file.name: one.file for one in given}
    parts = {name: Gathered(folder, name, cells.empty_frame(file)) for name, file in kinds.items()}
    aside = Gathered(folder, "aside", pl.DataFrame(schema=ASIDE))
    for one in given:
        for frame, lost in _blocks(one):
            rows, bad = cells.typed(frame, one.file, one.number)
            bad = [*lost, *bad]
            if rows.height + len(bad) != frame.height + len(lost):
                raise AssertionError(f"{one.path}: rows were lost behind row {one.rows}")
            one.rows += frame.height + len(lost)
            one.aside += len(bad)
            parts[one.file.name].add(rows)
            aside.add(_aside(one.number, bad))
            if bad and _too_many(one.aside, one.rows):
                _, ja, en, text = bad[-1]
                reason = Phrase(en, ja)
                raise InputError(
                    f"'{one.path}' is refused: {one.aside:,} of its first {one.rows:,} rows cannot be read, the last "
                    f"because of {reason}: {text[:60]!r}; nothing was imported",
                    f"「{one.path}」は取り込めません：最初の{one.rows:,}行のうち{one.aside:,}行が読めません。最後の理由は"
                    f"「{reason.ja}」（{text[:60]!r}）。何も取り込んでいません",
                )
    tables = {name: part.lazy() for name, part in parts.items()}
    for name, file in kinds.items():
        tables[name] = _keyed(tables[name], file, given, aside)
        tables[name] = _referring(tables[name], file, tables, given, aside)
        if not parts[name].parts:
            tables[name] = tables[name].collect().lazy()
    for one in given:
        if files.state(one.path) != one.state:
            raise InputError(
                f"'{one.path}' changed while it was read; nothing was imported: import it again",
                f"「{one.path}」は読み込み中に変更されました。何も取り込んでいません。もう一度取り込んでください",
            )
        if not one.used:
            raise InputError(
                f"'{one.path}' is refused: none of the {one.rows:,} rows can be used; nothing was imported",
                f"「{one.path}」は取り込めません：{one.rows:,}行のうち使える行がありません。何も取り込んでいません",
            )
    for file in source.data.files:
        tables.setdefault(file.name, cells.empty_frame(file).lazy())
    held = not any(part.parts for part in parts.values())
    return Reading(given, tables, aside.lazy().sort("file", "line", maintain_order=True).collect(), held)


def _too_many(aside: int, rows: int) -> bool:
    """Say whether so many rows of a file are set aside that it is not what it should be, or cannot be kept."""
    return aside > MOST_ASIDE or (aside > TOLERATED and 2 * aside > rows)


def _aside(number: int, bad: list[tuple[int, str, str, str]]) -> pl.DataFrame:
    return pl.DataFrame([(number, *row) for row in bad], schema=ASIDE, orient="row")


def _blocks(one: Given) -> Iterator[tuple[pl.DataFrame, list[tuple[int, str, str, str]]]]:
    """Yield the rows of a file with their line and the columns that are read, and what is no row."""
    names = [column.name for column in one.file.columns]
    if one.head is not None:
        read = {str(place): name for place, name in enumerate(one.head.names) if name in names or one.file.rest}
        blocks = delimited.rows(one.path, one.head) if one.sheet is None else [delimited.Block(one.sheet, [])]
        above: dict[str, str] = {}
        for block in blocks:
            frame = _filled(block.rows.select("line", *read).rename(read), one.file, above)
            frame, below = _within(frame, one.file)
            yield _rest(frame, one.file), [*block.aside, *below]
        return
    line, own = 0, [column.name for column in one.file.columns if column.read is not None]
    try:
        file = pq.ParquetFile(one.path)
        names = [name for name in names if name in file.schema_arrow.names]
        for batch in file.iter_batches(batch_size=BATCH, columns=names):
            frame = _plain(pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch]))))
            frame = frame.with_columns(pl.col(name).cast(pl.String) for name in own if name in frame.columns)
            yield frame.insert_column(0, pl.int_range(line + 1, line + 1 + frame.height, eager=True).alias("line")), []
            line += frame.height
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"'{one.path}' is damaged behind row {line} ({cause(error)})",
            f"「{one.path}」は{line}行目より後が壊れています（{cause(error).ja}）",
        ) from None


def _filled(frame: pl.DataFrame, file: File, above: dict[str, str]) -> pl.DataFrame:
    """Return rows whose empty cells repeat the cell above in the columns where the layout says so."""
    for name in file.layout.fill if file.layout is not None else ():
        if name not in frame.columns or frame.is_empty():
            continue
        text = pl.col(name)
        filled = pl.when(text.str.strip_chars() != "").then(text).forward_fill().fill_null(pl.lit(above.get(name)))
        frame = frame.with_columns(filled.alias(name))
        if frame[name][-1] is not None:
            above[name] = frame[name][-1]
    return frame


def _within(frame: pl.DataFrame, file: File) -> tuple[pl.DataFrame, list[tuple[int, str, str, str]]]:
    """Set the rows below the last one of the table aside."""
    if file.layout is None or file.layout.last is None:
        return frame, []
    below = frame.filter(pl.col("line") > file.layout.last)
    words = ("表の最終行より下にある", "below the last row of the table")
    aside = [(row["line"], *words, cells.shown(row, [*frame.columns[1:]])) for row in below.iter_rows(named=True)]
    return frame.filter(pl.col("line") <= file.layout.last), aside


def _rest(frame: pl.DataFrame, file: File) -> pl.DataFrame:
    """Gather the columns that are not declared in one."""
    if not file.rest:
        return frame
    known = [column.name for column in file.columns if column.name in frame.columns]
    others = [name for name in frame.columns if name not in known and name != "line"]
    texts = [
        pl.when(pl.col(name).str.strip_chars() != "").then(pl.concat_str(pl.lit(f"{name}="), pl.col(name)))
        for name in others
    ]
    gathered = pl.concat_str(texts, separator=UNIT, ignore_nulls=True) if texts else pl.lit("")
    return frame.select("line", *known, gathered.alias(file.rest))


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of plain cells: dictionaries as text, dates without hours, what is nested as text."""
    simple = (pl.String, pl.Boolean, pl.Date)
    return frame.with_columns(
        pl.col(name).cast(pl.Date if isinstance(dtype, pl.Datetime) else pl.String)
        for name, dtype in frame.schema.items()
        if dtype not in simple and not dtype.is_numeric()
    )


def _keyed(table: pl.LazyFrame, file: File, given: list[Given], aside: Gathered) -> pl.LazyFrame:
    """Set later rows with the key of an earlier one aside; without a key count exact copies."""
    columns = [column.name for column in file.columns]
    if not file.key:
        copies = earlier_copies(table, columns) > 0
        of = table.select("file").collect(engine="streaming").to_series().filter(pl.Series(copies))
        for number, count in of.value_counts().iter_rows():
            given[number].copies = count
        return table
    first = pl.struct(file.key).is_first_distinct()
    keys = ", ".join(file.key)
    words = (f"先の行と同じ {keys}", f"the same {keys} as an earlier row")
    lost = _set_aside(table.filter(~first), words, given, aside)
    return table.filter(first) if lost else table


def _referring(
    table: pl.LazyFrame, file: File, tables: Mapping[str, pl.LazyFrame], given: list[Given], aside: Gathered
) -> pl.LazyFrame:
    """Set rows aside that refer to a row of another file that is not there."""
    for reference in file.references:
        known = tables[reference.file].select(pl.col(reference.of).alias(reference.column)).unique()
        words = (
            f"{reference.column} が {reference.file} の有効な行にない",
            f"{reference.column} is not among the rows of {reference.file} that are used",
        )
        if _set_aside(table.join(known, on=reference.column, how="anti"), words, given, aside):
            table = table.join(known, on=reference.column, how="semi", maintain_order="left")
    return table


def _set_aside(rows: pl.LazyFrame, words: tuple[str, str], given: list[Given], aside: Gathered) -> int:
    """Set rows aside for one reason; return their number. They are counted before they are kept."""
    counts = dict(rows.group_by("file").len().collect(engine="streaming").iter_rows())
    for number, count in counts.items():
        one = given[number]
        if _too_many(one.aside + count, one.rows):
            reason = Phrase(words[1], words[0])
            raise InputError(
                f"'{one.path}' is refused: {count:,} of its {one.rows:,} rows cannot be used because of: {reason}; "
                "nothing was imported",
                f"「{one.path}」は取り込めません：{one.rows:,}行のうち{count:,}行が使えません（{reason.ja}）。"
                "何も取り込んでいません",
            )
        one.aside += count
    if counts:
        for part in rows.collect().iter_slices(BATCH):
            bad = [
                (row["file"], row["line"], *words, cells.shown(row, part.columns)) for row in part.iter_rows(named=True)
            ]
            aside.add(pl.DataFrame(bad, schema=ASIDE, orient="row"))
    return sum(counts.values())
