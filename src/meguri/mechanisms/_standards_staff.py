"""Kernels of standards work in firms: who sees its value, who takes part, and how those who do it grow old."""

from __future__ import annotations

import math

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel
from meguri.engine.requests import request

#: Why a firm does or does not take part.
TAKES_PART, UNRECOGNISED, WITHOUT_GAIN, WITHOUT_PEOPLE = 0, 1, 2, 3
_ACTIVITY, _SUPPORT = (vocabulary.code("flows", f"standards_{what}") for what in ("activity", "support"))


@kernel
def appoint(ids, cls, ended, large, key, chance, cso, appointed):
    """Let large firms appoint a chief standardisation officer with the given chance; note who did."""
    for i in range(len(ids)):
        appointed[i] = ended[i] == 0 and cls[i] == large and not cso[i] and uniform(key, ids[i], 0) < chance
        if appointed[i]:
            cso[i] = True


@kernel
def decide(ids, ended, cso, field_sales, cash, win, standardness, support, key, recognition, of_cso, gain, cost, scale,
           without_people, reason, wanted, supported):
    """Decide on standards work for a year: the people wanted, and why there are none.

    Gain: ``gain`` x the sum over fields of yearly sales (yen) x standardness x the chance to lead; people wanted:
    ``scale`` x root of gain over the cost of a person (yen a year, net of support), as far as cash goes.
    ``supported`` is the mean support of a firm's fields, weighted by sales x standardness.
    """
    for i in range(len(ids)):
        wanted[i] = 0
        supported[i] = 0.0
        if ended[i] != 0:
            reason[i] = WITHOUT_PEOPLE
            continue
        worth, weight = 0.0, 0.0
        for f in range(len(win)):
            relevant = field_sales[i, f] * standardness[f]
            worth += gain * 4.0 * relevant * win[f]
            weight += relevant
            supported[i] += relevant * support[f]
        supported[i] = supported[i] / weight if weight > 0.0 else 0.0
        net = max(cost * (1.0 - supported[i]), 1.0)
        if uniform(key, ids[i], 0) >= min(recognition * (of_cso if cso[i] else 1.0), 1.0):
            reason[i] = UNRECOGNISED
        elif worth < net:
            reason[i] = WITHOUT_GAIN
        elif uniform(key, ids[i], 1) < without_people:
            reason[i] = WITHOUT_PEOPLE
        else:
            reason[i] = TAKES_PART
            wanted[i] = min(math.floor(scale * math.sqrt(worth / net) + 0.5), math.floor(max(cash[i], 0) / cost))


@kernel
def grow_old(ids, ended, cso, wanted, key, from_young, from_fifties, retirement, filling, young, young_cso, experts):
    """Move the staff of each firm (below 50, fifties, 60 and over) one year on: age, leave, and fill the gap in part.

    Shares of whole persons are rounded by a keyed draw. ``young`` is the part of new staff below 50.
    """
    for i in range(len(ids)):
        if ended[i] != 0:
            experts[i, :] = 0
            continue
        leaving = math.floor(experts[i, 2] * retirement + uniform(key, ids[i], 0))
        to_sixties = math.floor(experts[i, 1] * from_fifties + uniform(key, ids[i], 1))
        to_fifties = math.floor(experts[i, 0] * from_young + uniform(key, ids[i], 2))
        leaving, to_sixties = min(leaving, experts[i, 2]), min(to_sixties, experts[i, 1])
        to_fifties = min(to_fifties, experts[i, 0])
        experts[i, 2] += to_sixties - leaving
        experts[i, 1] += to_fifties - to_sixties
        experts[i, 0] -= to_fifties
        gap = wanted[i] - experts[i].sum()
        if gap > 0:
            new = min(math.floor(gap * filling + uniform(key, ids[i], 3)), gap)
            below = min(math.floor(new * (young_cso if cso[i] else young) + uniform(key, ids[i], 4)), new)
            experts[i, 0] += below
            experts[i, 1] += new - below


@kernel
def open_ages(ids, experts, cso, above, above_cso, over_60, key):
    """Give the staff of each firm the ages of the opening (shares aged 50 or over; part of these 60 or over)."""
    for i in range(len(ids)):
        people = experts[i].sum()
        old = min(math.floor(people * (above_cso if cso[i] else above) + uniform(key, ids[i], 0)), people)
        sixties = min(math.floor(old * over_60 + uniform(key, ids[i], 1)), old)
        experts[i, 0] = people - old
        experts[i, 1] = old - sixties
        experts[i, 2] = sixties


@kernel
def spread_over_fields(people, field_sales, standardness, experts):
    """Fill ``experts`` (by field) with the people of firms, spread over fields by sales x standardness."""
    experts[:] = 0.0
    for i in range(len(people)):
        weight = 0.0
        if people[i] > 0:
            for f in range(len(standardness)):
                weight += field_sales[i, f] * standardness[f]
        if weight > 0.0:
            for f in range(len(standardness)):
                experts[f] += people[i] * field_sales[i, f] * standardness[f] / weight


@kernel
def pay_activity(buffer, treasury, abroad, offset, ids, regions, fields, people, cost, supported, link):
    """Ask for the support of a year's standards work and for what it costs (yen)."""
    for i in range(len(ids)):
        if people[i] > 0:
            account, field, region = offset + i, fields[i], regions[i]
            amount = int(people[i] * cost)
            paid = int(amount * supported[i] * link)
            request(buffer, _SUPPORT, treasury, account, paid, 0, field, 0, region)
            request(buffer, _ACTIVITY, account, abroad, amount, 0, field, 0, region)
