"""Kernels of contracts between firms and universities: size, partner, negotiation, signing, renewal."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import birth, gamma_two, normal, uniform
from meguri.engine.choice import race
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, power, powers
from meguri.engine.requests import request
from meguri.mechanisms._start import pick

SEARCHING, NEGOTIATING, RUNNING, OVER, LOST = 0, 1, 2, 3, 4
TIES = 6
_JOINT, _CONTRACT, _TRIAL, _CHAIR = (
    vocabulary.code("flows", flow)
    for flow in ("joint_research", "contract_research", "clinical_trial", "endowed_chair")
)
_DRAWS_OF_SIZE = 4


@kernel
def contract_size(key, actor, index, large_share, median, spread, small_most, threshold, exponent, most):
    """Draw the size of a contract-year (yen): mostly log-normal below ``threshold``, a few Pareto above it."""
    if uniform(key, actor, index) < large_share:
        return min(threshold * power(uniform(key, actor, index + 1), -1.0 / exponent), most)
    return min(median * exp(spread * normal(key, actor, index + 1)), small_most)


@kernel
def issue(ids, ended, budget, ratio, accrued, field_sales, affordable, large_share, median, spread, small_most,
          threshold, exponent, most, key, id_key, firm, field, tender, amount):
    """Turn what firms want to spend with universities into tenders; returns their number, or -1 when too many.

    ``accrued`` is wanted spending (yen) not yet put out to tender; a tender is issued while it is positive and
    may take it below zero, so that the sizes drawn are not biased.
    """
    used = 0
    for i in range(len(ids)):
        if ended[i] != 0:
            continue
        accrued[i] += int(budget[i] * ratio[i])
        limit = affordable * budget[i]
        ordinal = 0
        while accrued[i] > 0 and budget[i] > 0:
            size = contract_size(key, ids[i], 16 * ordinal, large_share, median, spread, small_most, threshold,
                                 exponent, most)
            for again in range(1, _DRAWS_OF_SIZE):
                if size > limit:
                    size = contract_size(key, ids[i], 16 * ordinal + 2 * again, large_share, median, spread,
                                         small_most, threshold, exponent, most)
            if used >= len(firm):
                return -1
            firm[used], amount[used] = i, max(int(min(size, limit)), 1)
            field[used] = pick(field_sales[i], uniform(key, ids[i], 16 * ordinal + 15)) + 1
            tender[used] = birth(ids[i], id_key, ordinal)
            accrued[i] -= amount[used]
            used += 1
            ordinal += 1
    return used


@kernel
def partner_cells(regions, labs, researchers, knowledge, damping, lab_weight, n_regions, nearness, weight, base, reach):
    """Fill the pull of each university, of each region, and of each region as seen from each other region.

    ``weight`` (university, field): people x (knowledge per head relative to the field)^damping;
    ``base`` (region, field): its sums; ``reach`` (field, from region, to region): running sums with distance.
    """
    relative, powered = np.ones(len(regions)), np.empty(len(regions))
    for f in range(researchers.shape[1]):
        people, stock = 0.0, 0.0
        for u in range(len(regions)):
            people += researchers[u, f]
            stock += knowledge[u, f]
        for r in range(n_regions):
            base[r, f] = 0.0
        for u in range(len(regions)):
            if researchers[u, f] > 0.0 and knowledge[u, f] > 0.0:
                relative[u] = (knowledge[u, f] / researchers[u, f]) / (stock / people)
        powers(relative, damping, powered)
        for u in range(len(regions)):
            weight[u, f] = 0.0
            if researchers[u, f] > 0.0 and knowledge[u, f] > 0.0:
                weight[u, f] = researchers[u, f] * powered[u] * (lab_weight if labs[u] else 1.0)
                base[regions[u] - 1, f] += weight[u, f]
        for r in range(n_regions):
            running = 0.0
            for s in range(n_regions):
                running += nearness[r + 1, s + 1] * base[s, f]
                reach[f, r, s] = running


@kernel
def choose_partner(tender_id, firm_region, f, partners, since, t, memory, pull_of_tie, universities, regions,
                   weight, reach, nearness, order, start, place_of, key):
    """Return the university (row) for a tender: an earlier partner by its tie, else a cell and a race inside it."""
    total = reach[f, firm_region - 1, -1]
    extra = np.zeros(len(partners))
    for k in range(len(partners)):
        u = partners[k]
        if u >= 0 and t - since[k] < memory:
            tie = 1.0 - (t - since[k]) / memory
            extra[k] = weight[u, f] * nearness[firm_region, regions[u]] * (exp(pull_of_tie * tie) - 1.0)
            total += extra[k]
    if total <= 0.0:
        return -1
    draw = uniform(key, tender_id, 0) * total
    for k in range(len(partners)):
        if draw < extra[k]:
            return partners[k]
        draw -= extra[k]
    running = reach[f, firm_region - 1]
    cell = min(int(np.searchsorted(running, draw, side="right")), len(running) - 1)
    place = race(key, tender_id, universities, place_of[f], start[cell], start[cell + 1])
    return order[place] if place >= 0 else -1


@kernel
def trust(partners, since, u, t, memory):
    """Return how fresh the tie to university ``u`` is: 1 with a contract of this quarter, 0 without one remembered."""
    for k in range(len(partners)):
        if partners[k] == u and t - since[k] < memory:
            return 1.0 - (t - since[k]) / memory
    return 0.0


@kernel
def match(state, ids, firms, fields, universities, due, capacity, efficiency, patience, mean_months, expiry, t, firm_id,
          firm_region, partners, since, memory, pull_of_tie, university_id, regions, weight, reach, nearness, order,
          start, by_cell, match_key, partner_key, months_key, shortening, months):
    """Let waiting tenders find a partner and agree, fail or expire.

    In a field with U waiting and room for V contracts, efficiency x sqrt(U V) find a partner. Negotiation
    takes Gamma(2) months, less the part ``shortening`` x trust with an earlier partner; beyond the firm's patience
    it is lost.
    """
    waiting = np.zeros(len(capacity), np.int64)
    for i in range(len(ids)):
        if state[i] == 0:
            waiting[fields[i] - 1] += 1
    chance = np.zeros(len(capacity))
    for f in range(len(capacity)):
        if waiting[f] > 0:
            found = efficiency * np.sqrt(waiting[f] * capacity[f])
            chance[f] = min(found / waiting[f], capacity[f] / waiting[f], 1.0)
    for i in range(len(ids)):
        if state[i] != 0:
            continue
        f = fields[i] - 1
        u = -1
        if uniform(match_key, ids[i], 0) < chance[f]:
            u = choose_partner(ids[i], firm_region[firms[i]], f, partners[firms[i]], since[firms[i]], t, memory,
                               pull_of_tie, university_id, regions, weight, reach, nearness, order, start, by_cell,
                               partner_key)
        if u >= 0:
            universities[i] = u
            known = trust(partners[firms[i]], since[firms[i]], u, t, memory)
            months[i] = gamma_two(months_key, ids[i], 0, mean_months) * (1.0 - shortening * known)
            state[i] = 4 if months[i] > patience else 1
            due[i] = t + int(months[i] / 3.0)
        elif uniform(match_key, ids[i], 1) < expiry:
            state[i] = 3


@kernel
def tie(partners, since, u, t):
    """Remember a contract with university ``u``; the oldest of the remembered partners makes room."""
    oldest = 0
    for k in range(len(partners)):
        if partners[k] == u:
            since[k] = t
            return
        if since[k] < since[oldest]:
            oldest = k
    partners[oldest] = u
    since[oldest] = t


@kernel
def perform(buffer, state, ids, firms, fields, universities, amount, due, t, repeat, growth, key, ended, cash_left,
            firm_offset, university_offset, firm_region, labs, other, trial_by_field, indirect, accrued, partners,
            since, spent, project_funds, industry_money, signed):
    """Sign what is agreed, renew or end what has run a year, and ask for each contract-year's payment (yen).

    ``other``: chances that a contract brings contract research or an endowed chair of the same size with it,
    ``trial_by_field`` the same for clinical trials; not at labs. ``cash_left`` falls with each payment.
    """
    for i in range(len(ids)):
        j, u = firms[i], universities[i]
        signed[i] = False
        if ended[j] != 0:
            state[i] = 3
        if (state[i] != 1 and state[i] != 2) or due[i] > t:
            continue
        if state[i] == 2:
            if uniform(key, ids[i], t) >= repeat:
                state[i] = 3
                continue
            amount[i] = int(amount[i] * growth)
            accrued[j] -= amount[i]
        if amount[i] > cash_left[j]:
            state[i] = 3
            continue
        f = fields[i] - 1
        state[i], due[i], signed[i] = 2, t + 4, True
        total = amount[i]
        request(buffer, _JOINT, firm_offset + j, university_offset + u, amount[i], ids[i], fields[i], 0, firm_region[j])
        cash_left[j] -= amount[i]
        spent[j] += amount[i]
        tie(partners[j], since[j], u, t)
        if not labs[u]:
            for kind in range(3):
                chance = trial_by_field[f] if kind == 1 else other[kind]
                if uniform(key, ids[i], 1_000_000 + 4 * t + kind) < chance and amount[i] <= cash_left[j]:
                    flow = _CONTRACT if kind == 0 else (_TRIAL if kind == 1 else _CHAIR)
                    request(buffer, flow, firm_offset + j, university_offset + u, amount[i], ids[i], fields[i], 0,
                            firm_region[j])
                    cash_left[j] -= amount[i]
                    spent[j] += amount[i]
                    total += amount[i]
        direct = int(total / (1.0 + indirect))
        project_funds[u] += direct
        industry_money[u, f] += direct


@kernel
def wanted_ratio(marginal, tax_rate, statute_rate, take_up, price, elasticity, base, ratio):
    """Fill each firm's wanted university R&D over own R&D: base x (price after tax relief)^-elasticity.

    Joint research gets the open-innovation rate on the share ``take_up`` and the firm's marginal rate on the
    rest; own R&D gets the marginal rate.
    """
    relative = np.empty(len(ratio))
    for i in range(len(ratio)):
        own = max(1.0 - tax_rate - marginal[i], 0.05)
        joint = max(1.0 - tax_rate - statute_rate * take_up - (1.0 - take_up) * marginal[i], 0.05)
        relative[i] = price * joint / own
    powers(relative, -elasticity, ratio)
    for i in range(len(ratio)):
        ratio[i] *= base
