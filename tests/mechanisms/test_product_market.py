"""Sales are shared, nothing is made or lost, profit is what is left."""

import numpy as np
import pytest

from meguri.mechanisms import product_market as market

from .research_side import FIRMS, asked, buffer_of, run, small_world, total


def test_demand_is_shared_in_proportion_and_acquired_sales_count():
    field_sales = np.array([[60, 0], [20, 20], [500, 0]])
    acquired, sales, employees = np.array([[0, 20], [0, 0], [0, 0]]), np.zeros(3, np.int64), np.zeros(3, np.int32)
    market.share_demand(np.array([0, 0, 9]), np.array([1, 1, 1], np.int8), np.array([240.0]),
                        np.array([12]), acquired, field_sales, sales, employees)
    # worth 80 (60 + 20 acquired in the second field) and 40; the ended firm sells nothing
    assert field_sales[:2].tolist() == [[120, 40], [40, 40]]
    assert sales.tolist() == [160, 80, 0]
    assert employees.tolist() == [8, 4, 0]
    assert not acquired.any()


def test_profit_is_the_margin_and_costs_are_the_rest():
    buffer, profit = buffer_of(), np.array([5])
    market.trade(buffer, (1, 9, 2), 10, np.array([4]), np.array([1], np.uint8), np.array([1], np.uint8),
                 np.array([2], np.int8), np.zeros(1, np.int32), np.array([1000]), np.array([75]), 0.0625,
                 np.array([0.03125]), np.array([0.03125]), 0.25, np.array([0.0, 0.125]), profit)
    # an eighth is sold abroad (account 9); costs 1000 x 0.875 - 75 of R&D = 800
    assert asked(buffer) == [("sales", 1, 10, 875), ("export_sales", 9, 10, 125), ("wage", 10, 2, 200),
                             ("purchase", 10, 1, 600)]
    assert profit[0] == 5 + 125


def test_research_beyond_the_margin_is_a_loss():
    buffer, profit = buffer_of(), np.array([0])
    market.trade(buffer, (1, 9, 2), 10, np.array([4]), np.array([1], np.uint8), np.array([1], np.uint8),
                 np.array([1], np.int8), np.zeros(1, np.int32), np.array([1000]), np.array([1500]), 0.06,
                 np.array([0.0]), np.array([0.0]), 0.25, np.array([0.0]), profit)
    assert profit[0] == -500
    assert [flow for flow, *_ in asked(buffer)] == ["sales"]


def test_dividends_investment_and_share_issues_keep_cash_between_the_bounds():
    buffer = buffer_of()
    ids, place, sales = np.array([1, 2, 3]), np.ones(3, np.uint8), np.array([100, 100, 100])
    market.distribute(buffer, 5, 6, 10, ids, place, place, np.array([0, 0, 7]), np.array([200, 30, 900]), sales,
                      np.array([40, -10, 50]), 0.5, 0.8)
    assert asked(buffer) == [("dividend", 10, 5, 20), ("purchase", 10, 6, 100)]
    buffer = buffer_of()
    market.offer_shares(buffer, 5, 10, ids, place, place, np.array([0, 0, 7]), np.array([200, 30, 0]), sales, 0.5)
    assert asked(buffer) == [("stock_offering", 5, 11, 20)]


def test_margins_differ_and_pass():
    n = 20_000
    own, passing = np.zeros(n), np.zeros(n)
    ids, ended = np.arange(1, n + 1), np.zeros(n, np.int32)
    for year in range(4):
        before = passing.copy()
        market.draw_margins(ids, ended, np.uint64(1), np.uint64(10 + year), 0.03, 0.7, 0.05, own, passing)
    assert own.std() == pytest.approx(0.03, rel=0.03)
    assert passing.std() == pytest.approx(0.05, rel=0.03)
    assert np.corrcoef(before, passing)[0, 1] == pytest.approx(0.7, abs=0.02)


@pytest.fixture(scope="module")
def years():
    world = small_world(scale=0.05)
    return world, run(world, "2007Q4")


def test_industries_sell_their_demand(years):
    world, _ = years
    sold = np.bincount(world.firm.industry - 1, world.firm.sales, minlength=13)
    assert sold == pytest.approx(world.economy.industry_sales[0], rel=1e-6)
    assert (sold <= world.economy.industry_sales[0]).all()


def test_sales_paid_are_sales_booked_and_nobody_is_below_zero(years):
    world, flows = years
    last = flows["t"] == flows["t"].max()
    paid = total({name: column[last] for name, column in flows.items()}, "sales", "export_sales")
    assert paid == int(world.firm.sales.sum())
    assert (world.firm.cash >= 0).all()
    assert (world.firm.field_sales.sum(axis=1) == world.firm.sales).all()


def test_profit_of_the_year_is_in_the_flows(years):
    world, flows = years
    rows = flows["t"] >= flows["t"].max() - 2  # April to December
    now = {name: column[rows] for name, column in flows.items()}
    income = total(now, "sales", "export_sales")
    costs = total(now, "wage", "research_wage", "research_purchase", "joint_research", "contract_research",
                  "clinical_trial", "endowed_chair", payers=FIRMS)
    purchases = total(now, "purchase", payers=FIRMS)
    # in April firms also invest cash above the bound: profit is at least what is left after all purchases
    assert int(world.firm.profit_year.sum()) >= income - costs - purchases
    later = {name: column[flows["t"] > flows["t"].max() - 2] for name, column in flows.items()}
    profit = total(later, "sales", "export_sales")
    profit -= total(later, "wage", "purchase", "research_wage", "research_purchase", "joint_research",
                    "contract_research", "clinical_trial", "endowed_chair", payers=FIRMS)
    assert 0 < profit < int(world.firm.profit_year.sum())
