"""A disk that is really full: one sentence, what is finished is kept, and with room the bytes are the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: How a process gets a small file system of its own: as any user where the system lets users, else as root.
WAYS = (["unshare", "-rm"], ["unshare", "-m"])


def _way(disk: Path) -> list[str]:
    for way in WAYS:
        try:
            tried = subprocess.run([*way, "mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True)
        except FileNotFoundError:
            continue
        if tried.returncode == 0:
            return way
    pytest.skip("this system lets neither users nor this process mount a small file system")


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, dict]:
    """What became of every case, by name."""
    disk, elsewhere = tmp_path_factory.mktemp("disk"), tmp_path_factory.mktemp("elsewhere")
    command = 'mount -t tmpfs -o size=16m tmpfs "$1" && exec "$2" -m tests.model.filling "$1" "$3"'
    done = subprocess.run(
        [*_way(disk), "sh", "-c", command, "sh", str(disk), sys.executable, str(elsewhere)],
        capture_output=True, text=True, cwd=ROOT, timeout=600, env={**os.environ, "MEGURI_LANG": "en"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {one["case"]: one for one in map(json.loads, done.stdout.splitlines())}


#: What stands in the folder of the unfinished run when the disk is full, and how many of 3 members are computed then.
EXPECTED = {
    "chunk": (1, False, 2),
    "ledger": (0, False, 3),
    "outside": (0, False, 3),
    "assembling": (3, True, 0),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_finished_members_are_kept_and_nothing_half_written(cases, name):
    one = cases[name]
    assert one["sentence"].startswith("the disk of the shelf '")
    assert one["sentence"].endswith("finished members are kept: free some space and run the same again")
    members, ledger, computed = EXPECTED[name]
    assert sum(path.startswith("members/") for path in one["left"]) == members
    assert ("flows.parquet" in one["left"]) == ledger
    assert not [path for path in one["left"] if "tmp" in path]
    assert one["computed"] == computed
    assert one["same"]


def test_a_cache_without_room_stops_nothing_and_keeps_no_half_state(cases):
    assert cases["cache"] == {"case": "cache", "sentence": "", "left": [], "computed": 3, "same": True}


def test_the_command_ends_with_one_sentence_and_goes_on_when_there_is_room(cases):
    one = cases["command"]
    assert one["code"] == 2
    assert len(one["sentence"].splitlines()) == 1
    assert "is full; finished members are kept" in one["sentence"]
    assert one["again"] == 0
    assert one["same"]
