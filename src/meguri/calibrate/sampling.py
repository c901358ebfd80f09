"""From what is not ruled out to a posterior: elliptical slice sampling on the emulators.

As normal scores of their priors, parameters are normal before any target is seen. The targets are normal around the
emulators' means, with the variance of emulator, tolerance and chance (chance correlated between targets as it is in
the runs; none where targets bind the mean of runs). Elliptical slice sampling (Murray, Adams and MacKay 2010, AISTATS
9) moves a point along an ellipse through the prior, never leaves the prior's range, and has nothing to tune. Many
chains go at once, each from a point that is not ruled out, chosen by its likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meguri.calibrate.chance import root
from meguri.calibrate.plausible import Aim

#: Chains that go side by side, and how often each is read after the first half of its steps.
CHAINS, READ = 64, 8
#: Steps of a chain: so many, and so many more for each parameter. Half of them are not read.
STEPS, STEPS_A_PARAMETER = 24, 4
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


def posterior(aim: Aim, unit: np.ndarray, seed: int, chains: int = CHAINS) -> Posterior:
    """Return the posterior; chains begin at points of the unit cube that are not ruled out.

    Without targets the posterior is these points themselves.
    """
    from scipy.special import ndtri

    scores = np.clip(ndtri(unit), -EDGE, EDGE)
    if len(aim.values) == 0:
        return Posterior(scores, np.full(len(scores), 1.0 / len(scores)))
    random = np.random.default_rng([seed, 5])
    likelihood = log_likelihood(aim, scores)
    weights = np.exp(likelihood - likelihood.max())
    place = random.choice(len(scores), chains, p=weights / weights.sum())
    x, level = scores[place], likelihood[place]
    steps = STEPS + STEPS_A_PARAMETER * scores.shape[1]
    every = max(1, steps // (2 * READ))
    read = []
    for number in range(steps):
        x, level = step(aim, x, level, random)
        if number >= steps // 2 and (steps - 1 - number) % every == 0:
            read.append(x)
    found = np.vstack(read)
    return Posterior(found, np.full(len(found), 1.0 / len(found)))


def log_likelihood(aim: Aim, scores: np.ndarray) -> np.ndarray:
    """Return the log likelihood of points (normal scores), up to a constant."""
    from scipy.special import ndtr

    means, variances, chance = aim.judged(ndtr(scores))
    away, places = means - aim.values, np.arange(len(aim.values))
    covariance = aim.correlation * np.sqrt(chance)[:, :, None] * np.sqrt(chance)[:, None, :]
    covariance[:, places, places] += variances
    lower = np.linalg.cholesky(covariance)
    scaled = np.linalg.solve(lower, away[:, :, None])[:, :, 0]
    return -0.5 * (scaled**2).sum(axis=1) - np.log(lower[:, places, places]).sum(axis=1)


def step(aim: Aim, x: np.ndarray, level: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Move every chain once: along an ellipse through it and a draw of the prior, to a point above a random level."""
    count = len(x)
    other = random.standard_normal(x.shape)
    least = level + np.log(random.random(count))
    angle = random.uniform(0.0, 2.0 * np.pi, count)
    low, high = angle - 2.0 * np.pi, angle.copy()
    new, reached, waiting = x.copy(), level.copy(), np.arange(count)
    while len(waiting):
        at = angle[waiting, None]
        tried = np.clip(x[waiting] * np.cos(at) + other[waiting] * np.sin(at), -EDGE, EDGE)
        found = log_likelihood(aim, tried)
        good = found > least[waiting]
        done, waiting = waiting[good], waiting[~good]
        new[done], reached[done] = tried[good], found[good]
        low[waiting] = np.where(angle[waiting] < 0.0, angle[waiting], low[waiting])
        high[waiting] = np.where(angle[waiting] < 0.0, high[waiting], angle[waiting])
        angle[waiting] = random.uniform(low[waiting], high[waiting])
    return new, reached


def imagine(aim: Aim, unit: np.ndarray, seed: int) -> np.ndarray:
    """Return one set of observations for each point: mean + emulator error + tolerance + chance.

    Chance is correlated between targets as it is in the runs.
    """
    means, variances, chance = aim.predict(unit)
    random = np.random.default_rng([seed, 4])
    luck = random.standard_normal(means.shape) @ root(aim.correlation)
    return means + np.sqrt(variances) * random.standard_normal(means.shape) + np.sqrt(chance) * luck
