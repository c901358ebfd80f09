"""What the targets say about the parameters: which moves which, which stay unknown, which hang together.

Spreads are standard deviations of normal scores of the priors: 1 for the prior, whatever its shape and unit. A
parameter that is known only together with others keeps its own spread; its spread given the others,
1 / sqrt([C^-1]_ii) for the covariance C of the scores, shows that the data speak of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meguri.calibrate.study import Calibration, posterior_of
from meguri.model.prior import quantile

#: Below these ratios of posterior to prior spread the data inform a parameter: by itself, and given the others.
ALONE, TOGETHER = 0.9, 0.75
#: Correlation from which a pair of parameters is a ridge.
RIDGE = 0.5
#: Combinations whose variance is below this share of the prior's are pinned down.
PINNED = 0.25
#: Smallest weight of a parameter in a combination that is named.
LOADING = 0.3


@dataclass(frozen=True)
class Known:
    """One parameter before and after: 5%, 50% and 95% points in its unit, and the ratios of spreads.

    ``informed`` is ``alone`` (it is narrower than before), ``together`` (only its combination with others is known)
    or ``no`` (the data do not speak of it). ``best`` is the target that narrows it most given the others, ``by`` by how
    much (1 - ratio of spreads).
    """

    parameter: str
    unit: str
    prior_low: float
    prior_median: float
    prior_high: float
    low: float
    median: float
    high: float
    ratio: float
    ratio_given_others: float
    informed: str
    best: str
    by: float


@dataclass(frozen=True)
class Move:
    """How much one target alone narrows one parameter: 1 - posterior spread / prior spread, at least 0.

    ``given_others`` is the same for the spread given the other parameters: what the target knows of a combination.
    """

    target: str
    parameter: str
    narrowing: float
    given_others: float


@dataclass(frozen=True)
class Ridge:
    """Two parameters that the data tie together: the posterior correlation of their normal scores."""

    first: str
    second: str
    correlation: float


@dataclass(frozen=True)
class Combination:
    """A direction that the data pin down: its variance over the prior's, and the parameters' weights in it."""

    variance: float
    weights: dict[str, float]


def moves(calibration: Calibration) -> list[Move]:
    """Return the narrowing of every parameter by every used target on its own, targets in order."""
    found = []
    for place, target in enumerate(calibration.targets):
        alone = posterior_of(calibration.aim.only([place]), calibration.study)
        narrowed = np.maximum(0.0, 1.0 - np.array(_spreads(alone.covariance())))
        for k, spec in enumerate(calibration.study.free):
            found.append(Move(target.id, spec.id, float(narrowed[0, k]), float(narrowed[1, k])))
    return found


def known(calibration: Calibration, moved: list[Move]) -> list[Known]:
    """Return one row a parameter, those that the data inform most first."""
    ratio, given_others = _spreads(calibration.posterior.covariance())
    marks = np.array([0.05, 0.5, 0.95])
    rows = []
    for k, spec in enumerate(calibration.study.free):
        best = max((move for move in moved if move.parameter == spec.id), key=lambda move: move.given_others)
        before = quantile(spec, marks)
        after = quantile(spec, np.quantile(calibration.draws[:, k], marks))
        rows.append(
            Known(
                parameter=spec.id,
                unit=spec.unit,
                prior_low=float(before[0]),
                prior_median=float(before[1]),
                prior_high=float(before[2]),
                low=float(after[0]),
                median=float(after[1]),
                high=float(after[2]),
                ratio=float(ratio[k]),
                ratio_given_others=float(given_others[k]),
                informed="alone" if ratio[k] < ALONE else "together" if given_others[k] < TOGETHER else "no",
                best=best.target,
                by=best.given_others,
            )
        )
    return sorted(rows, key=lambda row: (row.informed == "no", row.ratio))


def _spreads(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the spread of every parameter by itself, and given the others."""
    return np.sqrt(np.diag(covariance)), 1.0 / np.sqrt(np.diag(np.linalg.pinv(covariance, hermitian=True)))


def ridges(calibration: Calibration) -> list[Ridge]:
    """Return the pairs whose posterior correlation is at least :data:`RIDGE` in size, strongest first."""
    covariance = calibration.posterior.covariance()
    spread = np.sqrt(np.diag(covariance))
    ids = [spec.id for spec in calibration.study.free]
    found = []
    for i in range(len(ids)):
        for j in range(i):
            size = float(spread[i] * spread[j])
            correlation = float(covariance[i, j]) / size if size > 0.0 else 0.0
            if abs(correlation) >= RIDGE:
                found.append(Ridge(ids[j], ids[i], correlation))
    return sorted(found, key=lambda ridge: -abs(ridge.correlation))


def combinations(calibration: Calibration) -> list[Combination]:
    """Return the directions whose variance fell below :data:`PINNED` of the prior's, best known first.

    Eigenvectors of the posterior covariance of normal scores; the prior's is the identity, so that an eigenvalue is a
    ratio of variances. The largest weight is positive; weights below :data:`LOADING` are left out.
    """
    values, vectors = np.linalg.eigh(calibration.posterior.covariance())
    ids = [spec.id for spec in calibration.study.free]
    found = []
    for value, vector in zip(values, vectors.T, strict=True):
        if value >= PINNED:
            break
        turned = vector * np.sign(vector[np.argmax(np.abs(vector))])
        order = np.argsort(-np.abs(turned), kind="stable")
        weights = {ids[k]: float(turned[k]) for k in order if abs(turned[k]) >= LOADING}
        found.append(Combination(float(value), weights))
    return found
