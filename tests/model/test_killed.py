"""Killed runs go on where they stopped and end with the same bytes; two processes never work on one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from meguri.model.run import run

from ..conftest import small_request

ROOT = Path(__file__).parents[2]
SHORT = {"last": "2016Q4", "scale": 0.02, "members": 3}
MOMENTS = (
    "before:request.toml", "ledger", "after:flows.parquet", "before:ledger", "before:000000-*", "after:000001-*",
    "table", "before:baseline-*", "after:baseline-*", "tidying", "never",
)  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a run that must be the same."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in ("log.toml", "report.html")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The short run, uninterrupted, with its ledger."""
    return run(small_request(**SHORT), tmp_path_factory.mktemp("whole")).folder


@pytest.mark.skipif(os.name == "nt", reason="processes are killed otherwise on Windows")
def test_a_process_killed_at_any_moment_leaves_a_run_that_goes_on_to_the_same_bytes(whole, tmp_path):
    out = tmp_path / "cut"
    killing = [sys.executable, "-m", "tests.model.killing", str(out), *MOMENTS]
    done = subprocess.run(killing, capture_output=True, text=True, cwd=ROOT, timeout=600)
    assert done.returncode == 0, done.stderr
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    assert [life["killed"] for life in lives] == [moment != "never" for moment in MOMENTS]
    for before, after in pairwise(lives):
        if after["moment"] not in ("tidying", "never"):
            assert before["members"].items() <= after["members"].items(), after["moment"]
    by_moment = {life["moment"]: life for life in lives}
    assert len(by_moment["after:000001-*"]["members"]) == 2
    assert by_moment["before:baseline-*"]["finished"] == []
    assert by_moment["after:baseline-*"]["finished"] == [whole.name]
    assert lives[-1]["outcome"] == [0, 0, True]
    assert [path.name for path in out.iterdir()] == [whole.name]
    assert contents(out / whole.name) == contents(whole)


def test_two_processes_at_once_make_one_run(whole, tmp_path):
    command = [
        sys.executable, "-m", "meguri.cli.app", "run", "baseline", "--to", SHORT["last"], "--scale", SHORT["scale"],
        "--members", SHORT["members"], "--out", tmp_path, "--json",
    ]  # fmt: skip
    pair = [
        subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300)[1] for process in pair]
    codes = [process.returncode for process in pair]
    assert sorted(codes) in ([0, 2], [0, 0]), said
    for code, sentence in zip(codes, said, strict=True):
        if code:
            assert "another process (process " in sentence
            assert len(sentence.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == [whole.name]
    assert contents(tmp_path / whole.name) == contents(whole)
