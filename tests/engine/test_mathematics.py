"""exp, log, pow and the normal quantile against libraries and known values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from meguri.engine import mathematics


@given(st.floats(-700, 700))
def test_exp_agrees_with_the_library(x):
    assert mathematics.exp(x) == pytest.approx(math.exp(x), rel=4e-16)


@given(st.floats(1e-300, 1e300))
def test_log_agrees_with_the_library(x):
    assert mathematics.log(x) == pytest.approx(math.log(x), rel=4e-16, abs=2e-16)


@given(st.floats(1e-6, 1e6), st.floats(-20, 20))
def test_power_agrees_with_the_library(base, exponent):
    assert mathematics.power(base, exponent) == pytest.approx(base**exponent, rel=1e-13)


def test_edges():
    assert mathematics.exp(1000.0) == math.inf
    assert mathematics.exp(-1000.0) == 0.0
    assert mathematics.log(0.0) == -math.inf
    assert math.isnan(mathematics.log(-1.0))
    assert mathematics.power(0.0, 0.0) == 1.0
    assert mathematics.power(0.0, 2.0) == 0.0
    assert mathematics.logistic(0.0) == 0.5


def test_normal_quantile_agrees_with_scipy():
    u = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 2001), [1e-300, 1e-30, 1 - 1e-16]])
    ours = np.array([mathematics.normal_quantile(value) for value in u])
    assert ours == pytest.approx(ndtri(u), rel=1e-13, abs=1e-15)


def test_normal_quantile_is_monotone():
    u = np.linspace(0.0001, 0.9999, 5001)
    assert np.all(np.diff([mathematics.normal_quantile(value) for value in u]) > 0)
