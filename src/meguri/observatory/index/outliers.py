"""Outliers of one indicator: skewness and kurtosis, values that take their neighbour's place, the logarithm.

An indicator is treated where both its absolute skewness and its kurtosis exceed their limits (2 and 3.5 in the
technical notes of the Global Innovation Index 2019, after Groeneveld and Meeden, 1984).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meguri.observatory.index.declaration import Settings

#: What is added to every distance from the end before the logarithm, as a share of the indicator's range (tool of the
#: Joint Research Centre for composite indicators). The formula of the Global Innovation Index depends on the unit.
SHIFT = 0.01


@dataclass(frozen=True)
class Treated:
    """The values of an indicator after treatment, and what was done (``steps.DONE``), in order."""

    values: np.ndarray
    done: tuple[str, ...]


def skewness(values: np.ndarray) -> float:
    """Return the adjusted Fisher-Pearson skewness of a sample, g1 sqrt(n (n-1)) / (n-2); 0 for fewer than 3 values."""
    n, z = _standard(values)
    if n < 3:
        return 0.0
    return float(n / ((n - 1) * (n - 2)) * (z**3).sum())


def kurtosis(values: np.ndarray) -> float:
    """Return the excess kurtosis of a sample without bias for a normal population; 0 for fewer than 4 values."""
    n, z = _standard(values)
    if n < 4:
        return 0.0
    return float(n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * (z**4).sum() - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


def _standard(values: np.ndarray) -> tuple[int, np.ndarray]:
    """Return how many values there are and the standardised values; none where all values are the same."""
    there = values[~np.isnan(values)]
    if not len(there) or there.max() == there.min():
        return 0, there
    return len(there), (there - there.mean()) / there.std(ddof=1)


def beyond(values: np.ndarray, settings: Settings) -> bool:
    """Return whether an indicator exceeds both limits."""
    return abs(skewness(values)) > settings.skewness and kurtosis(values) > settings.kurtosis


def treat(values: np.ndarray, choice: str, settings: Settings) -> Treated:
    """Treat one indicator by an alternative of the step ``outliers``."""
    if choice == "none" or not beyond(values, settings):
        return Treated(values, ())
    if choice != "log":
        moved = winsorised(values, settings)
        if not beyond(moved, settings) or choice == "winsorise":
            done = ("winsorised", "still_skewed") if beyond(moved, settings) else ("winsorised",)
            return Treated(moved, done)
    turned = logarithm(values)
    return Treated(turned, ("log", "still_skewed") if beyond(turned, settings) else ("log",))


def winsorised(values: np.ndarray, settings: Settings) -> np.ndarray:
    """Give the most extreme value, on the side of the long tail, the value next to it, until a limit is kept.

    At most ``settings.winsorised_at_most`` values are moved; values that are equal move together.
    """
    sign = 1.0 if skewness(values) >= 0 else -1.0
    moved = sign * values
    while beyond(moved, settings):
        top = np.nanmax(moved)
        at_top = moved == top
        lower = moved[moved < top]
        if at_top.sum() > settings.winsorised_at_most or not lower.size:
            break
        moved = np.where(at_top, lower.max(), moved)
    return sign * moved


def logarithm(values: np.ndarray) -> np.ndarray:
    """Return ln(x - lowest + shift) where the long tail is above, -ln(highest - x + shift) where it is below."""
    low, high = np.nanmin(values), np.nanmax(values)
    shift = SHIFT * (high - low)
    if skewness(values) >= 0:
        return np.log(values - low + shift)
    return -np.log(high - values + shift)
