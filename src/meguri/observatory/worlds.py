"""A world, wherever a command takes one: a run by path, id or scenario, or the observatory.

``observatory`` is what all sources say, ``observatory:document`` what one of them says; for a source whose files a user
brings it is what was imported. Every other name is a run:
the path of its folder, its id or an unambiguous beginning of it on the shelf, or a scenario (name or file), which
means the newest finished run of that scenario on the shelf.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from meguri.errors import InputError, nearest
from meguri.ledger import store

if TYPE_CHECKING:
    import polars as pl

    from meguri.observatory.imports import Import

OBSERVATORY = "observatory"


@dataclass(frozen=True)
class WorldName:
    """A world that exists: a run's folder, or the observatory with all sources or one, as of a day if one is given.

    With ``links`` organisations that are linked are one actor each, as the links in force say.
    """

    folder: Path | None = None
    source: str = ""
    as_of: str = ""
    links: bool = True

    def observations(self) -> pl.DataFrame:
        """Return the observations of the world."""
        if self.folder is not None:
            return store.read(self.folder, "observations")
        from meguri.observatory.observed import observed

        if not self.is_imported():
            return observed(self.source)
        import polars as pl

        from meguri.observatory.measured import observed as observed_in

        imports = self.imports()
        stated = [observed(self.source)] if not self.source else []
        return pl.concat([*stated, *(observed_in(one) for one in imports)])

    def is_imported(self) -> bool:
        """Say whether the world holds imports: all sources, or one whose files a user brings."""
        from meguri.observatory.imports import any_source

        return self.folder is None and (not self.source or any_source(self.source).data is not None)

    def imports(self) -> list[Import]:
        """Return the imports that the world holds; raise InputError where its source was never imported."""
        found = self._imports()
        if not self.links:
            return found
        from meguri.observatory.linked import views

        return views(found, day=self.as_of)

    def _imports(self) -> list[Import]:
        from meguri.observatory import imports, vintages

        if not self.source:
            return imports.all_current(as_of=self.as_of)
        if self.as_of:
            known = vintages.known_on(self.source, self.as_of)
            if known is None:
                raise vintages.none_yet(self.source, self.as_of)
            return [known]
        found = imports.current(self.source)
        if found is None:
            raise InputError(
                f"nothing of '{self.source}' is imported; do so: meguri data import {self.source} FILE...",
                f"「{self.source}」は取り込まれていません。次で取り込みます：meguri data import {self.source} FILE...",
            )
        return [found]


def is_observatory(name: str) -> bool:
    """Say whether a name means what is observed."""
    return name.partition(":")[0] == OBSERVATORY


def find(name: str, shelf: Path, scenarios: Collection[str] = (), as_of: str = "", links: bool = True) -> WorldName:
    """Return the world of a name; ``scenarios`` are the scenario names that exist, for the error message.

    With ``as_of`` (a day, 2026-04-01) imports and links are those that were known on that day; without ``links``
    linked organisations stay apart. Raises InputError for a name that means nothing, that means several runs, a folder
    that is not a run, or a run as of a day or without links.
    """
    if is_observatory(name):
        return WorldName(source=_source(name), as_of=as_of, links=links)
    if not links:
        raise InputError(
            f"'{name}' is a run, in which nothing is linked; --no-links goes with {OBSERVATORY} or "
            f"{OBSERVATORY}:SOURCE",
            f"「{name}」は実行結果であり、名寄せはありません。--no-linksは{OBSERVATORY}または{OBSERVATORY}:出典に使います",
        )
    if as_of:
        raise InputError(
            f"'{name}' is a run and has no vintages; --as-of goes with {OBSERVATORY} or {OBSERVATORY}:SOURCE",
            f"「{name}」は実行結果であり、時点で変わりません。--as-ofは{OBSERVATORY}または{OBSERVATORY}:出典に使います",
        )
    return WorldName(folder=find_run(name, shelf, scenarios))


def find_run(name: str, shelf: Path, scenarios: Collection[str] = ()) -> Path:
    """Return the folder of the run of a name; raise InputError as :func:`find` does."""
    if is_observatory(name):
        raise InputError(
            f"'{name}' is what is observed, not a run; name a run by folder, id or scenario",
            f"「{name}」は観測であり、実行結果ではありません。実行結果をフォルダー・ID・シナリオ名で指定してください",
        )
    path = Path(name)
    if name and path.is_dir() and not (shelf / name).is_dir():
        if store.is_run(path):
            return path
        if path.name not in scenarios:
            raise InputError(
                f"'{name}' is not a run: a run folder holds run.toml and observations.parquet",
                f"「{name}」は実行結果ではありません。実行結果のフォルダーにはrun.tomlとobservations.parquetがあります",
            )
    if name.endswith(".toml"):
        if not path.is_file():
            raise InputError(f"scenario file '{name}' does not exist", f"シナリオファイル「{name}」がありません")
        name = path.stem
    if name and (shelf / name).is_dir():
        if store.is_run(shelf / name):
            return shelf / name
        raise InputError(
            f"'{shelf / name}' is not a run: a run folder holds run.toml and observations.parquet",
            f"「{shelf / name}」は実行結果ではありません。実行結果のフォルダーにはrun.tomlと"
            "observations.parquetがあります",
        )
    runs = runs_on(shelf)
    of_scenario = [run for run in runs if scenario_of(run) == name]
    if of_scenario:
        return max(of_scenario, key=lambda run: ((run / "run.toml").stat().st_mtime_ns, run.name))
    beginning = [run for run in runs if name and run.name.startswith(name)]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        shown = ", ".join(sorted(run.name for run in beginning)[:5])
        raise InputError(
            f"'{name}' is the beginning of {len(beginning)} runs on the shelf '{shelf}': {shown}",
            f"「{name}」で始まる実行結果が棚「{shelf}」に{len(beginning)}件あります：{shown}",
        )
    if name in scenarios:
        raise InputError(
            f"no finished run of scenario '{name}' on the shelf '{shelf}'; make one: meguri run {name}",
            f"棚「{shelf}」にシナリオ「{name}」の終わった実行結果がありません。meguri run {name} で実行してください",
        )
    known = [*(run.name for run in runs), *scenarios, OBSERVATORY]
    raise InputError(
        f"unknown world '{name}': neither a run on the shelf '{shelf}', nor a scenario, nor '{OBSERVATORY}'; "
        f"nearest: {', '.join(nearest(name, known))}",
        f"「{name}」は、棚「{shelf}」の実行結果でも、シナリオでも、「{OBSERVATORY}」でもありません。"
        f"近いもの：{', '.join(nearest(name, known))}",
    )


def runs_on(shelf: Path) -> list[Path]:
    """Return the finished runs of a shelf by name; other folders are passed over."""
    if not shelf.is_dir():
        return []
    return sorted(folder for folder in shelf.iterdir() if not folder.name.startswith(".") and store.is_run(folder))


def scenario_of(run: Path) -> str:
    """Return the scenario of a run, empty where its ``run.toml`` cannot be read."""
    try:
        return str(store.manifest(run).get("scenario", ""))
    except InputError:
        return ""


def _source(name: str) -> str:
    source = name.partition(":")[2]
    if name == OBSERVATORY:
        return ""
    from meguri.observatory.imports import any_source

    return any_source(source).id
