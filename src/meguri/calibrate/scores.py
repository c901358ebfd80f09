"""How good an interval is: the interval score, for the posterior, for the prior and for saying *as before*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from meguri.calibrate.targets import Target

#: One minus the probability of the interval.
ALPHA = 0.1
#: Quantiles of the normal distribution that stand for the tolerance.
STEPS = 99
#: Lower end, middle and upper end of the interval.
MARKS = (ALPHA / 2, 0.5, 1 - ALPHA / 2)


@dataclass(frozen=True)
class Interval:
    """The 90% interval and median of what is predicted of a target, in its unit, and the interval score."""

    low: float
    median: float
    high: float
    score: float


@dataclass(frozen=True)
class Earlier:
    """A value of the same indicator and place that was observed before a target: ``period`` says when."""

    period: str
    value: float


def interval_score(low: float, high: float, observed: float, alpha: float = ALPHA) -> float:
    """Return the interval score of a central (1 - alpha) interval: the lower, the better, in the unit of the value.

    ``(high - low) + 2/alpha max(0, low - observed) + 2/alpha max(0, observed - high)``: the width, and a penalty for
    missing (Gneiting and Raftery 2007, JASA 102(477), equation 43).
    """
    return (high - low) + 2.0 / alpha * (max(0.0, low - observed) + max(0.0, observed - high))


def predicted(values: np.ndarray, target: Target) -> Interval | None:
    """Return the interval of what runs gave, with the target's tolerance added as a normal error.

    None where fewer than two runs gave a value.
    """
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return None
    return _interval(np.add.outer(values, target.tolerance * _normal()).ravel(), target)


def imagined(values: np.ndarray, target: Target) -> Interval:
    """Return the interval of imagined observations, which hold the tolerance already."""
    return _interval(values, target)


def as_before(earlier: Earlier | None, target: Target) -> Interval | None:
    """Return the interval of persistence: the earlier value, with the target's tolerance as a normal error."""
    return None if earlier is None else _interval(earlier.value + target.tolerance * _normal(), target)


def _normal() -> np.ndarray:
    from scipy.special import ndtri

    return ndtri((np.arange(STEPS) + 0.5) / STEPS)


def _interval(values: np.ndarray, target: Target) -> Interval:
    low, median, high = (float(q) for q in np.quantile(values, MARKS, method="hazen"))
    return Interval(low, median, high, interval_score(low, high, target.value))


def better_share(ours: Sequence[Interval | None], theirs: Sequence[Interval | None]) -> tuple[float | None, int]:
    """Return the geometric mean of the ratios of scores (below 1: ours is better), and over how many targets.

    A ratio of scores has no unit, so that targets of all kinds can be averaged.
    """
    ratios = [a.score / b.score for a, b in zip(ours, theirs, strict=True) if a and b and a.score > 0 and b.score > 0]
    return (float(np.exp(np.mean(np.log(ratios)))), len(ratios)) if ratios else (None, 0)
