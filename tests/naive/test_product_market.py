"""Sales, costs, dividends and capital of firms, and their size classes, equal slow twins written from the rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import key, normal, uniform
from meguri.mechanisms import product_market, size_classes

from .waiting import Asked, buffer_of, waiting

KEY, OTHER, N, INDUSTRIES, FIELDS = key(19, "twin", 8064), key(19, "other", 8064), 300, 5, 4


@pytest.fixture
def firms():
    rng = np.random.default_rng(121)
    field_sales = rng.integers(0, 10**9, (N, FIELDS)) * (rng.random((N, FIELDS)) < 0.6)
    industry = rng.integers(1, INDUSTRIES + 1, N).astype(np.int8)
    field_sales[industry == 4] = 0  # an industry in which nobody sells anything
    return {
        "id": rng.integers(1, 2**62, N), "industry": industry, "ended": (rng.random(N) < 0.1).astype(np.int32) * 4,
        "field_sales": field_sales, "sales": field_sales.sum(axis=1), "cash": rng.integers(-10**8, 4 * 10**9, N),
        "acquired": rng.integers(0, 10**8, (N, FIELDS)) * ((rng.random(N) < 0.1) & (industry != 4))[:, None],
        "employees": rng.integers(1, 3000, N).astype(np.int32), "research": rng.integers(0, 10**8, N),
        "own": rng.normal(0.0, 0.1, N) * (rng.random(N) < 0.7), "passing": rng.normal(0.0, 0.1, N),
        "after_tax": rng.integers(-10**9, 2 * 10**9, N), "region": rng.integers(1, 48, N).astype(np.uint8),
        "field": rng.integers(1, 19, N).astype(np.uint8), "listed": rng.random(N) < 0.3,
        "lines": np.where(field_sales > 0, rng.integers(0, 4, (N, FIELDS)), 0).astype(np.int32),
    }  # fmt: skip


@pytest.mark.twin("product_market")
def test_demand_is_shared_by_what_products_are_worth(firms):
    f, demand, staff = firms, np.array([4e10, 0.0, 1e11, 5e9, 2e10]), np.array([3000, 100, 40, 900, 7000])
    field_sales, acquired = f["field_sales"].copy(), f["acquired"].copy()
    sales, employees = np.full(N, -1), np.full(N, -1, np.int32)
    product_market.share_demand(f["ended"], f["industry"], demand, staff, acquired, field_sales, sales, employees)
    worth = f["field_sales"].astype(object) + f["acquired"]
    for i in range(N):
        if f["ended"][i]:
            assert (field_sales[i] == f["field_sales"][i]).all()
            assert (sales[i], employees[i]) == (-1, -1)
            continue
        j = f["industry"][i] - 1
        total = sum(sum(worth[k]) for k in range(N) if not f["ended"][k] and f["industry"][k] == j + 1)
        expected = [one * demand[j] / total if total else 0.0 for one in worth[i]]
        assert field_sales[i].tolist() == pytest.approx(expected, abs=1.0)
        assert (field_sales[i] <= np.array(expected) + 1e-3).all()
        assert sales[i] == field_sales[i].sum()
        assert employees[i] == (max(math.floor(staff[j] * sales[i] / demand[j]), 1) if demand[j] else 0)
    assert not acquired.any()
    for j in (0, 2, 4):
        whole = sales[(f["industry"] == j + 1) & (f["ended"] == 0)].sum()
        assert demand[j] - N * FIELDS <= whole <= demand[j] + 1


@pytest.mark.twin("product_market")
def test_margins_have_an_own_and_a_passing_part(firms):
    own, passing = firms["own"].copy(), firms["passing"].copy()
    product_market.draw_margins(firms["id"], firms["ended"], OTHER, KEY, 0.08, 0.6, 0.05, own, passing)
    for i in range(N):
        who, before = firms["id"][i], (firms["own"][i], firms["passing"][i])
        if firms["ended"][i]:
            expected = before
        elif before[0] == 0.0:
            expected = 0.08 * normal(OTHER, who, 0), 0.05 * normal(OTHER, who, 1)
        else:
            expected = before[0], 0.6 * before[1] + 0.05 * 0.8 * normal(KEY, who, 0)
        assert (own[i], passing[i]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.twin("product_market")
def test_sales_and_costs(firms):
    f, buffer, twin = firms, buffer_of(4 * N), Asked()
    export, before = np.array([0.0, 0.2, 0.5, 0.9, 1.0]), np.random.default_rng(122).integers(-10**6, 10**6, N)
    profit = before.copy()
    product_market.trade(buffer, (9, 5, 4), 100, f["id"], f["region"], f["field"], f["industry"], f["ended"],
                         f["sales"], f["research"], 0.07, f["own"], f["passing"], 0.3, export, profit)  # fmt: skip
    without_costs = 0
    for i in range(N):
        if f["ended"][i]:
            assert profit[i] == before[i]
            continue
        sales, where = int(f["sales"][i]), {"field": f["field"][i], "region": f["region"][i]}
        whole = math.floor(sales * (1 - 0.07 - f["own"][i] - f["passing"][i]))
        costs = max(whole - int(f["research"][i]), 0)
        without_costs += costs == 0
        abroad, wages = math.floor(export[f["industry"][i] - 1] * sales), math.floor(0.3 * costs)
        twin.ask("sales", 9, 100 + i, sales - abroad, **where)
        twin.ask("export_sales", 5, 100 + i, abroad, **where)
        twin.ask("wage", 100 + i, 4, wages, **where)
        twin.ask("purchase", 100 + i, 9, costs - wages, **where)
        assert profit[i] - before[i] == sales - int(f["research"][i]) - costs
    assert waiting(buffer) == twin
    assert without_costs > 0
    received, spent = twin.total("sales") + twin.total("export_sales"), twin.total("wage") + twin.total("purchase")
    research = f["research"][f["ended"] == 0].sum()
    assert (profit - before).sum() == received - spent - research


@pytest.mark.twin("product_market")
def test_dividends_investment_and_new_shares(firms):
    f, buffer, twin = firms, buffer_of(4 * N), Asked()
    columns = (f["id"], f["region"], f["field"], f["ended"], f["cash"], f["sales"])
    product_market.distribute(buffer, 6, 9, 100, *columns, f["after_tax"], 0.35, 0.7)
    product_market.offer_shares(buffer, 6, 100, *columns, 0.4)
    alive = [i for i in range(N) if not f["ended"][i]]
    for i in alive:
        cash, where = int(f["cash"][i]), {"field": f["field"][i], "region": f["region"][i]}
        dividend = min(max(math.floor(0.35 * f["after_tax"][i]), 0), max(cash, 0))
        twin.ask("dividend", 100 + i, 6, dividend, **where)
        twin.ask("purchase", 100 + i, 9, cash - dividend - math.floor(0.7 * f["sales"][i]), **where)
    for i in alive:
        missing = math.floor(0.4 * f["sales"][i]) - int(f["cash"][i])
        twin.ask("stock_offering", 6, 100 + i, missing, 0, f["field"][i], 0, f["region"][i])
    assert waiting(buffer) == twin
    assert {row[0] for row in twin} == {"dividend", "purchase", "stock_offering"}


@pytest.mark.twin("size_classes")
def test_firms_near_the_limit_reduce_their_capital(firms):
    f, rng = firms, np.random.default_rng(123)
    before, done, limit = rng.random(N) < 0.3, np.ones(N, np.bool_), np.array([300.0, 100.0, 100.0, 50.0, 300.0])
    reduced = before.copy()
    size_classes.reduce_capital(f["id"], f["ended"], f["listed"], f["industry"], f["employees"], limit, 1000.0, 0.8,
                                0.3, KEY, reduced, done)  # fmt: skip
    cases = set()
    for i in range(N):
        staff, least, who = int(f["employees"][i]), limit[f["industry"][i] - 1], f["id"][i]
        if f["ended"][i] or f["listed"][i] or staff >= 1000:
            case, now = "never", False
        elif before[i]:
            now = uniform(KEY, who, 1) >= 0.3
            case = "kept" if now else "given up"
        else:
            now = staff > least and uniform(KEY, who, 0) < 0.8 * (1000 - staff) / (1000 - least)
            case = "new" if now else "stays"
        assert (reduced[i], done[i]) == (now, case == "new")
        cases.add(case)
    assert cases == {"never", "kept", "given up", "new", "stays"}


@pytest.mark.twin("size_classes")
def test_hidden_champions_have_one_of_the_best_lines(firms):
    f, exporting, found = firms, np.array([True, False, True, True, True]), np.ones(N, np.bool_)
    most = int(np.quantile(f["sales"], 0.7))
    field_sales = f["field_sales"] // 10**8 * 10**8  # so that some lines are equal
    size_classes.champions(f["ended"], f["industry"], f["sales"], field_sales, f["lines"], exporting, float(most), 3,
                           INDUSTRIES, found)  # fmt: skip
    for i in range(N):
        best = False
        if not f["ended"][i] and exporting[f["industry"][i] - 1] and f["sales"][i] <= most:
            rivals = [k for k in range(N) if f["industry"][k] == f["industry"][i] and not f["ended"][k]]
            for c in range(FIELDS):
                lines = [field_sales[k, c] // f["lines"][k, c] for k in rivals if f["lines"][k, c]]
                if f["lines"][i, c]:
                    better = sum(one > field_sales[i, c] // f["lines"][i, c] for one in lines)
                    best |= better < 3
        assert found[i] == best
    assert 3 < found.sum() < N / 2
