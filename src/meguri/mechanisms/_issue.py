"""Payment of rounds, issue of units, and the move of a company to where its lead is."""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp
from meguri.engine.requests import request
from meguri.mechanisms._book import PUBLIC


@kernel
def request_rounds(buffer, book, view, flows, ids, offset, capital, treasury):
    """Ask for the payments of all rounds; returns the first request of each line (public money comes first)."""
    first = np.empty(book.used[1], np.int64)
    for line in range(book.used[1]):
        n = book.round[line]
        i = book.row[n]
        kind = book.kind[line]
        if kind == PUBLIC:
            request(buffer, capital, treasury, book.payer[line], book.amount[line], ids[n], 0, 0, 0)
        first[line] = request(buffer, flows[line], book.payer[line], offset + i, book.amount[line], ids[n],
                              view.field[i], book.stage[n], view.region[i])
    return first


@kernel
def issue(buffer, book, view, first, units, paid, rules, fund_region, fund_offset, t):
    """Issue units for what was paid, and update price, series, stage and spending of each start-up.

    ``units`` (by line) and ``paid`` (by round, yen) are filled. Price of a unit is pre-money over units.
    """
    before = np.empty(book.used[0])
    for n in range(book.used[0]):
        before[n] = view.units[book.row[n]]
        paid[n] = 0
    for line in range(book.used[1]):
        units[line] = 0
        n = book.round[line]
        if first[line] >= 0 and buffer.state[first[line]] == 1:
            i = book.row[n]
            units[line] = max(1, np.int64(book.amount[line] / book.pre[n] * before[n]))
            view.units[i] += units[line]
            paid[n] += book.amount[line]
            if book.kind[line] == -1:
                view.vc_backed[i] = True
    for n in range(book.used[0]):
        i = book.row[n]
        if paid[n] == 0:
            continue
        post = np.int64(book.pre[n]) + paid[n]
        series = view.series[i]
        if post < rules.seed_post and series <= 1:
            series = 1
        elif series <= 1:
            series = 2
        elif post >= 1.2 * view.post_money[i]:
            series = min(series + 1, 5)
        view.series[i] = series
        view.post_money[i] = post
        view.valuation[i] = post
        view.stage[i] = book.stage[n]
        view.last_round[i] = t
        view.funded[i] = True
        view.dormant[i] = False
        chance = 1.0
        if view.market_since[i] > 0:
            chance = max(exp(-(t - view.market_since[i]) / rules.fading), rules.least_spending)
        view.burn[i] = np.int64(view.cash[i] / rules.runway_quarters * chance)
        lead = book.lead[n]
        view.lead_region[i] = fund_region[lead] if lead >= 0 else 0


@kernel
def relocate(view, hazard, pull, key):
    """Let start-ups move to where their last lead is, with a hazard (a quarter) times the pull of that prefecture."""
    moved = 0
    for i in range(len(view.id)):
        lead = view.lead_region[i]
        if view.ended[i] != 0 or view.status[i] != 0 or lead == 0 or lead == view.region[i]:
            continue
        if uniform(key, view.id[i], 0) < hazard * pull[lead - 1]:
            view.region[i] = lead
            moved += 1
    return moved
