"""``meguri run``: run a scenario and show what it gives beside what is observed."""

from __future__ import annotations

import time
from pathlib import Path

from meguri.cli.asking import Asked, request_of
from meguri.cli.beside import show_validation
from meguri.cli.language import text
from meguri.cli.options import (
    Country,
    Draws,
    First,
    Institution,
    Jobs,
    Json,
    Keep,
    Lang,
    Last,
    Members,
    On,
    Parameters,
    Scale,
    Seed,
    Set,
    Shelf,
    World,
)
from meguri.cli.output import number, say, write_json
from meguri.cli.progress import run_with_progress

HELP = text(
    "シナリオを実行し、観測値と並べて示す。結果は棚（--out）のフォルダーに残る。",
    "Run a scenario and show it beside what is observed; the result stays in a folder on the shelf (--out).",
)


def command(
    world: World = "baseline",
    country: Country = None,
    institution: Institution = None,
    first: First = None,
    last: Last = None,
    scale: Scale = None,
    members: Members = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Shelf = Path("runs"),
    keep: Keep = None,
    values: Set = None,
    parameters: Parameters = None,
    draws: Draws = None,
    on: On = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Run a scenario."""
    started = time.perf_counter()
    asked = Asked(country, institution, first, last, scale, members, seed, jobs, keep, values, parameters, draws, on)
    jobs_at_once = asked.at_once
    request = request_of(world, asked)
    outcome = run_with_progress(request, out, jobs_at_once, as_json, asked.where)
    report = write_report(outcome.folder, outcome.cached)
    if as_json:
        from meguri.ledger.store import count

        write_json(
            {
                "run": str(outcome.folder),
                "cached": outcome.cached,
                "flows": count(outcome.folder, "flows"),
                "observations": count(outcome.folder, "observations"),
                "seconds": round(time.perf_counter() - started, 3),
            }
        )
        return
    show_validation(outcome.folder)
    seconds = number(round(time.perf_counter() - started, 1))
    again = text("（実行済みの結果）", " (found on the shelf)") if outcome.cached else ""
    print(text(f"実行結果：{outcome.folder}{again}　{seconds}秒", f"run: {outcome.folder}{again}, {seconds} s"))
    if report is not None:
        print(text(f"報告書：{report}", f"report: {report}"))


def write_report(folder: Path, cached: bool = False) -> Path | None:
    """Write ``report.html`` into a run's folder where it is missing; say so and go on when that fails."""
    path = folder / "report.html"
    if cached and path.is_file():
        return path
    try:
        from meguri.cli.report import write

        return write(folder, path)
    except Exception as error:  # the run itself is done and kept
        say(
            text(
                f"報告書を作れませんでした（{type(error).__name__}: {error}）。meguri report {folder} で作り直せます",
                f"the report could not be written ({type(error).__name__}: {error}); try: meguri report {folder}",
            )
        )
        return None
