"""How the actors of the research side are laid out when it opens: sizes, places and fields."""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import bits, normal, uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, normal_quantile, power


@kernel
def log_normal_draws(ids, key, index, spread, values):
    """Fill ``values`` with exp(spread z), z standard normal, keyed by id."""
    for i in range(len(ids)):
        values[i] = exp(spread * normal(key, ids[i], index))


@kernel
def mixed_fields(ids, key, spread, weights, shares):
    """Fill ``shares`` (rows by 18 fields, sum 1): the country's weights times a log-normal leaning of each row."""
    for i in range(len(ids)):
        total = 0.0
        for f in range(len(weights)):
            shares[i, f] = weights[f] * exp(spread * normal(key, ids[i], f))
            total += shares[i, f]
        for f in range(len(weights)):
            shares[i, f] /= total


@kernel
def ranks(ids, groups, key, place, size):
    """Give each row a keyed place (0, 1, …) among the rows of its group; ``size`` becomes the group's size.

    With (place + 0.5) / size as its quantile, every group holds the whole distribution in every member.
    """
    count = np.zeros(groups.max() + 1, np.int64)
    order = np.empty(len(ids), np.uint64)
    for i in range(len(ids)):
        order[i] = bits(key, ids[i], 0)
    for i in np.argsort(order):
        place[i] = count[groups[i]]
        count[groups[i]] += 1
    for i in range(len(ids)):
        size[i] = count[groups[i]]


@kernel
def staff_of_quantile(quantile, median, spread, tail_from, tail_exponent, least, most):
    """Return a firm's staff: log-normal up to ``tail_from`` persons, a Pareto tail above it, within bounds."""
    staff = median * exp(spread * normal_quantile(quantile))
    if staff > tail_from:
        above = 1.0 - quantile_of(tail_from, median, spread)
        staff = tail_from * power((1.0 - quantile) / above, -1.0 / tail_exponent)
    return min(max(staff, least), most)


@kernel
def quantile_of(staff, median, spread):
    """Return the share of a log-normal below ``staff`` by bisection of its quantile function."""
    low, high = 1e-9, 1.0 - 1e-9
    for _ in range(60):
        middle = 0.5 * (low + high)
        if median * exp(spread * normal_quantile(middle)) < staff:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def pick(weights, u):
    """Return the first index at which the running share of the weights exceeds u (0 for no weight at all)."""
    total = 0.0
    for i in range(len(weights)):
        total += weights[i]
    running = 0.0
    for i in range(len(weights)):
        running += weights[i]
        if u * total < running:
            return i
    return len(weights) - 1 if total > 0.0 else 0


@kernel
def pick_many(ids, key, index, rows, weights, chosen):
    """Choose a column of ``weights[rows[i]]`` for every id; ``chosen`` holds codes from 1."""
    for i in range(len(ids)):
        chosen[i] = pick(weights[rows[i]], uniform(key, ids[i], index)) + 1
