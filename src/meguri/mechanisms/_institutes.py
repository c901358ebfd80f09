"""Kernels of contract-research institutes: sites, orders, repeat orders, what they receive, whom they train."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import gamma_two, poisson, uniform
from meguri.engine.choice import race
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.mechanisms._start import pick

_CONTRACT, _BASE, _PROJECT, _OTHER, _WAGE, _PURCHASE = (
    vocabulary.code("flows", flow)
    for flow in ("institute_contract", "institute_base_grant", "institute_public_project", "institute_other_income",
                 "research_wage", "research_purchase")
)
AGREED, RUNNING, OVER = 1, 2, 3


@kernel
def sites(ids, local, key, codes, region, field):
    """Give each institute a field and, in it, a region, by the local R&D of firms (``local``: regions by fields).

    Both are races of keyed clocks, so that one more institute moves no other.
    """
    for i in range(len(ids)):
        totals = local.sum(axis=0)
        f = race(key, ids[i], codes, totals, 0, local.shape[1])
        weights = local[:, f].copy()
        r = race(key, ids[i] ^ 1, codes, weights, 0, local.shape[0])
        field[i], region[i] = f + 1, r + 1


@kernel
def reach_of(regions, fields, researchers, nearness, cross_field, reach):
    """Fill ``reach`` (region by field, persons) with the researchers of institutes there and, faded, elsewhere."""
    for r in range(reach.shape[0]):
        for f in range(reach.shape[1]):
            total = 0.0
            for k in range(len(regions)):
                same = 1.0 if fields[k] == f + 1 else cross_field
                total += researchers[k] * nearness[r + 1, regions[k]] * same
            reach[r, f] = total


@kernel
def wanted(ended, regions, fields, reach, half, most, ratio):
    """Fill each firm's wanted orders over its R&D: ``most`` x reach / (reach + half)."""
    for i in range(len(ratio)):
        near = reach[regions[i] - 1, fields[i] - 1]
        ratio[i] = most * near / (near + half) if ended[i] == 0 and near > 0.0 else 0.0


@kernel
def choose_institutes(ids, firm_region, fields, institutes, place, specialty, pull, nearness, cross_field, mean_months,
                      patience, t, key, months_key, chosen, due):
    """Let each order look for an institute by people, knowledge, distance and field; negotiate Gamma(2) months."""
    weights = pull.copy()
    for i in range(len(ids)):
        for k in range(len(institutes)):
            same = 1.0 if specialty[k] == fields[i] else cross_field
            weights[k] = pull[k] * nearness[firm_region[i], place[k]] * same
        months = gamma_two(months_key, ids[i], 0, mean_months)
        chosen[i] = -1 if months > patience else race(key, ids[i], institutes, weights, 0, len(institutes))
        due[i] = t + int(months / 3.0)


@kernel
def fulfil(buffer, ids, state, firms, institutes, fields, amount, due, alumni, t, most, half, growth, key, ended,
           cash_left, accrued, firm_offset, offset, regions, row_of):
    """Sign new orders, repeat or end what has run a year; ask for the payment of each (yen).

    An order is repeated with chance ``most`` x alumni / (alumni + half), ``alumni`` being those of the institute who
    work in the firm: without them nobody comes back by himself. ``row_of`` becomes the request of each order, or -1.
    """
    for i in range(len(ids)):
        j = firms[i]
        row_of[i] = -1
        if ended[j] != 0:
            state[i] = 3
        if state[i] == 3 or due[i] > t:
            continue
        if state[i] == 2:
            if uniform(key, ids[i], t) >= most * alumni[i] / (alumni[i] + half):
                state[i] = 3
                continue
            amount[i] = int(amount[i] * growth)
            accrued[j] -= amount[i]
        if amount[i] > cash_left[j]:
            state[i] = 3
            continue
        row_of[i] = request(buffer, _CONTRACT, firm_offset + j, offset + institutes[i], amount[i], ids[i], fields[i], 0,
                            regions[j])
        cash_left[j] -= amount[i]


@kernel
def public_money(buffer, ids, regions, fields, researchers, industry_year, total_year, fixed, low_rate, high_rate,
                 share_from, share_to, projects, project, other, strength, treasury, abroad, offset, key, base, won):
    """Ask for the quarter's base grant, public projects and other income of each institute (yen).

    The base grant is a sum for each researcher plus a part of last year's industry revenue: ``high_rate`` where
    industry pays between ``share_from`` and ``share_to`` of the revenue, ``low_rate`` elsewhere.
    """
    for k in range(len(ids)):
        share = industry_year[k] / total_year[k] if total_year[k] > 0 else 0.0
        rate = high_rate if share_from <= share <= share_to else low_rate
        base[k] = int(strength * (0.25 * fixed * researchers[k] + 0.25 * rate * industry_year[k]))
        count = poisson(0.25 * projects * researchers[k], uniform(key, ids[k], 0))
        won[k] = int(strength * project) * count
        request(buffer, _BASE, treasury, offset + k, base[k], 0, fields[k], 0, regions[k])
        request(buffer, _PROJECT, treasury, offset + k, won[k], 0, fields[k], 0, regions[k])
        request(buffer, _OTHER, abroad, offset + k, int(0.25 * other * researchers[k]), 0, fields[k], 0, regions[k])


@kernel
def spend(buffer, ids, regions, fields, cash, reserve, wage_share, household, suppliers, offset, spent):
    """Ask for the payment of research: all cash but a reserve (share)."""
    for k in range(len(ids)):
        spent[k] = int(cash[k] * (1.0 - reserve))
        wages = int(spent[k] * wage_share)
        request(buffer, _WAGE, offset + k, household, wages, 0, fields[k], 0, regions[k])
        request(buffer, _PURCHASE, offset + k, suppliers, spent[k] - wages, 0, fields[k], 0, regions[k])


@kernel
def graduates(ids, researchers, per_head, to_firm, to_founder, key, counts):
    """Draw the doctors whom each institute has trained: (to firms, founders, others)."""
    shares = np.empty(3)
    shares[0], shares[1], shares[2] = to_firm, to_founder, 1.0 - to_firm - to_founder
    for k in range(len(ids)):
        for n in range(poisson(per_head * researchers[k], uniform(key, ids[k], 0))):
            counts[k, pick(shares, uniform(key, ids[k], 1 + n))] += 1


@kernel
def join_customers(chooser, row, start, ids, weights, firms, by_customer, key, customer_key, chosen):
    """Let the part ``by_customer`` of the graduates of an institute join one of its customers, by their orders."""
    for i in range(len(chooser)):
        if uniform(customer_key, chooser[i], 0) < by_customer:
            place = race(key, chooser[i], ids, weights, start[row[i]], start[row[i] + 1])
            if place >= 0:
                chosen[i] = firms[place]


@kernel
def fade(people, ids, hazard, key):
    """Let alumni leave the firm or the field for good: each with the hazard of the year."""
    for i in range(len(people)):
        stay = 0
        for n in range(people[i]):
            stay += uniform(key, ids[i], n) >= hazard
        people[i] = stay
