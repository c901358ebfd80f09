"""What the model would say at parameters where it was not run: one Gaussian process a target.

A process is fitted to the means over the seeds at the points of the designs (Rasmussen and Williams 2006, Gaussian
Processes for Machine Learning, chapter 2): Matérn 5/2 with one length a parameter on the prior's unit cube, known
noise (chance variance over seeds) at each point, and one more noise term for what the inactive parameters do. Of many
parameters only those that a target answers to are inputs, chosen by stepwise regression, as is usual in history
matching (Vernon, Goldstein and Bower 2010, Bayesian Analysis 5(4)).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sklearn.gaussian_process import GaussianProcessRegressor

#: Most parameters that the emulator of one target listens to.
MOST_ACTIVE = 8
#: A parameter is taken in where chance alone would look as strong with this probability over all parameters.
LEVEL = 0.05
#: Fewest points with a value that a process is fitted to.
FEWEST_POINTS = 8
#: Powers of the mean that the chance variance may grow with: constant, as counts, as amounts.
POWERS = (0.0, 1.0, 2.0)


@dataclass(frozen=True)
class Emulator:
    """The emulator of one target.

    ``active`` are the columns of the unit cube that it listens to. ``centre`` and ``spread`` standardise the target;
    chance variance at mean ``m`` is ``chance * max(|m|, floor) ** power``. ``fit`` is the share of the variance
    between points that is predicted when each point is left out, ``error`` the root mean square of those errors over
    what the emulator says of them (about 1).
    """

    active: tuple[int, ...]
    centre: float
    spread: float
    chance: float
    power: float
    floor: float
    process: GaussianProcessRegressor | None
    fit: float
    error: float

    def predict(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and emulator variance at points of the unit cube, in the unit of the target."""
        if self.process is None:
            return np.full(len(unit), self.centre), np.full(len(unit), self.spread**2)
        mean, deviation = self.process.predict(unit[:, self.active], return_std=True)
        return self.centre + self.spread * mean, (self.spread * deviation) ** 2

    def chance_variance(self, mean: np.ndarray) -> np.ndarray:
        """Return the variance of one run around its mean, by seeds alone."""
        return self.chance * np.maximum(np.abs(mean), self.floor) ** self.power


def fit(unit: np.ndarray, values: np.ndarray) -> Emulator | None:
    """Return the emulator of one target; None where fewer than :data:`FEWEST_POINTS` points have a value.

    ``unit`` holds the points (points x parameters), ``values`` what each seed gave there (points x seeds, at least
    two seeds; NaN where the model gave none).
    """
    seeds = np.isfinite(values).sum(axis=1)
    with_value = seeds > 0
    if with_value.sum() < FEWEST_POINTS:
        return None
    unit, values, seeds = unit[with_value], values[with_value], seeds[with_value]
    mean = np.nanmean(values, axis=1)
    within = np.nansum((values - mean[:, None]) ** 2, axis=1)
    chance, power, floor = _chance(mean, within, seeds)
    noise = chance * np.maximum(np.abs(mean), floor) ** power / seeds
    centre, spread = float(mean.mean()), float(mean.std())
    active = _active(unit, mean) if spread > 0.0 else ()
    if not active:
        between = max(0.0, spread**2 - float(noise.mean()))
        return Emulator((), centre, between**0.5, chance, power, floor, None, 0.0, 1.0)
    process = _process(unit[:, active], (mean - centre) / spread, noise / spread**2)
    share, error = _left_out(process, (mean - centre) / spread)
    return Emulator(active, centre, spread, chance, power, floor, process, share, error)


def _chance(mean: np.ndarray, within: np.ndarray, seeds: np.ndarray) -> tuple[float, float, float]:
    """Return size, power and floor of the chance variance: the power with the highest chi-square likelihood.

    The sums of squares within points are sigma^2 times chi-square with seeds - 1 degrees of freedom, where sigma^2
    is proportional to a power of the mean (Davidian and Carroll 1987, JASA 82(400)).
    """
    freedom = (seeds - 1).astype(float)
    floor = float(np.quantile(np.abs(mean), 0.05))
    if freedom.sum() == 0.0 or within.sum() == 0.0:
        return 0.0, 0.0, floor
    best = (-np.inf, 0.0, 0.0)
    for power in POWERS if floor > 0.0 else POWERS[:1]:
        level = np.maximum(np.abs(mean), floor) ** power
        size = float((within / level).sum() / freedom.sum())
        likelihood = float((-0.5 * freedom * np.log(size * level) - 0.5 * within / (size * level)).sum())
        best = max(best, (likelihood, size, power))
    return best[1], best[2], floor


def _active(unit: np.ndarray, mean: np.ndarray) -> tuple[int, ...]:
    """Return the parameters that the mean answers to: all if they are few, else by forward stepwise regression.

    In each step the parameter enters whose line and square explain most of what is left, as long as chance alone
    would explain as much with a probability below :data:`LEVEL` over all parameters (F test, Bonferroni).
    """
    from scipy.stats import f

    points, parameters = unit.shape
    most = min(MOST_ACTIVE, max(1, points // 8))
    if parameters <= most:
        return tuple(range(parameters))
    terms = np.stack([unit - 0.5, (unit - 0.5) ** 2], axis=2)
    chosen: list[int] = []
    design, left = np.ones((points, 1)), mean - mean.mean()
    while len(chosen) < most:
        freedom = points - design.shape[1] - 2
        others = [k for k in range(parameters) if k not in chosen]
        rest = [_unexplained(np.column_stack([design, terms[:, k]]), mean) for k in others]
        place = int(np.argmin(rest))
        before, after = float(left @ left), rest[place]
        ratio = np.inf if after <= 0.0 else (before - after) / 2.0 / (after / freedom)
        if f.sf(ratio, 2, freedom) * parameters > LEVEL:
            break
        chosen.append(others[place])
        design = np.column_stack([design, terms[:, others[place]]])
        left = mean - design @ np.linalg.lstsq(design, mean, rcond=None)[0]
    return tuple(sorted(chosen))


def _unexplained(design: np.ndarray, mean: np.ndarray) -> float:
    left = mean - design @ np.linalg.lstsq(design, mean, rcond=None)[0]
    return float(left @ left)


def _process(unit: np.ndarray, scaled: np.ndarray, noise: np.ndarray) -> GaussianProcessRegressor:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    lengths = np.full(unit.shape[1], 1.0)
    kernel = ConstantKernel(1.0, (1e-2, 1e3)) * Matern(lengths, (0.1, 100.0), nu=2.5) + WhiteKernel(1e-3, (1e-6, 1.0))
    process = GaussianProcessRegressor(kernel, alpha=noise + 1e-8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound says that a parameter is inactive
        process.fit(unit, scaled)
    return process


def _left_out(process: GaussianProcessRegressor, scaled: np.ndarray) -> tuple[float, float]:
    """Return how well each point is predicted by the others: share of variance, and standardised error.

    With K the covariance of the points, noise included, the error at point i is [K^-1 y]_i / [K^-1]_ii and its
    variance 1 / [K^-1]_ii (Rasmussen and Williams 2006, equations 5.10 to 5.12).
    """
    from scipy.linalg import cho_solve

    inverse = cho_solve((process.L_, True), np.eye(len(scaled)))
    error = (inverse @ scaled) / np.diag(inverse)
    share = 1.0 - float((error**2).mean() / scaled.var())
    return share, float(np.sqrt((error**2 * np.diag(inverse)).mean()))
