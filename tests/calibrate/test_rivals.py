"""Persistence and trend, worked out by hand."""

from __future__ import annotations

import pytest

from meguri.calibrate.rivals import QUANTILE, persistence, trend


def test_persistence_is_the_last_value_with_the_steps_seen_as_its_spread():
    found = persistence({2016: 10.0, 2017: 13.0, 2019: 13.0 - 4.0 * 2**0.5}, 2021)
    half = QUANTILE * (((9.0 + 16.0) / 2) * 2) ** 0.5  # steps 3 and -4 a root of a year, two years ahead
    assert found.value == pytest.approx(13.0 - 4.0 * 2**0.5)
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    alone = persistence({2019: 5.0}, 2022)
    assert (alone.value, alone.low, alone.high) == (5.0, None, None)
    assert persistence({}, 2022) is None


def test_trend_is_the_line_of_least_squares_with_its_prediction_interval():
    found = trend({2017: 1.0, 2018: 2.0, 2019: 2.0}, 2021)
    # mean 5/3 at 2018, slope 1/2; left -1/6, 1/3, -1/6: sum of squares 1/6, one degree of freedom
    assert found.value == pytest.approx(5 / 3 + 1.5)
    half = QUANTILE * ((1 / 6) * (1 + 1 / 3 + 9 / 2)) ** 0.5
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    through = trend({2017: 2093.0, 2018: 2278.0}, 2022)
    assert (through.value, through.low) == (pytest.approx(2278.0 + 4 * 185.0), None)
    assert trend({2019: 7.0}, 2022).value == 7.0
    assert trend({}, 2022) is None
