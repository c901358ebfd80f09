"""Price, stage, learning and waterfall of the venture side, with the numbers worked out beside the rule."""

import math

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.mechanisms import _book, _pricing, fund_distribution
from meguri.mechanisms._views import FundView

PRICES = _pricing.PriceRules(
    sales_multiple=4.0, first_revenue=100e6, level_discount=0.8, growth=0.02, growth_of_potential=0.06,
    growth_of_investors=0.02, fading=18.0, revenue_noise=0.2, horizon=np.array([24.0, 28.0, 28.0, 16.0]),
    retention=np.array([0.5, 0.6, 0.75, 0.9]), hurdle=np.array([3.5, 2.9, 2.9, 1.4]), variance_cap=3.0, market=1.1,
)  # fmt: skip


def test_price_before_the_market_is_the_closed_form():
    exposure = 18.0 * (1.0 - math.exp(-24.0 / 18.0))
    spread = (0.06 * exposure) ** 2 * 0.5 + 0.04 * 24.0
    value = math.log(4.0 * 100e6 * 0.8**3) + 0.02 * 24 + 0.02 * exposure + 0.06 * 1.2 * exposure + spread / 2
    expected = math.exp(value) * 0.5 / 3.5 * 1.1
    assert _pricing.post_money(4, 0, 0, 0, 1.2, 0.5, PRICES, 100) == pytest.approx(expected, rel=1e-12)


def test_price_rises_with_belief_and_falls_with_age_in_the_market():
    def price(mean, age):
        return _pricing.post_money(8, 100, 50_000_000, 2, mean, 0.5, PRICES, 100 + age)

    assert price(1.0, 0) > price(0.0, 0)
    assert price(1.0, 30) < price(1.0, 0)


@pytest.mark.parametrize(("series", "stage"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_pricing_stage(series, stage):
    assert _pricing.pricing_stage(series) == stage


def _fund(**values):
    """Return one fund as kernels see it; columns that are not named are zero."""
    columns = {}
    for name in FundView._fields:
        kind = np.uint8 if name in {"cls", "region", "field"} else np.int64
        columns[name] = np.array([values.get(name, 0)], kind)
    return FundView(**columns)


def _distribute(fund, ending=False):
    """Pay the proceeds of a fund whose partners are an institution (75%) and households (25%); returns requests."""
    classes = np.zeros(10, np.uint8)
    classes[3], classes[4] = (vocabulary.code("classes", name) for name in ("institutional_lp", "household"))
    flows = np.zeros(40, np.uint8)
    flows[classes[3]] = vocabulary.code("flows", "distribution_to_institution")
    flows[classes[4]] = vocabulary.code("flows", "distribution_to_individual")
    buffer = requests.empty(10)
    fund_distribution.waterfall(
        buffer, fund, np.array([3, 4]), np.array([750, 250]), classes, flows, 0.2, 0, 5, np.array([ending]), 9
    )
    used = int(buffer.rows[0])
    return {int(buffer.payee[row]): int(buffer.amount[row]) for row in range(used)}


def test_capital_comes_back_before_the_manager_gets_anything():
    """Called 1,000, all invested or paid in fees; 400 came in: all of it goes to the partners."""
    fund = _fund(commitment=1000, called=1000, fees_paid=100, invested=600, cost_distributed=300, cash=400, lp_count=2)
    assert _distribute(fund) == {3: 300, 4: 100}
    assert fund.distributed[0] == 400
    assert fund.carried[0] == 0


def test_what_exceeds_the_capital_is_shared_four_to_one():
    """900 of 1,000 are back; of 600 more, 100 complete the capital, and 500 are split 400 : 100."""
    fund = _fund(commitment=1000, called=1000, fees_paid=100, invested=0, cost_distributed=900, distributed=900,
                 cash=600, lp_count=2)  # fmt: skip
    assert _distribute(fund) == {5: 100, 3: 375, 4: 125}
    assert fund.distributed[0] == 1400


def test_an_ending_fund_gives_back_what_it_never_spent():
    fund = _fund(commitment=1000, called=500, fees_paid=100, invested=0, cost_distributed=300, cash=100, lp_count=2)
    assert _distribute(fund) == {}
    assert _distribute(fund, ending=True) == {3: 75, 4: 25}
    assert fund.ended[0] == 9
    assert fund.called[0] == fund.fees_paid[0] + fund.invested[0] + fund.cost_distributed[0]


def test_a_new_book_is_empty():
    book = _book.new_book(3)
    assert book.used.tolist() == [0, 0]
    _book.add_line(book, 0, 7, 12.9, -1)
    assert (int(book.payer[0]), int(book.amount[0]), int(book.used[1])) == (7, 12, 1)
