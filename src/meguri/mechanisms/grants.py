"""Grants to start-ups: SBIR by phases with a stage gate, and deep-tech grants; budgets are flat amounts.

Start-ups before the market apply; a panel scores what everybody believes of them, with noise, and the best are
funded until the budget of the quarter is used. The first phase pays a proof of concept, the second is open to
those who came a level further since; the third is a large demonstration after the second. Money is spent over
the term of the award; an award certifies nothing.
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

_SBIR, _DEEP_TECH = vocabulary.code("flows", "sbir_award"), vocabulary.code("flows", "deep_tech_grant")
_MARKET = 7
_BILLION, _MILLION = 1_000_000_000, 1_000_000


@kernel
def applicants(columns, wanted_phase, chance, lowest, wait, backed_stay, t, key, rows):
    """List the start-ups that apply for a phase (1 to 3).

    ``columns``: (id, ended, status, closing, visible, trl, phase, phase_trl, phase_since, vc_backed).
    A later phase asks for an award of the phase before, a level gained since, and a wait in quarters.
    """
    ids, ended, status, closing, visible, trl, phase, phase_trl, phase_since, backed = columns
    used = 0
    for i in range(len(ids)):
        if ended[i] != 0 or status[i] != 0 or closing[i] or not visible[i]:
            continue
        if trl[i] < lowest or trl[i] >= _MARKET + (wanted_phase > 1):
            continue
        if phase[i] != wanted_phase - 1 or (wanted_phase > 1 and trl[i] <= phase_trl[i]):
            continue
        if wanted_phase > 1 and t - phase_since[i] < wait:
            continue
        p = chance * (backed_stay if wanted_phase == 2 and backed[i] else 1.0)
        if uniform(key, ids[i], wanted_phase) < p:
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
    strength = world.link("government_startup") * world.scale * _BILLION
    sbir = p.sbir_budget * p.startup_share * strength
    budgets = (
        (1, _SBIR, sbir * p.first_phase_share, p.first_award, p.apply_first),
        (2, _SBIR, sbir * (1.0 - p.first_phase_share), p.second_award, p.apply_later),
        (3, _SBIR, p.third_phase_budget * strength, p.third_award, p.apply_later),
    )
    for phase, flow, budget, size, chance in budgets:
        _round(world, p, phase, flow, budget, int(size * _MILLION), chance)
    _round(world, p, 0, _DEEP_TECH, p.deep_tech_budget * strength, int(p.deep_tech_award * _MILLION), p.apply_deep_tech)


def _round(world, p, phase: int, flow: int, budget: float, size: int, chance: float) -> None:
    table, t = world.startup, world.t
    rows = np.empty(table.n, np.int64)
    stage = table.award_phase if phase else table.deep_tech_awards
    columns = (table.id, table.ended, table.status, table.closing, table.visible, table.trl, stage, table.award_trl,
               table.award_since, table.vc_backed)
    used = applicants(columns, max(phase, 1), chance / 4.0, int(p.lowest_trl), int(p.gate_wait), 1.0 - p.leave_with_vc,
                      t, world.key(f"grants.apply_{phase}"), rows)
    rows = rows[:used]
    score = np.empty(used)
    scores(rows, table.id, table.belief_mean, p.belief_weight, p.panel_noise, world.key(f"grants.panel_{phase}"), score)
    best = rows[by_priority(np.arange(used), score, table.id[rows], world.key(f"grants.order_{phase}"))]
    contracts = births(table.id[best], world.key(f"grants.contract_{phase}"), np.zeros(used, np.int64))
    count = award(world.requests, flow, best, int(budget), size, world.sector("treasury"), table.offset, contracts,
                  table.field, table.region, table.burn, int(p.term))
    granted = best[:count]
    stage[granted] = max(phase, 1)
    if phase:
        table.award_trl[granted] = table.trl[granted]
        table.award_since[granted] = t
    world.record("award", table.id[granted], contract=contracts[:count], value=size,
                 reason=f"sbir_phase_{phase}" if phase else "deep_tech")


mechanism = Mechanism(
    id="grants",
    ja="スタートアップ支援（SBIR・ディープテック）",
    en="Grants to start-ups (SBIR, deep tech)",
    phase="grants",
    since="1999Q1",
    formula="score = b E[theta | public] + N(0, s^2); the best until the budget is used",
    references=("Howell 2017 (American Economic Review)",),
    reads=(
        "startup.belief_mean", "startup.closing", "startup.status", "startup.trl", "startup.vc_backed",
        "startup.visible",
    ),
    owns=(
        Column("startup", "award_phase", "uint8", "採択された最高フェーズ", "last phase of SBIR won"),
        Column("startup", "award_trl", "uint8", "採択時のTRL", "readiness level at the award"),
        Column("startup", "award_since", "int32", "採択された四半期", "quarter of the award"),
        Column("startup", "deep_tech_awards", "uint8", "ディープテック支援の採択", "deep-tech grants won"),
    ),
    changes=("startup.burn",),
    flows=("sbir_award", "deep_tech_grant"),
    step=step,
)
