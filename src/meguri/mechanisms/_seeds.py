"""Kernels of the knowledge production of universities and labs: money per head, seeds, their quality."""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import birth, poisson, uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import log, normal_quantile, power

_TAIL = 0.95
_TAIL_QUANTILE = 1.6448536269514722
_MICRO = 1e6


@kernel
def money_per_head(researchers, base, competitive, industry, weight_competitive, weight_industry, smoothing, money):
    """Move the smoothed effective money per head (yen a quarter, real; institutions by fields) one quarter on.

    ``base`` is by institution, ``competitive`` and ``industry`` by institution and field, yen a quarter.
    """
    for u in range(len(researchers)):
        people = 0.0
        for f in range(researchers.shape[1]):
            people += researchers[u, f]
        for f in range(researchers.shape[1]):
            if researchers[u, f] <= 0.0 or people <= 0.0:
                continue
            project = weight_competitive * competitive[u, f] + weight_industry * industry[u, f]
            now = base[u] / people + project / researchers[u, f]
            money[u, f] = now if money[u, f] == 0.0 else (1.0 - smoothing) * money[u, f] + smoothing * now


@kernel
def reference_money(researchers, money, elasticity, powered):
    """Return, by field, the researcher-weighted mean of money per head to the power of the elasticity.

    ``powered`` becomes that power. Summed in whole millionths, so that the order of institutions is no matter.
    """
    reference = np.zeros(researchers.shape[1])
    for f in range(researchers.shape[1]):
        people, total = np.int64(0), np.int64(0)
        for u in range(len(researchers)):
            people += np.int64(researchers[u, f] * _MICRO)
            powered[u, f] = power(money[u, f], elasticity)
            total += np.int64(researchers[u, f] * powered[u, f])
        reference[f] = total * _MICRO / people if people > 0 else 0.0
    return reference


@kernel
def agglomeration(regions, researchers, elasticity, crowd):
    """Fill ``crowd`` (region by field) with (researchers there / mean of regions) to the power of elasticity."""
    for f in range(researchers.shape[1]):
        people = np.zeros(len(crowd))
        total = 0.0
        for u in range(len(researchers)):
            people[regions[u]] += researchers[u, f]
            total += researchers[u, f]
        for r in range(1, len(crowd)):
            relative = people[r] * (len(crowd) - 1) / total if total > 0.0 else 0.0
            crowd[r, f] = power(relative, elasticity) if relative > 0.0 else 0.0


@kernel
def draw_seeds(ids, regions, researchers, powered, reference, crowd, rate, elasticity, key, id_key, rows, fields,
               seed_ids, strength):
    """Draw the seeds of the quarter; returns their number, or -1 when the arrays are too short.

    ``rate``: seeds per researcher and quarter at the reference; ``strength`` becomes ln of relative money.
    """
    used = 0
    for u in range(len(ids)):
        for f in range(researchers.shape[1]):
            if researchers[u, f] <= 0.0 or reference[f] <= 0.0 or powered[u, f] <= 0.0:
                continue
            relative = powered[u, f] / reference[f]
            mean = rate * researchers[u, f] * relative * crowd[regions[u], f]
            for ordinal in range(poisson(mean, uniform(key, ids[u], f))):
                if used >= len(rows):
                    return -1
                rows[used], fields[used] = u, f
                seed_ids[used] = birth(ids[u], id_key, f * 100_000 + ordinal)
                strength[used] = log(relative) / elasticity if elasticity > 0.0 else 0.0
                used += 1
    return used


@kernel
def traits_of_seeds(ids, rows, strength, industry_share, key, mean, spread, money_effect, tail_exponent, quality, trl,
                    industry):
    """Draw log quality (normal with a Pareto upper tail), whether a firm paid for it, and its readiness level."""
    for i in range(len(ids)):
        u = uniform(key, ids[i], 0)
        if u < _TAIL:
            deviation = spread * normal_quantile(u)
        else:
            deviation = spread * _TAIL_QUANTILE - log((1.0 - u) / (1.0 - _TAIL)) / tail_exponent
        quality[i] = mean + money_effect * strength[i] + deviation
        industry[i] = uniform(key, ids[i], 1) < industry_share[rows[i]]
        level = uniform(key, ids[i], 2)
        trl[i] = 3 + (level < 0.5) if industry[i] else 1 + int(3.0 * level)
