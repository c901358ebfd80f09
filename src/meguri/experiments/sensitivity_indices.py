"""Sobol indices: which share of an indicator's variance a parameter brings, alone and with all its interactions.

The first-order index S1 is the share of the variance that goes when the parameter is known; the total index ST the
share that is left when all others are known (Sobol 2001, Mathematics and Computers in Simulation 55:271-280).
Estimators: Saltelli et al. (2010, Computer Physics Communications 181:259-270), table 2, (b) and (f), as in
``scipy.stats.sobol_indices``, which neither resamples from a seed nor takes samples with gaps. The variance is that of
the mean over seeds, which all points share; ``noise`` is the share of it that is chance.
"""

from __future__ import annotations

import numpy as np

from meguri.errors import InputError
from meguri.experiments.sensitivity_design import Design

#: Resamples of the rows of the design for the intervals, and their coverage.
RESAMPLES = 999
COVERAGE = 0.9
#: Fewest rows of the design with values everywhere.
LEAST = 4


def indices(design: Design, values: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Return first, first_low, first_high, total, total_low, total_high, noise and effects: quantities x parameters.

    ``values`` are quantities x points x seeds. A row of the design (one point of A, its partner in B and those between
    them) in which a value is missing is left out for that quantity; ``effects`` is the number of rows used. Raises
    InputError where fewer than four are left.
    """
    found = [_indices_of_one(design, one, seed) for one in values]
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def _indices_of_one(design: Design, values: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    rows = values.reshape(-1, design.size, values.shape[1])
    whole = np.isfinite(rows).all(axis=(0, 2))
    if whole.sum() < LEAST:
        raise InputError(
            f"only {whole.sum()} of {design.size} rows of the design have values at all points; "
            "take more --points, a longer mean or a larger --scale",
            f"計画の{design.size}行のうち、すべての点で値があるのは{whole.sum()}行だけです。--points"
            "を増やす、平均する年を長くする、または--scaleを大きくしてください",
        )
    rows = rows[:, whole]
    return _estimates(rows.mean(axis=2), seed) | {
        "noise": np.full(design.unit.shape[1], _chance_share(rows)),
        "effects": np.full(design.unit.shape[1], whole.sum()),
    }


def _estimates(means: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Return the indices from the means of A, B and the mixed samples (samples x rows), with intervals."""
    a, b, mixed = means[0], means[1], means[2:]
    centre = np.mean(means[:2])
    names = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    first, total = _saltelli(a - centre, b - centre, mixed - centre)
    chosen = np.random.default_rng(seed).integers(0, a.size, (RESAMPLES, a.size))
    again = np.array([_saltelli(a[k] - centre, b[k] - centre, mixed[:, k] - centre) for k in chosen])
    tails = [(1.0 - COVERAGE) / 2.0, (1.0 + COVERAGE) / 2.0]
    low, high = np.quantile(again, tails, axis=0)
    return dict(zip(names, (first, low[0], high[0], total, low[1], high[1]), strict=True))


def _saltelli(a: np.ndarray, b: np.ndarray, mixed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first-order and total indices from centred values at A, B (rows) and the mixed samples (samples x rows).

    S1 = mean(B (AB - A)) / V, ST = mean((A - AB)^2) / 2V, V the variance of A and B together; NaN where V is 0.
    """
    variance = np.var([a, b])
    if not variance > 0.0:
        nothing = np.full(len(mixed), np.nan)
        return nothing, nothing
    return np.mean(b * (mixed - a), axis=1) / variance, np.mean((a - mixed) ** 2, axis=1) / (2.0 * variance)


def _chance_share(rows: np.ndarray) -> float:
    """Return the share of the variance of the mean over seeds that is chance, for samples x rows x seeds.

    Seeds that all points share move all points alike, which no index sees; the rest of chance is the residual of the
    two-way table of points and seeds. NaN with one seed.
    """
    table = rows.reshape(-1, rows.shape[2])
    points, seeds = table.shape
    if seeds == 1:
        return float("nan")
    residual = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    chance = (residual**2).sum() / ((points - 1) * (seeds - 1)) / seeds
    variance = table.mean(axis=1).var(ddof=1)
    return float(min(chance / variance, 1.0)) if variance > 0.0 else float("nan")
