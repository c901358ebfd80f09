"""What if an area were raised: by hand on the toy index."""

from __future__ import annotations

import numpy as np
import pytest

from meguri.errors import InputError
from meguri.observatory.index.pipeline import compute, economy_named
from meguri.observatory.index.what_if import what_if

from .toy import DATA, data, toy


@pytest.fixture(scope="module")
def raised():
    return {row.node: row for row in what_if(compute(toy(), data()), "C")}


def test_which_area_moves_the_score_most(raised):
    """C: areas count a half each; y a third of one, so a sixth; z is all of two; x is at the end of its scale."""
    gains = {name: row.gain for name, row in raised.items()}
    assert gains == pytest.approx({"one": 0.5, "two": 0.5, "z": 0.5, "y": 1 / 6, "x": 0})
    assert (raised["x"].by, raised["y"].by, raised["x"].within) == (0, 1, "one")
    assert raised["two"].score == pytest.approx(100 / 3 + 0.5)


def test_what_is_needed_for_the_next_rank(raised):
    """C stands 50/3 behind B and D: a third of the scale in an area, all of it in y, nothing in x would do."""
    assert raised["two"].needed == pytest.approx(100 / 3)
    assert raised["one"].needed == pytest.approx(100 / 3)
    assert raised["y"].needed == pytest.approx(100)
    assert raised["x"].needed is None


def test_ranks_follow_and_the_largest_move_comes_first():
    found = what_if(compute(toy(), data()), "C", by=40)
    assert [(row.node, row.rank, row.places) for row in found[:2]] == [("two", 2, 2), ("z", 2, 2)]
    one = next(row for row in found if row.node == "one")
    assert (one.by, one.rank) == (pytest.approx(100 / 3), 2), "the scale ends at 100"
    assert {row.rank for row in found[3:]} == {4}


def test_the_first_needs_nothing_and_others_do_not_move():
    result = compute(toy(), data())
    before = result.nodes.copy()
    found = what_if(result, "A")
    assert all(row.needed is None and row.rank == 1 for row in found)
    assert np.array_equal(result.nodes, before, equal_nan=True)


def test_raising_agrees_with_computing_anew():
    """z has a scale of its own, so that a point of C's z is 0.06 more of it and nothing else moves."""
    result = compute(toy(), data(), {"aggregation": "geometric"})
    anew = compute(toy(), data(DATA.replace("30,5,1", "30,5,2.8")), {"aggregation": "geometric"})
    row = next(row for row in what_if(result, "C", by=30) if row.node == "z")
    assert row.score == pytest.approx(anew.scores[2])
    assert row.rank == anew.ranks[2]


def test_what_has_no_score_cannot_be_raised():
    row = next(row for row in what_if(compute(toy(), data()), "D") if row.node == "y")
    assert (row.before, row.by, row.gain, row.needed) == (None, 0, 0, None)


def test_economies_by_code_or_name():
    result = compute(toy(), data("economy,x,y,z\nJPN,1,3,4\nUSA,2,2,5\nGBR,3,1,6\nFRA,,,\n"))
    for text in ("JPN", "JP", "jpn", "Japan", "日本"):
        assert economy_named(result, text) == "JPN"
    assert economy_named(result, "UK") == "GBR"
    with pytest.raises(InputError, match="unknown economy 'Atlantis'; nearest: "):
        economy_named(result, "Atlantis")
    with pytest.raises(InputError, match="'FRA' is not ranked"):
        economy_named(result, "FR")


@pytest.mark.parametrize("by", [0.0, -1.0, 101.0, float("nan")])
def test_a_raise_within_reason(by):
    with pytest.raises(InputError, match="--by"):
        what_if(compute(toy(), data()), "C", by)
