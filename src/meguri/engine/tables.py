"""The state of a member: tables of plain arrays, one row an actor or an object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Column:
    """A state column that one mechanism owns.

    ``extent`` adds dimensions after the row (for example ``(18,)`` for a value by field); ``fill`` is the
    value of a new row. ``unit`` is a word or formula such as ``JPY`` or ``JPY/quarter``.
    """

    table: str
    name: str
    dtype: str
    ja: str
    en: str
    unit: str = ""
    fill: float = 0
    extent: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """``table.name``."""
        return f"{self.table}.{self.name}"


@dataclass(frozen=True)
class ObjectTable:
    """A table of objects without accounts (holdings, contracts, seeds …) that a mechanism declares."""

    id: str
    ja: str
    en: str
    capacity: int


#: Columns that every table has.
CORE = (
    ("id", "int64"),
    ("cls", "uint8"),
    ("region", "uint8"),
    ("field", "uint8"),
    ("founded", "int32"),
    ("ended", "int32"),
    ("parent", "int64"),
)


class State:
    """One table: ``n`` rows in use out of ``capacity``; columns are attributes, views over the used rows.

    ``id`` is the stable int64 id, ``cls`` a class code, ``region`` and ``field`` vocabulary codes (0: none),
    ``founded`` the quarter of birth, ``ended`` the quarter of the end or 0 while it lives. A table with
    accounts has ``offset`` (account number = offset + row) and ``cash`` (view of the balances).
    """

    def __init__(self, name: str, capacity: int, offset: int | None, accounts) -> None:
        self.name = name
        self.capacity = capacity
        self.offset = offset
        self.accounts = accounts
        self.n = 0
        self.data: dict[str, np.ndarray] = {}
        self.fill: dict[str, float] = {}
        self.touched: set[str] | None = None
        for column, dtype in CORE:
            self.data[column] = np.zeros(capacity, dtype)
            self.fill[column] = 0

    def own(self, column: Column) -> None:
        """Allocate a column."""
        if column.name in self.data or column.name in ("cash", "n"):
            raise RuntimeError(f"{column.id} has two owners")
        self.data[column.name] = np.full((self.capacity, *column.extent), column.fill, column.dtype)
        self.fill[column.name] = column.fill

    def __getattr__(self, name: str) -> np.ndarray:
        data = self.__dict__.get("data", {})
        if name not in data:
            raise AttributeError(f"table '{self.__dict__.get('name')}' has no column '{name}'")
        if self.touched is not None:
            self.touched.add(name)
        return data[name][: self.n]

    @property
    def cash(self) -> np.ndarray:
        """Balances of the used rows: a view, to be read; payments go through requests."""
        if self.offset is None:
            raise RuntimeError(f"rows of '{self.name}' have no accounts")
        return self.accounts.balance[self.offset : self.offset + self.n]

    @property
    def alive(self) -> np.ndarray:
        """True for rows that have not ended."""
        return self.data["ended"][: self.n] == 0

    def add(self, ids: np.ndarray, **values) -> np.ndarray:
        """Append rows and return their row numbers; unnamed columns take their fill value."""
        count = len(ids)
        if self.n + count > self.capacity:
            raise RuntimeError(f"table '{self.name}' is full ({self.capacity} rows)")
        first, self.n = self.n, self.n + count
        for name, array in self.data.items():
            array[first : self.n] = values.pop(name, self.fill[name]) if name != "id" else ids
        if values:
            raise RuntimeError(f"table '{self.name}' has no column '{next(iter(values))}'")
        if self.offset is not None:
            accounts = slice(self.offset + first, self.offset + self.n)
            self.accounts.account_class[accounts] = self.data["cls"][first : self.n]
            self.accounts.actor[accounts] = self.data["id"][first : self.n]
        return np.arange(first, self.n)

    def keep(self, wanted: np.ndarray) -> None:
        """Drop the rows where ``wanted`` is false; only for tables without accounts that nobody points into."""
        if self.offset is not None:
            raise RuntimeError(f"rows of '{self.name}' have accounts and cannot be dropped")
        rows = np.flatnonzero(wanted)
        for name, array in self.data.items():
            array[: len(rows)] = array[: self.n][rows]
            array[len(rows) : self.n] = self.fill[name]
        self.n = len(rows)

    def snapshot(self) -> dict[str, np.ndarray]:
        """Return copies of the used rows of all columns."""
        return {name: array[: self.n].copy() for name, array in self.data.items()}

    def restore(self, columns: dict[str, np.ndarray]) -> None:
        """Put a snapshot back; columns that the snapshot lacks keep their fill value."""
        rows = len(columns["id"])
        for name, array in self.data.items():
            array[:] = self.fill[name]
            if name in columns:
                array[:rows] = columns[name]
        self.n = rows
        if self.offset is not None:
            accounts = slice(self.offset, self.offset + rows)
            self.accounts.account_class[accounts] = self.data["cls"][:rows]
            self.accounts.actor[accounts] = self.data["id"][:rows]
