"""The published ranks of the Global Innovation Index 2019, from its scores and from a part of its indicators.

The table may not be passed on; the tests are skipped where it is absent.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from meguri.observatory.index import declaration
from meguri.observatory.index.pipeline import compute
from meguri.observatory.index.ranking import ranks
from meguri.observatory.index.table import read
from meguri.observatory.index.uncertainty import uncertainty
from meguri.observatory.index.what_if import what_if

TABLE = Path(__file__).parents[4] / "shared" / "data" / "gii_2019_country" / "gii_2019.csv"
pytestmark = pytest.mark.skipif(not TABLE.is_file(), reason="the table of the index of 2019 is not there")


@pytest.fixture(scope="module")
def published():
    """Rank and score by economy."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["gii_rank"]]
    return {row["country_iso"]: (float(row["gii_rank"]), float(row["global_innovation_index"])) for row in rows}


@pytest.fixture(scope="module")
def index():
    return declaration.read(str(Path(__file__).parent / "gii_2019_partial.toml"))


def test_all_ranks_follow_from_the_published_scores(published):
    """With one decimal some scores tie; all 129 published ranks lie within the places that their tie takes up."""
    printed, scores = np.array(list(published.values())).T
    first = ranks(scores, "competition")
    last = first + (scores == scores[:, None]).sum(axis=0) - 1
    assert len(printed) == 129
    assert ((first <= printed) & (printed <= last)).all()
    assert (first == printed).sum() == 112
    assert published["JPN"] == (15, 54.7)


def test_a_part_of_the_indicators_gives_most_of_the_order(published, index):
    """Sixteen of 80 indicators: rank correlation 0.955, on average 8.1 places off."""
    result = compute(index, read(TABLE, index))
    assert set(result.prepared.economies) == published.keys()
    printed = np.array([published[economy][0] for economy in result.prepared.economies])
    assert spearmanr(printed, result.ranks)[0] == pytest.approx(0.955, abs=0.001)
    assert np.abs(printed - result.ranks).mean() == pytest.approx(8.1, abs=0.05)


def test_the_published_rank_of_most_lies_in_the_interval_or_near(published, index):
    """What is missing is not among the choices: intervals over choices do not hold every published rank."""
    found = uncertainty(index, read(TABLE, index), 200, "JPN")
    held = [one.low <= published[one.economy][0] <= one.high for one in found.intervals]
    japan = next(one for one in found.intervals if one.economy == "JPN")
    assert 0.4 < np.mean(held) < 0.95
    assert japan.low <= published["JPN"][0] <= japan.high
    assert {share.factor for share in found.shares} == {
        "outliers",
        "normalisation",
        "missing",
        "weights",
        "aggregation",
    }


def test_gaps_and_treatments_are_listed(index):
    result = compute(index, read(TABLE, index))
    assert len(result.of("coverage")) == 60
    assert len(result.of("missing")) == int(np.isnan(result.prepared.raw).sum())
    assert {change.done for change in result.of("outliers")} == {"winsorised", "log"}
    assert {row.node for row in what_if(result, "JPN")} == {node.id for node in index.nodes[:-1]}
