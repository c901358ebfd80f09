"""How two names that are not the same are alike: nearly the same, or one inside the other.

What two names share says little ("California State University, ..."); what is left on each side says more. Names are
nearly the same where the rests are spellings or abbreviations of each other, and one is inside the other where one
side has no rest. Digits, and characters that tell sister organisations apart, are never taken for slips.
"""

from __future__ import annotations

import re

#: Least likeness (0 to 100) of the words of a pair that is looked at more closely.
ROUGHLY = 70.0
#: Least likeness of what is left of two names that are nearly the same.
CLOSE = 86.0
#: Fewest letters of what is left, so that one slip is not everything; the first letter is never a slip.
LETTERS = 6
#: Fewest characters of a Japanese name in which one may differ.
CHARACTERS = 6
#: Fewest letters that two names share where one is inside the other.
SHARED = 5
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_TELLING = re.compile(r"[0-9一二三四五六七八九十東西南北上下左右大小新旧第内外前後男女]")


def nearly(one: str, two: str) -> bool:
    """Tell whether two cores are spellings of the same name."""
    if _CJK.search(one) or _CJK.search(two):
        return _one_character(one, two)
    first, second = _rests(one, two)
    if not first or not second:
        return False
    rest_one, rest_two = " ".join(first), " ".join(second)
    if [c for c in rest_one if c.isdigit()] != [c for c in rest_two if c.isdigit()]:
        return False
    if _abbreviates(first, second):
        return True
    from rapidfuzz import fuzz

    joined_one, joined_two = "".join(first), "".join(second)
    if min(len(joined_one), len(joined_two)) < LETTERS or joined_one[0] != joined_two[0]:
        return False
    return fuzz.ratio(joined_one, joined_two) >= CLOSE


def inside(one: str, two: str) -> bool:
    """Tell whether all words of one core are words of the other, or one Japanese core begins or ends the other."""
    if not one or not two or one == two:
        return False
    if _CJK.search(one) or _CJK.search(two):
        short, long = sorted((one, two), key=len)
        return len(short) >= SHARED - 1 and (long.startswith(short) or long.endswith(short))
    first, second = _rests(one, two)
    if bool(first) == bool(second):
        return False
    short = min((one, two), key=len)
    return len(short.replace(" ", "")) >= SHARED


def _rests(one: str, two: str) -> tuple[list[str], list[str]]:
    """Return the words that only the first and only the second name has, in order."""
    first, second = one.split(), two.split()
    for word in list(first):
        if word in second:
            first.remove(word)
            second.remove(word)
    return first, second


def _abbreviates(first: list[str], second: list[str]) -> bool:
    """Tell whether each word that is left begins its counterpart: "sys" and "systems"."""
    if len(first) != len(second):
        return False
    pairs = [sorted(pair, key=len) for pair in zip(first, second, strict=True)]
    return all(len(short) >= 3 and long.startswith(short) and not short.isdigit() for short, long in pairs)


def _one_character(one: str, two: str) -> bool:
    """Tell whether two Japanese names differ in one character that is no number, direction or size."""
    if min(len(one), len(two)) < CHARACTERS or abs(len(one) - len(two)) > 1:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    rests = one[start : len(one) - end], two[start : len(two) - end]
    return max(map(len, rests)) == 1 and not any(_TELLING.search(rest) for rest in rests)
