"""The recorded study of pairs: complete, as good as promised, and what the pages quote."""

from __future__ import annotations

import statistics
from pathlib import Path

import polars as pl
import pytest

from meguri.experiments.sensitivity_quantities import HEADLINE

ROOT = Path(__file__).parents[2]
POLICIES = ("research_credit_rate", "negotiation_time")


def recorded(policy: str) -> dict[str, dict]:
    """Return the recorded effect of a policy on each headline number (funding: on Tokyo's share)."""
    frame = pl.read_csv(ROOT / "docs" / "results" / f"pairs_{policy}.csv")
    rows = frame.filter(
        pl.col("place") == pl.when(pl.col("indicator") == "funding_share").then(pl.lit("JP-13")).otherwise(pl.lit("JP"))
    )
    return {row["indicator"]: row for row in rows.iter_rows(named=True)}


@pytest.mark.parametrize("policy", POLICIES)
def test_shared_luck_is_worth_having_for_every_headline_number(policy):
    rows = recorded(policy)
    assert set(rows) == set(HEADLINE)
    ratios = [row["variance_ratio"] for row in rows.values() if row["variance_ratio"] is not None]
    assert statistics.median(ratios) >= 5.0
    assert min(ratios) >= 1.0
    assert {row["members"] for row in rows.values()} == {64}


@pytest.mark.parametrize("page", ["pairs.md", "pairs.ja.md"])
def test_the_pages_quote_what_was_recorded(page):
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    for name in HEADLINE:
        (line,) = [line for line in lines if line.startswith(f"| `{name}`")]
        for policy in POLICIES:
            row = recorded(policy)[name]
            assert f"{row['effect']:.3g} [{row['low']:.3g}, {row['high']:.3g}] | {row['variance_ratio']:.3g}" in line
