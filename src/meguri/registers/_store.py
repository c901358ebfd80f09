"""The store of what users file: one SQLite file, or a PostgreSQL database by its address.

Every call of :meth:`Store.append` is one transaction that holds the writers' lock, so that an act is judged on what is
there when it is written, and two processes lose nothing. Acts are never changed. Each act's hash covers the act and the
hash before it, and the head holds the last, so that a history that was edited, torn or cut off is noticed when it is
read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import platformdirs
import sqlalchemy as sql
from sqlalchemy.engine import Connection, Engine

from meguri.errors import InputError, cause, japanese
from meguri.registers._history import Entry
from meguri.registers._tables import NEWEST, entries, heads

#: Environment variable that names the store.
VARIABLE = "MEGURI_REGISTERS"
#: Seconds that a writer waits for another.
PATIENCE = 60.0
_LOCK = 7_314_205
_FIELDS = ("kind", "key", "version", "act", "actor", "role", "day", "reason", "concerns", "content", "written")
_BEGINNING = "0" * 64
_SQLITE_TABLE = "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
_POSTGRES_TABLE = "SELECT to_regclass('alembic_version')::text"
_FULL = ("disk is full", "database or disk is full", "No space left", "disk I/O error", "file too large", "disk quota")

Result = TypeVar("Result")


def default_place() -> str:
    """Return where the store lies: ``MEGURI_REGISTERS``, else a file in the user's data folder."""
    return os.environ.get(VARIABLE) or str(Path(platformdirs.user_data_dir("meguri"), "registers.sqlite"))


@dataclass(frozen=True)
class Store:
    """A store by its place: the path of a file, or ``postgresql://user@host/database``.

    Nothing is made before the first act is written; a store that does not exist is empty.
    """

    place: str

    @property
    def path(self) -> Path | None:
        """The file, or None for a database server."""
        return None if "://" in self.place else Path(self.place)

    def exists(self) -> bool:
        """Whether something was ever written."""
        return self.path is None or self.path.is_file()

    def read(self, register: str) -> list[Entry]:
        """Return the acts of a register in the order in which they were written; InputError where they are damaged."""
        if not self.exists():
            return []
        with self._connected() as connection:
            if _version(connection) is None:
                return []
            return _read(connection, register, self.place)

    def append(
        self,
        register: str,
        decide: Callable[[list[Entry]], tuple[Iterable[Entry], Result]],
        brings: Callable[[list[Entry], Callable[[str], list[Entry]]], Iterable[tuple[str, Entry]]] | None = None,
    ) -> tuple[list[Entry], Result]:
        """Let ``decide`` say, from what is there, which acts are written; write all of them or none.

        ``brings`` says, from the acts written and a reader of other registers, which acts these bring with them there.
        Both run while no other process can write. An error that they raise writes nothing.
        """
        self._folder_made()
        with self._connected(writes=True) as connection:
            if _version(connection) != NEWEST:
                _upgrade(connection)
            there = _read(connection, register, self.place)
            new, result = decide(there)
            done = _write(connection, register, list(new))
            if brings is not None:
                for other, entry in brings(done, lambda name: _read(connection, name, self.place)):
                    _write(connection, other, [entry])
            return done, result

    def backup(self, target: Path) -> None:
        """Copy the store into a file while it is in use; the file appears when it is complete."""
        path = self._file("backup")
        if target.exists():
            raise InputError(
                f"'{target}' exists; a backup is written to a new file",
                f"「{target}」はすでにあります。控えは新しいファイルに書きます",
            )
        temporary = target.with_name(f".{target.name}-{os.getpid()}")
        self.verify()
        try:
            with _closing(path) as source, _closing(temporary) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            os.replace(temporary, target)
        except (OSError, sqlite3.Error) as error:
            temporary.unlink(missing_ok=True)
            raise InputError(
                f"'{target}' cannot be written: {cause(error)}",
                f"「{target}」に書き込めません：{japanese(cause(error))}",
            ) from None

    def restore(self, source: Path) -> None:
        """Take the place of a store that is not there from a backup, once every history in it is verified."""
        path = self._file("restore")
        if path.exists():
            raise InputError(
                f"the store '{path}' exists and is not written over; move it away to restore '{source}'",
                f"台帳の保存場所「{path}」はすでにあり、上書きしません。「{source}」から戻すには、別の場所に移してください",
            )
        if not source.is_file():
            raise InputError(f"'{source}' does not exist", f"「{source}」がありません")
        Store(str(source)).verify()
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}-{os.getpid()}")
        try:
            with _closing(source) as backup, _closing(temporary) as copy:
                backup.backup(copy)
            Store(str(temporary)).verify()
            os.replace(temporary, path)
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"'{path}' cannot be written: {cause(error)}", f"「{path}」に書き込めません：{japanese(cause(error))}"
            ) from None
        finally:
            for suffix in ("", "-wal", "-shm"):
                temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)

    def verify(self) -> dict[str, int]:
        """Return how many acts each register holds, every hash recomputed; InputError where one is wrong."""
        if not self.exists():
            raise InputError(
                f"the store '{self.place}' does not exist; it is made with the first act",
                f"台帳の保存場所「{self.place}」がありません。最初の届出のときに作られます",
            )
        with self._connected() as connection:
            if _version(connection) is None:
                return {}
            names = connection.execute(sql.select(heads.c.register).union(sql.select(entries.c.register))).scalars()
            return {name: len(_read(connection, name, self.place)) for name in sorted(names)}

    def _file(self, command: str) -> Path:
        if self.path is None:
            raise InputError(
                f"'{command}' is for a file; use the tools of PostgreSQL (pg_dump, pg_restore)",
                f"「{command}」はファイルに保存した台帳のためのものです。PostgreSQLではpg_dump、pg_restoreを使ってください",
            )
        return self.path

    def _folder_made(self) -> None:
        """Make the folder of a file."""
        if self.path is not None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(
                    f"the store '{self.place}' cannot be made: {cause(error)}",
                    f"台帳の保存場所「{self.place}」を作れません：{japanese(cause(error))}",
                ) from None

    @contextmanager
    def _connected(self, writes: bool = False) -> Iterator[Connection]:
        engine = _engine(self.place, writes)
        try:
            with engine.connect() as connection, connection.begin():
                if writes and engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                elif engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN")
                elif writes:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                _known(connection, self.place)
                yield connection
        except sql.exc.DBAPIError as error:
            raise _told(error, self.place) from None
        except sql.exc.ArgumentError:
            raise InputError(
                f"'{self.place}' is no address of a database (postgresql://user@host/database)",
                f"「{self.place}」はデータベースのアドレス（postgresql://user@host/database）ではありません",
            ) from None
        finally:
            engine.dispose()


def _engine(place: str, writes: bool) -> Engine:
    if "://" in place:
        if not place.startswith("postgresql"):
            raise InputError(
                f"'{place}': a store is a file, or postgresql://user@host/database",
                f"「{place}」：台帳の保存場所は、ファイルまたは postgresql://user@host/database としてください",
            )
        address = place.replace("postgresql://", "postgresql+pg8000://", 1)
        try:
            return sql.create_engine(address, poolclass=sql.pool.NullPool)
        except ModuleNotFoundError as error:
            raise InputError(
                f"'{place}' needs the package '{error.name}': pip install 'meguri[postgres]'",
                f"「{place}」にはパッケージ「{error.name}」が必要です：pip install 'meguri[postgres]'",
            ) from None
    engine = sql.create_engine(f"sqlite:///{place}", poolclass=sql.pool.NullPool, connect_args={"timeout": PATIENCE})
    sql.event.listen(engine, "connect", _opened_to_write if writes else _opened)
    return engine


def _opened(connection: Any, _record: Any) -> None:
    """Let transactions be begun by hand."""
    connection.isolation_level = None


def _opened_to_write(connection: Any, record: Any) -> None:
    """Write ahead, so that readers and a writer do not wait for each other, and to the disk with every act."""
    _opened(connection, record)
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


@contextmanager
def _closing(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=PATIENCE)
    with contextlib.closing(connection):
        yield connection


def _told(error: sql.exc.DBAPIError, place: str) -> InputError:
    """Return what a database says as one sentence."""
    reason = " ".join(str(error.orig).split())
    if any(words.lower() in reason.lower() for words in _FULL):
        return InputError(
            f"the disk of the store '{place}' is full: nothing was written, and nothing is lost",
            f"台帳の保存場所「{place}」のディスクに空きがありません。何も書き込まれず、失われたものもありません",
        )
    if "not a database" in reason or "malformed" in reason:
        return InputError(
            f"'{place}' is no store of registers, or is damaged: {reason}; 'meguri register restore' takes a backup",
            f"「{place}」は台帳を保存したファイルではないか、壊れています（{reason}）。"
            "控えからは meguri register restore で戻せます",
        )
    if "locked" in reason:
        return InputError(
            f"another process has been writing to '{place}' for {PATIENCE:g} s; try again",
            f"別のプロセスが「{place}」に{PATIENCE:g}秒にわたり書き込んでいます。もう一度試してください",
        )
    return InputError(
        f"the store '{place}' cannot be used: {reason}", f"台帳の保存場所「{place}」を使えません：{reason}"
    )


def _version(connection: Connection) -> str | None:
    """Return the version of a store's tables, None where there are none."""
    there = _SQLITE_TABLE if connection.dialect.name == "sqlite" else _POSTGRES_TABLE
    if connection.exec_driver_sql(there).scalar() is None:
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _known(connection: Connection, place: str) -> None:
    version = _version(connection)
    if version is not None and version > NEWEST:
        raise InputError(
            f"the store '{place}' was written by a newer version of meguri (tables {version}; this one knows {NEWEST})",
            f"台帳の保存場所「{place}」は、より新しい版のmeguriで書かれています"
            f"（表の版は{version}、このmeguriが扱えるのは{NEWEST}まで）",
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "_migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, NEWEST)


def _read(connection: Connection, register: str, place: str) -> list[Entry]:
    rows = connection.execute(
        sql.select(entries).where(entries.c.register == register).order_by(entries.c.number)
    ).mappings()
    found, last, count = [], _BEGINNING, 0
    for count, row in enumerate(rows, start=1):
        last = _hash(register, count, row, last)
        if row["number"] != count or row["hash"] != last:
            raise InputError(
                f"the history of register '{register}' in '{place}' was changed at act {count}: "
                "'meguri register restore' takes a backup",
                f"「{place}」にある台帳「{register}」の履歴は、{count}件目の行為が書き換えられています。"
                "控えからは meguri register restore で戻せます",
            )
        found.append(_entry(row))
    head = connection.execute(sql.select(heads.c.number, heads.c.hash).where(heads.c.register == register)).first()
    if (count, last) != (tuple(head) if head is not None else (0, _BEGINNING)):
        raise InputError(
            f"the history of register '{register}' in '{place}' was cut off after act {count}: "
            "'meguri register restore' takes a backup",
            f"「{place}」にある台帳「{register}」の履歴は、{count}件目の行為より後が失われています。"
            "控えからは meguri register restore で戻せます",
        )
    return found


def _write(connection: Connection, register: str, new: list[Entry]) -> list[Entry]:
    if not new:
        return []
    head = connection.execute(sql.select(heads.c.number, heads.c.hash).where(heads.c.register == register)).first()
    number, last = tuple(head) if head is not None else (0, _BEGINNING)
    written = datetime.now(UTC).isoformat(timespec="seconds")
    rows, done = [], []
    for entry in new:
        number += 1
        entry = replace(entry, written=written)
        row = _row(entry)
        last = _hash(register, number, row, last)
        rows.append({"register": register, "number": number, **row, "hash": last})
        done.append(entry)
    connection.execute(sql.insert(entries), rows)
    if head is None:
        connection.execute(sql.insert(heads), {"register": register, "number": number, "hash": last})
    else:
        connection.execute(sql.update(heads).where(heads.c.register == register).values(number=number, hash=last))
    return done


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "key": entry.key,
        "version": entry.version,
        "act": entry.act,
        "actor": entry.actor,
        "role": entry.role,
        "day": entry.date.isoformat() if entry.date else "",
        "reason": entry.reason,
        "concerns": entry.concerns,
        "content": json.dumps(dict(entry.values), ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "written": entry.written,
    }


def _entry(row: Any) -> Entry:
    return Entry(
        kind=row["kind"],
        key=row["key"],
        version=row["version"],
        act=row["act"],
        actor=row["actor"],
        role=row["role"],
        date=date.fromisoformat(row["day"]) if row["day"] else None,
        reason=row["reason"],
        values=json.loads(row["content"]),
        concerns=row["concerns"],
        written=row["written"],
    )


def _hash(register: str, number: int, row: Any, before: str) -> str:
    words = [before, register, number, *(row[name] for name in _FIELDS)]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
