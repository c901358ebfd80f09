"""Who leads a round, which other funds follow, and how much each takes."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.engine.kernels import kernel
from meguri.mechanisms._book import add_line, open_round
from meguri.mechanisms._geography import waiting_time
from meguri.mechanisms._pricing import pricing_stage

_FIRST_FUND = vocabulary.code("classes", "fund_independent")
_CORPORATE = vocabulary.code("classes", "fund_corporate")
_GOVERNMENT = vocabulary.code("classes", "fund_government")


@kernel
def take(book, n, v, wanted, left, fund, rules, fund_offset):
    """Let fund ``v`` take up to ``wanted`` yen of round ``n`` out of what it may invest; returns the amount."""
    strength = rules.firm_strength if fund.cls[v] == _CORPORATE else rules.fund_strength
    wide = 1.0 + rules.outward[fund.cls[v] - _FIRST_FUND]
    most = min(rules.largest_share * fund.commitment[v], left[v] / wide)
    if fund.cls[v] == _GOVERNMENT:
        most = min(most, rules.government_share * book.size[n])
    amount = np.floor(min(wanted, most) * strength)
    if amount < rules.smallest:
        return 0.0
    add_line(book, n, fund_offset + v, amount, -1)
    left[v] -= np.int64(amount * wide)
    book.open[n] -= amount
    book.funds[n] += 1
    return amount


@kernel
def line_of(book, n, payer):
    """Return the line of a payer in round ``n``, or -1."""
    line = book.used[1] - 1
    while line >= 0 and not (book.round[line] == n and book.payer[line] == payer):
        line -= 1
    return line


@kernel
def close_offers(book, view, fund, offers, order, round_of, left, rules, fund_offset, key):
    """Close rounds by descending belief: the first fund leads, later ones on the same start-up follow."""
    who, row, post = offers
    for j in order:
        v, i = who[j], row[j]
        n = round_of[i]
        if n < 0:
            n = open_round(book, view, i, post[j], 1.0, v, rules, key)
            if n < 0:
                continue
            k = pricing_stage(view.series[i])
            book.open[n] = rules.vc_share[k] * book.size[n]
            if take(book, n, v, rules.lead_share * book.open[n], left, fund, rules, fund_offset) <= 0.0:
                book.used[0] -= 1
                continue
            round_of[i] = n
        elif book.funds[n] < rules.most_funds and line_of(book, n, fund_offset + v) < 0:
            take(book, n, v, 0.6 * book.open[n], left, fund, rules, fund_offset)


@kernel
def invite(book, view, fund, active, left, closeness, rules, fund_offset, key):
    """Invite other funds into each led round: a race by closeness, then each accepts or not; the lead fills up."""
    invited = int(rules.invited)
    best, times = np.empty(invited, np.int64), np.empty(invited)
    for n in range(book.used[0]):
        i = book.row[n]
        times[:] = np.inf
        best[:] = -1
        for v in active:
            if v == book.lead[n] or left[v] < rules.smallest:
                continue
            weight = closeness[fund.region[v], view.region[i]]
            time = waiting_time(key, view.id[i], fund.id[v], weight, times[invited - 1])
            if time < times[invited - 1]:
                place = invited - 1
                while place > 0 and times[place - 1] > time:
                    times[place], best[place] = times[place - 1], best[place - 1]
                    place -= 1
                times[place], best[place] = time, v
        for place in range(invited):
            v = best[place]
            if v < 0 or book.funds[n] >= rules.most_funds or uniform(key, fund.id[v], view.id[i]) >= rules.accepts:
                continue
            if line_of(book, n, fund_offset + v) < 0:
                take(book, n, v, 0.5 * book.open[n], left, fund, rules, fund_offset)
        fill_up(book, n, fund, left, rules, fund_offset)


@kernel
def fill_up(book, n, fund, left, rules, fund_offset):
    """Let the lead take what is open in its round, up to its own limit."""
    v = book.lead[n]
    strength = rules.firm_strength if fund.cls[v] == _CORPORATE else rules.fund_strength
    wide = 1.0 + rules.outward[fund.cls[v] - _FIRST_FUND]
    line = line_of(book, n, fund_offset + v)
    most = min(rules.largest_share * fund.commitment[v] - book.amount[line], left[v] / wide)
    if fund.cls[v] == _GOVERNMENT:
        most = min(most, rules.government_share * book.size[n] - book.amount[line])
    more = np.floor(min(book.open[n], most) * strength)
    if more > 0.0:
        book.amount[line] += np.int64(more)
        left[v] -= np.int64(more * wide)
        book.open[n] -= more
