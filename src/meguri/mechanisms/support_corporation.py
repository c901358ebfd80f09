"""Support corporations for the use of results: owned by a national lab, they found ventures and sell research.

Where a prefecture's numbers name such a body, the largest labs there have one from a date on; before it nothing is
founded through it. The lab pays in capital. Each quarter the corporation takes up seeds of its lab with which no
inventor went on: it founds a company with a team of founders and pays in equity for a stake, as far as its cash goes.
With some of the contracts that firms sign with the lab it sells contract research of its own, and commissions a part
of it to the lab. What its stakes bring in is spent on further ventures.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, uniform
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.requests import PAID, request, request_many
from meguri.engine.tables import Column
from meguri.mechanisms import entry
from meguri.mechanisms._contracts import RUNNING
from meguri.mechanisms.inventor_choice import STOPPED
from meguri.mechanisms.university_population import LAB

_CAPITAL, _ROUND, _CONTRACT, _COMMISSION, _WAGE = (
    vocabulary.code("flows", flow)
    for flow in ("support_capital", "support_round", "support_contract", "support_commission", "wage")
)
_CLASS = vocabulary.code("classes", "support_corporation")
_UNIVERSITY = vocabulary.code("classes", "startup_university")
_MILLION = 1e6


@kernel
def take_up(ids, universities, channel, corporation_of, chance, room, key, chosen):
    """List the seeds with which nobody went on and that a corporation founds a venture of; returns how many.

    ``corporation_of``: row of the corporation by lab, -1 without one; ``room``: ventures it can still pay for.
    """
    used = 0
    for i in range(len(ids)):
        k = corporation_of[universities[i]]
        if channel[i] == 0 and k >= 0 and room[k] > 0 and uniform(key, ids[i], 0) < chance:
            room[k] -= 1
            chosen[used] = i
            used += 1
    return used


@kernel
def sell(buffer, ids, state, due, universities, firms, amounts, fields, corporation_of, chance, size, t, key, firm_cash,
         firm_offset, offset, regions):
    """Let some contracts that were signed at a lab this quarter bring contract research for its corporation (yen)."""
    for i in range(len(ids)):
        u = universities[i]
        if state[i] != 2 or due[i] != t + 4 or u < 0 or corporation_of[u] < 0:
            continue
        if uniform(key, ids[i], t) < chance:
            amount = min(int(amounts[i] * size), firm_cash[firms[i]])
            request(buffer, _CONTRACT, firm_offset + firms[i], offset + corporation_of[u], amount, ids[i], fields[i], 0,
                    regions[firms[i]])


def active(world, p) -> np.ndarray:
    """Say which labs have a corporation now: the largest of their prefecture, and a keyed share of the others."""
    university = world.university
    found = np.zeros(university.n, np.bool_)
    labs = np.flatnonzero(university.control == LAB)
    if world.t >= round(4.0 * p.start):
        size = university.researcher_share[labs].sum(axis=1)
        for region in np.unique(university.region[labs]):
            here = labs[university.region[labs] == region]
            here = here[np.lexsort((university.id[here], -size[university.region[labs] == region]))]
            found[here[: int(p.corporations[region - 1])]] = True
    if p.other_labs > 0.0:
        key = world.fixed_key("support_corporation.other")
        found[labs] |= np.array([uniform(key, i, 0) for i in university.id[labs].tolist()]) < p.other_labs
    return found


def step(world, p) -> None:
    """Establish corporations, sell research, found ventures."""
    if p.other_labs <= 0.0 and (world.t < round(4.0 * p.start) or not p.corporations.any()):
        return
    labs = active(world, p)
    table = world.support_corporation
    _establish(world, p, np.flatnonzero(labs & ~np.isin(np.arange(world.university.n), table.owner)))
    corporation_of = np.full(world.university.n, -1, np.int64)
    corporation_of[table.owner] = np.arange(table.n)
    corporation_of[~labs] = -1
    _sell(world, p, corporation_of)
    _found(world, p, corporation_of)


def _establish(world, p, rows) -> None:
    """Set up the corporations of the labs (rows); the lab pays in what it can of its general money."""
    if not len(rows):
        return
    university, table = world.university, world.support_corporation
    key = world.fixed_key("support_corporation.establishment")
    ids = births(university.id[rows], key, np.zeros(len(rows), np.int64))
    new = table.add(ids, cls=_CLASS, region=university.region[rows], parent=university.id[rows], founded=world.t,
                    owner=rows.astype(np.int32))
    general = np.maximum(university.cash[rows] - university.project_funds[rows], 0)
    capital = np.minimum(general, int(p.capital * _MILLION))
    nothing = np.zeros(len(rows), np.int64)
    request_many(world.requests, _CAPITAL, university.offset + rows, table.offset + new, capital, ids, nothing, nothing,
                 university.region[rows])
    world.settle()


def _sell(world, p, corporation_of) -> None:
    """Sell research, commission a part of it to the lab, pay the staff; only what was paid is passed on."""
    contract, firm, university, table = world.contract, world.firm, world.university, world.support_corporation
    before = int(world.requests.rows[0])
    sell(world.requests, contract.id, contract.state, contract.due, contract.university, contract.firm, contract.amount,
         contract.field, corporation_of, p.contract_chance, p.contract_size, world.t,
         world.key("support_corporation.contract"), firm.cash, firm.offset, table.offset, firm.region)
    world.settle()
    rows = np.arange(before, int(world.requests.rows[0]))
    rows = rows[world.requests.state[rows] == PAID]
    if not len(rows):
        return
    buffer = world.requests
    amount, k = buffer.amount[rows].copy(), (buffer.payee[rows] - table.offset).astype(np.int64)
    payer, field = (buffer.payer[rows] - firm.offset).astype(np.int64), buffer.field[rows].astype(np.int64)
    np.add.at(firm.joint_spent, payer, amount)
    np.subtract.at(firm.university_accrued, payer, amount)
    u, part = table.owner[k].astype(np.int64), (amount * p.commission).astype(np.int64)
    wages = (amount * p.staff_cost).astype(np.int64)
    contracts, nothing = buffer.contract[rows].copy(), np.zeros(len(rows), np.int64)
    regions = table.region[k]
    request_many(buffer, _COMMISSION, table.offset + k, university.offset + u, part, contracts, field, nothing, regions)
    household = np.full(len(rows), world.sector("household"))
    request_many(buffer, _WAGE, table.offset + k, household, wages, contracts, nothing, nothing, regions)
    world.settle()
    np.add.at(university.project_funds, u, part)
    np.add.at(university.industry_money, (u, field - 1), part)


def _found(world, p, corporation_of) -> None:
    """Found ventures of seeds with which nobody went on, and pay in equity for a stake."""
    seeds, table, startup = world.seed_of_research, world.support_corporation, world.startup
    each = int(p.equity * _MILLION)
    room, chosen = np.maximum(table.cash, 0) // max(each, 1), np.zeros(seeds.n, np.int64)
    used = take_up(seeds.id, seeds.university, seeds.channel, corporation_of, p.creation, room,
                   world.key("support_corporation.venture"), chosen)
    chosen = chosen[:used]
    if not used:
        return
    ids = births(seeds.id[chosen], world.key("support_corporation.founding"), np.zeros(used, np.int64))
    lab = seeds.university[chosen]
    rows = entry.found(
        world, p, ids, _UNIVERSITY, seeds.region[chosen], p.university_trl, p.university_field, p.potential_university,
        p.founder_capital, seeds.field[chosen], seeds.trl[chosen].astype(np.uint8),
        p.potential_of_quality * seeds.quality[chosen], parent=seeds.parent[chosen], university=lab,
    )
    seeds.channel[chosen] = STARTED
    k = corporation_of[lab]
    units = int(p.founder_units * p.stake / (1.0 - p.stake))
    nothing = np.zeros(used, np.int64)
    request_many(world.requests, _ROUND, table.offset + k, startup.offset + rows, np.full(used, each), ids,
                 startup.field[rows], nothing, startup.region[rows])
    world.settle()
    startup.units[rows] += units
    startup.burn[rows] += int(each / p.equity_quarters)
    world.holding.add(births(ids, world.key("support_corporation.holding"), nothing), holder=table.offset + k,
                      startup=rows, units=units, cost=each, region=startup.region[rows], field=startup.field[rows],
                      founded=world.t)
    world.record("shares_issued", table.id[k], counterparty=ids, contract=ids, value=units,
                 reason="support_corporation")
    world.record("venture_creation", table.id[k], counterparty=ids, contract=ids, value=each)


#: A seed that a corporation took up: neither stopped nor gone on with by its inventor.
STARTED = 4
assert STOPPED == 0
assert RUNNING == 2

mechanism = Mechanism(
    id="support_corporation",
    ja="成果活用等支援法人（創業と受託研究）",
    en="support corporations of national labs (ventures and contract research)",
    phase="entry",
    since="2006Q1",
    formula="ventures ~ creation x stopped seeds of the lab, while cash / equity > 0",
    references=("科学技術・イノベーション創出の活性化に関する法律 第34条の6",),
    reads=("university.control", "university.researcher_share", "seed_of_research.university", "contract.state",
           "seed_of_research.quality", "seed_of_research.trl", "contract.due", "contract.university", "contract.firm",
           "contract.amount"),
    owns=(Column("support_corporation", "owner", "int32", "設置した国研（行）", "lab that owns it (row)"),),
    changes=("seed_of_research.channel", "firm.joint_spent", "firm.university_accrued", "university.project_funds",
             "university.industry_money", "startup.units", "startup.burn", "startup.trl", "startup.belief_mean",
             "startup.belief_variance", "startup.potential", "startup.history", "startup.university",
             "startup.visible", "holding.units", "holding.cost", "holding.holder", "holding.startup"),
    parameters_of=("entry",),
    flows=("support_capital", "support_round", "support_contract", "support_commission", "wage", "founder_capital"),
    step=step,
)  # fmt: skip
