"""Rows of a user's files that stand there more than once: a rule counts each of them, and their number is said.

A copy is a row that is the same as an earlier one in every column of its file, also in those that the rule does not
read: two deals of one class and amount are two deals, not copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from meguri.observatory import delimited, files, workbook_parts, workbooks


def copies(
    rows: pl.DataFrame, read: Sequence[str], paths: Mapping[int, Path], sheets: Mapping[Path, str],
    encodings: tuple[str, ...],
) -> dict[int, int]:  # fmt: skip
    """Return, by number of the file, how many rows that count repeat an earlier one.

    ``rows`` have the columns ``file``, ``line`` and those that were ``read``; ``paths`` are the files by number. Files
    are looked at again only where rows are alike in what was read.
    """
    alike = rows.filter(pl.struct(read).is_duplicated()).select("file", "line")
    parts = []
    for number in alike["file"].unique().sort():
        path = paths[number]
        lines = alike.filter(pl.col("file") == number).select("line")
        for frame in _whole(path, sheets.get(path, ""), encodings):
            wanted = frame.join(lines, on="line", how="semi")
            named = sorted(name for name in wanted.columns if name != "line")
            row = pl.struct(pl.col(name).cast(pl.String) for name in named).hash(seed=0)
            parts.append(wanted.select(pl.lit(number).alias("file"), "line", row.alias("row")))
    if not parts:
        return {}
    found = pl.concat(parts, how="vertical_relaxed").sort("file", "line")
    return dict(found.filter(~pl.col("row").is_first_distinct()).group_by("file").len().iter_rows())


def _whole(path: Path, sheet: str, encodings: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with their line and all of their columns."""
    if workbook_parts.is_workbook(path):
        yield workbooks.rows(path, sheet)[0]
    elif files.kind_of(path) == files.PARQUET:
        with files.opened(path) as file:
            frame = pl.read_parquet(file)
        names = {name: f" {name}" for name in frame.columns}  # a file may have a column 'line' of its own
        yield frame.rename(names).with_columns(line=pl.int_range(1, frame.height + 1))
    else:
        for block in delimited.rows(path, delimited.head(path, encodings)):
            yield block.rows
