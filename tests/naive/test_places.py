"""Slow, obvious twins of the kernels of places: meetings, suitors, head offices."""

import math

import numpy as np
import pytest

from meguri.engine.chance import uniform
from meguri.engine.choice import sort_into_cells, thin_cells
from meguri.mechanisms import _partners, entry

KEYS = np.array([3, 5, 7], np.uint64)
REGIONS, FIELDS = 5, 3


def _clock(key, chooser, candidate, weight):
    return -math.log(uniform(key, chooser, candidate)) / weight if weight > 0 else math.inf


@pytest.fixture(scope="module")
def country():
    draw = np.random.default_rng(4)
    cells = draw.integers(-1, REGIONS * FIELDS, 400)
    cells[cells % FIELDS == 2] = -1  # nobody in the last field
    closeness = np.zeros((REGIONS + 1, REGIONS + 1))
    closeness[1:, 1:] = draw.uniform(0.1, 1.0, (REGIONS, REGIONS))
    return {
        "cells": cells, "closeness": closeness, "around": draw.uniform(1.0, 2.0, (REGIONS, FIELDS)),
        "weight": draw.uniform(0.2, 4.0, 400), "id": draw.permutation(10_000)[:400].astype(np.int64),
        "firm": draw.permutation(10_000)[:300].astype(np.int64), "region": draw.integers(1, REGIONS + 1, 300),
        "field": draw.integers(0, FIELDS, 300), "sales": draw.integers(1, 1000, 300),
    }  # fmt: skip


def _kernel(c, most):
    order, start = sort_into_cells(c["cells"], REGIONS * FIELDS)
    whole = start
    order, start = thin_cells(order, start, c["id"], np.uint64(1), most)
    met = np.empty(300, np.int64)
    _partners.meet(np.arange(300), c["field"], c["firm"], c["region"].astype(np.uint8), c["closeness"], c["around"],
                   0.9, whole, start, c["weight"][order], c["id"][order], order, FIELDS, KEYS, met)  # fmt: skip
    return met, set(order.tolist())


def _twin(c, kept):
    met = []
    for i, f, r0 in zip(c["firm"].tolist(), c["field"].tolist(), c["region"].tolist(), strict=True):
        there = {r: [s for s in range(400) if c["cells"][s] == r * FIELDS + f] for r in range(REGIONS)}
        pull = {r: len(rows) * c["closeness"][r0, r + 1] * c["around"][r, f] for r, rows in there.items()}
        total = sum(len(rows) for rows in there.values())
        if not total or uniform(KEYS[0], i, 0) >= 1 - math.exp(-0.9 * sum(pull.values()) / total):
            met.append(-1)
            continue
        place = min(there, key=lambda r: _clock(KEYS[1], i, r + 1, pull[r]))
        rows = [s for s in there[place] if s in kept]
        met.append(min(rows, key=lambda s: _clock(KEYS[2], i, int(c["id"][s]), c["weight"][s])))
    return met


@pytest.mark.twin("alliances")
@pytest.mark.parametrize("most", [1000, 6])
def test_the_twin_meets_the_same_start_ups(country, most):
    met, kept = _kernel(country, most)
    assert (met >= 0).sum() > 60
    assert met.tolist() == _twin(country, kept)


@pytest.mark.twin("alliances")
def test_the_twin_says_yes_to_the_same_firms(country):
    met, _ = _kernel(country, 6)
    best, times = np.empty(400, np.int64), np.empty(400)
    _partners.say_yes(met, np.arange(300), country["firm"], country["sales"], country["id"], KEYS[0], best, times)
    for s in range(400):
        suitors = [k for k in range(300) if met[k] == s]
        clocks = {
            k: _clock(KEYS[0], int(country["id"][s]), int(country["firm"][k]), float(country["sales"][k]))
            for k in suitors
        }
        assert best[s] == (min(clocks, key=clocks.get) if clocks else -1)


@pytest.mark.twin("entry")
def test_the_twin_puts_head_offices_in_the_same_places(country):
    weights, managers = country["around"][:, 0], country["around"][:, 1]
    distance = np.log1p(np.abs(np.subtract.outer(np.arange(6), np.arange(6)))).astype(float)
    found = np.zeros(REGIONS)
    entry.head_offices(weights, managers, distance, 2.0, 0.6, found)
    expected = np.zeros(REGIONS)
    for home in range(REGIONS):
        pull = [managers[j] / (1 + abs(home - j)) ** 2 for j in range(REGIONS)]
        for j in range(REGIONS):
            expected[j] += weights[home] * (0.4 * (j == home) + 0.6 * pull[j] / sum(pull))
    assert found == pytest.approx(expected, rel=1e-9)
    assert found.sum() == pytest.approx(weights.sum())
    at_home = np.zeros(REGIONS)
    entry.head_offices(weights, managers, distance, 2.0, 0.0, at_home)
    assert np.array_equal(at_home, weights)
    nobody = np.zeros(REGIONS)
    entry.head_offices(weights, np.zeros(REGIONS), distance, 2.0, 0.6, nobody)
    assert nobody == pytest.approx(weights)
