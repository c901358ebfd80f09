"""Licences: who is chosen, what is paid and for how long."""

import numpy as np
import pytest

from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import licensing

from .research_side import asked, buffer_of, run, small_world, total


def _choose(sales, n=6000, nearness=None):
    """One field, two regions: firms 0 and 1 in region 1, firm 2 in region 2; seeds in region 1."""
    order, start = sort_into_cells(np.array([0, 0, 1]), 2)
    weights = np.zeros(3)
    total_ = licensing.cell_weights(order, start, np.asarray(sales, float), weights)
    nearness = np.ones((3, 3)) if nearness is None else nearness
    chosen = np.zeros(n, np.int64)
    licensing.find_licensees(np.arange(1, n + 1), np.ones(n, np.uint8), np.ones(n, np.uint8), 1, nearness, np.uint64(3),
                             np.array([101, 102, 103]), order, start, weights, total_, chosen)
    return np.bincount(chosen, minlength=3) / n


def test_firms_are_chosen_by_the_root_of_sales():
    # pulls 1, 3, 4
    assert _choose([1.0, 9.0, 16.0]) == pytest.approx([1 / 8, 3 / 8, 4 / 8], abs=0.02)


def test_distance_keeps_licences_near():
    far = np.ones((3, 3))
    far[1, 2] = 0.25
    assert _choose([1.0, 9.0, 16.0], nearness=far) == pytest.approx([1 / 5, 3 / 5, 1 / 5], abs=0.02)


def test_an_added_firm_changes_only_the_choices_that_it_wins():
    order, start = sort_into_cells(np.zeros(3, np.int64), 1)
    ids, n = np.array([101, 102, 103]), 3000
    picks = []
    for sales in ([4.0, 9.0, 0.0], [4.0, 9.0, 1.0]):
        weights, chosen = np.zeros(3), np.zeros(n, np.int64)
        total_ = licensing.cell_weights(order, start, np.array(sales), weights)
        licensing.find_licensees(np.arange(1, n + 1), np.ones(n, np.uint8), np.ones(n, np.uint8), 1, np.ones((2, 2)),
                                 np.uint64(3), ids, order, start, weights, total_, chosen)
        picks.append(chosen)
    changed = picks[0] != picks[1]
    assert (picks[1][changed] == 2).all()
    assert changed.mean() == pytest.approx(1 / 6, abs=0.03)


def test_royalties_are_paid_when_due_once_a_year():
    buffer = buffer_of()
    due = np.array([8, 9], np.int32)
    licensing.pay_royalties(buffer, np.array([71, 72]), np.array([0, 1]), np.array([1, 0]), np.array([500, 600]), due,
                            np.array([2, 2], np.uint8), 10, 20, np.zeros(2, np.int32), np.array([1, 1], np.uint8), 0.5,
                            8, 4)
    assert asked(buffer) == [("licence_from_firm", 10, 21, 250)]
    assert due.tolist() == [12, 9]


def test_start_ups_of_universities_pay_a_year_of_royalty_on_their_anniversary():
    buffer = buffer_of()
    licensing.pay_from_startups(buffer, np.array([1, 2, 3]), np.array([1000, 1000, 1000]), np.array([0, -1, 0]),
                                np.zeros(3, np.int32), np.array([4, 4, 5], np.int32), np.ones(3, np.uint8),
                                np.ones(3, np.uint8), 30, 20, 0.02, 1.0, 8)
    assert asked(buffer) == [("licence_from_startup", 30, 20, 80)]


def test_licences_end_with_their_term_and_never_take_more_than_is_affordable():
    world = small_world(scale=0.1, settings={"licensing.term": 2.0})
    flows = run(world, "2009Q4")
    assert (world.licence.last > world.t - 1).all()
    assert world.licence.n > 0
    assert (world.licence.founded >= world.t - 9).all()
    assert total(flows, "licence_from_firm") > 0
