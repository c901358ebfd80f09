"""The data of a composite index taken from what a world observes: one economy a place, one indicator a column.

A column of the declaration is the id of an indicator, or what stands behind the source in it: ``gii_institutions`` is
``gii:gii_institutions`` in ``observatory:gii``. All columns are of one period: the latest in which each has a value.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from meguri.errors import InputError, nearest
from meguri.observatory.index.declaration import Index
from meguri.observatory.index.table import Table, parse
from meguri.observatory.worlds import find

#: Statuses of an observation that an index can rest on: what is aimed at or missing is not one.
STATUSES = ("observed", "measured", "simulated")


def read(world: str, index: Index) -> tuple[Table, str]:
    """Return the table and its period; InputError names the column that no indicator of the world is."""
    found = find(world, Path())
    given = found.observations()
    ids = _indicators(set(given["indicator"]), bool(found.source), world, index)
    rows = given.filter(
        pl.col("indicator").is_in(list(ids.values())) & pl.col("value").is_not_null() & pl.col("status").is_in(STATUSES)
    )
    period = _period(rows, ids, world)
    rows = rows.filter(pl.col("period") == period)
    doubled = rows.filter(pl.struct("indicator", "place").is_duplicated())
    if doubled.height:
        indicator, place = doubled.select("indicator", "place").row(0)
        raise InputError(
            f"'{world}' has more than one value of '{indicator}' for {place} in {period}",
            f"「{world}」には{place}の{period}の「{indicator}」の値が二つ以上あります",
        )
    values = {
        (place, indicator): value for indicator, place, value in rows.select("indicator", "place", "value").rows()
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([index.economy, *([index.label] if index.label else []), *ids])
    for place in sorted(set(rows["place"])):
        cells = [values.get((place, indicator)) for indicator in ids.values()]
        label = [place] if index.label else []
        writer.writerow([place, *label, *("" if cell is None else repr(float(cell)) for cell in cells)])
    return parse(text.getvalue(), index, f"{world} ({period})"), period


def _indicators(known: set[str], of_one_source: bool, world: str, index: Index) -> dict[str, str]:
    """Return the indicator of each column of the declaration, in its order."""
    behind = {name.partition(":")[2]: name for name in known} if of_one_source else {}
    ids = {}
    for node in index.indicators:
        indicator = node.column if node.column in known else behind.get(node.column)
        if indicator is None:
            near = ", ".join(nearest(node.column, sorted(known)))
            raise InputError(
                f"'{world}' has no indicator '{node.column}', which is a column of '{index.id}'; nearest: {near}",
                f"「{world}」に、「{index.id}」の列「{node.column}」に当たる指標がありません。近いもの：{near}",
            )
        ids[node.column] = indicator
    return ids


def _period(rows: pl.DataFrame, ids: dict[str, str], world: str) -> str:
    """Return the latest period in which every column has a value."""
    held = [set(rows.filter(pl.col("indicator") == indicator)["period"]) for indicator in ids.values()]
    common = set.intersection(*held)
    if not common:
        spans = "; ".join(
            f"{name}: {min(one)}–{max(one)}" if one else f"{name}: –" for name, one in zip(ids, held, strict=True)
        )
        raise InputError(
            f"'{world}' has no period in which all columns have a value: {spans}",
            f"「{world}」には、すべての列に値がある時点がありません：{spans}",
        )
    return max(common)
