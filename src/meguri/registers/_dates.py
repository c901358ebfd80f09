"""Dates as Japanese offices write them: 令和7年4月1日, R7.4.1, 2025/4/1, 2025年4月1日, 2025-04-01; also full-width."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from meguri.registers import Sentence


@dataclass(frozen=True)
class Era:
    """A Japanese era: its name, letter, first day, and the year before its first."""

    name: str
    letter: str
    first: date
    zero: int


#: Meiji counts from 1868; dates are Gregorian from 1873 on.
ERAS = (
    Era("明治", "M", date(1868, 1, 25), 1867),
    Era("大正", "T", date(1912, 7, 30), 1911),
    Era("昭和", "S", date(1926, 12, 25), 1925),
    Era("平成", "H", date(1989, 1, 8), 1988),
    Era("令和", "R", date(2019, 5, 1), 2018),
)
FIRST, LAST = date(1868, 1, 25), date(2100, 12, 31)

_NAMES = "|".join(era.name for era in ERAS)
_LETTERS = "".join(era.letter for era in ERAS)
_ERA = rf"(?P<era>{_NAMES}|[{_LETTERS}{_LETTERS.lower()}])\s*(?P<year>\d{{1,4}}|元)"
_ERA_DATE = re.compile(_ERA + r"\s*(?:年|[./-])\s*(?P<month>\d{1,2})\s*(?:月|[./-])\s*(?P<day>\d{1,2})\s*日?")
_DATE = re.compile(
    r"(?P<year>\d{4})\s*(?:年|[./-])\s*(?P<month>\d{1,2})\s*(?:月|[./-])\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_FISCAL = re.compile(rf"(?:FY\s*(?P<plain>\d{{4}})|(?P<named>\d{{4}})\s*(?:年度)?|{_ERA}\s*年度)", re.I)


class Unreadable(Exception):
    """A cell that cannot be read: why, in both languages."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.sentence: Sentence = (ja, en)


def shown(text: str) -> str:
    """Return a text shortened for a sentence."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else f"{flat[:40]}…"


def read_date(text: str) -> date:
    """Return the day that a text names; raise Unreadable where it names none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _ERA_DATE.fullmatch(plain)
    if found is not None:
        return _in_era(found, text)
    found = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        raise Unreadable(
            f"「{shown(text)}」は日付として読めません（例：令和7年4月1日、R7.4.1、2025/4/1）",
            f"'{shown(text)}' is not a date (for example 2025-04-01, 2025/4/1, R7.4.1)",
        )
    return _within(_day(int(found["year"]), found, text), text)


def read_fiscal_year(text: str) -> str:
    """Return the fiscal year that a text names, as ``FY2024``; raise Unreadable where it names none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _FISCAL.fullmatch(plain)
    if found is None:
        raise Unreadable(
            f"「{shown(text)}」は年度として読めません（例：FY2024、2024年度、令和6年度）",
            f"'{shown(text)}' is not a fiscal year (for example FY2024)",
        )
    if found["era"]:
        era = _era(found["era"])
        # A fiscal year bears the era's name in which it ends or begins: 平成31年度 and 令和元年度 are one.
        year = era.zero + _year(found["year"])
        follower = ERAS[ERAS.index(era) + 1] if era is not ERAS[-1] else None
        if year < era.first.year or (follower is not None and year > follower.first.year):
            raise _no_such_year(era, _year(found["year"]))
    else:
        year = int(found["plain"] or found["named"])
    if not FIRST.year <= year <= LAST.year:
        raise _outside(text, year)
    return f"FY{year}"


def _in_era(found: re.Match[str], text: str) -> date:
    era = _era(found["era"])
    number = _year(found["year"])
    year = era.zero + number
    if number < 1 or (era is not ERAS[-1] and year > ERAS[ERAS.index(era) + 1].first.year):
        raise _no_such_year(era, number)
    if year > LAST.year:
        raise _outside(text, year)
    day = _day(year, found, text)
    if day < era.first:
        raise Unreadable(
            f"「{shown(text)}」は{era.name}の始まり（{era.first.isoformat()}）より前です",
            f"'{shown(text)}' lies before the era {era.letter} began ({era.first.isoformat()})",
        )
    if era is not ERAS[-1] and day >= ERAS[ERAS.index(era) + 1].first:
        follower = ERAS[ERAS.index(era) + 1]
        raise Unreadable(
            f"「{shown(text)}」は{follower.name}に当たります（{follower.name}{year - follower.zero}年）",
            f"'{shown(text)}' lies in the next era, {follower.letter}{year - follower.zero}",
        )
    return _within(day, text)


def _no_such_year(era: Era, number: int) -> Unreadable:
    return Unreadable(f"{era.name}{number}年はありません", f"the era {era.letter} has no year {number}")


def _outside(text: str, year: int) -> Unreadable:
    return Unreadable(
        f"「{shown(text)}」（{year}年）は{FIRST.year}年から{LAST.year}年までの外です",
        f"'{shown(text)}' (the year {year}) lies outside {FIRST.year} to {LAST.year}",
    )


def _within(day: date, text: str) -> date:
    if not FIRST <= day <= LAST:
        raise _outside(text, day.year)
    return day


def _era(name: str) -> Era:
    return next(era for era in ERAS if name in (era.name, era.letter, era.letter.lower()))


def _year(text: str) -> int:
    return 1 if text == "元" else int(text)


def _day(year: int, found: re.Match[str], text: str) -> date:
    try:
        return date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        raise Unreadable(f"「{shown(text)}」という日はありません", f"there is no day '{shown(text)}'") from None
