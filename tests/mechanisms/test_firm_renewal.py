"""Listed start-ups become firms (loop B2): who, with what, and that off leaves them where they are."""

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.mechanisms import _closings, _investors, firm_renewal
from meguri.model.member import opened_world

from ..conftest import small_request
from .research_side import asked, buffer_of


def test_only_companies_of_the_main_markets_whose_holders_have_sold():
    """Listed 12, 11 and 20 quarters ago with a wait of 11; growth market, ended, without revenue: no."""
    status = np.array([2, 2, 1, 2, 2], np.uint8)
    listed = np.array([88, 89, 80, 80, 80])
    rows = np.empty(5, np.int64)
    used = firm_renewal.grown(np.array([0, 0, 0, 9, 0]), status, listed, np.array([5, 5, 5, 5, 0]),
                              np.ones(5, np.int32), 100, 11, rows)
    assert rows[:used].tolist() == [0]


def test_industry_is_drawn_by_nearness_to_the_field():
    near = np.zeros((4, 3))
    near[1:, 1], near[3, 2] = [3.0, 1.0, 0.0], 1.0
    ids = births(np.zeros(4000, np.int64), np.uint64(1), np.arange(4000))
    found = np.zeros(4000, np.int64)
    firm_renewal.nearest_industry(ids, np.ones(4000, np.uint8), np.uint64(7), near, found)
    assert np.bincount(found, minlength=4)[1:] / 4000 == pytest.approx([0.75, 0.25, 0.0], abs=0.03)
    firm_renewal.nearest_industry(ids[:9], np.full(9, 2, np.uint8), np.uint64(7), near, found[:9])
    assert set(found[:9].tolist()) == {3}


def test_cash_goes_over():
    buffer = buffer_of()
    firm_renewal.hand_over_cash(buffer, np.array([2]), np.array([7]), 100, 500, np.array([0, 0, 33]), np.array([11]),
                                np.zeros(3, np.uint8), np.zeros(3, np.uint8))
    assert asked(buffer) == [("acquired_cash", 102, 507, 33)]


def test_a_firm_that_was_a_start_up_may_acquire_and_be_a_limited_partner():
    small, large = (vocabulary.code("classes", name) for name in ("small_firm", "large_firm"))
    cells = np.empty(3, np.int64)
    cls, parent = np.array([small, small, large], np.uint8), np.array([0, 44, 0])
    _investors.big_firms(cls, np.zeros(3, np.int32), np.array([1, 2, 3], np.int8), parent, True, cells)
    assert cells.tolist() == [-1, 1, 2]
    rows = np.empty(3, np.int64)
    found = _closings.largest_firms(cls, np.zeros(3, np.int32), parent, np.array([5, 5, 5]), np.ones(3, np.uint8),
                                    np.array([1, 2, 3]), np.ones(2), np.uint64(4), 9, 3, rows)
    assert sorted(rows[:found].tolist()) == [1, 2]


def _world(choice):
    request = small_request(scale=0.1, last="2018Q4")
    world = opened_world(request.base, request.resolved, request.span, 3, request.scale,
                         {"firm_renewal.listed_companies": choice})
    kept = []
    while world.t <= request.span.last:
        flows, records = world.step()
        kept += [(flows, record) for record in records
                 if record["act"][0] == vocabulary.code("acts", "became_firm")]
    return world, kept


def test_a_company_goes_on_as_a_listed_firm_with_its_sales_and_its_research():
    world, kept = _world("on")
    firm, table = world.firm, world.startup
    rows = np.flatnonzero(firm.parent != 0)
    assert len(rows)
    assert firm.listed[rows].all()
    came_from = {identity: row for row, identity in enumerate(table.id.tolist())}
    for row in rows.tolist():
        assert table.ended[came_from[int(firm.parent[row])]] == firm.founded[row]
    working = rows[(firm.ended[rows] == 0) & (firm.founded[rows] < world.t - 4) & (firm.line_count[rows] > 0)]
    assert len(working)
    assert (firm.rd_budget[working] > 0).all()
    assert (firm.sales[working] > 0).all()
    assert kept
    assert not np.any(world.startup.cash[(table.ended != 0)] < 0)


def test_switched_off_companies_stay_start_ups():
    world, kept = _world("off")
    assert not kept
    assert not (world.firm.parent != 0).any()
    grown = (world.startup.status == 2) & (world.startup.ended == 0)
    assert grown.any()
