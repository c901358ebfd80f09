"""The search of the funding market in plain NumPy: what the compiled loop must equal, and is timed against.

Every look of the quarter is drawn at once: prefecture, field, group, start-up, each a race of keyed clocks,
then the private signal and the price. The code follows the rule, not the compiled loop.
"""

from __future__ import annotations

import numpy as np

_GOLDEN, _FIRST, _SECOND = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_MARKET = 7


def mix(value: np.ndarray) -> np.ndarray:
    """Return the SplitMix64 output of 64-bit states."""
    with np.errstate(over="ignore"):
        z = np.asarray(value).astype(np.uint64) + _GOLDEN
        z = (z ^ (z >> np.uint64(30))) * _FIRST
        z = (z ^ (z >> np.uint64(27))) * _SECOND
    return z ^ (z >> np.uint64(31))


def bits(key, actor, index) -> np.ndarray:
    """Return 64 bits for each (key, actor, index); arrays broadcast."""
    inner = np.uint64(key) ^ mix(np.asarray(actor))
    return mix(mix(inner) ^ np.asarray(index).astype(np.uint64))


def uniform(key, actor, index) -> np.ndarray:
    """Return uniform numbers in (0, 1)."""
    return ((bits(key, actor, index) >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def normal_quantile(u: np.ndarray) -> np.ndarray:
    """Return normal quantiles by Wichura's AS 241, all branches at once."""
    q = u - 0.5
    tail = np.sqrt(-np.log(np.where(q < 0, u, 1.0 - u)))
    centre = 0.180625 - q * q
    inner = q * np.polyval(_CENTRE[0], centre) / np.polyval(_CENTRE[1], centre)
    near = np.polyval(_NEAR[0], tail - 1.6) / np.polyval(_NEAR[1], tail - 1.6)
    far = np.polyval(_FAR[0], tail - 5.0) / np.polyval(_FAR[1], tail - 5.0)
    outer = np.where(tail <= 5.0, near, far) * np.sign(q)
    return np.where(np.abs(q) <= 0.425, inner, outer)


def race(key, choosers: np.ndarray, candidates: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return for each chooser (row) the column that wins; -1 where no weight is positive."""
    with np.errstate(divide="ignore"):
        times = np.where(weights > 0, -np.log(uniform(key, choosers[:, None], candidates)) / weights, np.inf)
    return np.where(np.isfinite(times.min(axis=1)), times.argmin(axis=1), -1)


def ragged_race(key, choosers: np.ndarray, lengths: np.ndarray, ids: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return for each chooser the place of its winner among its own run of candidates (runs laid end to end)."""
    owner = np.repeat(np.arange(len(choosers)), lengths)
    times = -np.log(uniform(key, choosers[owner], ids)) / weights
    order = np.lexsort((times, owner))
    return order[np.cumsum(lengths) - lengths]


_CENTRE = (
    [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
    [5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0],
)  # fmt: skip
_NEAR = (
    [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
    [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0],
)  # fmt: skip
_FAR = (
    [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
    [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0],
)  # fmt: skip
