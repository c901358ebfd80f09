"""``meguri validate``: which run is judged, the contract of its JSON, and the table in both languages."""

from __future__ import annotations

import shutil

import pytest

COLUMNS = [
    "indicator", "place", "period", "use", "evidence", "observed", "tolerance", "median", "low", "high", "inside",
    "covered",
]  # fmt: skip


@pytest.fixture
def own(tmp_path, small_run):
    """A shelf with a copy of the small run."""
    shelf = tmp_path / "own"
    shutil.copytree(small_run.folder, shelf / small_run.folder.name)
    return shelf


def test_the_newest_run_of_a_scenario_is_judged_row_by_row(meguri, own, small_run):
    found = meguri("validate", "baseline", "--out", own, "--json").json
    assert found["run"].endswith(small_run.folder.name)
    assert (found["country"], found["members"]) == ("JP", 2)
    for row in found["rows"]:
        assert list(row)[: len(COLUMNS)] == COLUMNS
        assert row["use"] in ("cal", "val")
        if row["median"] is not None:
            assert row["inside"] == (abs(row["median"] - row["observed"]) <= row["tolerance"] * (1 + 1e-9))
            assert row["covered"] == (row["low"] <= row["observed"] <= row["high"])
    by_use = {use: [row for row in found["rows"] if row["use"] == use and row["counted"]] for use in ("cal", "val")}
    assert len(by_use["cal"]) == 25
    for use, rows in by_use.items():
        assert found["summary"][use]["counted"] == len(rows)
        assert found["summary"][use]["inside"] == sum(row["inside"] is True for row in rows)
    shown = [row for row in found["rows"] if not row["counted"]]
    assert {row["evidence"] for row in shown} == {"remembered", "document"}
    assert all(row["not_counted_ja"] and row["not_counted_en"] for row in shown)
    banded = [row for rows in by_use.values() for row in rows if row["covered"] is not None]
    assert found["summary"]["coverage"] == {
        "covered": sum(row["covered"] for row in banded), "rows": len(banded)
    }  # fmt: skip


def test_a_scenario_without_a_run_is_run_and_then_found(meguri, tmp_path):
    small = ("--scale", 0.02, "--members", 1, "--to", "2018Q4")
    made = meguri("validate", *small, "--json").json
    assert (tmp_path / made["run"] / "run.toml").is_file()
    assert not (tmp_path / made["run"] / "flows.parquet").is_file()
    assert meguri("validate", *small, "--json").json["run"] == made["run"]
    assert meguri("validate", "--json").json["run"] == made["run"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("covered?", "(shown only)", "counted rows inside", "90% bands (chance only) cover", "run: ")),
     ("ja", ("覆うか", "（参考）", "数える25行のうち", "90%の範囲（偶然のみ）", "実行結果："))],
)  # fmt: skip
def test_table_for_people(meguri, own, language, words):
    answer = meguri("validate", "--out", own, "--lang", language)
    assert answer.code == 0, answer.err
    for word in words:
        assert word in answer.out


def test_what_cannot_be_judged_is_refused_in_one_sentence(here, own, small_run):
    assert "'observatory' is what is observed" in here("validate", "observatory").sentence
    assert "unknown world 'nothing'" in here("validate", "nothing", "--out", own).sentence
    other = here("validate", small_run.folder.name, "--country", "US", "--out", own)
    assert "--country US: the run" in other.sentence
    assert "is of JP" in other.sentence
    assert "unknown country 'ZZ'" in here("validate", "--country", "ZZ", "--members", 1).sentence
