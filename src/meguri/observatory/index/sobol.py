"""Shares of variance by factor: first-order and total indices of Sobol, for factors that may be discrete or groups.

With outcomes f(A), f(B) of two independent samples and f(AB) where one factor of A is taken from B:
first order S = mean(f(B) (f(AB) - f(A))) / V (Saltelli and others, 2010), total T = mean((f(A) - f(AB))^2) / 2V
(Jansen, 1999), V the variance of f over both samples. S is the share that would go if the factor were settled, T the
share that would stay if all others were. Outcomes are centred first, which leaves the estimate and lowers its error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

#: Samples with replacement from which standard errors are taken.
RESAMPLES = 200


@dataclass(frozen=True)
class Share:
    """Share of the variance of an outcome due to one factor alone and in all its interactions, with standard errors."""

    factor: str
    first: float
    first_error: float
    total: float
    total_error: float


def shares(
    first: np.ndarray, second: np.ndarray, mixed: Mapping[str, np.ndarray], random: np.random.Generator
) -> tuple[Share, ...]:
    """Return the shares by factor, the largest total first; none where the outcome never changes."""
    both = np.concatenate([first, second])
    if not both.var() > 0:
        return ()
    a, b = first - both.mean(), second - both.mean()
    moved = {factor: found - both.mean() for factor, found in mixed.items()}
    again = random.integers(0, len(a), (RESAMPLES, len(a)))
    found = []
    for factor, ab in moved.items():
        s, t = _indices(a, b, ab)
        spread = np.array([_indices(a[rows], b[rows], ab[rows]) for rows in again])
        with np.errstate(invalid="ignore"):
            errors = np.nanstd(spread, axis=0)
        found.append(Share(factor, s, float(errors[0]), t, float(errors[1])))
    return tuple(sorted(found, key=lambda share: -share.total))


def _indices(a: np.ndarray, b: np.ndarray, ab: np.ndarray) -> tuple[float, float]:
    variance = np.concatenate([a, b]).var()
    if not variance > 0:
        return np.nan, np.nan
    return float((b * (ab - a)).mean() / variance), float(((a - ab) ** 2).mean() / (2 * variance))
