"""``meguri show``: the observations of a world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from meguri.cli.language import text, words
from meguri.cli.options import AsOf, Json, Lang, NoLinks, Output, Shelf, TableFormat, option
from meguri.cli.output import Format, emit, say
from meguri.cli.terms import spoken
from meguri.errors import Phrase, unknown

HELP = text(
    "指標の値を示す：実行結果、または観測（observatory）。",
    "Show the values of indicators: of a run, or of what is observed (observatory).",
)
COLUMNS = ("indicator", "place", "period", "value", "low", "high", "unit", "qualifier", "status", "origin")
BANDS = ("indicator", "place", "period", "q05", "q25", "median", "q75", "q95", "unit", "members", "parameter_share")
BANDS_JA = "指標|地域|時点|5%|25%|中央値|75%|95%|単位|本数|係数による割合"
WORLD_HELP = text(
    "実行結果のフォルダー・ID・シナリオ名、または observatory[:出典]",
    "A run by folder, id or scenario; or observatory[:SOURCE]",
)


def command(
    world: Annotated[str, typer.Argument(help=WORLD_HELP)] = "observatory",
    indicator: Annotated[str | None, option("--indicator", ja="指標ID", en="Id of an indicator")] = None,
    place: Annotated[
        str | None,
        option(
            "--place",
            ja="地域（例：JP、宮城県、hub:sendai）。国の中の地域では観測とシミュレーションを並べ、もとの行数を示す",
            en="Place, for example JP, JP-04 or hub:sendai; for a part of a country observed and simulated values "
            "stand side by side, with the number of rows behind each",
        ),
    ] = None,
    period: Annotated[str | None, option("--period", ja="時点（例：FY2022）", en="Period, for example FY2022")] = None,
    bands: Annotated[
        bool,
        option(
            "--bands",
            ja="実行結果の50%・90%の幅と、ばらつきの内訳（偶然・係数）を示す",
            en="Show 50% and 90% bands of a run, and how much of the spread is chance",
        ),
    ] = False,
    as_of: AsOf = None,
    no_links: NoLinks = False,
    out: Shelf = Path("runs"),
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the observations of a world."""
    import polars as pl

    from meguri.cli.worlds import run_named, say_links
    from meguri.observatory import places
    from meguri.observatory.vintages import SHIPPED

    named = _named(world, out, as_of, not no_links, beside=place is not None)
    if as_of is not None and (named.folder is not None or not named.source) and not as_json:
        say(words(SHIPPED))
    if place is not None and not bands and _of_a_part(named, place, indicator, period, as_of, as_json, form, output):
        return
    columns: Sequence[str] = COLUMNS
    headings = text("指標|地域|時点|値|下限|上限|単位|限定|種別|出所", "|".join(COLUMNS)).split("|")
    if bands:
        frame = _bands(run_named(world, out))
        columns, headings = BANDS, text(BANDS_JA, "|".join(BANDS)).split("|")
    else:
        frame = named.observations()
    if indicator is not None:
        known = set(frame["indicator"])
        if indicator not in known and not any(one.startswith(f"{indicator}.") for one in known):
            raise unknown("indicator", indicator, known, Phrase(f"world '{world}'", f"「{world}」"))
        frame = frame.filter((pl.col("indicator") == indicator) | pl.col("indicator").str.starts_with(f"{indicator}."))
    if place is not None:
        frame = frame.filter(pl.col("place") == places.place(place, set(frame["place"])))
    if period is not None:
        wanted, known = places.period(period), set(frame["period"])
        if wanted not in known:
            raise unknown("period", period, known, Phrase(f"world '{world}'", f"「{world}」"))
        frame = frame.filter(pl.col("period") == wanted)
    kept = [*columns, "note"] if (as_json or form is Format.sdmx) and not bands else columns
    written = kept if form is Format.sdmx else columns
    rows = frame.select(kept).to_dicts()
    people = form is Format.table and not as_json
    title = text("指標の値", "values of indicators") if people else "observations"
    emit(spoken(rows) if people else rows, written, as_json, form, output, headings, title)
    if as_json:
        return
    if form is Format.table:
        say(text(f"{frame.height}件", f"{frame.height} rows"))
    say_links(named)


def _named(world: str, out: Path, as_of: str | None, links: bool, beside: bool) -> Any:
    """Return the world; a run takes a day, or no links, only where imports stand beside it."""
    from meguri.cli.worlds import world_named
    from meguri.observatory.vintages import day_of
    from meguri.observatory.worlds import is_observatory

    if as_of is not None:
        day_of(as_of)
    if is_observatory(world) or not beside:
        return world_named(world, out, as_of, links)
    return replace(world_named(world, out), links=links)


def _of_a_part(
    named: Any, place: str, indicator: str | None, period: str | None, as_of: str | None, as_json: bool, form: Format,
    output: Path | None,
) -> bool:  # fmt: skip
    """Print the view of a place that is a part of the world's; say whether it is one."""
    from meguri.answers.at_place import known_places
    from meguri.cli.place_shown import show_place
    from meguri.observatory import places
    from meguri.observatory.extent import is_finer
    from meguri.observatory.vintages import day_of

    day = day_of(as_of) if as_of is not None else ""
    stated = set(named.observations()["place"].drop_nulls())
    code = places.place(place, stated | known_places(named, day))
    if code in stated and not is_finer(code):
        return False
    wanted = places.period(period) if period is not None else None
    show_place(named, code, indicator, wanted, day, as_json, form, output)
    return True


def _bands(run: Path) -> Any:
    """Return the bands of a run's members, with their unit."""
    from meguri.ledger import store

    units = store.read(run, "observations").select("indicator", "place", "period", "unit")
    return store.read(run, "summary").join(units, on=["indicator", "place", "period"], how="left")
