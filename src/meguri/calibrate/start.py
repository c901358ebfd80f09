"""A start where nothing seems plausible: the point of lowest implausibility, by CMA-ES on the emulators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from meguri.calibrate.plausible import Aim

GENERATIONS = 200
#: Size of the first steps, in the unit cube.
STEP = 0.2


def best_start(aim: Aim, first: np.ndarray, seed: int, cloud: int = 256) -> np.ndarray:
    """Return ``cloud`` points around the lowest sum of squared implausibilities that CMA-ES finds from ``first``.

    Hansen and Ostermeier (2001), Evolutionary Computation 9(2). The points are draws of its last distribution, held
    inside the unit cube; the first of them is the best.
    """
    from cmaes import CMA

    bounds = np.tile([0.0, 1.0], (len(first), 1))
    search = CMA(mean=np.clip(first, 0.01, 0.99), sigma=STEP, bounds=bounds, seed=seed % 2**32)
    best, lowest = np.clip(first, 0.0, 1.0), np.inf
    for _ in range(GENERATIONS):
        asked = np.array([search.ask() for _ in range(search.population_size)])
        found = (aim.implausibility(asked) ** 2).sum(axis=1)
        if found.min() < lowest:
            best, lowest = asked[int(np.argmin(found))], float(found.min())
        search.tell(list(zip(asked, found.tolist(), strict=True)))
        if search.should_stop():
            break
    around = np.array([search.ask() for _ in range(cloud - 1)])
    return np.vstack([best, np.clip(around, 0.0, 1.0)])
