"""The tables of a store as the newest version of meguri knows them; older stores are brought up by migrations."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, UniqueConstraint

#: The newest version of the tables: the name of the last file in ``_migrations/versions``.
NEWEST = "0001"

metadata = MetaData()

#: One row an act; ``number`` counts the acts of a register from 1, ``hash`` covers the row and the hash before it.
entries = Table(
    "entries", metadata,
    Column("register", String(80), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(80), nullable=False),
    Column("key", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("act", String(80), nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", String(80), nullable=False),
    Column("day", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("concerns", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("written", String(40), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("register", "kind", "key", "version", name="one_version"),
)  # fmt: skip

#: How many acts a register has and the hash of the last: a history that was cut off does not end in it.
heads = Table(
    "heads", metadata,
    Column("register", String(80), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)  # fmt: skip
