"""Processes that run the small run and kill themselves (SIGKILL) at named moments, one after the other on one shelf.

``python -m tests.model.killing SHELF MOMENT...``; a moment is ``before:NAME`` or ``after:NAME`` (a file or folder that
is renamed to a name, ``*`` allowed), ``ledger`` (in mid-ledger), ``table`` (half of a table of the run is written),
``tidying`` (the folder of the unfinished run is half deleted) or ``never``. What dies has no time to tidy up. Prints
one JSON object a process: moment, whether it was killed, the members it left (name, inode, time), and its outcome.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from meguri.model.member import opened_world
from meguri.model.request import RunRequest
from meguri.model.run import run
from meguri.model.scenario import load
from meguri.model.write import LedgerWriter

REQUEST = {"last": "2016Q4", "scale": 0.02, "members": 3}


def die() -> None:
    """End this process as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(moment: str) -> None:
    """Prepare the death at a moment."""
    when, _, name = moment.partition(":")
    replace, add, write, remove = os.replace, LedgerWriter.add, pl.DataFrame.write_parquet, shutil.rmtree

    def replacing(source, target) -> None:
        hit = name and fnmatch(Path(target).name, name)
        if hit and when == "before":
            die()
        replace(source, target)
        if hit and when == "after":
            die()

    def adding(self, world, flows, records) -> None:
        add(self, world, flows, records)
        if when == "ledger" and (self.folder / "flows.parquet").stat().st_size > 0:
            die()

    def writing(self, file, **options) -> None:
        write(self, file, **options)
        if when == "table" and getattr(file, "name", "") == "summary.parquet":
            os.truncate(file, file.stat().st_size // 2)
            die()

    def removing(path, **options) -> None:
        if when == "tidying" and Path(path).suffix == ".partial":
            remove(Path(path) / "members")
            die()
        remove(path, **options)

    os.replace, LedgerWriter.add, pl.DataFrame.write_parquet, shutil.rmtree = replacing, adding, writing, removing


def warm() -> None:
    """Load the compiled kernels once for all; starts no thread, so that the process can be forked."""
    request = RunRequest(load("baseline"), **REQUEST)
    world = opened_world(request.base, request.resolved, request.span, 1, request.scale, {})
    world.step()


def one(shelf: Path, moment: str) -> dict:
    """Run in a process of its own that dies at a moment; returns what became of it."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            arm(moment)
            outcome = run(RunRequest(load("baseline"), **REQUEST), shelf)
            os.write(writing, json.dumps([outcome.computed, outcome.redone, outcome.cached]).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    status = os.waitpid(process, 0)[1]
    left = {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in shelf.glob(".*/members/*.parquet")}
    return {
        "moment": moment,
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "members": left,
        "finished": sorted(path.name for path in shelf.glob("[!.]*")),
        "outcome": json.loads(said) if said else None,
    }


if __name__ == "__main__":
    warm()
    for moment in sys.argv[2:]:
        print(json.dumps(one(Path(sys.argv[1]), moment)), flush=True)
