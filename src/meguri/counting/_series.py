"""What several rules do with yearly numbers: moving means, ranks, growth, the sign of a trend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

#: Years of a moving mean where the document says "three-year moving average".
WINDOW = 3
#: Where the mean of some years stands.
PLACED = {"middle": ("中央の年", "middle year"), "end": ("最後の年", "last year")}


def moving_mean(yearly: np.ndarray, window: int = WINDOW) -> np.ndarray:
    """Return the means over ``window`` years: of [1, 2, 3] it is [2]."""
    rows = len(yearly) - window + 1
    return np.array([yearly[i : i + window].mean(axis=0) for i in range(max(rows, 0))])


def windows(years: Sequence[int], window: int = WINDOW, placed: str = "middle") -> list[tuple[str, int]]:
    """Return the period of each moving mean and the year at which it stands: ``("2016/2018", 2017)`` for the middle."""
    first = list(years)[: max(len(years) - window + 1, 0)]
    behind = (window - 1) // 2 if placed == "middle" else window - 1
    return [(f"{year}/{year + window - 1}" if window > 1 else str(year), year + behind) for year in first]


def trend(values: Sequence[float] | np.ndarray, at: Sequence[int] | None = None) -> float:
    """Return the slope of a straight line through yearly values; below zero they fall.

    ``at`` are the years of the values, one after the other where none are given.
    """
    values = np.asarray(values, float)
    years = np.arange(len(values)) - (len(values) - 1) / 2
    if at is not None:
        years = np.asarray(at, float) - np.mean(at) if len(values) else years
    return float((years * values).sum() / (years**2).sum()) if len(values) > 1 else float("nan")


def sign(slope: float) -> str:
    """Return ``rising``, ``falling``, ``level`` or, where there is no slope, an empty text."""
    if math.isnan(slope):
        return ""
    return "rising" if slope > 0 else "falling" if slope < 0 else "level"


def ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Return the rank of each value, the largest first; equal values share the better rank (1, 2, 2, 4)."""
    order = sorted((value for value in values.values() if math.isfinite(value)), reverse=True)
    return {name: order.index(value) + 1 for name, value in values.items() if math.isfinite(value)}


def yearly_growth(times: float, years: float) -> float:
    """Return the yearly growth (share) that makes a multiple in some years: 1.5 in ten years is 0.041."""
    return times ** (1.0 / years) - 1.0
