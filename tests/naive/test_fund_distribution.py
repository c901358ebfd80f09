"""The end of a quarter and of a fund's life: what is sold, distributed, carried and written off, yen by yen."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.mechanisms import _capital_calls, fund_distribution

from . import venture
from .venture import FUNDS, HOUSEHOLD, MARKET, OTHER_FIRM, OVERSEAS, UNIVERSITY, T, give_up

pytestmark = pytest.mark.twin("fund_distribution")

N, COMPANIES, LIFE, LIFE_UNIVERSITY, MANAGERS = 60, 80, 40, 52, 90_000
NAMES = list(_capital_calls._BY_CLASS)


@pytest.fixture
def rng():
    return np.random.default_rng(51)


@pytest.fixture
def fund(rng):
    count = rng.integers(1, 5, N)
    return venture.funds(rng, N, lp_count=count, lp_first=np.cumsum(count) - count)


def _over(v):
    return T - v.founded >= (LIFE_UNIVERSITY if v.cls == UNIVERSITY else LIFE)


@pytest.fixture
def held(rng):
    view = venture.companies(rng, COMPANIES)
    return view, venture.shares(rng, 600, np.concatenate([[HOUSEHOLD, MARKET], FUNDS + np.arange(N)]), view)


def test_value_of_holdings(fund, held):
    view, lines = held
    fund.invested[:5] = fund.outward_cost[:5] = 1000  # all abroad
    funds, companies = venture.rows_of(fund), venture.rows_of(view)
    fund_distribution.mark(view, lines, fund, FUNDS)
    for v in funds:
        mine = [h for h in venture.rows_of(lines) if h.holder == FUNDS + v.row and not h.ended]
        v.value = sum(companies[h.startup].valuation * h.units // companies[h.startup].units for h in mine)
        home = v.invested - v.outward_cost
        v.value += int((v.value / home if home > 0 else 1.0) * v.outward_cost)
    venture.agree(fund, funds)


def test_what_is_left_at_the_end_is_sold_to_institutions(fund, held):
    view, lines = held
    buffer, buyer, twin = requests.empty(2000), 7, venture.Asked()
    funds, rows, companies = venture.rows_of(fund), venture.rows_of(lines), venture.rows_of(view)
    fund_distribution.residual(buffer, view, lines, fund, buyer, 0.7, FUNDS, OVERSEAS, LIFE, LIFE_UNIVERSITY, T)
    for h in rows:
        v = funds[h.holder - FUNDS] if FUNDS <= h.holder < FUNDS + N else None
        if h.ended or v is None or v.ended or not _over(v):
            continue
        s = companies[h.startup]
        paid = int(0.7 * (s.valuation * (h.units / s.units)))
        twin.ask("fund_secondary_sale", buyer, h.holder, paid, v.id, s.field, s.stage, s.region)
        give_up(twin, funds, h.holder, h.cost, paid)
        h.holder, h.cost = buyer, paid
    assert venture.requested(buffer) == twin
    assert len(twin) > 10
    venture.agree(lines, rows)
    venture.agree(fund, funds)


def test_funds_whose_life_is_over(fund):
    funds, ending = venture.rows_of(fund), np.ones(N, np.bool_)
    fund_distribution.close_funds(fund, LIFE, LIFE_UNIVERSITY, T, ending)
    twin = []
    for v in funds:
        twin.append(not v.ended and _over(v))
        if twin[-1]:
            v.cost_distributed, v.invested, v.outward_cost = v.cost_distributed + v.invested, 0, 0
    venture.same(ending, twin)
    assert 0 < sum(twin) < N
    venture.agree(fund, funds)


@pytest.mark.parametrize("carry", [0.2, 0.0])
def test_waterfall(rng, fund, carry):
    lines = int(fund.lp_count.sum())
    classes = np.array([vocabulary.code("classes", name) for name in NAMES], np.uint8)
    lp, share = rng.integers(0, len(NAMES), lines).astype(np.int32), rng.integers(1, 10**9, lines)
    for v in range(N):  # what partners committed adds up to the fund's commitment, or to less by rounding
        fund.commitment[v] = share[fund.lp_first[v] : fund.lp_first[v] + fund.lp_count[v]].sum() + v % 2
    ending = (fund.ended == 0) & venture.some(rng, N, 0.3)
    funds, buffer, twin = venture.rows_of(fund), requests.empty(2000), venture.Asked()
    flows = _capital_calls.flows_by_class()[1]
    fund_distribution.waterfall(buffer, fund, lp, share, classes, flows, carry, FUNDS, MANAGERS, ending, T)
    for v in funds:
        if v.ended:
            continue
        kept = v.called - v.fees_paid - v.invested - v.cost_distributed
        if ending[v.row]:
            v.ended, v.cost_distributed, kept = T, v.cost_distributed + kept, 0
        profit = v.cash - kept
        if profit <= 0:
            continue
        owed = max(0, v.called - v.distributed)
        carried = int(carry * max(profit - owed, 0))
        twin.ask("carried_interest", FUNDS + v.row, MANAGERS + v.manager, carried, v.id)
        v.carried += carried
        v.distributed += profit - carried
        left = profit - carried
        mine = range(v.lp_first, v.lp_first + v.lp_count)
        for k in mine:
            part = left if k == mine[-1] else (profit - carried) * int(share[k]) // v.commitment
            left -= part
            twin.ask(_capital_calls._BY_CLASS[NAMES[lp[k]]][1], FUNDS + v.row, lp[k], part, v.id)
    assert venture.requested(buffer) == twin
    assert len(twin) > 20
    venture.agree(fund, funds)
    paid = np.bincount(buffer.payer[: buffer.rows[0]] - FUNDS, buffer.amount[: buffer.rows[0]], N)
    assert np.array_equal(paid[ending], np.maximum(fund.cash[ending], 0))


def test_managers_and_public_funds_keep_nothing(rng):
    cash = rng.integers(-5, 10**9, 40) * venture.some(rng, 40, 0.8)
    buffer, twin = requests.empty(200), venture.Asked()
    fund_distribution.spend(buffer, cash, MANAGERS, 0.65, HOUSEHOLD, OTHER_FIRM)
    fund_distribution.hand_in(buffer, cash, 300, 9)
    for g, yen in enumerate(cash.tolist()):
        twin.ask("wage", MANAGERS + g, HOUSEHOLD, int(0.65 * yen))
        twin.ask("purchase", MANAGERS + g, OTHER_FIRM, yen - int(0.65 * yen))
    for b, yen in enumerate(cash.tolist()):
        twin.ask("public_fund_return", 300 + b, 9, yen)
    assert venture.requested(buffer) == twin


def test_what_ended_firms_hold_goes_to_others(rng):
    accounts = rng.integers(0, 100, 400).astype(np.int32)
    over, ended = (9 * venture.some(rng, 400, 0.2)).astype(np.int32), (9 * venture.some(rng, 50, 0.3)).astype(np.int32)
    gone = {30 + f for f in range(50) if ended[f]}
    twin = [7 if a in gone and not o else a for a, o in zip(accounts.tolist(), over.tolist(), strict=True)]
    moved = sum(a != b for a, b in zip(accounts.tolist(), twin, strict=True))
    assert fund_distribution.replace_ended(accounts, over, 30, ended, 7) == moved > 0
    venture.same(accounts, twin)
