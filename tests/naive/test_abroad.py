"""Links abroad, what they help, and rounds that foreign funds lead, company by company."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import normal, uniform
from meguri.mechanisms import start_ups_abroad as abroad
from meguri.mechanisms._book import FOREIGN, new_book

from . import rounds, venture
from .venture import T, learn

pytestmark = pytest.mark.twin("start_ups_abroad")

KEY, NEWS, N = venture.key("abroad"), venture.key("news"), 500


@pytest.fixture
def world():
    rng = np.random.default_rng(101)
    view = venture.companies(rng, N)
    links = (rng.integers(0, 64, N) * venture.some(rng, N, 0.5)).astype(np.uint8)
    return view, venture.rows_of(view), links, rng


def test_who_finds_a_link(world):
    view, rows, links, _ = world
    before, kind, weights = links.tolist(), np.zeros(N, np.int64), np.array([1.0, 0.0, 0.5, 1.5])
    abroad.draw_links(view, links, 0.3, 2.5, weights, KEY, kind)
    twin_links, twin = list(before), [-1] * N
    for s in rows:
        free = not (s.ended or s.status or s.closing or s.dormant) and s.funded
        if free and uniform(KEY, s.id, 0) < min(1.0, 0.3 * (2.5 if before[s.row] else 1.0)):
            k = int(np.searchsorted(np.cumsum(weights), 3.0 * uniform(KEY, s.id, 1), side="right"))
            bit = 2**k
            if before[s.row] // bit % 2 == 0:
                twin_links[s.row], twin[s.row] = before[s.row] + bit, k
    venture.same(kind, twin)
    venture.same(links, twin_links)
    assert {-1, 0, 2, 3} == set(twin)


def test_what_links_help(world):
    view, rows, links, _ = world
    growth, step = np.array([0.02, 0.0, 0.03, 0.05]), np.array([0.9, 0.5, 0.6, 0.0])
    fade = np.array([math.exp(-age / 18.0) for age in range(30)])
    trl = view.trl.copy()
    abroad.help_abroad(view, links, growth, step, fade, 0.3, 0.9, T, KEY, NEWS)
    for s in rows:
        kinds = [k for k in range(4) if links[s.row] // 2**k % 2]
        if not links[s.row] or s.ended or s.status:
            continue
        if s.market_since:
            faded = math.exp(-min(T - s.market_since, 29) / 18.0)
            s.revenue = int(s.revenue * math.exp(faded * sum(growth[k] for k in kinds)))
        elif s.trl < 7 and uniform(KEY, s.id, 0) < sum(step[k] for k in kinds) and uniform(KEY, s.id, 1) >= 0.3:
            s.trl += 1
            if s.trl in (4, 6, 7):
                learn(s, 0.9, NEWS)
    venture.agree(view, rows)
    assert {4, 6, 7} <= set(view.trl[view.trl > trl].tolist())


def test_rounds_that_foreign_funds_lead(world):
    view, rows, links, rng = world
    flags, book, twin, dropped = venture.some(rng, N, 0.7), new_book(N), [], 0
    foreign = abroad.ForeignRules(hazard=0.6, penalty=0.8, noise=1.2, hurdle=0.1, smallest=1.5e8)
    abroad.foreign_rounds(book, view, flags, links, foreign, 12, rounds.ROUNDS, rounds.PRICES, T, KEY)
    for s in rows:
        hazard = 0.6 if links[s.row] else 0.6 * math.exp(-0.8)
        if not flags[s.row] or uniform(KEY, s.id, 3) >= hazard:
            continue
        gain = s.belief_variance / (s.belief_variance + 1.44)
        believed = s.belief_mean + gain * (s.potential + 1.2 * normal(KEY, s.id, 4) - s.belief_mean)
        if believed < 0.1:
            continue
        post = rounds.post_money(s, believed, s.belief_variance * (1 - gain))
        one = rounds.open_round(s, post, 1.0, -1, KEY)
        if one and one.size >= 1.5e8:
            one.lines = [[12, int(one.size), FOREIGN]]
            twin.append(one)
        dropped += bool(one) and one.size < 1.5e8
    rounds.same_book(book, twin)
    assert min(len(twin), dropped) > 5
