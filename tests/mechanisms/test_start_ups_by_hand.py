"""Operation, listed value, the survey and fund-raising of a handful of companies, worked out beside the rule."""

import math

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import chance, requests
from meguri.mechanisms import fundraising, listed_growth, recognition, startup_operation
from meguri.mechanisms._pricing import PriceRules
from meguri.mechanisms._views import StartupView

from ..naive.venture import bundle

KEY, T = chance.key(1, "by.hand", 100), 100
PRICES = PriceRules(4.0, 1e8, 0.8, 0.02, 0.0, 0.0, 18.0, 0.2, *(np.ones(4) for _ in range(3)), 3.0, 1.0)


def _rules(**changes):
    numbers = dict.fromkeys(startup_operation.Rules._fields, 0.0)
    lists = {"need": np.full(18, 1e7), "milestones": np.array([4e8])}
    return startup_operation.Rules(**(numbers | lists | {"signal_noise": 1.0, "wage": 1e6} | changes))


def _company(n=1, **values):
    """Return companies that all have these values; prior of mean 0 and variance 1 where nothing else is said."""
    usual = {"id": np.arange(7, 7 + n), "field": 1, "region": 1, "belief_variance": 1.0, "visible": True}
    return bundle(StartupView, "startup", n, **(usual | values))


def test_a_quarter_of_costs_and_wages():
    """Sales 100, costs of sales 80; of 50 more that were planned only 20 in cash and 20 of margin can be spent."""
    view, buffer, short = _company(trl=8, revenue=100, burn=50, cash=20), requests.empty(9), np.zeros(1, np.bool_)
    startup_operation.pay(view, _rules(margin=0.2, wage_share=0.5, wage=24.0), buffer, 10, 2, 3, short)
    assert buffer.amount[:3].tolist() == [100, 60, 60]  # sales; wages and purchases, half of 80 + 40 each
    assert short[0]
    assert view.employees[0] == 10  # four times 60 over 24 a year


def test_a_trial_that_succeeds_lifts_the_level_and_tells_something():
    """Cash pays for full speed: the hazard is 0.9 at most. A signal as noisy as the prior halves its variance."""
    view = _company(400, trl=3, burn=10**7, cash=10**8, potential=1.0)
    startup_operation.develop(view, _rules(step_hazard=5.0, project_focus=1.0), KEY)
    lifted = view.trl == 4
    assert 0.85 < lifted.mean() < 0.95
    assert (view.belief_variance[lifted] == 0.5).all()
    assert view.belief_mean[lifted].mean() == pytest.approx(0.5, abs=0.1)
    assert (view.trl[~lifted] == 3).all()


def test_listed_value_follows_sales_and_a_multiple_that_falls():
    """With level sales and no noise, value falls to 0.4 + 0.6 exp(-1) of that at the listing in 20 quarters."""
    view = _company(trl=9, market_since=50, revenue=10**8, status=1, listed_since=T, valuation=8 * 10**9)
    anchor, deviation = np.zeros(1), np.ones(1)
    for t in (T, T + 20):
        listed_growth.revalue(view, anchor, deviation, PRICES, 1.0, 1.0, 0.0, 0.4, 20.0, t, KEY)
        assert deviation[0] == 0.0
        expected = 8e9 * (1.0 if t == T else 0.4 + 0.6 * math.exp(-1))
        assert view.valuation[0] == pytest.approx(expected, rel=1e-9)
    listed_growth.leave(view, 6e9, 20, 9e9, 1.0, T + 20, KEY)
    assert view.status[0] == 3  # under the floor at its age
    assert view.listing_value[0] == 0


def test_the_survey_finds_the_young_at_once_and_others_never():
    """Chance 1 in the first year, 0 later: of five companies the two young ones that still live are found."""
    university = vocabulary.code("classes", "startup_university")
    view = _company(5, cls=university, founded=[T, T - 3, T - 4, T, T], ended=[0, 0, 0, T - 1, 0])
    known, outside, found = np.zeros(5, np.bool_), np.array([0, 0, 0, 0, 1], np.bool_), np.empty(5, np.int64)
    used = recognition.survey(view.cls, view.ended, view.founded, view.id, known, outside, 1.0, 0.0, T, KEY, found)
    assert found[:used].tolist() == [0, 1]
    assert known.tolist() == [True, True, False, False, False]


def test_fees_on_commitments_then_on_holdings():
    """Half a percent a quarter of 1,000 committed for 20 quarters, then of 400 held; never more than can be called."""
    columns = {"founded": [T - 19, T - 20, T - 1], "ended": [0, 0, 0]}
    founded, ended = (np.array(values, np.int32) for values in columns.values())
    money = [np.array(values) for values in ([1000, 1000, 1000], [600, 600, 997], [0, 0, 0], [400, 400, 0])]
    rows, due = np.empty(3, np.int64), np.empty(3, np.int64)
    used = fundraising.fees_due(np.ones(3, np.uint8), founded, ended, *money, 0.005, 20, T, rows, due)
    assert rows[:used].tolist() == [0, 1, 2]
    assert due[:used].tolist() == [5, 2, 3]
