"""Where the model may still be right: the part of the prior that the targets do not rule out.

Implausibility of a point for a target is |E - z| / sqrt(tolerance^2 + emulator variance + chance variance); a point is
ruled out where the largest over the targets is above the cut, 3 as a rule (Craig, Goldstein, Seheult and Smith 1997;
Vernon, Goldstein and Bower 2010, Bayesian Analysis 5(4); the cut by the three-sigma rule of Pukelsheim 1994).
Where targets bind the mean of runs there is no chance variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from meguri.calibrate.emulator import Emulator

CUT = 3.0
#: What a target binds: one run, whose chance counts beside the tolerance, or the mean of runs, which holds no chance.
BINDS = ("run", "mean")
#: Points of the prior that are looked at before anything is moved (a power of two).
LOOK = 2**13
#: Share of the points that the next, stricter level keeps, and steps of the walk at each level.
KEEP, STEPS, MOST_LEVELS = 0.25, 9, 30


@dataclass(frozen=True)
class Aim:
    """The emulators of the targets that a calibration goes by, the values aimed at and their tolerances.

    ``correlation`` (targets x targets) is that of chance between targets within one run. ``bind`` is :data:`BINDS`'
    name of what a target binds.
    """

    emulators: Sequence[Emulator]
    values: np.ndarray
    tolerances: np.ndarray
    correlation: np.ndarray
    bind: str = "run"

    def only(self, places: Sequence[int]) -> Aim:
        """Return the aim at some of the targets."""
        chosen = list(places)
        correlation = self.correlation[np.ix_(chosen, chosen)]
        emulators = [self.emulators[k] for k in chosen]
        return Aim(emulators, self.values[chosen], self.tolerances[chosen], correlation, self.bind)

    def predict(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return means, variances of what is not chance (emulator, tolerance), and of chance (points x targets)."""
        means, variances, chance = (np.empty((len(unit), len(self.emulators))) for _ in range(3))
        for k, emulator in enumerate(self.emulators):
            means[:, k], variances[:, k] = emulator.predict(unit)
            variances[:, k] += self.tolerances[k] ** 2
            chance[:, k] = emulator.chance_variance(means[:, k])
        return means, variances, chance

    def judged(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what points are judged by: as :meth:`predict`, without chance where targets bind the mean of runs."""
        means, variances, chance = self.predict(unit)
        return means, variances, chance if self.bind == "run" else np.zeros_like(chance)

    def implausibility(self, unit: np.ndarray) -> np.ndarray:
        """Return the implausibility of points for each target (points x targets)."""
        means, variances, chance = self.judged(unit)
        variances += chance
        away = np.abs(means - self.values)
        return np.divide(away, np.sqrt(variances), out=np.where(away > 0.0, np.inf, 0.0), where=variances > 0.0)

    def worst(self, unit: np.ndarray) -> np.ndarray:
        """Return the largest implausibility over the targets; 0 without targets."""
        return self.implausibility(unit).max(axis=1, initial=0.0)


@dataclass(frozen=True)
class Plausible:
    """Points spread evenly over what is not ruled out.

    ``share`` is that part's share of the prior (None where it was found by a search from a start), ``level`` the
    implausibility that the points lie below: the cut, or the lowest that was reached where nothing lies below the cut
    (``empty``).
    """

    unit: np.ndarray
    share: float | None
    level: float
    empty: bool


def not_ruled_out(aim: Aim, parameters: int, count: int, seed: int, cut: float = CUT) -> Plausible:
    """Return ``count`` points of the unit cube that are not ruled out.

    Where they are rare, they are reached by levels of falling implausibility, each the best quarter of the one before,
    spread out again by a walk inside the level (subset simulation: Au and Beck 2001, Probabilistic Engineering
    Mechanics 16(4); differential-evolution steps: ter Braak 2006, Statistics and Computing 16(3)).
    """
    from scipy.stats import qmc

    from meguri.calibrate.start import best_start

    random = np.random.default_rng([seed, 1])
    unit = qmc.Sobol(parameters, seed=np.random.default_rng([seed, 2])).random(max(LOOK, _power_of_two(count)))
    worst = aim.worst(unit)
    if (worst <= cut).sum() >= count:
        return Plausible(unit[worst <= cut][:count], float((worst <= cut).mean()), cut, False)
    share, size, level, searched = 1.0, max(count, 1024), np.inf, False
    for _ in range(MOST_LEVELS):
        lower = max(cut, float(np.quantile(worst, KEEP)))
        if cut < lower and 0.98 * level < lower:  # the levels no longer fall
            if searched:
                break
            searched = True
            unit = best_start(aim, unit[int(np.argmin(worst))], seed)
            worst = aim.worst(unit)
            lower = max(cut, float(np.quantile(worst, KEEP)))
        kept = np.flatnonzero(worst <= lower)
        share *= len(kept) / len(worst)
        chosen = random.choice(kept, size)
        unit, worst = _walk(aim, unit[chosen], worst[chosen], lower, random)
        level = lower
        if level <= cut:
            order = random.permutation(size)[:count]
            return Plausible(unit[order], None if searched else share, cut, False)
    best = np.argsort(worst, kind="stable")[:count]
    return Plausible(unit[best], 0.0, float(worst[best].max()), True)


def _walk(
    aim: Aim, unit: np.ndarray, worst: np.ndarray, level: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Move points inside a level without leaving it: every point stays evenly distributed over the level."""
    count, parameters = unit.shape
    for step in range(STEPS):
        pairs = unit[random.integers(0, count, (2, count))]
        size = 1.0 if step % 3 == 2 else 2.38 / np.sqrt(2.0 * parameters) * random.uniform(0.2, 1.0)
        moved = unit + size * (pairs[0] - pairs[1]) + random.normal(0.0, 1e-3, unit.shape)
        moved = 1.0 - np.abs(1.0 - np.abs(moved) % 2.0)  # reflected at the faces of the cube
        there = aim.worst(moved)
        inside = there <= level
        unit = np.where(inside[:, None], moved, unit)
        worst = np.where(inside, there, worst)
    return unit, worst


def spread_out(unit: np.ndarray, count: int) -> np.ndarray:
    """Return ``count`` of the points, far from one another: each is the farthest from those taken before.

    The farthest-point rule of Kennard and Stone (1969, Technometrics 11(1)), started at the point nearest the mean.
    """
    place = int(np.argmin(((unit - unit.mean(axis=0)) ** 2).sum(axis=1)))
    taken, nearest = [place], np.full(len(unit), np.inf)
    while len(taken) < min(count, len(unit)):
        nearest = np.minimum(nearest, ((unit - unit[taken[-1]]) ** 2).sum(axis=1))
        taken.append(int(np.argmax(nearest)))
    return unit[taken]


def _power_of_two(count: int) -> int:
    return 1 << max(0, count - 1).bit_length()
