"""A run on the shelf: members computed by workers, resumable, never twice, cached by what it was asked for."""

from __future__ import annotations

import os
import shutil
import time as clock
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from meguri.errors import InputError
from meguri.ledger import store
from meguri.model.chunks import Chunks, file_digest
from meguri.model.integrity import Lock, check_files, full_disk
from meguri.model.manifest import log, manifest
from meguri.model.member import burn_in_start
from meguri.model.parameter_table import parameter_table
from meguri.model.request import RunRequest
from meguri.model.summary import observations, summarise
from meguri.model.work import work_of
from meguri.model.workers import LocalWorkers, Workers, open_workers
from meguri.registry import shelf

LEDGER_TABLES = ("actors", "flows", "stocks", "records", "outside")
Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """A finished run: its folder, whether it was there before, how long it took, and how many members it computed."""

    folder: Path
    cached: bool
    seconds: float
    computed: int = 0


def run(request: RunRequest, out: Path, jobs: int = 1, tick: Tick | None = None, on: str = "local") -> Outcome:
    """Run what is asked for, or find it on the shelf; returns the :class:`Outcome`.

    ``tick(done, all)`` is told of finished quarters; ``on`` says who computes. A run that was killed goes on where it
    stopped, and members of a smaller or larger run of the same are taken from there; the folder appears under its name
    only when it is complete. Raises InputError when a finished run is damaged, another process is at work on the same
    run, or the disk is full: what is finished is kept.
    """
    started = clock.perf_counter()
    folder = out / request.id
    if store.is_run(folder):
        check_files(folder)
        return Outcome(folder, True, clock.perf_counter() - started)
    if folder.exists():
        raise InputError(f"'{folder}' is in the way: it is not a complete run")
    partial = partial_of(request, out)
    try:
        (partial / "members").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the shelf '{out}' cannot be written: {error.strerror}") from None
    with Lock(partial), full_disk(out):
        _take_over(request, out, partial)
        computed = _run_members(request, partial, on, jobs, tick)
        made = _assemble(request, partial)
        (made / "log.toml").write_text(log(on, jobs, clock.perf_counter() - started, computed), encoding="utf-8")
        os.replace(made, folder)
        if max(Chunks(partial / "members").finished(), default=-1) < request.members:
            shutil.rmtree(partial, ignore_errors=True)  # else it holds members that a larger run will want
    return Outcome(folder, False, clock.perf_counter() - started, computed)


def partial_of(request: RunRequest, out: Path) -> Path:
    """Return the folder where the members of an unfinished run are kept, whatever their number."""
    return out / f".{request.name}-{request.member_key}.partial"


def _take_over(request: RunRequest, out: Path, partial: Path) -> None:
    """Take the members that another run of the same, with another number of members, has finished."""
    have = Chunks(partial / "members").finished()
    line = f'member_key = "{request.member_key}"'
    for path in sorted(out.glob(f"{request.name}-*/run.toml")):
        if line not in path.read_text(encoding="utf-8").splitlines():
            continue
        check_files(path.parent)
        members = pl.read_parquet(path.parent / "members.parquet")
        for frame in members.filter(pl.col("member") < request.members).partition_by("member"):
            if frame["member"][0] not in have:
                Chunks(partial / "members").write(frame)
                have[frame["member"][0]] = path
        if request.keep == "ledger" and store.manifest(path.parent)["keep"] == "ledger":
            for table in LEDGER_TABLES:
                shutil.copyfile(path.parent / f"{table}.parquet", partial / f"{table}.parquet.tmp")
                os.replace(partial / f"{table}.parquet.tmp", partial / f"{table}.parquet")
            _note_ledger(partial)


def _run_members(request: RunRequest, partial: Path, on: str, jobs: int, tick: Tick | None) -> int:
    """Compute the members that are not there yet; returns how many."""
    chunks = Chunks(partial / "members")
    finished = chunks.finished()
    whole = request.keep == "ledger" and not (0 in finished and _ledger_stands(partial))
    waiting = [member for member in range(request.members) if member not in finished and not (whole and member == 0)]
    quarters = request.span.last + 1 - min(burn_in_start(), request.span.first)
    total = quarters * request.members
    done = total - quarters * (len(waiting) + whole)

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if tick is not None:
            tick(done, total)

    if not waiting and not whole:
        return 0
    shelf("meguri.indicators"), request.resolved, request.base  # import and resolve once, before threads
    workers = open_workers(on, jobs)
    local = workers if isinstance(workers, LocalWorkers) else LocalWorkers(1)
    running: set[Future[list[pl.DataFrame]]] = set()
    ledger: Future[list[pl.DataFrame]] | None = None
    try:
        if whole:
            ledger = local.submit(work_of(request, [0]), advance, _fresh(partial / "ledger.tmp"))
            running.add(ledger)
        pieces = _pieces(waiting, workers)
        while True:
            while len(running) < workers.at_once and (piece := next(pieces, None)) is not None:
                running.add(workers.submit(work_of(request, piece), advance))
            if not running:
                break
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                frames = future.result()
                if future is ledger:
                    _keep_ledger(partial)
                for frame in frames:
                    chunks.write(frame)
    finally:
        workers.close()
        local.close()
    return len(waiting) + whole


def _pieces(waiting: list[int], workers: Workers) -> Iterator[list[int]]:
    size = workers.members_a_piece
    return (waiting[first : first + size] for first in range(0, len(waiting), size))


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _keep_ledger(partial: Path) -> None:
    """Move the tables of a finished ledger to their place, and note their hashes last."""
    (partial / "ledger").unlink(missing_ok=True)
    for table in LEDGER_TABLES:
        os.replace(partial / "ledger.tmp" / f"{table}.parquet", partial / f"{table}.parquet")
    (partial / "ledger.tmp").rmdir()
    _note_ledger(partial)


def _note_ledger(partial: Path) -> None:
    digests = [f"{file_digest(partial / f'{table}.parquet')} {table}" for table in LEDGER_TABLES]
    (partial / "ledger.new").write_text("\n".join(digests), encoding="utf-8")
    os.replace(partial / "ledger.new", partial / "ledger")


def _ledger_stands(partial: Path) -> bool:
    """Say whether the ledger of member 0 is whole: every table bears the hash that was noted."""
    try:
        lines = (partial / "ledger").read_text(encoding="utf-8").splitlines()
        noted = {table: digest for digest, table in map(str.split, lines)}
        return all(noted[table] == file_digest(partial / f"{table}.parquet") for table in LEDGER_TABLES)
    except (OSError, KeyError, ValueError):
        return False


def _assemble(request: RunRequest, partial: Path) -> Path:
    """Put the finished members together in a folder beside them; returns it."""
    made = _fresh(partial / "run.tmp")
    members = Chunks(partial / "members").read(range(request.members))
    summary = summarise(members, 0 if request.draws is None else len(request.draws))
    tables = {
        "members": members,
        "summary": summary,
        "observations": observations(summary, request),
        "parameters": parameter_table(request.resolved),
    }
    if request.draws is not None:
        tables["draws"] = request.draws.frame()
    for name, table in tables.items():
        table.write_parquet(made / f"{name}.parquet", compression="zstd")
    if request.keep == "ledger":
        for name in LEDGER_TABLES:
            os.link(partial / f"{name}.parquet", made / f"{name}.parquet")
    digests = {path.name: file_digest(path) for path in sorted(made.glob("*.parquet"))}
    (made / "run.toml").write_text(manifest(request, digests), encoding="utf-8")
    return made
