"""Signing, renewal and payment of contract-years, and memory of partners, equal slow twins written from the rule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine.chance import key, uniform
from meguri.mechanisms import _contracts, group_ties

from .waiting import Asked, buffer_of, waiting

KEY = key(9, "twin", 8064)
N, FIRMS, PLACES, FIELDS, TIES, T = 500, 40, 12, 3, 6, 8064


def _remember(memory: list, u: int, t: int) -> None:
    """Remember a partner in a list of [partner, quarter]: his own entry, else the oldest one, the first of equals."""
    own = [entry for entry in memory if entry[0] == u]
    entry = own[0] if own else min(memory, key=lambda one: one[1])
    entry[:] = [u, t]


@pytest.mark.twin("joint_research", "group_ties")
def test_partners_are_remembered_and_the_oldest_makes_room():
    rng = np.random.default_rng(50)
    partners, since = np.full(TIES, -1, np.int32), np.zeros(TIES, np.int32)
    memory = [[-1, 0] for _ in range(TIES)]
    for t in range(1, 200):
        u = int(rng.integers(0, 10))
        _contracts.tie(partners, since, u, t)
        _remember(memory, u, t)
        assert [list(pair) for pair in zip(partners.tolist(), since.tolist(), strict=True)] == memory


@pytest.fixture
def contracts():
    rng = np.random.default_rng(51)
    partner = np.full((FIRMS, TIES), -1, np.int32)
    partner[:, :2] = rng.integers(0, PLACES, (FIRMS, 2))
    since = np.where(partner >= 0, rng.integers(T - 40, T, (FIRMS, TIES)), 0).astype(np.int32)
    return {
        "state": rng.integers(0, 5, N).astype(np.int8), "id": rng.integers(1, 2**62, N),
        "firm": rng.integers(0, FIRMS, N).astype(np.int32), "field": rng.integers(1, FIELDS + 1, N).astype(np.uint8),
        "place": rng.integers(0, PLACES, N).astype(np.int32), "amount": rng.integers(10**5, 10**7, N),
        "due": rng.integers(T - 2, T + 2, N).astype(np.int32), "ended": (rng.random(FIRMS) < 0.1).astype(np.int32) * 5,
        "cash": rng.integers(0, 4 * 10**7, FIRMS), "region": rng.integers(1, 48, FIRMS).astype(np.uint8),
        "lab": rng.random(PLACES) < 0.4, "accrued": rng.integers(-10**6, 10**7, FIRMS), "partner": partner,
        "since": since,
    }  # fmt: skip


def _twin(c):
    """Go through the contracts one by one; return the books afterwards and how each contract ended."""
    out = {name: c[name].tolist() for name in ("state", "amount", "due", "cash", "accrued")}
    out |= {"spent": [0] * FIRMS, "funds": [0] * PLACES, "industry": np.zeros((PLACES, FIELDS), np.int64),
            "signed": [False] * N, "asked": Asked(), "why": set()}  # fmt: skip
    memory = [[list(pair) for pair in zip(*rows, strict=True)]
              for rows in zip(c["partner"].tolist(), c["since"].tolist(), strict=True)]  # fmt: skip
    for i in range(N):
        j, u, f, who = int(c["firm"][i]), int(c["place"][i]), int(c["field"][i]), c["id"][i]
        if c["ended"][j]:
            out["state"][i] = 3
            out["why"].add("firm gone")
            continue
        if out["state"][i] not in (1, 2) or c["due"][i] > T:
            continue
        if out["state"][i] == 2:
            if uniform(KEY, who, T) >= 0.6:
                out["state"][i] = 3
                out["why"].add("not renewed")
                continue
            out["amount"][i] = math.floor(out["amount"][i] * 1.02)
            out["accrued"][j] -= out["amount"][i]
            out["why"].add("renewed")
        amount = out["amount"][i]
        if out["cash"][j] < amount:
            out["state"][i] = 3
            out["why"].add("no cash")
            continue
        out["state"][i], out["due"][i], out["signed"][i] = 2, T + 4, True
        _remember(memory[j], u, T)
        flows = ["joint_research"]
        chances = {"contract_research": 0.5, "clinical_trial": [0.0, 0.3, 0.9][f - 1], "endowed_chair": 0.2}
        out["cash"][j] -= amount
        for kind, (flow, chance) in enumerate(chances.items()):
            if not c["lab"][u] and uniform(KEY, who, 1_000_000 + 4 * T + kind) < chance and out["cash"][j] >= amount:
                flows.append(flow)
                out["cash"][j] -= amount
        for flow in flows:
            out["asked"].ask(flow, 100 + j, 900 + u, amount, who, f, 0, c["region"][j])
        out["spent"][j] += amount * len(flows)
        direct = math.floor(amount * len(flows) / 1.3)
        out["funds"][u] += direct
        out["industry"][u, f - 1] += direct
    return out, memory


@pytest.mark.twin("joint_research")
def test_contract_years(contracts):
    c, buffer = contracts, buffer_of(4 * N)
    twin, memory = _twin(c)
    k = {name: c[name].copy() for name in c}
    spent, funds = np.zeros(FIRMS, np.int64), np.zeros(PLACES, np.int64)
    industry, signed = np.zeros((PLACES, FIELDS), np.int64), np.zeros(N, np.bool_)
    _contracts.perform(buffer, k["state"], k["id"], k["firm"], k["field"], k["place"], k["amount"], k["due"], T, 0.6,
                       1.02, KEY, k["ended"], k["cash"], 100, 900, k["region"], k["lab"], np.array([0.5, 0.0, 0.2]),
                       np.array([0.0, 0.3, 0.9]), 0.3, k["accrued"], k["partner"], k["since"], spent, funds, industry,
                       signed)  # fmt: skip
    assert twin["why"] == {"firm gone", "not renewed", "renewed", "no cash"}
    assert waiting(buffer) == twin["asked"]
    assert {row[0] for row in twin["asked"]} == {"joint_research", "contract_research", "clinical_trial",
                                                 "endowed_chair"}  # fmt: skip
    for name in ("state", "amount", "due", "cash", "accrued"):
        assert k[name].tolist() == twin[name], name
    assert (spent.tolist(), funds.tolist(), signed.tolist()) == (twin["spent"], twin["funds"], twin["signed"])
    assert (industry == twin["industry"]).all()
    pairs = zip(k["partner"].tolist(), k["since"].tolist(), strict=True)
    assert [[list(pair) for pair in zip(*rows, strict=True)] for rows in pairs] == memory
    # what firms have less is what they spent, and what was asked for
    assert (c["cash"] - k["cash"]).tolist() == twin["spent"]
    assert twin["asked"].total() == sum(twin["spent"])


@pytest.mark.twin("group_ties")
def test_the_largest_are_taken_while_their_scores_are_positive():
    rng = np.random.default_rng(52)
    scores = rng.integers(-3, 6, 30).astype(float)
    order = np.lexsort((np.arange(30), -scores))
    positive = [i for i in sorted(range(30), key=lambda i: (-scores[i], i)) if scores[i] > 0]
    for count in (0, 3, 30):
        chosen = np.zeros(count, np.int64)
        used = group_ties.largest(scores, order, count, chosen)
        assert chosen[:used].tolist() == positive[:count]


@pytest.mark.twin("group_ties")
def test_groups_pay_their_universities_and_stay_tied(contracts):
    c, rng, k = contracts, np.random.default_rng(53), 60
    firm, place, field = rng.integers(0, FIRMS, k), rng.integers(0, PLACES, k), c["field"][:k]
    research, fees = rng.integers(0, 3, k) * 10**6, rng.integers(0, 3, k) * 10**5
    partner, since, buffer, twin = c["partner"].copy(), c["since"].copy(), buffer_of(2 * k), Asked()
    group_ties.pay_ties(buffer, firm, place, field, c["id"][:k], research, fees, c["ended"], 100, 900, c["region"],
                        partner, since, T)  # fmt: skip
    memory = [[list(pair) for pair in zip(*rows, strict=True)]
              for rows in zip(c["partner"].tolist(), c["since"].tolist(), strict=True)]  # fmt: skip
    for n in range(k):
        i = int(firm[n])
        if not c["ended"][i]:
            for flow, amount in (("joint_research", research[n]), ("contract_department_fee", fees[n])):
                twin.ask(flow, 100 + i, 900 + place[n], amount, c["id"][n], field[n], 0, c["region"][i])
            _remember(memory[i], int(place[n]), T)
    assert waiting(buffer) == twin
    pairs = zip(partner.tolist(), since.tolist(), strict=True)
    assert [[list(pair) for pair in zip(*rows, strict=True)] for rows in pairs] == memory
    assert twin.total() == sum(int(research[n] + fees[n]) for n in range(k) if not c["ended"][firm[n]])
