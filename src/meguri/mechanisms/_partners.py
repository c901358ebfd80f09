"""How firms and start-ups find each other for an alliance: needs, meetings, and whom a start-up says yes to."""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import uniform
from meguri.engine.choice import race
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp
from meguri.mechanisms._geography import waiting_time


@kernel
def post_needs(ids, ended, cls, industry, sales, field_sales, proximity, hazard, key, firms, fields):
    """List the firms that look for a start-up in the quarter, and the field of each; returns how many.

    A firm's gap in a field is how near its industry is to it (``proximity``, by industry from 1) times the share
    of its sales that does not come from it. The hazard (a quarter, by class) is multiplied by the mean gap over the
    fields near it; the field is drawn in proportion to the gaps.
    """
    used = 0
    for i in range(len(ids)):
        if ended[i] != 0 or sales[i] <= 0:
            continue
        u = uniform(key, ids[i], 0)
        if u >= hazard[cls[i]]:
            continue
        near, gap = 0.0, 0.0
        for f in range(field_sales.shape[1]):
            weight = proximity[industry[i], f + 1]
            near += weight
            gap += weight * (1.0 - min(field_sales[i, f] / sales[i], 1.0))
        if near <= 0.0 or u >= hazard[cls[i]] * gap / near:
            continue
        left, f = uniform(key, ids[i], 1) * gap, -1
        while left >= 0.0 and f < field_sales.shape[1] - 1:
            f += 1
            left -= proximity[industry[i], f + 1] * (1.0 - min(field_sales[i, f] / sales[i], 1.0))
        firms[used] = i
        fields[used] = f
        used += 1
    return used


@kernel
def open_to_alliance(ended, status, closing, visible, dormant, trl, live, region, field, fields, least_trl, most,
                     cells):
    """Give each start-up that is open to an alliance its cell (prefecture, field); others get -1."""
    for i in range(len(ended)):
        cells[i] = -1
        if ended[i] != 0 or status[i] != 0 or closing[i] or not visible[i] or dormant[i]:
            continue
        if trl[i] >= least_trl and live[i] < most:
            cells[i] = (np.int64(region[i]) - 1) * fields + np.int64(field[i]) - 1


@kernel
def appeal(order, belief, sorting, out):
    """Fill ``out`` with exp(sorting x public belief) of the candidates, the exponent between -8 and 8."""
    for k in range(len(order)):
        out[k] = exp(min(max(sorting * belief[order[k]], -8.0), 8.0))


@kernel
def meet(firms, fields, ids, region, closeness, around, hazard, whole, start, weights, startups, order, n_fields, keys,
         met):
    """Let each firm that looks meet a start-up of the field, or nobody (-1 in ``met``); returns how many met.

    It meets one with chance 1 - exp(-hazard x reach). Reach is the mean over the open start-ups of the field of how
    close they are (``closeness`` of prefectures, firm by start-up, by code) times what is done for meetings there
    (``around``, prefecture by field). ``whole`` and ``start`` bound the cells of all open start-ups and of the
    candidates among them. Who is met: a race of prefectures, then one of the cell's candidates by ``weights``.
    """
    regions = len(around)
    pull, codes, count = np.zeros(regions), np.arange(1, regions + 1), 0
    for k in range(len(firms)):
        met[k] = -1
        i, f = firms[k], fields[k]
        total, reach = 0, 0.0
        for r in range(regions):
            there = whole[r * n_fields + f + 1] - whole[r * n_fields + f]
            total += there
            pull[r] = there * closeness[region[i], r + 1] * around[r, f]
            reach += pull[r]
        if total == 0 or uniform(keys[0], ids[i], 0) >= 1.0 - exp(-hazard * reach / total):
            continue
        cell = race(keys[1], ids[i], codes, pull, 0, regions) * n_fields + f
        place = race(keys[2], ids[i], startups, weights, start[cell], start[cell + 1])
        met[k] = order[place]
        count += 1
    return count


@kernel
def say_yes(met, firms, ids, sales, startup_ids, key, best, times):
    """Let each start-up that was met take one firm: a race of its suitors by sales. ``best`` is by start-up (-1)."""
    best[:] = -1
    times[:] = np.inf
    for k in range(len(met)):
        s = met[k]
        if s >= 0:
            time = waiting_time(key, startup_ids[s], ids[firms[k]], float(sales[firms[k]]), times[s])
            if time < times[s]:
                times[s], best[s] = time, k
