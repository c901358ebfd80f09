"""The rows of the files of a data set, read, and those that are set aside.

Rows in = rows used + rows set aside, counted for each file and refused where it does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from meguri.errors import InputError, Phrase, cause
from meguri.observatory import cells, delimited, files
from meguri.observatory.recognition import Given
from meguri.observatory.tables import Gathered
from meguri.sources import File, Source
from meguri.sources._dataset import UNIT
from meguri.sources._rows import earlier_copies

#: Rows of a Parquet file that are read at a time.
BATCH = 65_536
#: A file of which more than this many rows, and more than half, are set aside is refused as a whole.
TOLERATED = 10_000
#: Most rows of one file that are set aside: they are kept with their text, and a file with more is refused as a whole.
MOST_ASIDE = 250_000
#: Most rows of a kind of file to which rows of other files refer (projects, companies): they are held while those of
#: the others pass by.
MOST_REFERRED = 1_000_000
#: Columns of the rows that are set aside.
ASIDE = {
    "file": pl.Int32(),
    "line": pl.Int64(),
    "reason_ja": pl.String(),
    "reason_en": pl.String(),
    "text": pl.String(),
}


@dataclass
class Reading:
    """All rows of an import."""

    given: list[Given]
    tables: dict[str, pl.LazyFrame]
    aside: pl.DataFrame
    in_memory: bool


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
            _refuse_if_too_many_to_hold(source, one, parts[one.file.name].height)
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


def _refuse_if_too_many_to_hold(source: Source, one: Given, count: int) -> None:
    """Refuse a file of which rows are held while others pass by, and that has more of them than are held."""
    assert source.data is not None
    referred = {reference.file for file in source.data.files for reference in file.references}
    most = one.file.most or (MOST_REFERRED if one.file.name in referred else None)
    if most is not None and count > most:
        raise InputError(
            f"'{one.path}' is refused: at most {most:,} rows of '{one.file.name}' are read, since they are held to be "
            "joined with those of other files; nothing was imported",
            f"「{one.path}」は取り込めません：他のファイルと突き合わせる {one.file.name} は{most:,}行までです。"
            "何も取り込んでいません",
        )


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
    """Set later rows with the key of an earlier one aside; without a key count exact copies.

    Rows with the hash of an earlier one are few, or the file is refused: only they are compared cell by cell.
    """
    key = list(file.key) or [column.name for column in file.columns]
    later = pl.Series(earlier_copies(table, key) > 0)
    numbers = table.select("file").collect(engine="streaming").to_series()
    counts = dict(numbers.filter(later).value_counts().iter_rows())
    if not file.key:
        for number, count in counts.items():
            given[number].copies = count
    if not file.key or not counts:
        return table
    words = (f"先の行と同じ {', '.join(key)}", f"the same {', '.join(key)} as an earlier row")
    for number, count in counts.items():
        _refuse_if_too_many(given[number], count, words)
    hashed = pl.col("row number").map_batches(later.gather, return_dtype=pl.Boolean, is_elementwise=True)
    repeated = table.with_row_index("row number").filter(hashed).select(key).unique()
    alike = table.join(repeated, on=key, how="semi", nulls_equal=True, maintain_order="left")
    lost = alike.collect(engine="streaming").filter(~pl.struct(key).is_first_distinct())
    _set_aside(lost.lazy(), words, given, aside)
    return table.join(lost.lazy().select(cells.PLACE), on=cells.PLACE, how="anti", maintain_order="left")


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


def _refuse_if_too_many(one: Given, count: int, words: tuple[str, str]) -> None:
    """Refuse a file of which so many rows more would be set aside that it is not what it should be."""
    if not _too_many(one.aside + count, one.rows):
        return
    reason = Phrase(words[1], words[0])
    raise InputError(
        f"'{one.path}' is refused: {count:,} of its {one.rows:,} rows cannot be used because of: {reason}; "
        "nothing was imported",
        f"「{one.path}」は取り込めません：{one.rows:,}行のうち{count:,}行が使えません（{reason.ja}）。何も取り込んでいません",
    )


def _set_aside(rows: pl.LazyFrame, words: tuple[str, str], given: list[Given], aside: Gathered) -> int:
    """Set rows aside for one reason; return their number. They are counted before they are kept."""
    counts = dict(rows.group_by("file").len().collect(engine="streaming").iter_rows())
    for number, count in counts.items():
        one = given[number]
        _refuse_if_too_many(one, count, words)
        one.aside += count
    if counts:
        for part in rows.collect().iter_slices(BATCH):
            bad = [
                (row["file"], row["line"], *words, cells.shown(row, part.columns)) for row in part.iter_rows(named=True)
            ]
            aside.add(pl.DataFrame(bad, schema=ASIDE, orient="row"))
    return sum(counts.values())
