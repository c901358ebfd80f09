"""Size classes, graduation, hidden champions, tails and industries: the document's own definitions on toy panels."""

import math

import numpy as np
import pytest

from meguri.indicators import _industries as industries
from meguri.indicators import _sizes as sizes
from meguri.indicators.firm_size_hill import hill

from .by_hand import act, hold, ledger, values


@pytest.mark.accept("S29.1")
@pytest.mark.parametrize(("staff", "cls"), [(300, "small"), (301, "mid"), (2000, "mid"), (2001, "large")])
def test_size_classes_at_their_bounds(staff, cls):
    assert sizes.size_class(staff) == cls


@pytest.mark.accept("S29.2", "S29.3")
def test_graduation_counts_listed_mid_size_firms_of_the_first_year_and_reports_who_left():
    """Base: a, b, c, d (mid in the first year); a is large later, d has gone; the large and the small do not count."""
    then = {"a": 1900, "b": 301, "c": 2000, "d": 500, "large": 2001, "small": 300}
    now = {"a": 2001, "b": 280, "c": 2000, "large": 4000, "small": 9000}
    assert sizes.graduation(then, now) == {"base": 4, "large": 0.25, "left": 0.25}
    assert math.isnan(sizes.graduation({"large": 2001}, now)["large"])


@pytest.mark.accept("S30.1", "S30.2", "S30.3", "S30.4")
@pytest.mark.parametrize(
    ("rank", "sales", "known", "champion"),
    [(3, 5.0, False, True), (4, 5.0, False, False), (3, 5.01, False, False), (3, 5.0, True, False)],
)
def test_three_tests_of_a_hidden_champion(rank, sales, known, champion):
    assert sizes.is_hidden_champion(rank, sales, known) is champion


@pytest.mark.accept("S30.5")
def test_the_definition_says_what_the_document_leaves_out():
    assert "in the world or first on its continent" in sizes.is_hidden_champion.__doc__


@pytest.mark.accept("S28.4")
def test_shift_share_adds_up():
    """Half in one industry (+50%), half in the other (0%), against a fifth and four fifths (+100%, +10%)."""
    own, other = {"a": 0.5, "b": 0.5}, {"a": 0.2, "b": 0.8}
    rates, other_rates = {"a": 0.5, "b": 0.0}, {"a": 1.0, "b": 0.1}
    parts = industries.shift_share(own, rates, other, other_rates)
    assert parts["mix"] == pytest.approx(0.3 * 1.0 - 0.3 * 0.1)
    assert parts["within"] == pytest.approx(0.5 * -0.5 + 0.5 * -0.1)
    assert sum(parts.values()) == pytest.approx(0.25 - 0.28)


@pytest.mark.parametrize(("times", "rate"), [(1.5, 0.041), (0.8, -0.022), (6.4, 0.204)])
def test_multiples_as_yearly_growth(times, rate):
    assert industries.yearly_growth(times, 10) == pytest.approx(rate, abs=0.0005)


def test_hill_of_a_pareto_tail():
    staff = [int(1e6 * (rank / 5000) ** (-1 / 1.2)) for rank in range(1, 5001)]
    assert hill(staff, 500) == pytest.approx(1.2, rel=0.02)
    assert math.isnan(hill([], 500))


def test_the_yearly_matrix_tells_small_moves_from_large_ones():
    """A third of firms at 1,950 persons go to 2,050 and as many come back: after ten years half are large."""
    years = {}
    rng = np.random.default_rng(1)
    staff = dict.fromkeys(range(3000), 1950)
    for year in range(2016, 2024):
        years[year] = dict(staff)
        for firm in staff:
            if rng.random() < 1 / 3:
                staff[firm] = 4000 - staff[firm]
    start, matrix = sizes.yearly_matrix(years, 2023)
    assert start.sum() == pytest.approx(1.0)
    assert matrix.sum(axis=1) == pytest.approx(1.0)
    assert sizes.after(start, matrix, 10) == pytest.approx(0.5, abs=0.03)
    assert sizes.after(start, matrix, 1) == pytest.approx(1 / 3, abs=0.03)


def _year_end(year, act_name, firms):
    return [act(f"{year}Q1", act_name, firm, "mid_firm", value=staff) for firm, staff in firms.items()]


def test_five_years_of_mid_size_firms_by_statute():
    records = _year_end(2017, "size_mid", {1: 400, 2: 500, 3: 1900, 4: 1990})
    records += _year_end(2022, "size_large", {3: 2100, 9: 5000})
    world = ledger(records=records, first="2016Q1", last="2022Q4")
    assert values("midsize_to_large_statutory", world) == {"2017/2022": 0.25}


def test_ten_years_of_listed_firms():
    records = _year_end(2017, "size_listed", {1: 400, 2: 2500, 3: 1900})
    records += _year_end(2027, "size_listed", {2: 2600, 3: 2100})
    world = ledger(records=records, first="2016Q1", last="2027Q4", country="ZZ")
    assert values("midsize_to_large_listed", world) == {"FY2016/FY2026": 0.5}


def test_industry_multiple_is_observed_before_and_modelled_after_the_opening():
    electronics = 7
    records = [act("2016Q1", "industry_statement", 1, "large_firm", value=electronics)]
    records += [act(quarter, "credit_expenditure", 1, "large_firm", value=value)
                for quarter, value in (("2016Q1", 1000), ("2023Q1", 1100))]
    world = ledger(records=records, first="2016Q1", last="2023Q4")
    assert values("industry_rd_ratio_electronics", world) == {"2012/2022": pytest.approx(0.9317 * 1.1)}


def test_rd_to_sales_by_size_uses_the_class_of_the_year_end():
    records = _year_end(2017, "size_mid", {1: 400}) + _year_end(2017, "size_large", {2: 4000})
    for firm, research in ((1, 10), (2, 60), (3, 5)):
        records.append(act("2017Q1", "credit_expenditure", firm, "small_firm", value=research))
        records.append(act("2017Q1", "credit_sales", firm, "small_firm", value=1000))
    world = ledger(records=records, first="2016Q1", last="2017Q4")
    found = [values(f"rd_to_sales_by_size.{cls}", world) for cls in ("small_firm", "mid_firm", "large_firm")]
    assert found == [{"FY2016": 0.005}, {"FY2016": 0.01}, {"FY2016": 0.06}]


@pytest.mark.accept("S22.2")
def test_a_loaded_list_of_multiples_reproduces_its_own_share():
    multiples = [0.4, 0.9, 0.99, 1.0, 1.7, 6.0]
    stocks = [hold("2017Q4", "listing_value", 1000, firm) for firm in range(1, 7)]
    stocks += [hold("2017Q4", "valuation", int(1000 * multiple), firm) for firm, multiple in enumerate(multiples, 1)]
    assert values("below_listing_value_share", ledger(stocks=stocks)) == {"2017": 0.5}


def test_multiples_by_size_at_listing():
    stocks = []
    for firm, (listed, now) in enumerate([(10, 5), (20, 40), (30, 30), (40, 20), (50, 100), (60, 30)], 1):
        stocks += [hold("2017Q4", "listing_value", listed, firm), hold("2017Q4", "valuation", now, firm)]
    world = ledger(stocks=stocks)
    found = [values(f"multiple_since_listing.{third}", world)["2017"] for third in ("small", "middle", "large")]
    assert found == [1.25, 0.75, 1.25]
