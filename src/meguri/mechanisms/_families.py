"""Kernels of patent filing: how many applications a firm files, which are extended abroad, and to which offices."""

from __future__ import annotations

import math

from meguri import vocabulary
from meguri.engine.chance import birth, poisson, uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import log, power
from meguri.engine.requests import request

_PATENT_FEE, _FOREIGN_FILING = vocabulary.code("flows", "patent_fee"), vocabulary.code("flows", "foreign_filing")
_MILLION = 1e6


@kernel
def mean_applications(ended, spending, field_sales, sales, small, propensity, rate, rate_small, mean):
    """Fill ``mean`` with the expected applications of firms in the quarter: rate x R&D x propensity of fields.

    ``rate`` is applications per million of R&D, ``rate_small`` that of small firms; a firm's fields count as its sales.
    """
    for i in range(len(mean)):
        mean[i] = 0.0
        if ended[i] != 0 or spending[i] <= 0 or sales[i] <= 0:
            continue
        leaning = 0.0
        for f in range(len(propensity)):
            leaning += propensity[f] * field_sales[i, f]
        mean[i] = (rate_small if small[i] else rate) * spending[i] / _MILLION * leaning / sales[i]


@kernel
def file_applications(ids, mean, cash, cash_part, cost, extended, family_cost, interval, key, filed, sampled, held):
    """Draw applications (``filed``) within what a firm may spend, and the families that are written down (``sampled``).

    A share ``extended`` of applications goes abroad; one family in ``interval`` is written down. ``held`` gains the
    families.
    """
    for i in range(len(ids)):
        filed[i] = 0
        sampled[i] = 0
        if mean[i] <= 0.0:
            continue
        most = math.floor(cash_part * max(cash[i], 0) / (cost + extended * family_cost))
        filed[i] = min(poisson(mean[i], uniform(key, ids[i], 0)), most)
        families = filed[i] * extended
        sampled[i] = math.floor(families / interval + uniform(key, ids[i], 1))
        held[i] += math.floor(families + uniform(key, ids[i], 2))


@kernel
def pay_filings(buffer, treasury, abroad, offset, ids, regions, fields, filed, cost, extended, family_cost):
    """Ask for the fees at home and the costs abroad (yen)."""
    for i in range(len(ids)):
        if filed[i] > 0:
            payer, field, region = offset + i, fields[i], regions[i]
            request(buffer, _PATENT_FEE, payer, treasury, int(filed[i] * cost), 0, field, 0, region)
            away = int(filed[i] * extended * family_cost)
            request(buffer, _FOREIGN_FILING, payer, abroad, away, 0, field, 0, region)


@kernel
def lapse(ids, ended, held, hazard, key):
    """Let a part of the families held lapse (hazard a quarter); who has ended holds none."""
    for i in range(len(ids)):
        if ended[i] != 0:
            held[i] = 0
        elif held[i] > 0:
            held[i] -= min(math.floor(held[i] * hazard + uniform(key, ids[i], 3)), held[i])


@kernel
def families_of_firms(ids, fields, field_sales, propensity, sampled, key, parents, numbers, family_fields):
    """Write families down: applicant, number of the first application, field by sales x propensity.

    Where there is one column of sales only, the field is the applicant's own.
    """
    used = 0
    for i in range(len(ids)):
        for k in range(sampled[i]):
            number = birth(ids[i], key, k)
            total = 0.0
            for f in range(len(propensity)):
                total += propensity[f] * field_sales[i, f]
            draw, field = uniform(key, number, 0) * total, fields[i]
            for f in range(len(propensity) if len(propensity) > 1 else 0):
                draw -= propensity[f] * field_sales[i, f]
                if draw < 0.0:
                    field = f + 1
                    break
            parents[used], numbers[used], family_fields[used] = ids[i], number, field
            used += 1
    return used


@kernel
def families_abroad(applicant, expected, interval, key, parents, numbers, family_fields, countries):
    """Write families of other countries down: ``expected`` is by country and field, families a quarter."""
    used = 0
    for c in range(expected.shape[0]):
        for f in range(expected.shape[1]):
            cell = c * expected.shape[1] + f + 1
            for k in range(math.floor(expected[c, f] / interval + uniform(key, cell, 0))):
                parents[used], numbers[used] = applicant, birth(cell, key, k)
                family_fields[used], countries[used] = f + 1, c + 1
                used += 1
    return used


@kernel
def pick_offices(numbers, countries, home_office, reach, exponent, value_weight, key, offices):
    """Fill ``offices`` (families by office) with where each family is filed: at home, and at one office more at least.

    ``reach`` is the chance of each office by country. A family's value over the cost of going abroad is Pareto
    (``exponent``); a chance 1 - (1 - reach)^(1 - w + w E) rises with its logarithm E (mean 1), w = ``value_weight``.
    """
    n_offices = offices.shape[1]
    for i in range(len(numbers)):
        c, home = countries[i] - 1, home_office[countries[i] - 1] - 1
        value = -log(uniform(key, numbers[i], 100)) / exponent
        weight = 1.0 - value_weight + value_weight * exponent * value
        best, others = -1, 0
        for o in range(n_offices):
            offices[i, o] = o == home
            if o == home:
                continue
            if best < 0 or reach[c, o] > reach[c, best]:
                best = o
            if uniform(key, numbers[i], o) < 1.0 - power(1.0 - reach[c, o], weight):
                offices[i, o] = True
                others += 1
        if others == 0:
            offices[i, best] = True


@kernel
def pick_coinventors(numbers, countries, chance, partners, key, coinventors):
    """Fill ``coinventors`` with the country of inventors abroad (code, 0 where all are of one country)."""
    for i in range(len(numbers)):
        coinventors[i] = 0
        own = countries[i] - 1
        if uniform(key, numbers[i], 200) >= chance[own]:
            continue
        total = 0.0
        for c in range(len(partners)):
            total += partners[c] if c != own else 0.0
        draw = uniform(key, numbers[i], 201) * total
        for c in range(len(partners)):
            if c != own and partners[c] > 0.0:
                coinventors[i] = c + 1
                draw -= partners[c]
                if draw < 0.0:
                    break
