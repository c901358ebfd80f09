"""What a path or a table says when nothing after a year is known: its own values up to it, and how it goes on."""

from __future__ import annotations

from meguri.engine.parameters import Held

#: First index (a year, or a quarter number), values in order, and whether the index is a fiscal year.
Points = tuple[int, list[float], bool]


def held_points(points: Points, held: Held, by_quarter: bool) -> Points | None:
    """Return a path of the same length whose values after the known year follow from those up to it.

    A fiscal year counts as known where the calendar year of its first months is. None where nothing is known yet.
    """
    begin, values, fiscal = points
    last = 4 * held.known_by + 3 if by_quarter else held.known_by
    known = values[: max(last - begin + 1, 0)]
    if not known:
        return None
    step = _step(known, held, 4 if by_quarter else 1)
    found = list(known)
    while len(found) < len(values):
        found.append(step(found[-1]))
    return begin, found, fiscal


def _step(known: list[float], held: Held, in_a_year: int):
    """Return what makes the next value of the last one."""
    if held.how == "growth":
        rate = held.rate if held.rate is not None else _growth(known, held.years * in_a_year) ** in_a_year - 1.0
        factor = (1.0 + rate) ** (1.0 / in_a_year)
        return lambda value: value * factor
    if held.how == "return":
        return lambda value: value ** (held.persistence ** (4 / in_a_year))
    return lambda value: value


def _growth(known: list[float], steps: int) -> float:
    """Return the mean growth factor over the last ``steps`` values; 1 where a value is not above zero."""
    steps = min(steps, len(known) - 1)
    if steps == 0 or known[-1] <= 0.0 or known[-1 - steps] <= 0.0:
        return 1.0
    return float((known[-1] / known[-1 - steps]) ** (1.0 / steps))


def held_table(columns: dict[str, list], held: Held) -> dict[str, list]:
    """Return a table by fiscal year in which every later year has the rules of the last known one.

    A table without a column ``fiscal_year``, or whose years all come later, is returned as it is.
    """
    years = columns.get("fiscal_year", [])
    known = [row for row, year in enumerate(years) if year <= held.known_by]
    if not known:
        return columns
    rows = [row if year <= held.known_by else known[-1] for row, year in enumerate(years)]
    return {
        name: values if name == "fiscal_year" else [values[row] for row in rows] for name, values in columns.items()
    }
