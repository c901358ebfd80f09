"""The store loses nothing: writers at once, writers killed, full disks, changed files, backups, newer versions."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import pytest

from meguri.errors import InputError
from meguri.registers._history import Entry
from meguri.registers._store import Store

HERE = Path(__file__).parent


def act(key, version=1, name="apply", **values):
    return Entry("project", key, version, name, "A社", "startup", date(2025, 4, 1), "理由", values)


def put(store, *entries):
    return store.append("sbir", lambda there: (entries, len(there)))


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "deep" / "registers.sqlite"))


def test_what_is_written_is_read_back_and_registers_are_apart(store):
    assert store.read("sbir") == []
    assert not store.exists()
    written, there = put(store, act("P1", score=80.5, support=["mentoring"], conflict=False, title="改行\nあり"))
    assert there == 0
    assert store.read("sbir") == written
    assert store.read("hub_cities") == []
    put(store, act("P1", 2, "adopt"))
    assert [one.version for one in store.read("sbir")] == [1, 2]
    assert store.verify() == {"sbir": 2}


def test_an_error_while_deciding_writes_nothing(store):
    put(store, act("P1"))

    def decide(there):
        raise InputError("no", "否")

    with pytest.raises(InputError, match="no"):
        store.append("sbir", decide)
    with pytest.raises(InputError):
        put(store, act("P2"), act("P2"))
    assert len(store.read("sbir")) == 1


def test_two_processes_that_write_at_once_lose_nothing(store):
    script = """
        import sys
        from datetime import date
        from meguri.registers._history import Entry
        from meguri.registers._store import Store
        place, name = sys.argv[1:]
        for number in range(12):
            def decide(there):
                last = sum(one.key == "shared" for one in there)
                shared = Entry("project", "shared", last + 1, "review", name, "reviewer", date(2025, 4, 1))
                own = Entry("project", f"{name}{number}", 1, "apply", name, "startup", date(2025, 4, 1))
                return [shared, own], None
            Store(place).append("sbir", decide)
    """
    processes = [start(script, store.place, name) for name in ("a", "b")]
    for process in processes:
        _, wrong = process.communicate(timeout=120)
        assert process.returncode == 0, wrong
    found = store.read("sbir")
    assert len(found) == 48
    assert [one.version for one in found if one.key == "shared"] == list(range(1, 25))
    assert len({one.key for one in found}) == 25


def test_a_writer_killed_between_any_two_writes_leaves_a_valid_history(tmp_path):
    """Before every statement and commit, from the making of the file to the second act; acts are there or not."""
    done = subprocess.run([sys.executable, str(HERE / "killing.py"), str(tmp_path / "registers.sqlite")], text=True,
                          capture_output=True, timeout=300, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    mine = [row[2] for row in rows]
    assert set(mine) == {"-", "apply", "apply|adopt"}
    assert mine[-1] == "apply|adopt"
    assert len(rows) > 10
    held = [int(row[1]) for row in rows]
    assert held == sorted(held), "what was written stays"
    assert held[-1] == sum(0 if one == "-" else len(one.split("|")) for one in mine)


def test_a_full_disk_is_said_and_nothing_is_lost(store):
    put(store, act("P1"))
    script = """
        import resource, signal, sys
        from datetime import date
        from meguri.errors import InputError
        from meguri.registers._history import Entry
        from meguri.registers._store import Store
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        day, why = date(2025, 4, 1), "x" * 1000
        many = [Entry("project", f"Q{n}", 1, "apply", "A", "startup", day, why) for n in range(2000)]
        try:
            Store(sys.argv[1]).append("sbir", lambda there: (many, None))
        except InputError as error:
            print(error)
    """
    out, wrong = start(script, store.place).communicate(timeout=120)
    assert "full" in out, (out, wrong)
    assert "nothing is lost" in out
    assert [one.key for one in store.read("sbir")] == ["P1"]
    put(store, act("P2"))
    assert len(store.read("sbir")) == 2


def _edit(store, *statements):
    with sqlite3.connect(store.place) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE entries SET actor = 'B社'", "DELETE FROM entries"])
def test_the_file_itself_refuses_to_change_an_act(store, statement):
    put(store, act("P1"))
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        _edit(store, statement)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["UPDATE entries SET actor = 'B社' WHERE number = 2"], "changed at act 2"),
        (["UPDATE entries SET day = '2024-04-01' WHERE number = 1"], "changed at act 1"),
        (["DELETE FROM entries WHERE number = 1"], "changed at act 1"),
        (["DELETE FROM entries WHERE number = 3"], "cut off after act 2"),
        (["DELETE FROM heads"], "cut off after act 3"),
        (["UPDATE entries SET content = '{}' WHERE number = 3"], "changed at act 3"),
    ],
)
def test_a_history_that_was_changed_is_noticed(store, statements, words):
    put(store, act("P1", applicant="A社"), act("P2", applicant="A社"), act("P3", applicant="A社"))
    _edit(store, "DROP TRIGGER entries_no_update", "DROP TRIGGER entries_no_delete", *statements)
    with pytest.raises(InputError, match=words):
        store.read("sbir")
    with pytest.raises(InputError, match=words):
        put(store, act("P4"))


def test_a_file_from_a_newer_version_is_refused(store):
    put(store, act("P1"))
    _edit(store, "UPDATE alembic_version SET version_num = '0002'")
    for use in (lambda: store.read("sbir"), lambda: put(store, act("P2")), store.verify):
        with pytest.raises(InputError, match="newer version of meguri"):
            use()


def test_what_is_no_store_is_said(tmp_path):
    path = tmp_path / "notes.sqlite"
    path.write_bytes(b"my notes, not a database" * 100)
    with pytest.raises(InputError, match="no store of registers"):
        Store(str(path)).read("sbir")
    assert path.read_bytes().startswith(b"my notes")
    with pytest.raises(InputError, match="a store is a file"):
        Store("mysql://host/database").read("sbir")


def test_the_migrations_make_the_tables_that_the_store_knows(store):
    from sqlalchemy import create_engine, inspect

    from meguri.registers._tables import metadata

    put(store, act("P1"))
    made = inspect(create_engine(f"sqlite:///{store.place}"))
    for table in metadata.sorted_tables:
        assert [column["name"] for column in made.get_columns(table.name)] == [column.name for column in table.columns]
    versions = sorted(path.name[:4] for path in (Path(sys.modules[Store.__module__].__file__).parent / "_migrations"
                                                 / "versions").glob("[0-9]*.py"))  # fmt: skip
    from meguri.registers._tables import NEWEST

    assert versions[-1] == NEWEST


def test_backup_while_in_use_and_restore(store, tmp_path):
    put(store, act("P1"), act("P2"))
    with sqlite3.connect(store.place) as reader:
        reader.execute("BEGIN").execute("SELECT count(*) FROM entries").fetchall()
        store.backup(tmp_path / "copy.sqlite")
        put(store, act("P3"))
    with pytest.raises(InputError, match="exists"):
        store.backup(tmp_path / "copy.sqlite")
    with pytest.raises(InputError, match="not written over"):
        store.restore(tmp_path / "copy.sqlite")
    other = Store(str(tmp_path / "other" / "registers.sqlite"))
    other.restore(tmp_path / "copy.sqlite")
    assert [one.key for one in other.read("sbir")] == ["P1", "P2"]
    put(other, act("P9"))
    assert other.verify() == {"sbir": 3}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite", "deep", "other"]


def test_a_damaged_backup_is_not_restored(store, tmp_path):
    put(store, act("P1"), act("P2"))
    copy = Store(str(tmp_path / "copy.sqlite"))
    store.backup(Path(copy.place))
    _edit(copy, "DROP TRIGGER entries_no_update", "UPDATE entries SET actor = 'B社' WHERE number = 2")
    other = Store(str(tmp_path / "other.sqlite"))
    with pytest.raises(InputError, match="changed at act 2"):
        other.restore(Path(copy.place))
    assert not other.exists()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """A PostgreSQL server of this test's own, or the one that ``MEGURI_TEST_POSTGRES`` names; skipped without one."""
    address = os.environ.get("MEGURI_TEST_POSTGRES")
    if address:
        yield address
        return
    pytest.importorskip("pg8000", reason="no driver for PostgreSQL (pg8000)")
    programs = [shutil.which(name) for name in ("initdb", "postgres")]
    if not all(programs):
        pytest.skip("no PostgreSQL server on this machine (initdb, postgres)")
    folder = tmp_path_factory.mktemp("postgres")
    as_user = _unprivileged(folder)
    data, port = folder / "data", _free_port()
    made = subprocess.run([*as_user, programs[0], "-D", str(data), "-U", "meguri", "-A", "trust", "--no-sync"],
                          capture_output=True, text=True, check=False)  # fmt: skip
    if made.returncode:
        pytest.skip(f"PostgreSQL cannot be set up here: {made.stderr.strip().splitlines()[-1]}")
    server = subprocess.Popen([*as_user, programs[1], "-D", str(data), "-p", str(port), "-k", "", "-h", "127.0.0.1"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    address = f"postgresql://meguri@127.0.0.1:{port}/postgres"
    try:
        if not _answers(address):
            pytest.skip("the PostgreSQL server does not answer")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _unprivileged(folder: Path) -> list[str]:
    """Return how to start a program as somebody else, since PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    if runuser is None:
        pytest.skip("PostgreSQL does not run as root, and there is no runuser")
    shutil.chown(folder, "nobody")
    for parent in (folder, *folder.parents):
        if parent.stat().st_mode & 0o001 == 0 and parent != folder:
            parent.chmod(parent.stat().st_mode | 0o111)
    return [runuser, "-u", "nobody", "--"]


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answers(address: str) -> bool:
    import time

    for _ in range(100):
        try:
            Store(address).read("sbir")
        except InputError:
            time.sleep(0.1)
        else:
            return True
    return False


def test_the_same_in_postgresql(postgres):
    store = Store(postgres)
    written, _ = put(store, act("P1", score=80.5), act("P2"))
    assert store.read("sbir") == written
    script = """
        import sys
        from datetime import date
        from meguri.registers._history import Entry
        from meguri.registers._store import Store
        for number in range(6):
            def decide(there):
                last = sum(one.key == "shared" for one in there)
                return [Entry("project", "shared", last + 1, "review", "A", "reviewer", date(2025, 4, 1))], None
            Store(sys.argv[1]).append("sbir", decide)
    """
    processes = [start(script, postgres) for _ in range(2)]
    for process in processes:
        _, wrong = process.communicate(timeout=120)
        assert process.returncode == 0, wrong
    assert [one.version for one in store.read("sbir") if one.key == "shared"] == list(range(1, 13))
    with pytest.raises(InputError, match="is for a file"):
        store.backup(Path("copy"))
    import pg8000.native

    host, port = postgres.split("@")[1].split("/")[0].split(":")
    connection = pg8000.native.Connection("meguri", host=host, port=int(port), database="postgres")
    with pytest.raises(pg8000.exceptions.DatabaseError, match="never changed"):
        connection.run("UPDATE entries SET actor = 'B'")
    connection.close()
