"""The command line as a user meets it: a process of its own, with an empty folder to work in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Answer:
    """What a process left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one sentence of a wrong input; fails when there is anything else."""
        assert self.code == 2, (self.code, self.out, self.err)
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        assert self.out == ""
        return lines[0]


Meguri = Callable[..., Answer]


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "MEGURI_LANG": "en", "COLUMNS": "200", **changes}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "meguri.cli.app", *map(str, arguments)]


@pytest.fixture
def meguri(tmp_path: Path) -> Meguri:
    def run(*arguments: object, cwd: Path = tmp_path, **changes: str) -> Answer:
        done = subprocess.run(
            command(*arguments), capture_output=True, text=True, encoding="utf-8", cwd=cwd, timeout=600,
            env=environment(**changes),
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def shelf(small_run) -> Path:
    """The shelf with the small run on it."""
    return small_run.folder.parent


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Meguri:
    """The same command line inside this process, for the many cases that end before anything is run."""
    from meguri.cli.app import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Answer(ended.value.code, out, err)

    return run


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Set the language of this process until the end of a test."""
    from meguri.cli.language import language

    def choose(name: str) -> None:
        monkeypatch.setenv("MEGURI_LANG", name)
        language.cache_clear()

    yield choose
    monkeypatch.undo()
    language.cache_clear()
