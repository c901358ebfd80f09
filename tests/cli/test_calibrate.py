"""``meguri calibrate`` as a user meets it."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from .conftest import command, environment

TARGETS = """indicator,place,period,value,tolerance,unit,block
university_patent_applications,JP,2016,9000,900,,
university_startups_founded,JP,2016,250,60,,
rd_business,JP,FY2023,16.1,0.3,JPY_tn,
"""
FREE = ("--free", "university_research.seeds_per_thousand", "--free", "inventor_choice.spinout_odds")
SMALL = ("--to", "2016Q4", "--scale", "0.02", "--points", "8", "--waves", "1", "--draws", "16", "--checks", "4")


@pytest.fixture
def targets(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text(TARGETS)
    return path


def test_interrupted_goes_on_found_again_and_its_table_is_run(meguri, targets, tmp_path):
    asked = ("calibrate", "--targets", targets, *FREE, *SMALL)
    process = subprocess.Popen(command(*asked), cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 500
    while not list(tmp_path.glob("runs/.baseline-*/members/*.parquet")) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "the same command goes on from there" in err
    assert len(list(tmp_path.glob("runs/.calibration-*/wave-1.npy"))) == 1
    kept = {path.name for path in tmp_path.glob("runs/.baseline-*/members/*.parquet")}
    assert kept

    done = meguri(*asked, "--json").json
    assert done["cached"] is False
    assert [row["parameter"] for row in done["parameters"]]
    assert {row["indicator"] for row in done["targets"] if not row["used"]} == {"rd_business"}
    assert done["summary"][0]["runs"] == 16
    folder = tmp_path / done["calibration"]
    assert {path.name for path in folder.iterdir()} >= {"posterior.parquet", "posterior.csv", "report.json"}
    assert not list(tmp_path.glob("runs/.*"))

    again = meguri(*asked)
    assert again.code == 0
    for words in ("found on the shelf", "prior 90%", "not in the runs", "emulator fit"):
        assert words in again.out
    assert "事後の90%" in meguri(*asked, MEGURI_LANG="ja").out

    run = meguri(
        "run",
        "--draws",
        f"{folder / 'posterior.csv'}:2",
        "--members",
        "2",
        "--to",
        "2016Q4",
        "--scale",
        "0.02",
        "--json",
    )
    assert run.code == 0, run.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--free", "nothing_of_this"), "nearest:"),
        (("--free", "deals.looks", "--free", "deals.looks"), "'deals.looks' is named twice"),
        (("--free", "deals.looks", "--set", "deals.looks=3"), "'deals.looks' has no prior"),
        (("--free", "deals.looks", "--points", "3"), "--points 3 is outside 8 to 65536"),
        (("--free", "deals.looks", "--seeds", "1"), "--seeds 1 is outside 2 to 100"),
        (("--free", "deals.looks", "--draws", "-5"), "--draws -5 is outside"),
        (("--targets", "absent.csv"), "file of targets 'absent.csv' cannot be read"),
        (("--on", "tcp://"), "--on"),
        (("--jobs", "0"), "--jobs 0 is outside 1 to 1024"),
    ],
)
def test_wrong_use_gets_one_sentence(here, arguments, sentence):
    assert sentence in here("calibrate", "--scale", "0.02", *arguments).sentence


def test_without_the_libraries_one_sentence_says_what_to_install(here, monkeypatch):
    monkeypatch.setattr("meguri.calibrate.extra.find_spec", lambda name: None if name == "sklearn" else name)
    assert here("calibrate").sentence == (
        "calibration needs scikit-learn; install the extra: pip install 'meguri[study]'"
    )


def test_parameters_are_read_from_a_file(here, tmp_path):
    (tmp_path / "free.txt").write_text("# two\ndeals.looks\nno_such_number\n")
    assert "free.txt, line 3" in here("calibrate", "--free", "free.txt").sentence
