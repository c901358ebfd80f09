"""Awards that run: instalments, ends, milestones, gates, company of a programme manager, crowding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri.engine.chance import normal, uniform
from meguri.engine.choice import race
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import log
from meguri.engine.requests import request

RUNNING, COMPLETED, STOPPED, LOST, AGAIN, GONE = range(6)
MARKET = 7


class AwardView(NamedTuple):
    """Columns of ``sbir_award``: start-up and manager by row; money in yen, term in quarters.

    ``done`` is the quarter in which the project was completed, 0 while it runs.
    """

    id: np.ndarray
    founded: np.ndarray
    field: np.ndarray
    startup: np.ndarray
    manager: np.ndarray
    phase: np.ndarray
    amount: np.ndarray
    paid: np.ndarray
    term: np.ndarray
    trl: np.ndarray
    accompanied: np.ndarray
    done: np.ndarray


@kernel
def ends(award, ended, closing, trl, stop, after, again, t, key, outcome):
    """Say of each award whether it runs on, is completed, was stopped at a milestone, or lost its start-up.

    A milestone is missed when a share ``after`` of the term has passed without a level gained; the project is then
    stopped with the chance ``stop`` a quarter. A completed project comes to the gate AGAIN every year, for
    ``again`` quarters, and is then GONE.
    """
    for a in range(len(award.id)):
        i, age = award.startup[a], t - award.founded[a]
        lost = ended[i] != 0 or closing[i]
        outcome[a] = RUNNING
        if award.done[a] > 0:
            since = t - award.done[a]
            if lost or since > again:
                outcome[a] = GONE
            elif since % 4 == 0:
                outcome[a] = AGAIN
        elif lost:
            outcome[a] = LOST
        elif age >= award.term[a]:
            outcome[a] = COMPLETED
        elif age >= after * award.term[a] and trl[i] <= award.trl[a] and uniform(key, award.id[a], 0) < stop:
            outcome[a] = STOPPED


@kernel
def hand_over(manager, ids, fields, ended, scope, manager_ids, key):
    """Give projects of managers who left to one who serves, in the field where there is one."""
    weights = np.empty(len(manager_ids))
    for a in range(len(ids)):
        if ended[manager[a]] != 0:
            for m in range(len(weights)):
                weights[m] = 0.0 if ended[m] != 0 else (1.0 if scope[m, fields[a] - 1] else 1e-9)
            manager[a] = race(key, ids[a], manager_ids, weights, 0, len(weights))


@kernel
def review(award, rows, trl, belief, sharpness, gain, bar, noise, key, technology, business):
    """Hold the gates of completed awards: levels gained since the award, and the panel's view of the business.

    The business passes when the public belief plus the panel's noise over the manager's precision reaches ``bar``.
    """
    for k in range(len(rows)):
        a = rows[k]
        i = award.startup[a]
        technology[k] = trl[i] >= award.trl[a] + gain
        seen = belief[i] + noise / sharpness[award.manager[a]] * normal(key, award.id[a], 0)
        business[k] = seen >= bar


@kernel
def ask_instalments(buffer, award, flow, first_stage, treasury, offset, region, t, lines):
    """Ask for this quarter's part of each award: equal parts over its term that add up to the amount."""
    for a in range(len(award.id)):
        k, i = t - award.founded[a], award.startup[a]
        part = award.amount[a] * (k + 1) // award.term[a] - award.amount[a] * k // award.term[a]
        if award.done[a] > 0:
            part = 0
        stage = first_stage + award.phase[a] - 1
        lines[a] = request(buffer, flow, treasury, offset + i, part, award.id[a], award.field[a], stage, region[i])


@kernel
def book_instalments(buffer, award, lines, project):
    """Book what was paid; it is what the project spends in the next quarter (yen)."""
    for a in range(len(award.id)):
        if lines[a] >= 0 and buffer.state[lines[a]] == 1:
            award.paid[a] += buffer.amount[lines[a]]
            project[award.startup[a]] += buffer.amount[lines[a]]


@kernel
def accompany(award, managers, trl, mentoring, tie_gain, investors, companies, key, help_of, meets):
    """Let managers help those whom they accompany; ``meets`` is 1 for investors, 2 for a company, 3 for both.

    Help raises the rate of development: ``mentoring``, and ``tie_gain`` times the log of one plus the number of
    other performers of the manager. ``investors``, ``companies``: chances a quarter of an introduction.
    """
    performers = np.zeros(managers)
    for a in range(len(award.id)):
        performers[award.manager[a]] += award.done[a] == 0
    for a in range(len(award.id)):
        i = award.startup[a]
        if award.done[a] > 0:
            meets[a] = 0
            continue
        gain = tie_gain * log(performers[award.manager[a]]) if tie_gain > 0.0 else 0.0
        meets[a] = 0
        if award.accompanied[a]:
            gain += mentoring
            meets[a] += uniform(key, award.id[a], 0) < investors
            if trl[i] >= MARKET and uniform(key, award.id[a], 1) < companies:
                meets[a] += 2
        help_of[i] = max(help_of[i], gain)


@kernel
def crowd(fields, ended, trl, dormant, burn, project, elasticity, out):
    """Fill ``out`` with the cost of development by field: 1 + elasticity x public share of what is spent on it."""
    public, all_money = np.zeros(len(out)), np.zeros(len(out))
    for i in range(len(fields)):
        if ended[i] == 0 and trl[i] < MARKET:
            f = fields[i] - 1
            public[f] += project[i]
            all_money[f] += project[i] + (0 if dormant[i] else burn[i])
    for f in range(len(out)):
        out[f] = 1.0 + (elasticity * public[f] / all_money[f] if all_money[f] > 0.0 else 0.0)


@kernel
def choose_companies(ids, fields, candidates, weights, order, start, key, chosen):
    """Choose a firm (row, or -1) of the field of each start-up by a race; firms of field f: ``start[f-1]`` on."""
    for k in range(len(ids)):
        place = race(key, ids[k], candidates, weights, start[fields[k] - 1], start[fields[k]])
        chosen[k] = order[place] if place >= 0 else -1
