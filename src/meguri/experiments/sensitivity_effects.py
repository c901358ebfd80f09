"""Elementary effects (Morris 1991; Campolongo, Cariboni and Saltelli 2007): which parameters matter at all.

The elementary effect of a parameter is how much an indicator changes when that parameter alone is moved, extrapolated
to the span from the 12.5% to the 87.5% quantile of its prior. Its mean over trajectories is ``mu``, the mean of its
absolute value ``mu_star``, its standard deviation ``sigma`` (large beside ``mu_star``: the effect is not linear, or
depends on other parameters).

The world is stochastic. Both ends of a step have the same seeds, and effects are those of the mean over seeds. What is
left of chance is told from the spread of an effect between seeds: ``noise`` is the ``mu_star`` to be expected of
chance alone, sqrt(2 / pi) times the standard error of the mean over seeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meguri.experiments.sensitivity_design import HIGHEST, LOWEST, Design

#: Resamples of trajectories for the interval of mu_star, its coverage, and the least trajectories that it needs.
RESAMPLES = 2000
COVERAGE = 0.9
LEAST = 4


@dataclass(frozen=True)
class Effects:
    """Elementary effects: quantities x parameters x trajectories x seeds, NaN where an end of a step has no value."""

    each: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """Effects of the mean over seeds: quantities x parameters x trajectories."""
        return self.each.mean(axis=3)


def effects_of(design: Design, values: np.ndarray) -> Effects:
    """Return the elementary effects of values (quantities x points x seeds) at the points of a Morris design."""
    parameters = design.unit.shape[1]
    walks = design.unit.reshape(design.size, parameters + 1, parameters)
    moved = np.diff(walks, axis=1)
    which = np.abs(moved).argmax(axis=2)
    step = np.take_along_axis(moved, which[:, :, None], axis=2)[:, :, 0] / (HIGHEST - LOWEST)
    seen = values.reshape(len(values), design.size, parameters + 1, -1)
    change = np.diff(seen, axis=2) / step[None, :, :, None]
    each = np.empty_like(change)
    for trajectory in range(design.size):
        each[:, trajectory, which[trajectory]] = change[:, trajectory]
    return Effects(each.transpose(0, 2, 1, 3))


def screening(effects: Effects, seed: int) -> dict[str, np.ndarray]:
    """Return mu, mu_star, low, high, sigma, noise and effects, each quantities x parameters.

    ``low`` and ``high`` are the 90% interval of mu_star by resampling trajectories (NaN with fewer than four),
    ``noise`` is NaN with one seed, ``effects`` the number of trajectories in which the effect is known; a parameter
    without any is NaN throughout.
    """
    means = effects.means
    known = np.isfinite(means)
    count = known.sum(axis=2)
    low, high = _interval(np.abs(means), seed)
    return {
        "mu": _mean(means),
        "mu_star": _mean(np.abs(means)),
        "low": low,
        "high": high,
        "sigma": np.sqrt(_ratio(np.where(known, (means - _mean(means)[..., None]) ** 2, 0.0).sum(axis=2), count - 1)),
        "noise": _noise(effects.each),
        "effects": count,
    }


def squares(effects: Effects) -> np.ndarray:
    """Return the mean squared effect of every parameter without the part of chance: quantities x parameters.

    With seeds a and b, E[effect_a effect_b] is the mean square of the effect itself, as the chance of one seed is
    independent of that of another; the mean over all pairs of seeds is unbiased and can fall below 0, where 0 is
    returned. With one seed the square holds the chance too.
    """
    each = effects.each
    seeds = each.shape[3]
    if seeds == 1:
        return _mean(each[..., 0] ** 2)
    pairs = (each.sum(axis=3) ** 2 - (each**2).sum(axis=3)) / (seeds * (seeds - 1))
    return np.maximum(_mean(pairs), 0.0)


def _noise(each: np.ndarray) -> np.ndarray:
    seeds = each.shape[3]
    if seeds == 1:
        return np.full(each.shape[:2], np.nan)
    return np.sqrt(2.0 / np.pi * _mean(each.var(axis=3, ddof=1)) / seeds)


def _interval(sizes: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the percentile interval of the mean over the last axis, by resampling it."""
    trajectories = sizes.shape[2]
    if trajectories < LEAST:
        nothing = np.full(sizes.shape[:2], np.nan)
        return nothing, nothing
    chosen = np.random.default_rng(seed).integers(0, trajectories, (RESAMPLES, trajectories))
    tails = ((1.0 - COVERAGE) / 2.0, (1.0 + COVERAGE) / 2.0)
    low, high = np.empty(sizes.shape[:2]), np.empty(sizes.shape[:2])
    for quantity, of_parameters in enumerate(sizes):
        for parameter, size in enumerate(of_parameters):
            means = _mean(size[chosen])
            low[quantity, parameter], high[quantity, parameter] = (
                np.nanquantile(means, tails) if np.isfinite(means).any() else (np.nan, np.nan)
            )
    return low, high


def _mean(values: np.ndarray) -> np.ndarray:
    """Return the mean of the known entries of the last axis, NaN where there is none."""
    known = np.isfinite(values)
    return _ratio(np.where(known, values, 0.0).sum(axis=-1), known.sum(axis=-1))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
