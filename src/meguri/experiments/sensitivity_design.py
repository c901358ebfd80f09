"""Where a sensitivity study looks: points of the unit cube, one axis a parameter, each axis a probability of its prior.

Morris (1991, Technometrics 33:161-174) walks trajectories: from a random point of a grid with four levels, one
parameter at a time is moved by two thirds of the span of the levels, until each has moved once. The levels are the
midpoints of the quarters of the prior (probabilities 1/8, 3/8, 5/8, 7/8), so that no point lies at the ends of ranges.

Saltelli et al. (2010, Computer Physics Communications 181:259-270) take two independent samples A and B of the
priors and, for every parameter, A with that parameter's column from B: ``points`` x (parameters + 2) points. A and B
are the halves of one scrambled Sobol sequence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meguri.errors import InputError

METHODS = ("morris", "sobol")
#: Levels of the grid of Morris, and the lowest and highest as probabilities.
LEVELS = 4
LOWEST, HIGHEST = 1 / 8, 7 / 8
#: Span of the levels that one step covers: 4 / (2 x (4 - 1)) of it (Morris 1991).
STEP = LEVELS / (2 * (LEVELS - 1))


@dataclass(frozen=True)
class Design:
    """Points to be run.

    ``unit`` holds them (points x parameters, probabilities); ``size`` is the number of trajectories (Morris) or the
    rows of A (Sobol). Points stand trajectory by trajectory; or A, then B, then A with one column of B after another.
    """

    method: str
    size: int
    unit: np.ndarray

    @property
    def name(self) -> str:
        """What the run of this design says that its draws come from."""
        return f"design: {self.method} {self.size}"


def morris(parameters: int, trajectories: int, seed: int) -> Design:
    """Return ``trajectories`` trajectories of Morris: trajectories x (parameters + 1) points.

    Raises InputError for fewer than two trajectories.
    """
    if trajectories < 2:
        raise InputError(
            f"--trajectories {trajectories} is too few; at least 2",
            f"--trajectories {trajectories} は少なすぎます（2以上）",
        )
    from SALib.sample.morris import sample

    problem = {
        "num_vars": parameters,
        "names": [str(k) for k in range(parameters)],
        "bounds": [[LOWEST, HIGHEST]] * parameters,
    }
    return Design("morris", trajectories, sample(problem, trajectories, num_levels=LEVELS, seed=seed))


def sobol(parameters: int, points: int, seed: int) -> Design:
    """Return the design of Saltelli et al.: points x (parameters + 2) points.

    Raises InputError for a number of points that is not a power of two, which a Sobol sequence needs to be balanced.
    """
    if points < 4 or points & (points - 1):
        raise InputError(
            f"--points {points} must be a power of two and at least 4, for example 64",
            f"--points {points} は4以上の2のべき乗にしてください（例：64）",
        )
    from scipy.stats import qmc

    sequence = qmc.Sobol(2 * parameters, seed=np.random.default_rng(seed)).random(points)
    a, b = sequence[:, :parameters], sequence[:, parameters:]
    mixed = np.repeat(a[None], parameters, axis=0)
    for k in range(parameters):
        mixed[k, :, k] = b[:, k]
    return Design("sobol", points, np.vstack([a, b, mixed.reshape(-1, parameters)]))
