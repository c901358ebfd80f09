"""What is observed beside a run, on a run folder whose numbers are set by hand."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.calibrate.judgement import judged, summary
from meguri.calibrate.validation import goals, rows, validation
from meguri.ledger.schema import observations

MEMBERS = {"member": pl.Int32, "indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64}


def folder_with(tmp_path, values: dict[tuple[str, str, str], tuple[list[float], str]]):
    """A run folder with the members' values of a few numbers, and their medians."""
    (tmp_path / "run.toml").write_text('country = "JP"\n', encoding="utf-8")
    found, members = [], []
    for (indicator, place, period), (numbers, unit) in values.items():
        middle = sorted(numbers)[len(numbers) // 2]
        found.append({"indicator": indicator, "place": place, "period": period, "value": middle, "low": min(numbers),
                      "high": max(numbers), "unit": unit, "status": "simulated"})  # fmt: skip
        members += [(n, indicator, place, period, number) for n, number in enumerate(numbers)]
    observations(found).write_parquet(tmp_path / "observations.parquet")
    pl.DataFrame(members, schema=MEMBERS, orient="row").write_parquet(tmp_path / "members.parquet")
    return tmp_path


@pytest.mark.parametrize(("median", "inside"), [(0.0006, True), (0.00055, True), (0.00065, True), (0.00066, False)])
def test_inside_means_the_median_lies_within_the_tolerance_bounds_included(tmp_path, median, inside):
    key = ("vc_investment_to_gdp", "JP", "2022")
    run = folder_with(tmp_path, {key: ([0.0001, median, 0.01], "share")})
    (row,) = [row for row in validation(run) if (row.indicator, row.period) == (key[0], "2022")]
    assert (row.code, row.observed, row.median, row.p05, row.p95) == ("I01", 0.0006, median, 0.0001, 0.01)
    assert row.inside is inside
    assert row.source == "document:vc.gdp.jpn.2022col"
    assert "OECD" in row.source_en


def test_money_is_compared_in_the_unit_of_the_target(tmp_path):
    run = folder_with(tmp_path, {("vc_investments_amount", "JP", "FY2023"): ([171e9], "JPY")})
    (row,) = [row for row in validation(run) if row.indicator == "vc_investments_amount"]
    assert row.unit == "JPY_bn"
    assert row.median == pytest.approx(171.0)
    assert row.inside


def test_what_the_run_lacks_is_neither_inside_nor_outside(tmp_path):
    found = {(row["indicator"], row["period"]): row for row in rows(folder_with(tmp_path, {}))}
    absent = found["vc_investment_to_gdp", "2016"]
    assert (absent["modelled"], absent["inside"], absent["median"]) == (True, None, None)
    assert found["top_vc_investments", "2018/2022"]["modelled"] is False


def test_only_the_country_of_the_run_and_its_places(tmp_path):
    places = {row.place for row in validation(folder_with(tmp_path, {}))}
    assert {"JP", "JP-13", "JP:other"} <= places
    assert all(place.startswith("JP") for place in places)


def test_the_probability_of_a_goal_is_the_share_of_members_that_reach_it(tmp_path):
    run = folder_with(tmp_path, {("joint_research_growth", "JP", "FY2025"): ([0.5, 0.69, 0.7, 0.9], "share")})
    (goal,) = goals(run)
    assert (goal.goal, goal.probability, goal.members) == (0.7, 0.5, 4)
    assert goal.source == "document:collab.joint.growth.target"


def test_covered_means_the_observed_value_lies_in_the_band(tmp_path):
    key = ("vc_investment_to_gdp", "JP", "2022")
    for numbers, covered in (([0.0005, 0.00055, 0.0006], True), ([0.0004, 0.00055, 0.00059], False)):
        run = folder_with(tmp_path, {key: (numbers, "share")})
        (row,) = [row for row in validation(run) if (row.indicator, row.period) == (key[0], "2022")]
        assert (row.inside, row.covered) == (True, covered)


def test_remembered_values_and_openings_are_shown_and_not_counted(tmp_path):
    beside = validation(folder_with(tmp_path, {}))
    found = {(row.indicator, row.period): row for row in beside}
    assert "remembered" in found["patent_family_share", "2017/2019"].not_counted_en
    assert "opening value" in found["standards_staff_50plus_share", "2024"].not_counted_en
    assert sum(row.counted and row.use == "cal" for row in beside) == 25


def test_the_rows_together(tmp_path):
    run = folder_with(tmp_path, {
        ("vc_investment_to_gdp", "JP", "2016"): ([0.0002, 0.0003, 0.0004], "share"),
        ("vc_investment_to_gdp", "JP", "2022"): ([0.0004, 0.0005, 0.0007], "share"),
        ("rd_business", "JP", "FY2021"): ([15e12, 15e12, 15e12], "JPY"),
        ("funding_share", "JP-14", "2023"): ([0.02, 0.02, 0.02], "share"),
    })  # fmt: skip
    with (run / "run.toml").open("a", encoding="utf-8") as file:
        file.write('first = "2016Q1"\n')
    found = summary(run, judged(run))
    assert found["cal"] == {"counted": 25, "in_run": 3, "inside": 1, "shown": 4}
    assert found["val"]["in_run"] == found["val"]["inside"] == 1
    assert found["coverage"] == {"covered": 2, "rows": 4}
    assert found["half_width"] == pytest.approx((0.0 + 3.0) / 2 / 2 + 0.25)
    assert found["free_parameters"] == 0
