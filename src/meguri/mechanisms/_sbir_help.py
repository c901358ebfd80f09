"""What programme managers do beside money: mentoring, ties, introductions, and handing results over at the end."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.engine.choice import race, sort_into_cells
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp
from meguri.mechanisms import _sbir_awards as awards
from meguri.mechanisms.licensing import cell_weights

_FIELDS = len(vocabulary.table("fields"))
TRANSFERS = ("transfer_industry", "transfer_company", "transfer_venture")
_VENTURE = 2


def running(world) -> awards.AwardView:
    """Return the columns of the awards as they stand."""
    return world.sbir_award.bundle(awards.AwardView)


def transfer(world, p, rows) -> None:
    """Hand results that reached the prototype on, to the related industry, a company, or the venture itself."""
    if p.transfer_chance <= 0.0 or not len(rows):
        return
    table, award, key = world.startup, world.sbir_award, world.key("sbir.transfer")
    rows = rows[table.trl[award.startup[rows]] >= int(p.transfer_level)]
    who = award.startup[rows]
    u = np.array([uniform(key, actor, 0) for actor in table.id[who].tolist()])
    kinds = np.array([race(key, actor, np.arange(1, 4), p.transfer_shares, 0, 3) for actor in table.id[who].tolist()])
    firm = _companies(world, who, key)
    kinds = np.where((firm < 0) & (kinds < _VENTURE), _VENTURE, kinds)
    for kind, act in enumerate(TRANSFERS):
        chosen = np.flatnonzero((u < p.transfer_chance) & (kinds == kind))
        to_firm = world.firm.id[firm[chosen]] if kind < _VENTURE and len(chosen) else 0
        world.record(act, table.id[who[chosen]], counterparty=to_firm, contract=award.id[rows[chosen]])
        if kind == _VENTURE:
            table.news[who[chosen]] = True
        else:
            _grow(table.revenue, who[chosen], p.transfer_gain)


def help_performers(world, p) -> None:
    table, award, view = world.startup, world.sbir_award, running(world)
    table.mentoring[:] = 0.0
    meets = np.zeros(award.n, np.uint8)
    awards.accompany(view, world.programme_manager.n, table.trl, p.mentoring, p.tie_gain, p.investor_matching / 4.0,
                     p.company_matching / 4.0, world.key("sbir.matching"), table.mentoring, meets)
    managers = world.programme_manager.id
    investors = np.flatnonzero(meets % 2)
    if len(investors):
        who = award.startup[investors]
        table.news[who] = True
        world.record("investor_matching", managers[award.manager[investors]], counterparty=table.id[who],
                     contract=award.id[investors])
    companies = np.flatnonzero(meets >= 2)
    if len(companies):
        who = award.startup[companies]
        firm = _companies(world, who, world.key("sbir.company"))
        who, companies, firm = who[firm >= 0], companies[firm >= 0], firm[firm >= 0]
        _grow(table.revenue, who, p.company_gain)
        world.record("company_matching", table.id[who], counterparty=world.firm.id[firm], contract=award.id[companies])


def _companies(world, who, key) -> np.ndarray:
    """Return a firm (row, or -1) of the field of each start-up; the root of sales is its weight."""
    firm, table = world.firm, world.startup
    chosen = np.full(len(who), -1, np.int64)
    if firm.n and len(who):
        order, start = sort_into_cells(np.where(firm.ended == 0, firm.field.astype(np.int64) - 1, -1), _FIELDS)
        weights = np.zeros(len(order))
        cell_weights(order, start, firm.sales.astype(np.float64), weights)
        awards.choose_companies(table.id[who], table.field[who], firm.id[order], weights, order, start, key, chosen)
    return chosen


@kernel
def _grow(revenue, rows, gain):
    """Raise the revenue of start-ups once by ``gain`` (log)."""
    for i in rows:
        revenue[i] = np.int64(revenue[i] * exp(gain))
