"""Money and seeds of universities, and licence income that returns, equal slow twins written from the rule."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from meguri.engine.chance import birth, key, uniform
from meguri.mechanisms import _seeds, _university_spending, creation_cycle

from .waiting import Asked, buffer_of, waiting

KEY, OTHER = key(15, "twin", 8064), key(15, "other", 8064)
N, REGIONS, FIELDS = 40, 5, 4


@pytest.fixture
def institutions():
    rng = np.random.default_rng(81)
    people = rng.random((N, FIELDS)) * 200 * (rng.random((N, FIELDS)) < 0.8)
    people[:3], people[:, 3] = 0.0, 0.0  # three institutions without researchers, a field without any
    return {
        "id": rng.integers(1, 2**62, N), "region": rng.integers(1, REGIONS, N).astype(np.uint8), "people": people,
        "money": rng.gamma(2.0, 1e6, (N, FIELDS)) * (rng.random((N, FIELDS)) < 0.7), "lab": rng.random(N) < 0.3,
        "general": rng.integers(0, 3, N) * 10**9, "wage_cost": rng.integers(0, 2 * 10**9, N),
        "funds": rng.integers(-10**7, 10**8, N),
    }  # fmt: skip


@pytest.mark.twin("university_research")
def test_money_per_head_is_smoothed(institutions):
    c, rng = institutions, np.random.default_rng(82)
    base, competitive, industry = rng.random(N) * 1e9, rng.random((N, FIELDS)) * 1e8, rng.random((N, FIELDS)) * 1e8
    money = c["money"].copy()
    _seeds.money_per_head(c["people"], base, competitive, industry, 1.5, 0.8, 0.2, money)
    for u in range(N):
        for f in range(FIELDS):
            expected = c["money"][u, f]
            if c["people"][u, f] > 0:
                now = base[u] / c["people"][u].sum()
                now += (1.5 * competitive[u, f] + 0.8 * industry[u, f]) / c["people"][u, f]
                expected = 0.8 * expected + 0.2 * now if expected else now
            assert money[u, f] == pytest.approx(expected, rel=1e-12)


@pytest.mark.twin("university_research")
def test_the_reference_is_a_weighted_mean_of_powered_money(institutions):
    c, powered = institutions, np.zeros((N, FIELDS))
    reference = _seeds.reference_money(c["people"], c["money"], 0.45, powered)
    for f in range(FIELDS):
        heads, total = 0, 0
        for u in range(N):
            value = c["money"][u, f] ** 0.45
            assert powered[u, f] == pytest.approx(value, rel=1e-12)
            heads += math.floor(c["people"][u, f] * 1e6)
            total += math.floor(c["people"][u, f] * value)
        assert reference[f] == (pytest.approx(total / (heads / 1e6), rel=1e-12) if heads else 0.0)
    plain = (c["people"] * c["money"] ** 0.45).sum(axis=0)[:3] / c["people"].sum(axis=0)[:3]
    assert reference[:3] == pytest.approx(plain, rel=1e-5)


@pytest.mark.twin("university_research")
@pytest.mark.parametrize("elasticity", [0.0, 0.2])
def test_agglomeration_against_the_mean_of_regions(institutions, elasticity):
    c, crowd = institutions, np.full((REGIONS + 1, FIELDS), -1.0)
    _seeds.agglomeration(c["region"], c["people"], elasticity, crowd)
    for f in range(FIELDS):
        for r in range(1, REGIONS + 1):
            there = sum(c["people"][u, f] for u in range(N) if c["region"][u] == r)
            mean = c["people"][:, f].sum() / REGIONS
            assert crowd[r, f] == pytest.approx((there / mean) ** elasticity if there else 0.0, rel=1e-12)
    assert crowd[REGIONS].sum() == 0.0  # nobody lives in the last region


@pytest.mark.twin("university_research")
@pytest.mark.parametrize("elasticity", [0.0, 0.45])
def test_seeds(institutions, elasticity):
    c, rng = institutions, np.random.default_rng(83)
    powered, crowd = c["money"] ** 0.45, rng.random((REGIONS + 1, FIELDS))
    reference = np.array([500.0, 800.0, 0.0, 100.0])
    columns = [np.zeros(5000, np.int64) for _ in range(3)] + [np.zeros(5000)]
    used = _seeds.draw_seeds(c["id"], c["region"], c["people"], powered, reference, crowd, 0.05, elasticity, KEY, OTHER,
                             *columns)
    twin = []
    for u in range(N):
        for f in range(FIELDS):
            if c["people"][u, f] > 0 and reference[f] > 0 and powered[u, f] > 0:
                relative = powered[u, f] / reference[f]
                mean = 0.05 * c["people"][u, f] * relative * crowd[c["region"][u], f]
                draw, below, count = uniform(KEY, c["id"][u], f), math.exp(-mean), 0
                while draw > below:
                    count += 1
                    below += math.exp(-mean) * mean**count / math.factorial(count)
                strength = math.log(relative) / elasticity if elasticity else 0.0
                twin += [(u, f, birth(c["id"][u], OTHER, 100_000 * f + k), strength) for k in range(count)]
    assert used == len(twin) > 50
    assert list(zip(*(column[:used].tolist() for column in columns[:3]), strict=True)) == [one[:3] for one in twin]
    assert columns[3][:used] == pytest.approx([one[3] for one in twin], rel=1e-11, abs=1e-13)
    short = [column[: used - 1] for column in columns]
    assert _seeds.draw_seeds(c["id"], c["region"], c["people"], powered, reference, crowd, 0.05, elasticity, KEY, OTHER,
                             *short) == -1  # fmt: skip


@pytest.mark.twin("university_research")
def test_quality_level_and_payer_of_seeds():
    rng, n, bell = np.random.default_rng(84), 2000, NormalDist()
    ids, rows, strength, part = rng.integers(1, 2**62, n), rng.integers(0, N, n), rng.normal(size=n), rng.random(N)
    quality, trl, industry = np.zeros(n), np.zeros(n, np.int8), np.zeros(n, np.bool_)
    _seeds.traits_of_seeds(ids, rows, strength, part, KEY, 0.3, 1.2, 0.5, 2.5, quality, trl, industry)
    levels = set()
    for i in range(n):
        u = uniform(KEY, ids[i], 0)
        # above the 95th percentile ln quality is exponential: quality has a Pareto tail
        deviation = 1.2 * (bell.inv_cdf(u) if u < 0.95 else bell.inv_cdf(0.95))
        deviation += math.log(0.05 / (1.0 - u)) / 2.5 if u >= 0.95 else 0.0
        assert quality[i] == pytest.approx(0.3 + 0.5 * strength[i] + deviation, rel=1e-11, abs=1e-12)
        paid = uniform(KEY, ids[i], 1) < part[rows[i]]
        v = uniform(KEY, ids[i], 2)
        assert industry[i] == paid
        assert trl[i] == ((4 if v < 0.5 else 3) if paid else 1 + math.floor(3 * v))
        levels.add((bool(paid), int(trl[i])))
    assert levels == {(True, 3), (True, 4), (False, 1), (False, 2), (False, 3)}


@pytest.mark.twin("university_research")
def test_outlays(institutions):
    c = institutions
    base, project, teaching = (np.zeros(N, np.int64) for _ in range(3))
    _university_spending.plan_outlays(c["lab"], c["general"], c["wage_cost"], c["funds"], 0.1, base, project, teaching)
    buffer, twin = buffer_of(4 * N), Asked()
    _university_spending.pay_outlays(buffer, 4, 9, 100, c["id"], c["region"], c["lab"], base, project, teaching, 0.5,
                                     0.3, 0.7)
    _university_spending.pay_income(buffer, 4, 100, c["id"], c["region"], c["general"])
    for u in range(N):
        spendable, where = math.floor(c["general"][u] * 0.9), {"region": c["region"][u]}
        own = spendable if c["lab"][u] else min(int(c["wage_cost"][u]), spendable)
        granted, taught = max(int(c["funds"][u]), 0), spendable - own
        assert (base[u], project[u], teaching[u]) == (own, granted, taught)
        wages = (math.floor(0.5 * own) if c["lab"][u] else own) + math.floor(0.3 * granted)
        twin.ask("research_wage", 100 + u, 4, wages, **where)
        twin.ask("research_purchase", 100 + u, 9, own + granted - wages, **where)
        twin.ask("wage", 100 + u, 4, math.floor(0.7 * taught), **where)
        twin.ask("purchase", 100 + u, 9, taught - math.floor(0.7 * taught), **where)
        assert own + taught == spendable
    for u in range(N):
        twin.ask("tuition", 4, 100 + u, c["general"][u], region=c["region"][u])
    assert waiting(buffer) == twin
    assert twin.total() - twin.total("tuition") == (base + project + teaching).sum()


@pytest.mark.twin("creation_cycle")
def test_licence_income_returns_to_the_fields_of_the_researchers(institutions):
    c, rng = institutions, np.random.default_rng(85)
    income = rng.integers(0, 3, N) * rng.integers(1, 10**8, N)
    funds, industry, returned = c["funds"].copy(), rng.integers(0, 9, (N, FIELDS)), np.full(N, -1)
    before = industry.copy()
    creation_cycle.return_income(income, 0.37, c["people"], funds, industry, returned)
    for u in range(N):
        whole = math.floor(0.37 * income[u]) if c["people"][u].any() else 0
        parts = [math.floor(whole * one / c["people"][u].sum()) if whole else 0 for one in c["people"][u]]
        parts[int(np.argmax(c["people"][u]))] += whole - sum(parts)  # what rounding leaves goes to the largest field
        assert returned[u] == funds[u] - c["funds"][u] == whole
        assert (industry[u] - before[u]).tolist() == parts
    assert returned[:3].sum() == 0 < returned.sum()
