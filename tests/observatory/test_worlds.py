"""Worlds by name, and places and periods as people write them."""

from __future__ import annotations

import os

import pytest

from meguri.errors import InputError
from meguri.observatory import places
from meguri.observatory.worlds import find, find_run


def make(shelf, name, scenario, age=0):
    """A folder that looks like a finished run."""
    folder = shelf / name
    folder.mkdir(parents=True)
    (folder / "run.toml").write_text(f'scenario = "{scenario}"\n', encoding="utf-8")
    (folder / "observations.parquet").write_bytes(b"")
    os.utime(folder / "run.toml", (1_700_000_000 - age, 1_700_000_000 - age))
    return folder


def test_by_path_id_prefix_and_newest_of_a_scenario(tmp_path):
    old = make(tmp_path, "baseline-aaa111", "baseline", age=60)
    new = make(tmp_path, "baseline-aaa222", "baseline")
    other = make(tmp_path, "trial-bbb", "trial")
    assert find_run(str(other), tmp_path) == other
    assert find_run("baseline-aaa111", tmp_path) == old
    assert find_run("trial-b", tmp_path) == other
    assert find_run("baseline", tmp_path) == new
    (tmp_path / "trial.toml").write_text("", encoding="utf-8")
    assert find_run(str(tmp_path / "trial.toml"), tmp_path) == other


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("baseline-aaa", "beginning of 2 runs"),
        ("basline", "nearest: "),
        ("notes", "is not a run"),
        ("plan", "no finished run of scenario 'plan'"),
        ("absent.toml", "does not exist"),
        ("observatory:census", "census"),
        ("", "unknown world"),
    ],
)
def test_names_that_mean_no_run(tmp_path, name, words):
    make(tmp_path, "baseline-aaa111", "baseline")
    make(tmp_path, "baseline-aaa222", "baseline")
    (tmp_path / "notes").mkdir()
    with pytest.raises(InputError, match=words):
        find(name, tmp_path, ["plan"])


def test_the_observatory(tmp_path):
    assert (
        find("observatory", tmp_path).observations().height
        > find("observatory:document", tmp_path).observations().height
    )


def test_places_and_periods():
    known = {"JP", "JP-04", "JP-13", "GB", "US", "JP:other"}
    written = {"宮城県": "JP-04", "宮城": "JP-04", "東京都": "JP-13", "Tokyo": "JP-13", "jp-13": "JP-13"}
    written |= {"jpn": "JP", "日本": "JP", "UK": "GB", "USA": "US"}
    for text, code in written.items():
        assert places.place(text, known) == code, text
    with pytest.raises(InputError, match="Atlantis"):
        places.place("Atlantis", known)
    periods = {"2022年度": "FY2022", "fy2022": "FY2022", "CY2022": "2022", "2022年": "2022", "2022q4": "2022Q4"}
    for text, period in periods.items():
        assert places.period(text) == period
