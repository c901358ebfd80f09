"""Choice that is stable under entry: races of keyed clocks, first among cells, then inside one.

A chooser picks a cell of a fixed grid, then a candidate of that cell. At each step every alternative has
a clock keyed by the pair (chooser, alternative); the smallest clock over weight wins, so that an added
alternative changes a choice only if it wins itself (DESIGN rule 5).
"""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import bits, uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import log

_LARGEST = float(np.finfo(np.float64).max)
_ROUNDING = 1.0 + 1e-9
_HEAD, _BLOCK = 8, 16


@kernel
def race(key, chooser, candidates, weights, first, last):
    """Return the index in [first, last) that wins, or -1 when no weight is positive.

    ``candidates``: int64 ids that key the clocks; ``weights``: float64, not normalised. The smallest clock
    -ln(u) / weight wins. Since 2 (1 - u) / (1 + u) <= -ln(u) <= (1 - u^2) / 2u, most clocks are told apart without
    a logarithm, and whole blocks are passed over that hold none to beat the best so far: that is fastest where
    large weights come first.
    """
    best, best_u, low, high = -1, 0.5, _LARGEST, _LARGEST
    place, end = first, last if last - first < _HEAD + _BLOCK else first + _HEAD
    while True:
        for i in range(place, end):
            u, weight = uniform(key, chooser, candidates[i]), weights[i]
            rest, middle = 1.0 - u, 0.5 + 0.5 * u
            if rest <= high * (weight * middle) and i != best:
                at_most = _ROUNDING * rest * middle / (u * weight)
                if at_most < low or best < 0 or _before(u, weight, i, best_u, weights[best], best):
                    best, best_u, low, high = i, u, rest / (middle * weight), at_most
        doubtful = 0
        while end < last and doubtful == 0:
            place = min(end, last - _BLOCK)
            end = place + _BLOCK
            begin = np.uint64(place)
            for lane in range(_BLOCK):
                at = begin + np.uint64(lane)
                u = uniform(key, chooser, candidates[at])
                doubtful += 1.0 - u <= high * (weights[at] * (0.5 + 0.5 * u))
        if doubtful == 0:
            return best


@kernel
def _before(u, weight, place, other_u, other_weight, other):
    """Say whether one clock runs out before another, by logarithms; of equal clocks the one at the lower place."""
    time, other_time = -log(u) / weight, -log(other_u) / other_weight
    return time < other_time or (time == other_time and place < other)


@kernel
def sort_into_cells(cells, n_cells):
    """Return (order, start): the rows of each cell are ``order[start[c]:start[c + 1]]``.

    Rows with cell < 0 are left out. Inside a cell rows keep their order.
    """
    start = np.zeros(n_cells + 1, np.int64)
    for i in range(len(cells)):
        if cells[i] >= 0:
            start[cells[i] + 1] += 1
    for c in range(n_cells):
        start[c + 1] += start[c]
    fill = start[:-1].copy()
    order = np.empty(start[n_cells], np.int64)
    for i in range(len(cells)):
        if cells[i] >= 0:
            order[fill[cells[i]]] = i
            fill[cells[i]] += 1
    return order, start


@kernel
def thin_cells(order, start, ids, key, limit):
    """Keep at most ``limit`` rows of each cell, those with the smallest keyed priority; returns (order, start)."""
    n_cells = len(start) - 1
    kept_order = np.empty(len(order), np.int64)
    kept_start = np.zeros(n_cells + 1, np.int64)
    used = 0
    for c in range(n_cells):
        rows = order[start[c] : start[c + 1]]
        if len(rows) <= limit:
            kept_order[used : used + len(rows)] = rows
            used += len(rows)
        else:
            priority = np.empty(len(rows), np.uint64)
            for i in range(len(rows)):
                priority[i] = bits(key, ids[rows[i]], 0)
            last, room = np.partition(priority, limit - 1)[limit - 1], used + limit
            for i in range(len(rows)):
                if priority[i] <= last and used < room:
                    kept_order[used] = rows[i]
                    used += 1
        kept_start[c + 1] = used
    return kept_order[:used], kept_start


@kernel
def by_priority(rows, scores, ids, key):
    """Return rows by falling score; equals are ordered by a keyed priority, never by their place in memory."""
    priority = np.empty(len(rows), np.uint64)
    for i in range(len(rows)):
        priority[i] = bits(key, ids[rows[i]], 1)
    first = rows[np.argsort(priority)]
    values = np.empty(len(first))
    for i in range(len(first)):
        values[i] = -scores[first[i]]
    return first[np.argsort(values, kind="mergesort")]
