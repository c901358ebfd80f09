"""What becomes of inventions: filing, the inventor's way, and who supports a venture of a university."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine import requests
from meguri.engine.chance import normal, uniform
from meguri.mechanisms import _university_holding as holding
from meguri.mechanisms import inventor_choice, support_corporation

from . import venture
from .venture import FIRMS, REGIONS, T

KEY, N, UNIVERSITIES, ACCOUNT = venture.key("inventions"), 400, 12, 3000


@pytest.fixture
def rng():
    return np.random.default_rng(121)


@pytest.mark.twin("inventor_choice")
def test_the_way_of_each_seed(rng):
    ids, quality = rng.integers(1, 2**62, N), rng.normal(size=N)
    industry, transfer, odds = venture.some(rng, N, 0.4), rng.random(N) * 2, rng.random(N) * 3
    channel = np.full(N, 9, np.int8)
    inventor_choice.decide(ids, quality, industry, transfer, KEY, 0.7, 0.3, 0.5, 1.4, odds, 1.3, 0.8, channel)
    twin = []
    for i in range(N):
        worth = [1.4 * (0.3 + 0.5 * transfer[i]) * math.exp(quality[i]), odds[i] * math.exp(1.3 * quality[i]),
                 0.8 * math.exp(quality[i]) * industry[i]]  # fmt: skip
        way = 1 + int(np.searchsorted(np.cumsum(worth) / sum(worth), uniform(KEY, ids[i], 1), side="right"))
        twin.append(way if uniform(KEY, ids[i], 0) < 0.7 else 0)
    venture.same(channel, twin)
    assert np.bincount(twin).min() > 20
    levels = np.empty(N)
    inventor_choice.transfer_qualities(ids, KEY, 0.6, levels)
    venture.same(levels, [math.exp(0.6 * normal(KEY, i, 0)) for i in ids])


@pytest.mark.twin("inventor_choice")
def test_filing_and_its_bills(rng):
    quality, where = rng.normal(size=N), rng.integers(0, UNIVERSITIES, N).astype(np.int32)
    filed, family = np.zeros(N, np.bool_), np.ones(N, np.bool_)
    fees, abroad = np.zeros(UNIVERSITIES, np.int64), np.zeros(UNIVERSITIES, np.int64)
    inventor_choice.file_patents(quality, where, 8e5, 6.5e5, 0.5, 2.1e6, filed, family, fees, abroad)
    twin = [8e5 * math.exp(q) > 6.5e5 for q in quality]
    venture.same(filed, twin)
    venture.same(family, [f and q > 0.5 for f, q in zip(twin, quality, strict=True)])
    counts = [[sum(where[chosen] == u) for u in range(UNIVERSITIES)] for chosen in (filed, family)]
    venture.same(fees, [650_000 * n for n in counts[0]])
    venture.same(abroad, [2_100_000 * n for n in counts[1]])
    fees[3] = 0
    ids, regions = np.arange(UNIVERSITIES) + 70, rng.integers(1, REGIONS + 1, UNIVERSITIES).astype(np.uint8)
    buffer, asked = requests.empty(50), venture.Asked()
    inventor_choice.pay_fees(buffer, 1, 2, ACCOUNT, ids, regions, fees, abroad)
    for u in range(UNIVERSITIES):
        asked.ask("patent_fee", ACCOUNT + u, 1, fees[u], region=regions[u])
        asked.ask("foreign_filing", ACCOUNT + u, 2, abroad[u], region=regions[u])
    assert venture.requested(buffer) == asked


@pytest.mark.twin("support_corporation", "university_holding")
def test_seeds_that_a_body_takes_up(rng):
    ids, where = rng.integers(1, 2**62, N), rng.integers(0, UNIVERSITIES, N).astype(np.int32)
    channel, of = rng.integers(0, 4, N).astype(np.int8), np.where(np.arange(UNIVERSITIES) < 8, np.arange(12) // 2, -1)
    room, chosen = np.array([9, 0, 2, 100]), np.zeros(N, np.int64)
    left, twin = room.tolist(), []
    used = support_corporation.take_up(ids, where, channel, of, 0.6, room, KEY, chosen)
    for i in range(N):
        k = of[where[i]]
        if not channel[i] and k >= 0 and left[k] and uniform(KEY, ids[i], 0) < 0.6:
            left[k] -= 1
            twin.append(i)
    assert chosen[:used].tolist() == twin
    assert room.tolist() == left
    assert left[2] == 0 < left[3]


@pytest.mark.twin("support_corporation")
def test_research_that_a_body_sells(rng):
    ids, state = rng.integers(1, 2**62, N), rng.integers(0, 5, N).astype(np.int8)
    due, where = (T + rng.integers(3, 6, N)).astype(np.int32), rng.integers(-1, UNIVERSITIES, N).astype(np.int32)
    firms, amount = rng.integers(0, 50, N).astype(np.int32), rng.integers(10**5, 10**7, N)
    field, region = rng.integers(1, 9, N).astype(np.uint8), rng.integers(1, 9, 50).astype(np.uint8)
    of, cash = np.where(np.arange(UNIVERSITIES) < 9, np.arange(12), -1), rng.integers(0, 3 * 10**6, 50)
    buffer, twin = requests.empty(N), venture.Asked()
    support_corporation.sell(buffer, ids, state, due, where, firms, amount, field, of, 0.6, 0.4, T, KEY, cash, FIRMS,
                             7000, region)  # fmt: skip
    for i, j in enumerate(firms.tolist()):
        signed = state[i] == 2 and due[i] == T + 4 and where[i] >= 0
        if signed and of[where[i]] >= 0 and uniform(KEY, ids[i], T) < 0.6:
            twin.ask("support_contract", FIRMS + j, 7000 + of[where[i]], min(int(0.4 * amount[i]), cash[j]), ids[i],
                     field[i], 0, region[j])  # fmt: skip
    assert venture.requested(buffer) == twin
    assert len(twin) > 3


@pytest.mark.twin("university_holding")
def test_when_a_holding_company_pays_in(rng):
    view = venture.companies(rng, N, last_round=T - rng.integers(0, 3, N), founded=T - rng.integers(0, 3, N))
    held = venture.shares(rng, 300, np.arange(6995, 7012), view)
    of = np.full(N, 5)
    holding.holders(held.holder, held.startup, held.ended, 7000, 4, of)
    last = {h.startup: h.holder - 7000 for h in venture.rows_of(held) if not h.ended and 7000 <= h.holder < 7004}
    venture.same(of, [last.get(i, -1) for i in range(N)])
    rules = holding.HoldingRules(0.7, 3e7, 0.1, 0.05, 3.0, 0.2, 1e7, 2e8)
    by_university, room = np.array([0, -1, 3]), np.array([6 * 10**8, 10**8, 3 * 10**9, 2 * 10**8])
    left, twin = room.tolist(), []
    occasion, who, amount = np.full(N, 9, np.int8), np.zeros(N, np.int64), np.zeros(N, np.int64)
    holding.occasions(view, of, by_university, rules, T, room, KEY, occasion, who, amount)
    for s in venture.rows_of(view):
        k, kind, yen = int(of[s.row]), holding.NONE, 0
        if s.ended or s.status or s.closing:
            pass
        elif k < 0:
            if s.founded == T and s.university in (0, 2) and uniform(KEY, s.id, 0) < 0.7:
                k, kind, yen = int(by_university[s.university]), holding.FIRST, 3e7
        elif s.last_round == T - 1:
            kind, yen = holding.FOLLOWS, 0.1 * s.post_money
        elif s.cash < 3 * s.burn and not s.dormant and s.belief_mean >= 0.2:
            kind, yen = holding.BRIDGES, 0.05 * s.post_money
        yen = int(min(2e8, yen))
        if kind and 1e7 <= yen <= left[k]:
            left[k] -= yen
            twin.append((kind, k, yen))
        else:
            twin.append((holding.NONE, 0, 0))
    assert list(zip(occasion, who, amount, strict=True)) == twin
    venture.same(room, left)
    assert {one[0] for one in twin} == {0, 1, 2, 3}
