"""What several test folders share: one small real run of Japan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from meguri.model.request import RunRequest
from meguri.model.run import run
from meguri.model.scenario import load

#: A small Japan: 2% of its actors, three years, two members.
SMALL = {"last": "2018Q4", "scale": 0.02, "members": 2}


@dataclass(frozen=True)
class SmallRun:
    """A finished small run: what was asked for and where it lies."""

    request: RunRequest
    folder: Path


def small_request(**changes) -> RunRequest:
    """Return the request of the small run, with changes."""
    return RunRequest(load("baseline"), **{**SMALL, **changes})


@pytest.fixture(scope="session", autouse=True)
def _own_store_of_registers(tmp_path_factory):
    """Keep tests, and the processes that they start, away from what the user of this machine has filed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEGURI_REGISTERS", str(tmp_path_factory.mktemp("registers") / "registers.sqlite"))
        yield


@pytest.fixture(scope="session")
def small_run(tmp_path_factory) -> SmallRun:
    """The small run, made once for all tests."""
    request = small_request()
    return SmallRun(request, run(request, tmp_path_factory.mktemp("shelf"), jobs=2).folder)
