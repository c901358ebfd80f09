"""The whole ledger of member 0 in the folder of an unfinished run: written aside, moved, and noted last.

The note holds the run's ``member_key`` and the hash of every table; without it, or where a table does not bear its
hash, member 0 is computed again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from meguri.errors import Phrase
from meguri.ledger.store import file_digest
from meguri.model.integrity import missing, not_as_written

LEDGER_TABLES = ("actors", "flows", "stocks", "records", "outside")
NOTE = "ledger"


def begin(partial: Path) -> Path:
    """Return an empty folder for the tables of a ledger that is being written."""
    return fresh(partial / "ledger.tmp")


def keep(partial: Path, key: str) -> None:
    """Move the tables of a finished ledger to their place, and note their hashes last."""
    (partial / NOTE).unlink(missing_ok=True)
    for table in LEDGER_TABLES:
        os.replace(partial / "ledger.tmp" / f"{table}.parquet", partial / f"{table}.parquet")
    (partial / "ledger.tmp").rmdir()
    lines = [f"{key} run", *(f"{file_digest(partial / f'{table}.parquet')} {table}" for table in LEDGER_TABLES)]
    (partial / "ledger.new").write_text("\n".join(lines), encoding="utf-8")
    os.replace(partial / "ledger.new", partial / NOTE)


def take(run: Path, partial: Path, key: str) -> None:
    """Copy the ledger of a finished run of the same."""
    folder = begin(partial)
    for table in LEDGER_TABLES:
        shutil.copyfile(run / f"{table}.parquet", folder / f"{table}.parquet")
    keep(partial, key)


def noted(partial: Path) -> bool:
    """Say whether a ledger was finished here, whole or damaged since."""
    return (partial / NOTE).is_file()


def damaged(partial: Path, key: str) -> list[Phrase]:
    """Return what is wrong with a ledger that was noted, one phrase a table; empty when it is whole."""
    try:
        lines = (partial / NOTE).read_text(encoding="utf-8").splitlines()
        written = {table: digest for digest, table in map(str.split, lines)}
    except (OSError, ValueError):
        return [Phrase(f"{NOTE} cannot be read", f"{NOTE}を読み込めません")]
    if written.get("run") != key:
        return [Phrase(f"{NOTE} is that of another run", f"{NOTE}が別の実行のものです")]
    found = []
    for table in LEDGER_TABLES:
        path = partial / f"{table}.parquet"
        if not path.is_file():
            found.append(missing(path.name))
        elif written.get(table) != file_digest(path):
            found.append(not_as_written(path.name))
    return found


def fresh(folder: Path) -> Path:
    """Return a folder, emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
