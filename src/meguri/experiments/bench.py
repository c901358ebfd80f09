"""How fast the model is: a quarter, an actor in a quarter, and the funding market beside a plain NumPy twin.

Everything is measured in one process on one real state, repeats interleaved; ratios, not seconds, are what
travels from one machine to another.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable

import numpy as np

from meguri.engine.world import World
from meguri.experiments import numpy_market
from meguri.mechanisms import _search
from meguri.mechanisms.deals import search_of
from meguri.model.member import opened_world
from meguri.model.request import RunRequest
from meguri.model.scenario import load

REPEATS = 9
WARM_QUARTERS = 4


def rows() -> list[dict]:
    """Return rows {case, peer, ours_s, peer_s, ratio}; ``ratio`` is the peer's time over ours, None without a peer."""
    request = RunRequest(load("baseline"), members=1, keep="indicators")
    world = opened_world(request.base, request.resolved, request.span, request.seed, request.scale, {})
    for _ in range(WARM_QUARTERS):
        world.step()
    quarter = _quarter(world)
    actors = sum(int(table.alive.sum()) for table in world.tables.values() if table.offset is not None)
    ours, peer = _market(world)
    return [
        {"case": "quarter, full scale", "peer": "", "ours_s": quarter, "peer_s": None, "ratio": None},
        {"case": f"actor in a quarter ({actors} actors)", "peer": "", "ours_s": quarter / actors, "peer_s": None,
         "ratio": None},
        {"case": "funding market, one quarter of search", "peer": "NumPy", "ours_s": ours, "peer_s": peer,
         "ratio": peer / ours},
    ]  # fmt: skip


def _quarter(world: World) -> float:
    """Return the median time of a quarter, each from the same state."""
    state = world.snapshot()
    times = []
    for _ in range(REPEATS):
        world.restore(state)
        times.append(_seconds(world.step))
    world.restore(state)
    return float(np.median(times))


def _market(world: World) -> tuple[float, float]:
    """Return the median times of the compiled search and of its NumPy twin on the same quarter, interleaved."""
    arguments = search_of(world)
    size = int(arguments[-1].sum()) + 1
    buffers = [np.empty(size, kind) for kind in (np.int64, np.int64, np.float64, np.float64)]
    pairs = [
        (_seconds(lambda: _search.look(*arguments, *buffers)), _seconds(lambda: numpy_market.look(*arguments)))
        for _ in range(REPEATS)
    ]
    ours, peer = np.median(np.array(pairs), axis=0)
    return float(ours), float(peer)


def _seconds(work: Callable[[], object]) -> float:
    begin = clock.perf_counter()
    work()
    return clock.perf_counter() - begin
