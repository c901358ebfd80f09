"""The data of a composite index from what is observed: one row a place, one column an indicator."""

from __future__ import annotations

import csv
import io

import polars as pl

from meguri.errors import InputError
from meguri.observatory.index.declaration import Index
from meguri.observatory.index.table import Table, parse

#: Statuses of an observation that an index can rest on.
STATUSES = ("observed", "measured", "simulated")


def from_observations(rows: pl.DataFrame, index: Index, where: str, period: str | None = None) -> Table:
    """Return the table of an index whose columns are ids of indicators: of a period, else the newest value of each.

    Raises InputError where no column of the index is an indicator of the world.
    """
    columns = [node.column for node in index.indicators]
    given = rows.filter(
        pl.col("indicator").is_in(columns) & pl.col("value").is_not_null() & pl.col("status").is_in(STATUSES)
    )
    if period is not None:
        given = given.filter(pl.col("period") == period)
    if given.is_empty():
        said = ", ".join(columns[:5])
        raise InputError(
            f"'{where}' observes none of the columns of the index ({said}); columns must be ids of its indicators",
            f"「{where}」には、指標の定義の列（{said}）に当たる観測がありません。列には観測された指標のIDを書いてください",
        )
    year = pl.col("period").str.split("/").list.last().str.replace("FY", "")
    newest = given.with_columns(year=year).sort("year", maintain_order=True).unique(
        ["place", "indicator"], keep="last", maintain_order=True
    )  # fmt: skip
    values = {(place, name): value for place, name, value in newest.select("place", "indicator", "value").iter_rows()}
    heads = list(dict.fromkeys([index.economy, *([index.label] if index.label else []), *columns]))
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(heads)
    for place in sorted({place for place, _ in values}):
        named = {index.economy: place, index.label: place}
        writer.writerow([named.get(head, _cell(values.get((place, head)))) for head in heads])
    return parse(stream.getvalue(), index, where)


def _cell(value: float | None) -> str:
    return "" if value is None else repr(float(value))
