"""Entry, exit and traits of firms equal slow twins that are written from the rule."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from meguri.engine.chance import key, normal, uniform
from meguri.mechanisms import _start, firm_population

from .waiting import Asked, buffer_of, waiting

KEY, N = key(3, "twin", 8064), 300
SMALL, MID = firm_population.SMALL, firm_population.MID


@pytest.fixture
def firms():
    rng = np.random.default_rng(21)
    return {
        "id": rng.integers(1, 2**62, N), "cls": rng.choice([SMALL, MID], N).astype(np.uint8),
        "employees": rng.integers(1, 3000, N).astype(np.int32), "sales": rng.integers(0, 3, N) * 10**8,
        "founded": rng.integers(98, 101, N).astype(np.int32), "ended": (rng.random(N) < 0.1).astype(np.int32) * 7,
        "listed": rng.random(N) < 0.3, "cash": rng.integers(-5, 10**9, N) * (rng.random(N) < 0.9),
        "region": rng.integers(1, 48, N).astype(np.uint8), "industry": rng.integers(1, 5, N),
    }  # fmt: skip


@pytest.mark.twin("firm_population")
def test_places_are_ranks_of_a_keyed_order_inside_the_group(firms):
    place, size = np.zeros(N, np.int64), np.zeros(N, np.int64)
    _start.ranks(firms["id"], firms["industry"], KEY, place, size)
    order = {i: uniform(KEY, firms["id"][i], 0) for i in range(N)}
    for i in range(N):
        group = [j for j in range(N) if firms["industry"][j] == firms["industry"][i]]
        assert size[i] == len(group)
        assert place[i] == sum(order[j] < order[i] for j in group)


@pytest.mark.twin("firm_population")
def test_staff_is_log_normal_with_a_pareto_tail():
    place, size, staff = np.arange(500), np.full(500, 500), np.zeros(500)
    firm_population.opening_staff(place, size, 90.0, 1.6, 400.0, 1.1, 20.0, 30_000.0, staff)
    bell = NormalDist()
    above = 1.0 - bell.cdf(math.log(400.0 / 90.0) / 1.6)
    seen = set()
    for i in range(500):
        quantile = (i + 0.5) / 500
        expected = math.exp(math.log(90.0) + 1.6 * bell.inv_cdf(quantile))
        if expected > 400.0:
            expected = 400.0 * ((1.0 - quantile) / above) ** (-1.0 / 1.1)
        seen.add((expected < 20.0, 400.0 < expected <= 30_000.0, expected > 30_000.0))
        # the tail's start is found by bisection, the rest by inverse functions of two libraries
        assert staff[i] == pytest.approx(min(max(expected, 20.0), 30_000.0), rel=1e-11)
    assert {(True, False, False), (False, True, False)} <= seen


@pytest.mark.twin("firm_population")
def test_entrants_come_by_poisson_counts_and_are_log_normal(firms):
    staff = np.zeros(N)
    firm_population.entrant_staff(firms["id"], KEY, 60.0, 1.5, 20.0, 500.0, staff)
    twin = [min(max(60.0 * math.exp(1.5 * normal(KEY, i, 0)), 20.0), 500.0) for i in firms["id"]]
    assert staff == pytest.approx(np.array(twin), rel=1e-12)
    assert {20.0, 500.0} < set(twin)
    codes, means, counts = np.arange(1, 14), np.linspace(0.0, 30.0, 13), np.zeros(13, np.int64)
    firm_population.entrants(codes, means, KEY, counts)
    for j in range(13):
        u, count, total = uniform(KEY, codes[j], 0), 0, math.exp(-means[j])
        while u > total:
            count += 1
            total += math.exp(-means[j]) * means[j] ** count / math.factorial(count)
        assert counts[j] == count
    assert counts[0] == 0 < counts[12]


@pytest.mark.twin("firm_population", "firm_renewal")
def test_leverage_and_listing(firms):
    staff = firms["employees"].astype(float)
    leverage, listed = np.zeros(N), np.zeros(N, np.bool_)
    firm_population.traits(firms["id"], KEY, staff, 0.4, 0.4, 1500.0, 8.0, leverage, listed)
    for i in range(N):
        who = firms["id"][i]
        assert leverage[i] == pytest.approx(min(max(0.4 + 0.4 * normal(KEY, who, 0), 0.0), 0.95), rel=1e-12)
        odds = math.exp(8.0 * (staff[i] - 1500.0) / (staff[i] + 1500.0))
        assert listed[i] == (uniform(KEY, who, 1) < odds / (1.0 + odds))
    assert 0 < listed.sum() < N
    assert {0.0, 0.95} < set(leverage.tolist())


@pytest.mark.twin("firm_population")
def test_places_and_fields_are_picked_by_running_shares(firms):
    weights = np.array([[0.0, 2.0, 3.0, 5.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    rows, chosen = firms["industry"] % 3, np.zeros(N, np.int64)
    _start.pick_many(firms["id"], KEY, 2, rows, weights, chosen)
    for i in range(N):
        share = weights[rows[i]]
        u = uniform(KEY, firms["id"][i], 2) * share.sum()
        above = [c for c in range(4) if u < share[: c + 1].sum()]
        assert chosen[i] == (above[0] if above else 0) + 1


@pytest.mark.twin("firm_population")
def test_firms_leave_and_pay_out_what_they_hold(firms):
    ended, leaving = firms["ended"].copy(), np.zeros(N, np.bool_)
    firm_population.exits(firms["id"], firms["cls"], firms["employees"], firms["sales"], firms["founded"], ended,
                          firms["listed"], SMALL, KEY, 0.3, 200.0, 100, leaving)
    causes = set()
    for i in range(N):
        nothing = firms["sales"][i] == 0 and firms["founded"][i] < 100
        hazard = 0.3 / (1.0 + firms["employees"][i] / 200.0)
        small = firms["cls"][i] == SMALL and not firms["listed"][i]
        chance = small and uniform(KEY, firms["id"][i], 0) < hazard
        goes = firms["ended"][i] == 0 and (nothing or chance)
        assert leaving[i] == goes
        assert ended[i] == (100 if goes else firms["ended"][i])
        causes.add((firms["ended"][i] == 0, bool(nothing), bool(chance)))
    assert len(causes) >= 6
    buffer, twin = buffer_of(N), Asked()
    rows = np.flatnonzero(leaving)
    firm_population.pay_out(buffer, rows, 1000, 5, firms["cash"], firms["id"], firms["region"])
    for i in rows:
        twin.ask("dividend", 1000 + i, 5, firms["cash"][i], firms["id"][i], region=firms["region"][i])
    assert waiting(buffer) == twin
    assert twin.total() == sum(max(cash, 0) for cash in firms["cash"][rows].tolist())


@pytest.mark.twin("firm_population", "size_classes")
def test_classes_by_staff_and_industry(firms):
    class Numbers:
        small_up_to = np.array([300, 100, 50, 100])
        mid_up_to = 2000

    found = firm_population.class_of(firms["employees"], firms["industry"], Numbers)
    for i in range(N):
        staff, limit = firms["employees"][i], Numbers.small_up_to[firms["industry"][i] - 1]
        expected = SMALL if staff <= limit else (MID if staff <= 2000 else firm_population.LARGE)
        assert found[i] == expected
