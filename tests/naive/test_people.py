"""The compiled moves of people equal slow twins that are written from the rule."""

from __future__ import annotations

from math import comb, floor, log

import numpy as np
import pytest

from meguri.engine.chance import uniform
from meguri.mechanisms import _institutes, _people

KEY, OTHER_KEY = np.uint64(99), np.uint64(98)


def _binomial(n, chance, u):
    total = 0.0
    for count in range(n + 1):
        total += comb(n, count) * chance**count * (1 - chance) ** (n - count)
        if u <= total:
            return count
    return n


@pytest.mark.twin("people")
def test_binomial_counts_by_the_law():
    generator = np.random.default_rng(3)
    for _ in range(2000):
        n, chance, u = int(generator.integers(0, 60)), float(generator.uniform(0, 0.9)), float(generator.uniform())
        assert _people.binomial(n, chance, u) == _binomial(n, chance, u)


def _race(key, chooser, ids, weights):
    pairs = enumerate(zip(ids, weights, strict=True))
    clocks = [(-log(uniform(key, chooser, i)) / w, n) for n, (i, w) in pairs if w > 0]
    return min(clocks)[1] if clocks else -1


@pytest.mark.twin("people")
def test_places_are_chosen_by_two_races():
    generator = np.random.default_rng(5)
    n, regions, fields = 60, 4, 3
    region, field = generator.integers(1, regions + 1, n), generator.integers(0, fields, n)
    ids, weights = np.arange(500, 500 + n), generator.integers(0, 5, n).astype(float)
    near = generator.uniform(0.1, 1.0, (regions + 1, regions + 1))
    chooser = np.arange(1, 400)
    home, wanted = generator.integers(1, regions + 1, 399), generator.integers(0, fields, 399)
    chosen = np.full(399, -1, np.int64)
    _people.choose_places(chooser, home, wanted, near, *_people.openings(region, field, ids, weights, near, fields),
                          fields, KEY, OTHER_KEY, chosen)
    for i in range(399):
        pull = [near[home[i], r] * weights[(region == r) & (field == wanted[i])].sum() for r in range(1, regions + 1)]
        there = _race(KEY, chooser[i], range(1, regions + 1), pull)
        rows = np.flatnonzero((region == there + 1) & (field == wanted[i])) if there >= 0 else np.array([], int)
        place = _race(OTHER_KEY, chooser[i], ids[rows], weights[rows]) if len(rows) else -1
        assert chosen[i] == (rows[place] if place >= 0 else -1)


@pytest.mark.twin("contract_research_institutes")
def test_reach_and_wanted_orders_by_their_formula():
    generator = np.random.default_rng(7)
    near = generator.uniform(0.1, 1.0, (4, 4))
    regions, fields, people = np.array([1, 3]), np.array([2, 1]), np.array([100.0, 40.0])
    reach = np.zeros((3, 2))
    _institutes.reach_of(regions, fields, people, near, 0.1, reach)
    for r in range(3):
        for f in range(2):
            expected = sum(
                people[k] * near[r + 1, regions[k]] * (1.0 if fields[k] == f + 1 else 0.1) for k in range(2)
            )
            assert abs(reach[r, f] - expected) < 1e-9
    ratio = np.zeros(2)
    _institutes.wanted(np.array([0, 5]), np.array([1, 1]), np.array([2, 2]), reach, 50.0, 0.02, ratio)
    assert abs(ratio[0] - 0.02 * reach[0, 1] / (reach[0, 1] + 50.0)) < 1e-15
    assert ratio[1] == 0.0


@pytest.mark.twin("people")
def test_new_doctors_are_shared_by_a_logit():
    generator = np.random.default_rng(11)
    base, relative, tie = generator.dirichlet(np.ones(5)), generator.uniform(0.5, 2.0, 4), generator.normal(size=6)
    shares = np.zeros((6, 5))
    _people.destinations(base, relative, 0.8, tie, 1.3, shares)
    for i in range(6):
        utility = [log(base[d]) + (0.8 * log(relative[d]) if d < 4 else 0.0) for d in range(5)]
        utility[1] += 1.3 * tie[i]
        weights = np.exp(utility)
        assert np.allclose(shares[i], weights / weights.sum(), rtol=1e-9)


@pytest.mark.twin("people")
def test_people_are_rounded_without_bias():
    ids, values, out = np.arange(1, 2001), np.full(2000, 2.25), np.zeros(2000, np.int64)
    _people.whole(ids, values, KEY, out)
    assert out.tolist() == [floor(2.25 + uniform(KEY, i, 0)) for i in ids.tolist()]
    assert abs(out.mean() - 2.25) < 0.04
