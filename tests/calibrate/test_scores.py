"""Interval scores by hand, and what stands for "as before"."""

from __future__ import annotations

import numpy as np
import pytest

from meguri.calibrate.earlier import earlier_of
from meguri.calibrate.scores import Earlier, Interval, as_before, better_share, interval_score, predicted
from meguri.calibrate.targets import Target


def target(
    value: float, period: str = "2022", tolerance: float = 0.0, indicator: str = "rd_total", unit: str = "JPY"
) -> Target:
    return Target(indicator, "JP", period, value, tolerance, unit)


@pytest.mark.parametrize(
    ("low", "high", "observed", "score"),
    [
        (1.0, 3.0, 2.0, 2.0),  # inside: the width
        (1.0, 3.0, 3.0, 2.0),  # on the bound
        (1.0, 3.0, 3.5, 12.0),  # 2 + 2/0.1 * 0.5
        (1.0, 3.0, 0.0, 22.0),  # 2 + 2/0.1 * 1
        (5.0, 5.0, 5.1, 2.0),  # a point: 20 times the error
    ],
)
def test_the_interval_score_is_the_width_and_twenty_times_what_it_misses(low, high, observed, score):
    assert interval_score(low, high, observed) == pytest.approx(score)
    assert interval_score(low, high, observed, alpha=0.5) == pytest.approx(high - low + (score - (high - low)) / 5.0)


def test_the_true_quantiles_have_the_best_expected_score():
    values = np.random.default_rng(1).standard_normal(20_000)
    means = [np.mean([interval_score(-h, h, x) for x in values]) for h in (1.2, 1.645, 2.2)]
    assert means[1] == min(means)


def test_an_interval_of_runs_holds_the_tolerance():
    exact = predicted(np.array([1.0, np.nan, 3.0]), target(2.0))
    assert (exact.low, exact.median, exact.high) == pytest.approx((1.0, 2.0, 3.0))
    wide = predicted(np.full(5, 2.0), target(2.0, tolerance=1.0))
    assert (wide.low, wide.high) == pytest.approx((2.0 - 1.645, 2.0 + 1.645), abs=0.05)
    assert predicted(np.array([1.0, np.nan]), target(2.0)) is None


def test_persistence_is_the_earlier_value_with_the_tolerance():
    before = as_before(Earlier("2015", 10.0), target(13.0, tolerance=1.0))
    assert before.median == pytest.approx(10.0)
    assert before.high == pytest.approx(11.645, abs=0.02)
    assert before.score == pytest.approx(2 * 1.645 + 20 * (3 - 1.645), abs=0.5)
    assert as_before(None, target(1.0)) is None


def test_ratios_of_scores_are_averaged_without_units():
    ours = [Interval(0, 1, 2, 2.0), Interval(0, 1, 2, 800.0), None]
    theirs = [Interval(0, 1, 2, 4.0), Interval(0, 1, 2, 100.0), Interval(0, 1, 2, 1.0)]
    assert better_share(ours, theirs) == (pytest.approx((0.5 * 8.0) ** 0.5), 2)
    assert better_share([None], theirs[:1]) == (None, 0)


def test_the_last_value_before_the_opening_counts_else_the_first_one_observed():
    series = [target(value, period) for value, period in ((1.0, "2013"), (2.0, "2015"), (3.0, "2018"), (4.0, "2022"))]
    found = earlier_of(series, "2016Q1", observatory=False)
    assert found[3] == Earlier("2015", 2.0)
    assert found[1] == Earlier("2013", 1.0)
    assert found[0] is None
    late = earlier_of(series[2:], "2016Q1", observatory=False)
    assert late == [None, Earlier("2018", 3.0)]


def test_values_of_another_kind_of_period_or_place_are_no_earlier_ones():
    plan = target(60.0, "FY2021/FY2023", indicator="rd_total")
    assert earlier_of([target(20.0, "FY2019"), plan], "2016Q1", observatory=False) == [None, None]


def test_the_observatory_says_what_was_before_in_the_unit_of_the_indicator():
    (before,) = earlier_of([target(0.0006, "2022", indicator="vc_investment_to_gdp", unit="share")], "2016Q1")
    assert before == Earlier("2016", 0.0003)
    (before,) = earlier_of([target(128.3, "FY2023", indicator="joint_research_amount", unit="JPY_bn")], "2016Q1")
    assert before.period == "FY2018"
    assert before.value == pytest.approx(88.4)
