"""The search of the funding market in plain NumPy: what the compiled loop must equal, and is timed against.

Every look of the quarter is drawn at once: prefecture, field, group, start-up, each a race of keyed clocks,
then the private signal and the price. The code follows the rule, not the compiled loop.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from meguri import vocabulary

_GOLDEN, _FIRST, _SECOND = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_MARKET = 7
_INDEPENDENT, _CORPORATE, _UNIVERSITY, _GOVERNMENT = (
    vocabulary.code("classes", f"fund_{kind}") for kind in ("independent", "corporate", "university", "government")
)


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


def look(view, fund, manager_id, deals, rules, prices, grid, closeness, ties, ask, t, key, own_key, counts) -> Any:
    """Return the offers of the quarter: (fund rows, start-up rows, beliefs, post-money values in yen).

    Arguments are those of the compiled search, read only.
    """
    order, start, by_region, by_field, by_group, fields = grid
    groups = len(by_group) // len(by_field)
    v = np.repeat(np.arange(len(counts)), counts)
    n = np.concatenate([np.arange(count) for count in counts])
    choosers = (bits(key, fund.id[v], n) >> np.uint64(1)).astype(np.int64)
    regions = np.arange(len(by_region))
    known = ties[np.minimum(deals[fund.manager[v]], len(ties) - 1)]
    r = race(key, choosers, regions, by_region * closeness[fund.region[v]][:, 1:] * known)
    inside = by_field.reshape(len(by_region), fields)[r].astype(float)
    focused = fund.field[v] > 0
    inside[focused, fund.field[v][focused].astype(int) - 1] *= rules.focus
    f = race(key, choosers, 1000 + np.arange(fields), inside)
    cell = r * fields + f
    g = race(key, choosers, 2000 + np.arange(groups), by_group.reshape(-1, groups)[cell])
    group = cell * groups + g
    lengths = start[group + 1] - start[group]
    slots = np.repeat(start[group] - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
    rows, looker = order[slots], np.repeat(v, lengths)
    gap = ask[rows] - np.log(0.06 * fund.commitment[looker])
    weights = 1.0 / (1.0 + rules.fit * gap * gap)
    weights[(fund.university[looker] >= 0) & (fund.university[looker] == view.university[rows])] *= rules.own_university
    i = rows[ragged_race(key, choosers, lengths, view.id[rows], weights)]
    mean, variance = _diligence(view, fund, manager_id, rules, own_key, v, i)
    go = mean >= _bar(fund, rules, t, v)
    return v[go], i[go], mean[go], _post_money(view, i[go], mean[go], variance[go], prices, t)


def _diligence(view, fund, manager_id, rules, key, v, i) -> tuple[np.ndarray, np.ndarray]:
    own = np.where(fund.cls[v] == _CORPORATE, fund.field[v] == view.field[i], False)
    own |= (fund.cls[v] == _UNIVERSITY) & (fund.university[v] >= 0) & (fund.university[v] == view.university[i])
    kind = fund.cls[v].astype(int) - _INDEPENDENT
    noise = np.where(own, rules.noise[kind], rules.noise_outside[kind])
    index = (bits(key, view.id[i], view.signals[i]) >> np.uint64(1)).astype(np.int64)
    seen = view.potential[i] + noise * normal_quantile(uniform(key, manager_id[fund.manager[v]], index))
    precision = 1.0 / view.belief_variance[i] + 1.0 / noise**2
    return (view.belief_mean[i] / view.belief_variance[i] + seen / noise**2) / precision, 1.0 / precision


def _bar(fund, rules, t, v) -> np.ndarray:
    investable = (1.0 - rules.fee_reserve) * fund.commitment[v]
    planned = np.minimum(1.0, (t - fund.founded[v] + 1) / rules.invest_quarters)
    behind = np.maximum(0.0, planned - fund.placed[v] / np.maximum(investable, 1.0))
    bar = rules.belief_hurdle * (1.0 - rules.pressure * behind)
    return np.where(fund.cls[v] == _GOVERNMENT, bar * rules.government_hurdle, bar)


def _post_money(view, i, mean, variance, rules, t) -> np.ndarray:
    series = view.series[i].astype(int)
    k = np.array([0, 1, 2, 2, 3, 3])[series]
    selling = (view.trl[i] >= _MARKET) & (view.revenue[i] > 0)
    age = np.where((view.trl[i] >= _MARKET) & (view.market_since[i] > 0), t - view.market_since[i], 0)
    first = rules.first_revenue * rules.level_discount ** np.maximum(_MARKET - view.trl[i].astype(int), 0)
    sales = np.where(selling, 4.0 * view.revenue[i], first)
    horizon = rules.horizon[k]
    exposure = rules.fading * np.exp(-age / rules.fading) * (1.0 - np.exp(-horizon / rules.fading))
    spread = (rules.growth_of_potential * exposure) ** 2 * variance + rules.revenue_noise**2 * horizon
    value = np.log(rules.sales_multiple * sales) + rules.growth * horizon + rules.growth_of_investors * exposure
    value += rules.growth_of_potential * mean * exposure + 0.5 * np.minimum(spread, rules.variance_cap)
    return np.exp(value) * rules.retention[k] / rules.hurdle[k] * rules.market


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
