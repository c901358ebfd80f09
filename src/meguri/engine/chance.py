"""Chance is a function: a draw depends on (seed, decision, quarter, actor, index) and on nothing else.

The mixer is the output function of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA, "Fast splittable
pseudorandom number generators"; published test vectors are in the tests). A key holds seed, decision and
quarter; actor and index enter by two more rounds.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache

import numpy as np

from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, normal_quantile

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_UNIT = 2.0**-52
_POSITIVE = np.uint64(0x7FFFFFFFFFFFFFFF)


@kernel
def mix(value):
    """Return the SplitMix64 output for one 64-bit state (the golden increment is added first)."""
    z = np.uint64(value) + _GOLDEN
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@kernel
def bits(key, actor, index):
    """Return 64 bits for (key, actor, index)."""
    return mix(mix(np.uint64(key) ^ mix(np.uint64(actor))) ^ np.uint64(index))


@kernel
def uniform(key, actor, index):
    """Return a uniform number in the open interval (0, 1)."""
    return (np.float64(bits(key, actor, index) >> _S12) + 0.5) * _UNIT


@kernel
def normal(key, actor, index):
    """Return a standard normal number by inversion: monotone in one uniform."""
    return normal_quantile(uniform(key, actor, index))


@kernel
def clock(key, chooser, candidate, weight):
    """Return the exponential waiting time of a pair; the smallest of a race wins with odds of the weights."""
    return -log(uniform(key, chooser, candidate)) / weight


@kernel
def poisson(mean, u):
    """Return the Poisson count of one uniform by inversion: it never falls when the mean rises.

    Above a mean of 200 the normal approximation with continuity correction is used, which is monotone too.
    """
    if mean <= 0.0:
        return 0
    if mean > 200.0:
        return max(0, math.floor(mean + math.sqrt(mean) * normal_quantile(u) + 0.5))
    probability = exp(-mean)
    total = probability
    count = 0
    while u > total and count < 1000:
        count += 1
        probability *= mean / count
        total += probability
    return count


@kernel
def gamma_two(key, actor, index, mean):
    """Return a gamma number with shape 2 and the given mean: the sum of two exponentials."""
    first = -log(uniform(key, actor, 2 * index))
    second = -log(uniform(key, actor, 2 * index + 1))
    return 0.5 * mean * (first + second)


@kernel
def birth(parent, key, ordinal):
    """Return the id of the ``ordinal``-th birth of a parent under a key: positive, never 0."""
    value = np.int64(bits(key, parent, ordinal) & _POSITIVE)
    return value if value != 0 else np.int64(1)


@kernel
def births(parents, key, ordinals):
    """Return the ids of many births (int64 arrays of equal length)."""
    ids = np.empty(len(parents), np.int64)
    for i in range(len(parents)):
        ids[i] = birth(parents[i], key, ordinals[i])
    return ids


def decision(name: str) -> int:
    """Return the 64-bit number of a decision's name; a new decision renames no other."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


@lru_cache(4096)
def _decision_under_seed(seed: int, name: str) -> np.uint64:
    value = int(mix(np.uint64(seed & 0xFFFFFFFFFFFFFFFF)))
    return np.uint64(mix(np.uint64(value ^ decision(name))))


def key(seed: int, name: str, t: int) -> np.uint64:
    """Return the key of a decision in a quarter under a seed."""
    return np.uint64(mix(_decision_under_seed(seed, name) ^ np.uint64(t & 0xFFFFFFFF)))
