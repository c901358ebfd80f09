"""What lies on a shelf: finished and unfinished runs, what each is, and whether its files are what was written."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from meguri.engine.kernels import source_hash
from meguri.errors import InputError, Phrase, japanese, nearest
from meguri.ledger import store
from meguri.model import kept_ledger
from meguri.model.chunks import Chunks
from meguri.model.integrity import at_work, damage, missing, not_as_written
from meguri.model.libraries import libraries
from meguri.model.manifest import manifest
from meguri.model.request import RunRequest

#: The names of folders: ``<scenario>-<12 hex>`` and, unfinished, ``.<scenario>-<member_key>.partial``.
FINISHED = re.compile(r"[^./\\]+-[0-9a-f]{12}")
UNFINISHED = re.compile(r"\.[^./\\]+-([0-9a-f]{12})\.partial")


@dataclass(frozen=True)
class Entry:
    """A run on a shelf; ``about`` is what its ``run.toml`` or ``request.toml`` says, empty where it cannot be read."""

    folder: Path
    finished: bool
    about: dict[str, Any]

    @property
    def key(self) -> str:
        """The hash of everything that decides a member, empty where it is not known."""
        named = UNFINISHED.fullmatch(self.folder.name)
        return named[1] if named else str(self.about.get("member_key", ""))

    @property
    def chunks(self) -> Chunks:
        """The finished members of an unfinished run."""
        return Chunks(self.folder / "members", self.key)

    @property
    def done(self) -> int:
        """The number of members that are there; nothing is verified."""
        return int(self.about.get("members", 0)) if self.finished else len(self.chunks.numbers())

    @cached_property
    def bytes(self) -> int:
        """The room it takes on disk (bytes)."""
        return room(self.folder)

    @property
    def changed(self) -> float:
        """When it was finished or last worked on (s since 1970)."""
        places = (self.folder / "run.toml",) if self.finished else (self.folder, self.folder / "members")
        return max((place.stat().st_mtime for place in places if place.exists()), default=0.0)

    @property
    def same_sources(self) -> bool:
        """Say whether this installation would compute the same: same sources of meguri, same libraries."""
        return self.about.get("sources") == source_hash() and self.about.get("libraries") == libraries()

    @property
    def at_work(self) -> bool:
        """Say whether a living process works on it; for a finished run, whether one works on more of the same."""
        if not self.finished:
            return at_work(self.folder)
        found = self.folder.parent.glob(f".*-{self.key}.partial") if self.key else ()
        return any(at_work(partial) for partial in found)

    def problems(self) -> list[Phrase]:
        """Return what is wrong with its files, one phrase a file: every byte is read."""
        if self.finished:
            whole = store.is_run(self.folder)
            return damage(self.folder) or ([] if whole else [missing("observations.parquet")])
        found = [not_as_written(f"members/{path.name}") for path in self.chunks.damaged()]
        if kept_ledger.noted(self.folder):
            found += kept_ledger.damaged(self.folder, self.key)
        return found


def entries(shelf: Path) -> list[Entry]:
    """Return the runs of a shelf by name, unfinished ones last; links and other folders are passed over."""
    if not shelf.is_dir():
        return []
    found = [entry for folder in shelf.iterdir() if (entry := entry_of(folder)) is not None]
    return sorted(found, key=lambda entry: (not entry.finished, entry.folder.name))


def entry_of(folder: Path) -> Entry | None:
    """Return the run in a folder; None where it holds none or is a link."""
    if folder.is_symlink() or not folder.is_dir():
        return None
    if UNFINISHED.fullmatch(folder.name):
        begun = any((folder / name).exists() for name in ("members", "request.toml"))
        empty = all(path.name == "lock" for path in folder.iterdir())
        return Entry(folder, False, _about(folder / "request.toml")) if begun or empty else None
    about = _about(folder / "run.toml")
    left = FINISHED.fullmatch(folder.name) and any(
        (folder / name).is_file() for name in ("run.toml", "members.parquet")
    )
    return Entry(folder, True, about) if left or "member_key" in about else None


def named(name: str, shelf: Path) -> Entry:
    """Return the run of a name: its folder, or an id or its unambiguous beginning; InputError where there is none."""
    entry = entry_of(Path(name)) if name and Path(name).is_dir() else None
    if entry is not None:
        return entry
    known = {found.folder.name: found for found in entries(shelf)}
    if name in known:
        return known[name]
    beginning = [found for found in known if name and found.lstrip(".").startswith(name.lstrip("."))]
    if len(beginning) == 1:
        return known[beginning[0]]
    if beginning:
        shown = ", ".join(beginning[:5])
        raise InputError(
            f"'{name}' is the beginning of {len(beginning)} runs on the shelf '{shelf}': {shown}",
            f"「{name}」で始まる実行結果が棚「{shelf}」に{len(beginning)}件あります：{shown}",
        )
    known_names = ", ".join(nearest(name, known)) or Phrase("the shelf is empty", "棚は空です")
    raise InputError(
        f"no run '{name}' on the shelf '{shelf}'; nearest: {known_names}",
        f"棚「{shelf}」に実行結果「{name}」はありません。近いもの：{japanese(known_names)}",
    )


def outdated(request: RunRequest, shelf: Path) -> list[Entry]:
    """Return the unfinished runs of the same that other sources or libraries began: their members cannot be used."""
    wanted = _asked(request)
    found = (entry_of(folder) for folder in sorted(shelf.glob(f".{request.name}-*.partial")))
    return [entry for entry in found if entry and not entry.same_sources and _without(entry.about) == wanted]


def room(folder: Path) -> int:
    """Return the room that the files under a folder take (bytes); links are not followed."""
    return sum(
        (Path(place) / name).lstat().st_size
        for place, _, names in os.walk(folder)
        for name in names
        if os.path.lexists(os.path.join(place, name))
    )


def _about(path: Path) -> dict[str, Any]:
    try:
        return store.read_manifest(path)
    except InputError:
        return {}


def _asked(request: RunRequest) -> dict[str, Any]:
    return _without(tomllib.loads(manifest(request, {})))


def _without(about: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, without what follows from the installation and without how many members."""
    left_out = {"hash", "version", "id", "member_key", "sources", "libraries", "members", "keep", "files"}
    return {key: value for key, value in about.items() if key not in left_out}
