"""Kernels of people: how many leave, where they go, and the knowledge that goes with them."""

from __future__ import annotations

import math

import numpy as np

from meguri.engine.chance import birth, poisson, uniform
from meguri.engine.choice import race, sort_into_cells
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, normal_quantile
from meguri.mechanisms._start import pick

TO_UNIVERSITY, TO_FIRM, TO_STARTUP, ABROAD, OTHER = range(5)
_LARGE_MEAN = 100.0
_CLEAR = 1e-12


@kernel
def binomial(n, chance, u):
    """Return how many of ``n`` persons leave with a chance each: one uniform by inversion, monotone in the chance.

    Above a mean of 100 the normal approximation is used, which is monotone too. Nobody leaves with a chance of at
    least 1 - n x chance, so that most draws need no power.
    """
    if n <= 0 or chance <= 0.0:
        return 0
    if chance >= 1.0:
        return n
    mean = n * chance
    if u < 1.0 - mean - _CLEAR:
        return 0
    if mean > _LARGE_MEAN:
        found = math.floor(mean + math.sqrt(mean * (1.0 - chance)) * normal_quantile(u) + 0.5)
        return min(max(found, 0), n)
    probability = exp(n * log(1.0 - chance))
    total, count, odds = probability, 0, chance / (1.0 - chance)
    while u > total and count < n:
        probability *= odds * (n - count) / (count + 1)
        count += 1
        total += probability
    return count


@kernel
def whole(ids, values, key, out):
    """Round persons up or down by a keyed uniform, so that sums are not biased."""
    for i in range(len(ids)):
        out[i] = math.floor(values[i] + uniform(key, ids[i], 0))


@kernel
def leavers(ids, people, first_chance, second_chance, key, first, second):
    """Draw who leaves each row (by field in columns) for two destinations: arrays of counts."""
    for i in range(len(ids)):
        for f in range(people.shape[1]):
            n = int(people[i, f] + 0.5)
            if n > 0:
                first[i, f] = binomial(n, first_chance, uniform(key, ids[i], 2 * f))
                second[i, f] = binomial(n - first[i, f], second_chance, uniform(key, ids[i], 2 * f + 1))


@kernel
def ended_staff(ids, rows, people, failed, shares, stay, key, out):
    """Split the researchers of start-ups that ended: ``shares`` (university, firm, start-up), in counts.

    Of an acquired company's researchers the part ``stay`` goes to a firm, the others split as those of a failure.
    """
    for k in range(len(rows)):
        i = rows[k]
        for n in range(people[i]):
            u = uniform(key, ids[i], n)
            if not failed[i]:
                if u < stay:
                    out[k, TO_FIRM] += 1
                    continue
                u = (u - stay) / (1.0 - stay)
            out[k, pick(shares, u)] += 1


@kernel
def destinations(base, relative_wage, wage_elasticity, tie, pull_of_tie, shares):
    """Fill the chances (rows by 5 destinations) of new doctors: logit on wages and, for firms, on ties."""
    for i in range(len(tie)):
        total = 0.0
        for d in range(len(base)):
            value = base[d]
            if d < len(relative_wage):
                value *= exp(wage_elasticity * log(relative_wage[d]))
            if d == TO_FIRM:
                value *= exp(pull_of_tie * tie[i])
            shares[i, d] = value
            total += value
        for d in range(len(base)):
            shares[i, d] /= total


@kernel
def doctors(ids, researchers, per_head, shares, sponsored, key, sponsor_key, counts, hired):
    """Draw the new doctors of each institution and field, and where each goes (institutions, fields, 5).

    The part ``sponsored`` (institutions, fields) of them is hired by the firm that pays for their department.
    """
    for i in range(len(ids)):
        for f in range(researchers.shape[1]):
            if researchers[i, f] <= 0.0:
                continue
            for n in range(poisson(per_head[i] * researchers[i, f], uniform(key, ids[i], f))):
                index = 1_000 + 10_000 * f + n
                if sponsored[i, f] > 0.0 and uniform(sponsor_key, ids[i], index) < sponsored[i, f]:
                    hired[i, f] += 1
                else:
                    counts[i, f, pick(shares[i], uniform(key, ids[i], index))] += 1


@kernel
def listed(ids, regions, counts, key, chooser, row, region, field):
    """Make one line for each of ``counts`` (rows by fields): a keyed id, row, region and field; returns how many."""
    used = 0
    for i in range(len(ids)):
        for f in range(counts.shape[1]):
            for n in range(counts[i, f]):
                chooser[used] = birth(ids[i], key, 10_000 * f + n)
                row[used], region[used], field[used] = i, regions[i], f
                used += 1
    return used


@kernel
def listed_in_field(ids, regions, fields, counts, key, chooser, row, region, field):
    """Make one line for each of ``counts`` of employers that have one field each; returns how many."""
    used = 0
    for i in range(len(ids)):
        for n in range(counts[i]):
            chooser[used] = birth(ids[i], key, 10_000 * fields[i] + n)
            row[used], region[used], field[used] = i, regions[i], fields[i]
            used += 1
    return used


@kernel
def masses(cells, weights, n_cells):
    """Add up the weights by cell."""
    found = np.zeros(n_cells)
    for i in range(len(cells)):
        if cells[i] >= 0:
            found[cells[i]] += weights[i]
    return found


@kernel
def choose_places(chooser, region, field, nearness, mass, order, start, ids, weights, n_fields, region_key, key,
                  chosen):
    """Let each mover choose an employer: a region by its openings in the field and nearness, then an employer there.

    Cells are (region, field); ``ids`` and ``weights`` lie in the order of cells. No opening: -1.
    """
    n_regions = len(nearness) - 1
    codes, pull = np.arange(1, n_regions + 1), np.empty(n_regions)
    for i in range(len(chooser)):
        for s in range(n_regions):
            pull[s] = nearness[region[i], s + 1] * mass[s * n_fields + field[i]]
        s = race(region_key, chooser[i], codes, pull, 0, n_regions)
        chosen[i] = -1
        if s >= 0:
            cell = s * n_fields + field[i]
            place = race(key, chooser[i], ids, weights, start[cell], start[cell + 1])
            chosen[i] = order[place] if place >= 0 else -1


@kernel
def choose_partners(chooser, row, share, order, start, ids, weights, firms, key, pick_key, chosen):
    """Let the part ``share`` of the movers of an institution go to a firm that works with it, by its contracts."""
    for i in range(len(chooser)):
        if uniform(pick_key, chooser[i], 0) < share:
            place = race(key, chooser[i], ids, weights, start[row[i]], start[row[i] + 1])
            if place >= 0:
                chosen[i] = firms[order[place]]


@kernel
def bring(rows, knowledge, people, part, to, knowledge_to):
    """Add to each destination ``part`` of the knowledge per head of where the mover comes from (flat arrays)."""
    for k in range(len(rows)):
        if to[k] >= 0 and people[rows[k]] > 0.0:
            knowledge_to[to[k]] += part * knowledge[rows[k]] / people[rows[k]]


@kernel
def staff_up(ids, ended, posts, left, arrived, arrived_doctors, retire, key, people, doctors_there):
    """Move each employer's researchers one year on: who left, who retires, who came, and hires up to the posts.

    Doctors leave and retire in proportion. Beyond its posts an employer keeps nobody.
    """
    for i in range(len(ids)):
        before = people[i]
        if ended[i] != 0:
            people[i], doctors_there[i] = 0, 0
            continue
        gone = left[i] + binomial(before - left[i], retire, uniform(key, ids[i], 0))
        stay = before - gone
        with_degree = doctors_there[i] * (stay / before) if before > 0 else 0.0
        now = stay + arrived[i]
        holding = with_degree + arrived_doctors[i]
        if now > posts[i]:
            holding *= posts[i] / now
        people[i] = posts[i]
        doctors_there[i] = min(math.floor(holding + uniform(key, ids[i], 1)), people[i])


def openings(regions, fields, ids, weights, nearness, n_fields):
    """Return what ``choose_places`` asks of the employers (rows): mass, order, start, ids and weights by cell."""
    cells = np.where(weights > 0.0, (regions.astype(np.int64) - 1) * n_fields + fields, -1)
    n_cells = (len(nearness) - 1) * n_fields
    order, start = sort_into_cells(cells, n_cells)
    return masses(cells, weights, n_cells), order, start, ids[order], weights[order]


def nearness_of(logs: np.ndarray, effect: float) -> np.ndarray:
    """Return exp(-effect ln(1 + d)) between regions, by code from 1."""
    found = np.zeros_like(logs)
    _fading(logs, effect, found)
    return found


@kernel
def _fading(logs, effect, found):
    for i in range(logs.shape[0]):
        for j in range(logs.shape[1]):
            found[i, j] = exp(-effect * logs[i, j])
