"""The credit is the statute: rates, caps, marginal rates and statements, against numbers worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from meguri.engine import time
from meguri.mechanisms import _statute, taxes
from meguri.packs import load_pack

from .research_side import asked, buffer_of, filed, run, small_world, total


@pytest.fixture(scope="module")
def law():
    columns = load_pack("JP").table("credit_statute")
    table = SimpleNamespace(**{name: np.asarray(column) for name, column in columns.items()})
    return lambda year: _statute.statute_of(table, year)


@pytest.mark.parametrize(
    ("growth", "rate"), [(0.12, 0.115), (0.14, 0.1225), (0.30, 0.14), (0.0, 0.085), (-0.40, 0.01), (0.08, 0.105)]
)
def test_general_rate_of_fiscal_2023(law, growth, rate):
    assert _statute.credit_rate(law(2023), False, growth, 0.05, 0.0) == pytest.approx(rate)


def test_addition_comes_on_top_and_never_makes_a_rate_negative(law):
    assert _statute.credit_rate(law(2023), False, 0.12, 0.05, 0.02) == pytest.approx(0.135)
    assert _statute.credit_rate(law(2023), False, 0.12, 0.05, -0.15) == 0.0


def test_small_firms_have_their_own_rate(law):
    assert _statute.credit_rate(law(2023), True, 0.0, 0.05, 0.0) == pytest.approx(0.12)
    assert _statute.credit_rate(law(2023), True, 0.20, 0.05, 0.0) == pytest.approx(0.12 + 0.375 * 0.08)
    assert _statute.credit_rate(law(2023), True, 0.90, 0.05, 0.0) == pytest.approx(0.17)


@pytest.mark.parametrize(("growth", "cap"), [(0.0, 0.25), (0.08, 0.275), (0.30, 0.30), (-0.08, 0.225), (-0.50, 0.20)])
def test_cap_of_fiscal_2023_moves_with_growth(law, growth, cap):
    assert _statute.credit_cap(law(2023), False, growth, 0.05, False) == pytest.approx(cap)


def test_intensive_firms_have_more_room(law):
    assert _statute.credit_cap(law(2023), False, 0.0, 0.12, False) == pytest.approx(0.25 + 2 * 0.02)
    assert _statute.credit_cap(law(2023), False, 0.0, 0.30, False) == pytest.approx(0.35)


def _credit(law, year=2023, small=False, research=1120.0, base=1000.0, sales=100_000.0, tax=10_000.0, joint=0.0,
            take=0.0, addition=0.0):  # fmt: skip
    return _statute.credit_of(law(year), small, research, base, sales, False, tax, joint, take, addition)


def test_credit_by_hand(law):
    assert _credit(law) == (pytest.approx(0.115 * 1120), False)
    # tax of 400: at 12% growth the cap is 25% + 0.625 x 8 points = 30%
    assert _credit(law, tax=400.0) == (pytest.approx(120.0), True)
    # 200 of joint research, half claimed: 11.5% on 1,020 and 30% on 100
    assert _credit(law, joint=200.0, take=0.5)[0] == pytest.approx(0.115 * 1020 + 30)
    # its own cap is 10% of tax
    assert _credit(law, joint=200.0, take=0.5, tax=200.0)[0] == pytest.approx(0.30 * 200 + 20)
    assert _credit(law, tax=0.0) == (0.0, True)
    assert _credit(law, research=0.0, base=0.0)[0] == 0.0


def test_credit_on_the_increase_in_fiscal_2014(law):
    # growth 12%: 8% + 0.2 x intensity of 1.12% on all R&D, 12% on the increase of 120 within 10% of tax
    total_part = (0.08 + 0.2 * 0.0112) * 1120
    assert _credit(law, year=2014)[0] == pytest.approx(total_part + 0.12 * 120)
    assert _credit(law, year=2014, tax=100.0)[0] == pytest.approx(30 + 10)


def test_one_more_yen_is_worth_the_rate_less_what_it_costs_later(law):
    # flat part: only the rate
    assert _statute.marginal_rate(law(2023), False, -0.60, 0.05, 0.0) == pytest.approx(0.01)
    erosion = (1 / 1.06 + 1 / 1.06**2 + 1 / 1.06**3) / 3
    expected = 0.085 + 0.25 * (1 - erosion)
    assert _statute.marginal_rate(law(2023), False, 0.0, 0.05, 0.0) == pytest.approx(expected, rel=1e-6)


def test_marginal_rate_agrees_with_credits_over_four_years(law):
    statute, research, extra = law(2023), [1000.0] * 7, 1.0
    def value(path):
        return sum(_statute.credit_rate(statute, False, path[t] / (sum(path[t - 3:t]) / 3) - 1, 0.05, 0.0) * path[t]
                   / 1.06 ** (t - 3) for t in range(3, 7))
    more = research.copy()
    more[3] += extra
    found = _statute.marginal_rate(statute, False, 0.0, 0.05, 0.0)
    assert value(more) - value(research) == pytest.approx(found, abs=0.003)


def test_losses_wait_and_tax_and_credit_are_paid_gross(law):
    tax, credit = np.zeros(2, np.int64), np.zeros(2, np.int64)
    losses, uncapped, received = np.array([300, 0]), np.array([0.5, 0.5]), np.array([0.025, -1.0])
    given = [np.array(column) for column in ([1000, -50], [0, 0])]
    taxes.assess(np.zeros(2, np.int32), np.zeros(2, np.uint8), 9, law(2023), 0.2, 0.5, 0.0, 0.0, 0.7, given[0], losses,
                 np.array([100, 100]), np.full((2, 3), 100), given[1], np.array([10_000, 10_000]),
                 np.array([10_000, 10_000]), uncapped, received, tax, credit)
    assert tax.tolist() == [140, 0]
    assert losses.tolist() == [0, 50]
    assert credit.tolist() == [8, 0]  # 8.5% of 100, below 25% of 140
    assert uncapped == pytest.approx([0.7 * 0.5 + 0.3, 0.7 * 0.5])
    assert received == pytest.approx([0.7 * 0.025 + 0.3 * 0.085, 0.0])  # the credit for a yen, remembered
    buffer = buffer_of()
    taxes.pay_tax(buffer, 3, 10, np.array([1, 2]), np.ones(2, np.uint8), np.ones(2, np.uint8), tax, credit)
    assert asked(buffer) == [("corporate_tax", 10, 3, 140), ("research_tax_credit", 3, 10, 8)]


def test_user_cost_falls_with_what_is_expected(law):
    marginal, cost, cash = np.zeros(2), np.zeros(2), np.zeros(2)
    taxes.expect(np.zeros(2, np.int32), np.zeros(2, np.uint8), 9, law(2023), 0.2, 0.0, 1.0, np.array([250, 250]),
                 np.full((2, 3), 1000), np.array([10_000, 10_000]), np.array([0.5, 0.5]), np.array([-1.0, 0.04]),
                 marginal, cost, cash)
    erosion = (1 / 1.06 + 1 / 1.06**2 + 1 / 1.06**3) / 3
    assert marginal[0] == pytest.approx(0.5 * (0.085 + 0.25 * (1 - erosion)), rel=1e-6)
    assert cost[0] == pytest.approx((0.8 - marginal[0]) / 0.8)
    # who has not filed yet expects the marginal rate, others what they received: 4 sen for a yen
    assert cash == pytest.approx([cost[0], (0.8 - 0.04) / 0.8])


@pytest.fixture(scope="module")
def years():
    world = small_world(scale=0.1)
    return world, run(world, "2009Q1")


def _statements(world):
    acts = ("tax_statement", "credit_tax", "credit_expenditure", "credit_base", "credit_joint_research", "credit_sales")
    found = {}
    for act in acts:
        for quarter in filed(world, act):
            rows = (quarter[name].tolist() for name in ("contract", "actor", "value", "reason"))
            for statement, actor, value, size in zip(*rows, strict=True):
                found.setdefault((statement, actor), {"class": size})[act] = value
    return found


def test_credits_paid_are_credits_filed(years):
    world, flows = years
    statements = _statements(world)
    assert sum(row["tax_statement"] for row in statements.values()) == total(flows, "research_tax_credit") > 0
    assert sum(row["credit_tax"] for row in statements.values()) == total(flows, "corporate_tax")


def test_each_credit_of_a_year_is_the_statute_applied_to_its_statement(years, law):
    world, _ = years
    checked = 0
    for (statement, actor), row in _statements(world).items():
        year = statement ^ actor
        if year not in (2007, 2008):
            continue
        amount, _ = _statute.credit_of(law(year), row["class"] == "small_firm", row["credit_expenditure"],
                                       row["credit_base"], row["credit_sales"], False, row["credit_tax"],
                                       row["credit_joint_research"], 0.0, 0.0)
        # the base is filed in whole yen
        assert abs(row["tax_statement"] - amount) <= 2
        checked += 1
    assert checked > 2000


def test_research_filed_is_research_paid(years):
    world, flows = years
    paid = total(flows, "research_wage", "research_purchase", "joint_research", "contract_research", "clinical_trial",
                 "endowed_chair", since="2008Q2",
                 payers=[taxes.SMALL, *range(taxes.SMALL - 2, taxes.SMALL)])  # fmt: skip
    filed_ = sum(row["credit_expenditure"] for (statement, actor), row in _statements(world).items()
                 if statement ^ actor == 2008)
    gone = world.firm.ended >= time.quarter("2008Q2")
    assert filed_ <= paid
    assert filed_ == pytest.approx(paid, rel=0.005)
    assert gone.sum() < 0.05 * world.firm.n


def test_an_addition_to_the_rate_raises_credits_and_research():
    base, more = (small_world(scale=0.1, settings={"taxes.credit_rate_addition": addition}) for addition in (0.0, 0.05))
    spent = [run(world, "2008Q4") for world in (base, more)]
    assert total(spent[1], "research_tax_credit") > total(spent[0], "research_tax_credit")
    # both open alike; the user cost of the first year is the reference, so only its change acts
    assert (more.firm.marginal_credit >= base.firm.marginal_credit[: more.firm.n] - 1e-12).mean() > 0.9
