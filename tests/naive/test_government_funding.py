"""Contests for research money, grants to institutions and deep-tech grants equal slow twins written from the rule."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import key, normal, uniform
from meguri.engine.choice import by_priority
from meguri.mechanisms import budget_rule, government_funding, grants

from .waiting import Asked, buffer_of, waiting

KEY, N, FIELDS = key(11, "twin", 8064), 60, 4


@pytest.fixture
def institutions():
    rng = np.random.default_rng(61)
    people = rng.random((N, FIELDS)) * 90 * (rng.random((N, FIELDS)) < 0.8)
    knowledge = rng.gamma(0.3, 1e9, (N, FIELDS)) * (rng.random((N, FIELDS)) < 0.9)
    knowledge[:, 3] = 0.0  # nobody knows anything in the last field
    return rng.integers(1, 2**62, N), people, knowledge


@pytest.mark.twin("government_funding")
def test_scores_are_damped_logs_within_a_limit(institutions):
    _, people, knowledge = institutions
    score = np.full((N, FIELDS), 9.0)
    government_funding.scores(people, knowledge, 0.5, 1.2, score)
    for f in range(FIELDS):
        for u in range(N):
            expected = 0.0
            if people[u, f] > 0 and knowledge[u, f] > 0:
                relative = (knowledge[u, f] / people[u, f]) / (knowledge[:, f].sum() / people[:, f].sum())
                expected = min(max(0.5 * math.log(relative), -1.2), 1.2)
            assert score[u, f] == pytest.approx(expected, rel=1e-11, abs=1e-12)
    assert {-1.2, 0.0, 1.2} <= set(score.reshape(-1).tolist())


def _winners(proposals, score, bar):
    return proposals / (1.0 + np.exp(-(score - bar) / 0.7))


@pytest.mark.twin("government_funding")
@pytest.mark.parametrize("part", [0.0, 0.25, 0.8])
def test_the_contest_funds_the_best_down_to_a_cut_off(institutions, part):
    ids, people, _ = institutions
    score = np.random.default_rng(62).normal(size=(N, FIELDS))
    proposals, awards = people * 0.3, np.zeros((N, FIELDS), np.int64)
    wanted = part * proposals.sum()
    cut = government_funding.contest(ids, proposals, score, 0.7, wanted, KEY, awards)
    # thirty halvings of [-20, 20] leave the cut-off within 40 / 2^30 of where the expected winners are those wanted
    width = 40 / 2**30
    assert _winners(proposals, score, cut).sum() >= wanted or cut == pytest.approx(-20.0, abs=width)
    assert _winners(proposals, score, cut + width).sum() <= wanted or cut == pytest.approx(20.0, abs=2 * width)
    mean = _winners(proposals, score, cut)
    for u in range(N):
        for f in range(FIELDS):
            draw, count = uniform(KEY, ids[u], f), 0
            below = math.exp(-mean[u, f])
            while draw > below:
                count += 1
                below += math.exp(-mean[u, f]) * mean[u, f] ** count / math.factorial(count)
            assert awards[u, f] == count


@pytest.mark.twin("government_funding")
def test_grants_are_paid_by_the_flow_of_each_founder(institutions):
    rng, names = np.random.default_rng(63), ["block_grant", "local_university_grant", "agency_grant"]
    ids, which = institutions[0], rng.integers(0, 3, N)
    flows = np.array([vocabulary.code("flows", name) for name in names])[which]
    base, competitive = rng.integers(0, 3, N) * 10**8, rng.integers(0, 3, N) * 10**7
    regions, received, buffer, twin = rng.integers(1, 48, N).astype(np.uint8), np.full(N, 7), buffer_of(2 * N), Asked()
    government_funding.pay_grants(buffer, 3, 500, ids, regions, flows, base, competitive, received)
    for u in range(N):
        twin.ask(names[which[u]], 3, 500 + u, base[u], region=regions[u])
        twin.ask("competitive_grant", 3, 500 + u, competitive[u], region=regions[u])
    assert waiting(buffer) == twin
    assert (received == base + 7).all()
    assert twin.total() == base.sum() + competitive.sum()


class _Columns:
    """The columns of a table of institutions, and where its accounts begin."""

    def __init__(self, n, **columns):
        self.n, self.offset = n, 500
        vars(self).update(columns)


def _state(quarter):
    rng = np.random.default_rng(64)
    control = rng.integers(1, 5, N).astype(np.int8)
    people = rng.random((N, 18)) * 50
    table = _Columns(
        N, id=rng.integers(1, 2**62, N), region=rng.integers(1, 48, N).astype(np.uint8), control=control,
        researchers=people, knowledge=rng.random((N, 18)) * 1e9, competitive_award=rng.integers(0, 9, (N, 18)) * 10**7,
        competitive_direct=np.zeros(N, np.int64), base_grant=np.zeros(N, np.int64),
    )  # fmt: skip
    world = SimpleNamespace(university=table, fiscal_quarter=quarter, scale=0.5, requests=buffer_of(2 * N),
                            link=lambda name: 0.75, sector=lambda name: 3, tables={}, key=lambda name: KEY)
    numbers = SimpleNamespace(
        block_grant=280.0, local_university_grant=60.0, private_university_subsidy=75.0, agency_grant=150.0,
        agency_grant_factor=1.2, performance_part=0.3, overhead=0.3, knowledge_weight=0.5, score_limit=1.0,
        proposals_per_researcher=0.4, review_noise=0.7, adoption=0.25, competitive_budget=120.0,
        competitive_budget_factor=1.1,
    )  # fmt: skip
    return world, numbers


@pytest.mark.twin("government_funding")
@pytest.mark.parametrize("quarter", [1, 2])
def test_a_quarter_of_public_money(quarter):
    world, p = _state(quarter)
    table, before = world.university, world.university.competitive_award.copy()
    government_funding.step(world, p)
    award = table.competitive_award
    assert (award != before).any() == (quarter == 1)
    if quarter == 1:  # the year's budget, cut into equal awards, each rounded down
        assert 4 * 120.0 * 1.1 * 1e9 * 0.5 - N * 18 <= award.sum() <= 4 * 120.0 * 1.1 * 1e9 * 0.5
        assert len({int(one) // 10**4 for one in award[award > 0] % award[award > 0].min()} - {0}) <= 1
    twin = Asked()
    budgets = {1: ("block_grant", 280.0), 2: ("local_university_grant", 60.0),
               3: ("private_university_subsidy", 75.0), 4: ("agency_grant", 150.0 * 1.2)}  # fmt: skip
    for u in range(N):
        kind = int(table.control[u])
        flow, budget = budgets[kind]
        peers = [k for k in range(N) if table.control[k] == kind]
        share = table.researchers[u].sum() / sum(table.researchers[k].sum() for k in peers)
        if kind == 1:
            won = int(award[u].sum()) / sum(int(award[k].sum()) for k in peers)
            share = 0.7 * share + 0.3 * won
        base = math.floor(share * budget * 1e9 * 0.5 * 0.75)
        competitive = math.floor(int(award[u].sum()) / 4 * 0.75)
        twin.ask(flow, 3, 500 + u, base, region=table.region[u])
        twin.ask("competitive_grant", 3, 500 + u, competitive, region=table.region[u])
        assert table.base_grant[u] == pytest.approx(base, abs=1)
        assert table.competitive_direct[u] == competitive - math.floor(competitive * 0.3 / 1.3)
    found = waiting(world.requests)
    assert [row[:3] + row[4:] for row in found] == [row[:3] + row[4:] for row in twin]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in twin], abs=1)


@pytest.mark.twin("grants")
def test_deep_tech_grants():
    rng, n = np.random.default_rng(65), 400
    ids, ended = rng.integers(1, 2**62, n), (rng.random(n) < 0.2).astype(np.int32)
    status, closing, visible = (rng.random(n) < 0.1).astype(np.uint8), rng.random(n) < 0.1, rng.random(n) < 0.9
    trl, won = rng.integers(1, 9, n).astype(np.uint8), (rng.random(n) < 0.2).astype(np.uint8)
    belief, rows = rng.normal(size=n), np.empty(n, np.int64)
    used = grants.applicants((ids, ended, status, closing, visible, trl, won), 0.6, 3, KEY, rows)
    free = [i for i in range(n) if not (ended[i] or status[i] or closing[i] or won[i]) and visible[i]]
    twin = [i for i in free if 3 <= trl[i] < 7 and uniform(KEY, ids[i], 0) < 0.6]
    assert rows[:used].tolist() == twin
    score = np.empty(used)
    grants.scores(rows[:used], ids, belief, 1.5, 0.8, KEY, score)
    expected = [1.5 * belief[i] + 0.8 * normal(KEY, ids[i], 0) for i in twin]
    assert score == pytest.approx(np.array(expected), rel=1e-12)
    best = rows[by_priority(np.arange(used), score, ids[rows[:used]], KEY)]
    assert best.tolist() == sorted(twin, key=lambda i: -expected[twin.index(i)])
    field, region = rng.integers(1, 19, n).astype(np.uint8), rng.integers(1, 48, n).astype(np.uint8)
    for budget in (0, 7_499, 10**9):
        burn, buffer, asked = np.full(n, 10), buffer_of(n), Asked()
        flow = vocabulary.code("flows", "deep_tech_grant")
        count = grants.award(buffer, flow, best, budget, 500, 3, 100, ids[best], field, region, burn, 12)
        assert count == min(budget // 500, len(twin))
        for i in best[:count]:
            asked.ask("deep_tech_grant", 3, 100 + i, 500, ids[i], field[i], 0, region[i])
        assert waiting(buffer) == asked
        assert burn.tolist() == [10 + (500 // 12 if i in best[:count] else 0) for i in range(n)]


@pytest.mark.twin("budget_rule")
@pytest.mark.parametrize(("net", "response"), [(9_000, 0.05), (13_000, 0.05), (13_000, 0.0), (1_000, 0.4)])
def test_budgets_follow_taxes(net, response):
    purse = SimpleNamespace(factor=np.ones(1), reference=np.array([0.02]))
    world = SimpleNamespace(purse=purse, fiscal_quarter=1, scale=0.5, economy=SimpleNamespace(gdp=[130_000e9]),
                            opening=lambda name: np.array([net * 1e9]))  # fmt: skip
    p = SimpleNamespace(response_to_taxes=response, competitive_budget=150.0, competitive_budget_factor=1.2,
                        budget=200.0, startup_share=0.25, third_phase_budget=10.0, deep_tech_budget=15.0)  # fmt: skip
    budget_rule.step(world, p)
    plan = 4 * (150.0 * 1.2 + 200.0 * 0.25 + 10.0 + 15.0) * 0.5
    beyond = net - 0.02 * 4 * 130_000
    assert purse.factor[0] == pytest.approx(max(1 + response * beyond / plan, 0.0), rel=1e-12)
