"""Who looks for a start-up, whom it meets, who says yes, what is paid: worked out by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import _partners, alliances
from meguri.mechanisms._views import StartupView

LARGE, SMALL = vocabulary.code("classes", "large_firm"), vocabulary.code("classes", "small_firm")
KEYS = np.arange(11, 14).astype(np.uint64)
KEY = np.uint64(5)


def _needs(count, cls, shares, hazard, proximity):
    sales = np.full(count, 1000, np.int64)
    field_sales = np.tile((np.array(shares) * 1000).astype(np.int64), (count, 1))
    firms, fields = np.empty(count, np.int64), np.empty(count, np.int64)
    hazards = np.zeros(256)
    hazards[cls] = hazard
    used = _partners.post_needs(
        np.arange(1, count + 1), np.zeros(count, np.int32), np.full(count, cls, np.uint8), np.ones(count, np.int8),
        sales, field_sales, proximity, hazards, KEY, firms, fields
    )  # fmt: skip
    return firms[:used], fields[:used]


def test_a_firm_looks_where_it_is_near_and_does_not_sell():
    """Near fields 1 and 2 alike; all sales in field 1: gaps 0 and 1, mean 1/2; hazard 0.8 gives 0.4, all in field 2."""
    proximity = np.array([[0, 0, 0, 0], [0, 0.5, 0.5, 0.0]], float)
    firms, fields = _needs(20_000, LARGE, [1.0, 0.0, 0.0], 0.8, proximity)
    assert len(firms) / 20_000 == pytest.approx(0.4, abs=0.01)
    assert set(fields.tolist()) == {1}
    # sales 3/4 in field 1, 1/4 in field 2: gaps 1/8 and 3/8 of 1
    firms, fields = _needs(20_000, LARGE, [0.75, 0.25, 0.0], 0.8, proximity)
    assert len(firms) / 20_000 == pytest.approx(0.8 * 0.5, abs=0.01)
    assert (fields == 1).mean() == pytest.approx(0.75, abs=0.015)


def test_a_firm_whose_fields_hold_no_gap_or_that_has_ended_does_not_look():
    proximity = np.array([[0, 0, 0, 0], [0, 1.0, 0.0, 0.0]], float)
    assert len(_needs(1000, LARGE, [1.0, 0.0, 0.0], 1.0, proximity)[0]) == 0
    assert len(_needs(1000, SMALL, [0.0, 1.0, 0.0], 0.0, proximity)[0]) == 0


def _meetings(around, hazard=1.0, count=20_000, away=0.25):
    """Firms of prefecture 1; three start-ups there and one in prefecture 2, of field 1 of 2; who meets whom."""
    cells = np.array([0, 0, 0, 2, 1])
    order, start = sort_into_cells(cells, 4)
    closeness = np.array([[0, 0, 0], [0, 1.0, away], [0, away, 1.0]])
    met = np.empty(count, np.int64)
    _partners.meet(
        np.arange(count), np.zeros(count, np.int64), np.arange(1, count + 1), np.ones(count, np.uint8), closeness,
        np.asarray(around, float), hazard, start, start, np.ones(5), np.arange(100, 105)[order], order, 2, KEYS, met
    )  # fmt: skip
    return met


def test_the_chance_to_meet_is_that_of_the_reach():
    """Reach (3 x 1 + 1 x 0.25) / 4 = 0.8125; 1 - exp(-0.8125) = 0.556; of those met 3/3.25 are at home."""
    met = _meetings(np.ones((2, 2)))
    assert (met >= 0).mean() == pytest.approx(1 - math.exp(-0.8125), abs=0.01)
    assert (met[met >= 0] < 3).mean() == pytest.approx(3 / 3.25, abs=0.01)
    assert set(met.tolist()) == {-1, 0, 1, 2, 3}


def test_hubs_raise_and_distance_lowers_the_meetings_of_the_same_luck():
    base = _meetings(np.ones((2, 2)))
    hub = _meetings([[2.0, 1.0], [1.0, 1.0]])
    far = _meetings(np.ones((2, 2)), away=0.05)
    assert (hub >= 0).mean() == pytest.approx(1 - math.exp(-(3 * 2 + 0.25) / 4), abs=0.01)
    assert (far >= 0).sum() < (base >= 0).sum() < (hub >= 0).sum()
    assert np.all(hub[base >= 0] >= 0)  # the same firms and more
    assert np.all(base[far >= 0] >= 0)


def test_nobody_is_met_where_there_is_no_start_up_of_the_field():
    met = np.zeros(3, np.int64)
    order, start = sort_into_cells(np.array([1]), 4)
    _partners.meet(np.arange(3), np.zeros(3, np.int64), np.arange(3), np.ones(3, np.uint8), np.ones((3, 3)),
                   np.ones((2, 2)), 9.0, start, start, np.ones(1), np.array([7]), order, 2, KEYS, met)  # fmt: skip
    assert met.tolist() == [-1, -1, -1]


def test_a_start_up_says_yes_to_one_suitor_by_sales():
    """Firms of sales 1 and 9 court each start-up: the larger one gets nine of ten."""
    pairs = 4000
    met = np.repeat(np.arange(pairs), 2)
    firms = np.arange(2 * pairs)
    sales = np.where(firms % 2 == 1, 9, 1)
    best, times = np.empty(pairs, np.int64), np.empty(pairs)
    _partners.say_yes(met, firms, firms + 1, sales, np.arange(1, pairs + 1), KEY, best, times)
    assert np.all(best // 2 == np.arange(pairs))
    assert (best % 2 == 1).mean() == pytest.approx(0.9, abs=0.02)
    _partners.say_yes(np.full(2, -1), firms[:2], firms[:2] + 1, sales[:2], np.arange(1, pairs + 1), KEY, best, times)
    assert np.all(best == -1)


def test_only_living_open_start_ups_of_enough_readiness_can_be_met():
    columns = {
        "ended": [0, 9, 0, 0, 0, 0, 0], "status": [0, 0, 1, 0, 0, 0, 0], "closing": [0, 0, 0, 1, 0, 0, 0],
        "visible": [1, 1, 1, 1, 1, 1, 1], "dormant": [0, 0, 0, 0, 0, 0, 0], "trl": [5, 5, 5, 5, 3, 5, 5],
        "live": [1, 0, 0, 0, 0, 2, 0], "region": [2, 1, 1, 1, 1, 1, 1], "field": [3, 1, 1, 1, 1, 1, 1],
    }  # fmt: skip
    arrays = [np.array(column) for column in columns.values()]
    cells = np.empty(7, np.int64)
    _partners.open_to_alliance(*arrays, 18, 4.0, 2.0, cells)
    assert cells.tolist() == [18 + 2, -1, -1, -1, -1, -1, 0]


def test_terms_are_bounded_by_sales_and_cash():
    """Median 12 million a year: 3 million a quarter; 1% of sales of 100 million is 1 million; a fifth of cash."""
    medians = np.zeros(256)
    medians[LARGE] = 12e6
    payment, last = np.zeros(3, np.int64), np.zeros(3, np.int64)
    cls, sales = np.full(3, LARGE, np.uint8), np.array([10**12, 10**8, 10**12])
    cash = np.array([10**12, 10**12, 20_000_000])
    alliances.terms(np.array([1, 2, 3]), cls, sales, cash, np.array([4.0, 4.0]), medians, 0.0, 0.01, 0.2, KEY, payment,
                    last, 100)  # fmt: skip
    assert payment.tolist() == [3_000_000, 1_000_000, 1_000_000]
    assert last.tolist() == [103, 103, 103]


def test_the_firm_pays_the_start_up_by_the_strength_of_the_link():
    buffer = requests.empty(5)
    rows = np.zeros(2, np.int64)
    arrays = (np.array([0, 1]), np.array([4, 5]), np.array([100, 0]), np.array([8, 9]))
    alliances.pay(buffer, *arrays, 0.5, 1000, 2000, np.array([1, 1], np.uint8), np.array([2, 2], np.uint8), rows)
    assert rows.tolist() == [0, -1]
    assert (int(buffer.payer[0]), int(buffer.payee[0]), int(buffer.amount[0])) == (1004, 2000, 50)
    assert buffer.flow[0] == vocabulary.code("flows", "alliance_payment")


def _view(**columns):
    """Return start-ups as kernels see them; columns that are not named are zero."""
    n = len(columns["id"])
    kinds = {"potential": float, "belief_mean": float, "belief_variance": float, "news": bool}
    return StartupView(*(
        np.array(columns.get(name, [0] * n), kinds.get(name, np.int64)) for name in StartupView._fields
    ))  # fmt: skip


def test_allied_start_ups_grow_faster_and_nobody_else():
    """Three per cent a quarter at market entry, e^-1 of it after one time constant; none without an alliance."""
    view = _view(id=[1, 2, 3], market_since=[100, 82, 100], revenue=[10**9] * 3, trl=[7] * 3, belief_variance=[1.0] * 3)
    fade = np.exp(-np.arange(240) / 18.0)
    alliances.help_partners(view, np.array([1, 2, 0]), 0.03, fade, 0.1, 0.3, 1.0, 100, KEY, KEY)
    expected = [1e9 * math.exp(0.03), 1e9 * math.exp(0.03 * math.exp(-1)), 1e9]
    assert view.revenue.tolist() == pytest.approx(expected, rel=1e-9)


def test_allied_start_ups_before_the_market_get_on_and_news_spreads():
    """Hazard 0.2 and 30% failures: 14% gain a level; reaching level 4 sends a signal to everybody."""
    n = 20_000
    view = _view(id=np.arange(1, n + 1), trl=np.full(n, 3), belief_variance=np.ones(n))
    alliances.help_partners(view, np.ones(n, np.int64), 0.03, np.ones(240), 0.2, 0.3, 1.0, 100, KEY, KEY)
    assert (view.trl == 4).mean() == pytest.approx(0.14, abs=0.008)
    assert np.array_equal(view.trl == 4, view.signals == 1)
    assert np.array_equal(view.news.astype(bool), view.signals == 1)


def test_who_took_equity_last_quarter_looks_first_where_nobody_does():
    """Holders: firm row 3 (account 103), a corporate fund of firm 7, an independent fund; what is older is not read."""
    corporate, independent = (vocabulary.code("classes", name) for name in ("fund_corporate", "fund_independent"))
    holding = SimpleNamespace(holder=np.array([104, 103, 200, 201, 103]), startup=np.array([4, 0, 1, 2, 3]),
                              founded=np.array([97, 99, 99, 99, 99]))  # fmt: skip
    partner = np.array([-1, -1, -1, 5, -1], np.int32)
    alliances.first_looks(holding.holder, holding.startup, holding.founded, 100, 50, 200,
                          np.array([corporate, independent], np.uint8), np.array([0, 1]), np.array([7, -1]), 100,
                          partner)  # fmt: skip
    assert partner.tolist() == [3, 7, -1, 5, -1]
