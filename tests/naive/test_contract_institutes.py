"""Contract-research institutes equal slow twins: sites, orders, repeat orders, revenue, graduates and alumni."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import gamma_two, key, uniform
from meguri.mechanisms import _institutes

from .waiting import Asked, buffer_of, waiting

KEY, OTHER = key(23, "twin", 8064), key(23, "other", 8064)
K, FIRMS, REGIONS, FIELDS, T = 30, 50, 4, 3, 100


def _race(key_, chooser, candidates, weights):
    """Return the place of the smallest of the clocks of the pairs, or -1 where no weight is positive."""
    clocks = {n: -math.log(uniform(key_, chooser, one)) / w
              for n, (one, w) in enumerate(zip(candidates, weights, strict=True)) if w > 0}  # fmt: skip
    return min(clocks, key=clocks.get) if clocks else -1


@pytest.fixture
def institutes():
    rng = np.random.default_rng(131)
    near = np.zeros((REGIONS + 1, REGIONS + 1))
    near[1:, 1:] = rng.uniform(0.1, 1.0, (REGIONS, REGIONS))
    return {
        "id": rng.integers(1, 2**62, K), "region": rng.integers(1, REGIONS + 1, K).astype(np.uint8),
        "field": rng.integers(1, FIELDS + 1, K).astype(np.uint8), "people": rng.integers(0, 300, K).astype(float),
        "pull": rng.random(K) * 100 * (rng.random(K) < 0.8), "near": near,
        "industry": rng.integers(0, 10**9, K) * (rng.random(K) < 0.9), "cash": rng.integers(-10**6, 10**9, K),
    }  # fmt: skip


@pytest.mark.twin("contract_research_institutes")
def test_sites_are_two_races():
    rng = np.random.default_rng(132)
    ids, local = rng.integers(1, 2**62, 200), rng.random((REGIONS, FIELDS)) * (rng.random((REGIONS, FIELDS)) < 0.8)
    codes, region, field = np.arange(1, REGIONS + 1), np.zeros(200, np.uint8), np.zeros(200, np.uint8)
    _institutes.sites(ids, local, KEY, codes, region, field)
    for i in range(200):
        f = _race(KEY, ids[i], range(1, FIELDS + 1), [sum(local[r, f] for r in range(REGIONS)) for f in range(FIELDS)])
        assert field[i] == f + 1
        assert region[i] == _race(KEY, ids[i] ^ 1, range(1, REGIONS + 1), local[:, f]) + 1
    assert len(set(zip(region.tolist(), field.tolist(), strict=True))) > 6


@pytest.mark.twin("contract_research_institutes")
def test_orders_look_for_an_institute_and_negotiate(institutes):
    c, rng, n = institutes, np.random.default_rng(133), 300
    ids, home = rng.integers(1, 2**62, n), rng.integers(1, REGIONS + 1, n).astype(np.uint8)
    field, chosen, due = rng.integers(1, FIELDS + 1, n).astype(np.uint8), np.full(n, -9), np.zeros(n, np.int64)
    _institutes.choose_institutes(ids, home, field, c["id"], c["region"], c["field"], c["pull"], c["near"], 0.2, 4.0,
                                  8.0, T, KEY, OTHER, chosen, due)  # fmt: skip
    for i in range(n):
        months = gamma_two(OTHER, ids[i], 0, 4.0)
        weights = [c["pull"][k] * c["near"][home[i], c["region"][k]] * (1.0 if c["field"][k] == field[i] else 0.2)
                   for k in range(K)]  # fmt: skip
        assert chosen[i] == (-1 if months > 8.0 else _race(KEY, ids[i], c["id"], weights))
        assert due[i] == T + math.floor(months / 3)
    assert 5 < (chosen < 0).sum() < n / 2


@pytest.mark.twin("contract_research_institutes")
def test_orders_are_signed_repeated_and_ended(institutes):
    rng, n = np.random.default_rng(134), 400
    state, ids = rng.integers(1, 4, n).astype(np.int8), rng.integers(1, 2**62, n)
    firm, place, field = rng.integers(0, FIRMS, n), rng.integers(0, K, n), rng.integers(1, 19, n).astype(np.uint8)
    amount, due = rng.integers(10**5, 10**7, n), rng.integers(T - 2, T + 2, n).astype(np.int32)
    alumni, ended = rng.integers(0, 4, n).astype(float), (rng.random(FIRMS) < 0.1).astype(np.int32)
    cash, accrued = rng.integers(0, 2 * 10**7, FIRMS), rng.integers(-10**6, 10**7, FIRMS)
    region, row_of, buffer = rng.integers(1, 48, FIRMS).astype(np.uint8), np.full(n, -9), buffer_of(n)
    books = [one.copy() for one in (state, amount, cash, accrued)]
    _institutes.fulfil(buffer, ids, books[0], firm, place, field, books[1], due, alumni, T, 0.9, 1.5, 1.02, KEY, ended,
                       books[2], books[3], 100, 900, region, row_of)  # fmt: skip
    asked, why = Asked(), set()
    for i in range(n):
        j, row = int(firm[i]), -1
        if ended[j] or state[i] == 3:
            state[i] = 3
        elif due[i] <= T:
            again = state[i] == 2
            if again and uniform(KEY, ids[i], T) >= 0.9 * alumni[i] / (alumni[i] + 1.5):
                state[i] = 3
                why.add(("left", alumni[i] > 0))
            else:
                if again:
                    amount[i] = math.floor(amount[i] * 1.02)
                    accrued[j] -= amount[i]
                if amount[i] <= cash[j]:
                    row = len(asked)
                    asked.ask("institute_contract", 100 + j, 900 + place[i], amount[i], ids[i], field[i], 0, region[j])
                    cash[j] -= amount[i]
                else:
                    state[i] = 3
                why.add((bool(again), row >= 0))
        assert row_of[i] == row
    assert waiting(buffer) == asked
    for found, twin in zip(books, (state, amount, cash, accrued), strict=True):
        assert found.tolist() == twin.tolist()
    assert why == {("left", True), ("left", False), (True, True), (True, False), (False, True), (False, False)}


@pytest.mark.twin("contract_research_institutes")
def test_public_money_follows_what_industry_pays(institutes):
    c, total = institutes, institutes["industry"] * 100 // np.random.default_rng(135).integers(10, 100, K)
    base, won, buffer, twin = np.zeros(K, np.int64), np.zeros(K, np.int64), buffer_of(3 * K), Asked()
    _institutes.public_money(buffer, c["id"], c["region"], c["field"], c["people"], c["industry"], total, 2e6, 0.1, 0.4,
                             0.25, 0.55, 0.05, 3e7, 1e6, 0.8, 3, 5, 900, KEY, base, won)  # fmt: skip
    rates = set()
    for k in range(K):
        share = c["industry"][k] / total[k] if total[k] else 0.0
        rate = 0.4 if 0.25 <= share <= 0.55 else 0.1
        rates.add((rate, share > 0.55))
        grant = math.floor(0.8 * (2e6 * c["people"][k] + rate * c["industry"][k]) / 4)
        mean, u, count = 0.05 * c["people"][k] / 4, uniform(KEY, c["id"][k], 0), 0
        below = math.exp(-mean)
        while u > below:
            count += 1
            below += math.exp(-mean) * mean**count / math.factorial(count)
        assert base[k] == pytest.approx(grant, abs=1)
        assert won[k] == count * 24_000_000
        where = {"field": c["field"][k], "region": c["region"][k]}
        twin.ask("institute_base_grant", 3, 900 + k, base[k], **where)
        twin.ask("institute_public_project", 3, 900 + k, won[k], **where)
        twin.ask("institute_other_income", 5, 900 + k, math.floor(1e6 * c["people"][k] / 4), **where)
    assert waiting(buffer) == twin
    assert rates == {(0.4, False), (0.1, True), (0.1, False)}


@pytest.mark.twin("contract_research_institutes")
def test_all_cash_but_a_reserve_is_spent(institutes):
    c, spent, buffer, twin = institutes, np.zeros(K, np.int64), buffer_of(2 * K), Asked()
    cash = np.maximum(c["cash"], 0)
    _institutes.spend(buffer, c["id"], c["region"], c["field"], cash, 0.1, 0.6, 4, 9, 900, spent)
    for k in range(K):
        whole = math.floor(0.9 * cash[k])
        wages, where = math.floor(0.6 * whole), {"field": c["field"][k], "region": c["region"][k]}
        assert spent[k] == whole
        twin.ask("research_wage", 900 + k, 4, wages, **where)
        twin.ask("research_purchase", 900 + k, 9, whole - wages, **where)
    assert waiting(buffer) == twin
    assert twin.total() == spent.sum()


@pytest.mark.twin("contract_research_institutes")
def test_graduates_and_alumni(institutes):
    c, counts = institutes, np.zeros((K, 3), np.int64)
    _institutes.graduates(c["id"], c["people"], 0.03, 0.6, 0.15, KEY, counts)
    for k in range(K):
        mean, u, n = 0.03 * c["people"][k], uniform(KEY, c["id"][k], 0), 0
        below, twin = math.exp(-mean), [0, 0, 0]
        while u > below:
            n += 1
            below += math.exp(-mean) * mean**n / math.factorial(n)
        for one in range(n):
            v = uniform(KEY, c["id"][k], 1 + one)
            twin[0 if v < 0.6 else (1 if v < 0.75 else 2)] += 1
        assert counts[k].tolist() == twin
    assert (counts.sum(axis=0) > 0).all()
    people = counts.sum(axis=1) + 3
    before = people.tolist()
    _institutes.fade(people, c["id"], 0.3, KEY)
    for k in range(K):
        assert people[k] == sum(uniform(KEY, c["id"][k], n) >= 0.3 for n in range(before[k]))


@pytest.mark.twin("contract_research_institutes")
def test_graduates_join_customers_by_their_orders():
    rng, n, orders = np.random.default_rng(136), 200, 60
    place = np.sort(rng.integers(1, 6, orders))  # institute 0 has no customer
    start = np.searchsorted(place, np.arange(7))
    chooser, row = rng.integers(1, 2**62, n), rng.integers(0, 6, n)
    ids, weights = rng.integers(1, 2**62, orders), rng.integers(0, 4, orders).astype(float)
    firms, chosen = rng.integers(0, FIRMS, orders), np.full(n, 77)
    _institutes.join_customers(chooser, row, start, ids, weights, firms, 0.7, KEY, OTHER, chosen)
    for i in range(n):
        mine = [k for k in range(orders) if place[k] == row[i]]
        best = _race(KEY, chooser[i], ids[mine], weights[mine]) if uniform(OTHER, chooser[i], 0) < 0.7 else -1
        assert chosen[i] == (firms[mine[best]] if best >= 0 else 77)
    assert 20 < (chosen == 77).sum() < 120
