"""Alliances: who looks, who is open, what is paid and for how long, who looks first, and what partners gain."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.engine.chance import normal, uniform
from meguri.mechanisms import _partners, alliances

from . import venture
from .venture import CORPORATE, FIELDS, FIRMS, FUNDS, HOUSEHOLD, REGIONS, STARTUPS, T, learn

pytestmark = pytest.mark.twin("alliances")

KEY, NEWS, N, FIRM_COUNT, INDUSTRIES = venture.key("alliances"), venture.key("news"), 400, 300, 4
LARGE = vocabulary.code("classes", "large_firm")


@pytest.fixture
def rng():
    return np.random.default_rng(111)


@pytest.fixture
def view(rng):
    return venture.companies(rng, N)


def test_firms_look_where_they_do_not_sell(rng):
    ids, ended = rng.integers(1, 2**62, FIRM_COUNT), (9 * venture.some(rng, FIRM_COUNT, 0.1)).astype(np.int32)
    cls = (LARGE + rng.integers(0, 3, FIRM_COUNT)).astype(np.uint8)
    industry = rng.integers(1, INDUSTRIES + 1, FIRM_COUNT).astype(np.uint8)
    sales = rng.integers(0, 10**10, FIRM_COUNT) * venture.some(rng, FIRM_COUNT, 0.9)
    field_sales = (sales[:, None] * rng.dirichlet([0.4] * FIELDS, FIRM_COUNT) * 1.2).astype(np.int64)
    near = np.zeros((INDUSTRIES + 1, FIELDS + 1))
    near[1:INDUSTRIES, 1:] = rng.random((INDUSTRIES - 1, FIELDS))  # the last industry is near no field
    near[2, 2] = 0.0
    hazard = np.zeros(256)
    hazard[[LARGE, LARGE + 1]] = 0.9, 0.5
    firms, fields = np.empty(FIRM_COUNT, np.int64), np.empty(FIRM_COUNT, np.int64)
    used = _partners.post_needs(ids, ended, cls, industry, sales, field_sales, near, hazard, KEY, firms, fields)
    twin = []
    for i in range(FIRM_COUNT):
        if ended[i] or not sales[i]:
            continue
        weight = near[industry[i], 1:]
        gaps = [w * max(0, 1 - s / sales[i]) for w, s in zip(weight, field_sales[i], strict=True)]
        if sum(weight) and uniform(KEY, ids[i], 0) < hazard[cls[i]] * sum(gaps) / sum(weight):
            u = uniform(KEY, ids[i], 1) * sum(gaps)
            twin.append((i, int(np.searchsorted(np.cumsum(gaps), u, side="right"))))
    assert list(zip(firms[:used], fields[:used], strict=True)) == twin
    assert len(twin) > 40


def test_who_is_open_to_an_alliance_and_how_appealing(rng, view):
    live, cells = rng.integers(0, 4, N).astype(np.int32), np.empty(N, np.int64)
    _partners.open_to_alliance(view.ended, view.status, view.closing, view.visible, view.dormant, view.trl, live,
                               view.region, view.field, FIELDS, 4, 3, cells)  # fmt: skip
    twin = [(s.region - 1) * FIELDS + s.field - 1
            if not (s.ended or s.status or s.closing or s.dormant) and s.visible and s.trl >= 4 and live[s.row] < 3
            else -1 for s in venture.rows_of(view)]  # fmt: skip
    venture.same(cells, twin)
    order, out = rng.permutation(N)[:90], np.empty(90)
    _partners.appeal(order, view.belief_mean, 7.0, out)
    venture.same(out, [math.exp(max(-8, min(8, 7.0 * view.belief_mean[i]))) for i in order])
    assert out.max() == pytest.approx(math.exp(8))


def test_who_took_equity_last_quarter_looks_first(rng, view):
    fund, owner = venture.funds(rng, 30), rng.integers(-1, 20, 15).astype(np.int32)
    accounts = np.concatenate([[HOUSEHOLD], FUNDS + np.arange(30), FIRMS + np.arange(20)])
    held = venture.shares(rng, 600, accounts, view, founded=np.sort(T - rng.integers(0, 4, 600)))
    partner = np.where(rng.random(N) < 0.7, -1, rng.integers(0, 20, N)).astype(np.int32)
    twin = partner.tolist()
    late = {}
    for h in venture.rows_of(held):
        row = h.holder - FIRMS if FIRMS <= h.holder < FIRMS + 20 else -1
        if 0 <= h.holder - FUNDS < 30 and fund.cls[h.holder - FUNDS] == CORPORATE:
            row = owner[fund.manager[h.holder - FUNDS]]
        if row >= 0 and h.founded >= T - 1:
            late[h.startup] = row  # the last to buy
    twin = [late.get(i, -1) if p < 0 else p for i, p in enumerate(twin)]
    before = partner.copy()
    alliances.first_looks(held.holder, held.startup, held.founded, FIRMS, 20, FUNDS, fund.cls, fund.manager, owner, T,
                          partner)  # fmt: skip
    venture.same(partner, twin)
    assert (partner != before).sum() > 10


def test_terms_and_payments(rng, view):
    ids, cls = rng.integers(1, 2**62, 80), (LARGE + rng.integers(0, 3, 80)).astype(np.uint8)
    sales, cash = rng.integers(0, 10**10, 80), rng.integers(-(10**6), 10**9, 80)
    medians, payment, last = np.zeros(256), np.full(80, -1), np.zeros(80, np.int64)
    medians[LARGE : LARGE + 3] = 4e7, 1e7, 2e6
    alliances.terms(ids, cls, sales, cash, np.array([4.0, 8.0]), medians, 1.0, 0.01, 0.1, KEY, payment, last, T)
    limits = set()
    for k in range(80):
        term = 4 + int(5 * uniform(KEY, ids[k], 0))
        offers = [medians[cls[k]] * math.exp(normal(KEY, ids[k], 1)) / 4, 0.01 * sales[k], 0.1 * cash[k] / term]
        assert payment[k] == max(0, int(min(offers)))
        assert last[k] == T + term - 1
        limits.add(offers.index(min(offers)))
    assert limits == {0, 1, 2}
    startup, firm = rng.integers(0, N, 80).astype(np.int32), rng.integers(0, 20, 80).astype(np.int32)
    buffer, rows, twin = requests.empty(100), np.zeros(80, np.int64), venture.Asked()
    alliances.pay(buffer, startup, firm, payment, ids, 0.7, FIRMS, STARTUPS, view.region, view.field, rows)
    expected = []
    for k, i in enumerate(startup.tolist()):
        expected.append(len(twin) if int(0.7 * payment[k]) > 0 else -1)
        twin.ask("alliance_payment", FIRMS + firm[k], STARTUPS + i, int(0.7 * payment[k]), ids[k], view.field[i], 0,
                 view.region[i])  # fmt: skip
    assert venture.requested(buffer) == twin
    venture.same(rows, expected)
    assert view.region.max() == REGIONS


def test_what_partners_gain_and_what_others_learn(rng, view):
    live, rows = rng.integers(0, 3, N).astype(np.int32), venture.rows_of(view)
    fade = np.array([math.exp(-age / 18.0) for age in range(30)])
    alliances.help_partners(view, live, 0.04, fade, 0.5, 0.3, 0.9, T, KEY, NEWS)
    chosen = rng.permutation(N)[:100]
    alliances.signals(chosen, view, 1.5, KEY)
    for s in rows:
        if live[s.row] and not s.ended and not s.status:
            if s.market_since:
                s.revenue = int(s.revenue * math.exp(0.04 * math.exp(-min(T - s.market_since, 29) / 18.0)))
            elif s.trl < 7 and uniform(KEY, s.id, 0) < 0.5 and uniform(KEY, s.id, 1) >= 0.3:
                s.trl += 1
                if s.trl in (4, 6, 7):
                    learn(s, 0.9, NEWS)
        news = s.news
        if s.row in chosen:
            learn(s, 1.5, KEY)
            s.news = news  # no occasion to raise money
    venture.agree(view, rows)
