"""Runs that cannot be trusted are said to be so: damaged files, two processes at once, a full disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import polars as pl

from meguri.errors import InputError
from meguri.ledger import store
from meguri.model.chunks import file_digest


def damage(folder: Path) -> list[str]:
    """Return what is wrong with the files of a finished run, one phrase a file; empty when all bear their hashes."""
    found = []
    for name, digest in store.manifest(folder).get("files", {}).items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif file_digest(path) != digest:
            found.append(f"{name} is not what was written")
    return found


def check_files(folder: Path) -> None:
    """Raise InputError when a finished run is damaged: nothing is mixed with what cannot be trusted."""
    found = damage(folder)
    if found:
        raise InputError(
            f"run '{folder}' is damaged: {', '.join(found)}; "
            f"'meguri runs clean {folder.name}' deletes it, then run again"
        )


class Lock:
    """Keeps two processes from working on one unfinished run; the system lets go of it when a process dies."""

    def __init__(self, partial: Path) -> None:
        self._path = partial / "lock"

    def __enter__(self) -> None:
        self._file = self._path.open("a", encoding="utf-8")
        try:
            import fcntl

            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            return
        except OSError:
            self._file.close()
            raise InputError(f"another process is at work on this run ('{self._path.parent}'); wait for it") from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


@contextmanager
def full_disk(shelf: Path) -> Iterator[None]:
    """Say in one sentence that the disk is full; finished members are kept."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        if getattr(error, "errno", None) != errno.ENOSPC and os.strerror(errno.ENOSPC) not in str(error):
            raise
        raise InputError(
            f"the disk of the shelf '{shelf}' is full; finished members are kept: "
            "free some space and run the same again"
        ) from None
