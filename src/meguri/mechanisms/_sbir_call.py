"""A call of SBIR: who applies to which theme, how it is scored, who is funded and how far from the cut-off."""

from __future__ import annotations

import math

import numpy as np

from meguri.engine.chance import bits, normal, uniform
from meguri.engine.choice import race
from meguri.engine.kernels import kernel


@kernel
def eligible(columns, lowest, highest, out):
    """List the start-ups that may apply for the first phase, by readiness level; returns how many.

    ``columns``: (ended, status, closing, visible, trl, award_phase) of start-ups.
    """
    ended, status, closing, visible, trl, phase = columns
    used = 0
    for i in range(len(ended)):
        free = ended[i] == 0 and status[i] == 0 and not closing[i] and visible[i] and phase[i] == 0
        if free and lowest <= trl[i] <= highest:
            out[used] = i
            used += 1
    return used


@kernel
def write_themes(managers, ids, scope, need, seeds, key, field):
    """Choose the field of each manager's theme: a race among its fields by need times the square root of seeds.

    ``seeds``: eligible start-ups by field. A manager without any gets field 0: no theme.
    """
    codes = np.arange(1, len(need) + 1)
    weights = np.empty(len(need))
    for m in range(len(managers)):
        for f in range(len(need)):
            weights[f] = need[f] * math.sqrt(seeds[f]) if scope[managers[m], f] else 0.0
        field[m] = race(key, ids[managers[m]], codes, weights, 0, len(need)) + 1


@kernel
def apply(rows, ids, fields, chance, order, start, theme_ids, key, who, theme):
    """Let start-ups apply, each to one theme of its field (themes of field f: ``order[start[f-1]:start[f]]``).

    ``who`` takes the rows of applicants and ``theme`` the place of the theme; returns how many apply.
    """
    used = 0
    equal = np.ones(len(order))
    for k in range(len(rows)):
        i = rows[k]
        first, last = start[fields[i] - 1], start[fields[i]]
        if first == last or uniform(key, ids[i], 0) >= chance:
            continue
        who[used] = i
        theme[used] = order[race(key, ids[i], theme_ids, equal, first, last)]
        used += 1
    return used


@kernel
def score(who, ids, mean, variance, precision, rules, key, theme_ids, out):
    """Score applicants: b (E + kappa sd of the public belief) + b_fit fit + panel noise / precision of the manager.

    ``rules``: (weight of belief, kappa, weight of fit, noise). Fit is a number from 0 to 1 of the pair.
    """
    weight, kappa, fit_weight, noise = rules
    for k in range(len(who)):
        i = who[k]
        fit = uniform(key, ids[i], np.int64(bits(key, theme_ids[k], 1) >> np.uint64(1)))
        out[k] = weight * (mean[i] + kappa * math.sqrt(variance[i])) + fit_weight * fit
        out[k] += noise / precision[k] * normal(key, ids[i], 0)


@kernel
def fund(order, start, amounts, budgets, funded, distance):
    """Fund the best of each theme while its budget (yen) lasts; what is left goes to the next theme.

    Applicants of theme c stand in ``order[start[c]:start[c+1]]``, best first. ``distance``: ranks from the cut-off,
    1 for the last who is funded, -1 for the first who is not. Returns the yen awarded.
    """
    rest, awarded = np.int64(0), np.int64(0)
    for c in range(len(budgets)):
        left, winners = budgets[c] + rest, 0
        for place in range(start[c], start[c + 1]):
            amount = amounts[order[place]]
            if amount > left:
                break
            left -= amount
            awarded += amount
            funded[order[place]] = True
            winners += 1
        rest = left
        for place in range(start[c], start[c + 1]):
            above = winners - (place - start[c])
            distance[order[place]] = above if above > 0 else above - 1
    return awarded
