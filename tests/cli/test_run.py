"""Running: the contract of its JSON, the cache, the table, the report, and what an interruption keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from .conftest import command, environment

SMALL = ("--to", "2016Q4", "--scale", 0.02)


def test_json_cache_and_report(meguri, tmp_path):
    first = meguri("run", *SMALL, "--members", 1, "--json").json
    assert list(first) == ["run", "cached", "flows", "observations", "seconds"]
    assert first["cached"] is False
    assert first["flows"] > 0
    assert first["observations"] > 0
    folder = tmp_path / first["run"]
    for table in ("actors", "flows", "stocks", "records", "observations"):
        assert (folder / f"{table}.parquet").is_file()
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")
    again = meguri("run", *SMALL, "--members", 1, "--json").json
    assert again == {**first, "cached": True, "seconds": again["seconds"]}


def test_a_lever_at_rest_is_the_baseline(meguri):
    keep = ("--members", 1, "--keep", "indicators", "--json")
    plain = meguri("run", *SMALL, *keep).json
    assert plain["flows"] == 0
    assert meguri("run", *SMALL, *keep, "--set", "inventor_share=0").json["run"] == plain["run"]
    assert meguri("run", *SMALL, *keep, "--set", "inventor_share=0.1").json["run"] != plain["run"]
    cut = meguri("run", *SMALL, *keep, "--set", "link_strength@university_company=-1").json
    assert cut["run"] != plain["run"]
    assert "university_compan'" in meguri("run", "--set", "link_strength@university_compan=-1").sentence


TABLE = {
    "en": ("observed", "inside?", "not yet modelled", "run: "),
    "ja": ("観測値", "範囲内か", "まだモデル化されていない", "実行結果"),
}


@pytest.mark.parametrize("language", TABLE)
def test_table(meguri, shelf, small_run, language):
    request = small_run.request
    again = ("--to", request.last, "--scale", request.scale, "--members", request.members, "--out", shelf)
    answer = meguri("run", *again, "--lang", language)
    assert answer.code == 0, answer.err
    for word in TABLE[language]:
        assert word in answer.out


@pytest.mark.skipif(os.name == "nt", reason="interrupts are sent differently on Windows")
def test_an_interrupted_run_keeps_finished_members_and_goes_on(meguri, tmp_path):
    asked = ("run", "--to", "2017Q4", "--scale", 0.02, "--members", 8, "--keep", "indicators", "--jobs", 1)
    process = subprocess.Popen(
        command(*asked), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 300
        while not list(tmp_path.glob("runs/.*.partial/members/*.parquet")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, (out, err)
    assert len(err.strip().splitlines()) == 1
    assert "of 8 members are finished and kept" in err
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("runs/.*.partial/members/*.parquet")}
    assert kept
    first = int(err.split("--members ")[1].split()[0])
    now = meguri("run", *asked[1:-4], "--members", first, "--keep", "indicators", "--json").json
    assert "members_computed = 0" in (tmp_path / now["run"] / "log.toml").read_text(encoding="utf-8")
    assert now["observations"] > 0
    again = meguri("run", *asked[1:-4], "--members", 8, "--keep", "indicators", "--json").json
    assert again["cached"] is False
    log = (tmp_path / again["run"] / "log.toml").read_text(encoding="utf-8")
    assert f"members_computed = {8 - len(kept)}" in log
    assert not list(tmp_path.glob("runs/.*.partial"))
