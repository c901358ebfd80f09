"""Files of a user as the tables of a counting rule: read as imports are, rows that are not asked for left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from meguri.counting import Column as CountingColumn
from meguri.counting import Rule, Table
from meguri.errors import InputError, Phrase, unknown
from meguri.observatory import cells, delimited, files, reading, recognition, workbook_parts, workbooks
from meguri.observatory.counting_copies import copies
from meguri.observatory.heads import names_of
from meguri.sources import Column, DataSet, File, Source
from meguri.sources import Rows as LedgerRows

#: Most rows that a rule is given: they are held in memory.
MOST = 10_000_000
#: Largest number of a cell.
LARGEST = 1e18
#: Encodings of the files: utf-8, and that of Japanese spreadsheets.
ENCODINGS = ("utf-8", "cp932")


@dataclass(frozen=True)
class Rows:
    """What became of the rows of one file: in = used + left out + set aside.

    ``copies`` are used rows that are the same as an earlier one in every column of the file: they count, too.
    """

    file: str
    table: str
    rows: int
    used: int
    left_out: int
    aside: int
    copies: int = 0


def read(
    rule: Rule, paths: list[Path], columns: Mapping[str, str], where: Mapping[str, Collection[str]], folder: Path,
    sheets: Sequence[str] = (),
) -> tuple[dict[str, pl.DataFrame], list[Rows], pl.DataFrame]:  # fmt: skip
    """Return the tables of a rule by name, what became of each file's rows, and the rows that were set aside."""
    if not paths:
        return {}, [], pl.DataFrame(schema=reading.ASIDE)
    chosen = sheets_of(files.found(paths), sheets)
    known = {column.name for table in rule.tables for column in table.columns}
    for name in columns:
        if name not in known:
            raise unknown("column", name, known, Phrase(f"'{rule.id}'", f"「{rule.id}」"))
    heads = {path: _names(path, chosen.get(path, "")) for path in files.found(paths)}
    _present(rule, heads, columns, where)
    source = _source(rule, columns, where)
    found = reading.read(source, recognition.recognised(source, list(heads), chosen), folder)
    tables, rows, aside = {}, [], [found.aside]
    for table in rule.tables:
        given = [one for one in found.given if one.file.name == table.name]
        if not given:
            continue
        present = {name for one in given for name in heads[one.path]}
        wanted = {name: texts for name, texts in where.items() if name in present}
        frame, left, later = _asked(found.tables[table.name], table, columns, wanted)
        tables[table.name] = frame
        aside.append(later)
        repeated = {} if table.key else copies(
            frame, [column.name for column in table.columns], {one.number: one.path for one in given}, chosen, ENCODINGS
        )  # fmt: skip
        for one in given:
            off, twice = (int(part.filter(pl.col("file") == one.number).height) for part in (left, later))
            rows.append(Rows(one.path.name, table.name, one.rows, one.used - off - twice, off, one.aside + twice,
                             repeated.get(one.number, 0)))  # fmt: skip
    together = pl.concat(aside).sort("file", "line", maintain_order=True)
    if sum(one.rows for one in rows) != sum(one.used + one.left_out + one.aside for one in rows):
        raise AssertionError(f"{rule.id}: rows were lost: {rows}")
    names = {one.number: one.path.name for one in found.given}
    return tables, rows, together.with_columns(name=pl.col("file").replace_strict(names, return_dtype=pl.String))


def schema(table: Table) -> dict[str, pl.DataType]:
    """Return the columns of a table of a rule with the types in which the rule gets them."""
    named = File(table.name, table.ja, table.en, tuple(Column(column.name, column.type) for column in table.columns))
    return dict(cells.empty_frame(named).drop(cells.PLACE).schema)


def sheets_of(paths: Sequence[Path], asked: Sequence[str]) -> dict[Path, str]:
    """Return the sheet of each workbook: the only one, or the one that is asked for as ``SHEET`` or ``FILE=SHEET``.

    Raises InputError where a workbook has several sheets and none is named, and for a name that no workbook has.
    """
    books = {path: workbook_parts.sheet_names(path) for path in paths if workbook_parts.is_workbook(path)}
    chosen: dict[Path, str] = {}
    for word in asked:
        file, sign, name = word.partition("=")
        owners = [path for path in books if sign and path.name == file] or list(books)
        wanted = name if owners and sign and owners[0].name == file else word
        having = [path for path in owners if wanted in books[path]]
        if not having:
            there = "; ".join(f"{path.name}: {', '.join(names)}" for path, names in books.items()) or "-"
            raise InputError(f"--sheet '{word}': no workbook has it; there are {there}",
                             f"--sheet「{word}」を持つブックがありません。あるシート：{there}")  # fmt: skip
        chosen |= dict.fromkeys(having, wanted)
    for path, names in books.items():
        if path not in chosen and len(names) > 1:
            there = ", ".join(names)
            raise InputError(
                f"'{path}' has several sheets ({there}); name one: --sheet NAME",
                f"「{path}」にはシートが複数あります（{there}）。--sheet で一つ選んでください",
            )
    return chosen


def _names(path: Path, sheet: str = "") -> tuple[str, ...]:
    """Return the names of a file's columns."""
    if workbook_parts.is_workbook(path):
        first = workbooks.rows(path, sheet)[0].filter(pl.col("line") == 1)
        return names_of([row[1:] for row in first.iter_rows()])
    if files.kind_of(path) == files.PARQUET:
        return recognition.parquet_names(path)
    return delimited.head(path, ENCODINGS).names


def _present(rule: Rule, heads: Mapping[Path, tuple[str, ...]], columns: Mapping, where: Mapping) -> None:
    """Refuse files without the columns that the rule needs, and names of columns that no file has."""
    for path, names in heads.items():
        lacks = {table.name: [wanted for column in table.columns if not column.optional
                              and (wanted := columns.get(column.name, column.name)) not in names]
                 for table in rule.tables}  # fmt: skip
        if all(lacks.values()):
            table = min(lacks, key=lambda name: len(lacks[name]))
            has, lacking = ", ".join(names[:20]), ", ".join(lacks[table])
            raise InputError(
                f"'{path}' lacks the columns {lacking} of the table '{table}' of '{rule.id}'; it has {has}; "
                "say which is which with --column NAME=COLUMN",
                f"「{path}」に、「{rule.id}」の表 {table} の列 {lacking} がありません。ある列：{has}。"
                "対応は --column NAME=COLUMN（名前=列）で指定してください",
            )
    everywhere = {name for names in heads.values() for name in names}
    for wanted in (*columns.values(), *where):
        if wanted not in everywhere:
            raise unknown("column", wanted, everywhere, Phrase(*["', '".join(map(str, heads))] * 2))


def _bound(column: CountingColumn, stated: float | str | None, otherwise: float) -> float | str | None:
    """Return a limit of a column: the one that it states, and for numbers one beyond which there are no amounts."""
    return otherwise if stated is None and column.type in ("number", "integer") else stated


def _source(rule: Rule, columns: Mapping[str, str], where: Mapping[str, Collection[str]]) -> Source:
    """Return the rule's tables as the files of a data set, for the reader of imports."""
    parts = []
    for table in rule.tables:
        named = [columns.get(column.name, column.name) for column in table.columns]
        twice = sorted({name for name in named if named.count(name) > 1})
        if twice:
            raise InputError(f"--column: the column '{twice[0]}' stands for two columns of '{table.name}'",
                             f"--column：列「{twice[0]}」が {table.name} の二つの列に対応しています")  # fmt: skip
        read = tuple(
            Column(name, column.type, needed=column.needed, low=_bound(column, column.low, -LARGEST),
                   high=_bound(column, column.high, LARGEST), optional=column.optional,
                   empty=column.empty if column.type in ("number", "integer") else ())
            for name, column in zip(named, table.columns, strict=True)
        )  # fmt: skip
        asked = tuple(Column(name, optional=True) for name in where if name not in named)
        parts.append(File(table.name, table.ja, table.en, (*read, *asked), encodings=ENCODINGS, needed=False))
    return Source(
        id=rule.id, ja=rule.ja, en=rule.en, publisher_ja="", publisher_en="", licence="", url="", attribution_ja="",
        attribution_en="", data=DataSet(files=tuple(parts), rows=lambda tables: LedgerRows()),
    )  # fmt: skip


def copies_said(rows: Sequence[Rows]) -> list[Phrase]:
    """Return the sentences that say how many rows of each file are counted twice."""
    return [
        Phrase(
            f"{one.copies:,} rows of {one.file} are the same as an earlier one in every column; each of them counts.",
            f"{one.file}の{one.copies:,}行は、すべての列が先の行と同じです。それぞれ別の行として数えています。",
        )
        for one in rows
        if one.copies
    ]


def _asked(
    frame: pl.LazyFrame, table: Table, columns: Mapping[str, str], where: Mapping[str, Collection[str]]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the rows that count with the rule's names, those not asked for, and those with an earlier row's key."""
    asked = pl.lit(True)
    for name, texts in where.items():
        asked = asked & pl.col(name).cast(pl.String).is_in(list(texts)).fill_null(False)
    left = frame.filter(~asked).select("file").collect()
    kept = frame.filter(asked)
    number = int(kept.select(pl.len()).collect().item())
    if number > MOST:
        raise InputError(f"{number:,} rows are too many; a rule counts on at most {MOST:,}",
                         f"{number:,}行は多すぎます。数えられるのは{MOST:,}行までです")  # fmt: skip
    if number == 0 and where:
        shown = ", ".join(f"{name}={','.join(texts)}" for name, texts in where.items())
        raise InputError(f"--where {shown}: no row is left", f"--where {shown}：残る行がありません")
    names = {columns.get(column.name, column.name): column.name for column in table.columns}
    rows = kept.select(*cells.PLACE, *names).rename(names).collect()
    if not table.key:
        return rows, left, pl.DataFrame(schema=reading.ASIDE)
    first = pl.struct(table.key).is_first_distinct()
    later = rows.filter(~first)
    keys = ", ".join(table.key)
    aside = [
        (row["file"], row["line"], f"先の行と同じ {keys}", f"the same {keys} as an earlier row",
         cells.shown(row, list(rows.columns)))
        for row in later.iter_rows(named=True)
    ]  # fmt: skip
    return rows.filter(first), left, pl.DataFrame(aside, schema=reading.ASIDE, orient="row")
