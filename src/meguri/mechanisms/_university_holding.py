"""Which start-ups a university's holding company pays equity into, and on what occasion."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel

NONE, FIRST, FOLLOWS, BRIDGES = range(4)


class HoldingRules(NamedTuple):
    """Numbers of a holding company's support (shares, quarters, yen)."""

    screened: float
    equity: float
    follow: float
    bridge: float
    runway: float
    least_belief: float
    smallest: float
    most: float


@kernel
def holders(holder, startup, ended, offset, count, of):
    """Note for each start-up the holding company (row, -1 for none) that holds equity in it."""
    of[:] = -1
    for h in range(len(holder)):
        k = holder[h] - offset
        if ended[h] == 0 and 0 <= k < count:
            of[startup[h]] = k


@kernel
def occasions(view, of, holding_of, rules, t, room, key, occasion, who, amount):
    """Decide which start-ups get equity this quarter, from whom and how much (yen), as far as ``room`` goes.

    A start-up of the university is screened in the quarter of its founding (FIRST). Later the same holding company
    stays with it until it is listed: it takes a part of each round that others close (FOLLOWS, in the quarter after),
    and pays in when the money runs short and what everybody believes of it is good enough (BRIDGES), both as a share
    of the last post-money value. ``holding_of``: holding company by university (-1: none).
    """
    for i in range(len(view.id)):
        occasion[i] = NONE
        if view.ended[i] != 0 or view.status[i] != 0 or view.closing[i]:
            continue
        k, kind, wanted = of[i], NONE, 0.0
        if k < 0:
            u = view.university[i]
            if view.founded[i] == t and u >= 0 and holding_of[u] >= 0 and uniform(key, view.id[i], 0) < rules.screened:
                k, kind, wanted = holding_of[u], FIRST, rules.equity
        elif view.last_round[i] == t - 1:
            kind, wanted = FOLLOWS, rules.follow * view.post_money[i]
        elif (view.cash[i] < rules.runway * view.burn[i] and not view.dormant[i]
              and view.belief_mean[i] >= rules.least_belief):
            kind, wanted = BRIDGES, rules.bridge * view.post_money[i]
        pays = np.int64(min(wanted, rules.most))
        if kind == NONE or pays < rules.smallest or pays > room[k]:
            continue
        room[k] -= pays
        occasion[i] = kind
        who[i] = k
        amount[i] = pays
