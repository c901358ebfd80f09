"""Who can pay beside funds: closeness of places, large and mid-size firms by industry, access to investors."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.choice import sort_into_cells
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, power
from meguri.mechanisms._geography import distances

_LARGE, _MID = vocabulary.code("classes", "large_firm"), vocabulary.code("classes", "mid_firm")
_INDUSTRIES, _REGIONS = len(vocabulary.table("industries")), len(vocabulary.table("regions"))


@kernel
def closeness_of(distance, decay, pull, out):
    """Return the weight of each prefecture (column) seen from each (row): distance decay times the hub's pull."""
    for a in range(1, distance.shape[0]):
        for b in range(1, distance.shape[1]):
            out[a, b] = exp(-decay * distance[a, b]) * pull[b - 1]


@kernel
def big_firms(cls, ended, industry, parent, mid, cells):
    """Give each living large (and, with ``mid``, mid-size) firm its industry (from 0); others get -1.

    A firm that was a start-up (``parent``) pays whatever its size.
    """
    for i in range(len(cls)):
        big = ended[i] == 0 and (cls[i] == _LARGE or parent[i] != 0 or (mid and cls[i] == _MID))
        cells[i] = np.int64(industry[i]) - 1 if big else -1


def closeness(world, p) -> np.ndarray:
    """Return how strongly a place (row, code) looks at another (column, code)."""
    out = np.zeros((_REGIONS + 1, _REGIONS + 1))
    closeness_of(distances(), p.distance_decay * (1.0 - p.remote_search), world.hub.pull, out)
    return out


def firms_that_pay(world, mid: bool):
    """Return the firms that may pay: (columns, cells by industry, yen promised so far)."""
    firm = world.firm
    if not firm.n:
        none = np.zeros(0, np.int64)
        columns = (none, np.zeros(0, np.uint8), none, none)
        return columns, sort_into_cells(none, _INDUSTRIES), none
    cells = np.empty(firm.n, np.int64)
    big_firms(firm.cls, firm.ended, firm.industry, firm.parent, mid, cells)
    columns = (firm.id, firm.region, firm.sales, firm.cash)
    return columns, sort_into_cells(cells, _INDUSTRIES), np.zeros(firm.n, np.int64)


def access(p, seen) -> np.ndarray:
    """Return how well each prefecture (by code) reaches investors beside funds, relative to the best."""
    reach = np.concatenate([[0.0], p.investor_weight])
    found = np.array([float((seen[:, r] * reach).sum()) for r in range(_REGIONS + 1)])
    return np.array([power(float(a), p.access_elasticity) for a in found / found.max()])
