"""Bands and the split of variance: by hand, against a plain computation, and on members drawn by known odds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from meguri.model.run import run
from meguri.model.summary import summarise, variance_split
from meguri.model.work import MEMBER_COLUMNS

from ..conftest import small_request


def members_of(values):
    rows = [(n, "rd_total", "JP", "FY2016", float(value)) for n, value in enumerate(values)]
    return pl.DataFrame(rows, schema=MEMBER_COLUMNS, orient="row")


def test_bands_by_hand():
    (row,) = summarise(members_of(range(1, 22))).to_dicts()
    assert [row[name] for name in ("q05", "q25", "median", "q75", "q95")] == [2, 6, 11, 16, 20]
    assert (row["mean"], row["variance"], row["members"]) == (11, pytest.approx(38.5), 21)
    assert (row["chance"], row["parameters"], row["parameter_share"]) == (row["variance"], 0.0, None)


def test_split_by_hand():
    # draw 0: 1, 3; draw 1: 5, 7 (members in turn: 0, 1, 0, 1). MW = (2 + 2) / 2 = 2, MB = 2 (4^2 / 2) = 16.
    (row,) = summarise(members_of([1, 5, 3, 7]), draws=2).to_dicts()
    assert row["chance"] == pytest.approx(2.0)
    assert row["parameters"] == pytest.approx((16.0 - 2.0) / 2.0)
    assert row["parameter_share"] == pytest.approx(7.0 / 9.0)


def test_parameters_that_do_nothing_get_nothing_below_zero():
    (row,) = summarise(members_of([1, 1, 3, 3]), draws=2).to_dicts()
    assert row["parameters"] == 0.0
    assert row["parameter_share"] == 0.0


def test_known_variances_are_recovered():
    rng = np.random.default_rng(7)
    draws, seeds = 400, 6
    values = 3.0 * rng.standard_normal(draws)[None, :] + 2.0 * rng.standard_normal((seeds, draws))
    (row,) = summarise(members_of(values.ravel()), draws=draws).to_dicts()
    assert row["chance"] == pytest.approx(4.0, rel=0.1)
    assert row["parameters"] == pytest.approx(9.0, rel=0.2)


def test_unequal_numbers_of_seeds_equal_the_textbook_formula():
    rng = np.random.default_rng(1)
    values, draws = rng.standard_normal(11), 4
    (row,) = summarise(members_of(values), draws=draws).to_dicts()
    groups = [values[k::draws] for k in range(draws)]
    sizes = np.array([len(group) for group in groups])
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (11 - draws)
    between = sum(len(g) * (g.mean() - values.mean()) ** 2 for g in groups) / (draws - 1)
    typical = (11 - (sizes**2).sum() / 11) / (draws - 1)
    assert row["chance"] == pytest.approx(within)
    assert row["parameters"] == pytest.approx(max(0.0, (between - within) / typical))


def test_one_seed_a_draw_cannot_be_split():
    (row,) = variance_split(members_of([1, 2, 3]).with_columns(pl.col("member").alias("draw"))).to_dicts()
    assert row["chance"] is None
    assert row["parameter_share"] is None


def test_the_summary_of_a_run_is_that_of_its_members(tmp_path):
    from meguri.model.draws import from_prior

    request = small_request(members=6, keep="indicators", draws=from_prior(small_request().base, 3, seed=1))
    folder = run(request, tmp_path, jobs=2).folder
    summary = pl.read_parquet(folder / "summary.parquet")
    assert summary.equals(summarise(pl.read_parquet(folder / "members.parquet"), 3))
    assert summary["parameter_share"].drop_nulls().is_between(0.0, 1.0).all()
    (row,) = summary.filter((pl.col("indicator") == "rd_total") & (pl.col("period") == "FY2017")).to_dicts()
    assert row["parameter_share"] > 0.5  # R&D follows the firms' numbers far more than their luck
    notes = pl.read_parquet(folder / "observations.parquet")["note"].unique().to_list()
    assert all("chance and parameters (prior)" in note for note in notes)
