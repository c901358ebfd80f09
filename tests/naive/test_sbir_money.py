"""Themes, amounts, instalments, gates and help of SBIR: what ``test_sbir`` leaves, award by award."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine import requests
from meguri.engine.chance import normal, uniform
from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import _sbir_awards, _sbir_call, _sbir_help, _sbir_rules

from . import venture
from .rounds import fastest
from .venture import FIELDS, STARTUPS, T

pytestmark = pytest.mark.twin("sbir")

KEY, N, AWARDS, MANAGERS, TREASURY = venture.key("sbir"), 200, 150, 12, 9


@pytest.fixture
def rng():
    return np.random.default_rng(151)


@pytest.fixture
def view(rng):
    return venture.companies(rng, N)


@pytest.fixture
def award(rng):
    term = rng.integers(2, 12, AWARDS)
    return venture.bundle(
        _sbir_awards.AwardView, "sbir_award", AWARDS, id=rng.integers(1, 2**60, AWARDS),
        founded=T - rng.integers(0, 12, AWARDS) % term, field=rng.integers(1, FIELDS + 1, AWARDS),
        startup=rng.integers(0, N, AWARDS), manager=rng.integers(0, MANAGERS, AWARDS),
        phase=rng.integers(1, 4, AWARDS), amount=rng.integers(3, 10**9, AWARDS), paid=rng.integers(0, 99, AWARDS),
        term=term, trl=rng.integers(1, 7, AWARDS), accompanied=venture.some(rng, AWARDS, 0.5),
        done=(T - 4) * venture.some(rng, AWARDS, 0.3))  # fmt: skip


def test_themes_of_managers(rng):
    ids, managers = rng.integers(1, 2**60, MANAGERS), np.arange(1, MANAGERS)
    scope, need = venture.some(rng, (MANAGERS, 6), 0.4), rng.random(6)
    seeds, field = np.array([4.0, 0.0, 9.0, 1.0, 30.0, 2.0]), np.full(MANAGERS - 1, 9)
    scope[3] = False
    _sbir_call.write_themes(managers, ids, scope, need, seeds, KEY, field)
    for m, found in zip(managers.tolist(), field.tolist(), strict=True):
        first = fastest(KEY, ids[m], range(1, 7), scope[m] * need * np.sqrt(seeds))
        assert found == (first[0] + 1 if first else 0)
    assert field[2] == 0


@pytest.mark.parametrize(("least", "most"), [(3_000_000, 30_000_000), (29_950_000, 30_000_000), (0, 0)])
def test_amounts_and_terms(rng, least, most):
    ids, fields = rng.integers(1, 2**60, 300), rng.integers(1, 19, 300).astype(np.uint8)
    amounts, terms, scale = np.empty(300, np.int64), np.empty(300, np.int64), rng.uniform(1e8, 1e9, 18)
    _sbir_rules.draw_awards(ids, fields, least, most, scale, 0.4, 3, 8, KEY, amounts, terms)
    for i, f, amount, term in zip(ids, fields, amounts.tolist(), terms.tolist(), strict=True):
        u = uniform(KEY, i, 0)
        exact = least * (most / least) ** u if most else scale[f - 1] * (1 + 0.4 * (2 * u - 1))
        rounded = int(exact / _sbir_rules._ROUND) * _sbir_rules._ROUND
        assert amount == (min(most, max(least, rounded)) if most else rounded)
        assert term == 3 + int(6 * uniform(KEY, i, 1))
    assert set(terms.tolist()) == set(range(3, 9))


def test_instalments_add_up_to_the_amount(rng, view, award):
    project, spent = np.zeros(N, view.project.dtype), [0] * N
    awards, companies = venture.rows_of(award), venture.rows_of(view)
    buffer, lines, twin = requests.empty(AWARDS), np.empty(AWARDS, np.int64), venture.Asked()
    _sbir_awards.ask_instalments(buffer, award, venture.flow("sbir_award"), 5, TREASURY, STARTUPS, view.region, T,
                                 lines)  # fmt: skip
    places = []
    for a in awards:
        parts = [a.amount * q // a.term for q in range(a.term + 1)]
        part = 0 if a.done else parts[T - a.founded + 1] - parts[T - a.founded]
        places.append(len(twin) if part else -1)
        twin.ask("sbir_award", TREASURY, STARTUPS + a.startup, part, a.id, a.field, 4 + a.phase,
                 companies[a.startup].region)  # fmt: skip
    assert venture.requested(buffer) == twin
    venture.same(lines, places)
    buffer.state[: len(twin)] = rng.integers(1, 3, len(twin))
    _sbir_awards.book_instalments(buffer, award, lines, project)
    for a, place in zip(awards, places, strict=True):
        if place >= 0 and buffer.state[place] == requests.PAID:
            a.paid += twin[place][3]
            spent[a.startup] += twin[place][3]
    venture.agree(award, awards)
    venture.same(project, spent)


def test_gates(rng, view, award):
    rows, sharpness = rng.permutation(AWARDS)[:90], 0.5 + rng.random(MANAGERS)
    technology, business = np.zeros(90, np.bool_), np.zeros(90, np.bool_)
    _sbir_awards.review(award, rows, view.trl, view.belief_mean, sharpness, 1, 0.3, 0.8, KEY, technology, business)
    awards, companies = venture.rows_of(award), venture.rows_of(view)
    for k, a in enumerate(awards[row] for row in rows.tolist()):
        s, noise = companies[a.startup], 0.8 * normal(KEY, a.id, 0) / sharpness[a.manager]
        assert technology[k] == (s.trl - a.trl >= 1)
        assert business[k] == (s.belief_mean + noise >= 0.3)
    assert 10 < business.sum() < 80


@pytest.mark.parametrize("tie_gain", [0.1, 0.0])
def test_help_of_managers(view, award, tie_gain):
    help_of, meets = np.zeros(N), np.full(AWARDS, 9, np.uint8)
    _sbir_awards.accompany(award, MANAGERS, view.trl, 0.25, tie_gain, 0.4, 0.3, KEY, help_of, meets)
    awards, gains, twin = venture.rows_of(award), [0.0] * N, []
    for a in awards:
        twin.append(0)
        if a.done:
            continue
        others = sum(b.manager == a.manager and not b.done for b in awards) - 1
        gains[a.startup] = max(gains[a.startup], tie_gain * math.log(1 + others) + 0.25 * a.accompanied)
        if a.accompanied:
            company = view.trl[a.startup] >= 7 and uniform(KEY, a.id, 1) < 0.3
            twin[-1] = (uniform(KEY, a.id, 0) < 0.4) + 2 * company
    venture.same(meets, twin)
    venture.same(help_of, gains)
    assert set(twin) == {0, 1, 2, 3}


def test_companies_that_performers_meet(rng, view):
    firms, weights = rng.integers(1, 2**60, 60), rng.random(60) * venture.some(rng, 60, 0.8)
    field = rng.integers(-1, FIELDS - 1, 60)  # no firm in the last field
    order, start = sort_into_cells(field, FIELDS)
    chosen = np.zeros(N, np.int64)
    _sbir_awards.choose_companies(view.id, view.field, firms[order], weights[order], order, start, KEY, chosen)
    for s in venture.rows_of(view):
        members = [j for j in range(60) if field[j] == s.field - 1]
        first = fastest(KEY, s.id, firms[members], weights[members])
        assert chosen[s.row] == (members[first[0]] if first else -1)
    rows, revenue = rng.permutation(N)[:50], view.revenue.tolist()
    _sbir_help._grow(view.revenue, rows, 0.2)
    venture.same(view.revenue, [int(v * math.exp(0.2)) if i in rows else v for i, v in enumerate(revenue)])
