"""Worlds by the name that a command line gives."""

from __future__ import annotations

from pathlib import Path

from meguri.cli.language import words
from meguri.cli.output import say
from meguri.observatory.worlds import WorldName, find, find_run


def world_named(name: str, shelf: Path, as_of: str | None = None, links: bool = True) -> WorldName:
    """Return the world of a name, as of a day where one is given; raise InputError in one sentence.

    Without ``links`` linked organisations are counted apart.
    """
    from meguri.observatory.vintages import day_of

    return find(name, shelf, _scenarios(name), day_of(as_of) if as_of is not None else "", links)


def say_links(named: WorldName) -> None:
    """Say, where an answer rests on links, how many organisations are counted as how many."""
    if named.folder is not None or not named.links or not named.is_imported():
        return
    from meguri.observatory.linked import sentence

    used = sentence(named.imports())
    if used is not None:
        say(words(used))


def run_named(name: str, shelf: Path) -> Path:
    """Return the folder of the run of a name; raise InputError in one sentence."""
    return find_run(name, shelf, _scenarios(name))


def _scenarios(name: str) -> list[str]:
    """Return the scenario names that exist; the model is imported only where a name could be one."""
    if Path(name).is_dir():
        return []
    from meguri.model.scenario import names

    return names()
