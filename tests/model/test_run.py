"""Runs on the shelf: same bytes whatever the threads, processes and kills; nothing is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from meguri.engine.parameters import Setting
from meguri.errors import InputError
from meguri.indicators import measure
from meguri.ledger.schema import schema
from meguri.model.read import read_ledger
from meguri.model.request import RunRequest
from meguri.model.run import run
from meguri.model.scenario import Change, Scenario, load
from meguri.registry import shelf

from ..conftest import SMALL, small_request

TABLES = ("actors", "flows", "stocks", "records", "observations", "members", "parameters")


def _bytes(folder: Path) -> dict[str, bytes]:
    return {table: (folder / f"{table}.parquet").read_bytes() for table in TABLES} | {
        "run.toml": (folder / "run.toml").read_bytes()
    }


def _command(out: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "meguri.cli.app",
        "run",
        "baseline",
        "--to",
        SMALL["last"],
        "--scale",
        str(SMALL["scale"]),
        "--members",
        "6",
        "--out",
        str(out),
        "--json",
        *more,
    ]


def test_the_tables_have_the_columns_of_the_schema(small_run):
    for table in ("actors", "flows", "stocks", "records", "observations"):
        assert pl.read_parquet_schema(small_run.folder / f"{table}.parquet").keys() == schema(table).keys()
    assert len(pl.read_parquet(small_run.folder / "flows.parquet")) > 10_000


def test_one_job_in_another_process_gives_the_same_bytes(small_run, tmp_path):
    subprocess.run([*_command(tmp_path), "--members", "2", "--jobs", "1"], check=True, capture_output=True)
    (folder,) = tmp_path.iterdir()
    assert folder.name == small_run.folder.name
    assert _bytes(folder) == _bytes(small_run.folder)


def test_a_run_is_found_again(small_run):
    outcome = run(small_run.request, small_run.folder.parent)
    assert outcome.cached
    assert outcome.folder == small_run.folder


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    subprocess.run(_command(whole), check=True, capture_output=True)
    process = subprocess.Popen(_command(cut, "--jobs", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and len(list(cut.glob(".*/members/*.parquet"))) < 2:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (partial,) = cut.glob(".*.partial")
    kept = {path: path.stat().st_mtime_ns for path in (partial / "members").glob("*.parquet")}
    assert kept
    damaged = sorted(kept)[-1]
    damaged.write_bytes(damaged.read_bytes()[:40])
    subprocess.run(_command(cut), check=True, capture_output=True)
    (left,), (right,) = whole.iterdir(), cut.iterdir()
    assert _bytes(left) == _bytes(right)


def test_member_zero_measured_from_disk_equals_its_summary(small_run):
    ledger = read_ledger(small_run.folder)
    members = pl.read_parquet(small_run.folder / "members.parquet").filter(pl.col("member") == 0)
    for indicator in shelf("meguri.indicators"):
        again = measure(indicator, ledger)
        before = members.filter(
            (pl.col("indicator") == indicator.id) | pl.col("indicator").str.starts_with(f"{indicator.id}.")
        ).select("indicator", "place", "period", "value")
        order = ["indicator", "place", "period"]
        assert again.sort(order).equals(before.sort(order)), indicator.id


@pytest.mark.parametrize("lever", [lever.id for lever in shelf("meguri.levers")])
def test_a_lever_at_rest_is_the_baseline_in_every_parameter(lever):
    rest = RunRequest(Scenario("rest", "", "", "JP", changes=(Change(lever, 0.0),)), **SMALL)
    assert rest.resolved.digest() == small_request().resolved.digest()
    assert rest.base.digest() == small_request().base.digest()


def test_all_levers_at_rest_give_the_bytes_of_the_baseline(small_run, tmp_path):
    changes = tuple(Change(lever.id, 0.0) for lever in shelf("meguri.levers"))
    rest = RunRequest(Scenario("rest", "", "", "JP", changes=changes), **SMALL)
    folder = run(rest, tmp_path, jobs=2).folder
    for table in ("actors", "flows", "stocks", "records", "members", "parameters"):
        assert (folder / f"{table}.parquet").read_bytes() == (small_run.folder / f"{table}.parquet").read_bytes(), table


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scale": 2.0}, "--scale 2 is outside 0.001 to 1"),
        ({"scale": float("nan")}, "outside 0.001 to 1"),
        ({"members": 0}, "--members 0 is outside 1 to 100000"),
        ({"seed": -1}, "--seed -1 must be 0 or more"),
        ({"keep": "all"}, "unknown thing to keep 'all'"),
        ({"first": "2016"}, "'2016' in --from is not a quarter"),
        ({"last": "2015Q4"}, "would end .2015Q4. before it begins"),
        ({"last": "2090Q4"}, "a run lies between 1992Q1 and 2050Q4"),
    ],
)
def test_wrong_requests_are_refused_in_one_sentence(changes, message):
    with pytest.raises(InputError, match=message):
        small_request(**changes)


def test_a_number_set_by_hand_is_part_of_the_id_and_of_the_parameter_table(small_run):
    spec = next(
        spec
        for spec in small_run.request.base.specs.values()
        if spec.shape == "scalar" and spec.role == "parameter" and isinstance(spec.value, float) and not spec.path
    )
    other = small_request(settings=(Setting(spec.id, spec.value * 1.0 + (spec.high - spec.value) / 2, "user"),))
    assert other.id != small_run.request.id
    assert other.resolved.layer[spec.id] == "user"


def test_an_unwritable_shelf_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match=r"the shelf '.*file' cannot be written"):
        run(small_request(), blocked)


def test_an_unknown_country_lists_those_there_are():
    with pytest.raises(InputError, match="unknown country 'XX'"):
        _ = RunRequest(Scenario("x", "", "", "XX"), **SMALL).base


def test_the_baseline_scenario_changes_nothing():
    baseline = load("baseline")
    assert baseline.changes == ()
    assert baseline.settings == ()


def test_burnt_in_states_do_not_grow_without_bound(tmp_path, monkeypatch):
    from meguri.model import states

    for age, name in enumerate(("old", "older", "oldest")):
        path = tmp_path / f"{name}.npz"
        path.write_bytes(b"x" * 100)
        os.utime(path, (1000 - age, 1000 - age))
    monkeypatch.setattr(states, "CACHE_BYTES", 250)
    states.prune(tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["old", "older"]
