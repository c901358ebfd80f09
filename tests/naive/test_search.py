"""Who raises, how often funds look, what they believe then and what their bar is, from the rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import bits, normal, uniform
from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import _pricing, _search

from . import venture
from .rounds import PRICES, post_money
from .rounds import SEARCH as RULES
from .venture import CORPORATE, FIELDS, FUNDS, GOVERNMENT, INDEPENDENT, REGIONS, UNIVERSITY, T

pytestmark = pytest.mark.twin("deals")

KEY, N, FUND_COUNT = venture.key("search"), 400, 80


@pytest.fixture
def rng():
    return np.random.default_rng(61)


@pytest.fixture
def view(rng):
    return venture.companies(rng, N)


@pytest.fixture
def fund(rng):
    return venture.funds(rng, FUND_COUNT)


def _raises(s):
    if s.ended or s.status or s.closing or not s.visible or s.last_round == T:
        return False
    reasons = [s.news]
    if not s.dormant:
        reasons.append(s.cash < RULES.runway * s.burn if s.funded else T - s.founded < RULES.young)
    return any(reasons)


def test_who_raises_and_where(view):
    flags, cells = np.zeros(N, np.bool_), np.zeros(N, np.int64)
    count = _search.raises(view, RULES, T, flags)
    rows = venture.rows_of(view)
    venture.same(flags, [_raises(s) for s in rows])
    assert count == flags.sum() > 50
    _search.groups_of(view, flags, FIELDS, KEY, cells)
    place = {s.row: (s.region, s.field, bits(KEY, s.id, 0) % 16) for s in rows if flags[s.row]}
    twin = [((r - 1) * FIELDS + f - 1) * 16 + g for r, f, g in place.values()]
    venture.same(cells[flags], twin)
    assert (cells[~flags] == -1).all()
    order, start = sort_into_cells(cells, REGIONS * FIELDS * 16)
    by_region, by_field, by_group = np.zeros(REGIONS), np.zeros(REGIONS * FIELDS), np.zeros(REGIONS * FIELDS * 16)
    _search.masses(start, REGIONS, FIELDS, by_region, by_field, by_group)
    lists = list(place.values())
    pairs = [(r, f) for r in range(1, REGIONS + 1) for f in range(1, FIELDS + 1)]
    venture.same(by_region, [float(sum(one[0] == r for one in lists)) for r in range(1, REGIONS + 1)])
    venture.same(by_field, [float(sum(one[:2] == pair for one in lists)) for pair in pairs])
    venture.same(by_group, [float(lists.count((*pair, g))) for pair in pairs for g in range(16)])
    meeting = 1 + np.arange(REGIONS * FIELDS).reshape(REGIONS, FIELDS) / 10
    _search.favour(meeting, by_region, by_field)
    favoured = {pair: (1 + n / 10) * sum(one[:2] == pair for one in lists) for n, pair in enumerate(pairs)}
    venture.same(by_field, list(favoured.values()))
    venture.same(by_region, [sum(w for (r, _), w in favoured.items() if r == one) for one in range(1, REGIONS + 1)])
    ask, ties = np.zeros(N), np.empty(50)
    _search.asked(view, order, flags, RULES, ask)
    venture.same(ask[flags], [math.log(0.2 * max(5e7, 1.4 * s.post_money)) for s in rows if flags[s.row]])
    _search.weight_of_ties(0.7, ties)
    venture.same(ties, [(1 + deals) ** 0.7 for deals in range(50)])


def _room(v):
    """Yen left beside the reserve for fees, at most what can still be called, and how far behind schedule it is."""
    investable = (1 - RULES.fee_reserve) * v.commitment
    planned = min(1, (T - v.founded + 1) / RULES.invest_quarters)
    return min(int(investable) - v.placed, v.commitment - v.called), max(0.0, planned - v.placed / investable)


def test_how_often_funds_look(fund):
    counts = np.empty(FUND_COUNT, np.int64)
    total = _search.count_looks(fund, RULES, T, 3e8, KEY, counts)
    twin = []
    for v in venture.rows_of(fund):
        left, behind = _room(v)
        looks = RULES.looks * max(1, v.commitment / 3e9) ** 0.4 * (1 + RULES.pressure_on_looks * behind)
        over = v.ended or T - v.founded > 30 or left < 3e8
        twin.append(0 if over else int(looks) + (uniform(KEY, v.id, 0) < looks % 1))
    venture.same(counts, twin)
    assert total == sum(twin)
    assert 0 < twin.count(0) < FUND_COUNT


def _believes(s, v, manager, noise):
    z = normal(KEY, manager, int(bits(KEY, s.id, s.signals)) >> 1)
    gain = s.belief_variance / (s.belief_variance + noise**2)
    return s.belief_mean + gain * (s.potential + noise * z - s.belief_mean), s.belief_variance * (1 - gain)


def _noise(v, s):
    knows = (v.cls == CORPORATE and v.field == s.field) or (
        v.cls == UNIVERSITY and v.university >= 0 and v.university == s.university
    )
    return (RULES.noise if knows else RULES.noise_outside)[v.cls - INDEPENDENT]


def _bar(v, s):
    bar = RULES.belief_hurdle * (1 - RULES.pressure * _room(v)[1])
    bar *= RULES.government_hurdle if v.cls == GOVERNMENT else 1
    return bar - (RULES.strategy if v.cls == CORPORATE and v.field == s.field else 0)


def test_prices_of_rounds(view):
    for s in venture.rows_of(view):
        belief = (s.belief_mean, s.belief_variance)
        found = _pricing.post_money(s.trl, s.market_since, s.revenue, s.series, *belief, PRICES, T)
        assert found == pytest.approx(post_money(s, *belief), rel=1e-12)


def test_holders_follow_on_when_their_look_passes_the_bar(rng, view, fund):
    flags = np.array([_raises(s) for s in venture.rows_of(view)])
    held = venture.shares(rng, 900, np.concatenate([[1, 2], FUNDS - 3 + np.arange(FUND_COUNT + 6)]), view)
    managers = rng.integers(1, 2**60, FUND_COUNT)
    funds, companies, twin = venture.rows_of(fund), venture.rows_of(view), [(0, 0, 0.0, 0.0)]
    for h in venture.rows_of(held):
        s = companies[h.startup]
        if h.ended or not 0 <= h.holder - FUNDS < FUND_COUNT or not flags[s.row]:
            continue
        v = funds[h.holder - FUNDS]
        mean, variance = _believes(s, v, managers[v.manager], RULES.insider_noise * _noise(v, s))
        if not v.ended and _room(v)[0] >= 3e8 and mean >= _bar(v, s):
            twin.append((v.row, s.row, mean, post_money(s, mean, variance)))
    assert len(twin) > 30
    for room in (1000, 20):  # a list that is long enough, and one that is not
        who, row, mean, post = (np.zeros(room, kind) for kind in (np.int64, np.int64, np.float64, np.float64))
        used = _search.look_inside(view, fund, managers, held, FUNDS, flags, RULES, PRICES, T, KEY, 3e8, who, row, mean,
                                   post, 1)  # fmt: skip
        assert used == min(room, len(twin))
        for column, values in zip((who, row, mean, post), zip(*twin, strict=True), strict=True):
            venture.same(column[:used], values[:used])
