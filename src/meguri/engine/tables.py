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
    """A table of objects without accounts (holdings, contracts, seeds …) that a mechanism declares.

    ``capacity`` is how many rows it has room for at full scale; where they do not suffice the table grows.
    """

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


#: How many times its declared rows a table of objects may come to hold.
_MOST_GROWTH = 16


class State:
    """One table: ``n`` rows in use out of ``capacity``; columns are attributes, views over the used rows.

    A view is made when it is first asked for and kept until the number of rows changes. The rows beyond ``n``
    are zero: memory that no row has used yet costs nothing.

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
        self._most = _MOST_GROWTH * capacity
        self.data: dict[str, np.ndarray] = {}
        #: Values of a new row where they are not zero, by column.
        self.fill: dict[str, float] = {}
        self._touched: set[str] | None = None
        self._views: list[str] = []
        self._bundles: dict[type, tuple] = {}
        for column, dtype in CORE:
            self.data[column] = np.zeros(capacity, dtype)

    def own(self, column: Column) -> None:
        """Allocate a column."""
        if column.name in self.data or column.name in vars(self) or hasattr(State, column.name):
            raise RuntimeError(f"{column.id} has two owners")
        self.data[column.name] = np.zeros((self.capacity, *column.extent), column.dtype)
        if column.fill != 0:
            self.fill[column.name] = column.fill

    def __getattr__(self, name: str) -> np.ndarray:
        data = self.__dict__.get("data", {})
        if name not in data:
            raise AttributeError(f"table '{self.__dict__.get('name')}' has no column '{name}'")
        view = data[name][: self.n]
        if self._touched is None:
            self.__dict__[name] = view
            self._views.append(name)
        else:
            self._touched.add(name)
        return view

    def _resize(self, rows: int) -> None:
        """Use ``rows`` rows from now on: views of the former number are forgotten."""
        self.n = rows
        self._bundles.clear()
        for name in self._views:
            del self.__dict__[name]
        self._views.clear()

    @property
    def touched(self) -> set[str] | None:
        """Columns asked for since this was set to an empty set; None: nobody watches."""
        return self._touched

    @touched.setter
    def touched(self, names: set[str] | None) -> None:
        self._resize(self.n)
        self._touched = names

    def bundle(self, kind):
        """Return the columns that a NamedTuple names (``cash``: the balances) as one argument for kernels.

        A bundle is no reading of all its columns: what a kernel reads stands in its mechanism's declaration.
        """
        if kind not in self._bundles:
            self._bundles[kind] = kind(
                *(self.cash if name == "cash" else self.data[name][: self.n] for name in kind._fields)
            )
        return self._bundles[kind]

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
            self._grow(self.n + count)
        for name in values:
            if name not in self.data:
                raise RuntimeError(f"table '{self.name}' has no column '{name}'")
        first = self.n
        self._resize(first + count)
        for name, value in {**self.fill, **values, "id": ids}.items():
            self.data[name][first : self.n] = value
        if self.offset is not None:
            accounts = slice(self.offset + first, self.offset + self.n)
            self.accounts.account_class[accounts] = self.data["cls"][first : self.n]
            self.accounts.actor[accounts] = self.data["id"][first : self.n]
        return np.arange(first, self.n)

    def _grow(self, rows: int) -> None:
        """Make room for ``rows`` rows at least, doubling; a table with accounts has a fixed place among them."""
        room = self.capacity
        while room < rows:
            room *= 2
        if self.offset is not None or room > self._most:
            raise RuntimeError(f"table '{self.name}' is full ({self.capacity} rows)")
        for name, array in self.data.items():
            larger = np.zeros((room, *array.shape[1:]), array.dtype)
            larger[: self.n] = array[: self.n]
            self.data[name] = larger
        self.capacity = room

    def keep(self, wanted: np.ndarray) -> None:
        """Drop the rows where ``wanted`` is false; only for tables without accounts that nobody points into."""
        if self.offset is not None:
            raise RuntimeError(f"rows of '{self.name}' have accounts and cannot be dropped")
        rows = np.flatnonzero(wanted)
        if len(rows) == self.n:
            return
        for array in self.data.values():
            array[: len(rows)] = array[rows]
            array[len(rows) : self.n] = 0
        self._resize(len(rows))

    def snapshot(self) -> dict[str, np.ndarray]:
        """Return copies of the used rows of all columns."""
        return {name: array[: self.n].copy() for name, array in self.data.items()}

    def restore(self, columns: dict[str, np.ndarray]) -> None:
        """Put a snapshot back; columns that the snapshot lacks keep their fill value."""
        rows = len(columns["id"])
        if rows > self.capacity:
            self._grow(rows)
        for name, array in self.data.items():
            array[rows : self.n] = 0
            array[:rows] = columns.get(name, self.fill.get(name, 0))
        self._resize(rows)
        if self.offset is not None:
            accounts = slice(self.offset, self.offset + rows)
            self.accounts.account_class[accounts] = self.data["cls"][:rows]
            self.accounts.actor[accounts] = self.data["id"][:rows]
