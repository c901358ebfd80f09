"""The books of registers: what the document ships, what the user filed, what a run recorded; and their tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.errors import InputError
from meguri.registers import Register
from meguri.registers._acting import COUNTER_ACTS, Proposal, propose
from meguri.registers._calendar import quarter_of
from meguri.registers._history import Book, Entry, number_of
from meguri.registers._store import Store, default_place
from meguri.registry import shelf
from meguri.sources import Item

if TYPE_CHECKING:
    import polars as pl

#: Source whose items registers ship.
DOCUMENT = "document"


def register_named(identifier: str) -> Register:
    """Return a register by id; InputError where there is none."""
    return shelf("meguri.registers")[identifier]


def registers() -> list[Register]:
    """Return all registers."""
    return list(shelf("meguri.registers"))


@cache
def document_items() -> Mapping[str, Item]:
    """Return the document's items by their id without its source."""
    return {item.id.partition(":")[2]: item for item in shelf("meguri.sources")[DOCUMENT].items()}


def shipped(register: Register) -> list[Entry]:
    """Return the acts that come with the package."""
    if register.shipped is None:
        return []
    versions: dict[tuple[str, str], int] = {}
    found = []
    for row in register.shipped(document_items()):
        place = (row.kind, row.key)
        versions[place] = versions.get(place, 0) + 1
        found.append(
            Entry(row.kind, row.key, versions[place], row.act, row.actor, row.role, row.date, row.reason,
                  dict(row.values), origin="document", values_en=dict(row.values_en), fact=row.fact)
        )  # fmt: skip
    return found


def book_of(register: Register, filed: Iterable[Entry] = ()) -> Book:
    """Return the book of what is shipped, followed by what users filed."""
    return Book(register, [*shipped(register), *filed])


def stored_book(register: Register, store: Store | None = None) -> Book:
    """Return the book of a register with what the store holds."""
    return book_of(register, (store or Store(default_place())).read(register.id))


def brought(
    register: Register, done: Iterable[Entry], read: Callable[[str], Iterable[Entry]]
) -> Iterator[tuple[str, Proposal]]:
    """Yield what acts of a register bring with them in others, each judged on what stands there.

    ``read`` returns what users filed in a register, the acts that were done included.
    """
    books: dict[str, Book] = {}

    def book(name: str) -> Book:
        if name not in books:
            books[name] = book_of(register_named(name), read(name))
        return books[name]

    if register.brings is None:
        return
    for entry in done:
        for other, act in register.brings(entry, book(register.id).history(entry.kind, entry.key), book):
            proposal = propose(book(other), act)
            if not proposal.refused:
                book(other).put(proposal.history)
            yield other, proposal


def run_book(register: Register, run: Path) -> Book:
    """Return the book of what a run recorded; InputError where the register reads no runs."""
    import polars as pl

    from meguri.ledger import store

    if register.from_run is None:
        able = ", ".join(one.id for one in registers() if one.from_run is not None)
        raise InputError(
            f"register '{register.id}' reads no runs; these do: {able}",
            f"台帳「{register.id}」は実行結果を読み込みません。読み込む台帳：{able}",
        )
    records = store.read(run, "records")
    fields = (
        store.read(run, "flows")
        .filter((pl.col("contract") != 0) & pl.col("field").is_not_null())
        .select("contract", pl.col("field").cast(pl.String))
        .unique("contract", keep="first")
    )
    rows = (
        records.with_columns(pl.col("period", "act", "origin").cast(pl.String))
        .join(fields, on="contract", how="left", maintain_order="left")
        .iter_rows(named=True)
    )
    return Book(register, register.from_run(rows))


def entries_frame(books: Iterable[Book]) -> pl.DataFrame:
    """Return every act as a row, with the values as JSON: the table ``register_entries`` of questions in SQL."""
    import polars as pl

    columns = ("register", "kind", "key", "version", "act", "actor", "role", "date", "reason", "concerns", "content",
               "origin", "fact", "written")  # fmt: skip
    rows = [
        {
            "register": book.register.id, "kind": entry.kind, "key": entry.key, "version": entry.version,
            "act": entry.act, "actor": entry.actor, "role": entry.role, "date": entry.date, "reason": entry.reason,
            "concerns": entry.concerns, "content": json.dumps(dict(entry.values), ensure_ascii=False),
            "origin": entry.origin, "fact": entry.fact, "written": entry.written,
        }
        for book in books
        for history in book.histories()
        for entry in history.entries
    ]  # fmt: skip
    types = {name: pl.Int64 if name in ("version", "concerns") else pl.String for name in columns} | {"date": pl.Date}
    return pl.DataFrame(rows, schema={name: types[name] for name in columns})


def records_frame(books: Iterable[Book]) -> pl.DataFrame:
    """Return every dated act as a row of the ledger's table of records.

    Records and actors bear stable numbers made from their names; the text of a reason is the register's act and,
    after a colon, its reason.
    """
    import polars as pl

    from meguri.ledger.schema import schema

    rows = [_record(book.register, entry) for book in books for history in book.histories() for entry in history.entries
            if entry.date is not None]  # fmt: skip
    return pl.DataFrame(rows, schema=schema("records"))


def _record(register: Register, entry: Entry) -> dict[str, Any]:
    kind = register.kind(entry.kind)
    act = kind.act.get(entry.act) or COUNTER_ACTS[entry.act]
    value = entry.values.get(act.value) if act.value else None
    key = number_of(register.id, entry.kind, entry.key)
    assert entry.date is not None
    return {
        "period": quarter_of(entry.date),
        "register": register.id,
        "key": key,
        "version": entry.version,
        "act": act.word,
        "actor": number_of("actor", entry.actor),
        "counterparty": 0,
        "contract": key,
        "value": int(value) if value is not None else 0,
        "unit": kind.column[act.value].unit if act.value else "",
        "reason": f"{entry.act}: {entry.reason}" if entry.reason else entry.act,
        "origin": entry.origin,
    }
