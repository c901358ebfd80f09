"""The difference of two runs, computed by hand."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.experiments.difference import difference
from meguri.ledger.schema import observations

MEMBERS = {"member": pl.Int32, "indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64}


def run_with(folder, values, seed=1):
    folder.mkdir()
    (folder / "run.toml").write_text(f'country = "JP"\nseed = {seed}\nmembers = {len(values)}\n', encoding="utf-8")
    observations(
        [{"indicator": "rd_total", "place": "JP", "period": "FY2016", "value": 1.0, "unit": "JPY_tn"}]
    ).write_parquet(folder / "observations.parquet")
    members = [(n, "rd_total", "JP", "FY2016", value) for n, value in enumerate(values)]
    pl.DataFrame(members, schema=MEMBERS, orient="row").write_parquet(folder / "members.parquet")
    return folder


def test_medians_of_pairs_not_of_sides(tmp_path):
    before, after = run_with(tmp_path / "a", [1.0, 10.0, 100.0]), run_with(tmp_path / "b", [1.5, 9.0, 101.0])
    (row,) = difference(before, after).to_dicts()
    assert (row["before"], row["after"], row["effect"]) == (10.0, 9.0, 0.5)  # not 9 - 10: pairs are .5, -1, 1
    assert row["low"] == pytest.approx(-1 + 0.1 * 1.5)
    assert row["high"] == pytest.approx(0.5 + 0.9 * 0.5)
    assert (row["unit"], row["members"]) == ("JPY_tn", 3)


def test_other_luck_is_refused(tmp_path):
    with pytest.raises(InputError, match="seed is 1 in one and 2 in the other"):
        difference(run_with(tmp_path / "a", [1.0]), run_with(tmp_path / "b", [1.0], seed=2))
