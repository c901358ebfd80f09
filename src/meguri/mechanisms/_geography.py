"""Distances between the prefectures, and a race that is as exact as the engine's and needs few logarithms."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import log

_EARTH_RADIUS = 6371.0
_ROUNDING = 1.0 + 1e-9


@cache
def distances() -> np.ndarray:
    """Return ln(1 + d) between regions, d in 100 km between capitals (great circle), by code from 1.

    Kilometres are rounded before the logarithm, so that no processor's sine changes a bit.
    """
    places = [
        (math.radians(float(word["latitude"])), math.radians(float(word["longitude"])))
        for word in vocabulary.table("regions")
    ]
    found = np.zeros((len(places) + 1, len(places) + 1))
    for i, (north, east) in enumerate(places, start=1):
        for j, (other_north, other_east) in enumerate(places, start=1):
            half = (
                math.sin((north - other_north) / 2) ** 2
                + math.cos(north) * math.cos(other_north) * math.sin((east - other_east) / 2) ** 2
            )
            kilometres = round(2 * _EARTH_RADIUS * math.asin(math.sqrt(half)))
            found[i, j] = log(1.0 + kilometres / 100.0)
    return found


@cache
def field_proximity() -> np.ndarray:
    """Return how near each industry (row, code) is to each field (column, code): its weight, from code 1."""
    industries, fields = vocabulary.table("industries"), vocabulary.table("fields")
    found = np.zeros((len(industries) + 1, len(fields) + 1))
    for word in vocabulary.table("field_industry_weights"):
        found[industries.code(word["industry"]), fields.code(word["field"])] = float(word["weight"])
    return found


@kernel
def waiting_time(key, chooser, candidate, weight, best):
    """Return the clock of a pair, or infinity where it cannot beat ``best``.

    -ln(u) >= 1 - u, so most logarithms need not be taken, and most divisions neither; the winner is that of
    ``engine.choice.race``.
    """
    u = uniform(key, chooser, candidate)
    if 1.0 - u > best * weight * _ROUNDING:
        return np.inf
    if (1.0 - u) / weight >= best:
        return np.inf
    return -log(u) / weight
