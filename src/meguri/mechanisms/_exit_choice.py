"""The choice of an exit: list, be acquired, or go on, by a logit on the log of what each is worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, power
from meguri.mechanisms._geography import waiting_time
from meguri.mechanisms._pricing import going_value

_MARKET = 7
NOTHING, LIQUIDATION, ACQUISITION, LISTING = range(4)
ABROAD = -2


class ExitRules(NamedTuple):
    """Numbers of the exit choice; hazards a quarter, money in yen."""

    ready: float
    ready_sales: float
    ready_elasticity: float
    ready_limit: float
    least_value: float
    underwriting: float
    fixed_cost: float
    mood_factor: float
    meeting: float
    meeting_asleep: float
    abroad: float
    synergy: float
    reluctance: float
    relief: float
    return_quarter: float
    fail_quarter: float
    age_pressure: float
    age_from: float
    scale: float
    cash_share: float
    cost_of_merger: float
    strength: float
    partner_meeting: float
    partner_reluctance: float


@kernel
def oldest_funds(holder, startup, ended, fund_offset, founded, t, age):
    """Note the age (years) of the oldest fund that holds each start-up; 0 where none does."""
    age[:] = 0.0
    for h in range(len(holder)):
        v = holder[h] - fund_offset
        if ended[h] == 0 and 0 <= v < len(founded):
            age[startup[h]] = max(age[startup[h]], 0.25 * (t - founded[v]))


@kernel
def keen_parents(holder, startup, ended, fund_offset, fund_cls, fund_manager, owner, corporate, partner, factor, keen):
    """Note the start-ups (``keen`` = ``factor``) of which the firm that looks first holds equity by its own fund."""
    for h in range(len(holder)):
        v = holder[h] - fund_offset
        if ended[h] == 0 and 0 <= v < len(fund_cls) and fund_cls[v] == corporate:
            i = startup[h]
            if partner[i] >= 0 and owner[fund_manager[v]] == partner[i]:
                keen[i] = factor


@kernel
def meet(startup, field, place, firm, cells, proximity, closeness, value, spent, rules, key):
    """Choose the acquirer that a start-up meets: near in field, large, close, with cash; -1 if none.

    ``firm``: (id, region, sales, cash); ``cells``: firms by industry. Returns (row, proximity).
    """
    ids, region, sales, cash = firm
    order, start = cells
    best, best_time = -1, np.inf
    for industry in range(len(start) - 1):
        weight = proximity[industry + 1, field] * (start[industry + 1] - start[industry])
        if weight > 0.0:
            time = waiting_time(key, startup, np.int64(industry + 1), weight, best_time)
            if time < best_time:
                best, best_time = industry, time
    if best < 0:
        return -1, 0.0
    industry, best, best_time = best, -1, np.inf
    for slot in range(start[industry], start[industry + 1]):
        f = order[slot]
        if value > rules.cash_share * (cash[f] - spent[f]):
            continue
        time = waiting_time(key, startup, ids[f], sales[f] * closeness[region[f], place], best_time)
        if time < best_time:
            best, best_time = f, time
    return best, proximity[industry + 1, field]


@kernel
def choose(view, rules, prices, age, firm, cells, proximity, closeness, spent, around, partner, fit, keen, t, key,
           event, acquirer, price):
    """Decide the exit of every start-up in the market; fills ``event``, ``acquirer`` (row or ABROAD) and ``price``.

    ln(W / W_go) of listing and of being acquired enter a logit with ``rules.scale``; going on is worth next
    quarter's expected value, discounted, less with the age of the oldest fund that holds it. ``around`` multiplies
    the hazard of meeting an acquirer, by prefecture and field. ``partner`` is the firm (row, or -1) that looks first,
    ``fit`` how near its industry is to the field: it comes more often, is less reluctant, and is met before others
    where it can pay. ``keen`` multiplies how often that firm comes (1: as any that looks first).
    """
    for i in range(len(view.id)):
        event[i] = NOTHING
        if view.ended[i] != 0 or view.status[i] != 0:
            continue
        if view.closing[i]:
            event[i] = LIQUIDATION
            continue
        if view.trl[i] < _MARKET or view.revenue[i] <= 0 or not view.visible[i] or view.last_round[i] == t:
            continue
        can_list = not view.dormant[i] and 4.0 * view.revenue[i] >= rules.ready_sales * rules.least_value
        can_list = can_list and uniform(key, view.id[i], 0) < rules.ready_limit
        hazard = rules.meeting * around[view.region[i] - 1, view.field[i] - 1]
        if partner[i] >= 0:
            hazard *= rules.partner_meeting * keen[i]
        meets = uniform(key, view.id[i], 1) < hazard * (rules.meeting_asleep if view.dormant[i] else 1.0)
        if not can_list and not meets:
            continue
        value = going_value(view.trl[i], view.market_since[i], view.revenue[i], view.belief_mean[i], 0, prices, t)
        growth = prices.growth + prices.growth_of_potential * view.belief_mean[i] * exp(
            -(t - view.market_since[i]) / prices.fading)
        old = max(0.0, age[i] - rules.age_from)
        going = value * exp(0.25 * growth) * (1.0 - rules.fail_quarter)
        going /= 1.0 + rules.return_quarter + rules.age_pressure * old
        listing, merger, buyer = 0.0, 0.0, -1
        if can_list and value * rules.mood_factor >= rules.least_value:
            hazard = rules.ready * power(value * rules.mood_factor / rules.least_value, rules.ready_elasticity)
            if uniform(key, view.id[i], 0) < min(hazard, rules.ready_limit):
                net = (1.0 - rules.underwriting) * value * rules.mood_factor - rules.fixed_cost
                listing = exp(log(max(net, 1.0) / going) / rules.scale)
        if meets:
            buyer, near, reluctance = partner[i], fit[i], rules.partner_reluctance
            if buyer < 0 or value > rules.cash_share * (firm[3][buyer] - spent[buyer]):
                reluctance = rules.reluctance
                buyer, near = meet(view.id[i], view.field[i], view.region[i], firm, cells, proximity, closeness,
                                   value, spent, rules, key)
                if buyer < 0 or uniform(key, view.id[i], 2) < rules.abroad:
                    buyer, near = ABROAD, 0.3
            worth = value * (1.0 + 0.5 * (1.0 - reluctance) * (1.0 + rules.relief) * rules.synergy * near)
            if buyer >= 0:
                worth *= rules.strength
            merger = exp(log(max(worth - rules.cost_of_merger, 1.0) / going) / rules.scale)
            price[i] = np.int64(worth)
        u = uniform(key, view.id[i], 3) * (1.0 + listing + merger)
        if u < listing:
            event[i] = LISTING
            price[i] = np.int64(value * rules.mood_factor)
        elif u < listing + merger and price[i] > 0:
            event[i] = ACQUISITION
            acquirer[i] = buyer
            if buyer >= 0:
                spent[buyer] += price[i]
