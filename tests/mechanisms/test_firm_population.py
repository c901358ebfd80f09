"""Firms that perform R&D: sizes, classes, entry and exit."""

import numpy as np
import pytest

from meguri.engine import time
from meguri.mechanisms import firm_population as population
from meguri.mechanisms._start import ranks, staff_of_quantile

from .research_side import asked, buffer_of, code, run, small_world, total


def test_staff_follow_the_log_normal_below_and_pareto_above():
    middle = staff_of_quantile(0.5, 90.0, 1.9, 2000.0, 1.1, 5.0, 90_000.0)
    assert middle == pytest.approx(90.0)
    # Pareto: going from a tail of 1% to one of 0.1% multiplies staff by 10^(1/1.1)
    one, other = (staff_of_quantile(q, 90.0, 1.9, 2000.0, 1.1, 5.0, 1e9) for q in (0.99, 0.999))
    assert other / one == pytest.approx(10 ** (1 / 1.1), rel=1e-6)
    assert staff_of_quantile(1 - 1e-7, 90.0, 1.9, 2000.0, 1.1, 5.0, 90_000.0) == 90_000.0


def test_every_industry_holds_the_whole_distribution():
    ids, groups = np.arange(1, 8), np.array([1, 1, 1, 2, 2, 2, 2])
    place, size = np.zeros(7, np.int64), np.zeros(7, np.int64)
    ranks(ids, groups, np.uint64(5), place, size)
    assert sorted(place[:3]) == [0, 1, 2]
    assert sorted(place[3:]) == [0, 1, 2, 3]
    assert size.tolist() == [3, 3, 3, 4, 4, 4, 4]


def test_leaving_firms_pay_out_what_they_hold():
    buffer = buffer_of()
    population.pay_out(buffer, np.array([1]), 100, 7, np.array([5, 60]), np.array([11, 12]), np.array([1, 2], np.uint8))
    assert asked(buffer) == [("dividend", 101, 7, 60)]


def test_only_small_unlisted_firms_leave():
    n = 4000
    ids, cls = np.arange(1, n + 1), np.full(n, population.SMALL, np.uint8)
    cls[1000:2000] = population.LARGE
    listed, ended, leaving = np.zeros(n, np.bool_), np.zeros(n, np.int32), np.zeros(n, np.bool_)
    listed[2000:] = True
    population.exits(ids, cls, np.zeros(n, np.int32), np.ones(n, np.int64), np.ones(n, np.int32), ended, listed,
                     population.SMALL, np.uint64(3), 0.5, 100.0, 9,
                     leaving)
    assert not leaving[1000:].any()
    assert leaving[:1000].mean() == pytest.approx(0.5, abs=0.06)
    assert set(ended[leaving]) == {9}


def test_a_firm_that_sells_nothing_any_more_leaves_whatever_its_size():
    ended, leaving = np.array([0, 0, 3, 0]), np.zeros(4, np.bool_)
    population.exits(np.arange(1, 5), np.full(4, population.LARGE, np.uint8), np.array([0, 5, 0, 0]),
                     np.array([0, 9, 0, 0]), np.array([2, 2, 2, 9]), ended, np.ones(4, np.bool_), population.SMALL,
                     np.uint64(3), 0.0, 100.0, 9, leaving)
    assert leaving.tolist() == [True, False, False, False]  # the last was founded in this quarter
    assert ended.tolist() == [9, 0, 3, 0]


def test_without_entry_exit_and_stealing_nobody_comes_or_goes():
    world = small_world(settings={"firm_population.entry": 0.0, "firm_population.exit_hazard": 0.0},
                        choices={"firm_search.business_stealing": "off"})
    run(world, "2007Q1")
    assert world.firm.alive.all()
    assert (world.firm.founded == time.quarter("2006Q1")).all()


def test_entrants_open_small_and_sell_in_their_industry():
    world = small_world(scale=0.1, settings={"firm_population.entry": 1000.0})
    flows = run(world, "2006Q4")
    new = world.firm.founded > time.quarter("2006Q1")
    assert new.sum() == pytest.approx(75, abs=30)
    assert (world.firm.employees[new] <= 320).all()
    selling = world.firm.line_count > 0  # one may lose its only line in the quarter that it came
    assert (world.firm.sales[new & world.firm.alive & selling] > 0).all()
    assert total(flows, "sales") > 0


def test_classes_follow_the_statutory_limits():
    world = small_world()
    p = world.resolved.at(["firm_population"], world.t)
    machinery, wholesale = code("industries", "machinery"), code("industries", "wholesale_retail")
    found = population.class_of(np.array([300, 301, 2000, 2001]), np.full(4, machinery), p)
    assert found.tolist() == [population.SMALL, population.MID, population.MID, population.LARGE]
    found = population.class_of(np.array([100, 101]), np.full(2, wholesale), p)
    assert found.tolist() == [population.SMALL, population.MID]
