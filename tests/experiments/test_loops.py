"""Ablations of loops: both sides open in one state; the page of the loops is what the recorded ablations say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from meguri import vocabulary
from meguri.experiments import loops, loops_page

from ..conftest import small_request

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "results" / "loops.csv"


@pytest.fixture(scope="module")
def rows():
    request = small_request(last="2018Q4", members=2)
    return list(loops.ablations(request, (2017, 2018), ["B7", "B5"]))


def _of(rows, loop, indicator):
    return next(row for row in rows if row["loop"] == loop and row["indicator"] == indicator)


def test_an_ablation_says_what_is_left_without_the_loop(rows):
    less = _of(rows, "B7", "joint_research_amount")
    assert less["members"] == 2
    assert float(less["ratio"]) < 1.0
    assert float(less["low"]) <= float(less["ratio"]) <= float(less["high"])
    assert less["cut"] == "joint_research.trust=off"


def test_a_loop_that_is_open_at_rest_is_closed_on_the_other_side(rows):
    """Without B5 is the baseline: the same as B7's side with the loop."""
    assert _of(rows, "B5", "rd_university")["without"] == _of(rows, "B7", "rd_university")["with"]
    assert _of(rows, "B5", "rd_university")["with"] != _of(rows, "B5", "rd_university")["without"]


def test_a_member_without_changes_is_a_member_of_the_run(small_run):
    from meguri.ledger import store
    from meguri.model.scenario import load

    request = small_run.request
    assert request.scenario == load("baseline")
    ours = loops.values(loops.ledger(request, request.seed_of(0), {}, {}), (2017, 2018))
    members = store.read(small_run.folder, "members")
    theirs = {}
    for member, name, place, period, value in members.select(
        "member", "indicator", "place", "period", "value"
    ).iter_rows():
        if member == 0 and period.removeprefix("FY") in ("2017", "2018"):
            theirs.setdefault((name, place), []).append(value)
    assert len(ours) > 20
    for key, value in ours.items():
        assert value == pytest.approx(sum(theirs[key]) / len(theirs[key])), key


def test_the_recorded_ablations_hold_every_loop_and_indicator():
    with RESULTS.open(encoding="utf-8") as file:
        recorded = list(csv.DictReader(file))
    assert list(recorded[0]) == list(loops.COLUMNS)
    assert list(dict.fromkeys(row["loop"] for row in recorded)) == vocabulary.table("loops").ids
    assert {row["indicator"].split(".")[0] for row in recorded} <= set(loops.INDICATORS)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_of_the_loops_is_fresh(language):
    path = ROOT / "docs" / ("loops.md" if language == "en" else "loops.ja.md")
    assert path.read_text(encoding="utf-8") == loops_page.page(language, RESULTS), "run `make docs`"
