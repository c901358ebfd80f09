"""Contracts of firms and universities equal slow twins: wanted ratio, tenders, matching, ties, signing, renewal."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import birth, gamma_two, key, normal, uniform
from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import _contracts, joint_research

KEY, OTHER, THIRD = (key(7, name, 8064) for name in ("one", "other", "third"))
FIRMS, PLACES, REGIONS, FIELDS, TIES = 60, 25, 4, 3, 6
SIZES = (0.2, 3e6, 1.0, 2e7, 5e7, 1.5, 9e8)


@pytest.mark.twin("joint_research")
def test_the_wanted_ratio():
    marginal, ratio = np.linspace(0.0, 0.9, 30), np.zeros(30)
    _contracts.wanted_ratio(marginal, 0.3, 0.25, 0.6, 1.4, 2.0, 0.03, ratio)
    for i, m in enumerate(marginal):
        own, joint = max(1 - 0.3 - m, 0.05), max(1 - 0.3 - 0.6 * 0.25 - 0.4 * m, 0.05)
        assert ratio[i] == pytest.approx(0.03 * (1.4 * joint / own) ** -2.0, rel=1e-12)
    logs, found = np.log1p(np.arange(9.0)).reshape(3, 3), np.zeros((3, 3))
    joint_research._fading(logs, 0.7, found)
    assert found == pytest.approx((1.0 + np.arange(9.0).reshape(3, 3)) ** -0.7, rel=1e-12)


def _size(actor, index):
    """Draw a size: a few Pareto from 50 million yen up to 900 million, the others log-normal up to 20 million."""
    if uniform(KEY, actor, index) < 0.2:
        return min(5e7 * uniform(KEY, actor, index + 1) ** (-1 / 1.5), 9e8)
    return min(3e6 * math.exp(normal(KEY, actor, index + 1)), 2e7)


@pytest.mark.twin("joint_research", "contract_research_institutes")
def test_tenders():
    rng = np.random.default_rng(41)
    ids, ended = rng.integers(1, 2**62, FIRMS), (rng.random(FIRMS) < 0.2).astype(np.int32)
    budget, ratio = rng.integers(0, 3, FIRMS) * 10**8, rng.random(FIRMS) * 0.3
    accrued, sales = rng.integers(-10**8, 10**7, FIRMS), rng.integers(0, 5, (FIRMS, FIELDS))
    left, twin, capped = accrued.copy(), [], 0
    for i in range(FIRMS):
        if ended[i]:
            continue
        left[i] += math.floor(budget[i] * ratio[i])
        k = 0
        while left[i] > 0 and budget[i] > 0:
            draws = [_size(ids[i], 16 * k + 2 * again) for again in range(4)]
            size = next((one for one in draws if one <= 0.05 * budget[i]), 0.05 * budget[i])
            capped += size == 0.05 * budget[i]
            u = uniform(KEY, ids[i], 16 * k + 15) * sales[i].sum()
            field = next((f for f in range(FIELDS) if u < sales[i, : f + 1].sum()), 0) + 1
            twin.append((i, field, birth(ids[i], OTHER, k), max(math.floor(size), 1)))
            left[i] -= twin[-1][3]
            k += 1
    columns = [np.empty(9999, kind) for kind in (np.int32, np.uint8, np.int64, np.int64)]
    numbers = (ids, ended, budget, ratio)
    used = _contracts.issue(*numbers, accrued.copy(), sales, 0.05, *SIZES, KEY, OTHER, *columns)
    assert list(zip(*(column[:used].tolist() for column in columns), strict=True)) == twin
    after = accrued.copy()
    _contracts.issue(*numbers, after, sales, 0.05, *SIZES, KEY, OTHER, *columns)
    assert after.tolist() == left.tolist()
    assert used > 40
    assert capped > 0
    short = [np.empty(used - 1, column.dtype) for column in columns]
    assert _contracts.issue(*numbers, accrued.copy(), sales, 0.05, *SIZES, KEY, OTHER, *short) == -1


@pytest.fixture
def country():
    rng = np.random.default_rng(42)
    people = rng.random((PLACES, FIELDS)) * 50 * (rng.random((PLACES, FIELDS)) < 0.8)
    near = np.zeros((REGIONS + 1, REGIONS + 1))
    near[1:, 1:] = rng.uniform(0.1, 1.0, (REGIONS, REGIONS))
    partner = np.full((FIRMS, TIES), -1, np.int32)
    partner[:, :3] = rng.integers(-1, PLACES, (FIRMS, 3))
    return {
        "region": rng.integers(1, REGIONS + 1, PLACES).astype(np.uint8), "lab": rng.random(PLACES) < 0.3,
        "people": people, "knowledge": rng.random((PLACES, FIELDS)) * 1e9 * (rng.random((PLACES, FIELDS)) < 0.9),
        "near": near, "id": rng.integers(1, 2**62, PLACES), "firm": rng.integers(1, 2**62, FIRMS),
        "firm_region": rng.integers(1, REGIONS + 1, FIRMS).astype(np.uint8), "partner": partner,
        "since": rng.integers(60, 100, (FIRMS, TIES)).astype(np.int32),
    }  # fmt: skip


def _weight(c, u, f):
    """People x (knowledge per head over the field's)^0.6, labs by 0.5."""
    if c["people"][u, f] <= 0 or c["knowledge"][u, f] <= 0:
        return 0.0
    mean = c["knowledge"][:, f].sum() / c["people"][:, f].sum()
    relative = c["knowledge"][u, f] / c["people"][u, f] / mean
    return c["people"][u, f] * relative**0.6 * (0.5 if c["lab"][u] else 1.0)


def _cells(c):
    weight, base = np.zeros((PLACES, FIELDS)), np.zeros((REGIONS, FIELDS))
    reach = np.zeros((FIELDS, REGIONS, REGIONS))
    _contracts.partner_cells(c["region"], c["lab"], c["people"], c["knowledge"], 0.6, 0.5, REGIONS, c["near"], weight,
                             base, reach)  # fmt: skip
    return weight, base, reach


@pytest.mark.twin("joint_research")
def test_pull_of_universities_and_regions(country):
    weight, base, reach = _cells(country)
    for f in range(FIELDS):
        twin = [_weight(country, u, f) for u in range(PLACES)]
        assert weight[:, f] == pytest.approx(np.array(twin), rel=1e-12)
        there = [sum(twin[u] for u in range(PLACES) if country["region"][u] == r + 1) for r in range(REGIONS)]
        assert base[:, f] == pytest.approx(np.array(there), rel=1e-12)
        for r in range(REGIONS):
            pull = [country["near"][r + 1, s + 1] * there[s] for s in range(REGIONS)]
            assert reach[f, r] == pytest.approx(np.cumsum(pull), rel=1e-12)


def _fresh(c, i, u):
    """Return how fresh the tie of a firm to a university is, over 16 quarters."""
    ages = [100 - c["since"][i, k] for k in range(TIES) if c["partner"][i, k] == u]
    return next((1 - age / 16 for age in ages if age < 16), 0.0)


def _partner(c, tender, i, f):
    """Return the partner of a tender: a tie, else a region, else, inside the region, a race of clocks."""
    weights = [_weight(c, u, f) for u in range(PLACES)]
    home, near = c["firm_region"][i], c["near"]
    ties = []
    for u, since in zip(c["partner"][i].tolist(), c["since"][i].tolist(), strict=True):
        fresh = 1 - (100 - since) / 16 if u >= 0 and 100 - since < 16 else 0.0
        ties.append((u, weights[u] * near[home, c["region"][u]] * (math.exp(1.2 * fresh) - 1) if fresh else 0.0))
    regions = [(r, near[home, r] * sum(weights[u] for u in range(PLACES) if c["region"][u] == r))
               for r in range(1, REGIONS + 1)]  # fmt: skip
    total = sum(pull for _, pull in ties) + sum(pull for _, pull in regions)
    if total == 0:
        return -1
    draw = uniform(OTHER, tender, 0) * total
    for u, pull in ties:
        if draw < pull:
            return u
        draw -= pull
    for r, pull in regions:
        if draw < pull:
            clocks = {u: -math.log(uniform(OTHER, tender, c["id"][u])) / weights[u]
                      for u in range(PLACES) if c["region"][u] == r and weights[u] > 0}  # fmt: skip
            return min(clocks, key=clocks.get)
        draw -= pull
    raise AssertionError("a draw beyond the last region")


@pytest.mark.twin("joint_research")
def test_matching(country):
    c, n = country, 700
    rng = np.random.default_rng(43)
    state, ids = rng.integers(0, 3, n).astype(np.int8), rng.integers(1, 2**62, n)
    firm, field = rng.integers(0, FIRMS, n).astype(np.int32), rng.integers(1, FIELDS + 1, n).astype(np.uint8)
    place, due, months = np.full(n, -1, np.int32), np.zeros(n, np.int32), np.zeros(n)
    before, capacity = state.copy(), np.array([300.0, 60.0, 1.0])
    weight, _, reach = _cells(c)
    order, start = sort_into_cells(c["region"].astype(np.int64) - 1, REGIONS)
    by_cell = np.ascontiguousarray(weight[order].T)
    _contracts.match(state, ids, firm, field, place, due, capacity, 0.7, 9.0, 5.0, 0.3, 100, c["firm"],
                     c["firm_region"], c["partner"], c["since"], 16.0, 1.2, c["id"][order], c["region"], weight, reach,
                     c["near"], order, start, by_cell, KEY, OTHER, THIRD, 0.4, months)  # fmt: skip
    for i in range(n):
        if before[i] != 0:
            assert (state[i], place[i], due[i]) == (before[i], -1, 0)
            continue
        f = field[i] - 1
        queue = ((before == 0) & (field == field[i])).sum()
        chance = min(0.7 * math.sqrt(queue * capacity[f]), capacity[f], queue) / queue
        u = _partner(c, ids[i], firm[i], f) if uniform(KEY, ids[i], 0) < chance else -1
        if u < 0:
            assert state[i] == (3 if uniform(KEY, ids[i], 1) < 0.3 else 0)
            assert place[i] == -1
            continue
        wait = gamma_two(THIRD, ids[i], 0, 5.0) * (1 - 0.4 * _fresh(c, firm[i], u))
        assert place[i] == u
        assert months[i] == pytest.approx(wait, rel=1e-12)
        assert (state[i], due[i]) == (4 if wait > 9.0 else 1, 100 + math.floor(wait / 3))
    assert np.bincount(state[before == 0], minlength=5)[[0, 1, 3, 4]].min() > 5
