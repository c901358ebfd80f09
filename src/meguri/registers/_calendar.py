"""What calendars share: days after years or months, and the ends of fiscal years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meguri.registers._history import History

#: The month in which fiscal years begin.
FISCAL_MONTH = 4


def years_after(day: date, years: int) -> date:
    """Return the same day some years later (28 February for 29 February)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month."""
    place = day.year * 12 + day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return date(place // 12, place % 12 + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def fiscal_year_of(day: date) -> int:
    """Return the fiscal year of a day, named after the year in which it begins."""
    return day.year if day.month >= FISCAL_MONTH else day.year - 1


def fiscal_year_end(year: int) -> date:
    """Return the last day of a fiscal year."""
    return date(year + 1, FISCAL_MONTH - 1, 31)


def fiscal_year(text: str) -> int:
    """Return the number of ``FY2024``."""
    return int(text.removeprefix("FY"))


def unreported(
    history: History, act: str, column: str, first: int, last: int, months: int, until: date
) -> Iterator[tuple[int, date]]:
    """Yield the fiscal years, first to last, that no ``act`` of a record reports in ``column``, with their due day.

    A year is due some months after its end; only what is due up to a day is listed.
    """
    said = {one.values.get(column) for one in history.of(act)}
    for year in range(first, last + 1):
        day = months_after(fiscal_year_end(year), months)
        if day <= until and f"FY{year}" not in said:
            yield year, day


def quarter_begin(period: str) -> date:
    """Return the first day of ``2022Q4``."""
    year, quarter = period.split("Q")
    return date(int(year), 3 * int(quarter) - 2, 1)


def quarter_of(day: date) -> str:
    """Return the quarter of a day."""
    return f"{day.year}Q{(day.month + 2) // 3}"
