"""Deep-tech grants: one award a start-up, chosen by a panel, paid at once.

Score is what everybody believes of the start-up plus the panel's noise; the best are funded until the quarter's
budget is used. What is granted is spent over the term.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, normal, uniform
from meguri.engine.choice import by_priority
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.engine.tables import Column
from meguri.mechanisms.budget_rule import budget_factor

_FLOW = vocabulary.code("flows", "deep_tech_grant")
_MARKET = 7
_BILLION, _MILLION = 1_000_000_000, 1_000_000


@kernel
def applicants(columns, chance, lowest, key, rows):
    """List the start-ups below the market that apply; ``columns``: (id, ended, status, closing, visible, trl, won)."""
    ids, ended, status, closing, visible, trl, won = columns
    used = 0
    for i in range(len(ids)):
        if ended[i] != 0 or status[i] != 0 or closing[i] or not visible[i]:
            continue
        if trl[i] < lowest or trl[i] >= _MARKET or won[i] != 0:
            continue
        if uniform(key, ids[i], 0) < chance:
            rows[used] = i
            used += 1
    return used


@kernel
def scores(rows, ids, belief, weight, noise, key, out):
    """Score applicants: weight times the public belief plus the panel's noise."""
    for k in range(len(rows)):
        out[k] = weight * belief[rows[k]] + noise * normal(key, ids[rows[k]], 0)


@kernel
def award(buffer, flow, best, budget, size, treasury, offset, contracts, field, region, burn, term):
    """Fund in the given order until the budget (yen) is used; an award raises spending over ``term`` quarters."""
    funded = min(len(best), budget // size)
    for k in range(funded):
        i = best[k]
        request(buffer, flow, treasury, offset + i, size, contracts[k], field[i], 0, region[i])
        burn[i] += size // term
    return funded


def step(world, p) -> None:
    """Award the grants of the quarter."""
    table = world.startup
    budget = int(p.deep_tech_budget * world.link("government_startup") * world.scale * _BILLION * budget_factor(world))
    size = int(p.deep_tech_award * _MILLION)
    if budget < size:
        return
    rows = np.empty(table.n, np.int64)
    columns = (table.id, table.ended, table.status, table.closing, table.visible, table.trl, table.deep_tech_awards)
    used = applicants(columns, p.apply_deep_tech / 4.0, int(p.lowest_trl), world.key("grants.apply_0"), rows)
    rows, score = rows[:used], np.empty(used)
    scores(rows, table.id, table.belief_mean, p.belief_weight, p.panel_noise, world.key("grants.panel_0"), score)
    best = rows[by_priority(np.arange(used), score, table.id[rows], world.key("grants.order_0"))]
    contracts = births(table.id[best], world.key("grants.contract_0"), np.zeros(used, np.int64))
    count = award(world.requests, _FLOW, best, budget, size, world.sector("treasury"), table.offset, contracts,
                  table.field, table.region, table.burn, int(p.term))
    granted = best[:count]
    table.deep_tech_awards[granted] = 1
    world.record("award", table.id[granted], contract=contracts[:count], value=size, reason="deep_tech")


mechanism = Mechanism(
    id="grants",
    ja="ディープテック・スタートアップ支援",
    en="Deep-tech grants to start-ups",
    phase="grants",
    since="1999Q1",
    formula="score = b E[theta | public] + N(0, s^2); the best until the budget is used",
    references=("Howell 2017 (American Economic Review)",),
    reads=("purse.factor", "startup.belief_mean", "startup.closing", "startup.status", "startup.trl",
           "startup.visible"),
    owns=(Column("startup", "deep_tech_awards", "uint8", "ディープテック支援の採択", "deep-tech grants won"),),
    changes=("startup.burn",),
    flows=("deep_tech_grant",),
    step=step,
)
