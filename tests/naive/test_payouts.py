"""What holders receive at an exit, payment by payment, and what nobody may gain or lose by it."""

from __future__ import annotations

import numpy as np
import pytest

from meguri.engine import requests
from meguri.mechanisms import _payouts as payouts
from meguri.mechanisms._exit_choice import ABROAD, ACQUISITION, LIQUIDATION, LISTING

from . import venture
from .venture import FIELDS, FIRMS, FUNDS, HOUSEHOLD, MARKET, OTHER_FIRM, OVERSEAS, STARTUPS, T, give_up

pytestmark = pytest.mark.twin("exits")

N, FUND_COUNT, FIRM_COUNT = 150, 12, 10
ACCOUNTS = (STARTUPS, FIRMS, FUNDS, OVERSEAS)


class World:
    """Start-ups with their holders, funds, and what happens to each start-up in the quarter."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.view, self.fund = venture.companies(rng, N), venture.funds(rng, FUND_COUNT)
        holders = np.concatenate([[HOUSEHOLD, MARKET, OVERSEAS], FUNDS + np.arange(FUND_COUNT), FIRMS + np.arange(5)])
        self.held = venture.shares(rng, 500, holders, self.view)
        live = self.held.ended == 0
        self.view.units[:] = np.bincount(self.held.startup[live], self.held.units[live], N)
        self.view.units[self.view.units == 0] = 1000
        chances = rng.random(N) < 0.7
        self.event = (rng.integers(1, 4, N) * chances * (self.view.ended == 0)).astype(np.uint8)
        self.acquirer = np.where(rng.random(N) < 0.3, ABROAD, rng.integers(0, FIRM_COUNT, N))
        self.acquirer[self.event != ACQUISITION] = -1
        self.price, self.ids = rng.integers(0, 10**10, N), rng.integers(1, 2**60, N)
        self.buffer, self.twin = requests.empty(3000), venture.Asked()
        self.rows, self.lines, self.funds = (venture.rows_of(one) for one in (self.view, self.held, self.fund))

    def agree(self):
        assert venture.requested(self.buffer) == self.twin
        assert len(self.twin) > 20
        venture.agree(self.view, self.rows)
        venture.agree(self.held, self.lines)
        venture.agree(self.fund, self.funds)


@pytest.fixture(params=[31, 32])
def world(request):
    return World(request.param)


def _parts(world):
    """Split by units; the first holder of each company takes what rounding leaves."""
    parts = [0] * len(world.lines)
    for s in world.rows:
        if world.event[s.row] not in (ACQUISITION, LIQUIDATION):
            continue
        total = max(s.cash, 0) if world.event[s.row] == LIQUIDATION else int(world.price[s.row])
        mine = [h for h in world.lines if h.startup == s.row and not h.ended]
        for h in mine[1:]:
            parts[h.row] = total * h.units // s.units
        if mine:
            parts[mine[0].row] = total - sum(parts[h.row] for h in mine[1:])
    return parts


def test_parts_of_holders_add_up_to_what_is_paid(world):
    parts = np.full(len(world.lines), -7)
    payouts.share_out(world.view, world.held, world.event, world.price, parts)
    venture.same(parts, _parts(world))
    received = np.bincount(world.held.startup, parts, N)
    sold = np.where(world.event == ACQUISITION, world.price, 0)
    sold += np.where(world.event == LIQUIDATION, np.maximum(world.view.cash, 0), 0)
    owned = np.bincount(world.held.startup[world.held.ended == 0], minlength=N) > 0
    assert np.array_equal(received, sold * owned)


def test_holders_are_paid_and_hold_no_more(world):
    parts = np.array(_parts(world))
    payouts.pay_holders(world.buffer, world.view, world.held, world.fund, world.event, world.acquirer, parts,
                        world.ids, ACCOUNTS, T)
    for h in world.lines:
        s, event = world.rows[h.startup], world.event[h.startup]
        if h.ended or event not in (ACQUISITION, LIQUIDATION):
            continue
        buyer = int(world.acquirer[s.row])
        if event == LIQUIDATION:
            flow, payer = "liquidation_proceeds", STARTUPS + s.row
        elif buyer == ABROAD:
            flow, payer = "foreign_acquisition_price", OVERSEAS
        else:
            flow, payer = "acquisition_price", FIRMS + buyer
        if payer != h.holder:  # an acquirer does not pay itself
            world.twin.ask(flow, payer, h.holder, parts[h.row], world.ids[s.row], s.field, s.stage, s.region)
        give_up(world.twin, world.funds, h.holder, h.cost, int(parts[h.row]))
        h.ended = T
    world.agree()


def test_what_a_fund_gives_up_is_booked_once(world):
    before = world.fund.invested + world.fund.cost_distributed
    payouts.pay_holders(world.buffer, world.view, world.held, world.fund, world.event, world.acquirer,
                        np.array(_parts(world)), world.ids, ACCOUNTS, T)
    assert np.array_equal(before, world.fund.invested + world.fund.cost_distributed)


def test_an_acquirer_takes_over_cash_and_product_lines(world):
    known = venture.dtypes("firm")
    sales = np.zeros((FIRM_COUNT, FIELDS), known["acquired_sales"])
    lines = np.ones((FIRM_COUNT, FIELDS), known["lines"])
    count = np.full(FIRM_COUNT, FIELDS, known["line_count"])
    twin_sales, twin_lines = sales.tolist(), lines.tolist()
    payouts.hand_over(world.buffer, world.view, world.event, world.acquirer, sales, lines, count, ACCOUNTS, world.ids,
                      T)  # fmt: skip
    for s in world.rows:
        if world.event[s.row] in (ACQUISITION, LIQUIDATION):
            s.ended = T
        if world.event[s.row] == ACQUISITION:
            k = int(world.acquirer[s.row])
            if k >= 0:
                twin_sales[k][s.field - 1] += s.revenue
                twin_lines[k][s.field - 1] += 1
            to = FIRMS + k if k >= 0 else OVERSEAS
            world.twin.ask("acquired_cash", STARTUPS + s.row, to, s.cash, world.ids[s.row], s.field, 0, s.region)
    world.agree()
    venture.same(sales, twin_sales)
    venture.same(lines, twin_lines)
    venture.same(count, [sum(row) for row in twin_lines])


def test_a_listing_raises_money_for_new_units(world):
    listed = np.flatnonzero(world.event == LISTING)
    units = np.zeros(len(listed), np.int64)
    payouts.list_companies(world.buffer, world.view, listed, world.price, 0.15, 10**8, (MARKET, OTHER_FIRM), STARTUPS,
                           world.ids, T, units)
    new = []
    for i in listed.tolist():
        s, price = world.rows[i], int(world.price[i])
        raised, tag = int(0.15 * price), (world.ids[i], s.field)
        world.twin.ask("listing_primary", MARKET, STARTUPS + i, raised, *tag, s.stage, s.region)
        world.twin.ask("purchase", STARTUPS + i, OTHER_FIRM, min(raised, 10**8), *tag, 0, s.region)
        new.append(max(1, int(0.15 * s.units)))
        s.status, s.listed_since, s.burn = 1, T, 0
        s.listing_value = s.valuation = price + raised
        s.units += new[-1]
    venture.same(units, new)
    world.agree()


def test_holders_sell_at_listing_and_after_the_lock_up(world):
    lock, sold = 6, np.full(len(world.lines), -3)
    payouts.sell_listed(world.buffer, world.view, world.held, world.fund, HOUSEHOLD, MARKET, ACCOUNTS, 0.2, 0.4, lock,
                        world.ids, T, sold)
    out = [0] * len(world.lines)
    for h in world.lines:
        s = world.rows[h.startup]
        if h.ended or not s.status or h.holder in (HOUSEHOLD, MARKET):
            continue
        since = T - s.listed_since
        units = int(0.2 * h.units) if since == 0 else 0
        if since > lock:
            units = int(0.4 * h.units) or h.units
        if since > lock + 8:
            units = h.units
        if not units:
            continue
        amount, cost = s.valuation * units // s.units, h.cost * units // h.units
        world.twin.ask("listing_secondary", MARKET, h.holder, amount, world.ids[s.row], s.field, s.stage, s.region)
        give_up(world.twin, world.funds, h.holder, cost, amount)
        h.units -= units
        h.cost -= cost
        h.ended = h.ended if h.units else T
        out[h.row] = units
    venture.same(sold, out)
    world.agree()
    of_market = np.arange(N, dtype=np.int32)  # say that the public market's holding of company i stands in line i
    payouts.take_over(world.held, sold, of_market)
    for h, units in zip(list(world.lines), out, strict=True):
        world.lines[h.startup].units += units
    venture.agree(world.held, world.lines)
