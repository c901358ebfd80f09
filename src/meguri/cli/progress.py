"""Progress of a run on the terminal, and a clean end when it is interrupted."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from meguri.cli.language import text
from meguri.cli.output import say
from meguri.errors import InputError, Phrase, japanese

if TYPE_CHECKING:
    from meguri.model.request import RunRequest
    from meguri.model.run import Outcome


class Stopped(Exception):
    """Raised inside a member that is at work when the run is interrupted."""


class Interrupted(Exception):
    """A run was interrupted; its sentence (``en``, ``ja``) says what is kept and how to go on."""

    def __init__(self, en: str, ja: str) -> None:
        """Make it of the sentence in both languages."""
        super().__init__(en)
        self.ja = ja


def run_with_progress(request: RunRequest, out: Path, jobs: int, quiet: bool, on: str = "local") -> Outcome:
    """Run, with a progress bar and the time left on standard error where that is a terminal.

    Raises :class:`Interrupted` after Ctrl-C: the members at work stop within a quarter, finished ones are kept.
    """
    from meguri.model import run as runs

    check_shelf(request, out)
    _say_what_cannot_go_on(request, out)
    stop = threading.Event()

    def handle(signum: int, frame: FrameType | None) -> None:
        stop.set()
        raise KeyboardInterrupt

    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, handle) if in_main else None
    try:
        if quiet or not sys.stderr.isatty():
            outcome = runs.run(request, out, jobs, lambda done, total: _go_on(stop), on)
        else:
            outcome = _with_bar(request, out, jobs, stop, on)
    except KeyboardInterrupt:
        raise _kept(request, out) from None
    finally:
        if in_main:
            signal.signal(signal.SIGINT, before)
    _say_what_was_not_trusted(outcome)
    return outcome


def check_shelf(request: RunRequest, out: Path) -> None:
    """Raise InputError when the run cannot be put on the shelf; nothing is written over."""
    from meguri.ledger.store import is_run

    if out.exists() and not out.is_dir():
        raise InputError(
            f"the shelf '{out}' is a file; --out takes a folder",
            f"棚「{out}」はファイルです。--outにはフォルダーを指定してください",
        )
    folder = out / request.id
    if folder.exists() and not is_run(folder):
        raise InputError(
            f"'{folder}' is in the way: it is not a complete run; move or delete it",
            f"「{folder}」は完了した実行結果ではありません。移動または削除してから実行してください",
        )


def _say_what_cannot_go_on(request: RunRequest, out: Path) -> None:
    """Say where an unfinished run of the same was begun by other sources or libraries: it is not continued."""
    from meguri.model.inventory import outdated

    if (out / request.id).exists():
        return
    for entry in outdated(request, out):
        say(
            text(
                f"同じ実行の途中結果「{entry.folder.name}」（終わった{entry.done}本）は、別の版のmeguriまたはライブラリー"
                "で作られたため引き継げません。初めから実行します",
                f"the unfinished run '{entry.folder.name}' of the same ({entry.done} members) was begun with other "
                "sources or libraries and cannot be continued by this version; it is run anew",
            )
        )


def _say_what_was_not_trusted(outcome: Outcome) -> None:
    """Say what was damaged on the shelf and therefore computed again or passed over."""
    if outcome.redone:
        say(
            text(
                f"壊れていた途中結果{outcome.redone}件を計算し直しました",
                f"{outcome.redone} finished members were damaged on disk and computed again",
            )
        )
    for name in outcome.passed_over:
        say(
            text(
                f"実行結果「{name}」は壊れているため、そこからは何も引き継ぎませんでした",
                f"run '{name}' is damaged, and nothing was taken from it",
            )
        )


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


def _kept(request: RunRequest, out: Path) -> Interrupted:
    """Return what says what an interrupted run has kept, and how to use it."""
    from meguri.model.run import chunks_of

    finished = chunks_of(request, out).finished()
    done = len(finished)
    first = next(number for number in range(done + 1) if number not in finished)
    now = Phrase("", "")
    if first:
        now = Phrase(
            f", and --members {first} makes a run of those finished now",
            f"。--members {first} とすれば、終わった分だけですぐに結果になります",
        )
    return Interrupted(
        f"interrupted: {done} of {request.members} members are finished and kept on the shelf '{out}'; "
        f"the same command goes on from there{now}",
        f"中断しました。{request.members}本のうち終わった{done}本は「{out}」に残してあり、"
        f"同じコマンドで続きから再開できます{japanese(now)}",
    )
