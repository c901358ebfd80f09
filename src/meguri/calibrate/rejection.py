"""From what is not ruled out to a posterior: rejection with regression adjustment.

Each candidate gives one imagined set of observations: emulator mean, its error, chance, and the tolerance. The
candidates whose observations come nearest to those seen are kept, weighted by Epanechnikov's kernel, and moved along a
local linear regression of parameters on observations to where the observations are those seen (Beaumont, Zhang and
Balding 2002, Genetics 162(4)). Parameters are regressed as normal scores of their priors, so that none leaves its
prior's range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meguri.calibrate.chance import root
from meguri.calibrate.plausible import Aim

#: Share of the candidates that are kept.
KEPT = 0.25
#: Normal scores stay within this many standard deviations.
EDGE = 8.0


@dataclass(frozen=True)
class Posterior:
    """Weighted normal scores (draws x parameters) of the parameters, and the weights, which sum to one."""

    scores: np.ndarray
    weights: np.ndarray

    @property
    def unit(self) -> np.ndarray:
        """The draws as probabilities of the prior."""
        from scipy.special import ndtr

        return ndtr(self.scores)

    def equal(self, count: int, seed: int) -> np.ndarray:
        """Return ``count`` draws of equal weight as probabilities of the prior, by systematic resampling."""
        random = np.random.default_rng([seed, 3])
        marks = (np.arange(count) + random.random()) / count
        places = np.searchsorted(np.cumsum(self.weights), marks).clip(0, len(self.weights) - 1)
        return self.unit[random.permutation(places)]

    def covariance(self) -> np.ndarray:
        """Return the covariance of the normal scores (identity for the prior)."""
        return np.atleast_2d(np.cov(self.scores, rowvar=False, aweights=self.weights))


def posterior(aim: Aim, unit: np.ndarray, seed: int, kept: float = KEPT) -> Posterior:
    """Return the posterior from candidates of the prior (points of the unit cube) that are not ruled out.

    Without targets the posterior is the candidates themselves.
    """
    from scipy.special import ndtri

    scores = np.clip(ndtri(unit), -EDGE, EDGE)
    if len(aim.values) == 0:
        return Posterior(scores, np.full(len(scores), 1.0 / len(scores)))
    imagined = imagine(aim, unit, seed)
    spread = imagined.std(axis=0)
    away = np.divide(imagined - aim.values, spread, out=np.zeros_like(imagined), where=spread > 0.0)
    distance = np.sqrt((away**2).sum(axis=1))
    nearest = np.argsort(distance, kind="stable")[: max(_fewest(aim, scores), int(kept * len(unit)))]
    limit = distance[nearest[-1]]
    weights = 1.0 - (distance[nearest] / limit) ** 2 if limit > 0.0 else np.ones(len(nearest))
    weights = np.maximum(weights, 0.0) / np.maximum(weights, 0.0).sum()
    return Posterior(_adjusted(scores[nearest], away[nearest], weights), weights)


def imagine(aim: Aim, unit: np.ndarray, seed: int) -> np.ndarray:
    """Return one set of observations for each point: mean + emulator error + tolerance + chance.

    Chance is correlated between targets as it is in the runs.
    """
    means, variances, chance = aim.predict(unit)
    random = np.random.default_rng([seed, 4])
    luck = random.standard_normal(means.shape) @ root(aim.correlation)
    return means + np.sqrt(variances) * random.standard_normal(means.shape) + np.sqrt(chance) * luck


def _fewest(aim: Aim, scores: np.ndarray) -> int:
    """Return how many candidates the regression needs at least: ten for each of its coefficients."""
    return min(len(scores), 10 * (len(aim.values) + 1))


def _adjusted(scores: np.ndarray, away: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return scores - (observations - seen) * slope, with the slope of the weighted linear regression."""
    root = np.sqrt(weights)[:, None]
    design = np.column_stack([np.ones(len(away)), away])
    slope = np.linalg.lstsq(root * design, root * scores, rcond=None)[0][1:]
    return np.clip(scores - away @ slope, -EDGE, EDGE)
