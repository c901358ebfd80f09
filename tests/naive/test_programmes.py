"""Hub cities and their programme, programme managers, procurement, awards to researchers: each by its rule."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.engine.chance import normal, uniform
from meguri.mechanisms import hub_programme, hubs, procurement, programme_managers, sbir_researchers

from . import venture
from .rounds import fastest
from .venture import FIELDS, STARTUPS, T, learn

KEY, N, TREASURY = venture.key("programmes"), 400, 9
PREFECTURES = len(vocabulary.table("regions"))


@pytest.fixture
def rng():
    return np.random.default_rng(141)


@pytest.fixture
def view(rng):
    return venture.companies(rng, N)


@pytest.mark.twin("hubs")
@pytest.mark.parametrize("matching", ["on", "off"])
@pytest.mark.parametrize("named", [True, False])
def test_what_hubs_and_networks_multiply(rng, matching, named):
    """A node stands in the hub cities, or everywhere where a country names none; costs are inverse to odds."""
    level, by_field = np.arange(PREFECTURES) % 3.0 * named, rng.random(FIELDS)
    names = ("meeting", "founding", "transfer", "acquirers")
    hub = SimpleNamespace(level=np.zeros(PREFECTURES), pull=np.zeros(PREFECTURES),
                          **{name: np.zeros((PREFECTURES, FIELDS)) for name in names})  # fmt: skip
    p = SimpleNamespace(hub_level=level, support_effect=0.1, support_budget=3.0, hub_gain=0.3, network=0.5,
                        network_field=by_field, network_gain=1.5, network_founding_cost=0.6, network_transfer=1.4,
                        network_acquirers=2.5)  # fmt: skip
    hubs.step(SimpleNamespace(hub=hub, choices={"hubs.matching": matching}), p)
    for r in range(PREFECTURES):
        supported = level[r] * 1.3 if matching == "on" else 0.0
        assert hub.level[r] == pytest.approx(supported, rel=1e-12)
        assert hub.pull[r] == pytest.approx(1 + 0.3 * supported, rel=1e-12)
        for f in range(FIELDS):
            node = 0.5 * by_field[f] if matching == "on" and (level[r] > 0 or not named) else 0.0
            factors = [1 + 1.5 * node, 1 / (1 - 0.4 * node), 1 + 0.4 * node, 1 + 1.5 * node]
            assert [getattr(hub, name)[r, f] for name in names] == pytest.approx(factors, rel=1e-12)


@pytest.mark.twin("hub_programme")
def test_support_in_hub_cities(view):
    level, rows = np.array([2.0, 0.0, 1.0, 0.0]), np.empty(N, np.int64)
    used = hub_programme.eligible(view, level, 20, T, rows)
    companies = venture.rows_of(view)
    able = [s.row for s in companies
            if not (s.ended or s.status or s.closing or s.funded) and s.visible and s.founded > T - 20
            and s.region in (1, 3)]  # fmt: skip
    assert rows[:used].tolist() == able
    contracts, shown, buffer = np.arange(used) + 500, np.empty(used, np.int64), requests.empty(N)
    count = hub_programme.support(buffer, view, rows[:used], 5 * 10**6, 7, TREASURY, STARTUPS, contracts, 5.0, 0.9, KEY,
                                  shown)  # fmt: skip
    twin, seen = venture.Asked(), []
    for k, i in enumerate(able):
        s = companies[i]
        twin.ask("hub_support", TREASURY, STARTUPS + i, 5 * 10**6, 500 + k, s.field, 0, s.region)
        s.burn += 5 * 10**6 // 7
        if s.trl >= 5:
            learn(s, 0.9, KEY)
            seen.append(i)
    assert venture.requested(buffer) == twin
    assert shown[:count].tolist() == seen
    assert 0 < count < used
    venture.agree(view, companies)


@pytest.mark.twin("programme_managers")
@pytest.mark.parametrize("first", [True, False])
def test_managers_are_appointed(rng, first):
    ids, needs = rng.integers(1, 2**62, 60), np.array([1.0, 0.0, 2.0, 0.5, 0.1])
    scope, precision, leaves = np.zeros((60, 5), np.bool_), np.zeros(60), np.zeros(60, np.int32)
    programme_managers.appoint(ids, needs, 3, 1.2, 0.4, 16, first, KEY, scope, precision, leaves, T)
    for m in range(60):
        own = fastest(KEY, ids[m], range(1, 6), needs)[:3]  # without a second draw: who wins without the winner is next
        assert np.flatnonzero(scope[m]).tolist() == sorted(own)
        assert precision[m] == pytest.approx(1.2 * math.exp(0.4 * normal(KEY, ids[m], 100)), rel=1e-12)
        assert leaves[m] == T + 16 - (int(16 * uniform(KEY, ids[m], 101)) if first else 0)
    wide = np.zeros((60, 5), np.bool_)
    programme_managers.appoint(ids, needs, 9, 1.2, 0.4, 16, first, KEY, wide, precision, leaves, T)
    assert (wide == (needs > 0)).all()


@pytest.mark.twin("procurement")
def test_contracts_are_offered_within_the_budget(rng, view):
    phase, supplies, out = rng.integers(0, 4, N).astype(np.uint8), venture.some(rng, N, 0.2), np.empty(N, np.int64)
    columns = (view.id, view.ended, view.closing, view.trl, phase, view.mentoring, supplies)
    used = procurement.suppliers(columns, 2, 4, 0.4, 0.5, KEY, out)
    twin = [s.row for s in venture.rows_of(view)
            if not (s.ended or s.closing or supplies[s.row]) and phase[s.row] >= 2 and s.trl >= 4
            and uniform(KEY, s.id, 0) < (0.6 if s.mentoring else 0.4)]  # fmt: skip
    assert out[:used].tolist() == twin
    ids, amounts = view.id[out[:used]], np.empty(used, np.int64)
    procurement.sizes(ids, 3e7, 0.8, KEY, amounts)
    venture.same(amounts, [int(3e7 * math.exp(0.8 * normal(KEY, i, 0))) for i in ids])
    sums = np.cumsum(amounts)
    for budget in (0, int(amounts[0]), int(sums[4]), int(sums[4]) - 1, int(sums[-1]) + 1):
        assert procurement.within(amounts, budget) == sum(one <= budget for one in sums)
    rows, revenue = out[:used], view.revenue.tolist()
    procurement.refer(view.revenue, rows, 0.25)
    venture.same(view.revenue, [int(v * math.exp(0.25)) if i in twin else v for i, v in enumerate(revenue)])


@pytest.mark.twin("procurement")
def test_contracts_are_paid_by_quarter_and_add_up(rng, view):
    n = 120
    contract = venture.bundle(
        procurement.ContractView, "procurement_contract", n, id=rng.integers(1, 2**60, n),
        founded=T - rng.integers(0, 10, n), startup=rng.integers(0, N, n), amount=rng.integers(3, 10**9, n),
        paid=rng.integers(0, 10**8, n), term=rng.integers(1, 12, n))  # fmt: skip
    project = np.zeros(N, view.project.dtype)
    contracts, companies, spent = venture.rows_of(contract), venture.rows_of(view), [0] * N
    for t in range(T, T + 12):
        buffer, lines, twin = requests.empty(n), np.empty(n, np.int64), venture.Asked()
        procurement.ask(buffer, contract, view.field, view.region, view.ended, TREASURY, STARTUPS, t, lines)
        places = []
        for c in contracts:
            s, k = companies[c.startup], t - c.founded
            live = not s.ended and k < c.term
            part = c.amount * (k + 1) // c.term - c.amount * k // c.term if live else 0
            places.append(len(twin) if part else -1)
            twin.ask("government_procurement", TREASURY, STARTUPS + s.row, part, c.id, s.field, 0, s.region)
        assert venture.requested(buffer) == twin
        venture.same(lines, places)
        buffer.state[: len(twin)] = rng.integers(1, 3, len(twin)) if t == T else 1
        procurement.book(buffer, contract, lines, 0.9, project)
        for c, place in zip(contracts, places, strict=True):
            if place >= 0 and buffer.state[place] == requests.PAID:
                c.paid += twin[place][3]
                spent[c.startup] += int(0.9 * twin[place][3])
        venture.agree(contract, contracts)
    venture.same(project, spent)


@pytest.mark.twin("sbir_researchers")
def test_parts_of_awards_to_researchers_add_up(rng):
    n = 80
    ids, where, amounts = rng.integers(1, 2**60, n), rng.integers(0, 9, n).astype(np.int32), rng.integers(1, 10**8, n)
    field, region = (rng.integers(1, 9, n).astype(np.uint8) for _ in range(2))
    founded, terms = np.full(n, T, np.int32), rng.integers(1, 7, n).astype(np.int32)
    total = [0] * n
    for quarter in range(6):
        live = np.flatnonzero(terms > quarter)  # the others are over
        buffer, lines, twin = requests.empty(n), np.zeros(len(live), np.int64), venture.Asked()
        sbir_researchers.ask_parts(buffer, ids[live], where[live], field[live], region[live], founded[live],
                                   amounts[live], terms[live], TREASURY, 3000, T + quarter, lines)  # fmt: skip
        places = []
        for a in live.tolist():
            due = int(amounts[a]) * (quarter + 1) // int(terms[a])  # what shall be paid by now
            places.append(len(twin) if due > total[a] else -1)
            twin.ask("sbir_research_award", TREASURY, 3000 + where[a], due - total[a], ids[a], field[a],
                     sbir_researchers._STAGE, region[a])  # fmt: skip
            total[a] = due
        assert venture.requested(buffer) == twin
        venture.same(lines, places)
    assert total == amounts.tolist()
