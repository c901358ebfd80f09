"""Kernels of patent filing and of elections equal slow twins that are written from their rules."""

import math

import numpy as np
import pytest

from meguri.engine import chance
from meguri.mechanisms import _elections, _families, _standards_staff

KEY = chance.key(3, "twin", 8064)


@pytest.mark.twin("patents")
def test_filing_equals_its_twin():
    n = 300
    rng = np.random.default_rng(1)
    ids, mean = rng.integers(1, 2**60, n), rng.gamma(0.5, 20.0, n)
    cash = rng.integers(0, 10**9, n)
    filed, sampled, held = (np.zeros(n, np.int64) for _ in range(3))
    _families.file_applications(ids, mean, cash, 0.1, 3e5, 0.3, 2.5e6, 7, KEY, filed, sampled, held)
    for i in range(n):
        u = [chance.uniform(KEY, ids[i], k) for k in range(3)]
        count, total, term = 0, math.exp(-mean[i]), math.exp(-mean[i])
        while u[0] > total and mean[i] <= 200:
            count += 1
            term *= mean[i] / count
            total += term
        if mean[i] > 200:
            count = chance.poisson(mean[i], u[0])
        count = min(count, int(0.1 * cash[i] / (3e5 + 0.3 * 2.5e6)))
        assert filed[i] == count
        assert sampled[i] == math.floor(count * 0.3 / 7 + u[1])
        assert held[i] == math.floor(count * 0.3 + u[2])


@pytest.mark.twin("patents")
def test_families_lie_in_fields_by_sales_and_propensity():
    ids, sampled = np.array([11, 12]), np.array([4000, 4000])
    sales = np.array([[10, 30, 0], [0, 0, 5]], np.int64)
    parents, numbers, fields = np.zeros(8000, np.int64), np.zeros(8000, np.int64), np.zeros(8000, np.uint8)
    used = _families.families_of_firms(ids, np.array([1, 2], np.uint8), sales, np.array([3.0, 1.0, 1.0]), sampled, KEY,
                                       parents, numbers, fields)  # fmt: skip
    assert used == 8000
    assert len(set(numbers.tolist())) == 8000
    assert np.bincount(fields[:4000], minlength=4)[1:] / 4000 == pytest.approx([0.5, 0.5, 0.0], abs=0.03)
    assert set(fields[4000:].tolist()) == {3}
    one = np.ones((2, 1))
    own = np.array([1, 2], np.uint8)
    _families.families_of_firms(ids, own, one, np.ones(1), sampled, KEY, parents, numbers, fields)
    assert fields[0] == 1
    assert fields[-1] == 2


@pytest.mark.twin("patents")
def test_families_abroad_come_in_the_numbers_expected():
    expected = np.array([[10.5, 0.0], [3.25, 7.0]])
    room = 100
    parents, numbers, fields, countries = (np.zeros(room, np.int64) for _ in range(4))
    total = np.zeros((2, 2))
    for t in range(400):
        key = chance.key(3, "abroad", t)
        used = _families.families_abroad(5, expected, 2, key, parents, numbers, fields, countries)
        np.add.at(total, (countries[:used] - 1, fields[:used] - 1), 1)
        assert (parents[:used] == 5).all()
    assert total / 400 == pytest.approx(expected / 2, abs=0.1)


def _utility(strength, home, convenor, always, vacant, new, incumbent):
    scores = np.zeros(len(strength))
    if convenor > 0:
        scores[convenor - 1] += incumbent
    scores[home - 1] += always + (vacant if convenor <= 0 else 0) + (new if convenor < 0 else 0)
    return strength * np.exp(scores)


@pytest.mark.twin("standards")
@pytest.mark.parametrize("convenor", [-1, 0, 2])
def test_elections_are_a_conditional_logit(convenor):
    n = 20_000
    strength = np.array([[2.0], [1.0], [3.0]])
    chosen = np.zeros(n, np.int8)
    _elections.elect(np.arange(1, n + 1), np.ones(n, np.uint8), np.full(n, convenor, np.int8), np.zeros(n, np.int32), 4,
                     strength, 1, np.array([0.2]), 0.3, 0.4, 1.5, KEY, chosen)
    weights = _utility(strength[:, 0], 1, convenor, 0.2, 0.3, 0.4, 1.5)
    assert np.bincount(chosen, minlength=4)[1:] / n == pytest.approx(weights / weights.sum(), abs=0.012)


@pytest.mark.twin("standards")
def test_one_more_expert_moves_only_the_elections_that_it_wins():
    n, chosen = 4000, []
    for experts in (50.0, 55.0):
        strength, found = np.zeros((3, 1)), np.zeros(n, np.int8)
        _elections.odds(np.array([[experts], [80.0], [20.0]]), np.ones((3, 1)), 1.0, 0.5, strength)
        _elections.elect(np.arange(1, n + 1), np.ones(n, np.uint8), np.zeros(n, np.int8), np.zeros(n, np.int32), 0,
                         strength, 1, np.zeros(1), 0.0, 0.0, 2.0, KEY, found)  # fmt: skip
        chosen.append(found)
    changed = chosen[0] != chosen[1]
    assert 0 < changed.sum() < 0.05 * n
    assert (chosen[1][changed] == 1).all()


@pytest.mark.twin("standards")
def test_growing_old_equals_its_twin():
    n = 200
    rng = np.random.default_rng(2)
    ids, cso = rng.integers(1, 2**60, n), rng.random(n) < 0.3
    experts = rng.integers(0, 30, (n, 3)).astype(np.int32)
    wanted, before = rng.integers(0, 90, n), experts.copy()
    _standards_staff.grow_old(ids, np.zeros(n, np.int32), cso, wanted, KEY, 0.1, 0.2, 0.3, 0.5, 0.25, 0.75, experts)
    for i in range(n):
        u = [chance.uniform(KEY, ids[i], k) for k in range(5)]
        young, fifties, sixties = before[i].tolist()
        gone, third = math.floor(sixties * 0.3 + u[0]), math.floor(fifties * 0.2 + u[1])
        second = math.floor(young * 0.1 + u[2])
        young, fifties, sixties = young - second, fifties + second - third, sixties + third - gone
        gap = wanted[i] - young - fifties - sixties
        if gap > 0:
            new = math.floor(gap * 0.5 + u[3])
            below = math.floor(new * (0.75 if cso[i] else 0.25) + u[4])
            young, fifties = young + below, fifties + new - below
        assert experts[i].tolist() == [young, fifties, sixties]
