"""Knowledge of firms, what lies around them, and the rate of discoveries equal slow twins written from the rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.mechanisms import _product_lines, firm_search

N, REGIONS, FIELDS = 150, 5, 4


@pytest.fixture
def firms():
    rng = np.random.default_rng(31)
    field_sales = rng.integers(0, 10**9, (N, FIELDS)) * (rng.random((N, FIELDS)) < 0.5)
    field_sales[:5] = 0
    return {
        "ended": (rng.random(N) < 0.1).astype(np.int32) * 9, "region": rng.integers(1, REGIONS + 1, N).astype(np.uint8),
        "field": rng.integers(1, FIELDS + 1, N).astype(np.uint8), "employees": rng.integers(0, 900, N).astype(np.int32),
        "field_sales": field_sales, "sales": field_sales.sum(axis=1), "budget": rng.integers(0, 3, N) * 10**7,
        "norm": rng.random(N) * 0.1 * (rng.random(N) < 0.9), "knowledge": rng.random(N) * 1e10 * (rng.random(N) < 0.8),
        "reference": rng.random(N) * (rng.random(N) < 0.6),
    }  # fmt: skip


@pytest.fixture
def nearness():
    found = np.zeros((REGIONS + 1, REGIONS + 1))
    found[1:, 1:] = np.random.default_rng(32).random((REGIONS, REGIONS))
    return found


@pytest.mark.twin("firm_search")
def test_knowledge_decays_and_is_added_to(firms):
    knowledge = firms["knowledge"].copy()
    firm_search.learn(firms["ended"], firms["budget"], 1.1, 0.04, knowledge)
    for i in range(N):
        real, before = firms["budget"][i] / 1.1, firms["knowledge"][i]
        expected = 0.0 if firms["ended"][i] else (0.96 * before + real if before else real / 0.04)
        assert knowledge[i] == pytest.approx(expected, rel=1e-12)


@pytest.mark.twin("firm_search")
def test_knowledge_around_fades_with_distance(firms, nearness):
    pool = np.zeros((REGIONS, FIELDS))
    firm_search.pools(firms["ended"], firms["region"], firms["knowledge"], firms["field_sales"], firms["sales"],
                      nearness, pool)
    for r in range(1, REGIONS + 1):
        for f in range(FIELDS):
            total = 0.0
            for s in range(1, REGIONS + 1):
                there = [i for i in range(N) if firms["region"][i] == s and not firms["ended"][i] and firms["sales"][i]]
                parts = [math.floor(firms["knowledge"][i] / firms["sales"][i] * firms["field_sales"][i, f])
                         for i in there]
                total += nearness[r, s] * sum(parts)
            assert pool[r - 1, f] == pytest.approx(total, rel=1e-12)


@pytest.mark.twin("firm_search")
def test_public_knowledge_comes_with_two_lags():
    rng = np.random.default_rng(33)
    knowledge = rng.random((20, FIELDS)) * 1e9
    first, second = rng.random(FIELDS) * 1e9, rng.random(FIELDS) * 1e9
    first[1] = 0.0
    before = first.copy(), second.copy()
    firm_search.public_pool(knowledge, 0.9, first, second)
    for f in range(FIELDS):
        total = float(sum(math.floor(one) for one in knowledge[:, f]))
        if before[0][f] == 0.0:
            assert (first[f], second[f]) == (total, total)
        else:
            assert second[f] == pytest.approx(0.9 * before[1][f] + 0.1 * before[0][f], rel=1e-12)
            assert first[f] == pytest.approx(0.9 * before[0][f] + 0.1 * total, rel=1e-12)
    now, then = np.array([2.0, 1.0, 0.0, 5.0]), np.array([1.0, 2.0, 1.0, 0.0])
    shift = np.ones(4)
    firm_search._shifts(now, then, 0.3, shift)
    assert shift == pytest.approx([0.3 * math.log(2.0), 0.3 * math.log(0.5), 0.0, 0.0], rel=1e-12)


@pytest.mark.twin("firm_search")
def test_relative_knowledge_and_fading():
    rng = np.random.default_rng(34)
    pool, opening = rng.random((REGIONS, FIELDS)), rng.random((REGIONS, FIELDS))
    public, public_opening = rng.random(FIELDS), rng.random(FIELDS)
    opening[2, 1] = public_opening[1] = 0.0
    found = np.zeros((REGIONS, FIELDS))
    firm_search._relative(pool, opening, public, public_opening, 0.5, 0.2, found)
    for r in range(REGIONS):
        for f in range(FIELDS):
            then = opening[r, f] + 0.5 * public_opening[f]
            expected = ((pool[r, f] + 0.5 * public[f]) / then) ** 0.2 if then > 0 else 1.0
            assert found[r, f] == pytest.approx(expected, rel=1e-12)
    distance = rng.random((3, 3)) * 10.0  # in 100 km
    fading = np.zeros((3, 3))
    firm_search._fading(np.log(1.0 + distance), 2.5, fading)
    assert fading == pytest.approx(np.exp(-distance / 2.5), rel=1e-12)


@pytest.mark.twin("firm_search")
def test_crowding_of_research_leaves_the_mean_as_it_is(firms):
    found = np.random.default_rng(35).uniform(0.5, 2.0, (REGIONS, FIELDS))
    before, fields = found.copy(), firms["field"].copy()
    fields[fields == 4] = 3  # nobody does R&D in the last field
    firm_search._crowd(firms["ended"], firms["region"], fields, firms["budget"], 0.15, found)
    for f in range(FIELDS):
        there = [sum(int(firms["budget"][i]) for i in range(N) if not firms["ended"][i] and fields[i] == f + 1
                     and firms["region"][i] == r + 1) for r in range(REGIONS)]
        if not sum(there):
            assert (found[:, f] == before[:, f]).all()
            continue
        factor = [(money / (sum(there) / REGIONS)) ** 0.15 if money else 0.0 for money in there]
        mean = sum(money * one for money, one in zip(there, factor, strict=True)) / sum(there)
        for r in range(REGIONS):
            expected = before[r, f] * (factor[r] / mean if there[r] else 1.0)
            assert found[r, f] == pytest.approx(expected, rel=1e-12)
        whole = sum(there[r] * found[r, f] / before[r, f] for r in range(REGIONS))
        assert whole == pytest.approx(sum(there), rel=1e-12)


@pytest.mark.twin("firm_search")
def test_the_rate_of_discoveries(firms):
    f, rate, reference = firms | {"knowledge": firms["knowledge"] + 1e6}, np.full(N, -1.0), firms["reference"].copy()
    around = np.random.default_rng(36).uniform(0.5, 2.0, (REGIONS, FIELDS))
    firm_search.rates(f["ended"], f["region"], f["employees"], f["sales"], f["field_sales"], f["budget"], f["norm"],
                      f["knowledge"], reference, around, 0.02, 120.0, 0.5, rate)
    some = 0
    for i in range(N):
        research = not f["ended"][i] and f["sales"][i] and f["employees"][i] and f["budget"][i] and f["norm"][i]
        if not research:
            assert rate[i] == 0.0
            assert reference[i] == f["reference"][i]
            continue
        own = f["knowledge"][i] / f["sales"][i]
        assert reference[i] == (f["reference"][i] or own)
        relative = own / reference[i]
        effort = (f["budget"][i] / (f["norm"][i] * f["sales"][i])) ** 0.5
        near = sum(f["field_sales"][i, k] / f["sales"][i] * around[f["region"][i] - 1, k] for k in range(FIELDS))
        expected = f["employees"][i] / 120.0 * 0.02 * effort * near * 2 * relative / (1 + relative)
        assert rate[i] == pytest.approx(expected, rel=1e-12)
        some += expected > 0
    assert some > 40


@pytest.mark.twin("firm_search")
def test_new_firms_are_cut_into_lines_by_largest_remainders(firms):
    rng = np.random.default_rng(37)
    lines = rng.integers(1, 4, (N, FIELDS)).astype(np.int32) * (rng.random(N) < 0.5)[:, None].astype(np.int32)
    before, count = lines.copy(), lines.sum(axis=1).astype(np.int32)
    sales, new = firms["field_sales"].copy(), np.full(N, -1, np.int64)
    _product_lines.cut(firms["ended"], firms["employees"], 120.0, sales, lines, count, new)
    for i in range(N):
        total = int(firms["field_sales"][i].sum())
        if firms["ended"][i] or before[i].any() or total == 0:
            assert new[i] == 0
            assert (lines[i] == before[i]).all()
            assert (sales[i] == firms["field_sales"][i]).all()
            continue
        number = max(math.floor(firms["employees"][i] / 120.0 + 0.5), 1)
        quota = [number * int(one) / total for one in firms["field_sales"][i]]
        given = [math.floor(one) for one in quota]
        last = sorted(range(FIELDS), key=lambda k: (given[k] - quota[k], k))[: number - sum(given)]
        expected = [given[k] + (k in last) for k in range(FIELDS)]
        assert lines[i].tolist() == expected
        assert (new[i], count[i]) == (number, number)
        assert sales[i].sum() == total
        for k in range(FIELDS):
            assert abs(sales[i, k] - total * expected[k] / number) <= FIELDS
    assert (new > 2).sum() > 10
