"""Who leaves, who is listed, where doctors go and what movers bring equal slow twins that are written from the rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import birth, key, uniform
from meguri.mechanisms import _people

KEY, OTHER = key(29, "twin", 8064), key(29, "other", 8064)
N, FIELDS, REGIONS = 80, 3, 4


def _leaving(n, chance, u):
    """Return how many of n leave, from the sum of the binomial probabilities."""
    if chance >= 1.0:
        return n
    below, count = (1 - chance) ** n, 0
    while u > below and count < n:
        count += 1
        below += math.comb(n, count) * chance**count * (1 - chance) ** (n - count)
    return count


@pytest.fixture
def people():
    rng = np.random.default_rng(141)
    return rng.integers(1, 2**62, N), rng.random((N, FIELDS)) * 60 * (rng.random((N, FIELDS)) < 0.8)


@pytest.mark.twin("people")
@pytest.mark.parametrize("chances", [(0.05, 0.1), (0.0, 0.6), (1.0, 0.5)])
def test_leavers_for_two_destinations(people, chances):
    ids, there = people
    first, second = np.zeros((N, FIELDS), np.int64), np.zeros((N, FIELDS), np.int64)
    _people.leavers(ids, there, *chances, KEY, first, second)
    for i in range(N):
        for f in range(FIELDS):
            heads = math.floor(there[i, f] + 0.5)
            one = _leaving(heads, chances[0], uniform(KEY, ids[i], 2 * f))
            two = _leaving(heads - one, chances[1], uniform(KEY, ids[i], 2 * f + 1))
            assert (first[i, f], second[i, f]) == (one, two)


@pytest.mark.twin("people")
def test_the_binomial_of_many_people_is_a_rounded_normal():
    for u in (1e-9, 0.2, 0.5, 0.9, 1 - 1e-9):
        exact, found = _leaving(900, 0.3, u), _people.binomial(900, 0.3, u)
        assert abs(found - exact) <= 3
        assert 0 <= found <= 900
    assert _people.binomial(5, 1.0, 0.3) == 5
    assert _people.binomial(5, 0.0, 0.9) == _people.binomial(0, 0.5, 0.9) == 0


@pytest.mark.twin("people")
def test_the_staff_of_start_ups_that_ended():
    rng = np.random.default_rng(142)
    ids, staff, failed = rng.integers(1, 2**62, N), rng.integers(0, 9, N), rng.random(N) < 0.5
    rows, shares = np.arange(0, N, 2), np.array([0.2, 0.5, 0.3])
    out = np.zeros((len(rows), 3), np.int64)
    _people.ended_staff(ids, rows, staff, failed, shares, 0.6, KEY, out)
    for k, i in enumerate(rows):
        twin = [0, 0, 0]
        for n in range(staff[i]):
            u = uniform(KEY, ids[i], n)
            if not failed[i] and u < 0.6:
                twin[_people.TO_FIRM] += 1
            else:
                v = u if failed[i] else (u - 0.6) / 0.4
                twin[0 if v < 0.2 else (1 if v < 0.7 else 2)] += 1
        assert out[k].tolist() == twin
    assert out.sum() == staff[rows].sum()


@pytest.mark.twin("people")
def test_new_doctors_and_those_whom_a_sponsor_hires(people):
    ids, there = people
    rng = np.random.default_rng(143)
    per_head, shares = rng.random(N) * 0.2, rng.dirichlet(np.ones(5), N)
    sponsored = rng.random((N, FIELDS)) * (rng.random((N, FIELDS)) < 0.4)
    counts, hired = np.zeros((N, FIELDS, 5), np.int64), np.zeros((N, FIELDS), np.int64)
    _people.doctors(ids, there, per_head, shares, sponsored, KEY, OTHER, counts, hired)
    for i in range(N):
        for f in range(FIELDS):
            mean, u, total, twin, taken = per_head[i] * there[i, f], uniform(KEY, ids[i], f), 0, [0] * 5, 0
            below = math.exp(-mean)
            while u > below:
                total += 1
                below += math.exp(-mean) * mean**total / math.factorial(total)
            for n in range(total):
                index = 1_000 + 10_000 * f + n
                if uniform(OTHER, ids[i], index) < sponsored[i, f]:
                    taken += 1
                else:
                    v = uniform(KEY, ids[i], index)
                    twin[next(d for d in range(5) if v < sum(shares[i, : d + 1]) or d == 4)] += 1
            assert counts[i, f].tolist() == twin
            assert hired[i, f] == taken
    assert hired.sum() > 20
    assert (counts.sum(axis=(0, 1)) > 0).all()


@pytest.mark.twin("people")
def test_one_line_for_each_mover(people):
    ids, _ = people
    rng = np.random.default_rng(144)
    counts, regions = rng.integers(0, 3, (N, FIELDS)), rng.integers(1, REGIONS + 1, N).astype(np.uint8)
    columns = [np.zeros(N * 6, np.int64) for _ in range(4)]
    used = _people.listed(ids, regions, counts, KEY, *columns)
    twin = [(birth(ids[i], KEY, 10_000 * f + n), i, regions[i], f)
            for i in range(N) for f in range(FIELDS) for n in range(counts[i, f])]  # fmt: skip
    assert list(zip(*(column[:used].tolist() for column in columns), strict=True)) == twin
    fields = rng.integers(0, FIELDS, N)
    used = _people.listed_in_field(ids, regions, fields, counts[:, 0], KEY, *columns)
    twin = [(birth(ids[i], KEY, 10_000 * int(fields[i]) + n), i, regions[i], fields[i])
            for i in range(N) for n in range(counts[i, 0])]  # fmt: skip
    assert list(zip(*(column[:used].tolist() for column in columns), strict=True)) == twin


@pytest.mark.twin("people")
def test_openings_by_cell():
    rng = np.random.default_rng(145)
    region, field = rng.integers(1, REGIONS + 1, N), rng.integers(0, FIELDS, N)
    ids, weights = rng.integers(1, 2**62, N), rng.integers(0, 4, N).astype(float)
    logs = np.log1p(rng.random((REGIONS + 1, REGIONS + 1)) * 10)
    near = _people.nearness_of(logs, 0.8)
    assert near == pytest.approx(np.exp(logs) ** -0.8, rel=1e-12)
    mass, order, start, sorted_ids, sorted_weights = _people.openings(region, field, ids, weights, near, FIELDS)
    for r in range(REGIONS):
        for f in range(FIELDS):
            rows = [i for i in range(N) if region[i] == r + 1 and field[i] == f and weights[i] > 0]
            cell = slice(start[r * FIELDS + f], start[r * FIELDS + f + 1])
            assert order[cell].tolist() == rows
            assert sorted_ids[cell].tolist() == ids[rows].tolist()
            assert sorted_weights[cell].tolist() == weights[rows].tolist()
            assert mass[r * FIELDS + f] == sum(weights[rows])


@pytest.mark.twin("people")
def test_some_go_to_a_partner_and_bring_knowledge_with_them():
    rng, n, contracts, firms_there = np.random.default_rng(146), 300, 50, 20
    place = np.sort(rng.integers(1, 8, contracts))  # university 0 works with nobody
    order, start = rng.permutation(contracts), np.searchsorted(place, np.arange(9))
    chooser, row = rng.integers(1, 2**62, n), rng.integers(0, 8, n)
    ids, weights = rng.integers(1, 2**62, contracts), rng.integers(0, 3, contracts).astype(float)
    firms, chosen = rng.integers(0, firms_there, contracts), rng.integers(-1, firms_there, n)
    before = chosen.copy()
    _people.choose_partners(chooser, row, 0.6, order, start, ids, weights, firms, KEY, OTHER, chosen)
    for i in range(n):
        mine = [k for k in range(contracts) if place[k] == row[i] and weights[k] > 0]
        clocks = {k: -math.log(uniform(KEY, chooser[i], ids[k])) / weights[k] for k in mine}
        goes = bool(clocks) and uniform(OTHER, chooser[i], 0) < 0.6
        assert chosen[i] == (firms[order[min(clocks, key=clocks.get)]] if goes else before[i])
    knowledge, heads = rng.random(8) * 1e9, rng.integers(0, 4, 8).astype(float)
    brought, twin = np.full(firms_there, 5.0), [5.0] * firms_there
    _people.bring(row, knowledge, heads, 0.3, chosen, brought)
    for i in range(n):
        if chosen[i] >= 0 and heads[row[i]]:
            twin[chosen[i]] += 0.3 * knowledge[row[i]] / heads[row[i]]
    assert brought == pytest.approx(np.array(twin), rel=1e-12)


@pytest.mark.twin("people")
def test_a_year_of_staff():
    rng = np.random.default_rng(147)
    ids, ended = rng.integers(1, 2**62, N), (rng.random(N) < 0.1).astype(np.int32)
    before, posts = rng.integers(0, 80, N), rng.integers(0, 80, N)
    left, arrived = rng.integers(0, 5, N).clip(max=before), rng.integers(0, 9, N)
    new, doctors = rng.integers(0, 9, N).clip(max=arrived), (before * rng.random(N)).astype(np.int64)
    people, holding = before.copy(), doctors.copy()
    _people.staff_up(ids, ended, posts, left, arrived, new, 0.04, KEY, people, holding)
    full = 0
    for i in range(N):
        if ended[i]:
            assert (people[i], holding[i]) == (0, 0)
            continue
        stay = int(before[i] - left[i])
        stay -= _leaving(stay, 0.04, uniform(KEY, ids[i], 0))
        kept = doctors[i] * stay / before[i] if before[i] else 0.0
        whole, there = kept + new[i], stay + arrived[i]
        if there > posts[i]:
            whole *= posts[i] / there
            full += 1
        assert people[i] == posts[i]
        assert holding[i] == min(math.floor(whole + uniform(KEY, ids[i], 1)), posts[i])
    assert 10 < full < N - 10
