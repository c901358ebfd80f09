"""Quarters as integers: ``t = 4 * year + quarter - 1``, so that 2016Q1 is 8064."""

from __future__ import annotations

import re

from meguri.errors import InputError, Phrase, japanese

_QUARTER = re.compile(r"(\d{4})Q([1-4])")


def quarter(text: str, where: str = "") -> int:
    """Return the number of the quarter written as ``2016Q1``; raise InputError for anything else."""
    match = _QUARTER.fullmatch(str(text))
    if match is None:
        place = Phrase(f" in {where}", f"{japanese(where)}：") if where else ""
        raise InputError(
            f"'{text}'{place} is not a quarter; write a year and Q1 to Q4, for example 2025Q2",
            f"{japanese(place)}「{text}」は四半期ではありません。年とQ1～Q4で書いてください（例：2025Q2）",
        )
    return 4 * int(match[1]) + int(match[2]) - 1


def name(t: int) -> str:
    """Return ``2016Q1`` for 8064."""
    return f"{t // 4}Q{t % 4 + 1}"


def year(t: int) -> int:
    """Return the calendar year of a quarter."""
    return t // 4


def fiscal_year(t: int, begins: int) -> int:
    """Return the fiscal year of a quarter, named after the calendar year in which it begins.

    ``begins`` is the calendar quarter in which fiscal years begin: with 2 (April to March) 2016Q1 lies in FY2015.
    """
    return (t - begins + 1) // 4


def fiscal_quarter(t: int, begins: int) -> int:
    """Return 1 for the first quarter of a fiscal year up to 4 for its last; ``begins`` as for the year."""
    return (t - begins + 1) % 4 + 1
