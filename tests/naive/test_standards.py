"""Standards work of firms and the working groups equal slow twins that are written from the rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import key, uniform
from meguri.mechanisms import _elections, _standards_staff
from meguri.mechanisms.firm_population import LARGE, MID, SMALL

from .waiting import Asked, buffer_of, waiting

KEY, N, FIELDS, GROUPS, COUNTRIES = key(17, "twin", 8064), 300, 4, 250, 5


@pytest.fixture
def firms():
    rng = np.random.default_rng(111)
    return {
        "id": rng.integers(1, 2**62, N), "cls": rng.choice([SMALL, MID, LARGE], N).astype(np.uint8),
        "ended": (rng.random(N) < 0.1).astype(np.int32) * 4, "cso": rng.random(N) < 0.3,
        "sales": rng.integers(0, 10**9, (N, FIELDS)) * (rng.random((N, FIELDS)) < 0.4),
        "cash": rng.integers(-10**7, 2 * 10**8, N), "people": rng.integers(0, 3, N) * 2,
        "region": rng.integers(1, 48, N).astype(np.uint8), "field": rng.integers(1, 19, N).astype(np.uint8),
        "experts": rng.integers(0, 6, (N, 3)).astype(np.int32),
    }  # fmt: skip


@pytest.mark.twin("standards")
def test_chiefs_are_appointed_in_large_firms(firms):
    cso, appointed = firms["cso"].copy(), np.zeros(N, np.bool_)
    _standards_staff.appoint(firms["id"], firms["cls"], firms["ended"], LARGE, KEY, 0.4, cso, appointed)
    for i in range(N):
        able = not firms["ended"][i] and firms["cls"][i] == LARGE and not firms["cso"][i]
        new = able and uniform(KEY, firms["id"][i], 0) < 0.4
        assert (appointed[i], cso[i]) == (new, new or firms["cso"][i])
    assert 5 < appointed.sum() < 90


@pytest.mark.twin("standards")
def test_who_takes_part_and_why_others_do_not(firms):
    f, lead, relevance = firms, np.array([0.2, 0.1, 0.4, 0.0]), np.array([1.0, 0.5, 2.0, 1.0])
    support, cost = np.array([0.0, 0.5, 1.0, 0.2]), 1.2e7
    reason, wanted, supported = np.full(N, 9, np.int8), np.full(N, -1), np.full(N, -1.0)
    _standards_staff.decide(f["id"], f["ended"], f["cso"], f["sales"], f["cash"], lead, relevance, support, KEY, 0.5,
                            1.7, 0.02, cost, 1.5, 0.2, reason, wanted, supported)  # fmt: skip
    for i in range(N):
        if f["ended"][i]:
            assert (reason[i], wanted[i], supported[i]) == (_standards_staff.WITHOUT_PEOPLE, 0, 0.0)
            continue
        weights = [int(f["sales"][i, k]) * relevance[k] for k in range(FIELDS)]
        mean = sum(w * s for w, s in zip(weights, support, strict=True)) / sum(weights) if sum(weights) else 0.0
        worth = sum(0.02 * 4 * w * chance for w, chance in zip(weights, lead, strict=True))
        net, people = max(cost * (1 - mean), 1.0), 0
        if uniform(KEY, f["id"][i], 0) >= (0.85 if f["cso"][i] else 0.5):
            why = _standards_staff.UNRECOGNISED
        elif worth < net:
            why = _standards_staff.WITHOUT_GAIN
        elif uniform(KEY, f["id"][i], 1) < 0.2:
            why = _standards_staff.WITHOUT_PEOPLE
        else:
            why = _standards_staff.TAKES_PART
            people = min(math.floor(1.5 * (worth / net) ** 0.5 + 0.5), max(int(f["cash"][i]), 0) // int(cost))
        assert (reason[i], wanted[i]) == (why, people)
        assert supported[i] == pytest.approx(mean, rel=1e-12)
    assert len(set(reason.tolist())) == 4
    assert wanted.max() > 2


@pytest.mark.twin("standards")
def test_ages_of_the_opening_keep_everybody(firms):
    experts = firms["experts"].copy()
    _standards_staff.open_ages(firms["id"], experts, firms["cso"], 0.5, 0.8, 0.4, KEY)
    for i in range(N):
        people = int(firms["experts"][i].sum())
        old = min(math.floor(people * (0.8 if firms["cso"][i] else 0.5) + uniform(KEY, firms["id"][i], 0)), people)
        sixties = min(math.floor(old * 0.4 + uniform(KEY, firms["id"][i], 1)), old)
        assert experts[i].tolist() == [people - old, old - sixties, sixties]


@pytest.mark.twin("standards")
def test_people_are_spread_over_fields_and_paid(firms):
    f, relevance, experts = firms, np.array([1.0, 0.5, 2.0, 0.0]), np.full(FIELDS, 7.0)
    _standards_staff.spread_over_fields(f["people"], f["sales"], relevance, experts)
    twin = [0.0] * FIELDS
    for i in range(N):
        weights = [int(f["sales"][i, k]) * relevance[k] for k in range(FIELDS)]
        for k in range(FIELDS):
            twin[k] += f["people"][i] * weights[k] / sum(weights) if sum(weights) else 0.0
    assert experts == pytest.approx(np.array(twin), rel=1e-12)
    supported, buffer, asked = np.random.default_rng(112).random(N), buffer_of(2 * N), Asked()
    _standards_staff.pay_activity(buffer, 3, 5, 100, f["id"], f["region"], f["field"], f["people"], 1.25e7, supported,
                                  0.8)
    for i in range(N):
        amount, where = math.floor(f["people"][i] * 1.25e7), {"field": f["field"][i], "region": f["region"][i]}
        asked.ask("standards_support", 3, 100 + i, math.floor(amount * supported[i] * 0.8), **where)
        asked.ask("standards_activity", 100 + i, 5, amount, **where)
    assert waiting(buffer) == asked
    assert asked.total("standards_activity") == f["people"].sum() * 12_500_000


@pytest.fixture
def groups():
    rng = np.random.default_rng(113)
    return {
        "id": rng.integers(1, 2**62, GROUPS), "field": rng.integers(1, FIELDS + 1, GROUPS).astype(np.uint8),
        "convenor": rng.integers(-1, COUNTRIES + 1, GROUPS).astype(np.int8),
        "due": rng.integers(98, 104, GROUPS).astype(np.int32), "firm": rng.integers(-1, N, GROUPS).astype(np.int32),
    }  # fmt: skip


@pytest.mark.twin("standards")
def test_groups_lie_in_fields_and_end(groups):
    weights, fields, keep = np.array([1.0, 0.0, 2.0, 0.5]), np.zeros(GROUPS, np.uint8), np.zeros(GROUPS, np.bool_)
    _elections.fields_of(groups["id"], KEY, weights, fields)
    _elections.ends(groups["id"], KEY, 0.3, keep)
    for g in range(GROUPS):
        u = uniform(KEY, groups["id"][g], 0)
        assert fields[g] == next(f + 1 for f in range(FIELDS) if u * weights.sum() < weights[: f + 1].sum())
        assert keep[g] == (u >= 0.3)
    assert set(fields.tolist()) == {1, 3, 4}


@pytest.mark.twin("standards")
def test_elections_are_races_of_countries(groups):
    g, rng = groups, np.random.default_rng(114)
    experts, families = rng.random((COUNTRIES, FIELDS)) * 50, rng.integers(0, 900, (COUNTRIES, FIELDS)).astype(float)
    strength, chosen, always = np.zeros((COUNTRIES, FIELDS)), np.full(GROUPS, -1, np.int8), rng.random(FIELDS)
    _elections.odds(experts, families, 0.7, 0.4, strength)
    for f in range(FIELDS):
        share = (families[:, f] + 1) / (families[:, f] + 1).sum()
        assert strength[:, f] == pytest.approx((experts[:, f] + 1) ** 0.7 * share**0.4, rel=1e-12)
    _elections.elect(g["id"], g["field"], g["convenor"], g["due"], 100, strength, 2, always, 0.3, 0.4, 1.5, KEY, chosen)
    for i in range(GROUPS):
        if g["due"][i] > 100:
            assert chosen[i] == 0
            continue
        f, clocks = g["field"][i] - 1, {}
        for c in range(1, COUNTRIES + 1):
            odds = strength[c - 1, f] * (math.exp(1.5) if c == g["convenor"][i] else 1.0)
            if c == 2:
                odds *= math.exp(always[f])
                odds *= {0: math.exp(0.3), -1: math.exp(0.7)}.get(int(g["convenor"][i]), 1.0)
            clocks[c] = -math.log(uniform(KEY, g["id"][i], c)) / odds
        assert chosen[i] == min(clocks, key=clocks.get)


@pytest.mark.twin("standards")
def test_posts_won_are_given_to_firms_who_keep_some_sales(firms, groups):
    f, g, rng = firms, groups, np.random.default_rng(115)
    chosen, seated, experts = rng.integers(0, 4, GROUPS).astype(np.int8), g["firm"].copy(), f["experts"].sum(axis=1)
    sales = f["sales"].copy()
    sales[:, 3] = 0  # nobody sells in the last field
    _elections.seat(g["id"], g["field"], chosen, 2, experts, sales, f["id"], KEY, seated)
    for k in range(GROUPS):
        expected = g["firm"][k] if chosen[k] == 0 else -1
        if chosen[k] == 2:
            pull = [int(experts[i]) * int(sales[i, g["field"][k] - 1]) for i in range(N)]
            clocks = {i: -math.log(uniform(KEY, g["id"][k], f["id"][i])) / pull[i] for i in range(N) if pull[i]}
            expected = min(clocks, key=clocks.get) if clocks else -1
        assert seated[k] == expected
    after = sales.copy()
    held = _elections.hold_sales(seated, g["field"], f["ended"], 0.05, after)
    leads = {(int(i), int(k)) for i, k in zip(seated, g["field"], strict=True) if i >= 0 and not f["ended"][i]}
    for i, k in leads:
        sales[i, k - 1] += math.floor(0.05 * sales[i, k - 1])
    assert (after == sales).all()
    assert held == len(leads) < (seated >= 0).sum()
