"""The ledger of a member on disk: one Parquet file a table, one row group a quarter, one writer.

Words are written as dictionary codes and never as text: a full-scale ledger has ten million rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from meguri import vocabulary
from meguri.engine import time
from meguri.engine.world import World
from meguri.ledger.schema import QUARTERS, schema

#: Parquet settings that fix the bytes of a table.
OPTIONS = {"compression": "zstd", "compression_level": 1, "write_statistics": True}
_FIRST_QUARTER = time.quarter(QUARTERS[0])
_ORIGIN = "simulated"


class LedgerWriter:
    """Writes flows, stocks and records as quarters arrive; actors at the end.

    Closing cash is written from the engine's own balances, so that a check can recompute it from flows. The
    stocks of the quarter before the first are the opening. ``cash`` is written where it is not zero, and once
    more where it has become zero.
    """

    def __init__(self, folder: Path, world: World, country: str, currency: str) -> None:
        self.folder = folder
        self.country = country
        self.currency = currency
        self.placed = int(vocabulary.has_regions(country))
        self.first = world.t
        self._files: dict[str, pq.ParquetWriter] = {}
        self._actor_of_account = world.accounts.actor
        self._seen = np.zeros(len(world.accounts.balance), np.bool_)
        self._write_cash(world, world.t - 1)
        self._write_yearly(world, world.t - 1)

    def add(self, world: World, flows: dict[str, np.ndarray], records: Sequence[dict[str, np.ndarray]]) -> None:
        """Write the quarter that the world has just finished."""
        t = world.t - 1
        self._write_flows(t, flows)
        if records:
            self._write_records(t, records)
        self._write_cash(world, t)
        if t % 4 == 3:
            self._write_yearly(world, t)

    def close(self, world: World) -> None:
        """Write the actors and finish all files."""
        self._write_actors(world)
        for name in ("flows", "stocks", "records"):
            if name not in self._files:
                empty = pa.table({column: pa.array([], pa.int64()) for column in schema(name)})
                self._file(name, empty.schema).write_table(empty)
        for file in self._files.values():
            file.close()

    def abandon(self) -> None:
        """Let go of all files as they are: a writer left open would try to end its file, and say so if it fails."""
        for file in self._files.values():
            with contextlib.suppress(OSError):
                file.close()
            file.is_open = False

    def _file(self, name: str, columns: pa.Schema) -> pq.ParquetWriter:
        if name not in self._files:
            self._files[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", columns, **OPTIONS)
        return self._files[name]

    def _write(self, name: str, columns: dict[str, pa.Array]) -> None:
        table = pa.table([columns[column] for column in schema(name)], names=list(schema(name)))
        self._file(name, table.schema).write_table(table, row_group_size=max(len(table), 1))

    def _write_flows(self, t: int, flows: dict[str, np.ndarray]) -> None:
        n = len(flows["flow"])
        actor = self._actor_of_account
        self._write("flows", {
            "period": _quarters(np.full(n, t)), "flow": _words(flows["flow"], "flows"),
            "from_actor": pa.array(actor[flows["payer"]]), "to_actor": pa.array(actor[flows["payee"]]),
            "amount": pa.array(flows["amount"]), "unit": _constant(self.currency, n),
            "contract": pa.array(flows["contract"]), "field": _words(flows["field"], "fields"),
            "stage": _words(flows["stage"], "stages"), "region": _words(flows["region"] * self.placed, "regions"),
            "programme": _coded(_programmes()[1][flows["flow"]], _programmes()[0]),
            "origin": _constant(_ORIGIN, n),
        })  # fmt: skip

    def _write_records(self, t: int, records: Sequence[dict[str, np.ndarray]]) -> None:
        rows = {name: np.concatenate([record[name] for record in records]) for name in records[0]}
        n = len(rows["actor"])
        acts = vocabulary.table("acts")
        registers, register_of = _distinct([word["register"] for word in acts])
        units, unit_of = _distinct([word["unit"] for word in acts])
        reasons = sorted({str(reason) for record in records for reason in (record["reason"][:1])} | {""})
        known = {reason: code for code, reason in enumerate(reasons)}
        reason = np.concatenate([
            np.full(len(record["actor"]), known[str(record["reason"][0])], np.int16) for record in records
        ])  # fmt: skip
        self._write("records", {
            "period": _quarters(np.full(n, t)), "register": _coded(register_of[rows["act"]], registers),
            "key": pa.array(rows["contract"]), "version": pa.array(np.ones(n, np.int32)),
            "act": _words(rows["act"], "acts"), "actor": pa.array(rows["actor"]),
            "counterparty": pa.array(rows["counterparty"]), "contract": pa.array(rows["contract"]),
            "value": pa.array(rows["value"]), "unit": _coded(unit_of[rows["act"]], units),
            "reason": _coded(reason, reasons), "origin": _constant(_ORIGIN, n),
        })  # fmt: skip

    def _write_cash(self, world: World, t: int) -> None:
        accounts = world.accounts
        known = np.flatnonzero((accounts.actor != 0) & ((accounts.balance != 0) | self._seen))
        self._seen[known] = accounts.balance[known] != 0
        self._write_stock(t, "cash", accounts.actor[known], None, accounts.balance[known])

    def _write_stock(self, t: int, stock: str, actor: np.ndarray, counterparty: np.ndarray | None, amount) -> None:
        n = len(actor)
        unit = vocabulary.table("stocks")[stock]["unit"]
        self._write("stocks", {
            "period": _quarters(np.full(n, t)), "actor": pa.array(actor),
            "stock": _words(np.full(n, vocabulary.code("stocks", stock), np.uint8), "stocks"),
            "counterparty": pa.array(np.zeros(n, np.int64) if counterparty is None else counterparty),
            "amount": pa.array(amount.astype(np.int64)), "unit": _constant(self.currency if unit == "JPY" else unit, n),
            "origin": _constant(_ORIGIN, n),
        })  # fmt: skip

    def _write_yearly(self, world: World, t: int) -> None:
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
                    self._write_stock(t, stock.stock, holder, counterparty, values[live])
                else:
                    self._write_stock(t, stock.stock, table.id[live], None, values[live])

    def _write_actors(self, world: World) -> None:
        kinds, kind_of = _distinct([word["kind"] for word in vocabulary.table("classes")])
        places = [self.country, *vocabulary.table("regions").ids]
        for word in vocabulary.table("entities"):
            table = world.tables[word.id]
            wanted = np.flatnonzero((table.ended == 0) | (table.ended >= self.first))
            cls, region, n = table.cls[wanted], table.region[wanted] * self.placed, len(wanted)
            self._write("actors", {
                "actor": pa.array(table.id[wanted]), "kind": _coded(kind_of[cls], kinds),
                "class": _words(cls, "classes"), "name": _constant("", n), "country": _constant(self.country, n),
                "place": _coded(region.astype(np.int16), places), "parent": pa.array(table.parent[wanted]),
                "founded": _quarters(table.founded[wanted]), "ended": _quarters(table.ended[wanted]),
                "origin": _constant(_ORIGIN, n),
            })  # fmt: skip


def _coded(codes: np.ndarray, ids: Sequence[str]) -> pa.DictionaryArray:
    """Return a dictionary column from places in ``ids`` (0-based; negative: null)."""
    codes = np.asarray(codes, np.int16)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), _dictionary(tuple(ids)))


@cache
def _dictionary(ids: tuple[str, ...]) -> pa.Array:
    return pa.array(ids, pa.string())


def _words(codes: np.ndarray, table: str) -> pa.DictionaryArray:
    """Return vocabulary codes (from 1, 0 for none) as a dictionary column."""
    return _coded(codes.astype(np.int16) - 1, vocabulary.table(table).ids)


def _quarters(quarters: np.ndarray) -> pa.DictionaryArray:
    """Return quarters as a dictionary column; 0 is null."""
    quarters = np.asarray(quarters, np.int64)
    return _coded(np.where(quarters > 0, np.maximum(quarters - _FIRST_QUARTER, 0), -1), QUARTERS)


def _constant(value: str, n: int) -> pa.DictionaryArray:
    return _coded(np.zeros(n, np.int16), [value])


def _distinct(values: list[str]) -> tuple[list[str], np.ndarray]:
    """Return the distinct values, and for each code (from 1) its place among them (-1 for an empty value)."""
    ids = sorted({value for value in values if value}) or [""]
    places = [-1, *(ids.index(value) if value else -1 for value in values)]
    return ids, np.array(places, np.int16)


@cache
def _programmes() -> tuple[list[str], np.ndarray]:
    """Return the programmes that flows belong to, and the place of each flow's among them."""
    return _distinct([word["programme"] for word in vocabulary.table("flows")])
