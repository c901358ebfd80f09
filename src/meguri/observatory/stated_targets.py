"""Targets that an import states, and own targets that name what it observes, with progress by its own values.

A row with status ``target`` for a year is a level to be reached in it; the base is the first value before. Values of
the import come first, observations that ship with meguri after; both are turned into the unit of the target, and those
in a unit that cannot be are left out. What the package knows of a target of its own (a sum, a growth) holds here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from meguri import vocabulary
from meguri.observatory.progress import LEVEL, Target
from meguri.observatory.targets import items_of_targets, own_targets, policy_targets, series
from meguri.registry import shelf

if TYPE_CHECKING:
    from meguri.registers._history import Book

Row = Mapping[str, Any]
Label = Callable[[str], tuple[str, str]]


@dataclass(frozen=True)
class Stated:
    """Targets that a world states, and how many of its rows are none because they are not for one year."""

    targets: list[Target]
    left_out: int


def stated(rows: Sequence[Row], shipped: Sequence[Row], own: Book, indicators: Sequence[str], label: Label) -> Stated:
    """Return the targets among ``rows`` of a world (of some indicators, or of all), and own targets on its indicators.

    ``label`` gives the name of an item of the world in Japanese and English.
    """
    known, values = items_of_targets(), [*rows, *shipped]
    wanted = [row for row in rows if row["status"] == "target" and row["value"] is not None
              and (not indicators or row["indicator"] in indicators)]  # fmt: skip
    found: list[Target] = []
    left_out = 0
    for row in wanted:
        if row["origin"] in known:
            found += policy_targets([row], values)
        elif (target := _level(row, values, label)) is not None:
            found.append(target)
        else:
            left_out += 1
    observed = {row["indicator"] for row in rows if row["status"] != "target"}
    asked = observed & set(indicators) if indicators else observed
    return Stated(found + own_targets(own, values, asked), left_out)


def _level(row: Row, values: Iterable[Row], label: Label) -> Target | None:
    period, indicator, place = str(row["period"]), str(row["indicator"]), str(row["place"])
    year = period.removeprefix("FY")
    if not (year.isdigit() and len(year) == 4):
        return None
    last, fiscal = int(year), period.startswith("FY")
    seen = series(in_unit(values, indicator, place, row["unit"]), indicator, place, fiscal)
    upto = {one: value for one, value in seen.items() if one <= last}
    first = min((one for one, value in upto.items() if value is not None and one < last), default=None)
    ja, en = label(indicator)
    return Target(
        indicator, ja, en, place, row["unit"], LEVEL, float(row["value"]), last, first,
        base=None if first is None else upto[first], values=upto, fiscal=fiscal, indicator=(indicator, period),
        origin=str(row["origin"]),
    )  # fmt: skip


def in_unit(rows: Iterable[Row], indicator: str, place: str, unit: str) -> list[Row]:
    """Return the rows of an indicator and place in a unit; those that cannot be turned into it are left out."""
    units = vocabulary.table("units")
    ids = set(units.ids)
    found: list[Row] = []
    for row in rows:
        if (row["indicator"], row["place"]) != (indicator, place):
            continue
        if row["unit"] == unit:
            found.append(row)
        elif {row["unit"], unit} <= ids and units[row["unit"]]["base"] == units[unit]["base"]:
            times = float(units[row["unit"]]["scale"]) / float(units[unit]["scale"])
            value = None if row["value"] is None else float(f"{row['value'] * times:.12g}")
            found.append({**row, "value": value, "unit": unit})
    return found


def label_of(items: Mapping[str, tuple[str, str]]) -> Label:
    """Return what names an indicator: of the shelf, of the source's items, else its own id."""
    known = shelf("meguri.indicators")

    def label(identifier: str) -> tuple[str, str]:
        if identifier in known:
            return known[identifier].ja, known[identifier].en
        name = identifier.partition(":")[2] or identifier
        return items.get(identifier, (name, name))

    return label
