"""What R&D brings: rates, steps, spill-overs, and that splitting a firm changes nothing."""

import numpy as np
import pytest

from meguri.mechanisms import firm_search as search

from .research_side import run, small_world

ONE_FIELD = np.ones((1, 1))


def _rate(employees, sales, budget, knowledge, norm=0.1, reference=0.0, relative=1.0):
    n = len(employees)
    rate, reference = np.zeros(n), np.full(n, reference)
    search.rates(np.zeros(n, np.int32), np.ones(n, np.uint8), np.asarray(employees), np.asarray(sales, np.int64),
                 np.asarray(sales, np.int64)[:, None], np.asarray(budget, np.int64), np.full(n, norm),
                 np.asarray(knowledge, float), reference, relative * ONE_FIELD, 0.05, 100.0, 0.5, rate)
    return rate, reference


def test_rate_is_lines_times_effort_times_surroundings():
    rate, reference = _rate([200], [1000], [400], [500.0])
    # 2 lines x 0.05 x (400 / 100)^0.5; own knowledge is its own reference
    assert rate[0] == pytest.approx(2 * 0.05 * 2.0)
    assert reference[0] == 0.5
    doubled, _ = _rate([200], [1000], [400], [500.0], relative=2.0)
    assert doubled[0] == pytest.approx(2 * rate[0])
    known, _ = _rate([200], [1000], [400], [500.0], reference=0.25)
    assert known[0] == pytest.approx(rate[0] * 2 * 2 / (1 + 2))


def test_splitting_a_firm_leaves_the_sum_of_rates():
    whole, _ = _rate([300], [3000], [600], [900.0])
    parts, _ = _rate([100, 200], [1000, 2000], [200, 400], [300.0, 600.0])
    assert parts.sum() == pytest.approx(whole[0])


def test_no_research_no_discovery():
    assert _rate([200], [1000], [0], [500.0])[0][0] == 0.0


def test_knowledge_is_real_capital_with_decay():
    knowledge = np.array([0.0, 100.0, 50.0])
    search.learn(np.array([0, 0, 3]), np.array([10, 10, 10]), 2.0, 0.05, knowledge)
    assert knowledge == pytest.approx([5 / 0.05, 95 + 5, 0.0])


def test_pools_are_by_field_and_fade_with_distance():
    nearness = np.zeros((3, 3))
    nearness[1:, 1:] = [[1.0, 0.5], [0.5, 1.0]]
    pool = np.zeros((2, 2))
    field_sales = np.array([[30, 10], [0, 20]])
    search.pools(np.zeros(2, np.int32), np.array([1, 2], np.uint8), np.array([400.0, 100.0]), field_sales,
                 np.array([40, 20]), nearness, pool)
    # firm 1: 300 and 100 in region 1; firm 2: 100 in field 2 of region 2
    assert pool.tolist() == [[300.0, 150.0], [150.0, 150.0]]


def test_public_knowledge_arrives_with_a_lag_of_two_stages():
    first, second = np.array([0.0]), np.array([0.0])
    search.public_pool(np.array([[60.0], [40.0]]), 0.9, first, second)
    assert (first[0], second[0]) == (100.0, 100.0)
    search.public_pool(np.array([[160.0], [40.0]]), 0.9, first, second)
    assert (first[0], second[0]) == (pytest.approx(110.0), 100.0)
    search.public_pool(np.array([[160.0], [40.0]]), 0.9, first, second)
    assert second[0] == pytest.approx(101.0)


def test_sizes_stay_near_zipf():
    world = small_world(scale=0.2)
    run(world, "2009Q4")
    staff = np.sort(world.firm.employees[world.firm.alive])[::-1][:150].astype(float)
    hill = (len(staff) - 1) / np.log(staff[:-1] / staff[-1]).sum()
    assert 0.9 < hill < 1.5
