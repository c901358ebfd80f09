"""Discoveries of firms equal a slow twin that keeps every product line in a list and follows the rule word by word."""

import math

import numpy as np
import pytest

from meguri.engine import chance
from meguri.mechanisms import _product_lines as lines

pytestmark = pytest.mark.twin("firm_search")

COUNT_KEY, KEY = chance.key(3, "twin.count", 8064), chance.key(3, "twin.discovery", 8064)
FIRMS, INDUSTRIES, FIELDS = 120, 3, 4
INTERNAL, WIDTH, ETA = 0.6, 0.15, 3.0
PROXIMITY = np.array([[0.0] * 4, [0.7, 0.2, 0.1, 0.0], [0.0, 0.5, 0.5, 0.0], [0.0, 0.1, 0.3, 0.6]])
SHIFT = np.array([0.0, 0.01, 0.0, -0.02])


def _world():
    rng = np.random.default_rng(5)
    number = rng.integers(0, 4, (FIRMS, FIELDS)).astype(np.int32)
    number[0] = 0
    field_sales = number * rng.integers(10**8, 10**9, (FIRMS, FIELDS))
    return {
        "ids": rng.integers(1, 2**62, FIRMS), "industry": rng.integers(1, INDUSTRIES + 1, FIRMS).astype(np.int8),
        "ended": (rng.random(FIRMS) < 0.1).astype(np.int32), "number": number, "field_sales": field_sales,
        "rate": rng.random(FIRMS) * 2.0 * (rng.random(FIRMS) < 0.8),
    }  # fmt: skip


def _arrivals(rate, u):
    """Return the Poisson count of a uniform, from the sum of probabilities."""
    count, total = 0, math.exp(-rate)
    while u > total:
        count += 1
        total += math.exp(-rate) * rate**count / math.factorial(count)
    return count


def _step(firm, k, field):
    five = sorted(chance.uniform(KEY, firm, 8 * k + 2 + i) for i in range(5))
    return WIDTH * (2 * five[2] - 1) + SHIFT[field]


def _field(weights, u):
    running = np.cumsum(weights) / np.sum(weights)
    return int(np.argmax(u < running))


def _twin(world, stealing):
    """Return lines (firm, field) and sales after the quarter, what happened by firm, and the captures."""
    count, sales = world["number"].astype(int).copy(), world["field_sales"].astype(object).copy()
    opening, total = count.copy(), [int(sum(row)) for row in sales]
    happened = np.zeros((FIRMS, 4), int)
    captures = []
    for i in range(FIRMS):
        if world["ended"][i] or world["rate"][i] <= 0 or count[i].sum() == 0:
            continue
        arrivals = _arrivals(world["rate"][i], chance.uniform(COUNT_KEY, world["ids"][i], 0))
        for k in range(arrivals):
            firm = world["ids"][i]
            inside = chance.uniform(KEY, firm, 8 * k) < INTERNAL
            where = chance.uniform(KEY, firm, 8 * k + 1)
            field = _field([float(s) for s in sales[i]] if inside else PROXIMITY[world["industry"][i]], where)
            step = _step(firm, k, field)
            if step <= 0 or count[i].sum() == 0:
                continue
            better, event, rival = (1 + step) ** ETA, chance.birth(firm, KEY, k), i
            if not inside:
                seen = [j for j in range(FIRMS) if not world["ended"][j] and opening[j, field] > 0
                        and world["industry"][j] == world["industry"][i]]
                clocks = [-math.log(chance.uniform(KEY, event, world["ids"][j])) / opening[j, field] for j in seen]
                rival = seen[int(np.argmin(clocks))] if seen else None
            if rival == i and count[i, field]:
                sales[i, field] += int(sales[i, field] / count[i, field] * (better - 1))
                happened[i, lines.IMPROVED] += 1
            elif rival is None:
                sales[i, field] += int(total[i] / count[i].sum() * better)
                count[i, field] += 1
                happened[i, lines.OPENED] += 1
            elif count[rival, field]:
                worth = sales[rival, field] // count[rival, field]
                if stealing:
                    sales[rival, field] -= worth
                    count[rival, field] -= 1
                    happened[rival, lines.LOST] += 1
                sales[i, field] += int(worth * better)
                count[i, field] += 1
                happened[i, lines.CAPTURED] += 1
                captures.append((i, rival, event))
    return count, sales, happened, captures


@pytest.mark.twin("firm_search")
@pytest.mark.parametrize("stealing", [True, False])
def test_the_twin_moves_the_same_lines(stealing):
    world = _world()
    count, sales, happened, captures = _twin(world, stealing)
    number, field_sales = world["number"].copy(), world["field_sales"].copy()
    total = number.sum(axis=1).astype(np.int32)
    order, start, weight = lines.rivals(world["ended"], world["industry"], INDUSTRIES, number)
    found, gain, listed = np.zeros((FIRMS, 4), np.int64), np.zeros(FIRMS, np.int64), np.empty((999, 4), np.int64)
    rate = np.where(world["ended"] == 0, world["rate"], 0.0)
    used = lines.discover(world["ids"], world["industry"], field_sales.sum(axis=1), rate, PROXIMITY, SHIFT, INTERNAL,
                          WIDTH, ETA, stealing, COUNT_KEY, KEY, (order, start, weight, world["ids"][order]),
                          field_sales, number, total, found, gain, listed)
    assert len(captures) > 10
    assert [tuple(row[:3]) for row in listed[:used].tolist()] == captures
    assert np.array_equal(number, count)
    assert np.array_equal(found, happened)
    assert np.array_equal(total, count.sum(axis=1))
    assert field_sales.astype(float) == pytest.approx(sales.astype(float), rel=1e-9)
