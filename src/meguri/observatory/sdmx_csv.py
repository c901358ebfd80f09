"""Observations as SDMX-CSV 2.0 (the data message of SDMX 3.0), one row a value, read again by the source ``sdmx``.

Dimensions are frequency, place, indicator, origin and time; a value whose period SDMX cannot write (none, an open one,
a fiscal year whose first day is not known) belongs to a second structure, which has ``VALIDITY`` in the place of time.
``STATUS`` and ``QUALIFIER`` are the words of the vocabulary; ``OBS_STATUS`` is what the code list CL_OBS_STATUS has for
them: A for an exact value, E for one that is approximate, a range or a limit, O for one that is not given, and F for
what was never observed (simulated values, targets, assumptions). A quoted text is a JSON string.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from meguri.observatory.extent import extent
from meguri.sources._sdmx_codes import PLACE, place
from meguri.sources._sdmx_notation import NONE, TIMED, UNTIMED, quoted, time_period, unit_code

DIMENSIONS = ("FREQ", "REF_AREA", "INDICATOR", "ORIGIN", "VALIDITY", "TIME_PERIOD")
MEASURES = ("OBS_VALUE", "LOWER_BOUND", "UPPER_BOUND")
ATTRIBUTES = ("UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "QUALIFIER", "STATUS", "REPORTING_YEAR_START_DAY",
              "COMMENT_OBS")  # fmt: skip
COLUMNS = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, *MEASURES, *ATTRIBUTES)
#: What a row must have to be an observation.
NEEDED = ("indicator", "place", "period", "value", "unit", "status", "origin")
#: Status of the vocabulary -> code of CL_OBS_STATUS, where it does not depend on the qualifier.
CODES = {"missing": "O", "simulated": "F", "target": "F", "assumed": "F"}
_EXACT = ("", "exact")

Row = Mapping[str, Any]


def records(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Yield the cells of :data:`COLUMNS` for rows of observations; a text that is not given is an empty one."""
    for row in rows:
        yield _record({name: value for name, value in row.items() if value is not None})


def key(record: list[str]) -> tuple[str, ...]:
    """Return what tells a value from all others: its structure and dimensions."""
    first = COLUMNS.index(DIMENSIONS[0])
    return record[1], *record[first : first + len(DIMENSIONS)]


def _record(row: Row) -> list[str]:
    where, period = str(row.get("place", "")), str(row.get("period", ""))
    time = time_period(period, fiscal_year_begins(where))
    frequency, written, begins = time or ("_Z", "", "")
    numbers = [_number(row.get(name)) for name in ("value", "low", "high")]
    unit = str(row.get("unit", ""))
    code = unit_code(unit)
    status, qualifier = str(row.get("status", "")), str(row.get("qualifier", ""))
    return [
        "dataflow", TIMED if time else UNTIMED, "I", frequency,
        where if PLACE.fullmatch(where) and place(where) == where else _in_quotes(where),
        quoted(str(row.get("indicator", "")), coded=True), quoted(str(row.get("origin", "")), coded=True),
        "" if time else _validity(period), written, *numbers,
        code[0] if code else quoted(unit, coded=True), str(code[1]) if code else "",
        obs_status(status, qualifier, any(numbers)), quoted(qualifier), quoted(status), begins,
        quoted(str(row.get("note", ""))),
    ]  # fmt: skip


def obs_status(status: str, qualifier: str, given: bool) -> str:
    """Return the code of CL_OBS_STATUS; ``given`` says whether there is any number."""
    if not given:
        return "O"
    return CODES.get(status) or ("A" if qualifier in _EXACT else "E")


def _in_quotes(text: str) -> str:
    found = quoted(text)
    return found if found.startswith('"') else json.dumps(text, ensure_ascii=False)


def _validity(period: str) -> str:
    if not period:
        return NONE
    return _in_quotes(period) if period == NONE else quoted(period, coded=True)


def _number(value: Any) -> str:
    return repr(float(value)) if value is not None and math.isfinite(value) else ""


@cache
def fiscal_year_begins(where: str) -> str:
    """Return the day on which the fiscal years of a place begin, empty where it is not known: ``--04-01`` for JP-13.

    Years of a country whose pack counts by the calendar have no first day here: what a statistic of that country calls
    a fiscal year is another.
    """
    from meguri.packs import countries, load_pack

    country = re.split("[-:]", next(iter(extent(where).stands_in), where))[0]  # a hub is in its prefecture's country
    if country not in countries():
        return ""
    quarter = load_pack(country).fiscal_year_first_quarter
    return f"--{3 * quarter - 2:02}-01" if quarter != 1 else ""
