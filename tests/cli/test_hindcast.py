"""``meguri hindcast`` as a user meets it: a run of its own, the contract of its JSON, and a table in both languages."""

from __future__ import annotations

import pytest

COLUMNS = [
    "indicator", "place", "period", "observed", "median", "low", "high", "persistence", "trend", "better",
]  # fmt: skip
SMALL = ("--scale", "0.01", "--draws", "prior:2")


def test_years_that_the_run_never_saw_beside_its_rivals(meguri, tmp_path):
    answer = meguri("hindcast", *SMALL, "--json")
    assert answer.code == 0, answer.err
    found = answer.json
    rows = found["rows"]
    assert all(list(row)[: len(COLUMNS)] == COLUMNS for row in rows)
    assert {row["period"].removeprefix("FY") for row in rows} == {"2020", "2021", "2022"}
    given = [row for row in rows if row["better"] is not None]
    assert {"rd_to_gdp", "vc_domestic_amount", "university_startups_recognised"} <= {row["indicator"] for row in given}
    for row in given:
        nearest = min(abs(row[rival] - row["observed"]) for rival in ("persistence", "trend"))
        assert row["better"] == (abs(row["median"] - row["observed"]) < nearest)
        assert row["low"] <= row["median"] <= row["high"]
    together = found["summary"]
    assert (together["known_by"], together["series"], together["counted"]) == (2019, 52, 51)
    assert together["not_counted"] == ["startup_funding_amount"]
    assert sum(group["won"] for group in together["groups"].values()) == together["won"]
    assert (found["drawn_from"], found["members"]) == ("prior", 2)
    asked = (tmp_path / found["run"] / "run.toml").read_text(encoding="utf-8")
    assert 'path = "gdp_calendar"' in asked

    for language, words in (
        ("en", ("nearer than both?", "series won against persistence and trend", "by group: gerd")),
        ("ja", ("両方より近いか", "据え置きと直線の延長の両方に勝った指標", "区分ごと：gerd")),
    ):
        table = meguri("hindcast", *SMALL, "--lang", language)
        assert table.code == 0, table.err
        assert all(word in table.out for word in words)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--known-by", "2012"), "--known-by 2012 lies before the run begins"),
        (("--draws", "nothing.parquet"), "'nothing.parquet' is neither prior:N nor a file"),
        (("--draws", "prior:0"), "--draws 0 is outside 1 to"),
        (("--country", "US"), "the pack of US holds no hindcast.toml"),
        (("--country", "ZZ"), "unknown country 'ZZ'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(here, asked, said):
    assert said in here("hindcast", *asked).sentence


def test_a_calibration_with_what_was_known_frees_what_was_calibrated_and_sees_known_targets_only(meguri):
    small = ("--scale", "0.01", "--to", "2016Q4", "--points", "8", "--waves", "1", "--draws", "8", "--checks", "0")
    free = ("--free", "recognition.hazard", "--free", "joint_research.university_weight")
    answer = meguri("calibrate", "--known-by", "2019", *small, *free, "--jobs", "1", "--json")
    assert answer.code == 0, answer.err
    report = answer.json
    assert report["asked"]["free"] == ["joint_research.university_weight", "recognition.hazard"]
    years = {int(row["period"][-4:]) for row in report["targets"]}  # the last year of FY2018 and of 2017/2019
    assert years == {2016, 2017, 2018, 2019}
