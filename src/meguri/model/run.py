"""A run on the shelf: members computed by workers, resumable, never twice, cached by what it was asked for."""

from __future__ import annotations

import os
import shutil
import time as clock
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from meguri.errors import InputError
from meguri.ledger import store
from meguri.model import kept_ledger
from meguri.model.chunks import Chunks
from meguri.model.integrity import Lock, check_files, damage, full_disk
from meguri.model.kept_ledger import LEDGER_TABLES
from meguri.model.manifest import log, manifest
from meguri.model.member import burn_in_start
from meguri.model.parameter_table import parameter_table
from meguri.model.request import RunRequest
from meguri.model.summary import observations, summarise
from meguri.model.work import work_of
from meguri.model.workers import LocalWorkers, Workers, open_workers
from meguri.registry import shelf

Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """A finished run: its folder, whether it was there before, how long it took (s), how many members it computed.

    ``redone`` counts the members among them whose files were damaged since they were finished; ``passed_over`` names
    the damaged runs of the shelf that nothing was taken from.
    """

    folder: Path
    cached: bool
    seconds: float
    computed: int = 0
    redone: int = 0
    passed_over: tuple[str, ...] = ()


def run(request: RunRequest, out: Path, jobs: int = 1, tick: Tick | None = None, on: str = "local") -> Outcome:
    """Run what is asked for, or find it on the shelf; returns the :class:`Outcome`.

    ``tick(done, all)`` is told of finished quarters; ``on`` says who computes. A run that was killed goes on where it
    stopped, and members of a smaller or larger run of the same are taken from there; the folder appears under its name
    only when it is complete. Raises InputError when a finished run is damaged, another process is at work on the same
    run, or a disk is full: what is finished is kept.
    """
    started = clock.perf_counter()
    folder, partial = out / request.id, partial_of(request, out)
    if store.is_run(folder):
        outcome = _found(folder, started)
        if partial.is_dir():  # left by a process that was killed before it had tidied up, or still at work on more
            with suppress(InputError), Lock(partial, patience=0.0):
                _tidy(request, partial)
        return outcome
    with Lock(partial), _nothing_half(partial), full_disk(out):
        if store.is_run(folder):  # another process has just finished it
            return _found(folder, started)
        if folder.exists():
            raise InputError(
                f"'{folder}' is in the way: it is not a complete run", f"「{folder}」は完了した実行結果ではありません"
            )
        return _make(request, out, partial, on, jobs, tick, started)


def partial_of(request: RunRequest, out: Path) -> Path:
    """Return the folder where the members of an unfinished run are kept, whatever their number."""
    return out / f".{request.name}-{request.member_key}.partial"


def chunks_of(request: RunRequest, out: Path) -> Chunks:
    """Return the finished members of an unfinished run."""
    return Chunks(partial_of(request, out) / "members", request.member_key)


def _found(folder: Path, started: float) -> Outcome:
    check_files(folder)
    return Outcome(folder, True, clock.perf_counter() - started)


def _make(
    request: RunRequest, out: Path, partial: Path, on: str, jobs: int, tick: Tick | None, started: float
) -> Outcome:
    chunks = chunks_of(request, out)
    chunks.folder.mkdir(exist_ok=True)
    _note_request(request, partial)
    redone = chunks.drop_damaged() + _drop_damaged_ledger(request, partial)
    passed_over = _take_over(request, out, partial, chunks)
    computed = _run_members(request, partial, chunks, on, jobs, tick)
    made = _assemble(request, partial, chunks)
    seconds = clock.perf_counter() - started
    (made / "log.toml").write_text(log(on, jobs, seconds, computed, redone), encoding="utf-8")
    os.replace(made, out / request.id)
    _tidy(request, partial)
    return Outcome(out / request.id, False, clock.perf_counter() - started, computed, redone, passed_over)


@contextmanager
def _nothing_half(partial: Path) -> Iterator[None]:
    """Delete what is half written when a run ends early: it would only fill the disk."""
    try:
        yield
    except BaseException:
        for name in ("ledger.tmp", "run.tmp"):
            shutil.rmtree(partial / name, ignore_errors=True)
        raise


def _tidy(request: RunRequest, partial: Path) -> None:
    """Delete the unfinished run that is finished now, unless it holds what the finished one does not."""
    more = any(number >= request.members for number in Chunks(partial / "members", request.member_key).numbers())
    if not more and not (kept_ledger.noted(partial) and request.keep != "ledger"):
        shutil.rmtree(partial, ignore_errors=True)


def _note_request(request: RunRequest, partial: Path) -> None:
    """Write what an unfinished run is; of several with other numbers of members, the largest."""
    path = partial / "request.toml"
    with suppress(InputError):
        if store.read_manifest(path)["members"] >= request.members:
            return
    (partial / "request.new").write_text(manifest(request, {}), encoding="utf-8")
    os.replace(partial / "request.new", path)


def _drop_damaged_ledger(request: RunRequest, partial: Path) -> int:
    if not kept_ledger.noted(partial) or not kept_ledger.damaged(partial, request.member_key):
        return 0
    (partial / kept_ledger.NOTE).unlink()
    return 1


def _take_over(request: RunRequest, out: Path, partial: Path, chunks: Chunks) -> tuple[str, ...]:
    """Take the members that other runs of the same have finished; returns the damaged ones that were passed over."""
    have = set(chunks.finished())
    passed_over = []
    line = f'member_key = "{request.member_key}"'
    for path in sorted(out.glob(f"{request.name}-*/run.toml")):
        whole = request.keep != "ledger" or kept_ledger.noted(partial)
        if whole and have.issuperset(range(request.members)):
            break
        if line not in path.read_text(encoding="utf-8", errors="replace").splitlines():
            continue
        if damage(path.parent):
            passed_over.append(path.parent.name)
            continue
        members = pl.read_parquet(path.parent / "members.parquet")
        for frame in members.filter(pl.col("member") < request.members).partition_by("member"):
            if frame["member"][0] not in have:
                chunks.write(frame)
                have.add(frame["member"][0])
        if not whole and (path.parent / "flows.parquet").is_file():
            kept_ledger.take(path.parent, partial, request.member_key)
    return tuple(passed_over)


def _run_members(request: RunRequest, partial: Path, chunks: Chunks, on: str, jobs: int, tick: Tick | None) -> int:
    """Compute the members that are not there yet; returns how many."""
    finished = chunks.finished()
    whole = request.keep == "ledger" and not (0 in finished and kept_ledger.noted(partial))
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
    workers = open_workers(on, jobs, len(waiting))
    local = workers if isinstance(workers, LocalWorkers) else LocalWorkers(1)
    running: set[Future[list[pl.DataFrame]]] = set()
    ledger: Future[list[pl.DataFrame]] | None = None
    try:
        if whole:
            ledger = local.submit(work_of(request, [0]), advance, kept_ledger.begin(partial))
            running.add(ledger)
        pieces = _pieces(waiting, workers)
        while True:
            while len(running) < workers.at_once and (piece := next(pieces, None)) is not None:
                running.add(workers.submit(work_of(request, piece), advance))
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                frames = future.result()
                if future is ledger:
                    kept_ledger.keep(partial, request.member_key)
                for frame in frames:
                    chunks.write(frame)
                running.remove(future)
    finally:
        workers.close()
        local.close()
        _keep_what_is_done(running - {ledger}, chunks)
    return len(waiting) + whole


def _keep_what_is_done(running: set[Future[list[pl.DataFrame]]], chunks: Chunks) -> None:
    """Write the members that were finished while a run was ending early, as far as the disk takes them."""
    for future in running:
        if future.done() and not future.cancelled() and future.exception() is None:
            with suppress(OSError):
                for frame in future.result():
                    chunks.write(frame)


def _pieces(waiting: list[int], workers: Workers) -> Iterator[list[int]]:
    size = workers.members_a_piece
    return (waiting[first : first + size] for first in range(0, len(waiting), size))


def _assemble(request: RunRequest, partial: Path, chunks: Chunks) -> Path:
    """Put the finished members together in a folder beside them; returns it."""
    made = kept_ledger.fresh(partial / "run.tmp")
    members = chunks.read(range(request.members))
    summary = summarise(members, 0 if request.draws is None else len(request.draws))
    tables = {
        "members": members,
        "summary": summary,
        "observations": observations(summary, request),
        "parameters": parameter_table(request.resolved, request.pack),
    }
    if request.draws is not None:
        tables["draws"] = request.draws.frame()
    for name, table in tables.items():
        table.write_parquet(made / f"{name}.parquet", compression="zstd")
    if request.keep == "ledger":
        for name in LEDGER_TABLES:
            _link(partial / f"{name}.parquet", made / f"{name}.parquet")
    digests = {path.name: store.file_digest(path) for path in sorted(made.glob("*.parquet"))}
    (made / "run.toml").write_text(manifest(request, digests), encoding="utf-8")
    return made


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system knows no second names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
