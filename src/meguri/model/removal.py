"""Deleting runs and caches: only what is certainly ours, and never what a living process works on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from meguri.engine import kernels
from meguri.errors import InputError, Phrase, cause, japanese
from meguri.ledger import store
from meguri.model import states
from meguri.model.integrity import Lock
from meguri.model.inventory import UNFINISHED, Entry, room
from meguri.model.kept_ledger import LEDGER_TABLES, NOTE

_TABLES = frozenset(f"{table}.parquet" for table in store.TABLES)
_OF_A_RUN = _TABLES | {"run.toml", "log.toml", "report.html"}
_OF_AN_UNFINISHED = frozenset(f"{table}.parquet" for table in LEDGER_TABLES) | {
    NOTE, f"{NOTE}.new", f"{NOTE}.tmp", "members", "run.tmp", "lock", "request.toml", "request.new",
}  # fmt: skip
_FOLDERS = frozenset({"members", "run.tmp", f"{NOTE}.tmp"})
_TEMPORARY = re.compile(r"\.report-\d+\.html")
_STATE = re.compile(r"[0-9a-f]{24}(-[0-9a-f]{16})?(\.\d+-\d+\.tmp)?(\.npz)?")
_MODULE = re.compile(r"[a-z][a-z_.]*")
_KERNELS = re.compile(r"[0-9a-f]{16}")
#: What is deleted last, in this order, so that a folder that is deleted half still says what it is.
_LAST = ("request.toml", "run.toml", "lock")


@dataclass(frozen=True)
class Cache:
    """Files that are made again when they are missing: ``burn-in`` (states) or ``kernels`` (of other sources)."""

    what: str
    folder: Path
    paths: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """The room they take on disk (bytes)."""
        return sum(room(path) if path.is_dir() else path.lstat().st_size for path in self.paths if path.exists())


def why_not(entry: Entry) -> Phrase:
    """Say in a phrase why a run may not be deleted; empty where it may."""
    foreign = _foreign(entry)
    if foreign:
        return Phrase(f"it holds '{foreign}', which is not of a run", f"実行結果のものでない「{foreign}」があります")
    return Phrase("a process is at work on it", "ほかのプロセスが実行中です") if entry.at_work else Phrase("", "")


def delete(entry: Entry) -> None:
    """Delete a run; raise InputError where it may not be deleted or cannot be."""
    reason = why_not(entry)
    if reason:
        raise InputError(
            f"run '{entry.folder}' is kept: {reason}", f"実行結果「{entry.folder}」は残します：{japanese(reason)}"
        )
    try:
        if entry.finished:
            _empty(entry.folder)
            entry.folder.rmdir()
        else:
            with Lock(entry.folder, patience=0.0):
                _empty(entry.folder)
                entry.folder.rmdir()
    except OSError as error:
        raise InputError(
            f"run '{entry.folder}' cannot be deleted: {cause(error)}",
            f"実行結果「{entry.folder}」を削除できません：{japanese(cause(error))}",
        ) from None


def caches() -> list[Cache]:
    """Return what can go from the caches: all burnt-in states, and the compiled kernels of other sources."""
    burnt_in, compiled, current = states.cache_folder(), kernels.cache_root(), kernels.current_folders()
    modules = [path for path in _inside(compiled, _MODULE) if path.is_dir()]
    return [
        Cache("burn-in", burnt_in, tuple(path for path in _inside(burnt_in, _STATE) if path.is_file())),
        Cache(
            "kernels",
            compiled,
            tuple(
                path
                for module in modules
                for path in _inside(module, _KERNELS)
                if path.is_dir() and path not in current
            ),
        ),
    ]


def delete_cache(cache: Cache) -> None:
    """Delete what can go from a cache."""
    for path in cache.paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _inside(folder: Path, names: re.Pattern[str]) -> Iterator[Path]:
    if folder.is_dir() and not folder.is_symlink():
        yield from (path for path in folder.iterdir() if names.fullmatch(path.name) and not path.is_symlink())


def _foreign(entry: Entry) -> str:
    """Return the name of something in the folder of a run that is not of a run; empty where there is nothing."""
    if entry.folder.is_symlink():
        return entry.folder.name
    own = _OF_AN_UNFINISHED if UNFINISHED.fullmatch(entry.folder.name) else _OF_A_RUN
    for path in sorted(entry.folder.iterdir()):
        known = path.name in own or _TEMPORARY.fullmatch(path.name)
        if not known or path.is_symlink() or path.is_dir() != (path.name in _FOLDERS):
            return path.name
        if path.is_dir():
            for inside in sorted(path.iterdir()):
                if inside.is_symlink() or not inside.is_file() or inside.suffix not in (".parquet", ".toml", ".tmp"):
                    return f"{path.name}/{inside.name}"
    return ""


def _empty(folder: Path) -> None:
    """Delete what is in a folder, what says what it is last."""
    for path in sorted(folder.iterdir(), key=lambda path: _LAST.index(path.name) if path.name in _LAST else -1):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
