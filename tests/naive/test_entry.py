"""Who founds where, with what: births by region, founders who found again, traits, what listed companies are worth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.engine.chance import birth, normal, uniform
from meguri.mechanisms import entry, founder_recycling, listed_growth, recognition

from . import venture
from .rounds import PRICES
from .venture import HOUSEHOLD, STARTUPS, T

KEY, N = venture.key("entry"), 500


@pytest.fixture
def rng():
    return np.random.default_rng(91)


def _poisson(mean, u):
    """Return the count whose cumulated probability first reaches ``u``."""
    count, total = 0, math.exp(-mean)
    while mean > 0 and u > total:
        count += 1
        total += math.exp(-mean + count * math.log(mean) - math.lgamma(count + 1))
    return count


@pytest.mark.twin("entry", "start_ups_abroad")
def test_births_by_region_and_beside_spin_outs(rng):
    rates, counts = np.concatenate([[0.0], rng.gamma(1.0, 4.0, 80)]), np.zeros(81, np.int64)
    entry.births_by_region(rates, KEY, counts)
    venture.same(counts, [_poisson(rate, uniform(KEY, r + 1, 0)) for r, rate in enumerate(rates)])
    ids, beside = rng.integers(1, 2**60, 60), np.zeros(60, np.int64)
    entry.companions(ids, 1.7, KEY, beside)
    venture.same(beside, [_poisson(1.7, uniform(KEY, i, 0)) for i in ids])
    born, origin = np.zeros(300, np.int64), np.zeros(300, np.int64)
    used = entry.spread(ids, beside, KEY, born, origin)
    twin = [(birth(i, KEY, n), place) for place, i in enumerate(ids) for n in range(beside[place])]
    assert list(zip(born[:used], origin[:used], strict=True)) == twin
    assert len(set(born[:used].tolist())) == used == beside.sum()
    assert entry.spread(ids, beside, KEY, born[: used - 1], origin) == -1  # too many for the room is said, not lost


@pytest.mark.twin("entry")
def test_pull_of_regions(rng):
    firms, staff, hub = rng.random(9), rng.random(9), rng.uniform(1, 2, 9)
    firms[2] = staff[5] = 0.0
    successes = np.round(rng.random(9) * 5, 1)
    found = entry.pull_of_regions(firms, staff, 0.4, successes, 0.3, hub)
    venture.same(found, [f**0.4 * s**0.6 * (1 + 0.3 * math.log(1 + w)) * h
                         for f, s, w, h in zip(firms, staff, successes, hub, strict=True)])  # fmt: skip


@pytest.mark.twin("entry")
def test_founders_again(rng):
    ids, outcome = rng.integers(1, 2**60, N), rng.integers(1, 3, N).astype(np.uint8)
    ended, again = (9 * venture.some(rng, N, 0.2)).astype(np.int32), np.ones(N, np.bool_)
    before, hazards = ended.tolist(), np.array([0.0, 0.1, 0.3])
    entry.founders_again(ids, outcome, ended, hazards, 0.2, T, KEY, again)
    u = [uniform(KEY, i, 0) for i in ids]
    twin = [not e and x < hazards[o] for e, x, o in zip(before, u, outcome, strict=True)]
    venture.same(again, twin)
    venture.same(ended, [e or (T if x < hazards[o] + 0.2 else 0) for e, x, o in zip(before, u, outcome, strict=True)])
    assert 0 < sum(twin) < (ended == T).sum()


def _picked(weights, u):
    return int(np.searchsorted(np.cumsum(weights) / np.sum(weights), u, side="right"))


@pytest.mark.twin("entry")
def test_traits_and_founders_capital(rng):
    ids, weights, levels = rng.integers(1, 2**60, N), rng.random(18), rng.random(9)
    weights[4] = levels[0] = 0.0
    field, trl = (rng.integers(1, 9, N).astype(np.uint8) * venture.some(rng, N, 0.5) for _ in range(2))
    potential, fields, trls = np.empty(N), field.tolist(), trl.tolist()
    entry.traits(ids, weights, levels, 0.8, KEY, field, trl, potential)
    venture.same(field, [f or _picked(weights, uniform(KEY, i, 0)) + 1 for f, i in zip(fields, ids, strict=True)])
    venture.same(trl, [n or _picked(levels, uniform(KEY, i, 1)) + 1 for n, i in zip(trls, ids, strict=True)])
    venture.same(potential, [0.8 * normal(KEY, i, 2) for i in ids])
    rows, amounts = rng.permutation(N), rng.integers(-1, 3, N) * 10**6
    buffer, twin = requests.empty(N), venture.Asked()
    entry.pay_in(buffer, HOUSEHOLD, STARTUPS, rows, amounts, field, trl, ids)
    for k in range(N):
        twin.ask("founder_capital", HOUSEHOLD, STARTUPS + rows[k], amounts[k], ids[k], field[k], 0, trl[k])
    assert venture.requested(buffer) == twin


@pytest.mark.twin("founder_recycling")
def test_careers_of_founders_who_succeeded(rng):
    ids, chosen = rng.integers(1, 2**60, N), np.zeros(N, np.int64)
    founder_recycling.careers(ids, 0.3, 0.2, KEY, chosen)
    venture.same(chosen, [1 if u < 0.3 else 2 if u < 0.5 else 0 for u in (uniform(KEY, i, 0) for i in ids)])
    assert founder_recycling.relative(3.0, 1.0, 4.0) == 7.0 / 5.0
    assert founder_recycling.relative(3.0, 0.0, 0.0) == 1.0


@pytest.mark.twin("listed_growth")
def test_value_of_listed_companies(rng):
    view = venture.companies(rng, N)
    view.listed_since[:40] = T * (view.status[:40] > 0)
    anchor, deviation, rows = rng.normal(size=N), rng.normal(size=N) * 0.2, venture.rows_of(view)
    anchors, deviations = anchor.tolist(), deviation.tolist()
    listed_growth.revalue(view, anchor, deviation, PRICES, 1.3, 0.8, 0.15, 0.4, 20.0, T, KEY)
    for s in rows:
        if s.ended or s.status not in (1, 2):
            continue
        worth = 0.0
        if s.trl >= 7 and s.revenue > 0:
            age = T - s.market_since
            faded = 18.0 * (math.exp(-age / 18.0) - math.exp(-(age + 8) / 18.0))
            growth = 8 * PRICES.growth + PRICES.growth_of_potential * s.belief_mean * faded
            worth = max(0.0, math.log(4 * s.revenue * PRICES.sales_multiple) + growth)
        worth += 0.8 * math.log(1.3)
        if s.listed_since == T:
            anchors[s.row], deviations[s.row] = math.log(s.valuation) - worth, 0.0
        else:
            deviations[s.row] += 0.15 * normal(KEY, s.id, 0)
            multiple = 0.4 + 0.6 * math.exp(-(T - s.listed_since) / 20)
            s.valuation = int(multiple * math.exp(worth + anchors[s.row] + deviations[s.row]))
    venture.same(anchor, anchors)
    venture.same(deviation, deviations)
    venture.agree(view, rows)


@pytest.mark.twin("listed_growth")
def test_who_leaves_the_growth_market(rng):
    view = venture.companies(rng, N)
    rows = venture.rows_of(view)
    listed_growth.leave(view, 4e9, 12, 6e9, 0.4, T, KEY)
    for s in rows:
        if s.ended or s.status != 1 or s.listed_since == T:
            continue
        if s.valuation >= 6e9:
            s.status = 2 if uniform(KEY, s.id, 0) < 0.4 else 1
        elif s.valuation < 4e9 and T - s.listed_since >= 12:
            s.status = 3
        s.listing_value = s.listing_value if s.status == 1 else 0
    venture.agree(view, rows)


@pytest.mark.twin("recognition")
def test_what_the_survey_finds(rng):
    view, university = venture.companies(rng, N), vocabulary.code("classes", "startup_university")
    view.cls[:] = np.where(rng.random(N) < 0.7, university, university + 1)
    known, outside = venture.some(rng, N, 0.3), venture.some(rng, N, 0.1)
    before, found = known.tolist(), np.empty(N, np.int64)
    used = recognition.survey(view.cls, view.ended, view.founded, view.id, known, outside, 0.6, 0.2, T, KEY, found)
    twin = [s.row for s in venture.rows_of(view)
            if s.cls == university and not s.ended and not before[s.row] and not outside[s.row]
            and uniform(KEY, s.id, 0) < (0.6 if T - s.founded < 4 else 0.2)]  # fmt: skip
    assert found[:used].tolist() == twin
    venture.same(known, [k or i in twin for i, k in enumerate(before)])
