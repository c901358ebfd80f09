"""Progress of a run on the terminal, and a clean end when it is interrupted."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from meguri.cli.language import text
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.model.request import RunRequest
    from meguri.model.run import Outcome


class Stopped(Exception):
    """Raised inside a member that is at work when the run is interrupted."""


class Interrupted(Exception):
    """A run was interrupted; its message says what is kept and how to go on."""


def run_with_progress(request: RunRequest, out: Path, jobs: int, quiet: bool, on: str = "local") -> Outcome:
    """Run, with a progress bar and the time left on standard error where that is a terminal.

    Raises :class:`Interrupted` after Ctrl-C: the members at work stop within a quarter, finished ones are kept.
    """
    from meguri.model import run as runs

    check_shelf(request, out)
    stop = threading.Event()

    def handle(signum: int, frame: FrameType | None) -> None:
        stop.set()
        raise KeyboardInterrupt

    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, handle) if in_main else None
    try:
        if quiet or not sys.stderr.isatty():
            return runs.run(request, out, jobs, lambda done, total: _go_on(stop), on)
        return _with_bar(request, out, jobs, stop, on)
    except KeyboardInterrupt:
        raise Interrupted(_kept(request, out)) from None
    finally:
        if in_main:
            signal.signal(signal.SIGINT, before)


def check_shelf(request: RunRequest, out: Path) -> None:
    """Raise InputError when the run cannot be put on the shelf; nothing is written over."""
    from meguri.ledger.store import is_run

    if out.exists() and not out.is_dir():
        raise InputError(f"the shelf '{out}' is a file; --out takes a folder")
    folder = out / request.id
    if folder.exists() and not is_run(folder):
        raise InputError(f"'{folder}' is in the way: it is not a complete run; move or delete it")


def _go_on(stop: threading.Event) -> None:
    if stop.is_set():
        raise Stopped


def _with_bar(request: RunRequest, out: Path, jobs: int, stop: threading.Event, on: str) -> Outcome:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from meguri.model import run as runs

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn(text("残り", "left")),
        TimeRemainingColumn(),
    )
    name = text(f"{request.scenario.ja}（{request.members}本）", f"{request.scenario.en} ({request.members} members)")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(
            text("準備中（初回はコンパイルに時間がかかります）", "preparing (compiles at first run)"), total=None
        )

        def tick(done: int, total: int) -> None:
            _go_on(stop)
            bar.update(task, description=name, completed=done, total=total)

        return runs.run(request, out, jobs, tick, on)


def _kept(request: RunRequest, out: Path) -> str:
    """Say what an interrupted run has kept, and how to use it."""
    from meguri.model.chunks import Chunks
    from meguri.model.run import partial_of

    finished = Chunks(partial_of(request, out) / "members").finished()
    done = len(finished)
    first = next(number for number in range(done + 1) if number not in finished)
    now = ("", "")
    if first:
        now = (
            f"。--members {first} とすれば、終わった分だけですぐに結果になります",
            f", and --members {first} makes a run of those finished now",
        )
    return text(
        f"中断しました。{request.members}本のうち終わった{done}本は「{out}」に残してあり、"
        f"同じコマンドで続きから再開できます{now[0]}",
        f"interrupted: {done} of {request.members} members are finished and kept on the shelf '{out}'; "
        f"the same command goes on from there{now[1]}",
    )
