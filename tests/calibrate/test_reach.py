"""What simple rules win in a hindcast: by hand on three series, and as the docs have recorded it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from meguri.calibrate import reach
from meguri.calibrate.known import Series, series_of
from meguri.packs import load_pack

RECORDED = Path(__file__).parents[2] / "docs" / "results" / "hindcast_reach.csv"


def _case(name: str, known: dict[int, float], seen: dict[int, float]) -> reach.Case:
    return reach.Case(Series(name, (name,), "growth", "survey"), known, seen)


def test_halfway_wins_where_the_truth_lies_halfway_and_nowhere_else():
    halfway = _case("rd_business", {2018: 10.0, 2019: 12.0}, {2020: 13.0})
    further = _case("rd_business", {2018: 10.0, 2019: 12.0}, {2020: 14.0})
    assert reach.mixture(halfway, 0.5) == pytest.approx({2020: 13.0})
    assert halfway.won(reach.mixture(halfway, 0.5))
    assert not further.won(reach.mixture(further, 0.5))


def test_a_line_without_damping_goes_on_and_a_damped_one_slows():
    case = _case("rd_business", {2017: 8.0, 2018: 10.0, 2019: 12.0}, {2020: 0.0, 2021: 0.0})
    assert reach.damped(case, 3, 1.0) == pytest.approx({2020: 14.0, 2021: 16.0})
    assert reach.damped(case, 3, 0.5) == pytest.approx({2020: 13.0, 2021: 13.5})


def test_research_follows_the_sales_that_both_ratios_imply():
    inside = _case("rd_business", {2019: 10.0}, {2020: 11.0})
    ratio = _case("rd_to_sales", {2019: 0.05}, {2020: 0.05})
    sales = reach.sales_of([inside, ratio])
    assert sales[""] == pytest.approx({2019: 200.0, 2020: 220.0})
    assert reach.sales_known(inside, 1.0, sales) == pytest.approx({2020: 11.0})
    assert reach.sales_known(ratio, 0.5, sales) == pytest.approx({2020: 0.05 * 1.1**-0.5})


def test_the_recorded_table_is_what_the_rules_give():
    content = load_pack("JP").hindcast()
    those = reach.cases(tuple(series_of(content)), "JP", int(content["known_by"]), int(content["horizon"]))
    if len(those) < len(content["series"]) // 2:
        pytest.skip("the observed series of the hindcast are not here")
    with RECORDED.open(encoding="utf-8", newline="") as stream:
        recorded = [(row["rule"], row["number"], int(row["won"]), int(row["of"])) for row in csv.DictReader(stream)]
    assert list(reach.table(those)) == recorded
