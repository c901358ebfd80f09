"""How periods, texts and units stand in SDMX, both ways: what is written is read again as it was.

A calendar year is ``2022``; a fiscal year is a reporting year with its first day beside it (``2022-A1``, ``--04-01``),
named after the calendar year in which it begins; several years are a start with a duration (``2017-01-01/P3Y``).
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache

from meguri import vocabulary

#: Structures of the observations that meguri writes: with a time dimension, and for values that have no period there.
TIMED, UNTIMED = "MEGURI:OBSERVATIONS(1.0.0)", "MEGURI:OBSERVATIONS_UNTIMED(1.0.0)"
#: Code of what does not apply: the validity of a value without a period.
NONE = "_Z"
#: Longest code that is written, and read, without quotes.
LONGEST_CODE = 200
#: Codes of SDMX for units of the vocabulary that are not money, with the power of ten.
CODED = {
    "percent": ("PT", 0), "percent_of_gdp": ("PT_B1GQ", 0), "person": ("PS", 0), "thousand_person": ("PS", 3),
    "million_person": ("PS", 6), "PPP_USD_m": ("USD_PPP", 6), "PPP_USD_bn": ("USD_PPP", 9),
}  # fmt: skip
#: A text that a spreadsheet would compute, wherever it splits the line, or that a reader would trim or break.
_ODD = re.compile(r'^[\s"=+\-@]|\s$|[;|]\s*[=+\-@]|[\x00-\x1f\x7f-\x9f\u2028\u2029]')
_YEAR, _FISCAL, _QUARTER = re.compile(r"\d{4}"), re.compile(r"FY(\d{4})"), re.compile(r"(\d{4})-?Q([1-4])")
_SPAN = re.compile(r"(FY)?(\d{4})/(FY)?(\d{4})")
_WRITTEN_SPAN = re.compile(r"(\d{4})-(\d{2}-\d{2})/P(\d{1,4})Y")
#: Periods that stand in tables as SDMX writes them, and their frequency.
_AS_THEY_ARE = (
    (re.compile(r"\d{4}-S[12]"), "S"), (re.compile(r"\d{4}-M?(?:0[1-9]|1[0-2])"), "M"),
    (re.compile(r"\d{4}-W\d{2}"), "W"), (re.compile(r"\d{4}-\d{2}-\d{2}"), "D"),
)  # fmt: skip
_JANUARY = "--01-01"
_DAY = re.compile(r"--\d{2}-\d{2}", re.ASCII)
#: Periods: years and their parts, days, and a start with a duration. Weeks and days of a reporting year are counted
#: from its own first day, so that no calendar says which year lacks the 53rd and the 366th.
_PERIOD = re.compile(
    r"\d{4}(?:-A1|-?Q[1-4]|-S[12]|-T[1-3]|-M?(?:0[1-9]|1[0-2])|-W(?:0[1-9]|[1-4]\d|5[0-3])"
    r"|-D(?:00[1-9]|0[1-9]\d|[12]\d{2}|3[0-5]\d|36[0-6])"
    r"|-(?P<day>\d{2}-\d{2})(?:T(?P<time>[\d:.]{1,20}))?(?:/P[\dYMDTHS]{1,20})?)?",
    re.ASCII,
)
#: Time of a day; 24:00 is its end.
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?|24:00(?::00(?:\.0+)?)?", re.ASCII)


def quoted(text: str, coded: bool = False) -> str:
    """Return a text as a cell: as it is, or as a JSON string where a spreadsheet or reader would take it for another.

    In a ``coded`` column a label may follow a code behind ``": "``, so that such a text stands in quotes too.
    """
    if not _ODD.search(text) and not (coded and (": " in text or len(text) > LONGEST_CODE)):
        return text
    return json.dumps(text, ensure_ascii=False).replace(";", r"\u003b").replace("|", r"\u007c")


def unquoted(cell: str) -> str:
    """Return the text of a cell that :func:`quoted` wrote."""
    if cell.startswith('"'):
        try:
            found = json.loads(cell)
        except ValueError:
            return cell
        return found if isinstance(found, str) else cell
    return cell


def is_period(text: str) -> bool:
    """Say whether a text is a period that SDMX can write, and one that exists: 2020-02-29, but not 2021-02-29."""
    match = _PERIOD.fullmatch(text)
    if match is None or not (match["day"] is None or _exists(int(text[:4]), match["day"])):
        return False
    return match["time"] is None or _TIME.fullmatch(match["time"]) is not None


def _exists(year: int, day: str) -> bool:
    """Say whether a year has a day (02-29); the year 0 is a leap year, as 2000 is."""
    try:
        date(year or 2000, *map(int, day.split("-")))
    except ValueError:
        return False
    return True


def time_period(period: str, begins: str) -> tuple[str, str, str] | None:
    """Return frequency (CL_FREQ), time period and first day of the reporting year; None where SDMX has no notation.

    ``begins`` is the day on which fiscal years begin (``--04-01``), empty where it is not known. What does not
    exist has no notation either: it would not be read again.
    """
    found = _noted(period, begins)
    return found if found is not None and is_period(found[1]) else None


def _noted(period: str, begins: str) -> tuple[str, str, str] | None:
    if _YEAR.fullmatch(period):
        return "A", period, ""
    if match := _FISCAL.fullmatch(period):
        return ("A", f"{match[1]}-A1", begins) if begins else None
    if (match := _QUARTER.fullmatch(period)) and "-" not in period:
        return "Q", f"{match[1]}-Q{match[2]}", ""
    if match := _SPAN.fullmatch(period):
        years = int(match[4]) - int(match[2]) + 1
        if years < 1 or match[1] != match[3] or (match[1] and not begins):
            return None
        day = begins if match[1] else _JANUARY
        return "_O", f"{match[2]}-{day[2:]}/P{years}Y", begins if match[1] else ""
    found = next((frequency for pattern, frequency in _AS_THEY_ARE if pattern.fullmatch(period)), None)
    return (found, period, "") if found else None


def period_of(written: str, begins: str = "") -> str:
    """Return a period as the tables write it; ``begins`` is the first day of the reporting year, if one is given.

    Quarters of a reporting year that begins with a quarter of the calendar are those of the calendar.
    """
    fiscal = begins not in ("", _JANUARY)
    if match := re.fullmatch(r"(\d{4})(?:-A1)?", written):
        return f"FY{match[1]}" if fiscal else match[1]
    if match := _QUARTER.fullmatch(written):
        at = 4 * int(match[1]) + int(match[2]) - 1
        if fiscal:
            month, day = int(begins[2:4]), int(begins[5:7])
            if day != 1 or month % 3 != 1:
                return written
            at += month // 3
        return f"{at // 4:04}Q{at % 4 + 1}"
    if match := _WRITTEN_SPAN.fullmatch(written):
        first, last = int(match[1]), int(match[1]) + int(match[3]) - 1
        if first <= last <= 9999 and f"--{match[2]}" == (begins or _JANUARY):
            sign = "FY" if fiscal else ""
            return f"{sign}{match[1]}/{sign}{last:04}"
    return written


def start_day(cell: str) -> str | None:
    """Return the first day of a reporting year: ``--04-01``."""
    found = cell.split(": ")[0].strip()
    return found if _DAY.fullmatch(found) and _exists(2000, found[2:]) else None


def unit_code(unit: str) -> tuple[str, int] | None:
    """Return the code of SDMX for a unit of the vocabulary and its power of ten; None where it has none."""
    return _codes().get(unit)


def unit_of(code: str, power: int) -> str | None:
    """Return the unit of the vocabulary for a code of SDMX and a power of ten."""
    return {coded: unit for unit, coded in _codes().items()}.get((code, power))


@cache
def _codes() -> dict[str, tuple[str, int]]:
    found = dict(CODED)
    for word in vocabulary.table("units"):
        scale = float(word["scale"])
        if word["kind"] == "money" and re.fullmatch("[A-Z]{3}", word["base"]):
            found[word.id] = (word["base"], len(f"{scale:.0f}") - 1)
    return found
