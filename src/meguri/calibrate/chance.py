"""Chance is shared: a run that was lucky in one target was lucky in those that go with it."""

from __future__ import annotations

import numpy as np


def chance_correlation(values: np.ndarray) -> np.ndarray:
    """Return the correlation of chance between targets (targets x targets), pooled over points.

    ``values`` holds points x seeds x targets. Deviations of the seeds from the mean of their point are divided by
    their root mean square over all points. With ``d`` degrees of freedom, what is off the diagonal is multiplied by
    d / (d + targets), so that few runs do not pretend to know it; negative eigenvalues, which missing values can
    cause, are set to 0.
    """
    away = values - _mean(values)
    size = np.sqrt(_mean((away**2).reshape(-1, 1, values.shape[2]).swapaxes(0, 1)))[0]
    scaled = np.divide(away, size, out=np.zeros_like(away), where=size > 0.0).reshape(-1, values.shape[2])
    there = np.isfinite(scaled)
    scaled = np.where(there, scaled, 0.0)
    pairs = there.T.astype(float) @ there
    correlation = np.divide(scaled.T @ scaled, pairs, out=np.zeros_like(pairs), where=pairs > 0.0)
    freedom = values.shape[0] * (values.shape[1] - 1)
    correlation *= freedom / (freedom + values.shape[2])
    np.fill_diagonal(correlation, 1.0)
    weights, vectors = np.linalg.eigh(correlation)
    correlation = (vectors * np.maximum(weights, 0.0)) @ vectors.T
    scale = np.sqrt(np.diag(correlation))
    return correlation / np.outer(scale, scale)


def root(correlation: np.ndarray) -> np.ndarray:
    """Return the symmetric square root of a correlation matrix."""
    weights, vectors = np.linalg.eigh(correlation)
    return (vectors * np.sqrt(np.maximum(weights, 0.0))) @ vectors.T


def _mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over the second axis, kept; missing values are left out, and a mean of none is NaN."""
    count = np.isfinite(values).sum(axis=1, keepdims=True)
    total = np.nansum(values, axis=1, keepdims=True)
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
