"""Search and diligence: which start-ups raise, which of them a fund looks at, what it then believes.

A look is a choice stable under entry: the fund draws a prefecture, then a field, then one of sixteen keyed
groups of its start-ups that raise, then a start-up of the group, each step a race of keyed clocks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import bits, normal, uniform
from meguri.engine.choice import race
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import log, power
from meguri.mechanisms._pricing import post_money

_INDEPENDENT = vocabulary.code("classes", "fund_independent")
_CORPORATE = vocabulary.code("classes", "fund_corporate")
_UNIVERSITY = vocabulary.code("classes", "fund_university")
_GOVERNMENT = vocabulary.code("classes", "fund_government")
GROUPS = 16


class SearchRules(NamedTuple):
    """Numbers of search and diligence (money in yen, times in quarters)."""

    runway: float
    young: float
    looks: float
    look_size: float
    reference_size: float
    fit: float
    focus: float
    own_university: float
    noise: np.ndarray
    noise_outside: np.ndarray
    insider_noise: float
    belief_hurdle: float
    government_hurdle: float
    pressure: float
    pressure_on_looks: float
    invest_quarters: float
    largest_share: float
    fee_reserve: float
    typical_ask: float
    strategy: float = 0.0


@kernel
def raises(view, rules, t, flags):
    """Flag who raises: short of runway, with news, or young and never funded; returns how many."""
    count = 0
    for i in range(len(view.id)):
        flags[i] = False
        if view.ended[i] != 0 or view.status[i] != 0 or view.closing[i] or not view.visible[i]:
            continue
        if view.last_round[i] == t:
            continue
        if view.dormant[i]:
            flags[i] = view.news[i]
        elif not view.funded[i]:
            flags[i] = view.news[i] or t - view.founded[i] < rules.young
        else:
            flags[i] = view.news[i] or view.cash[i] < rules.runway * view.burn[i]
        count += flags[i]
    return count


@kernel
def groups_of(view, flags, fields, key, cells):
    """Give each start-up that raises its cell: (prefecture, field, keyed group); others get -1."""
    for i in range(len(flags)):
        cells[i] = -1
        if flags[i]:
            group = np.int64(bits(key, view.id[i], 0) & np.uint64(GROUPS - 1))
            cells[i] = ((np.int64(view.region[i]) - 1) * fields + np.int64(view.field[i]) - 1) * GROUPS + group


@kernel
def masses(start, regions, fields, by_region, by_field, by_group):
    """Count the start-ups that raise by prefecture, by field in it, and by group in that (as weights)."""
    for r in range(regions):
        total = 0
        for f in range(fields):
            inside = 0
            for g in range(GROUPS):
                cell = (r * fields + f) * GROUPS + g
                by_group[cell] = start[cell + 1] - start[cell]
                inside += start[cell + 1] - start[cell]
            by_field[r * fields + f] = inside
            total += inside
        by_region[r] = total


@kernel
def favour(meeting, by_region, by_field):
    """Multiply the weights of prefectures and fields by what network organisations add to meetings there."""
    fields = meeting.shape[1]
    for r in range(len(by_region)):
        by_region[r] = 0.0
        for f in range(fields):
            by_field[r * fields + f] *= meeting[r, f]
            by_region[r] += by_field[r * fields + f]


@kernel
def asked(view, rows, flags, rules, out):
    """Return ln of the money that a start-up seems to ask for (yen), from its last price."""
    for i in range(len(flags)):
        if flags[i]:
            out[i] = log(0.2 * max(rules.typical_ask, 1.4 * view.post_money[i]))


@kernel
def diligence(potential, belief_mean, belief_variance, noise, manager_id, startup, signals, key):
    """Return (mean, variance) of what a manager believes of a start-up after its own look.

    The private signal is one draw for each (manager, start-up, number of public signals).
    """
    z = normal(key, manager_id, np.int64(bits(key, startup, signals) >> np.uint64(1)))
    precision = 1.0 / belief_variance + 1.0 / (noise * noise)
    mean = (belief_mean / belief_variance + (potential + noise * z) / (noise * noise)) / precision
    return mean, 1.0 / precision


@kernel
def noise_of(cls, own_field, own_university, noise, noise_outside):
    """Return the noise of a fund's look: less in its own field (corporate) or at its own university."""
    k = cls - _INDEPENDENT
    inside = (cls == _CORPORATE and own_field) or (cls == _UNIVERSITY and own_university)
    return noise[k] if inside else noise_outside[k]


@kernel
def room(commitment, called, placed, age, rules):
    """Return what a fund may still invest (yen), and how far behind its schedule it is (share).

    What was called cannot be called again, so that fees above the reserve come off what is left.
    """
    investable = (1.0 - rules.fee_reserve) * commitment
    planned = min(1.0, (age + 1) / rules.invest_quarters)
    behind = max(0.0, planned - placed / max(investable, 1.0))
    return min(np.int64(investable) - placed, commitment - called), behind


@kernel
def bar_of(cls, behind, belief_hurdle, pressure, government_hurdle):
    """Return the belief that a fund asks for (log potential)."""
    bar = belief_hurdle * (1.0 - pressure * behind)
    return bar * government_hurdle if cls == _GOVERNMENT else bar


@kernel
def strategic(fund_cls, fund_field, field, strategy):
    """Return what a start-up in the field of its parent firm is worth to a corporate fund beside its return (log)."""
    return strategy if fund_cls == _CORPORATE and fund_field > 0 and fund_field == field else 0.0


@kernel
def weight_of_ties(network, out):
    """Fill ``out`` with (1 + deals)^network by the number of earlier deals."""
    for deals in range(len(out)):
        out[deals] = power(1.0 + deals, network)


@kernel
def count_looks(fund, rules, t, smallest, key, counts):
    """Draw how many start-ups each fund looks at in the quarter; more for larger funds."""
    total = 0
    for v in range(len(fund.id)):
        counts[v] = 0
        if fund.ended[v] != 0 or t - fund.founded[v] > 1.5 * rules.invest_quarters:
            continue
        left, behind = room(fund.commitment[v], fund.called[v], fund.placed[v], t - fund.founded[v], rules)
        if left < smallest:
            continue
        mean = rules.looks * power(max(1.0, fund.commitment[v] / rules.reference_size), rules.look_size)
        mean *= 1.0 + rules.pressure_on_looks * behind
        whole = np.int64(mean)
        counts[v] = whole + (uniform(key, fund.id[v], 0) < mean - whole)
        total += counts[v]
    return total


@kernel
def look(view, fund, manager_id, deals, rules, prices, grid, closeness, ties, ask, t, key, own_key, counts,
         who, row, mean, post):
    """Let funds look; list the offers (fund, start-up, belief, post-money in yen); returns (offers, looks).

    ``grid``: (order, start, by_region, by_field, by_group, fields). ``closeness``: weight of a prefecture
    (column) for a fund's prefecture (row). ``deals``: earlier deals of a manager by prefecture, whose weight is
    looked up in ``ties``.
    """
    order, start, by_region, by_field, by_group, fields = grid
    regions = len(by_region)
    weights, inside = np.empty(regions), np.empty(fields)
    of_region, of_field, of_group = np.arange(regions), 1000 + np.arange(fields), 2000 + np.arange(GROUPS)
    ids, pull = view.id[order], np.empty(len(order))
    used, looks = 0, 0
    for v in range(len(counts)):
        if counts[v] == 0:
            continue
        g = fund.manager[v]
        for r in range(regions):
            weights[r] = 0.0
            if by_region[r] > 0.0:
                known = ties[min(deals[g, r], len(ties) - 1)]
                weights[r] = by_region[r] * closeness[fund.region[v], r + 1] * known
        _, behind = room(fund.commitment[v], fund.called[v], fund.placed[v], t - fund.founded[v], rules)
        bar = bar_of(fund.cls[v], behind, rules.belief_hurdle, rules.pressure, rules.government_hurdle)
        target = log(0.06 * fund.commitment[v])
        for n in range(counts[v]):
            chooser = np.int64(bits(key, fund.id[v], n) >> np.uint64(1))
            r = race(key, chooser, of_region, weights, 0, regions)
            if r < 0:
                continue
            inside[:] = by_field[r * fields:(r + 1) * fields]
            if fund.field[v] > 0:
                own = strategic(fund.cls[v], fund.field[v], fund.field[v], rules.strategy)
                inside[fund.field[v] - 1] *= rules.focus * (1.0 + own)
            cell = r * fields + race(key, chooser, of_field, inside, 0, fields)
            group = cell * GROUPS + race(key, chooser, of_group, by_group[cell * GROUPS:(cell + 1) * GROUPS], 0, GROUPS)
            for slot in range(start[group], start[group + 1]):
                i = order[slot]
                gap = ask[i] - target
                pull[slot] = 1.0 / (1.0 + rules.fit * gap * gap)
                if fund.university[v] >= 0 and fund.university[v] == view.university[i]:
                    pull[slot] *= rules.own_university
            best = order[race(key, chooser, ids, pull, start[group], start[group + 1])]
            looks += 1
            noise = noise_of(fund.cls[v], fund.field[v] == view.field[best],
                             fund.university[v] >= 0 and fund.university[v] == view.university[best],
                             rules.noise, rules.noise_outside)
            believed, variance = diligence(view.potential[best], view.belief_mean[best], view.belief_variance[best],
                                           noise, manager_id[g], view.id[best], view.signals[best], own_key)
            if believed < bar - strategic(fund.cls[v], fund.field[v], view.field[best], rules.strategy):
                continue
            who[used] = v
            row[used] = best
            mean[used] = believed
            post[used] = post_money(view.trl[best], view.market_since[best], view.revenue[best], view.series[best],
                                    believed, variance, prices, t)
            used += 1
    return used, looks


@kernel
def look_inside(view, fund, manager_id, holding, fund_offset, flags, rules, prices, t, own_key, smallest,
                who, row, mean, post, used):
    """Let holders of a start-up that raises decide on a follow-on; adds to the list of offers."""
    last = fund_offset + len(fund.id)
    for h in range(len(holding.holder)):
        account = holding.holder[h]
        if holding.ended[h] != 0 or account < fund_offset or account >= last or not flags[holding.startup[h]]:
            continue
        v, i = account - fund_offset, holding.startup[h]
        left, behind = room(fund.commitment[v], fund.called[v], fund.placed[v], t - fund.founded[v], rules)
        if fund.ended[v] != 0 or left < smallest or used >= len(who):
            continue
        noise = noise_of(fund.cls[v], fund.field[v] == view.field[i],
                         fund.university[v] >= 0 and fund.university[v] == view.university[i], rules.noise,
                         rules.noise_outside)
        believed, variance = diligence(view.potential[i], view.belief_mean[i], view.belief_variance[i],
                                       rules.insider_noise * noise, manager_id[fund.manager[v]], view.id[i],
                                       view.signals[i], own_key)
        bar = bar_of(fund.cls[v], behind, rules.belief_hurdle, rules.pressure, rules.government_hurdle)
        if believed < bar - strategic(fund.cls[v], fund.field[v], view.field[i], rules.strategy):
            continue
        who[used] = v
        row[used] = i
        mean[used] = believed
        post[used] = post_money(view.trl[i], view.market_since[i], view.revenue[i], view.series[i], believed,
                                variance, prices, t)
        used += 1
    return used

