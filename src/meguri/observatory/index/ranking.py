"""Ranks from scores: the highest score is first, and equal scores are ranked by a stated convention."""

from __future__ import annotations

import numpy as np


def ranks(scores: np.ndarray, convention: str, decimals: int = 9) -> np.ndarray:
    """Return the rank of each score, rounded to ``decimals`` first; NaN for NaN.

    ``competition`` is 1, 2, 2, 4, ``dense`` 1, 2, 2, 3, ``average`` 1, 2.5, 2.5, 4, and ``ordinal`` 1, 2, 3, 4 in
    the order of the table.
    """
    rounded = np.round(scores, decimals) + 0.0
    there = ~np.isnan(rounded)
    found = rounded[there]
    result, placed = np.full(len(rounded), np.nan), np.empty(len(found))
    if convention == "ordinal":
        placed[np.argsort(-found, kind="stable")] = np.arange(1, len(found) + 1)
    elif convention == "dense":
        placed[:] = 1.0 + np.searchsorted(np.unique(-found), -found, side="left")
    else:
        rising = np.sort(-found)
        first = 1.0 + np.searchsorted(rising, -found, side="left")
        last = np.searchsorted(rising, -found, side="right")
        placed[:] = (first + last) / 2 if convention == "average" else first
    result[there] = placed
    return result
