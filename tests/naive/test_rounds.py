"""Who leads a round, who follows, who pays beside funds: the book of a quarter, round by round and line by line."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import normal, uniform
from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import _book, _deal_rules, _other_investors, _syndicate
from meguri.mechanisms._book import ANGEL, FIRM, FOREIGN, PUBLIC, new_book

from . import rounds, venture
from .rounds import BY_SERIES, PRICES, fastest
from .venture import FIELDS, FIRMS, FUNDS, REGIONS, T

pytestmark = pytest.mark.twin("deals")

KEY, N, FUND_COUNT, FIRM_COUNT, INDUSTRIES = venture.key("rounds"), 300, 40, 60, 4
ACCOUNTS = (FIRMS, 11, 12, 13)


class World:
    """Start-ups, funds with offers, and firms by industry."""

    def __init__(self, seed):
        rng = self.rng = np.random.default_rng(seed)
        self.view, self.fund = venture.companies(rng, N), venture.funds(rng, FUND_COUNT)
        self.rows, self.funds = venture.rows_of(self.view), venture.rows_of(self.fund)
        self.left = rng.integers(0, 10**9, FUND_COUNT) * venture.some(rng, FUND_COUNT, 0.8)
        self.twin_left, self.close = self.left.tolist(), venture.closeness(rng)
        self.book, self.rounds, self.round_of = new_book(N), [], np.full(N, -1, np.int64)
        self.industry = rng.integers(0, INDUSTRIES, FIRM_COUNT)
        self.proximity = rng.random((INDUSTRIES + 1, FIELDS + 1)) * (rng.random((INDUSTRIES + 1, FIELDS + 1)) < 0.7)
        self.firm = (rng.integers(1, 2**62, FIRM_COUNT), rng.integers(1, REGIONS + 1, FIRM_COUNT).astype(np.uint8),
                     rng.integers(0, 10**11, FIRM_COUNT), rng.integers(0, 2 * 10**9, FIRM_COUNT))  # fmt: skip
        self.spent, self.public = np.zeros(FIRM_COUNT, np.int64), np.array([4 * 10**8])
        self.twin_spent, self.twin_public = [0] * FIRM_COUNT, 4 * 10**8

    def close_offers(self):
        """Close offers by the kernel and by the twin."""
        rng = self.rng
        who, row = rng.integers(0, FUND_COUNT, 400), rng.integers(0, 150, 400)
        post, order = np.exp(rng.normal(20.5, 1.0, 400)), rng.permutation(400)
        _syndicate.close_offers(self.book, self.view, self.fund, (who, row, post), order, self.round_of, self.left,
                                rounds.ROUNDS, FUNDS, KEY)  # fmt: skip
        led = {}
        for j in order.tolist():
            v, s = self.funds[who[j]], self.rows[row[j]]
            one = led.get(s.row)
            if one is None:
                one = rounds.open_round(s, post[j], 1.0, v.row, KEY)
                if one is None:
                    continue
                one.open = rounds.ROUNDS.vc_share[BY_SERIES[s.series]] * one.size
                if rounds.take(one, v, FUNDS + v.row, 0.6 * one.open, self.twin_left):
                    led[s.row] = one
            elif one.funds < 4 and FUNDS + v.row not in [line[0] for line in one.lines]:
                rounds.take(one, v, FUNDS + v.row, 0.6 * one.open, self.twin_left)
        self.rounds = list(led.values())

    def pays_beside_funds(self, n, s, amount):
        """Add the line of who pays ``amount`` of a round beside funds."""
        k, u = BY_SERIES[s.series], uniform(KEY, s.id, 7)
        shares = np.cumsum(rounds.ROUNDS.other_shares[4 * k : 4 * k + 4])
        kind = next((one for one in range(4) if u <= shares[one]), PUBLIC)
        willing, account = math.floor(amount * 0.9), {ANGEL: 11, FOREIGN: 12, PUBLIC: 13}
        if kind == PUBLIC and self.twin_public < amount:
            kind = FIRM
        if kind == PUBLIC:
            self.twin_public -= willing
        if kind == FIRM:
            f = self._firm(s, amount)
            if f is not None:
                willing = math.floor(amount * 0.8)
                self.twin_spent[f] += willing
                account[FIRM] = FIRMS + f
            else:
                kind = ANGEL if k <= 1 else FOREIGN
        if willing >= 1:
            self.rounds[n].lines.append([account[kind], willing, kind])

    def _firm(self, s, amount):
        members = [np.flatnonzero(self.industry == i).tolist() for i in range(INDUSTRIES)]
        near = [self.proximity[i + 1, s.field] * len(members[i]) for i in range(INDUSTRIES)]
        industries = fastest(KEY, s.id, range(1, INDUSTRIES + 1), near)
        if not industries:
            return None
        ids, region, sales, cash = self.firm
        able = [f for f in members[industries[0]]
                if amount <= 4 * 0.01 * sales[f] and 2 * amount <= cash[f] - self.twin_spent[f]]  # fmt: skip
        first = fastest(KEY, s.id, [ids[f] for f in able], [sales[f] * self.close[region[f], s.region] for f in able])
        return able[first[0]] if first else None

    def agree(self):
        rounds.same_book(self.book, self.rounds)
        venture.same(self.left, self.twin_left)
        venture.same(self.spent, self.twin_spent)
        assert self.public[0] == self.twin_public
        assert min(self.twin_left) >= 0


@pytest.fixture(params=[71, 72])
def world(request):
    return World(request.param)


def test_offers_close_by_falling_belief(world):
    world.close_offers()
    world.agree()
    assert len(world.rounds) > 20
    assert max(one.funds for one in world.rounds) == 4
    expected = [-1] * N
    for n, one in enumerate(world.rounds):
        expected[one.row] = n
    venture.same(world.round_of, expected)


def test_funds_are_invited_and_the_lead_fills_up(world):
    world.close_offers()
    lines = [len(one.lines) for one in world.rounds]
    active = np.flatnonzero(world.rng.random(FUND_COUNT) < 0.8)
    _syndicate.invite(world.book, world.view, world.fund, active, world.left, world.close, rounds.ROUNDS, FUNDS, KEY)
    for one in world.rounds:
        s, left = world.rows[one.row], world.twin_left
        able = [world.funds[v] for v in active.tolist() if v != one.lead and left[v] >= 1e7]
        pull = [world.close[v.region, s.region] for v in able]
        for n in fastest(KEY, s.id, [v.id for v in able], pull)[:3]:
            v = able[n]
            joined = FUNDS + v.row in [line[0] for line in one.lines]
            if one.funds < 4 and not joined and uniform(KEY, v.id, s.id) < 0.6:
                rounds.take(one, v, FUNDS + v.row, 0.5 * one.open, left)
        v = world.funds[one.lead]
        line = next(line for line in one.lines if line[0] == FUNDS + v.row)
        share, wide = rounds.strength(v)
        more = math.floor(min(one.open, rounds.most(one, v, left[v.row], line[1])) * share)
        if more > 0:
            line[1] += more
            one.open -= more
            left[v.row] -= int(more * wide)
    world.agree()
    assert lines != [len(one.lines) for one in world.rounds]
    for one in world.rounds:
        whole = rounds.ROUNDS.vc_share[BY_SERIES[world.rows[one.row].series]] * one.size
        assert one.open >= -1e-6 * whole
        assert sum(line[1] for line in one.lines) == pytest.approx(whole - one.open, rel=1e-9)


def test_others_pay_the_rest_of_led_rounds(world):
    world.close_offers()
    _other_investors.fill_with_others(world.book, world.view, world.firm, sort_into_cells(world.industry, INDUSTRIES),
                                      world.proximity, world.close, world.spent, ACCOUNTS, world.public, rounds.ROUNDS,
                                      KEY)  # fmt: skip
    for n, one in enumerate(world.rounds):
        s = world.rows[one.row]
        world.pays_beside_funds(n, s, (1 - rounds.ROUNDS.vc_share[BY_SERIES[s.series]]) * one.size)
    world.agree()


def test_rounds_that_no_fund_leads(world):
    world.close_offers()
    flags, access = world.rng.random(N) < 0.8, np.array([0.0, 1.0, 0.8, 0.5, 0.3])
    opened = [one.row for one in world.rounds]
    _other_investors.rounds_without_funds(
        world.book, world.view, flags, world.round_of, access, world.firm, sort_into_cells(world.industry, INDUSTRIES),
        world.proximity, world.close, world.spent, ACCOUNTS, world.public, rounds.ROUNDS, PRICES, 0.2, 1.3, T, KEY)
    for s in world.rows:
        hazard = rounds.ROUNDS.other_hazard[BY_SERIES[s.series]] * 1.3 * access[s.region]
        if not flags[s.row] or s.row in opened or uniform(KEY, s.id, 3) >= hazard:
            continue
        gain = s.belief_variance / (s.belief_variance + 0.81)
        believed = s.belief_mean + gain * (s.potential + 0.9 * normal(KEY, s.id, 4) - s.belief_mean)
        if believed < 0.6 * 0.2:
            continue
        post = rounds.post_money(s, believed, s.belief_variance * (1 - gain))
        one = rounds.open_round(s, post, 0.5, -1, KEY)
        if one:
            world.rounds.append(one)
            world.pays_beside_funds(len(world.rounds) - 1, s, one.size)
    world.agree()
    kinds = {line[2] for one in world.rounds for line in one.lines if one.lead < 0}
    assert kinds >= {FIRM, ANGEL, FOREIGN}


def test_more_angels_pay_more_often_and_others_as_often_as_before():
    hazard, shares = rounds.ROUNDS.other_hazard, rounds.ROUNDS.other_shares
    more, split = _deal_rules.more_angels(hazard, shares, 2.5)
    for k in range(4):
        for kind in range(4):
            before = hazard[k] * shares[4 * k + kind]
            assert more[k] * split[4 * k + kind] == pytest.approx(before * (2.5 if kind == ANGEL else 1.0), rel=1e-12)
        assert split[4 * k : 4 * k + 4].sum() == pytest.approx(1.0, rel=1e-12)


def test_what_rounds_would_be_without_a_shift():
    world = World(73)
    world.close_offers()
    found = np.array([5, 5])
    _book.sought_by_stage(world.book, rounds.ROUNDS.tilt, found)
    early = sum(int(one.size / 0.7) for one in world.rounds if one.stage in (2, 3))
    later = sum(int(one.size / 1.9) for one in world.rounds if one.stage == 4)
    assert found.tolist() == pytest.approx([early, later], rel=1e-9)
    assert early
    assert later


def test_a_shift_gives_later_rounds_what_it_takes_from_early_ones():
    sought = np.array([[10, 20, 30, 0], [5, 5, 0, 2]]) * 10**9
    tilt = _book.tilt_to_later(0.3, sought)
    assert tilt[2] == tilt[3] == 0.7
    assert (tilt[[2, 4]] * [60, 12]).sum() == pytest.approx(72)
    assert set(tilt[[0, 1, 5, 6, 7]]) == {1.0}
    assert set(_book.tilt_to_later(0.0, sought)) == {1.0}
    assert set(_book.tilt_to_later(0.3, sought * [[1], [0]])) == {1.0}  # no later round: nothing moves
