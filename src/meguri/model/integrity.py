"""Runs that cannot be trusted are said to be so: damaged files, two processes at once, a full disk."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import polars as pl

from meguri.errors import InputError, Phrase, cause, japanese
from meguri.ledger import store
from meguri.model.states import cache_folder

#: A disk with less than this left (bytes) is called full.
NEARLY_NOTHING = 1 << 20
#: How long (s) a process waits for another that only looks whether a run is at work.
PATIENCE = 0.3


def damage(folder: Path) -> list[Phrase]:
    """Return what is wrong with the files of a finished run, one phrase a file; empty when all bear their hashes."""
    try:
        noted = store.read_manifest(folder / "run.toml").get("files", {})
    except InputError:
        return [not_as_written("run.toml")]
    found = []
    for name, digest in noted.items():
        path = folder / name
        if not path.is_file():
            found.append(missing(name))
        elif store.file_digest(path) != digest:
            found.append(not_as_written(name))
    return found


def missing(name: str) -> Phrase:
    """Say that a file of a run is not there."""
    return Phrase(f"{name} is missing", f"{name}がありません")


def not_as_written(name: str) -> Phrase:
    """Say that a file of a run does not bear its hash."""
    return Phrase(f"{name} is not what was written", f"{name}が書いたときの内容と違います")


def check_files(folder: Path) -> None:
    """Raise InputError when a finished run is damaged: nothing is mixed with what cannot be trusted."""
    found = damage(folder)
    if found:
        raise InputError(
            f"run '{folder}' is damaged: {', '.join(found)}; "
            f"'meguri runs clean {folder.name}' deletes it, then run again",
            f"実行結果「{folder}」は壊れています：{', '.join(map(japanese, found))}。meguri runs"
            f" clean {folder.name} で削除し、実行し直してください",
        )


class Lock:
    """Keeps two processes from working on one unfinished run; the system lets go of it when a process dies.

    Entering makes the folder. Raises InputError when it cannot be made, or when another process is at work and does
    not end within ``patience`` (s). Where the system knows no such locks (Windows), nothing is locked.
    """

    def __init__(self, partial: Path, patience: float = PATIENCE) -> None:
        self._path = partial / "lock"
        self._patience = patience

    def __enter__(self) -> None:
        until = clock.monotonic() + self._patience
        while True:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("a+", encoding="utf-8")
            except FileNotFoundError:  # the process before has just tidied up
                continue
            except OSError as error:
                shelf = self._path.parent.parent
                raise InputError(
                    f"the shelf '{shelf}' cannot be written: {cause(error)}",
                    f"棚「{shelf}」に書き込めません：{japanese(cause(error))}",
                ) from None
            if not _locked(self._file.fileno()):
                owner = self._owner()
                self._file.close()
                if clock.monotonic() < until:
                    clock.sleep(0.02)
                    continue
                raise InputError(
                    f"another process{owner} is at work on this run ('{self._path.parent}'); wait for it",
                    f"別のプロセス{japanese(owner)}がこの実行（「{self._path.parent}」）の途中です。終わる"
                    "のを待ってください",
                )
            if _same_file(self._file.fileno(), self._path):
                break
            self._file.close()
        with suppress(OSError):  # who is at work is told where the disk takes it
            self._file.truncate(0)
            self._file.write(f"process {os.getpid()} on {platform.node()}")
            self._file.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _owner(self) -> Phrase:
        try:
            self._file.seek(0)
            owner = self._file.read(200).strip()
        except (OSError, UnicodeDecodeError):
            owner = ""
        return Phrase(f" ({owner})", f"（{owner}）") if owner else Phrase("", "")


def at_work(partial: Path) -> bool:
    """Say whether a living process works on an unfinished run; leaves no trace."""
    try:
        with (partial / "lock").open("r", encoding="utf-8") as file:
            return not _locked(file.fileno())
    except OSError:
        return False


def _locked(file: int) -> bool:
    """Lock an open file if nobody else has; returns whether it is locked now."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _same_file(file: int, path: Path) -> bool:
    """Say whether an open file is still the one of a path: it may have been deleted before it was locked."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def full_disk(shelf: Path) -> Iterator[None]:
    """Say in one sentence that the disk is full, and which; finished members are kept."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        if not _no_space(error):
            raise
        cache = cache_folder().parent
        if _nearly_full(cache) and not _nearly_full(shelf):
            place = Phrase(
                f"of the cache '{cache}' is full (MEGURI_CACHE names another place)",
                f"キャッシュ「{cache}」（MEGURI_CACHEで場所を変えられます）のディスク",
            )
        else:
            place = Phrase(f"of the shelf '{shelf}' is full", f"棚「{shelf}」のディスク")
        raise InputError(
            f"the disk {place}; finished members are kept: free some space and run the same again",
            f"{japanese(place)}の空き容量がありません。終わったメンバーは残してあります。空きを作り、"
            "同じコマンドをもう一度実行してください",
        ) from None


def _no_space(error: OSError | pl.exceptions.PolarsError) -> bool:
    """Say whether an error means that a disk, or the share of it that a user may fill, is full."""
    full = (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in full
    return any(f"os error {number})" in str(error) for number in full)


def _nearly_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < NEARLY_NOTHING
    except OSError:
        return False
