"""From a run's observations and what was observed: the table of comparisons, the goals, and the series."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from meguri import vocabulary
from meguri.calibrate import validation
from meguri.indicators import family, member
from meguri.registry import shelf
from meguri.reports import periods
from meguri.reports.reading.simulated import Simulated, convert
from meguri.reports.reading.tables import RunFolder
from meguri.reports.view import Band, Comparison, Gap, Goal, Point, Series, Text

# Numbers that are shown beside a run without judging it.
CONTEXT = "ctx"
# An indicator by link of the stakeholder figure is shown in the figure, not as a series.
LINK_INDICATORS = "link_flow"


def is_of(country: str, place: str) -> bool:
    """Say whether a place is a country or lies in it."""
    return place == country or place.startswith((f"{country}-", f"{country}:"))


def observed_rows(country: str) -> list[dict[str, Any]]:
    """Return the observations of every source that concern a country or one of its places, each with its evidence."""
    found = []
    for source in shelf("meguri.sources"):
        evidence = {item.id: item.evidence for item in source.items()}
        found += [{**row, "evidence": evidence.get(row["origin"], "")} for row in source.observations()
                  if is_of(country, row["place"])]
    return found


@cache
def not_modelled() -> list[dict[str, str]]:
    """Return the indicators that are declared without a mechanism, with what they need."""
    path = files("meguri.indicators").joinpath("_not_modelled.csv")
    if not path.is_file():
        return []
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def gaps() -> list[Gap]:
    """Return the indicators without a mechanism as gaps."""
    return [Gap(Text(row["ja"], row["en"]), Text(row["needs_ja"], row["needs_en"])) for row in not_modelled()]


def comparisons(folder: RunFolder) -> list[tuple[str, Comparison]]:
    """Return the place and the row of each number of the country that the run is compared with."""
    known = shelf("meguri.indicators")
    return [
        (row.place, Comparison(
            indicator=row.indicator, label=Text(row.ja, row.en), period=row.period, unit=row.unit,
            observed=row.observed, low=row.low, high=row.high, qualifier="", status="observed",
            simulated=None if row.median is None else Band(row.median, row.p05, row.p95),
            source=_citation(row), evidence=row.evidence,
            modelled=row.modelled or family(row.indicator) in known,
            judged=row.use in validation.JUDGED,
        ))
        for row in validation.validation(folder.path, (*validation.JUDGED, CONTEXT))
    ]


def _citation(row: validation.Validation) -> Text:
    """Return what a value is cited from; nothing where only its class of evidence is known."""
    words = vocabulary.table("evidence")
    if row.evidence in words and words[row.evidence].ja == row.source_ja:
        return Text("", "")
    return Text(row.source_ja, row.source_en)


def goals(folder: RunFolder, simulated: Simulated) -> list[Goal]:
    """Return the goals of policy that the run's indicators reach to, with the share of members that meet each."""
    if not folder.has("members"):
        return []
    made = []
    for goal in validation.goals(folder.path):
        band = simulated.band(goal.indicator, goal.place, goal.period, goal.unit)
        if band is not None:
            label = _label(goal.indicator)
            made.append(Goal(goal.indicator, label, goal.period, goal.unit, goal.goal, band, goal.probability))
    return made


def _label(indicator: str) -> Text:
    found = member(shelf("meguri.indicators")[family(indicator)], indicator)
    return Text(found.ja, found.en)


def _points(rows: Iterable[dict[str, Any]], unit: str) -> list[Point]:
    """Return one point a period and status; a row with a tolerance goes before one without."""
    found: dict[tuple[str, str], Point] = {}
    for row in rows:
        is_soft = row["evidence"] in ("remembered", "assumed")
        status = "target" if row["status"] == "target" else "assumed" if is_soft else "observed"
        if row["value"] is None or row["status"] == "missing":
            continue
        low, high = (None if row[key] is None else convert(row[key], row["unit"], unit) for key in ("low", "high"))
        point = Point(row["period"], convert(row["value"], row["unit"], unit), low, high, status)
        held = found.get((row["period"], status))
        if held is None or (held.low is None and point.low is not None):
            found[row["period"], status] = point
    firm = {period for period, status in found if status == "observed"}
    kept = [point for (period, status), point in found.items() if status != "assumed" or period not in firm]
    return sorted(kept, key=lambda point: periods.position(point.period))


def series(rows: list[dict[str, Any]], simulated: Simulated, country: str) -> list[Series]:
    """Return a series for every indicator of the whole country; those with an observed value come first."""
    made = []
    shown = [name for one in shelf("meguri.indicators") if not one.id.startswith(LINK_INDICATORS) for name in one.ids]
    for name in shown:
        indicator = member(shelf("meguri.indicators")[family(name)], name)
        named = [period for period in simulated.periods(name, country) if periods.parts(period)]
        if len(named) < 2:
            continue
        unit = simulated.unit(indicator.id)
        bands: list[Band] = [
            band for period in named if (band := simulated.band(indicator.id, country, period, unit)) is not None
        ]
        seen = [row for row in rows if row["indicator"] == indicator.id and row["place"] == country
                and periods.parts(row["period"]) and periods.is_fiscal(row["period"]) == periods.is_fiscal(named[0])]
        note = Text(indicator.caveat_ja, indicator.caveat_en) if indicator.caveat_ja else None
        label = Text(indicator.ja, indicator.en)
        made.append(Series(indicator.id, label, unit, named, bands, _points(seen, unit), note))
    return sorted(made, key=lambda one: not one.points)
