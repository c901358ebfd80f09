"""A process that runs the small run on a small file system of its own, and fills that at named moments.

``python -m tests.model.filling DISK ELSEWHERE``; DISK is the file system, ELSEWHERE a folder that is on none such.
Prints one JSON object a case: what became of it when the disk was full, what was left, and what became of it then.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from meguri.errors import InputError
from meguri.model.request import RunRequest
from meguri.model.run import run
from meguri.model.scenario import load
from meguri.model.write import LedgerWriter

from .killing import REQUEST

DISK, ELSEWHERE = Path(sys.argv[1]), Path(sys.argv[2])
COMMAND = (
    "run", "baseline", "--to", REQUEST["last"], "--scale", REQUEST["scale"], "--members", REQUEST["members"], "--json",
)  # fmt: skip


def fill(leave: int = 0) -> None:
    """Fill the disk, but for some bytes."""
    state = os.statvfs(DISK)
    with (DISK / "ballast").open("ab", buffering=0) as file:
        file.write(bytes(max(0, state.f_bavail * state.f_frsize - leave)))
        try:
            while not leave:
                file.write(bytes(4096))
        except OSError:
            return


def when_replaced(beginning: str) -> None:
    """Fill the disk when a file of this name has been put in place."""
    replace = os.replace

    def replacing(source, target) -> None:
        replace(source, target)
        if Path(target).name.startswith(beginning):
            fill()

    os.replace = replacing


def when_called(owner: type, method: str) -> None:
    """Fill the disk when a method is called first."""
    original = getattr(owner, method)

    def calling(*arguments, **options):
        fill()
        return original(*arguments, **options)

    setattr(owner, method, calling)


def case(name: str, arm: Callable[[], None], keep: str = "ledger") -> None:
    """Run onto a disk that fills up, then again with room."""
    request = RunRequest(load("baseline"), **REQUEST, keep=keep)
    shelf = DISK / name
    before = os.replace, LedgerWriter.add, pl.DataFrame.write_parquet
    arm()
    try:
        sentence = run(request, shelf).folder.name
    except InputError as error:
        sentence = str(error)
    os.replace, LedgerWriter.add, pl.DataFrame.write_parquet = before
    left = sorted(path.relative_to(shelf).as_posix().partition("/")[2] for path in shelf.rglob("*") if path.is_file())
    (DISK / "ballast").unlink()
    outcome = run(request, shelf)
    same = contents(outcome.folder) == contents(run(request, ELSEWHERE / "whole").folder)
    show(name, sentence=sentence, left=left, computed=outcome.computed, same=same)


def cache_case() -> None:
    """Run with a cache on the full disk."""
    before = os.environ.get("MEGURI_CACHE")
    os.environ["MEGURI_CACHE"] = str(DISK / "cache")
    (DISK / "cache" / "burn-in").mkdir(parents=True)
    fill(leave=1 << 20)  # less than a state
    request = RunRequest(load("baseline"), **REQUEST)
    outcome = run(request, ELSEWHERE / "cache")
    os.environ.pop("MEGURI_CACHE")
    if before is not None:
        os.environ["MEGURI_CACHE"] = before
    left = sorted(path.name for path in (DISK / "cache" / "burn-in").iterdir())
    (DISK / "ballast").unlink()
    same = contents(outcome.folder) == contents(run(request, ELSEWHERE / "whole").folder)
    show("cache", sentence="", left=left, computed=outcome.computed, same=same)


def command_case() -> None:
    """Run the command itself, with room for no ledger and then with room."""
    fill(leave=300_000)
    command = [sys.executable, "-m", "meguri.cli.app", *map(str, COMMAND), "--out", str(DISK / "command")]
    full = subprocess.run(command, capture_output=True, text=True)
    (DISK / "ballast").unlink()
    again = subprocess.run(command, capture_output=True, text=True)
    folder = Path(json.loads(again.stdout)["run"])
    same = contents(folder) == contents(ELSEWHERE / "whole" / folder.name)
    show("command", sentence=full.stderr, code=full.returncode, again=again.returncode, same=same)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a run that must be the same."""
    others = ("log.toml", "report.html")
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in others}


def show(name: str, **what: object) -> None:
    print(json.dumps({"case": name, **what}), flush=True)


if __name__ == "__main__":
    case("chunk", lambda: when_replaced("000000-"), keep="indicators")
    case("ledger", lambda: when_called(LedgerWriter, "add"))
    case("outside", lambda: when_called(pl.DataFrame, "write_parquet"))
    case("assembling", lambda: when_replaced("000002-"))
    cache_case()
    command_case()
