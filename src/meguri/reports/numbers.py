"""Numbers as a reader of one language expects them: 4,230億円 and 75万ドル, or JPY 423.0 bn and USD 750,000.

Units are those of ``vocabulary/units.csv``. Money of any size is written in the size that suits the amount; a share is
written as a percentage. A missing number is an em dash.
"""

from __future__ import annotations

from meguri import vocabulary
from meguri.reports.view import Language

MISSING = "—"
_SIZES_JA = ((1e12, "兆"), (1e8, "億"), (1e4, "万"))
_SIZES_EN = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))


def yen(unit: str) -> float | None:
    """Return how many yen one of a unit is, or nothing for a unit that is not yen."""
    units = vocabulary.table("units")
    return float(units[unit]["scale"]) if unit in units and units[unit]["base"] == "JPY" else None


def currency(unit: str) -> tuple[str, float] | None:
    """Return the currency of a unit of money and how many of it one is; nothing for other units.

    Currencies are those that have a unit of their own (``USD``): purchasing power parities have none.
    """
    units = vocabulary.table("units")
    if unit not in units or units[unit]["kind"] != "money" or units[unit]["base"] not in units:
        return None
    return units[unit]["base"], float(units[unit]["scale"])


def _share(unit: str) -> float | None:
    units = vocabulary.table("units")
    return float(units[unit]["scale"]) if unit in units and units[unit]["kind"] == "share" else None


def mark(unit: str, language: Language) -> str:
    """Return what stands behind a number of a unit that is neither money nor a share: 件, 社, `` firms``."""
    units = vocabulary.table("units")
    if unit not in units:
        return f" {unit}" if unit.strip("-1 ") else ""
    word = units[unit]
    if word["kind"] in ("index", "text", "date") or unit == "count":
        return ""
    if word["kind"] == "ratio":
        return ("倍" if language == "ja" else "×") if unit == "ratio" else f" {word.label(language)}"
    if language == "en":
        return f" {word['symbol'] if word['kind'] == 'money' else word.en}"
    # 件（投資） counts in 件; what is counted stands in the label of the number.
    return word.ja.split("（")[0]


def plain(value: float, digits: int = 3) -> str:
    """Return a number with about ``digits`` significant digits, thousands separated, without an exponent."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    decimals = 0
    while size < 10 ** (digits - 1) and decimals < 9:
        size *= 10
        decimals += 1
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: float) -> str:
    """Return a share as a percentage: one decimal, more below 1%."""
    hundredths = value * 100
    size = abs(hundredths)
    decimals = 1 if size >= 1 or size == 0 else 2 if size >= 0.1 else 3
    text = f"{hundredths:,.{decimals}f}"
    return f"{text.removesuffix('0') if decimals == 3 else text}%"


def money(amount: float, language: Language, base: str = "JPY") -> str:
    """Return an amount of a currency: 兆円, 億ドル, 万ユーロ in Japanese; tn, bn, m in English."""
    size = abs(amount)
    if language == "ja":
        name = vocabulary.table("units")[base].ja
        if size >= 0.99995e12:
            return f"{amount / 1e12:,.1f}兆{name}"
        if size >= 99.95e8:
            return f"{amount / 1e8:,.0f}億{name}"
        if size >= 1e8:
            return f"{amount / 1e8:,.1f}億{name}"
        return f"{amount / 1e4:,.0f}万{name}" if size >= 1e4 else f"{amount:,.0f}{name}"
    for least, divisor, word in ((0.99995e12, 1e12, " tn"), (0.99995e9, 1e9, " bn"), (1e6, 1e6, " m")):
        if size >= least:
            return f"{base} {amount / divisor:,.1f}{word}"
    return f"{base} {amount:,.0f}"


def _number(value: float, unit: str) -> str:
    units = vocabulary.table("units")
    is_count = unit in units and units[unit]["kind"] == "count"
    return f"{value:,.0f}" if is_count and abs(value) >= 100 else plain(value)


def bound(value: float, unit: str, language: Language) -> str:
    """Return the end of an interval: as ``show``, but what is counted is not said again."""
    return show(value, unit, language) if currency(unit) or _share(unit) else _number(value, unit)


def show(value: float | None, unit: str, language: Language) -> str:
    """Return a value of a unit with its mark, or an em dash when it is missing."""
    if value is None or value != value:
        return MISSING
    paid, share = currency(unit), _share(unit)
    if paid is not None:
        return money(value * paid[1], language, paid[0])
    if share is not None:
        return percent(value * share)
    return _number(value, unit) + mark(unit, language)


def scale_of(values: list[float], unit: str, language: Language) -> tuple[float, str]:
    """Return the factor and the name of the unit in which an axis over ``values`` is best written."""
    top = max((abs(value) for value in values), default=0.0)
    paid, share = currency(unit), _share(unit)
    if share is not None:
        return 100.0 * share, "%"
    if paid is None:
        return 1.0, mark(unit, language).strip()
    base, scale = paid
    if language == "ja":
        sizes = [(size, f"{word}{vocabulary.table('units')[base].ja}") for size, word in _SIZES_JA]
    else:
        sizes = [(size, f"{base} {word}") for size, word in _SIZES_EN]
    divisor, name = next((size for size in sizes if top * scale >= size[0]), sizes[-1])
    return scale / divisor, name
