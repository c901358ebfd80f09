"""Priors: inside their range, rising, with the best guess in the middle of the odds that the formula gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from meguri.engine.parameters import Parameter
from meguri.model.prior import free_parameters, prior_of, quantile, values_at

from ..conftest import small_request

SPEC = Parameter("x.number", "数", "number", "share", value=0.3, low=0.1, high=0.4)
U = np.linspace(0.001, 0.999, 201)


@pytest.mark.parametrize("kind", ["uniform", "loguniform", "triangular", "logtriangular"])
def test_every_kind_is_what_scipy_says(kind):
    spec = replace(SPEC, prior=kind)
    low, high, mode = np.log((0.1, 0.4, 0.3)) if kind.startswith("log") else (0.1, 0.4, 0.3)
    if kind.endswith("uniform"):
        expected = stats.uniform(low, high - low).ppf(U)
    else:
        expected = stats.triang((mode - low) / (high - low), low, high - low).ppf(U)
    expected = np.exp(expected) if kind.startswith("log") else expected
    assert quantile(spec, U) == pytest.approx(expected, rel=1e-12)


def test_all_free_parameters_stay_in_range_and_rise():
    free = free_parameters(small_request().base)
    assert len(free) > 100
    for spec in free:
        values = quantile(spec, U)
        assert values.min() >= spec.low, spec.id
        assert values.max() <= spec.high, spec.id
        assert (np.diff(values) >= 0.0).all(), spec.id
        assert values[-1] > values[0], spec.id


def test_what_calibration_learnt_is_not_in_the_prior():
    fitted = replace(SPEC, evidence="calibrated", was=0.15, prior="triangular")
    assert quantile(fitted, U) == pytest.approx(quantile(replace(SPEC, value=0.15, prior="triangular"), U))


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "initial"},
        {"role": "exogenous"},
        {"shape": "field"},
        {"evidence": "published"},
        {"evidence": "document"},
        {"prior": "fixed"},
        {"low": None},
        {"path": "gdp"},
        {"low": 0.3, "high": 0.3},
    ],
)
def test_what_is_known_or_no_scalar_is_fixed(changes):
    assert prior_of(replace(SPEC, **changes)) == "fixed"
    with pytest.raises(ValueError, match="no prior"):
        quantile(replace(SPEC, **changes), U)


def test_wide_ranges_are_drawn_on_a_logarithmic_axis():
    assert prior_of(SPEC) == "triangular"
    assert prior_of(replace(SPEC, high=0.6)) == "logtriangular"
    assert prior_of(replace(SPEC, low=0.0, high=0.6)) == "triangular"


def test_a_number_set_by_hand_is_not_free():
    from meguri.engine.parameters import Setting

    free = free_parameters(small_request().base)
    held = small_request(settings=(Setting(free[0].id, free[0].value, "user (test)"),))
    assert {spec.id for spec in free} - {spec.id for spec in free_parameters(held.base)} == {free[0].id}


def test_points_of_the_unit_cube_become_one_column_a_parameter():
    values = values_at([SPEC, replace(SPEC, prior="uniform")], np.array([[0.0, 0.5], [1.0, 1.0]]))
    assert values == pytest.approx(np.array([[0.1, 0.25], [0.4, 0.4]]))
