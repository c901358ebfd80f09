"""The difference of two runs, computed by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from meguri.errors import InputError
from meguri.experiments.difference import difference, pairs, typical_ratio
from meguri.ledger.schema import observations

MEMBERS = {"member": pl.Int32, "indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64}


def run_with(folder, values, seed=1, more="", periods=("FY2016",)):
    folder.mkdir()
    manifest = f'country = "JP"\nseed = {seed}\nmembers = {len(values)}\n{more}'
    (folder / "run.toml").write_text(manifest, encoding="utf-8")
    observations(
        [{"indicator": "rd_total", "place": "JP", "period": "FY2016", "value": 1.0, "unit": "JPY_tn"}]
    ).write_parquet(folder / "observations.parquet")
    members = [
        (n, "rd_total", "JP", period, value + year)
        for year, period in enumerate(periods)
        for n, value in enumerate(values)
    ]
    pl.DataFrame(members, schema=MEMBERS, orient="row").write_parquet(folder / "members.parquet")
    return folder


def test_medians_of_pairs_not_of_sides(tmp_path):
    before, after = run_with(tmp_path / "a", [1.0, 10.0, 100.0]), run_with(tmp_path / "b", [1.5, 9.0, 101.0])
    (row,) = difference(before, after).to_dicts()
    assert (row["before"], row["after"], row["effect"]) == (10.0, 9.0, 0.5)  # not 9 - 10: pairs are .5, -1, 1
    assert row["low"] == pytest.approx(-1 + 0.1 * 1.5)
    assert row["high"] == pytest.approx(0.5 + 0.9 * 0.5)
    assert (row["unit"], row["members"]) == ("JPY_tn", 3)


def test_other_luck_is_refused(tmp_path):
    with pytest.raises(InputError, match="seed is 1 in one and 2 in the other"):
        difference(run_with(tmp_path / "a", [1.0]), run_with(tmp_path / "b", [1.0], seed=2))


def test_the_mean_has_its_interval_and_the_ratio_says_what_shared_luck_is_worth(tmp_path):
    before, after = run_with(tmp_path / "a", [1.0, 3.0, 8.0]), run_with(tmp_path / "b", [2.0, 5.0, 9.0])
    (row,) = difference(before, after).to_dicts()  # differences 1, 2, 1: mean 4/3, variance 1/3
    assert row["mean"] == pytest.approx(4 / 3)
    assert row["mean_high"] - row["mean"] == pytest.approx(1.6448536 * (1 / 9) ** 0.5)
    assert row["variance_ratio"] == pytest.approx((13.0 + 37.0 / 3.0) / (1 / 3))
    assert typical_ratio(difference(before, after)) == {
        "median": row["variance_ratio"],
        "lowest": row["variance_ratio"],
        "indicators": 1,
    }


def test_differences_that_are_all_the_same_have_no_ratio(tmp_path):
    before, after = run_with(tmp_path / "a", [1.0, 3.0]), run_with(tmp_path / "b", [2.0, 4.0])
    (row,) = difference(before, after).to_dicts()
    assert row["variance_ratio"] is None
    assert typical_ratio(difference(before, after))["indicators"] == 0


def test_luck_that_is_not_shared_has_a_ratio_near_one(tmp_path):
    rng = np.random.default_rng(3)
    before, after = (run_with(tmp_path / name, rng.standard_normal(4000)) for name in "ab")
    (row,) = difference(before, after).to_dicts()
    assert row["variance_ratio"] == pytest.approx(1.0, abs=0.05)


def test_years_are_averaged_in_each_member_first(tmp_path):
    years = ("FY2016", "2017", "FY2018")
    before = run_with(tmp_path / "a", [1.0, 4.0], periods=years)
    after = run_with(tmp_path / "b", [2.0, 4.0], periods=years)
    frame = pairs(before, after, (2017, 2018))
    assert frame["period"].unique().to_list() == ["2017/2018"]
    assert frame["before"].to_list() == [2.5, 5.5]
    assert frame["effect"].to_list() == [1.0, 0.0]
    with pytest.raises(InputError, match="no year from 2030 to 2031"):
        difference(before, after, (2030, 2031))


def test_other_draws_are_refused(tmp_path):
    plain = run_with(tmp_path / "a", [1.0])
    some = run_with(tmp_path / "b", [1.0], more='draws = 2\ndrawn_from = "posterior"\ndraws_hash = "x"\n')
    others = run_with(tmp_path / "c", [1.0], more='draws = 2\ndrawn_from = "posterior"\ndraws_hash = "y"\n')
    with pytest.raises(InputError, match="draws is None in one and 2 in the other"):
        difference(plain, some)
    with pytest.raises(InputError, match="other draws of parameters"):
        difference(some, others)
