"""Comparing: the same luck on both sides."""

from __future__ import annotations

import pytest

SMALL = ("--to", "2018Q4", "--scale", 0.02, "--members", 2, "--keep", "indicators")


def test_a_lever_at_rest_has_no_effect(meguri):
    rows = meguri("compare", "baseline", "baseline", *SMALL, "--set", "inventor_share=0", "--json").json
    assert rows
    assert {(row["effect"], row["low"], row["high"]) for row in rows} == {(0.0, 0.0, 0.0)}
    assert {row["members"] for row in rows} <= {1, 2}  # a year without exits has no share of exits


def test_a_lever_has_an_effect_and_runs_must_share_their_luck(meguri):
    asked = ("compare", "baseline", "baseline", "--to", "2018Q4", "--scale", 0.02, "--members", 2)
    rows = meguri(*asked, "--set", "link_strength@investor_startup=-1", "--json").json
    cut = [row for row in rows if row["indicator"] == "vc_domestic_amount"]
    assert cut
    assert all(row["after"] <= row["before"] for row in cut)
    assert any(row["effect"] < 0 for row in cut)
    assert all(row["low"] <= row["effect"] <= row["high"] for row in rows)
    other = meguri("run", "--to", "2018Q4", "--scale", 0.02, "--members", 2, "--seed", 7, "--json").json["run"]
    first = meguri("run", "--to", "2018Q4", "--scale", 0.02, "--members", 2, "--json").json["run"]
    sentence = meguri("compare", first, other).sentence
    assert "seed is 1 in one and 7 in the other" in sentence
    assert "--set" in meguri("compare", "baseline", first, "--set", "inventor_share=0.1").sentence
    ten = meguri("compare", first, first, "--indicator", "headline", "--json").json
    assert {"rd_total", "rd_business", "vc_investments_amount"} <= {row["indicator"] for row in ten}
    assert "patent_families" not in {row["indicator"] for row in ten}
    mine = meguri("compare", "baseline", first, "--indicator", "vc_domestic_amount", "--json").json
    assert {row["effect"] for row in mine} == {0.0}


def test_pairs_of_draws_averages_and_each_pair(meguri):
    asked = ("compare", "--scale", 0.02, "--to", "2018Q4", "--members", 4, "--keep", "indicators", "--draws", "prior:2")
    cut = ("--set", "link_strength@investor_startup=-1", "--over", "2016/2018", "--indicator", "vc_domestic_amount")
    (row,) = meguri(*asked, *cut, "--json").json
    assert row["period"] == "2016/2018"
    assert row["members"] == 4
    assert row["mean_low"] < row["mean"] < row["mean_high"] < 0
    assert row["variance_ratio"] > 0
    each = meguri(*asked, *cut, "--each", "--json").json
    assert [one["member"] for one in each] == [0, 1, 2, 3]
    assert sum(one["effect"] for one in each) / 4 == pytest.approx(row["mean"])
    assert "--over '2018' must be two years" in meguri(*asked, "--over", "2018").sentence
    assert "unknown indicator 'vc'" in meguri(*asked, *cut[:4], "--indicator", "vc").sentence
