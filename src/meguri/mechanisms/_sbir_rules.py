"""The rules of an SBIR award by phase: how much, and for how long. They are read from ``sbir.toml`` alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log

PHASES = (1, 2, 3)
MILLION = 1_000_000
#: Awards are rounded down to this many yen.
_ROUND = 100_000


class Phase(NamedTuple):
    """Least and most yen (0: no rule, the field decides) and shortest and longest term in quarters."""

    least: int
    most: int
    shortest: int
    longest: int


def phase_rules(p, phase: int) -> Phase:
    """Return the rules of a phase from the numbers of ``sbir``: the third has a scale by field and no amount."""
    if phase == 1:
        return Phase(int(p.first_least * MILLION), int(p.first_most * MILLION), int(p.first_shortest),
                     int(p.first_longest))
    if phase == 2:
        return Phase(int(p.second_least * MILLION), int(p.second_most * MILLION), int(p.second_shortest),
                     int(p.second_longest))
    return Phase(0, 0, int(p.third_shortest), int(p.third_longest))


def breaches(p, phase: int, amount: int, quarters: int) -> list[str]:
    """Return what an award of ``amount`` (yen) over ``quarters`` breaks: ``amount``, ``duration``, both or nothing."""
    rules = phase_rules(p, phase)
    found = []
    if rules.most and not rules.least <= amount <= rules.most:
        found.append("amount")
    if quarters > rules.longest:
        found.append("duration")
    return found


@kernel
def draw_awards(ids, fields, least, most, scale, spread, shortest, longest, key, amounts, terms):
    """Draw amount (yen) and term (quarters) of each award within the rules of its phase.

    With a most, the amount is log-uniform from least to most; without, it is the scale of the field (yen) times a
    factor from 1 - spread to 1 + spread.
    """
    for k in range(len(ids)):
        u = uniform(key, ids[k], 0)
        if most > 0:
            amount = exp(log(float(least)) + u * (log(float(most)) - log(float(least))))
            amounts[k] = min(max(np.int64(amount) // _ROUND * _ROUND, least), most)
        else:
            amounts[k] = np.int64(scale[fields[k] - 1] * (1.0 + spread * (2.0 * u - 1.0))) // _ROUND * _ROUND
        terms[k] = shortest + np.int64(uniform(key, ids[k], 1) * (longest - shortest + 1))
