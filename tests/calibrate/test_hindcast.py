"""Rows and verdicts of a hindcast on a run folder whose members are set by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from meguri.calibrate import hindcast
from meguri.calibrate.known import Known, Series
from meguri.calibrate.targets import targets_of
from meguri.ledger.schema import observations

from ..conftest import small_request

MEMBERS = {"member": pl.Int32, "indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64}
GERD = Series("rd_to_gdp", ("countries:gerd_gdp",), "growth", "gerd", fiscal=True)
STARTUPS = Series("university_startups_recognised", ("university_startups_recognised",), "level", "startups")
FUNDING = Series("startup_funding_amount", ("startup_funding_amount",), "level", "venture")
VENTURE = Series("vc_domestic_amount", ("vc_domestic_amount",), "level", "venture", tolerance=0.1)
ABSENT = Series("rd_to_sales_by_industry.nowhere", ("business_survey:rd_to_sales.chemicals",), "growth", "survey")


def known_with(*series: Series) -> Known:
    return Known(small_request(), 2019, 3, (), series)


def folder_with(tmp_path, values: dict[tuple[str, str], list[float]]):
    (tmp_path / "run.toml").write_text('country = "JP"\n', encoding="utf-8")
    rows = [(n, name, "JP", period, value) for (name, period), those in values.items() for n, value in enumerate(those)]
    pl.DataFrame(rows, schema=MEMBERS, orient="row").write_parquet(tmp_path / "members.parquet")
    observations([]).write_parquet(tmp_path / "observations.parquet")
    return tmp_path


def test_growth_is_judged_member_by_member_from_the_last_known_year(tmp_path):
    run = folder_with(tmp_path, {
        ("rd_to_gdp", "FY2019"): [0.030, 0.040, 0.036], ("rd_to_gdp", "FY2020"): [0.033, 0.040, 0.0378],
        ("rd_to_gdp", "FY2021"): [0.033, 0.040, 0.0378], ("rd_to_gdp", "FY2022"): [0.033, 0.040, 0.0378],
    })  # fmt: skip
    found = hindcast.rows(run, known_with(GERD))
    assert [row.period for row in found] == ["FY2020", "FY2021", "FY2022"]
    first = found[0]
    assert (first.observed, first.persistence, first.base, first.known) == (3.265, 3.218, "FY2019", 8)
    assert first.median == pytest.approx(3.218 * 1.05)  # growths 10%, 0%, 5%
    assert (first.low, first.high) == pytest.approx((3.218 * 1.005, 3.218 * 1.095))
    assert first.better is False  # 3.379 is farther from 3.265 than 3.218 is
    assert found[2].better is True  # 3.379 against 3.405; persistence 3.218, trend 3.15
    assert found[2].unit == "percent_of_gdp"


def test_levels_are_compared_in_the_unit_of_the_statistic(tmp_path):
    run = folder_with(tmp_path, {
        ("university_startups_recognised", "2021"): [3300.0, 3400.0, 3500.0],
        ("university_startups_recognised", "2022"): [3700.0, 3800.0, 3900.0],
    })  # fmt: skip
    rows = hindcast.rows(run, known_with(STARTUPS))
    assert [(row.median, row.persistence, row.trend) for row in rows] == [
        (3400.0, 2278.0, pytest.approx(2833.0)), (3800.0, 2278.0, pytest.approx(3018.0)),
    ]  # fmt: skip
    assert all(row.better for row in rows)
    assert rows[0].score == pytest.approx((3490 - 3310) + 20 * 5)  # 3,305 lies 5 below the band
    assert rows[0].trend_score is None  # a line through two points does not say how sure it is
    together = hindcast.summary(rows, known_with(STARTUPS))
    assert (together["counted"], together["won"], together["share"]) == (1, 1, 1.0)
    assert together["coverage"] == {"rows": 2, "inside": 1}
    assert together["score_to_persistence"]["rows"] == 2


def test_what_the_run_does_not_give_is_lost_and_what_rivals_do_not_know_is_not_counted(tmp_path):
    run = folder_with(
        tmp_path, {("startup_funding_amount", "2021"): [800.0], ("startup_funding_amount", "2022"): [900.0]}
    )
    known = known_with(FUNDING, ABSENT)
    rows = hindcast.rows(run, known)
    funding = [row for row in rows if row.indicator == FUNDING.indicator]
    assert [row.median for row in funding] == [800.0, 900.0]
    assert all(row.persistence is None and row.better is None for row in funding)
    assert len([row for row in rows if row.median is None]) == 3
    together = hindcast.summary(rows, known)
    assert (together["counted"], together["given"], together["won"]) == (1, 0, 0)
    assert together["not_counted"] == [FUNDING.indicator]


def test_a_series_is_won_by_its_mean_error_over_the_years(tmp_path):
    run = folder_with(tmp_path, {
        ("rd_to_gdp", "FY2019"): [1.0], ("rd_to_gdp", "FY2020"): [1.03], ("rd_to_gdp", "FY2021"): [1.03],
        ("rd_to_gdp", "FY2022"): [1.05],
    })  # fmt: skip
    rows = hindcast.rows(run, known_with(GERD))
    assert [row.better for row in rows] == [False, True, True]
    assert hindcast.won(rows) is True
    assert hindcast.won(rows[:1]) is False
    assert hindcast.won([]) is None


def test_targets_are_those_of_known_years_and_known_values_of_the_series():
    found = hindcast.targets_known(known_with(VENTURE, GERD), targets_of("JP"))
    periods = {(target.indicator, target.period): target for target in found}
    assert ("vc_investment_to_gdp", "2016") in periods
    assert ("vc_investment_to_gdp", "2022") not in periods
    assert not any(indicator == "rd_to_gdp" for indicator, _ in periods)  # no tolerance: not a target
    known = periods["vc_domestic_amount", "2017"]
    assert (known.value, known.tolerance, known.block) == (136.2, pytest.approx(13.62), "venture_amounts")
    assert ("vc_domestic_amount", "2022") not in periods
    later = replace(known_with(VENTURE), known_by=2023)
    assert "2022" in {
        target.period for target in hindcast.targets_known(later, []) if target.indicator == VENTURE.indicator
    }
