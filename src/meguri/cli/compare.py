"""``meguri compare``: what changes from one world to another, with the same luck on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from meguri.cli.asking import Asked, request_of
from meguri.cli.language import text
from meguri.cli.options import (
    AsOf,
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
    NoLinks,
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
from meguri.cli.output import Format, emit, number, say
from meguri.cli.progress import run_with_progress
from meguri.cli.terms import spoken
from meguri.errors import InputError, unknown

HELP = text(
    "二つのシナリオを同じ乱数で比べ、指標ごとの効果を示す（--set と --parameters は後者だけに効く）。"
    "observatory:出典 と実行結果も比べられる。",
    "Compare two scenarios with the same luck: the effect on each indicator (--set and --parameters act on B only); "
    "or observatory:SOURCE with a run.",
)
COLUMNS = (
    "indicator",
    "place",
    "period",
    "before",
    "after",
    "effect",
    "low",
    "high",
    "mean",
    "mean_low",
    "mean_high",
    "variance_ratio",
    "unit",
    "members",
)
EACH = ("member", "indicator", "place", "period", "before", "after", "effect")


def command(
    before: Annotated[
        str, typer.Argument(metavar="A", help=text("比べるもと", "Scenario or run to compare with"))
    ] = "baseline",
    after: Annotated[
        str, typer.Argument(metavar="B", help=text("比べる相手", "Scenario or run that changes something"))
    ] = "baseline",
    indicator: Annotated[
        list[str] | None,
        option(
            "--indicator",
            ja="指標ID（複数可）。headline は主要10指標",
            en="Id of an indicator (repeatable); headline names the ten headline indicators",
        ),
    ] = None,
    place: Annotated[str | None, option("--place", ja="地域（例：JP、宮城県）", en="Place, for example JP-04")] = None,
    period: Annotated[str | None, option("--period", ja="時点（例：FY2030）", en="Period, for example FY2030")] = None,
    over: Annotated[
        str | None,
        option("--over", metavar="YEAR/YEAR", ja="この年の間で平均してから比べる", en="Average over these years first"),
    ] = None,
    each: Annotated[bool, option("--each", ja="組ごとの差を示す", en="Show the difference of every pair")] = False,
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
    as_of: AsOf = None,
    no_links: NoLinks = False,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Compare two worlds."""
    from meguri.cli import compare_observed
    from meguri.experiments.difference import difference, pairs, typical_ratio
    from meguri.experiments.sensitivity_quantities import HEADLINE
    from meguri.indicators import family

    years = _years(over)
    asked = Asked(country, institution, first, last, scale, members, seed, jobs, keep, values, parameters, draws, on)
    observed = compare_observed.is_observed(before, after)
    if observed:
        _finished_only(asked, each, over)
        sides = compare_observed.sides_named(before, after, out, as_of, not no_links)
        frame = compare_observed.observed_difference(before, after, sides)
    else:
        if no_links:
            raise InputError(
                "--no-links goes with observatory or observatory:SOURCE as one side",
                "--no-linksは、一方がobservatoryまたはobservatory:出典のときに使います",
            )
        if as_of is not None:
            raise InputError(
                "--as-of goes with observatory or observatory:SOURCE as one side",
                "--as-ofは、一方がobservatoryまたはobservatory:出典のときに使います",
            )
        frame = (pairs if each else difference)(*_both(before, after, asked, out, as_json), years)
    held = {family(identifier) for identifier in frame["indicator"]}
    headline = tuple(one for one in HEADLINE if one in held)
    wanted = [one for name in indicator or () for one in (headline if name == "headline" else (name,))]
    frame = _chosen(frame, "indicator", wanted)
    frame = _chosen(frame, "period", (period,) if period else ())
    if place is not None:
        from meguri.observatory import places

        frame = _chosen(frame, "place", (places.place(place, set(frame["place"])),))
    if observed:
        compare_observed.show(frame, sides, as_json, form, output)
        return
    rows = frame.to_dicts()
    if each:
        headings = text("組|指標|地域|時点|前|後|差", "|".join(EACH)).split("|")
        emit(rows, EACH, as_json, form, output, headings, "pairs")
        return
    headings = text(
        "指標|地域|時点|前|後|効果（中央値）|5%|95%|効果（平均）|平均の下限|平均の上限|分散比|単位|組",
        "|".join(COLUMNS),
    ).split("|")
    people = form is Format.table and not as_json
    title = text("比較", "comparison") if people else "compare"
    emit(spoken(rows) if people else rows, COLUMNS, as_json, form, output, headings, title)
    if not as_json and form is Format.table:
        _explain(typical_ratio(frame), asked.draws is not None)


def _finished_only(asked: Asked, each: bool, over: str | None) -> None:
    """Refuse options of runs that would be made: beside what is observed stands a run that is finished."""
    options = {"--each": each, "--over": over, "--set": asked.values, "--parameters": asked.parameters,
               "--draws": asked.draws}  # fmt: skip
    given = [name for name, value in options.items() if value]
    if given:
        raise InputError(
            f"{given[0]} needs two runs; what is observed has no pairs of the same luck",
            f"{given[0]}は二つの実行結果に使います。観測には同じ乱数の組がありません",
        )


def _explain(ratio: dict[str, Any], drawn: bool) -> None:
    """Say what the columns hold."""
    holds = text("偶然と係数の", "chance and parameters") if drawn else text("偶然による", "chance only")
    say(
        text(
            f"効果＝同じ乱数の組ごとの差。5%～95%は組の間の{holds}ばらつき、平均の下限・上限は平均の90%区間",
            f"effect: difference of pairs with the same luck; 5–95% is the spread of pairs ({holds}); "
            "mean_low and mean_high are the 90% interval of the mean",
        )
    )
    if ratio["indicators"]:
        say(
            text(
                f"分散比＝別々の乱数で比べた場合の分散／同じ乱数の場合の分散：中央値{number(ratio['median'])}、"
                f"最小{number(ratio['lowest'])}（{ratio['indicators']}行）",
                f"variance ratio, independent luck over the same luck: median {number(ratio['median'])}, "
                f"lowest {number(ratio['lowest'])} ({ratio['indicators']} rows)",
            )
        )


def _years(over: str | None) -> tuple[int, int] | None:
    """Return the first and last year of ``--over``."""
    if over is None:
        return None
    first, sign, last = over.partition("/")
    if not (sign and first.isdigit() and last.isdigit() and int(first) <= int(last)):
        raise InputError(
            f"--over '{over}' must be two years in order, for example 2026/2030",
            f"--over「{over}」は、始めと終わりの年を順に書いてください（例：2026/2030）",
        )
    return int(first), int(last)


def _chosen(frame: Any, column: str, wanted: Sequence[str]) -> Any:
    """Return the rows of some indicators (or families of indicators), places or periods; all where none is named."""
    import polars as pl

    rows = pl.lit(False)
    for name in wanted:
        chosen = (pl.col(column) == name) | pl.col(column).str.starts_with(f"{name}.")
        if frame.filter(chosen).is_empty():
            raise unknown(column, name, set(frame[column]))
        rows |= chosen
    return frame.filter(rows) if wanted else frame


def _both(before: str, after: str, asked: Asked, out: Path, quiet: bool) -> tuple[Path, Path]:
    """Return the two runs' folders, run or found; where one is a run, the other is asked for as it was."""
    from meguri.ledger import store

    runs = [_existing(name, out) for name in (before, after)]
    if runs[1] is not None and (asked.values or asked.parameters):
        raise InputError(
            f"--set and --parameters change what B runs, but '{after}' is a finished run; name a scenario",
            f"--setと--parametersは比べる相手（B）の実行に効きますが、「{after}」は終わった実行結"
            "果です。シナリオを指定してください",
        )
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
