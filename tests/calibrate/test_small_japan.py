"""A small real world: numbers that made a run are found again from what the run shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from meguri.calibrate.folder import REPORT, calibrate_on_shelf, read_report
from meguri.calibrate.simulated import Simulated
from meguri.calibrate.study import Study
from meguri.calibrate.targets import Target
from meguri.errors import InputError
from meguri.ledger import store
from meguri.model.draws import from_file
from meguri.model.free import free_of
from meguri.model.run import run

from ..conftest import small_request

TRUTH = {"university_research.seeds_per_thousand": 85.0, "inventor_choice.spinout_odds": 0.15}
FREE = tuple(TRUTH)
SEEN = {
    "university_patent_applications": ("2016", "2017", "2018"),
    "university_startups_recognised": ("2017", "2018"),
    "university_startups_founded": ("2016", "2017", "2018"),
}


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """A shelf with a run of known numbers, and a calibration to what its members show."""
    shelf = tmp_path_factory.mktemp("calibrations")
    request = small_request(keep="indicators")
    draws = shelf / "truth.csv"
    pl.DataFrame({name: [value] for name, value in TRUTH.items()}).write_csv(draws)
    truth = replace(request, draws=from_file(draws, request.base.specs), members=4, seed=10_000)
    members = store.read(run(truth, shelf, jobs=2).folder, "members")
    spread = members.group_by("indicator", "period").agg(pl.col("value").std())
    targets = []
    for indicator, period in [(indicator, period) for indicator, periods in SEEN.items() for period in periods]:
        wanted = (pl.col("indicator") == indicator) & (pl.col("period") == period)
        value = members.filter(wanted)["value"].mean()
        targets.append(Target(indicator, "JP", period, value, 0.5 * spread.filter(wanted)["value"][0], "1", indicator))
    study = Study(free_of(request, FREE), tuple(targets), points=20, waves=1, draws=256, checks=8, seed=1)
    ran = []

    def compute(wanted):
        outcome = run(wanted, shelf, jobs=2)
        ran.append(outcome)
        return outcome.folder

    world = Simulated(request, study.free, study.targets, compute)
    folder, cached = calibrate_on_shelf(request, study, world, [None] * 8, shelf)
    assert not cached
    return shelf, request, study, world, folder, ran


def test_the_numbers_that_made_the_run_are_found(calibrated):
    *_, folder, _ = calibrated
    table = pl.read_parquet(folder / "posterior.parquet")
    rows = {row["parameter"]: row for row in read_report(folder)["parameters"]}
    for name, truth in TRUTH.items():
        low, high = np.quantile(table[name], [0.05, 0.95])
        assert low <= truth <= high
        assert rows[name]["informed"] == "alone"
        assert rows[name]["ratio"] < 0.7
    assert rows[FREE[0]]["best"].startswith("university_patent_applications")
    assert rows[FREE[1]]["best"].startswith("university_startups")


def test_the_posterior_is_a_table_of_draws_that_a_run_reads(calibrated):
    _, request, study, _, folder, _ = calibrated
    for name in ("posterior.parquet", "posterior.csv"):
        draws = from_file(folder / name, request.base.specs, 3)
        assert draws.ids == FREE
        assert draws.origin == "posterior"
        assert len(draws) == 3
    assert pl.read_parquet(folder / "posterior.parquet").height == study.draws


def test_runs_of_the_posterior_predict_what_stands_out_of_chance_better_than_runs_of_the_prior(calibrated):
    *_, folder, _ = calibrated
    report = read_report(folder)
    assert report["summary"][0]["runs"] == 40
    rows = [row for row in report["targets"] if row["indicator"] == "university_patent_applications"]
    assert sum(row["posterior_score"] for row in rows) < 0.8 * sum(row["prior_score"] for row in rows)


def test_the_same_again_is_found_and_an_unfinished_one_runs_nothing_twice(calibrated):
    shelf, request, study, world, folder, ran = calibrated
    assert calibrate_on_shelf(request, study, world, [None] * 8, shelf) == (folder, True)
    before = (folder / "posterior.csv").read_bytes()
    (folder / REPORT).rename(folder / "moved")
    with pytest.raises(InputError, match="is not a complete calibration"):
        calibrate_on_shelf(request, study, world, [None] * 8, shelf)
    folder.rename(shelf / "elsewhere")
    first = len(ran)
    again, cached = calibrate_on_shelf(request, study, world, [None] * 8, shelf)
    assert not cached
    assert all(outcome.cached for outcome in ran[first:])
    assert (again / "posterior.csv").read_bytes() == before
