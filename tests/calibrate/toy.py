"""A world that is a formula: three parameters, four targets, a ridge, and one parameter that moves nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from meguri.calibrate.study import Design, Study
from meguri.calibrate.targets import Target
from meguri.engine.parameters import Parameter
from meguri.model.prior import values_at

FREE = tuple(
    Parameter(f"toy.{name}", name, name, "1", value=1.0, low=0.0, high=2.0, prior="uniform")
    for name in ("first", "second", "idle")
)
#: Chance of one run and tolerance of the observed value, by target.
CHANCE = np.array([0.1, 0.2, 0.2, 0.2])
TOLERANCE = np.array([0.1, 0.2, 0.2, 0.2])
BLOCKS = ("sums", "sums", "squares", "slopes")


def means(values: np.ndarray) -> np.ndarray:
    """Return the targets' means: three know only first + second, the last knows first, and not well."""
    total = values[:, 0] + values[:, 1]
    return np.column_stack([total, np.exp(total / 2.0), total**2 / 2.0, 1.0 + 0.2 * values[:, 0]])


class Toy:
    """The formula as a world; it counts the designs that it ran."""

    def __init__(self, formula: Callable[[np.ndarray], np.ndarray] = means, chance: np.ndarray = CHANCE) -> None:
        self.formula, self.chance = formula, chance
        self.ran: list[Design] = []

    def __call__(self, design: Design) -> np.ndarray:
        self.ran.append(design)
        random = np.random.default_rng(design.first_seed)
        mean = self.formula(values_at(FREE, design.unit))[:, None, :]
        return mean + self.chance * random.standard_normal((len(design.unit), design.seeds, mean.shape[2]))


def seen(truth: np.ndarray, seed: int) -> tuple[Target, ...]:
    """Return what is observed of one run of the true parameters, with an error of the size of the tolerance."""
    error = np.hypot(CHANCE, TOLERANCE) * np.random.default_rng([seed, 9]).standard_normal(4)
    values = means(truth[None, :])[0] + error
    return tuple(Target(f"y{k}", "JP", "2020", float(values[k]), float(TOLERANCE[k]), "1", BLOCKS[k]) for k in range(4))


def study(truth: np.ndarray, seed: int = 1, **changes) -> Study:
    """Return a small study of the toy world."""
    return Study(FREE, seen(truth, seed), **{"points": 32, "draws": 512, "checks": 64, "seed": seed, **changes})
