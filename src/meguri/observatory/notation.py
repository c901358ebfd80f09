"""Numbers, periods and places as people write them in sheets, turned into what the tables hold.

１，２３４百万円, △1,234, 12.3％, 1億2,000万円; 令和5年度, R5.4.1, FY2023, 2023年度第1四半期; 宮城県, 仙台拠点.
What cannot be read comes back as None, and the row is set aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache

from meguri import vocabulary

#: Marks that stand in a cell where nothing is given.
NOT_GIVEN = (
    "-",
    "－",
    "–",
    "—",
    "―",
    "ー",
    "‐",
    "…",
    "‥",
    "...",
    "n/a",
    "N/A",
    "NA",
    "n.a.",
    "na",
    "該当なし",
    "未定",
    "非公表",
)
#: Words of amounts, and how many times one they are.
SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "億": 1e8, "十億": 1e9,
          "百億": 1e10, "千億": 1e11, "兆": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
          "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}  # fmt: skip
#: Words of currencies.
CURRENCIES = {"円": "JPY", "¥": "JPY", "jpy": "JPY", "yen": "JPY", "ドル": "USD", "米ドル": "USD", "$": "USD",
              "usd": "USD", "us$": "USD", "dollars": "USD", "ユーロ": "EUR", "€": "EUR", "eur": "EUR",
              "euro": "EUR", "euros": "EUR", "ポンド": "GBP", "£": "GBP", "gbp": "GBP", "ウォン": "KRW",
              "₩": "KRW", "krw": "KRW", "元": "CNY", "人民元": "CNY", "cny": "CNY"}  # fmt: skip
#: Words of other units -> unit of the vocabulary.
COUNTED = {"%": "percent", "パーセント": "percent", "percent": "percent", "件": "count", "個": "count", "回": "count",
           "校": "institution", "機関": "institution", "人": "person", "名": "person", "persons": "person",
           "people": "person", "千人": "thousand_person", "社": "firm", "企業": "firm", "firms": "firm",
           "companies": "firm", "本": "fund", "年": "year", "か月": "month", "ヶ月": "month", "倍": "ratio",
           "位": "rank", "割合": "share", "拠点": "hub", "項目": "count", "count": "count", "number": "count",
           "cases": "count", "contracts": "contract", "patents": "patent"}  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"
_PART = re.compile(rf"({_NUMBER})({'|'.join(sorted(map(re.escape, SCALES), key=len, reverse=True))})?", re.IGNORECASE)
_SIGNS = "△▲"
ERAS = {"明治": (1867, 45), "大正": (1911, 15), "昭和": (1925, 64), "平成": (1988, 31), "令和": (2018, 99)}
_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
#: 平成 goes on in plans that were written before it ended.
_PLANNED = 45
_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])\.?(元|\d{1,2})(?=[年度./\-]|$)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_TIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})月?")
_QUARTER = re.compile(r"(FY)?(\d{4})(年度|年)?(?:[-/ ]?Q([1-4])|第([1-4一二三四])四半期)", re.IGNORECASE)
_FISCAL = re.compile(r"(?:FY ?(\d{4})|FY ?'?(\d{2})|(\d{4})年度|(\d{4})年?\(年度\))", re.IGNORECASE)
_YEAR = re.compile(r"(?:CY ?)?(\d{4})(?:\.0+)?年?", re.IGNORECASE)
#: What a column of periods may hold.
PERIODS = ("fiscal_year", "calendar_year", "day", "month", "quarter", "period")
_EARLIEST, _LATEST = 1868, 2100
#: Longest cell that may be a number or a period.
_LONGEST = 60


def plain(text: str) -> str:
    """Return a text in ordinary letters: full-width digits, letters and signs become the usual ones."""
    return unicodedata.normalize("NFKC", text.replace("￥", "¥").replace("－", "-").replace("−", "-")).strip()


def unit_of(words: str) -> str | None:
    """Return the unit of the vocabulary that words name: ``百万円`` is JPY_m, ``社`` is firm; None for others."""
    text = plain(words).strip("()[] ").lower()
    if not text:
        return None
    units = vocabulary.table("units")
    by_id = {unit.id.lower(): unit.id for unit in units} | {unit.ja.lower(): unit.id for unit in units}
    if text in by_id:
        return by_id[text]
    if text in COUNTED:
        return COUNTED[text]
    money = _money(text)
    if money is None:
        return None
    found = [unit.id for unit in units if unit["base"] == money[1] and float(unit["scale"]) == money[0]]
    return found[0] if found else None


def column_unit(words: str) -> tuple[str, float] | None:
    """Return a unit of the vocabulary and how many of it one of a column is: ``千円`` is 1,000 JPY; None for others."""
    found = unit_of(words)
    if found is not None:
        return found, 1.0
    money = _money(plain(words).strip("()[] ").lower())
    return None if money is None else (money[1], money[0])


def _money(text: str) -> tuple[float, str] | None:
    """Return scale and currency of words such as ``百万円``, ``million yen``, ``$m``."""
    for word in sorted(CURRENCIES, key=len, reverse=True):
        for rest in (text.removesuffix(word), text.removeprefix(word)):
            if rest != text and (rest.strip() == "" or rest.strip() in SCALES):
                return SCALES.get(rest.strip(), 1.0), CURRENCIES[word]
    return None


def number(text: str, unit: str = "", times: float = 1.0) -> float | None:
    """Return a number in a unit of the vocabulary (or without one); None where there is none, or one in another unit.

    ``times`` is how many of the unit a bare number of the column counts (1,000 in a column of 千円). A unit that is
    written in the cell counts: ``12万円`` in a column of JPY_m is 0.12.
    """
    if len(text) > _LONGEST:
        return None
    given = plain(text)
    negative = False
    if given[:1] in _SIGNS or given[:1] == "-":
        given, negative = given[1:].strip(), True
    elif given.startswith("(") and given.endswith(")"):
        given, negative = given[1:-1].strip(), True
    elif given[:1] == "+":
        given = given[1:].strip()
    found = _amount(given, unit, times)
    return None if found is None else float(f"{-found if negative else found:.15g}")


def _amount(given: str, unit: str, times: float) -> float | None:
    word = vocabulary.table("units")[unit] if unit else None
    base, scale = (word["base"], float(word["scale"])) if word is not None else ("", 1.0)
    for sign in ("¥", "$", "€", "£", "₩"):
        if given.startswith(sign):
            given = given[len(sign) :].strip() + CURRENCIES[sign]
    at, total, last, scaled = 0, 0.0, float("inf"), False
    while match := _PART.match(given, at):
        size = SCALES[match[2].lower()] if match[2] else 1.0
        if size >= last or (at and not scaled):
            return None
        total += float(match[1].replace(",", "")) * size
        last, at, scaled = size, match.end(), scaled or bool(match[2])
        while at < len(given) and given[at] == " ":
            at += 1
    if not at:
        return None
    rest = given[at:].strip().lower()
    if not rest:  # a bare number is in the unit of the column; one with a scale alone (3千) only where that is one
        return total * times if not scaled else (total if times == scale == 1.0 else None)
    currency = CURRENCIES.get(rest)
    if currency is not None:
        return total / scale if currency == base else None
    named = COUNTED.get(rest)
    if word is None and rest == "%":  # the unit stands in another cell of the row
        return total
    if named is None or word is None:
        return None
    other = vocabulary.table("units")[named]
    if rest == "%" and base == "share":
        return total * 0.01 / scale
    same = other["base"] == base or "count" in (named, unit)
    return total * float(other["scale"]) / scale if same else None


def year_in_era(text: str) -> str:
    """Return a text with the years of Japanese eras as calendar years: ``令和5年度`` becomes ``2023年度``."""

    def western(match: re.Match[str]) -> str:
        era = _LETTERS.get(match[1].upper(), match[1])
        first, last = ERAS[era]
        year = 1 if match[2] == "元" else int(match[2])
        whole_year = not re.search(r"[./\-月]", text[match.end() :])
        if not 1 <= year <= (_PLANNED if era == "平成" and whole_year else last):
            return match[0]
        return str(first + year)

    return _ERA.sub(western, text, count=1)


def period(text: str, kind: str = "period", begins: int = 4) -> str | None:
    """Return a period as the tables write it (FY2023, 2023, 2023Q4); None where the text names none.

    ``kind`` says what a bare year means and what a day becomes: days and months are quarters of the calendar.
    ``begins`` is the month in which fiscal years begin, for quarters of a fiscal year.
    """
    if len(text) > _LONGEST:
        return None
    given = year_in_era(re.sub(r"\s+", " ", plain(text)))
    if match := _QUARTER.fullmatch(given):
        quarter = "一二三四".find(match[5]) + 1 if match[5] in tuple("一二三四") else int(match[4] or match[5])
        fiscal = bool(match[1]) or match[3] == "年度" or (kind == "fiscal_year" and match[3] is None)
        return _quarter(int(match[2]), quarter, begins if fiscal else 1)
    if kind == "quarter":
        return None
    if match := _FISCAL.fullmatch(given):
        year = next(int(part) for part in match.groups() if part)
        year = year + 2000 if year < 100 else year
        return f"FY{year}" if _possible(year) and kind in ("fiscal_year", "period") else None
    if match := _YEAR.fullmatch(given):
        year = int(match[1])
        if not _possible(year) or kind in ("day", "month"):
            return None
        return f"FY{year}" if kind == "fiscal_year" else str(year)
    if match := _DAY.fullmatch(given) or _TIGHT.fullmatch(given):
        return _of_day(int(match[1]), int(match[2]), int(match[3]), kind, begins)
    if match := _MONTH.fullmatch(given):
        return _of_day(int(match[1]), int(match[2]), 1, kind, begins) if kind != "day" else None
    return None


def _possible(year: int) -> bool:
    return _EARLIEST <= year <= _LATEST


def _quarter(year: int, quarter: int, begins: int) -> str | None:
    at = 4 * year + (begins - 1) // 3 + quarter - 1
    return f"{at // 4}Q{at % 4 + 1}" if _possible(year) else None


def _of_day(year: int, month: int, day: int, kind: str, begins: int) -> str | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    if not _possible(year):
        return None
    if kind == "fiscal_year":
        return f"FY{year if month >= begins else year - 1}"
    return str(year) if kind == "calendar_year" else f"{year}Q{(month + 2) // 3}"


def quarter_of(given: str, begins: int = 4) -> str:
    """Return the quarter in which a period's money stands: its own, or the last one of its year."""
    if "Q" in given:
        return given
    if given.startswith("FY"):
        return _quarter(int(given[2:]), 4, begins) or ""
    return f"{given}Q4"


@cache
def _places() -> dict[str, str]:
    from meguri.observatory import places

    found = dict(places._names())
    for hub in vocabulary.table("hubs"):
        code = f"hub:{hub.id}"
        for name in (code, hub["name_ja"], hub["name_en"], f"{hub.ja}拠点", f"{hub.ja}拠点都市", f"{hub.ja}(拠点)"):
            found[plain(name).casefold()] = code
    return found


def place(text: str, kind: str = "place") -> str | None:
    """Return the code of a place; a ``kind`` of hub reads the bare names of hub cities (仙台 is hub:sendai)."""
    given = plain(text)
    if kind == "hub":
        for hub in vocabulary.table("hubs"):
            if given.casefold() in (hub.id, hub.ja, hub.en.casefold()):
                return f"hub:{hub.id}"
    if given in ("W", "EU") or given.startswith("org:"):
        return given
    return _places().get(given.casefold())


def reader(kind: str, unit: str = "", times: float = 1.0, begins: int = 4) -> Callable[[str], str | None]:
    """Return what reads the cells of a column: numbers come back as text of a plain number in the unit."""
    if kind == "number":

        def numbers(text: str) -> str | None:
            found = number(text, unit, times)
            return None if found is None else repr(found)

        return numbers
    if kind in PERIODS:
        return lambda text: period(text, kind, begins)
    if kind in ("place", "hub"):
        return lambda text: place(text, kind)
    if kind == "unit":
        return lambda text: unit_of(text) or text.strip()
    raise ValueError(kind)
