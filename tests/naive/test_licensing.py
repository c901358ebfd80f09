"""Licences: who takes one, at what royalty, and what universities receive for them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri.engine import requests
from meguri.engine.chance import normal, uniform
from meguri.engine.choice import sort_into_cells
from meguri.mechanisms import licensing

from . import venture
from .rounds import fastest
from .venture import FIELDS, FIRMS, REGIONS, STARTUPS, T

pytestmark = pytest.mark.twin("licensing")

KEY, N, UNIVERSITIES, ACCOUNT = venture.key("licensing"), 400, 12, 3000


@pytest.fixture
def rng():
    return np.random.default_rng(131)


def test_licensees(rng):
    """A region by the field's pull there and nearness, then a firm of the cell by the root of its sales."""
    firms, sales = rng.integers(1, 2**62, 150), rng.integers(0, 10**10, 150) * venture.some(rng, 150, 0.9)
    cells = rng.integers(-1, REGIONS * FIELDS, 150)
    cells[cells % FIELDS == 2] = -1  # no firm in the last field
    order, start = sort_into_cells(cells, REGIONS * FIELDS)
    weights = np.zeros(len(order))
    total = licensing.cell_weights(order, start, sales.astype(np.float64), weights)
    roots = [math.sqrt(max(0, one)) for one in sales]
    venture.same(weights, [roots[j] for j in order])
    venture.same(total, [sum(roots[j] for j in range(150) if cells[j] == c) for c in range(REGIONS * FIELDS)])
    distance, near = rng.random((REGIONS + 1, REGIONS + 1)) * 3, np.empty((REGIONS + 1, REGIONS + 1))
    licensing._powers(distance, 0.8, near)
    venture.same(near, np.exp(-0.8 * distance))
    ids = rng.integers(1, 2**62, N)
    region, field = (rng.integers(1, most + 1, N).astype(np.uint8) for most in (REGIONS, FIELDS))
    chosen = np.zeros(N, np.int64)
    licensing.find_licensees(ids, region, field, FIELDS, near, KEY, firms[order], order, start, weights, total, chosen)
    twin = []
    for i in range(N):
        members = [[j for j in range(150) if cells[j] == r * FIELDS + field[i] - 1] for r in range(REGIONS)]
        pull = [near[region[i], r + 1] * sum(roots[j] for j in members[r]) for r in range(REGIONS)]
        u = uniform(KEY, ids[i], 0) * sum(pull)
        r = next((r for r in range(REGIONS) if u < sum(pull[: r + 1])), 0)
        first = fastest(KEY, ids[i], [firms[j] for j in members[r]], [roots[j] for j in members[r]])
        twin.append(members[r][first[0]] if first else -1)
    venture.same(chosen, twin)
    assert 0 < twin.count(-1) < N


def test_royalties(rng):
    ids, quality = rng.integers(1, 2**62, N), rng.normal(size=N)
    yearly = np.zeros(N, np.int64)
    licensing.terms(ids, quality, KEY, 5e7, 0.9, 1.1, 0.03, yearly)
    spread = [1.1 * q + 0.9 * normal(KEY, i, 0) for i, q in zip(ids, quality, strict=True)]
    venture.same(yearly, [int(0.03 * 5e7 * math.exp(one)) for one in spread])
    firms, where = rng.integers(0, 50, N).astype(np.int32), rng.integers(0, UNIVERSITIES, N).astype(np.int32)
    due, ended = (T + rng.integers(-1, 2, N)).astype(np.int32), (9 * venture.some(rng, 50, 0.2)).astype(np.int32)
    field, region = rng.integers(1, 9, N).astype(np.uint8), rng.integers(1, 9, 50).astype(np.uint8)
    buffer, twin, later = requests.empty(2 * N), venture.Asked(), due.tolist()
    licensing.pay_royalties(buffer, ids, firms, where, yearly, due, field, FIRMS, ACCOUNT, ended, region, 0.8, T, 4)
    for i, j in enumerate(firms.tolist()):
        if later[i] == T and not ended[j]:
            later[i] = T + 4
            twin.ask("licence_from_firm", FIRMS + j, ACCOUNT + where[i], int(0.8 * yearly[i]), ids[i], field[i], 0,
                     region[j])  # fmt: skip
    venture.same(due, later)
    view = venture.companies(rng, N)
    licensing.pay_from_startups(buffer, view.id, view.revenue, view.university, view.ended, view.founded, view.field,
                                view.region, STARTUPS, ACCOUNT, 0.02, 0.9, T)  # fmt: skip
    for s in venture.rows_of(view):
        birthday = s.founded < T and s.founded % 4 == T % 4
        if not s.ended and s.university >= 0 and birthday:
            twin.ask("licence_from_startup", STARTUPS + s.row, ACCOUNT + s.university,
                     int(4 * 0.02 * s.revenue * 0.9), s.id, s.field, 0, s.region)  # fmt: skip
    assert venture.requested(buffer) == twin
    assert {one[0] for one in twin} == {venture.flow("licence_from_firm"), venture.flow("licence_from_startup")}
    used, income = len(twin), np.zeros(UNIVERSITIES, np.int64)
    buffer.state[:used] = rng.integers(1, 3, used)
    buffer.flow[0] = 1  # another payment
    licensing.received(buffer.flow[:used], buffer.payee[:used], buffer.amount[:used], buffer.state[:used], ACCOUNT,
                       income)  # fmt: skip
    paid = [one for one, state in zip(twin[1:], buffer.state[1:used], strict=True) if state == requests.PAID]
    venture.same(income, [sum(one[3] for one in paid if one[2] == ACCOUNT + u) for u in range(UNIVERSITIES)])
