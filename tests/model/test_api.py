"""meguri from Python: runs, frames, panels."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

import meguri
from meguri.errors import InputError


@pytest.fixture(scope="module")
def opened(small_run):
    return meguri.open_run(small_run.folder)


def test_a_run_is_found_on_the_shelf_and_read_as_frames(small_run):
    request = small_run.request
    run = meguri.run(
        "baseline", members=request.members, scale=request.scale, last=request.last, out=small_run.folder.parent
    )
    assert run.folder == small_run.folder
    assert run.id == request.id
    for table in ("observations", "members", "flows", "stocks", "records", "actors", "parameters"):
        frame = getattr(run, table)
        assert frame.height > 0
        assert not any(isinstance(dtype, pl.Enum | pl.Categorical) for dtype in frame.dtypes)


def test_a_panel_is_one_row_an_actor_and_period_with_one_column_a_stock(opened):
    panel = opened.panel("startup")
    assert panel.select("actor", "period").is_duplicated().sum() == 0
    kinds = dict(opened.actors.select("actor", "kind").iter_rows())
    assert {kinds[actor] for actor in panel["actor"].unique()} == {"startup"}
    stocks = opened.stocks.filter(pl.col("stock") == "employees").select("actor", "period", "amount")
    joined = panel.join(stocks, on=["actor", "period"])
    assert joined.height > 0
    assert (joined["employees"] == joined["amount"]).all()
    by_class = opened.panel("startup_university")
    assert by_class["class"].unique().to_list() == ["startup_university"]
    with pytest.raises(InputError, match="nearest: startup"):
        opened.panel("startups")


def test_wrong_input_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="inventor_share"):
        meguri.run("baseline", members=1, values={"inventor_share": 9.0}, out=tmp_path)
    with pytest.raises(InputError, match="is not a run"):
        meguri.open_run(tmp_path)
    assert not list(tmp_path.iterdir())


def test_importing_meguri_imports_nothing_heavy():
    script = "import sys, meguri; assert not {'polars', 'numba', 'numpy', 'duckdb'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
    with pytest.raises(AttributeError):
        meguri.nothing  # noqa: B018
