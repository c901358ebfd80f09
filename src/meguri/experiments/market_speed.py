"""How near the market is to what the machine allows: its two searches beside the bounds of memory and of clocks.

The bound of memory is the time in which the machine copies as many bytes as a search has to read or write once;
the bound of clocks is the time of as many keyed uniforms as the search compares, in one plain loop. Both are
measured in the same process as the search, repeats interleaved.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable

import numpy as np

from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel
from meguri.engine.world import World
from meguri.mechanisms import _contracts, _search
from meguri.mechanisms.deals import search_of
from meguri.mechanisms.joint_research import matching_of

REPEATS = 9
_COPIED = 8_000_000
_DRAWN = 1_000_000
#: Bytes of a start-up's row that a look reads: beliefs, potential, revenue, times, stage.
_OF_A_LOOK = 64
#: Bytes that one tender with a partner reads of its firm (six ties) and writes.
_OF_A_MATCH = 2 * 6 * 4 + 16 + 17


@kernel
def _copy(source, target):
    for i in range(len(source)):
        target[i] = source[i]


@kernel
def _draw(key, chooser, candidates, out):
    for i in range(len(candidates)):
        out[i] = uniform(key, chooser, candidates[i])


def bandwidth(repeats: int = REPEATS) -> float:
    """Return the bytes a second of a copy of 64 MB, read and written (McCalpin 1995, STREAM)."""
    source, target = np.ones(_COPIED), np.zeros(_COPIED)
    _copy(source, target)
    return 2.0 * source.nbytes / float(np.median([_seconds(lambda: _copy(source, target)) for _ in range(repeats)]))


def clocks_a_second(repeats: int = REPEATS) -> float:
    """Return how many keyed uniforms a plain loop draws in a second."""
    candidates, out = np.arange(_DRAWN), np.empty(_DRAWN)
    key = np.uint64(1)
    _draw(key, 1, candidates, out)
    return _DRAWN / float(np.median([_seconds(lambda: _draw(key, 1, candidates, out)) for _ in range(repeats)]))


def rows(world: World, repeats: int = REPEATS) -> list[dict]:
    """Return rows {case, peer, ours_s, peer_s, low, high, ratio} of a world that has joint research.

    ``peer`` is ``bandwidth`` or ``clocks``, ``peer_s`` the bound and ``ratio`` the bound over our time: 1 is perfect.
    ``low`` and ``high`` are the second smallest and second largest ratio of the repeats. The world is left as it was.
    """
    state = world.snapshot()
    found = []
    for case, (run, moved, clocks) in (
        ("search of funds, one quarter", _search_case(world)),
        ("partners of research tenders, one quarter", _partner_case(world)),
    ):
        run()
        samples = [(run(), moved / bandwidth(1), clocks / clocks_a_second(1)) for _ in range(repeats)]
        ours, by_memory, by_clocks = np.array(samples).T
        found += [_row(case, "bandwidth", ours, by_memory), _row(case, "clocks", ours, by_clocks)]
    world.restore(state)
    return found


def _row(case: str, peer: str, ours: np.ndarray, bound: np.ndarray) -> dict:
    ratios = np.sort(bound / ours)
    inner = min(1, (len(ratios) - 1) // 2)
    ours_s, bound_s = float(np.median(ours)), float(np.median(bound))
    return {"case": case, "peer": peer, "ours_s": ours_s, "peer_s": bound_s, "low": float(ratios[inner]),
            "high": float(ratios[-1 - inner]), "ratio": bound_s / ours_s}  # fmt: skip


def _search_case(world: World) -> tuple[Callable[[], float], float, float]:
    """Return (timed run, bytes, clocks) of the funds' search."""
    arguments = search_of(world)
    grid, counts = arguments[6], arguments[-1]
    looks, raising = int(counts.sum()), len(grid[0])
    buffers = [np.empty(looks + 1, kind) for kind in (np.int64, np.int64, np.float64, np.float64)]
    sizes = grid[4]
    in_group = float((sizes * sizes).sum() / max(sizes.sum(), 1.0))
    clocks = looks * (len(grid[2]) + grid[5] + _search.GROUPS + in_group)
    moved = sum(part.nbytes for part in grid[:5]) + arguments[3].nbytes + 20 * raising
    moved += looks * (_OF_A_LOOK + sum(buffer.itemsize for buffer in buffers))
    return lambda: _seconds(lambda: _search.look(*arguments, *buffers)), moved, clocks


def _partner_case(world: World) -> tuple[Callable[[], float], float, float]:
    """Return (timed run, bytes, clocks) of the matching of tenders, each run from the same state."""
    arguments = matching_of(world)
    written = (0, 4, 5, len(arguments) - 1)
    regions, start, by_cell = arguments[19], arguments[24], arguments[25]
    opening = arguments[0].copy()

    def run() -> float:
        fresh = [part.copy() if place in written else part for place, part in enumerate(arguments)]
        taken.append((fresh[0], fresh[4]))
        return _seconds(lambda: _contracts.match(*fresh))

    taken: list[tuple[np.ndarray, np.ndarray]] = []
    run()
    state, universities = taken[0]
    found = (opening == 0) & ((state == _contracts.NEGOTIATING) | (state == _contracts.LOST))
    clocks = float(np.diff(start)[regions[universities[found]].astype(np.int64) - 1].sum())
    waiting = int((opening == 0).sum())
    moved = arguments[0].nbytes + 13 * waiting + _OF_A_MATCH * int(found.sum())
    moved += by_cell.nbytes + sum(arguments[place].nbytes for place in (18, 19, 20, 21, 22, 23))
    return run, moved, clocks


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time of this thread, which other work on the machine disturbs least."""
    begin = clock.thread_time()
    work()
    return clock.thread_time() - begin
