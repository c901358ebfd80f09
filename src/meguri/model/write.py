"""The ledger of a member on disk: one Parquet file a table, one row group a quarter, one writer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from meguri import vocabulary
from meguri.engine import time
from meguri.engine.world import World
from meguri.ledger.schema import coded, schema

#: Parquet settings that fix the bytes of a table.
OPTIONS = {"compression": "zstd", "compression_level": 1, "write_statistics": True}


class LedgerWriter:
    """Writes flows, stocks and records as quarters arrive; actors at the end.

    ``closing cash`` is written from the engine's own balances, so that a check can recompute it from flows.
    """

    def __init__(self, folder: Path, world: World, country: str, currency: str) -> None:
        self.folder = folder
        self.country = country
        self.currency = currency
        self.first = world.t
        self._files: dict[str, pq.ParquetWriter] = {}
        self._actor_of_row = world.accounts.actor
        self._seen = np.zeros(len(world.accounts.balance), np.bool_)
        self._write_cash(world, world.t - 1)
        self._write_shares(world, world.t - 1)

    def add(self, world: World, flows: dict[str, np.ndarray], records: list[dict[str, np.ndarray]]) -> None:
        """Write the quarter that the world has just finished."""
        t = world.t - 1
        self._write("flows", self._flows(t, flows))
        if records:
            self._write("records", self._records(t, records))
        self._write_cash(world, t)
        if t % 4 == 3:
            for frame in self._yearly(world, t):
                self._write("stocks", frame)

    def close(self, world: World) -> None:
        """Write the actors and finish all files."""
        self._write("actors", self._actors(world))
        for name in ("flows", "stocks", "records"):
            if name not in self._files:
                self._write(name, pl.DataFrame(schema=schema(name)))
        for file in self._files.values():
            file.close()

    def _write(self, name: str, frame: pl.DataFrame) -> None:
        table = frame.select([pl.col(column).cast(dtype) for column, dtype in schema(name).items()]).to_arrow()
        table = _plain(table)
        if name not in self._files:
            self._files[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema, **OPTIONS)
        self._files[name].write_table(table, row_group_size=max(len(table), 1))

    def _flows(self, t: int, flows: dict[str, np.ndarray]) -> pl.DataFrame:
        actor = self._actor_of_row
        n = len(flows["flow"])
        return pl.DataFrame(
            {
                "period": _period(t, n),
                "flow": coded(flows["flow"], "flows"),
                "from_actor": actor[flows["payer"]],
                "to_actor": actor[flows["payee"]],
                "amount": flows["amount"],
                "unit": _constant(self.currency, n),
                "contract": flows["contract"],
                "field": coded(flows["field"], "fields"),
                "stage": coded(flows["stage"], "stages"),
                "region": coded(flows["region"], "regions"),
                "programme": pl.Series([None] * n, dtype=pl.String),
                "origin": _constant("simulated", n),
            }
        )

    def _records(self, t: int, records: list[dict[str, np.ndarray]]) -> pl.DataFrame:
        rows = {name: np.concatenate([record[name] for record in records]) for name in records[0]}
        n = len(rows["actor"])
        acts = vocabulary.table("acts")
        registers = np.array(["", *(word["register"] for word in acts)], object)
        units = np.array(["", *(word["unit"] for word in acts)], object)
        return pl.DataFrame(
            {
                "period": _period(t, n),
                "register": pl.Series(registers[rows["act"]], dtype=pl.String),
                "key": rows["contract"],
                "version": np.ones(n, np.int32),
                "act": coded(rows["act"], "acts"),
                "actor": rows["actor"],
                "counterparty": rows["counterparty"],
                "contract": rows["contract"],
                "value": rows["value"],
                "unit": pl.Series(units[rows["act"]], dtype=pl.String),
                "reason": pl.Series(rows["reason"], dtype=pl.String),
                "origin": _constant("simulated", n),
            }
        )

    def _write_cash(self, world: World, t: int) -> None:
        accounts = world.accounts
        known = np.flatnonzero((accounts.actor != 0) & ((accounts.balance != 0) | self._seen))
        self._seen[known] = accounts.balance[known] != 0
        self._write("stocks", self._stock_frame(t, "cash", accounts.actor[known], None, accounts.balance[known]))

    def _stock_frame(self, t: int, stock: str, actor, counterparty, amount) -> pl.DataFrame:
        n = len(actor)
        unit = vocabulary.table("stocks")[stock]["unit"]
        return pl.DataFrame(
            {
                "period": _period(t, n),
                "actor": actor,
                "stock": _constant(stock, n),
                "counterparty": np.zeros(n, np.int64) if counterparty is None else counterparty,
                "amount": amount.astype(np.int64),
                "unit": _constant(self.currency if unit == "JPY" else unit, n),
                "origin": _constant("simulated", n),
            }
        )

    def _yearly(self, world: World, t: int) -> list[pl.DataFrame]:
        found = []
        for mechanism in world.mechanisms:
            for stock in mechanism.stocks:
                table = world.tables[stock.table]
                values = getattr(table, stock.column)
                if values.ndim > 1:
                    values = values.sum(axis=1)
                live = np.flatnonzero(table.alive & (values != 0))
                if stock.holder:
                    holder = world.accounts.actor[getattr(table, stock.holder)[live]]
                    counterparty = world.tables[stock.counterparty].id[getattr(table, stock.counterparty)[live]]
                    found.append(self._stock_frame(t, stock.stock, holder, counterparty, values[live]))
                else:
                    found.append(self._stock_frame(t, stock.stock, table.id[live], None, values[live]))
        return found

    def _write_shares(self, world: World, t: int) -> None:
        """Write the opening stocks once, so that every change after it can be checked."""
        for frame in self._yearly(world, t):
            self._write("stocks", frame)

    def _actors(self, world: World) -> pl.DataFrame:
        frames = []
        kinds = {word.id: word["kind"] for word in vocabulary.table("classes")}
        for word in vocabulary.table("entities"):
            table = world.tables[word.id]
            wanted = np.flatnonzero((table.ended == 0) | (table.ended >= self.first))
            n = len(wanted)
            cls = coded(table.cls[wanted], "classes")
            frames.append(
                pl.DataFrame(
                    {
                        "actor": table.id[wanted],
                        "kind": cls.cast(pl.String).replace_strict(kinds) if n else [],
                        "class": cls,
                        "name": pl.Series([""] * n, dtype=pl.String),
                        "country": _constant(self.country, n),
                        "place": coded(table.region[wanted], "regions").cast(pl.String).fill_null(self.country),
                        "parent": table.parent[wanted],
                        "founded": _periods(table.founded[wanted]),
                        "ended": _periods(table.ended[wanted]),
                        "origin": _constant("simulated", n),
                    },
                    schema_overrides={"kind": pl.String},
                )
            )
        return pl.concat(frames)


def _constant(value: str, n: int) -> pl.Series:
    return pl.repeat(value, n, dtype=pl.String, eager=True)


def _period(t: int, n: int) -> pl.Series:
    return _constant(time.name(t), n)


def _periods(quarters: np.ndarray) -> pl.Series:
    names = {int(t): time.name(int(t)) if t else None for t in np.unique(quarters)}
    return pl.Series([names[int(t)] for t in quarters], dtype=pl.String)


def _plain(table: pa.Table) -> pa.Table:
    """Return the table with dictionary columns as every Parquet reader knows them."""
    columns = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.dictionary(pa.int32(), pa.string()))
        elif pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
            column = column.cast(pa.string())
        columns.append(column)
    return pa.table(columns, names=table.column_names)
