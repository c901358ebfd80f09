"""Members computed by processes: same bytes as by threads, nothing left behind, one sentence when one is ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time as clock
from pathlib import Path

import pytest

from meguri.model.run import run
from meguri.model.workers import WORTH_PROCESSES

from ..conftest import small_request
from .test_killed import contents

MEMBERS = WORTH_PROCESSES + 8
SHORT = {"last": "2016Q4", "scale": 0.02, "members": MEMBERS, "keep": "indicators"}
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes where Linux has them")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The short run, by one thread."""
    return run(small_request(**SHORT), tmp_path_factory.mktemp("whole"), jobs=1).folder


def children(process: int) -> list[int]:
    """The processes that a process has started and that compute members."""
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in path.read_text().split()]
    return [child for child in found if b"meguri.model.processes" in Path(f"/proc/{child}/cmdline").read_bytes()]


def alive(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def begin(out: Path) -> tuple[subprocess.Popen[str], list[int], int]:
    """Start the command on two jobs; returns it, its processes and the members finished when some are."""
    command = [
        sys.executable, "-m", "meguri.cli.app", "run", "baseline", "--to", SHORT["last"], "--scale", SHORT["scale"],
        "--members", MEMBERS, "--jobs", 2, "--keep", "indicators", "--out", out, "--json",
    ]  # fmt: skip
    environment = {**os.environ, "MEGURI_LANG": "en"}
    started = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    patience = clock.monotonic() + 120
    while clock.monotonic() < patience and started.poll() is None:
        finished = len(list(out.glob(".*/members/*.parquet")))
        if finished >= 2 and len(children(started.pid)) == 2:
            return started, children(started.pid), finished
        clock.sleep(0.01)
    raise AssertionError(started.communicate()[1])


def test_processes_give_the_bytes_of_one_thread(whole, tmp_path):
    made = run(small_request(**SHORT), tmp_path, jobs=2)
    assert made.computed == MEMBERS
    assert contents(made.folder) == contents(whole)


def test_processes_end_with_the_one_that_was_killed_and_nothing_is_computed_again(whole, tmp_path):
    started, processes, finished = begin(tmp_path)
    started.kill()
    started.communicate()
    patience = clock.monotonic() + 60
    while any(map(alive, processes)) and clock.monotonic() < patience:
        clock.sleep(0.05)
    assert not any(map(alive, processes))
    again = run(small_request(**SHORT), tmp_path, jobs=2)
    assert again.computed <= MEMBERS - finished
    assert contents(again.folder) == contents(whole)


def test_a_killed_process_ends_the_run_in_one_sentence_and_keeps_what_is_finished(whole, tmp_path):
    started, processes, finished = begin(tmp_path)
    os.kill(processes[0], signal.SIGKILL)
    sentence = started.communicate(timeout=120)[1].strip().splitlines()[-1]
    assert started.returncode == 2
    assert "a process that computed members ended (exit status -9); finished members are kept" in sentence
    again = run(small_request(**SHORT), tmp_path, jobs=1)
    assert again.computed <= MEMBERS - finished
    assert contents(again.folder) == contents(whole)


def test_what_goes_wrong_in_a_process_is_said_as_in_a_thread(tmp_path):
    from dataclasses import replace

    from meguri.errors import InputError
    from meguri.model.processes import ProcessWorkers
    from meguri.model.work import work_of

    workers = ProcessWorkers(1)
    work = replace(work_of(small_request(**SHORT), [0]), sources="other")
    with pytest.raises(InputError, match="a worker has other sources of meguri"):
        workers.submit(work, lambda quarters: None).result()
    ticks: list[int] = []
    (frame,) = workers.submit(work_of(small_request(**SHORT), [0]), ticks.append).result()
    workers.close()
    assert sum(ticks) > 0
    assert json.loads(frame.select("member").unique().write_json()) == [{"member": 0}]
