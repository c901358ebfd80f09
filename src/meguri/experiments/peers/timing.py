"""Times side by side: medians, and the ratio with its interval."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

#: Fewest interleaved repeats of a figure that is reported.
REPEATS = 9
_RESAMPLES = 2000

Row = dict[str, Any]


def seconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes (s)."""
    begin = clock.perf_counter()
    work()
    return clock.perf_counter() - begin


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of ``work`` on this thread (s), which other work on the machine disturbs least."""
    begin = clock.thread_time()
    work()
    return clock.thread_time() - begin


def row(case: str, peer: str, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    """Return a row of medians (s) and of ``ratio``, the peer's median over ours.

    ``ours[n]`` and ``theirs[n]`` were taken in the same repeat. ``low``, ``high``: 95% interval of the ratio, from
    2,000 resamples of the repeats as pairs (percentile bootstrap; Efron and Tibshirani 1993, chapter 13).
    """
    both = np.array([ours, theirs])
    picks = np.random.default_rng(1).integers(both.shape[1], size=(_RESAMPLES, both.shape[1]))
    first, second = np.median(both[:, picks], axis=2)
    low, high = np.quantile(second / first, (0.025, 0.975))
    mine, other = np.median(both, axis=1)
    return {"case": case, "peer": peer, "ours_s": float(mine), "peer_s": float(other), "low": float(low),
            "high": float(high), "ratio": float(other / mine)}  # fmt: skip


def alone(case: str, times: Sequence[float]) -> Row:
    """Return a row without a peer: the median time (s)."""
    return {"case": case, "peer": "", "ours_s": float(np.median(times)), "peer_s": None, "low": None, "high": None,
            "ratio": None}  # fmt: skip
