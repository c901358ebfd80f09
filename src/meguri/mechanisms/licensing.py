"""Licences of university inventions to firms, and what start-ups pay to their university.

An inventor who chose to license looks for a firm: a region is drawn by the sales of the field there and by
distance, then the firms of the field in that region race, larger ones being likelier. The licensee pays once
at signing and then, each year of the term, a royalty on the sales made with the licence. University start-ups
pay a royalty on their revenue once a year.
"""

from __future__ import annotations

import math

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal, uniform
from meguri.engine.choice import race, sort_into_cells, thin_cells
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp
from meguri.engine.requests import PAID, request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._geography import distances
from meguri.mechanisms._start import pick
from meguri.mechanisms.inventor_choice import LICENCE

_FROM_FIRM, _FROM_STARTUP = (vocabulary.code("flows", f"licence_from_{payer}") for payer in ("firm", "startup"))
_FIELDS, _REGIONS = len(vocabulary.table("fields")), len(vocabulary.table("regions"))
_QUARTERS = 4


@kernel
def cell_weights(order, start, sales, weights):
    """Fill ``weights`` with each row's pull (square root of sales) and return the sum of each cell."""
    total = np.zeros(len(start) - 1)
    for c in range(len(total)):
        for k in range(start[c], start[c + 1]):
            weights[k] = math.sqrt(max(sales[order[k]], 0.0))
            total[c] += weights[k]
    return total


@kernel
def find_licensees(ids, regions, fields, n_fields, nearness, key, candidates, order, start, weights, total, chosen):
    """Choose a firm (row, or -1) for each seed; cells are (region - 1) * n_fields + field - 1.

    ``candidates``: the firms' ids in the order of ``order``; ``nearness``: region by region, from code 1.
    """
    pull = np.zeros(len(nearness) - 1)
    for i in range(len(ids)):
        for r in range(len(pull)):
            pull[r] = nearness[regions[i], r + 1] * total[r * n_fields + fields[i] - 1]
        cell = pick(pull, uniform(key, ids[i], 0)) * n_fields + fields[i] - 1
        place = race(key, ids[i], candidates, weights, start[cell], start[cell + 1])
        chosen[i] = order[place] if place >= 0 else -1


@kernel
def terms(ids, quality, key, median, spread, of_quality, royalty, yearly):
    """Draw the yearly royalty (yen) of each licence: royalty rate times log-normal sales that rise with quality."""
    for i in range(len(ids)):
        yearly[i] = int(royalty * median * exp(of_quality * quality[i] + spread * normal(key, ids[i], 0)))


@kernel
def pay_royalties(buffer, ids, firms, universities, yearly, due, fields, firm_offset, university_offset, ended, regions,
                  link, t, first_offset):
    """Ask for the royalties that fall due in quarter t (yen)."""
    for i in range(len(ids)):
        if due[i] == t and ended[firms[i]] == 0:
            request(buffer, _FROM_FIRM, firm_offset + firms[i], university_offset + universities[i],
                    int(yearly[i] * link), ids[i], fields[i], 0, regions[firms[i]])
            due[i] = t + first_offset


@kernel
def pay_from_startups(buffer, ids, revenue, universities, ended, founded, fields, regions, offset, university_offset,
                      royalty, link, t):
    """Ask start-ups from universities for a year's royalty in the quarter of their founding (yen)."""
    for s in range(len(ids)):
        if ended[s] == 0 and universities[s] >= 0 and revenue[s] > 0 and t > founded[s] and (t - founded[s]) % 4 == 0:
            request(buffer, _FROM_STARTUP, offset + s, university_offset + universities[s],
                    int(4.0 * royalty * revenue[s] * link), ids[s], fields[s], 0, regions[s])


@kernel
def received(flows, payees, amounts, states, offset, income):
    """Add what was paid for licences (yen) to the income of each university."""
    for i in range(len(flows)):
        if states[i] == PAID and (flows[i] == _FROM_FIRM or flows[i] == _FROM_STARTUP):
            income[payees[i] - offset] += amounts[i]


def step(world, p) -> None:
    """Sign new licences and pay the royalties of the quarter; note what each university received."""
    licences, firm, university = world.licence, world.firm, world.university
    licences.keep((licences.last > world.t) & (firm.ended[licences.firm] == 0))
    _sign(world, p)
    pay_royalties(world.requests, licences.id, licences.firm, licences.university, licences.yearly, licences.due,
                  licences.field, firm.offset, university.offset, firm.ended, firm.region,
                  world.link("university_company"), world.t, _QUARTERS)
    startup = world.startup
    pay_from_startups(world.requests, startup.id, world.opening("startup.revenue"), startup.university, startup.ended,
                      startup.founded, startup.field, startup.region, startup.offset, university.offset,
                      p.startup_royalty, world.link("university_startup"), world.t)
    buffer, first = world.requests, int(world.requests.rows[1])
    states = world.settle()
    rows = slice(first, first + len(states))
    university.licence_income[:] = 0
    received(buffer.flow[rows], buffer.payee[rows], buffer.amount[rows], states, university.offset,
             university.licence_income)


def _sign(world, p) -> None:
    seeds, firm = world.seed_of_research, world.firm
    rows = np.flatnonzero(seeds.channel == LICENCE)
    if not len(rows) or not firm.n:
        return
    cells = np.where(firm.ended == 0, (firm.region.astype(np.int64) - 1) * _FIELDS + firm.field - 1, -1)
    order, start = sort_into_cells(cells, _REGIONS * _FIELDS)
    order, start = thin_cells(order, start, firm.id, world.key("licensing.candidates"), int(p.candidates))
    weights = np.zeros(len(order))
    total = cell_weights(order, start, firm.sales.astype(np.float64), weights)
    nearness = _nearness(p.distance_effect)
    chosen = np.zeros(len(rows), np.int64)
    key = world.key("licensing.partner")
    find_licensees(seeds.id[rows], seeds.region[rows], seeds.field[rows], _FIELDS, nearness, key, firm.id[order], order,
                   start, weights, total, chosen)
    rows, chosen = rows[chosen >= 0], chosen[chosen >= 0]
    yearly = np.zeros(len(rows), np.int64)
    terms(seeds.id[rows], seeds.quality[rows], world.key("licensing.terms"),
          p.median_sales * p.use_productivity, p.sales_spread, p.sales_of_quality, p.royalty, yearly)
    yearly = np.minimum(yearly, np.floor(p.affordable * 4.0 * firm.sales[chosen]).astype(np.int64))
    world.licence.add(
        seeds.id[rows], region=firm.region[chosen], field=seeds.field[rows], founded=world.t, parent=seeds.parent[rows],
        firm=chosen.astype(np.int32), university=seeds.university[rows], yearly=yearly, due=world.t,
        last=world.t + int(p.term * 4.0),
    )
    world.record("licence", firm.id[chosen], counterparty=seeds.parent[rows], contract=seeds.id[rows], value=yearly)


def _nearness(distance_effect: float) -> np.ndarray:
    logs = distances()
    found = np.empty_like(logs)
    _powers(logs, distance_effect, found)
    return found


@kernel
def _powers(logs, effect, found):
    for i in range(logs.shape[0]):
        for j in range(logs.shape[1]):
            found[i, j] = exp(-effect * logs[i, j])


mechanism = Mechanism(
    id="licensing",
    ja="特許等の実施許諾",
    en="licences of university inventions",
    phase="research",
    since="2006Q1",
    formula="royalty x sales with the licence, yearly over the term; firm drawn by field sales and distance",
    reads=("seed_of_research.channel", "seed_of_research.quality", "seed_of_research.university", "firm.sales",
           "startup.university"),
    reads_opening=("startup.revenue",),
    tables=(ObjectTable("licence", "実施許諾契約", "licence", 240_000),),
    owns=(
        Column("licence", "firm", "int32", "企業（行）", "firm (row)"),
        Column("licence", "university", "int32", "大学（行）", "university (row)"),
        Column("licence", "yearly", "int64", "年間実施料", "yearly royalty", "JPY/yr"),
        Column("licence", "due", "int32", "次の支払期", "quarter of the next payment"),
        Column("university", "licence_income", "int64", "知的財産収入（当期）", "licence income of the quarter",
               "JPY/quarter"),
        Column("licence", "last", "int32", "契約の終期", "quarter of the end"),
    ),
    flows=("licence_from_firm", "licence_from_startup"),
    parameters_of=("creation_cycle",),
    step=step,
)
