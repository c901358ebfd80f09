"""``meguri sensitivity`` as a user meets it."""

from __future__ import annotations

import csv
import io
import re

import pytest

SMALL = ("--to", "2018Q4", "--scale", 0.05, "--free", "recognition.at_once", "--trajectories", 2, "--seeds", 2)
LOOK = ("--indicator", "university_startups_recognised", "--indicator", "rd_total@JP@FY2016")


def test_a_screening_is_run_once_and_shown_in_every_form(meguri):
    answer = meguri("sensitivity", *SMALL, *LOOK, "--json")
    found = answer.json
    assert (found["points"], found["seeds"]) == (4, 2)
    moved, still = found["rows"]
    assert (moved["indicator"], moved["parameter"]) == ("university_startups_recognised", "recognition.at_once")
    assert moved["mu_star"] > 0.0
    assert moved["share"] == 1.0
    assert moved["noise"] is not None
    assert (still["mu_star"], still["noise"], still["share"]) == (0.0, 0.0, None)
    assert "parameters moved: 1; 4 points x 2 seeds = 8 members" in answer.err
    table = meguri("sensitivity", *SMALL, *LOOK)
    assert "recognition.at_once" in table.out
    assert "mu*" in table.out
    assert found["run"] in table.out
    japanese = meguri("sensitivity", *SMALL, *LOOK, "--lang", "ja")
    assert re.search(r"絶対値の平均 μ\*", japanese.out)
    rows = list(csv.DictReader(io.StringIO(meguri("sensitivity", *SMALL, *LOOK, "--format", "csv").out)))
    assert float(rows[0]["mu_star"]) == moved["mu_star"]
    assert rows[0]["ja"] == moved["ja"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--method", "sobolev"), "unknown method 'sobolev' in --method; nearest: sobol"),
        (("--points", 64), "--points goes with --method sobol"),
        (("--method", "sobol", "--trajectories", 4), "--trajectories goes with --method morris"),
        (("--method", "sobol", "--points", 60), "--points 60 must be a power of two"),
        (("--trajectories", 0), "--trajectories 0 is too few"),
        (("--seeds", 0), "--seeds 0 is too few"),
        (("--trajectories", 100_000), "members; at most 100000"),
        (("--indicator", "rd_totl"), "unknown indicator 'rd_totl' in --indicator; nearest: rd_total"),
        (("--indicator", "rd_total@JP@2016Q1"), "'2016Q1' is neither a year"),
        (("--free", "recognition.hasard"), "nearest: recognition.hazard"),
        (("--free", "economy.gdp"), "'economy.gdp' has no prior"),
        (("--free", "recognition", "--free", "recognition.hazard"), "--free: 'recognition.hazard' is named twice"),
        (("--save", "--free", "recognition"), "--save is for the influence of all parameters"),
    ],
)
def test_wrong_use_is_one_sentence(here, arguments, said):
    answer = here("sensitivity", *arguments)
    assert said in answer.sentence


def test_a_missing_extra_is_named(here, monkeypatch):
    from meguri.cli import sensitivity

    monkeypatch.setattr(sensitivity, "find_spec", lambda name: None if name == "SALib" else object())
    assert "sensitivity needs SALib; install the extra: pip install 'meguri[study]'" in here("sensitivity").sentence
