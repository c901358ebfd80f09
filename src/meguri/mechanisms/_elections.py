"""Kernels of working groups: where they are born and end, and which country gives the convenor."""

from __future__ import annotations

from meguri.engine.chance import clock, uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, power
from meguri.mechanisms._start import pick


@kernel
def odds(experts, families, weight_experts, weight_families, strength):
    """Fill ``strength`` (countries by fields) with (experts + 1)^w_E x (share of families)^w_P."""
    for f in range(strength.shape[1]):
        total = 0.0
        for c in range(strength.shape[0]):
            total += families[c, f] + 1.0
        for c in range(strength.shape[0]):
            share = (families[c, f] + 1.0) / total
            strength[c, f] = power(experts[c, f] + 1.0, weight_experts) * power(share, weight_families)


@kernel
def elect(ids, fields, convenors, due, t, strength, home, always, vacant, new, incumbent, key, chosen):
    """Choose the country (code) that convenes each group whose post falls due; 0 where none does.

    A conditional logit as a race of clocks. ``always`` (by field), ``vacant`` and ``new`` are log odds of the country
    ``home`` in all elections, where the post is vacant or the group new; ``incumbent`` those of the country in office.
    A post is vacant when its group has no convenor; it is new when its code is -1.
    """
    for g in range(len(ids)):
        chosen[g] = 0
        if due[g] > t:
            continue
        f, best = fields[g] - 1, 0.0
        for c in range(len(strength)):
            score = 0.0
            if c + 1 == home:
                score += always[f]
                if convenors[g] <= 0:
                    score += vacant
                if convenors[g] < 0:
                    score += new
            if c + 1 == convenors[g]:
                score += incumbent
            time = clock(key, ids[g], c + 1, strength[c, f] * exp(score))
            if chosen[g] == 0 or time < best:
                chosen[g], best = c + 1, time


@kernel
def seat(ids, fields, chosen, home, experts, field_sales, firm_ids, key, firms):
    """Give each post that the country ``home`` won to a firm (row), by its experts x sales in the field; -1: none."""
    for g in range(len(ids)):
        if chosen[g] == 0:
            continue
        firms[g] = -1
        if chosen[g] != home:
            continue
        best = 0.0
        for i in range(len(firm_ids)):
            pull = float(experts[i]) * field_sales[i, fields[g] - 1]
            if pull > 0.0:
                time = clock(key, ids[g], firm_ids[i], pull)
                if firms[g] < 0 or time < best:
                    firms[g], best = i, time


@kernel
def fields_of(ids, key, weights, fields):
    """Draw the field (code) of new groups by the weights of fields."""
    for g in range(len(ids)):
        fields[g] = pick(weights, uniform(key, ids[g], 0)) + 1


@kernel
def ends(ids, key, hazard, keep):
    """Mark the groups that go on."""
    for g in range(len(ids)):
        keep[g] = uniform(key, ids[g], 0) >= hazard


@kernel
def hold_sales(firms, fields, ended, gain, field_sales):
    """Let firms that lead a group keep a little more of their sales in the field, once a year for each field."""
    held = 0
    for g in range(len(firms)):
        i, f = firms[g], fields[g] - 1
        if i < 0 or ended[i] != 0:
            continue
        first = True
        for k in range(g):
            if firms[k] == i and fields[k] == fields[g]:
                first = False
                break
        if first:
            field_sales[i, f] += int(gain * field_sales[i, f])
            held += 1
    return held
