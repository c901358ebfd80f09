"""Draws: published vectors of the mixer, a statistical battery, and keys that depend on nothing else."""

import itertools

import numpy as np
import pytest
from scipy import stats

from meguri.engine import chance
from meguri.engine.kernels import kernel

N = 200_000


@kernel
def _grid(key, actors, indexes):
    values = np.empty(actors * indexes)
    for actor in range(actors):
        for index in range(indexes):
            values[actor * indexes + index] = chance.uniform(key, actor, index)
    return values


@kernel
def _poissons(mean, u):
    counts = np.empty(len(u), np.int64)
    for i in range(len(u)):
        counts[i] = chance.poisson(mean, u[i])
    return counts


@kernel
def _gammas(key, n, mean):
    values = np.empty(n)
    for i in range(n):
        values[i] = chance.gamma_two(key, i, 0, mean)
    return values


def test_mixer_gives_the_published_splitmix64_sequence():
    """First outputs of SplitMix64 for seed 1234567 (reference implementation by Vigna)."""
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    golden = 0x9E3779B97F4A7C15
    assert [int(chance.mix(np.uint64((1234567 + n * golden) % 2**64))) for n in range(5)] == expected


def test_uniform_lies_inside_the_open_interval():
    values = _grid(np.uint64(1), N // 2, 2)
    assert values.min() > 0.0
    assert values.max() < 1.0


@pytest.mark.parametrize("shape", [(N, 1), (1, N), (N // 100, 100)])
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_uniform_is_uniform_and_serially_independent(shape, seed):
    values = _grid(chance.key(seed, "battery", 8064), *shape)
    assert stats.kstest(values, "uniform").pvalue > 1e-4
    cells = np.histogram2d(values[:-1], values[1:], bins=16)[0].ravel()
    assert stats.chisquare(cells).pvalue > 1e-4
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 4.5 / np.sqrt(len(values))


def test_neighbouring_keys_and_actors_are_independent():
    first = _grid(chance.key(1, "battery", 8064), N, 1)
    for other in (chance.key(2, "battery", 8064), chance.key(1, "battery", 8065), chance.key(1, "batterz", 8064)):
        assert abs(np.corrcoef(first, _grid(other, N, 1))[0, 1]) < 4.5 / np.sqrt(N)


def test_one_flipped_input_bit_flips_half_of_the_output_bits():
    flips = []
    for bit in range(64):
        for actor in range(64):
            changed = int(chance.bits(np.uint64(7), np.uint64(actor ^ (1 << bit)), 0))
            flips.append(bin(int(chance.bits(np.uint64(7), np.uint64(actor), 0)) ^ changed).count("1"))
    assert np.mean(flips) == pytest.approx(32, abs=0.3)
    assert min(flips) >= 8


def test_poisson_has_the_right_distribution_and_never_falls_with_its_mean():
    u = _grid(np.uint64(5), 20_000, 1)
    for mean in (0.03, 0.7, 4.0, 40.0, 300.0):
        counts = _poissons(mean, u)
        assert counts.mean() == pytest.approx(mean, rel=0.05)
        assert counts.var() == pytest.approx(mean, rel=0.08)
    steps = [_poissons(mean, u) for mean in (1.0, 1.5, 3.0, 30.0, 150.0, 201.0, 400.0)]
    for lower, higher in itertools.pairwise(steps):
        assert np.all(higher >= lower)


def test_gamma_of_shape_two():
    values = _gammas(np.uint64(11), 50_000, 4.0)
    assert stats.kstest(values, stats.gamma(2, scale=2.0).cdf).pvalue > 1e-4


def test_births_are_positive_distinct_and_keyed_by_the_parent():
    parents = np.arange(1, 50_001)
    ids = chance.births(parents, np.uint64(3), np.zeros(50_000, np.int64))
    assert ids.min() > 0
    assert len(np.unique(ids)) == 50_000
    swapped = chance.births(parents[::-1].copy(), np.uint64(3), np.zeros(50_000, np.int64))
    assert np.array_equal(swapped[::-1], ids)
