"""Choice that is stable under entry: races of keyed clocks, first among cells, then inside one.

A chooser picks a cell of a fixed grid, then a candidate of that cell. At each step every alternative has
a clock keyed by the pair (chooser, alternative); the smallest clock over weight wins, so that an added
alternative changes a choice only if it wins itself (DESIGN rule 5).
"""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import bits, clock
from meguri.engine.kernels import kernel


@kernel
def race(key, chooser, candidates, weights, first, last):
    """Return the index in [first, last) that wins, or -1 when no weight is positive.

    ``candidates``: int64 ids that key the clocks; ``weights``: float64, not normalised.
    """
    best = -1
    best_time = np.inf
    for i in range(first, last):
        if weights[i] > 0.0:
            time = clock(key, chooser, candidates[i], weights[i])
            if time < best_time:
                best_time = time
                best = i
    return best


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
            chosen = np.sort(rows[np.argsort(priority)[:limit]])
            kept_order[used : used + limit] = chosen
            used += limit
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
