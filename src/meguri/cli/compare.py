"""``meguri compare``: what changes from one world to another, with the same luck on both sides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from meguri.cli.asking import Asked, request_of
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
    Output,
    Parameters,
    Scale,
    Seed,
    Set,
    Shelf,
    TableFormat,
    option,
)
from meguri.cli.output import Format, emit, say
from meguri.cli.progress import run_with_progress
from meguri.errors import InputError, unknown

HELP = text(
    "二つのシナリオを同じ乱数で比べ、指標ごとの効果を示す（--set と --parameters は後者だけに効く）。",
    "Compare two scenarios with the same luck: the effect on each indicator (--set and --parameters act on B only).",
)
COLUMNS = ("indicator", "place", "period", "before", "after", "effect", "low", "high", "unit", "members")


def command(
    before: Annotated[str, typer.Argument(metavar="A", help=text("比べるもと", "Scenario or run to compare with"))],
    after: Annotated[
        str, typer.Argument(metavar="B", help=text("比べる相手", "Scenario or run that changes something"))
    ],
    indicator: Annotated[str | None, option("--indicator", ja="指標ID", en="Id of an indicator")] = None,
    period: Annotated[str | None, option("--period", ja="時点（例：FY2030）", en="Period, for example FY2030")] = None,
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
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Compare two worlds."""
    from meguri.experiments.difference import difference

    asked = Asked(country, institution, first, last, scale, members, seed, jobs, keep, values, parameters, draws, on)
    frame = difference(*_both(before, after, asked, out, as_json))
    frame = _chosen(_chosen(frame, "indicator", indicator), "period", period)
    rows = frame.to_dicts()
    headings = text("指標|地域|時点|前|後|効果（中央値）|5%|95%|単位|組", "|".join(COLUMNS)).split("|")
    emit(rows, COLUMNS, as_json, form, output, headings, "compare")
    if not as_json and form is Format.table:
        say(
            text(
                "効果＝同じ乱数の組ごとの差の中央値。5%～95%は偶然によるばらつきのみ",
                "effect: median of the differences of pairs with the same luck; 5–95% holds chance only",
            )
        )


def _chosen(frame: Any, column: str, wanted: str | None) -> Any:
    """Return the rows of one indicator (or family of indicators) or period."""
    import polars as pl

    if wanted is None:
        return frame
    chosen = frame.filter((pl.col(column) == wanted) | pl.col(column).str.starts_with(f"{wanted}."))
    if chosen.is_empty():
        raise unknown(column, wanted, set(frame[column]))
    return chosen


def _both(before: str, after: str, asked: Asked, out: Path, quiet: bool) -> tuple[Path, Path]:
    """Return the two runs' folders, run or found; where one is a run, the other is asked for as it was."""
    from meguri.ledger import store

    runs = [_existing(name, out) for name in (before, after)]
    if runs[1] is not None and (asked.values or asked.parameters):
        raise InputError(f"--set and --parameters change what B runs, but '{after}' is a finished run; name a scenario")
    made = next((store.manifest(run) for run in runs if run is not None), None)
    if made is not None:
        asked = _as_made(asked, made)
    plain = replace(asked, values=None, parameters=None)
    found = []
    for name, run, options in zip((before, after), runs, (plain, asked), strict=True):
        if run is None:
            run = run_with_progress(request_of(name, options), out, asked.at_once, quiet, asked.where).folder
        found.append(run)
    return found[0], found[1]


def _existing(name: str, out: Path) -> Path | None:
    """Return the folder of a run that is named by path or id; None for a scenario."""
    from meguri.ledger.store import is_run
    from meguri.model.scenario import names
    from meguri.observatory.worlds import find_run

    if name.endswith(".toml") or (name in names() and not is_run(Path(name))):
        return None
    return find_run(name, out, names())


def _as_made(asked: Asked, made: dict[str, Any]) -> Asked:
    """Return the options with what the command line leaves open taken from a finished run."""
    return replace(
        asked,
        country=asked.country or made["country"],
        first=asked.first or made["first"],
        last=asked.last or made["last"],
        scale=made["scale"] if asked.scale is None else asked.scale,
        members=made["members"] if asked.members is None else asked.members,
        seed=made["seed"] if asked.seed is None else asked.seed,
    )
