"""What large ensembles cost: core seconds, bytes and memory a member, and the price of a scheduler.

``python -m meguri.experiments.scale_bench [--quick] [--json]`` starts a scheduler and two workers of one thread on this
machine and measures real pieces of work on them. Core seconds are the processor time of the worker processes, so that
other work on the machine lengthens the run and hardly the figures; what is compared in wall time is interleaved.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time as clock
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from meguri.experiments.loopback import Loopback
from meguri.model import parcel
from meguri.model.chunks import Chunks
from meguri.model.cluster import ClusterWorkers
from meguri.model.draws import from_prior
from meguri.model.request import RunRequest
from meguri.model.scenario import load
from meguri.model.summary import summarise
from meguri.model.work import MOST_CACHED, compute, work_of
from meguri.model.workers import LocalWorkers, Workers

#: Members of an ensemble in the extrapolation, and countries.
WANTED, COUNTRIES = 10_000, 7
MIB = 2**20


def request_of(scale: float, draws: int = 2, last: str = "2030Q4") -> RunRequest:
    """Return an ensemble too large for the cache of burnt-in states: every member burns in, as in a large one."""
    request = RunRequest(load("baseline"), last=last, scale=scale, members=MOST_CACHED + 1, keep="indicators")
    return replace(request, draws=from_prior(request.base, draws, 1))


def rows(quick: bool = False) -> Iterator[dict]:
    """Yield rows {case, value, low, high, unit}; ``quick`` leaves out scale 1 and the putting together of 10,000."""
    yield _row("processes at work on this machine before", [os.getloadavg()[0]], "(load)")
    yield from _bytes(request_of(0.1))
    with Loopback(2) as there:
        workers = ClusterWorkers(there.address)
        try:
            yield from _empty_tasks(there)
            for scale, members in ((0.1, 4),) if quick else ((0.1, 6), (1.0, 4)):
                yield from _members(there, workers, scale, members)
            yield from _price(workers, request_of(0.02, last="2018Q4"))
        finally:
            workers.close()
    if not quick:
        yield from _put_together(request_of(0.1))
    yield _row("processes at work on this machine after", [os.getloadavg()[0]], "(load)")


def _through(workers: Workers, request: RunRequest, numbers: Iterable[int]) -> float:
    """Compute members through workers as a run does; returns the seconds that it took."""
    waiting = list(numbers)
    running: set[Future[list[pl.DataFrame]]] = set()
    begin = clock.perf_counter()
    while waiting or running:
        while waiting and len(running) < workers.at_once:
            running.add(workers.submit(work_of(request, [waiting.pop(0)]), lambda count: None))
        ready, running = wait(running, return_when=FIRST_COMPLETED)
        for future in ready:
            future.result()
    return clock.perf_counter() - begin


def _price(workers: ClusterWorkers, request: RunRequest, repeats: int = 5, members: int = 4) -> list[dict]:
    """The same members through two threads here and through two workers, interleaved."""
    local = LocalWorkers(2)
    try:
        _through(local, request, range(2))
        pairs, cpu, wire = [], [], []
        for repeat in range(repeats):
            numbers = range(members * repeat, members * (repeat + 1))
            near = _through(local, request, numbers)
            before, sent = clock.process_time(), psutil.net_io_counters(pernic=True)["lo"].bytes_sent
            far = _through(workers, request, numbers)
            cpu.append((clock.process_time() - before) / members)
            wire.append((psutil.net_io_counters(pernic=True)["lo"].bytes_sent - sent) / members)
            pairs.append((near / members, far / members))
    finally:
        local.close()
    near_s, far_s = np.array(pairs).T
    return [
        _row("short member (3 years, scale 0.02), two threads here", near_s, "s a member"),
        _row("short member, two workers of a cluster", far_s, "s a member"),
        _row("ratio cluster / here", far_s / near_s, ""),
        _row("processor time of the asking process, a piece", cpu, "s"),
        _row("all bytes on the loopback (client, scheduler, worker), a piece with draws", wire, "bytes"),
    ]


def _nothing(number: int) -> int:
    return number


def _empty_tasks(there: Loopback, tasks: int = 500, repeats: int = 5) -> list[dict]:
    from distributed import Client

    scheduler = psutil.Process(there.scheduler.pid)
    rates, cpu = [], []
    with Client(there.address, set_as_default=False) as client:
        for _ in range(repeats):
            begin, before = clock.perf_counter(), _cpu(scheduler)
            client.gather(client.map(_nothing, range(tasks), pure=False))
            rates.append(tasks / (clock.perf_counter() - begin))
            cpu.append((_cpu(scheduler) - before) / tasks)
    return [
        _row("empty tasks through the scheduler", rates, "a second"),
        _row("processor time of the scheduler, an empty task", cpu, "s"),
    ]


def _members(there: Loopback, workers: ClusterWorkers, scale: float, members: int) -> list[dict]:
    """Core seconds and memory of 60 quarters with their burn-in, by worker."""
    request = replace(request_of(scale), draws=None)
    _through(workers, request_of(0.02, last="2016Q1"), range(4))  # kernels are loaded before anything is counted
    processes = [psutil.Process(worker.pid) for worker in there.workers]
    seconds = []
    for pair in range(members // 2):
        before = sum(map(_cpu, processes))
        _through(workers, request, range(2 * pair, 2 * pair + 2))
        seconds.append((sum(map(_cpu, processes)) - before) / 2)
    name = f"60 quarters and burn-in at scale {scale:g}"
    return [
        _row(f"{name}: core seconds", seconds, "s a member"),
        _row(f"{name}: members a core", 3600 / np.array(seconds), "an hour"),
        _row(f"{name}: peak memory of a worker", [_peak(worker.pid) / MIB for worker in there.workers], "MiB"),
    ]


def _bytes(request: RunRequest) -> list[dict]:
    """Bytes out, back and on disk of one member of 60 quarters."""
    alone, drawn = work_of(replace(request, draws=None), [0]), work_of(request, [0])
    (frame,) = compute(drawn)
    (back,) = parcel.write_frames([frame])
    return [
        _row("bytes out, a member without draws", [len(parcel.pack(alone))], "bytes"),
        _row("bytes out, a member with all numbers drawn", [len(parcel.pack(drawn))], "bytes"),
        _row("bytes back, a member", [len(back)], "bytes"),
        _row("rows, a member", [frame.height], "rows"),
    ]


def _put_together(request: RunRequest) -> list[dict]:
    """Put 10,000 members together from files, as the end of a run does (values of one member, disturbed)."""
    (frame,) = compute(work_of(request, [0]))
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory(prefix="meguri-scale-") as folder:
        chunks = Chunks(Path(folder), "scale")
        begin = clock.process_time()
        for number in range(WANTED):
            noise = pl.Series("value", frame["value"].to_numpy() * random.normal(1.0, 0.1, frame.height))
            chunks.write(frame.with_columns(pl.lit(number, pl.Int32).alias("member"), noise))
        wrote = (clock.process_time() - begin) / WANTED
        begin = clock.process_time()
        members = chunks.read(range(WANTED))
        summarise(members, 100)
        joined = clock.process_time() - begin
        members.write_parquet(Path(folder) / "members.parquet", compression="zstd")
        size = (Path(folder) / "members.parquet").stat().st_size
        unfinished = sum(path.stat().st_size for path in Path(folder).glob("0*.parquet"))
    return [
        _row("write a finished member", [wrote], "s"),
        _row(f"put {WANTED} members together: processor time", [joined], "s"),
        _row(f"put {WANTED} members together: peak memory", [_peak(os.getpid()) / MIB], "MiB"),
        _row(f"members.parquet of {WANTED} members", [size / MIB], "MiB"),
        _row(f"files of {WANTED} members until then", [unfinished / MIB], "MiB"),
    ]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _peak(pid: int) -> float:
    """Return the peak resident memory of a process (bytes; Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return float(line.split()[1]) * 1024
    raise RuntimeError("the peak memory of a process is read from /proc, which is not here")


def _row(case: str, values: Iterable[float], unit: str) -> dict:
    found = np.asarray(list(values), float)
    return {
        "case": case,
        "value": float(np.median(found)),
        "low": float(found.min()),
        "high": float(found.max()),
        "unit": unit,
    }


def main() -> None:
    """Measure and print row by row, or with ``--json`` all at the end."""
    found = []
    for row in rows("--quick" in sys.argv):
        found.append(row)
        if "--json" not in sys.argv:
            spread = "" if row["low"] == row["high"] else f"  ({row['low']:.4g} to {row['high']:.4g})"
            print(f"{row['case']}: {row['value']:.4g}{spread} {row['unit']}", flush=True)
    if "--json" in sys.argv:
        print(json.dumps({"machine": platform.machine(), "cores": os.cpu_count(), "rows": found}, indent=1))


if __name__ == "__main__":
    main()
