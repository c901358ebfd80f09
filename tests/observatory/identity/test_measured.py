"""Links measured on pairs that the real data know by their own ids: what the page on identity reports."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from meguri.observatory.identity import labelled
from meguri.observatory.identity.measured import rows, wilson

from ...sources.data_sets import REAL

RECORDED = Path(__file__).parents[3] / "docs" / "results" / "identity.csv"


def test_the_interval_of_a_share_by_hand():
    low, high = wilson(9, 10)
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("make", [labelled.herd, labelled.awards], ids=["herd", "awards"])
def test_precision_and_recall_are_those_recorded(make):
    if not (REAL / "us_sbir").exists():
        pytest.skip("the data sets are not on this machine")
    pytest.importorskip("splink")
    found = {row["method"]: row for row in rows(REAL, "test", (make,))}
    with RECORDED.open(encoding="utf-8-sig", newline="") as stream:
        recorded = {row["method"]: row for row in csv.DictReader(stream)
                    if row["part"] == "test" and row["set"] == found["shipped"]["set"]}  # fmt: skip
    for method in ("normalised", "shipped"):
        for figure in ("truth", "linked", "right_links"):
            assert str(found[method][figure]) == recorded[method][figure], (method, figure)
    assert found["shipped"]["precision"] >= 0.98
    assert found["shipped"]["precision"] >= found["normalised"]["precision"]
