"""What rounds do: payments, units, price, series, spending, moves, and what funds book beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine import requests
from meguri.engine.chance import uniform
from meguri.mechanisms import _issue, deals
from meguri.mechanisms._book import PUBLIC, Book

from . import venture
from .rounds import ROUNDS
from .venture import CORPORATE, FUNDS, INDEPENDENT, OVERSEAS, REGIONS, STARTUPS, T

pytestmark = pytest.mark.twin("deals")

KEY, N, FUND_COUNT, COUNT, LINES, TREASURY = venture.key("issue"), 200, 30, 90, 260, 9
OUTWARD = np.array([0.2, 0.3, 0.0, 0.1])


class World:
    """A random book of rounds, of which some lines are refused, and the companies and funds in it."""

    def __init__(self):
        rng = np.random.default_rng(81)
        self.view, self.fund = venture.companies(rng, N), venture.funds(rng, FUND_COUNT)
        kind = rng.integers(-1, 4, LINES)
        payer = np.where(kind == -1, FUNDS + rng.integers(0, FUND_COUNT, LINES), rng.integers(5, 9, LINES))
        pre = np.exp(rng.normal(20, 1.5, COUNT))
        pre[:5] = 1e14  # so dear that a line buys less than one unit
        lead = np.where(rng.random(COUNT) < 0.7, rng.integers(0, FUND_COUNT, COUNT), -1)
        amount = rng.integers(10**6, 10**9, LINES) * venture.some(rng, LINES, 0.95)
        spare = [np.zeros(COUNT) for _ in range(2)]
        self.book = Book(rng.permutation(N)[:COUNT], pre, spare[0], lead, rng.integers(1, 5, COUNT).astype(np.uint8),
                         spare[1], np.zeros(COUNT, np.int64), rng.integers(0, COUNT, LINES), payer, amount, kind,
                         np.array([COUNT, LINES]))  # fmt: skip
        self.rows, self.funds = venture.rows_of(self.view), venture.rows_of(self.fund)
        self.ids, self.flows = rng.integers(1, 2**60, COUNT), rng.integers(1, 9, LINES).astype(np.uint8)
        self.buffer = requests.empty(1000)
        self.first = _issue.request_rounds(self.buffer, self.book, self.view, self.flows, self.ids, STARTUPS,
                                           venture.flow("public_fund_capital"), TREASURY)  # fmt: skip
        self.buffer.state[: self.buffer.rows[0]] = rng.integers(1, 3, self.buffer.rows[0])

    def lines(self):
        """Yield (line, round, company, payer, amount, kind)."""
        book = self.book
        for line in range(LINES):
            n = int(book.round[line])
            s = self.rows[book.row[n]]
            yield line, n, s, int(book.payer[line]), int(book.amount[line]), int(book.kind[line])

    def paid(self, line):
        return self.first[line] >= 0 and self.buffer.state[self.first[line]] == 1


@pytest.fixture
def world():
    return World()


def test_payments_of_rounds(world):
    twin, first = [], []
    for line, n, s, payer, amount, kind in world.lines():
        if kind == PUBLIC and amount:
            twin.append((venture.flow("public_fund_capital"), TREASURY, payer, amount, world.ids[n], 0, 0, 0))
        first.append(len(twin) if amount else -1)
        if amount:
            twin.append((world.flows[line], payer, STARTUPS + s.row, amount, world.ids[n], s.field, world.book.stage[n],
                         s.region))  # fmt: skip
    assert venture.requested(world.buffer) == twin
    assert world.first.tolist() == first


def test_units_price_and_series(world):
    units, paid = np.zeros(LINES, np.int64), np.zeros(COUNT, np.int64)
    _issue.issue(world.buffer, world.book, world.view, world.first, units, paid, ROUNDS, world.fund.region, FUNDS, T)
    money, issued, before = [0] * COUNT, [0] * LINES, [s.units for s in world.rows]
    for line, n, s, _, amount, kind in world.lines():
        if world.paid(line):
            issued[line] = max(1, int(amount / world.book.pre[n] * before[s.row]))  # yen over the price of a unit
            s.units += issued[line]
            s.vc_backed |= kind == -1
            money[n] += amount
    for n, yen in enumerate(money):
        s = world.rows[world.book.row[n]]
        if not yen:
            continue
        post = int(world.book.pre[n]) + yen
        if s.series <= 1:
            s.series = 1 if post < ROUNDS.seed_post else 2
        elif post >= 1.2 * s.post_money:
            s.series = min(5, s.series + 1)
        s.post_money, s.valuation, s.stage, s.last_round = post, post, world.book.stage[n], T
        s.funded, s.dormant = True, False
        sold = s.market_since and max(math.exp(-(T - s.market_since) / 18.0), 0.2)
        s.burn = int(s.cash / 6.0 * (sold or 1.0))
        s.lead_region = world.fund.region[world.book.lead[n]] if world.book.lead[n] >= 0 else 0
    venture.same(units, issued)
    venture.same(paid, money)
    venture.agree(world.view, world.rows)
    assert 0 < money.count(0) < COUNT


def test_companies_move_to_their_lead(world):
    pull = np.array([1.0, 1.5, 2.0, 1.2])
    moved = _issue.relocate(world.view, 0.3, pull, KEY)
    count = 0
    for s in world.rows:
        away = s.lead_region not in (0, s.region)
        if not s.ended and not s.status and away and uniform(KEY, s.id, 0) < 0.3 * pull[s.lead_region - 1]:
            s.region, count = s.lead_region, count + 1
    venture.agree(world.view, world.rows)
    assert moved == count > 5


def test_what_funds_may_still_invest(world):
    world.fund.placed[:4] = world.fund.commitment[:4]
    left = np.full(FUND_COUNT, -1)
    total = deals.spendable(world.fund, 0.2, left)
    twin = [0 if v.ended else max(0, min(int(0.8 * v.commitment) - placed, v.commitment - v.called))
            for v, placed in zip(world.funds, world.fund.placed.tolist(), strict=True)]  # fmt: skip
    venture.same(left, twin)
    assert total == sum(twin)
    assert 0 < twin.count(0) < FUND_COUNT


def test_capital_that_rounds_need(world):
    wanted = np.zeros(FUND_COUNT, np.int64)
    deals.wanted_by_fund(world.book, world.fund.cls, OUTWARD, FUNDS, FUND_COUNT, wanted)
    twin = [0] * FUND_COUNT
    for _, _, _, payer, amount, kind in world.lines():
        if kind == -1:
            v = payer - FUNDS
            twin[v] += amount + int(OUTWARD[world.fund.cls[v] - INDEPENDENT] * amount)
    venture.same(wanted, twin)


def test_investments_at_home_and_abroad(world):
    known = np.zeros((FUND_COUNT, REGIONS), venture.dtypes("manager")["deals"])
    spent, twin, counts, used, home = np.zeros(FUND_COUNT, np.int64), venture.Asked(), known.tolist(), [0] * 30, 0
    buffer = world.buffer
    start = int(buffer.rows[0])
    total = deals.book_investments(buffer, world.book, world.first, world.fund, known, world.view, OUTWARD, FUNDS,
                                   OVERSEAS, spent)  # fmt: skip
    for line, _, s, payer, amount, kind in world.lines():
        if kind != -1 or not world.paid(line):
            continue
        v = world.funds[payer - FUNDS]
        beyond = max(0, min(int(OUTWARD[v.cls - INDEPENDENT] * amount), v.cash - used[v.row]))
        twin.ask("outward_vc", payer, OVERSEAS, beyond, v.id)
        used[v.row] += beyond
        v.outward_cost += beyond
        v.invested += amount + beyond
        v.placed += amount + beyond
        counts[v.manager][s.region - 1] += 1
        home += amount
    assert total == home
    assert venture.requested(buffer)[start:] == twin
    assert any(used[v.row] == v.cash > 0 for v in world.funds)
    venture.agree(world.fund, world.funds)
    venture.same(known, counts)
    assert (world.fund.cls == CORPORATE).any()
