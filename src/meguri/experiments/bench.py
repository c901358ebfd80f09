"""How fast the model is: a quarter, an actor in a quarter, and the funding market beside its peers.

Everything is measured in one run on one real state, repeats interleaved; ratios, not seconds, are what travels from
one machine to another. ``benchmarks/README.md`` declares what each peer computes.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from meguri.engine.world import World
from meguri.experiments import market_speed
from meguri.experiments.batch_bench import batch_rows
from meguri.experiments.peers import batch, memory, side_by_side, threads
from meguri.experiments.peers.export import quarter_of
from meguri.experiments.peers.numpy_peer import NumPy
from meguri.experiments.peers.timing import REPEATS, Row, alone, seconds
from meguri.model.member import opened_world
from meguri.model.request import RunRequest
from meguri.model.scenario import load

WARM_QUARTERS = 4

Tick = Callable[[float, float], None]


@dataclass(frozen=True)
class Plan:
    """How much is measured: repeats, size of the country, and two batches.

    ``members``, ``quarters``, ``workers`` are those of the batch of funding markets; ``whole`` are the arguments of
    :func:`meguri.experiments.batch_bench.batch_rows`, whose members are of the whole model, and ``whole_s`` about how
    long it takes (s).
    """

    repeats: int = REPEATS
    repeats_of_memory: int = 3
    scale: float = 1.0
    members: int = 16
    quarters: int = 40
    workers: int = 2
    whole: dict[str, Any] = field(default_factory=lambda: {"short_members": 16})
    whole_s: float = 300.0


#: One repeat on a small country: to see that everything works, not to report.
QUICK = Plan(
    repeats=1, repeats_of_memory=1, scale=0.02, members=2, quarters=2, whole_s=10.0,
    whole={"members": 2, "quarters": 4, "short_members": 1, "short_quarters": 4, "scale": 0.02, "repeats": 1},
)  # fmt: skip


@dataclass
class Measured:
    """Rows {case, peer, ours_s, peer_s, low, high, ratio}, peak memory (MiB), and the peers that are missing."""

    rows: list[Row]
    memory_mib: dict[str, float] = field(default_factory=dict)
    missing: list[side_by_side.Missing] = field(default_factory=list)


def rows(plan: Plan = Plan()) -> list[Row]:
    """Return the rows of a quarter of the whole model, of the market beside NumPy and beside what bounds it."""
    world = _world(plan)
    beside = side_by_side.rows(quarter_of(world), {"numpy": NumPy}, plan.repeats, lambda: None)
    return [*_quarter(world, plan), *beside, *market_speed.rows(world, plan.repeats)]


def peers(plan: Plan, tick: Tick) -> Measured:
    """Return all rows; ``tick`` is told of the work done and of all work, in about seconds."""
    clock = _Clock(plan, tick)
    clock.passed(0.0)
    world = _world(plan)
    found = _quarter(world, plan)
    quarter = quarter_of(world)
    del world
    clock.passed(clock.OPENING)
    kinds, missing = side_by_side.peers(quarter)
    found += side_by_side.rows(quarter, kinds, plan.repeats, lambda: clock.passed(clock.QUARTER))
    found += threads.rows(quarter, plan.repeats, lambda: clock.passed(clock.THREADS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quarter.npz"
        quarter.save(path)
        if "mesa" in kinds:
            found += batch.rows(
                quarter, path, plan.repeats, plan.members, plan.quarters, plan.workers,
                lambda: clock.passed(clock.batch),
            )  # fmt: skip
        table, medians = memory.rows(path, kinds, plan.repeats_of_memory, lambda: clock.passed(clock.MEMORY))
    found += batch_rows(workers=plan.workers, **plan.whole)
    clock.passed(plan.whole_s)
    return Measured([*found, *table], medians, missing)


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, cores, system, versions."""
    packages: dict[str, str | None] = {}
    for name in ("meguri", "numba", "numpy", "mesa", "agentpy"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = None
    return {"processor": _processor(), "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(), "packages": packages}  # fmt: skip


def load_of_machine() -> float | None:
    """Return how many processes ran or waited in the last minute, where the system says so: 0 is best for figures."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


class _Clock:
    """Adds up the work done, in about seconds on an ordinary core."""

    OPENING, QUARTER, THREADS, MEMORY = 10.0, 1.2, 0.5, 8.0

    def __init__(self, plan: Plan, tick: Tick) -> None:
        self.batch = 1.5 + plan.members * plan.quarters * 0.02 * plan.scale / plan.workers
        self.total = self.OPENING + plan.repeats * (self.QUARTER + self.THREADS + self.batch)
        self.total += plan.repeats_of_memory * self.MEMORY + plan.whole_s
        self.done, self.tick = 0.0, tick

    def passed(self, amount: float) -> None:
        self.done += amount
        self.tick(self.done, self.total)


def _world(plan: Plan) -> World:
    """Return the baseline a few quarters after its opening."""
    request = RunRequest(load("baseline"), members=1, keep="indicators", scale=plan.scale)
    world = opened_world(request.base, request.resolved, request.span, request.seed, request.scale, {})
    for _ in range(WARM_QUARTERS):
        world.step()
    return world


def _quarter(world: World, plan: Plan) -> list[Row]:
    """Return the rows of a quarter of the whole model, and of an actor in it, each from the same state."""
    state = world.snapshot()
    times = []
    for _ in range(plan.repeats):
        world.restore(state)
        times.append(seconds(world.step))
    world.restore(state)
    actors = sum(int(table.alive.sum()) for table in world.tables.values() if table.offset is not None)
    return [alone("quarter", times), alone("actor_in_a_quarter", [time / actors for time in times])]


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
