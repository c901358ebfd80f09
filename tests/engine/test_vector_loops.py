"""Loops over arrays are compiled to vector instructions; what they return is, bit for bit, the scalar rule."""

import math

import numpy as np
import pytest

from meguri.engine import mathematics
from meguri.engine.kernels import kernel

_ENDS = [0.0, -0.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, 1e-310, 2.0**-1022, 1.0, 1.7976931348623157e308]


@kernel
def _logs(values, out):
    for i in range(len(values)):
        out[i] = mathematics.log(values[i])


@kernel
def _exps(values, out):
    for i in range(len(values)):
        out[i] = mathematics.exp(values[i])


def _log_by_frexp(x: float) -> float:
    if not x > 0.0:
        return -math.inf if x == 0.0 else math.nan
    if x == math.inf:
        return x
    mantissa, exponent = math.frexp(x)
    if mantissa < mathematics._SQRT_HALF:
        mantissa, exponent = 2.0 * mantissa, exponent - 1
    s = (mantissa - 1.0) / (mantissa + 1.0)
    total = 0.0
    for n in range(23, 0, -2):
        total = total * (s * s) + 1.0 / n
    return exponent * mathematics._LN2_HIGH + (2.0 * s * total + exponent * mathematics._LN2_LOW)


def _exp_by_ldexp(x: float) -> float:
    if math.isnan(x) or x > 709.0:
        return math.nan if math.isnan(x) else math.inf
    if x < -708.0:
        return 0.0
    k = math.floor(x * mathematics._INVERSE_LN2 + 0.5)
    r = (x - k * mathematics._LN2_HIGH) - k * mathematics._LN2_LOW
    total = 1.0
    for n in range(13, 0, -1):
        total = 1.0 + total * r / n
    return math.ldexp(total, k)


@pytest.mark.parametrize(("loop", "rule"), [(_logs, _log_by_frexp), (_exps, _exp_by_ldexp)])
def test_vector_loops_return_the_bits_of_the_rule(loop, rule):
    chance = np.random.default_rng(3)
    values = np.concatenate([
        chance.random(10_000), chance.uniform(-720.0, 720.0, 10_000), 10.0 ** chance.uniform(-323.0, 308.0, 10_000),
        [*_ENDS, 709.0, 709.0000001, -708.0, -708.0000001],
    ])  # fmt: skip
    found = np.empty_like(values)
    loop(values, found)
    assert np.array_equal(found, [rule(x) for x in values.tolist()], equal_nan=True)


@pytest.mark.parametrize("exponent", [0.0, 0.5, -1.3, 7.0])
def test_many_powers_are_the_powers(exponent):
    bases = np.concatenate([np.random.default_rng(4).random(2_000) * 50.0, [0.0, -1.0, 1.0, np.inf, 5e-324]])
    found = np.empty_like(bases)
    mathematics.powers(bases, exponent, found)
    assert np.array_equal(found, [mathematics.power(base, exponent) for base in bases.tolist()], equal_nan=True)
