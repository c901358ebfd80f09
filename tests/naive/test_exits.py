"""Who lists, who is sold to whom, and for how much: the choice of an exit, company by company."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import _exit_choice as exits
from meguri.mechanisms import _investors

from . import venture
from .rounds import PRICES, fastest
from .venture import CORPORATE, FIELDS, REGIONS, T

pytestmark = pytest.mark.twin("exits")

KEY, N, FIRMS, INDUSTRIES = venture.key("exits"), 900, 60, 4
RULES = exits.ExitRules(
    ready=0.3, ready_sales=0.05, ready_elasticity=0.5, ready_limit=0.7, least_value=5e8, underwriting=0.07,
    fixed_cost=1e8, mood_factor=1.2, meeting=0.4, meeting_asleep=0.5, abroad=0.2, synergy=0.8, reluctance=0.6,
    relief=0.3, return_quarter=0.05, fail_quarter=0.02, age_pressure=0.02, age_from=4.0, scale=0.5, cash_share=0.5,
    cost_of_merger=5e7, strength=0.9, partner_meeting=2.0, partner_reluctance=0.2,
)  # fmt: skip


def going(s):
    """Sales of a year times the multiple, grown for eight quarters; growth from potential fades with age."""
    faded = sum_of_fading(T - s.market_since, 8)
    return 4 * s.revenue * PRICES.sales_multiple * math.exp(8 * PRICES.growth + 0.06 * s.belief_mean * faded)


def sum_of_fading(age, quarters):
    """Integrate exp(-a / 18) over the quarters after ``age``."""
    return 18.0 * (math.exp(-age / 18.0) - math.exp(-(age + quarters) / 18.0))


@pytest.fixture
def world():
    rng = np.random.default_rng(21)
    view = venture.companies(rng, N)
    big = rng.random(FIRMS) < 0.7
    firm = {
        "id": rng.integers(1, 2**62, FIRMS), "region": rng.integers(1, REGIONS + 1, FIRMS).astype(np.uint8),
        "sales": rng.integers(0, 10**11, FIRMS) * big, "cash": rng.integers(0, 3 * 10**9, FIRMS),
        "industry": rng.integers(0, INDUSTRIES, FIRMS),
    }  # fmt: skip
    proximity = np.zeros((INDUSTRIES + 1, FIELDS + 1))
    proximity[1:, 1:3] = rng.random((INDUSTRIES, 2)) * (rng.random((INDUSTRIES, 2)) < 0.7)  # nobody near the last field
    return view, firm, proximity, venture.closeness(rng), rng


def _meet(s, value, firm, spent, proximity, close):
    """An industry near the field, then a firm of it that can pay, by sales and closeness."""
    members = [[j for j in range(FIRMS) if firm["industry"][j] == i] for i in range(INDUSTRIES)]
    weights = [proximity[i + 1, s.field] * len(members[i]) for i in range(INDUSTRIES)]
    industries = fastest(KEY, s.id, range(1, INDUSTRIES + 1), weights)
    if not industries:
        return -1, 0.0
    industry = industries[0]
    able = [j for j in members[industry] if value <= RULES.cash_share * (firm["cash"][j] - spent[j])]
    pull = [firm["sales"][j] * close[firm["region"][j], s.region] for j in able]
    won = fastest(KEY, s.id, [firm["id"][j] for j in able], pull)
    return (able[won[0]] if won else -1), proximity[industry + 1, s.field]


def _exit(s, rules, age, firm, spent, proximity, close, around, partner, fit, keen):
    """Return (event, acquirer, price) of one company."""
    nothing = (exits.NOTHING, -1, 0)
    if s.ended or s.status:
        return nothing
    if s.closing:
        return exits.LIQUIDATION, -1, 0
    if s.trl < 7 or s.revenue <= 0 or not s.visible or s.last_round == T:
        return nothing
    u = [uniform(KEY, s.id, k) for k in range(4)]
    meeting = rules.meeting * around[s.region - 1, s.field - 1] * (rules.meeting_asleep if s.dormant else 1)
    meeting *= rules.partner_meeting * keen if partner >= 0 else 1
    value = going(s)
    growth = PRICES.growth + 0.06 * s.belief_mean * math.exp(-(T - s.market_since) / 18.0)
    discount = 1 + rules.return_quarter + rules.age_pressure * max(0.0, age - rules.age_from)
    stay = value * math.exp(growth / 4) * (1 - rules.fail_quarter) / discount
    a = b = price = 0.0
    offered, buyer = value * rules.mood_factor, -1
    if not s.dormant and 4 * s.revenue >= rules.ready_sales * rules.least_value and offered >= rules.least_value:
        ready = rules.ready * (offered / rules.least_value) ** rules.ready_elasticity
        if u[0] < min(ready, rules.ready_limit):
            a = (max(offered * (1 - rules.underwriting) - rules.fixed_cost, 1) / stay) ** (1 / rules.scale)
    if u[1] < meeting:
        near, reluctance = fit, rules.partner_reluctance
        if partner >= 0 and value <= rules.cash_share * (firm["cash"][partner] - spent[partner]):
            buyer = partner
        else:
            buyer, near = _meet(s, value, firm, spent, proximity, close)
            reluctance = rules.reluctance
            if buyer < 0 or u[2] < rules.abroad:
                buyer, near = exits.ABROAD, 0.3
        price = value * (1 + (1 - reluctance) * (1 + rules.relief) * rules.synergy * near / 2)
        price *= rules.strength if buyer >= 0 else 1
        b = (max(price - rules.cost_of_merger, 1) / stay) ** (1 / rules.scale)
    p_list, p_sold = a / (1 + a + b), b / (1 + a + b)
    if u[3] < p_list:
        return exits.LISTING, -1, int(offered)
    if u[3] < p_list + p_sold and int(price) > 0:
        if buyer >= 0:
            spent[buyer] += int(price)
        return exits.ACQUISITION, buyer, int(price)
    return nothing


@pytest.mark.parametrize("strength", [0.9, 0.0])
def test_the_choice_of_an_exit(world, strength):
    view, firm, proximity, close, rng = world
    rules = RULES._replace(strength=strength)
    partner = np.where(rng.random(N) < 0.3, rng.integers(0, FIRMS, N), -1).astype(np.int32)
    fit, keen = rng.random(N), np.where(rng.random(N) < 0.5, 1.0, 1.5)
    age, around = rng.random(N) * 10, rng.uniform(1.0, 1.5, (REGIONS, FIELDS))
    spent, twin_spent = np.zeros(FIRMS, np.int64), [0] * FIRMS
    event, acquirer, price = np.zeros(N, np.uint8), np.full(N, -1, np.int64), np.zeros(N, np.int64)
    columns = (firm["id"], firm["region"], firm["sales"], firm["cash"])
    exits.choose(view, rules, PRICES, age, columns, sort_into_cells(firm["industry"], INDUSTRIES), proximity, close,
                 spent, around, partner, fit, keen, T, KEY, event, acquirer, price)
    twin = [_exit(s, rules, age[s.row], firm, twin_spent, proximity, close, around, partner[s.row], fit[s.row],
                  keen[s.row]) for s in venture.rows_of(view)]  # fmt: skip
    venture.same(event, [t[0] for t in twin])
    bought = event == exits.ACQUISITION
    venture.same(acquirer[bought], [t[1] for t in twin if t[0] == exits.ACQUISITION])
    priced = bought | (event == exits.LISTING)
    venture.same(price[priced], [t[2] for t in twin if t[2]])
    venture.same(spent, twin_spent)
    assert np.bincount(event, minlength=4).min() > 4
    assert (acquirer[bought] == exits.ABROAD).any()
    assert (acquirer[bought] >= 0).any() == (strength > 0)


def test_the_oldest_fund_of_each_company(world):
    view, _, _, _, rng = world
    founded, offset = T - rng.integers(0, 60, 20).astype(np.int32), 500
    held = venture.shares(rng, 700, np.arange(490, 530), view)
    age = np.full(N, 9.0)
    exits.oldest_funds(held.holder, held.startup, held.ended, offset, founded, T, age)
    rows = [h for h in venture.rows_of(held) if not h.ended and offset <= h.holder < offset + 20]
    for i in range(N):
        assert age[i] == max([T - founded[h.holder - offset] for h in rows if h.startup == i], default=0) / 4


def test_the_firm_that_looks_first_and_holds_equity_is_keen(world):
    view, _, _, _, rng = world
    fund = venture.funds(rng, 20)
    owner = rng.integers(0, 3, 10).astype(np.int32)
    partner = rng.integers(-1, 3, N).astype(np.int32)
    held = venture.shares(rng, 900, np.arange(490, 530), view)
    keen = np.ones(N)
    exits.keen_parents(held.holder, held.startup, held.ended, 500, fund.cls, fund.manager, owner, CORPORATE, partner,
                       1.7, keen)
    twin = [1.0] * N
    for h in venture.rows_of(held):
        mine = [v for v in range(20) if h.holder == 500 + v and fund.cls[v] == CORPORATE]
        if mine and not h.ended and partner[h.startup] == owner[fund.manager[mine[0]]]:
            twin[h.startup] = 1.7
    venture.same(keen, twin)
    assert 1 < sum(one > 1 for one in twin) < N


@pytest.mark.twin("deals")
def test_which_firms_pay_and_how_places_look_at_each_other(world):
    _, firm, _, _, rng = world
    classes = [vocabulary.code("classes", name) for name in ("large_firm", "mid_firm", "small_firm")]
    cls, parent = rng.choice(classes, FIRMS).astype(np.uint8), rng.integers(1, 9, FIRMS) * (rng.random(FIRMS) < 0.2)
    ended, industry = (9 * (rng.random(FIRMS) < 0.2)).astype(np.int32), (firm["industry"] + 1).astype(np.uint8)
    for mid in (True, False):
        cells = np.empty(FIRMS, np.int64)
        _investors.big_firms(cls, ended, industry, parent, mid, cells)
        pays = [not ended[j] and (parent[j] or cls[j] in classes[: 1 + mid]) for j in range(FIRMS)]
        venture.same(cells, [industry[j] - 1 if pays[j] else -1 for j in range(FIRMS)])
    distance, pull, out = rng.random((5, 5)) * 3, rng.uniform(1, 2, 4), np.zeros((5, 5))
    _investors.closeness_of(distance, 0.7, pull, out)
    for a in range(5):
        for b in range(5):
            assert out[a, b] == pytest.approx(math.exp(-0.7 * distance[a, b]) * pull[b - 1] if a * b else 0, rel=1e-12)
