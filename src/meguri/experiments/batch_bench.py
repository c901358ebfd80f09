"""The batch: many members of a small country, indicators only, beside the kernel time of one of them.

Two figures and one bound. ``batch``: the time of all members on two workers (``peer_s``) against the time that one
member spends in kernels on one thread (``ours_s``); half the number of members is perfect. ``outside_kernels``: the
time of members on one thread (``peer_s``) against their kernel time (``ours_s``), so that the share outside is
``1 - 1/ratio``. ``batch_memory``: the peak of the processes that ran the batch, in GiB, as ``ratio``.

Every member burns in afresh, as the members of a large ensemble do. Workers are processes, as in a run of so many
members, and their start counts; the peak of memory is that of all of them and of the process that asks, in which
memory that they share counts once (proportional set size): ``python -m meguri.experiments.batch_bench``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from meguri.engine import time
from meguri.experiments.kernel_time import seconds_in_kernels
from meguri.experiments.peers.memory import Peak
from meguri.experiments.peers.timing import Row, row, seconds
from meguri.model.processes import ProcessWorkers
from meguri.model.request import RunRequest
from meguri.model.scenario import load
from meguri.model.work import compute, work_of

#: Members of which the kernel time is taken, before and after each batch.
_SINGLE = 3


def batch_rows(
    members: int = 64,
    quarters: int = 60,
    short_members: int = 64,
    short_quarters: int = 20,
    scale: float = 0.1,
    workers: int = 2,
    repeats: int = 3,
) -> list[Row]:
    """Return the rows {case, peer, ours_s, peer_s, low, high, ratio} of the batch, measured in a process of its own.

    ``short_members`` of ``short_quarters`` quarters are measured for the time outside kernels; ``repeats`` batches
    are run, each with members that no other has had.
    """
    order = [sys.executable, "-m", "meguri.experiments.batch_bench", "--members", str(members)]
    order += ["--quarters", str(quarters), "--short-members", str(short_members)]
    order += ["--short-quarters", str(short_quarters), "--scale", repr(scale), "--workers", str(workers)]
    order += ["--repeats", str(repeats)]
    return json.loads(subprocess.run(order, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _measured(
    members: int, quarters: int, short_members: int, short_quarters: int, scale: float, workers: int, repeats: int
) -> list[Row]:
    long, short = _request(members * repeats, quarters, scale), _request(short_members * repeats, short_quarters, scale)
    _member(long, 0)()  # compile, import, resolve
    whole, single, peaks = [], [], []
    for repeat in range(repeats):
        batch = range(repeat * members, (repeat + 1) * members)
        single.append(float(np.median([seconds_in_kernels(_member(long, k))[1] for k in batch[:_SINGLE]])))
        with Peak() as together:
            whole.append(seconds(lambda batch=batch: _batch(long, batch, workers)))  # type: ignore[misc]
        peaks.append(together.mebibytes / 1024)
    all_of, kernels = [], []
    for repeat in range(repeats):
        total, inside = 0.0, 0.0
        for k in range(repeat * short_members, (repeat + 1) * short_members):
            took, counted = seconds_in_kernels(_member(short, k))
            total, inside = total + took, inside + counted
        all_of.append(total)
        kernels.append(inside)
    memory: Row = {"case": "batch_memory", "peer": "", "ours_s": None, "peer_s": None}
    memory |= {"low": min(peaks), "high": max(peaks), "ratio": float(np.median(peaks))}
    return [
        row("batch", "", single, whole),
        row("outside_kernels", "", kernels, all_of),
        memory,
    ]


def _request(members: int, quarters: int, scale: float) -> RunRequest:
    last = time.name(time.quarter(RunRequest.first) + quarters - 1)
    return RunRequest(load("baseline"), last=last, scale=scale, members=members, keep="indicators")


def _member(request: RunRequest, number: int) -> Callable[[], object]:
    """Return the work of one member; its burn-in is simulated, not read."""
    return lambda: compute(replace(work_of(request, [number]), cache=False))


def _batch(request: RunRequest, numbers: Sequence[int], workers: int) -> None:
    pool = ProcessWorkers(workers)
    works = [replace(work_of(request, [number]), cache=False) for number in numbers]
    for future in [pool.submit(work, lambda quarters: None) for work in works]:
        future.result()
    pool.close()


def _main() -> None:
    parser = argparse.ArgumentParser()
    for name, kind in (("members", int), ("quarters", int), ("short-members", int), ("short-quarters", int),
                       ("scale", float), ("workers", int), ("repeats", int)):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, required=True)
    print(json.dumps(_measured(**vars(parser.parse_args()))))


if __name__ == "__main__":
    _main()
