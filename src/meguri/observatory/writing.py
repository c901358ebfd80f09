"""Rows of a data set as tables of a ledger: stable numbers for its keys, words checked, written as Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.ledger.schema import schema
from meguri.sources import Rows, Source

#: Tables of an import; ``identifiers`` says by what numbers registries know actors and contracts.
TABLES = ("actors", "flows", "stocks", "records", "observations", "identifiers")
#: Columns that hold keys of the source.
_KEYS = ("actor", "parent", "from_actor", "to_actor", "counterparty", "contract", "key")
#: Rows that a query needs twice are read twice: shared, one of its ends would hold them all while the other is at work.
_READ_AGAIN = pl.QueryOptFlags(comm_subplan_elim=False)
_IDENTIFIERS = {"id": pl.Int64(), "scheme": pl.String(), "identifier": pl.String()}


def columns_of(table: str) -> dict[str, pl.DataType]:
    """Return the columns of a table of an import; ``origin`` is the id of the source."""
    if table == "identifiers":
        return dict(_IDENTIFIERS)
    return schema(table) | {"origin": pl.String()}


def write(source: Source, rows: Rows, folder: Path, in_memory: bool) -> dict[str, int]:
    """Write the tables, streaming unless the rows are in memory; return their numbers of rows.

    Raises ValueError where the source gives what no ledger holds.
    """
    numbered = _numbers(source.id)
    counts = {}
    note = {
        "source": source.id, "licence": source.licence, "attribution_ja": source.attribution_ja,
        "attribution_en": source.attribution_en,
    }  # fmt: skip
    for table in TABLES:
        frame = _frame(table, getattr(rows, table), source, numbered)
        path = folder / f"{table}.parquet"
        if in_memory:
            frame.collect().write_parquet(path, compression="zstd", metadata=note)
        else:
            frame.sink_parquet(path, compression="zstd", metadata=note, maintain_order=True, optimizations=_READ_AGAIN)
        counts[table] = pl.scan_parquet(path).select(pl.len()).collect().item()
    _agree(source, folder)
    return counts


def _frame(table: str, given: pl.LazyFrame | None, source: Source, numbered: Callable) -> pl.LazyFrame:
    columns = columns_of(table)
    if given is None:
        return pl.LazyFrame(schema=columns)
    names = given.collect_schema().names()
    if table == "identifiers":
        return given.select(numbered("key").alias("id"), "scheme", pl.col("identifier").cast(pl.String))
    unknown = set(names) - set(columns)
    if unknown:
        raise ValueError(f"source '{source.id}' gives {table} a column {sorted(unknown)[0]}")
    made = []
    for name, dtype in columns.items():
        if name == "origin" and table != "observations":
            made.append(pl.lit(source.id).alias(name))
        elif name not in names:
            made.append(pl.lit(None, dtype).alias(name))
        elif name in _KEYS:
            made.append(numbered(name))
        else:
            made.append(pl.col(name).cast(dtype))
    return given.select(made)


def number_of(source: str, key: str) -> int:
    """Return the number of a key of a source: stable wherever and whenever it is read, and never negative."""
    return int(_hashed(source, [key])[0])


def _hashed(source: str, keys: list[str]) -> np.ndarray:
    start = f"{source}\0".encode()
    digests = b"".join([hashlib.blake2b(start + key.encode(), digest_size=8).digest() for key in keys])
    return (np.frombuffer(digests, dtype="<u8") >> np.uint64(1)).astype(np.int64)


def _numbers(source: str) -> Callable[[str], pl.Expr]:
    """Return what makes an expression of numbers of a column of keys; no key is hashed twice in a batch."""

    def numbers(keys: pl.Series) -> pl.Series:
        distinct = keys.drop_nulls().unique()
        if distinct.is_empty():
            return pl.Series(keys.name, [None] * len(keys), dtype=pl.Int64)
        found = pl.Series(_hashed(source, distinct.to_list()), dtype=pl.Int64)
        if found.n_unique() != len(distinct):
            raise ValueError(f"two keys of source '{source}' have the same number")
        return keys.replace_strict(distinct, found, default=None, return_dtype=pl.Int64)

    def expression(column: str) -> pl.Expr:
        return pl.col(column).cast(pl.String).map_batches(numbers, return_dtype=pl.Int64, is_elementwise=True)

    return expression


def _agree(source: Source, folder: Path) -> None:
    """Refuse a ledger with an actor twice, an actor that nobody knows, or a flow that does not join two classes."""
    actors = pl.scan_parquet(folder / "actors.parquet").select("actor", "class").collect()
    if actors["actor"].n_unique() != actors.height:
        raise ValueError(f"source '{source.id}' gives an actor twice")
    flows = pl.scan_parquet(folder / "flows.parquet").select(pl.col("flow").cast(pl.String), "from_actor", "to_actor")
    lazy = actors.lazy()
    ends = (
        flows.join(lazy.rename({"actor": "from_actor", "class": "from_class"}), on="from_actor", how="left")
        .join(lazy.rename({"actor": "to_actor", "class": "to_class"}), on="to_actor", how="left")
        .group_by("flow", "from_class", "to_class").len().collect(engine="streaming")
    )  # fmt: skip
    words = vocabulary.table("flows")
    for flow, payer, payee, _ in ends.iter_rows():
        if payer is None or payee is None:
            raise ValueError(f"source '{source.id}' names an actor in flow '{flow}' that is not among its actors")
        if payer not in words[flow].list("from_classes") or payee not in words[flow].list("to_classes"):
            raise ValueError(f"source '{source.id}': flow '{flow}' does not go from {payer} to {payee}")
    for table, columns in (("records", ("actor", "counterparty")), ("stocks", ("actor", "counterparty"))):
        for column in columns:
            named = pl.scan_parquet(folder / f"{table}.parquet").select(actor=pl.col(column)).drop_nulls()
            if named.join(lazy, on="actor", how="anti").head(1).collect(engine="streaming").height:
                raise ValueError(f"source '{source.id}' names an actor in {table} that is not among its actors")
