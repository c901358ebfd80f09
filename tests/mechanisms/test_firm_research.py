"""Firms' R&D: intensity, the answer to the user cost, smoothing, cash, and the opening values."""

import numpy as np
import pytest

from meguri.engine import time
from meguri.mechanisms import firm_research as research

from .research_side import FIRMS, asked, buffer_of, run, small_world, total


def _budget(**changes):
    given = {
        "ended": 0, "sales": 10_000, "norm": 0.05, "user_cost": 0.0, "reference": 0.0, "leverage": 0.45,
        "employees": 1000, "cash": 1e9, "budget": 0,
        "cash_cost": changes.get("user_cost", 0.0), "cash_reference": changes.get("reference", 0.0),
    } | changes  # fmt: skip
    budget = np.array([given["budget"]], np.int64)
    one = {name: np.array([given[name]]) for name in given if name != "budget"}
    research.budgets(one["ended"], one["sales"], one["norm"], one["user_cost"].astype(float),
                     one["reference"].astype(float), one["cash_cost"].astype(float),
                     one["cash_reference"].astype(float), one["leverage"].astype(float), one["employees"],
                     one["cash"].astype(np.int64), 1.2, 3.0, 2.0, 0.45, 0.8, 1000.0, 0.3, 0.8, budget)
    return int(budget[0])


def test_a_new_firm_spends_its_intensity_and_others_move_three_tenths_of_the_way():
    assert _budget() == 500
    assert _budget(budget=1000) == 850
    assert _budget(ended=7) == 0
    assert _budget(sales=0) == 0


def test_spending_stays_within_cash():
    assert _budget(cash=100) == 80
    assert _budget(cash=0) == 0


def test_the_answer_to_the_user_cost_is_stronger_for_constrained_firms():
    # at the middle of the constraint the elasticity is half way: 2.1
    assert _budget(user_cost=0.9, reference=1.0) == pytest.approx(500 * 0.9**-2.1, abs=1)
    assert _budget(user_cost=1.0, reference=1.0) == 500
    indebted, rich = (_budget(user_cost=0.9, reference=1.0, leverage=share) for share in (0.9, 0.0))
    small = _budget(user_cost=0.9, reference=1.0, employees=50)
    assert rich < 500 * 0.9**-2.1 < indebted
    assert small > 500 * 0.9**-2.1


def test_a_capped_firm_answers_to_the_cash_as_far_as_it_is_constrained():
    """The cap binds: another yen brings no credit, but the credit received rose and left 10% of cost."""
    capped = {"user_cost": 1.0, "reference": 1.0, "cash_cost": 0.9, "cash_reference": 1.0}
    assert _budget(**capped) == pytest.approx(500 * 0.9**-0.9, abs=1)
    rich = _budget(**capped, leverage=0.0, employees=100_000)
    assert 500 <= rich < _budget(**capped)
    lost = _budget(user_cost=1.1, reference=1.0, cash_cost=1.0, cash_reference=1.0)
    assert lost == pytest.approx(500 * 1.1**-1.2, abs=1)


def test_half_constrained_in_the_middle():
    assert research.constraint(0.45, 1000.0, 2.0, 0.45, 0.8, 1000.0) == pytest.approx(0.5)
    # exp(-0.8 ln 2) = 2^-0.8
    assert research.constraint(0.45, 2000.0, 2.0, 0.45, 0.8, 1000.0) == pytest.approx(1 / (1 + 2**0.8))


def test_research_is_wages_and_inputs():
    buffer = buffer_of()
    research.pay_research(buffer, 1, 2, 10, np.array([5, 6]), np.array([1, 2], np.uint8), np.array([3, 4], np.uint8),
                          np.array([101, 0]), 0.4)
    assert asked(buffer) == [("research_wage", 10, 1, 40), ("research_purchase", 10, 2, 61)]


@pytest.fixture(scope="module")
def opened():
    world = small_world(scale=0.1)
    return world, run(world, "2006Q4")


def test_each_industry_opens_at_its_intensity(opened):
    world, flows = opened
    intensity = world.resolved.at(["firm_research"], world.t).intensity
    sales = world.resolved.at(["economy"], time.quarter("2006Q1"))
    expected = sum(float(share) * getattr(sales, f"sales_{name}") for share, name in
                   zip(intensity, research.vocabulary.table("industries").ids, strict=True)) * 1e9 * 0.1
    first = {name: column[flows["t"] == time.quarter("2006Q1")] for name, column in flows.items()}
    spent = total(first, "research_wage", "research_purchase", payers=FIRMS)
    assert spent == pytest.approx(expected, rel=0.05)


def test_rescaling_meets_the_opening_values_and_shifts_no_growth(opened):
    world, _ = opened
    firm = world.firm
    before = firm.research_past[:, 0] / np.maximum(firm.rd_budget, 1)
    world.rescale()
    p = world.resolved.at(["firm_research"], world.t, opening=True)
    spent = np.bincount(firm.industry - 1, firm.rd_budget, minlength=13)
    assert spent == pytest.approx(p.opening_research * 1e9 / 4 * 0.1, rel=1e-3)
    after = firm.research_past[:, 0] / np.maximum(firm.rd_budget, 1)
    big = firm.rd_budget > 1_000_000
    assert after[big] == pytest.approx(before[big], rel=1e-3)
