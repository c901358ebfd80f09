"""Who closes a fund, how large, with which firms as partners, and where: asks against offers, races of clocks."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import bits
from meguri.mechanisms import _closings

from . import venture
from .rounds import fastest
from .venture import REGIONS

pytestmark = pytest.mark.twin("fundraising")

KEY, N, MANAGERS = venture.key("closings"), 300, 150


@pytest.fixture
def rng():
    return np.random.default_rng(43)


@pytest.mark.parametrize("ample", [1.0, 30.0])
def test_asks_are_met_out_of_offers(rng, ample):
    offer = (rng.integers(0, 10**10, (5, 4)) * ample).astype(np.int64)
    offer[1] = 0
    who, ids = rng.permutation(MANAGERS)[:40], rng.integers(1, 2**60, MANAGERS)
    kind = rng.integers(0, 3, 40).astype(np.uint8)
    ask, score = rng.integers(10**9, 5 * 10**9, 40), np.round(rng.random(40) * 3)  # many equal records
    left, before = offer.tolist(), offer.copy()
    granted = _closings.close_asks(offer, who, kind, ask, score, ids, KEY, 1.5, 1e9)
    twin = [0] * 40
    order = sorted(range(40), key=lambda j: (-score[j], bits(KEY, ids[who[j]], 1)))
    for k in range(3):
        mine = [j for j in order if kind[j] == k]
        scale = min(1.5, max(1.0, sum(left[k]) / sum(int(ask[j]) for j in mine)))
        for j in mine:
            size = int(int(ask[j]) * scale)
            if sum(left[k]) < size // 2 or sum(left[k]) < 1e9:
                break
            twin[j] = size = min(size, sum(left[k]))
            for q in (3, 2, 1, 0):  # the oldest offers first
                part = min(size, left[k][q])
                left[k][q] -= part
                size -= part
    venture.same(granted, twin)
    venture.same(offer, left)
    assert granted.sum() == (before - offer).sum() > 0
    assert (granted == 0).any()


@pytest.mark.parametrize("wanted", [1, 5, 90])
def test_firms_that_become_partners(rng, wanted):
    large = vocabulary.code("classes", "large_firm")
    cls = np.where(rng.random(N) < 0.2, large, large + 1).astype(np.uint8)
    ended = (9 * venture.some(rng, N, 0.1)).astype(np.int32)
    parent = rng.integers(1, 9, N) * venture.some(rng, N, 0.1)
    sales, ids = rng.integers(0, 10**11, N) * venture.some(rng, N, 0.8), rng.integers(1, 2**60, N)
    region, near = rng.integers(1, REGIONS + 1, N).astype(np.uint8), rng.random(REGIONS + 1)
    rows = np.full(wanted, -1)
    found = _closings.largest_firms(cls, ended, parent, sales, region, ids, near, KEY, 77, wanted, rows)
    able = [i for i in range(N) if (cls[i] == large or parent[i]) and not ended[i] and sales[i] > 0]
    order = fastest(KEY, 77, ids[able], [sales[i] * near[region[i]] for i in able])
    assert rows[:found].tolist() == [able[n] for n in order[:wanted]]


def test_where_a_manager_settles(rng):
    weights = rng.random(REGIONS) * [1, 0, 1, 1]
    for chooser in range(1, 200):
        first = fastest(KEY, chooser, range(1, REGIONS + 1), weights)[0]
        assert _closings.place(KEY, chooser, weights) == first + 1
