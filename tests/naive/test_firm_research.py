"""What firms spend on R&D, and listed companies that become firms, equal slow twins written from the rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import key, normal, uniform
from meguri.mechanisms import firm_renewal, firm_research
from meguri.mechanisms.firm_population import LARGE, MID, SMALL

from .waiting import Asked, buffer_of, waiting

KEY, N = key(5, "twin", 8064), 300


@pytest.fixture
def firms():
    rng = np.random.default_rng(22)
    return {
        "id": rng.integers(1, 2**62, N), "cls": rng.choice([SMALL, MID, LARGE], N).astype(np.uint8),
        "industry": rng.integers(1, 4, N).astype(np.int8), "employees": rng.integers(0, 4000, N).astype(np.int32),
        "norm": rng.random(N) * 0.1 * (rng.random(N) < 0.5), "ended": (rng.random(N) < 0.1).astype(np.int32) * 7,
        "sales": np.maximum(rng.integers(-10**8, 10**9, N), 0),
        "user_cost": rng.uniform(0.6, 1.1, N) * (rng.random(N) < 0.9),
        "reference": rng.uniform(0.7, 1.0, N) * (rng.random(N) < 0.9), "cash_cost": rng.uniform(0.6, 1.1, N),
        "cash_reference": rng.uniform(0.7, 1.0, N), "leverage": rng.random(N), "cash": rng.integers(-10**6, 10**9, N),
        "budget": rng.integers(0, 10**8, N) * (rng.random(N) < 0.7), "region": rng.integers(1, 48, N).astype(np.uint8),
        "field": rng.integers(1, 19, N).astype(np.uint8),
    }  # fmt: skip


@pytest.mark.twin("firm_research")
def test_own_intensities(firms):
    intensity, correction, norm = np.array([0.02, 0.05, 0.1]), np.array([1.0, 0.5, 2.0]), firms["norm"].copy()
    firm_research.own_intensities(firms["id"], firms["cls"], firms["industry"], firms["employees"], norm, intensity,
                                  correction, KEY, LARGE, MID, 0.5, 0.8, 1.1, 0.15)
    spread = {LARGE: 0.5, MID: 0.8, SMALL: 1.1}
    given = 0
    for i in range(N):
        expected, j = firms["norm"][i], firms["industry"][i] - 1
        if expected == 0.0 and firms["employees"][i] > 0:
            s = spread[int(firms["cls"][i])]
            own = math.exp(s * normal(KEY, firms["id"][i], 0) - s**2 / 2)
            expected = intensity[j] * correction[j] * own * (firms["employees"][i] / 1000) ** 0.15
            given += 1
        assert norm[i] == pytest.approx(expected, rel=1e-12)
    assert 50 < given < N


def _wanted(f, i):
    """Return what a firm wants to spend: norm x sales, by its user cost and by how far it is constrained."""
    answer = 1.0
    if f["reference"][i] > 0 and f["user_cost"][i] > 0:
        debt = 3.0 * (f["leverage"][i] - 0.5)
        smallness = -0.7 * math.log(max(float(f["employees"][i]), 1.0) / 300.0)
        constrained = 1 / (1 + math.exp(-(debt + smallness)))
        answer = (f["user_cost"][i] / f["reference"][i]) ** -0.4
        answer *= (f["cash_cost"][i] / f["cash_reference"][i]) ** (-(1.5 - 0.4) * constrained)
    return f["norm"][i] * answer * f["sales"][i]


@pytest.mark.twin("firm_research")
def test_budgets_move_towards_what_is_wanted_and_never_beyond_cash(firms):
    f, budget = firms, firms["budget"].copy()
    firm_research.budgets(f["ended"], f["sales"].astype(float), f["norm"], f["user_cost"], f["reference"],
                          f["cash_cost"], f["cash_reference"], f["leverage"], f["employees"], f["cash"], 0.4, 1.5,
                          3.0, 0.5, 0.7, 300.0, 0.25, 0.3, budget)
    bound = 0
    for i in range(N):
        if f["ended"][i] or f["sales"][i] <= 0:
            assert budget[i] == 0
            continue
        wanted = _wanted(f, i)
        moved = wanted if f["budget"][i] == 0 else 0.75 * f["budget"][i] + 0.25 * wanted
        bound += moved > 0.3 * f["cash"][i]
        expected = max(min(moved, 0.3 * f["cash"][i]), 0.0)
        assert budget[i] == math.floor(expected)
    assert 10 < bound < N - 10


@pytest.mark.twin("firm_research")
def test_research_is_paid_as_wages_and_inputs(firms):
    f, buffer, twin = firms, buffer_of(2 * N), Asked()
    firm_research.pay_research(buffer, 4, 9, 1000, f["id"], f["region"], f["field"], f["budget"], 0.55)
    for i in range(N):
        wages = math.floor(0.55 * f["budget"][i])
        where = {"field": f["field"][i], "region": f["region"][i]}
        twin.ask("research_wage", 1000 + i, 4, wages, **where)
        twin.ask("research_purchase", 1000 + i, 9, f["budget"][i] - wages, **where)
    assert waiting(buffer) == twin
    assert twin.total() == f["budget"].sum()


@pytest.mark.twin("firm_renewal")
def test_which_companies_have_grown_up():
    rng = np.random.default_rng(23)
    ended, status = (rng.random(N) < 0.2).astype(np.int32), rng.integers(0, 4, N).astype(np.uint8)
    listed_since, founded = rng.integers(80, 101, N).astype(np.int32), rng.integers(70, 101, N).astype(np.int32)
    revenue, rows = rng.integers(0, 4, N), np.empty(N, np.int64)
    used = firm_renewal.grown(ended, status, listed_since, revenue, founded, 100, 6, rows)
    twin = [i for i in range(N) if not ended[i] and status[i] == 2 and 100 - listed_since[i] > 6 and revenue[i]
            and founded[i] < 100]  # fmt: skip
    assert rows[:used].tolist() == twin
    assert len(twin) > 10


@pytest.mark.twin("firm_renewal")
def test_a_company_goes_to_a_near_industry_with_its_cash(firms):
    f = firms
    proximity = np.zeros((6, 19))
    proximity[1:, 1:] = np.random.default_rng(24).random((5, 18)) * (np.arange(18) % 5 != np.arange(5)[:, None])
    industry = np.zeros(N, np.int64)
    firm_renewal.nearest_industry(f["id"], f["field"], KEY, proximity, industry)
    for i in range(N):
        weights = {j: proximity[j, f["field"][i]] for j in range(1, 6)}
        clocks = {j: -math.log(uniform(KEY, f["id"][i], j)) / w for j, w in weights.items() if w > 0}
        assert industry[i] == min(clocks, key=clocks.get)
    rows, firms_of, buffer, twin = np.arange(0, N, 7), np.arange(500, 500 + N), buffer_of(N), Asked()
    ids = f["id"][rows] + 1
    firm_renewal.hand_over_cash(buffer, rows, firms_of, 10, 2000, f["cash"], ids, f["field"], f["region"])
    for k, i in enumerate(rows):
        twin.ask("acquired_cash", 10 + i, 2000 + firms_of[k], f["cash"][i], ids[k], f["field"][i], 0, f["region"][i])
    assert waiting(buffer) == twin
    assert 0 < len(twin) <= len(rows)
