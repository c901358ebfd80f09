"""Periods as a reader of one language expects them; fiscal and calendar years always say which they are."""

from __future__ import annotations

import re

from meguri.reports.view import Language

_YEAR = re.compile(r"(FY)?(\d{4})(?:Q([1-4]))?$")


def parts(period: str) -> tuple[bool, int, int] | None:
    """Return (is a fiscal year, year, quarter or 0) of a single period, or nothing for another form."""
    match = _YEAR.match(period)
    return (match[1] is not None, int(match[2]), int(match[3] or 0)) if match else None


def position(period: str) -> float:
    """Return the middle of a period on an axis of calendar years; an open or closed range stands at its last year."""
    found = parts(period.rsplit("/", 1)[-1] or period.split("/", 1)[0])
    if found is None:
        return 0.0
    fiscal, year, quarter = found
    if quarter:
        return year + (quarter - 0.5) / 4
    return year + (0.75 if fiscal else 0.5)


def is_fiscal(period: str) -> bool:
    """Return whether a period counts Japanese fiscal years (April to March)."""
    return "FY" in period


def show(period: str, language: Language) -> str:
    """Return a period in words: ``2022年度``, ``2022年（暦年）``, ``2022年第4四半期``; ``FY2022``, ``CY2022``."""
    if "/" in period:
        first, last = period.split("/", 1)
        ends = parts(first), parts(last)
        if ends[0] and ends[1] and not ends[0][2] and ends[0][0] == ends[1][0]:
            # The kind of year is said once: 2017～2019年（暦年）, FY2021–2025.
            shown = show(last, language)
            return f"{ends[0][1]}～{shown}" if language == "ja" else f"{show(first, language)}–{ends[1][1]}"
        if language == "ja":
            return f"{show(first, language) if first else ''}～{show(last, language) if last else ''}"
        if not first or not last:
            return f"from {show(first, language)}" if first else f"to {show(last, language)}"
        return f"{show(first, language)}–{show(last, language)}"
    found = parts(period)
    if found is None:
        return period
    fiscal, year, quarter = found
    if quarter:
        return f"{year}年第{quarter}四半期" if language == "ja" else f"{year} Q{quarter}"
    if fiscal:
        return f"{year}年度" if language == "ja" else f"FY{year}"
    return f"{year}年（暦年）" if language == "ja" else f"CY{year}"
