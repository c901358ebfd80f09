"""What a hindcast has to beat: that nothing changes, and that a straight line goes on.

Both know the values up to a year and nothing else. Their 90% intervals are normal: persistence is a random walk whose
yearly steps are as large as those seen (root mean square, a step over ``g`` years divided by the root of ``g``); the
trend is the prediction interval of the line fitted by least squares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

#: The normal quantile of a 90% interval.
QUANTILE = 1.6448536269514722


@dataclass(frozen=True)
class Forecast:
    """A value, and the ends of its 90% interval; the ends are None where the values do not say how sure it is."""

    value: float
    low: float | None = None
    high: float | None = None


def persistence(known: Mapping[int, float], year: int) -> Forecast | None:
    """Return the last known value; the interval needs two known years. None where nothing is known."""
    if not known:
        return None
    years = sorted(known)
    last = known[years[-1]]
    gaps = np.diff(years)
    if len(gaps) == 0:
        return Forecast(last)
    steps = np.diff([known[one] for one in years]) / np.sqrt(gaps)
    half = QUANTILE * float(np.sqrt((steps**2).mean() * (year - years[-1])))
    return Forecast(last, last - half, last + half)


def trend(known: Mapping[int, float], year: int) -> Forecast | None:
    """Return the line through the known values, fitted by least squares; the last value where one year is known.

    The interval needs three known years: s sqrt(1 + 1/n + (x - mean)^2 / Sxx), s^2 with n - 2 degrees of freedom.
    """
    if len(known) < 2:
        return persistence(known, year)
    x = np.array(sorted(known), float)
    y = np.array([known[int(one)] for one in x])
    middle, spread = x.mean(), float(((x - x.mean()) ** 2).sum())
    slope = float(((x - middle) * (y - y.mean())).sum()) / spread
    value = float(y.mean() + slope * (year - middle))
    if len(x) < 3:
        return Forecast(value)
    left = y - y.mean() - slope * (x - middle)
    size = float(left @ left) / (len(x) - 2)
    half = QUANTILE * float(np.sqrt(size * (1.0 + 1.0 / len(x) + (year - middle) ** 2 / spread)))
    return Forecast(value, value - half, value + half)
