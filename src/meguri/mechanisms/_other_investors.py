"""Firms, angels, foreign investors and public funds: their part of led rounds, and rounds that no fund leads."""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import normal, uniform
from meguri.engine.kernels import kernel
from meguri.mechanisms._book import ANGEL, FIRM, FOREIGN, PUBLIC, add_line, open_round
from meguri.mechanisms._geography import waiting_time
from meguri.mechanisms._pricing import post_money, pricing_stage


@kernel
def choose_firm(startup, field, place, amount, firm, cells, proximity, closeness, spent, rules, key):
    """Choose the firm that pays ``amount``: an industry near the field, then a firm by sales and closeness.

    ``firm``: (id, region, sales, cash); ``cells``: firms by industry; ``place``: prefecture of the start-up.
    Returns its row or -1.
    """
    ids, region, sales, cash = firm
    order, start = cells
    best_industry, best_time = -1, np.inf
    for industry in range(len(start) - 1):
        weight = proximity[industry + 1, field] * (start[industry + 1] - start[industry])
        if weight > 0.0:
            time = waiting_time(key, startup, np.int64(industry + 1), weight, best_time)
            if time < best_time:
                best_industry, best_time = industry, time
    if best_industry < 0:
        return -1
    best, best_time = -1, np.inf
    most, least = 4.0 * rules.external_share, rules.cash_multiple * amount
    for slot in range(start[best_industry], start[best_industry + 1]):
        f = order[slot]
        if amount > most * sales[f] or least > cash[f] - spent[f]:
            continue
        time = waiting_time(key, startup, ids[f], sales[f] * closeness[region[f], place], best_time)
        if time < best_time:
            best, best_time = f, time
    return best


@kernel
def other_payer(book, n, view, amount, k, firm, cells, proximity, closeness, spent, accounts, public, rules, key):
    """Find who pays ``amount`` of round ``n`` beside funds: a firm, an angel, abroad, or a public fund.

    ``accounts``: (firm offset, angel, foreign, public fund); ``public``: yen left of public direct investment.
    """
    i = book.row[n]
    u = uniform(key, view.id[i], 7)
    kind = 0
    running = rules.other_shares[4 * k]
    while kind < 3 and u > running:
        kind += 1
        running += rules.other_shares[4 * k + kind]
    if kind == PUBLIC and public[0] < amount:
        kind = FIRM
    willing = np.floor(amount * rules.fund_strength)
    if kind == PUBLIC:
        public[0] -= np.int64(willing)
        if willing >= 1.0:
            add_line(book, n, accounts[3], willing, PUBLIC)
        return
    if kind == FIRM:
        f = choose_firm(view.id[i], view.field[i], view.region[i], amount, firm, cells, proximity, closeness,
                        spent, rules, key)
        if f >= 0:
            paid = np.floor(amount * rules.firm_strength)
            spent[f] += np.int64(paid)
            if paid >= 1.0:
                add_line(book, n, accounts[0] + f, paid, FIRM)
            return
        kind = ANGEL if k <= 1 else FOREIGN
    if willing >= 1.0:
        add_line(book, n, accounts[1] if kind == ANGEL else accounts[2], willing, kind)


@kernel
def fill_with_others(book, view, firm, cells, proximity, closeness, spent, accounts, public, rules, key):
    """Let others than funds pay their part of each led round."""
    for n in range(book.used[0]):
        k = pricing_stage(view.series[book.row[n]])
        other_payer(book, n, view, (1.0 - rules.vc_share[k]) * book.size[n], k, firm, cells, proximity, closeness,
                    spent, accounts, public, rules, key)


@kernel
def rounds_without_funds(book, view, flags, round_of, access, firm, cells, proximity, closeness, spent, accounts,
                         public, rules, prices, hurdle, mood, t, key):
    """Open rounds that no fund leads: a hazard by stage, mood and the access of the prefecture to investors."""
    for i in range(len(flags)):
        if not flags[i] or round_of[i] >= 0:
            continue
        k = pricing_stage(view.series[i])
        if uniform(key, view.id[i], 3) >= rules.other_hazard[k] * mood * access[view.region[i]]:
            continue
        precision = 1.0 / view.belief_variance[i] + 1.0 / (rules.other_noise * rules.other_noise)
        seen = view.potential[i] + rules.other_noise * normal(key, view.id[i], 4)
        believed = (view.belief_mean[i] / view.belief_variance[i] + seen / (rules.other_noise * rules.other_noise))
        believed /= precision
        if believed < rules.other_hurdle * hurdle:
            continue
        value = post_money(view.trl[i], view.market_since[i], view.revenue[i], view.series[i], believed,
                           1.0 / precision, prices, t)
        n = open_round(book, view, i, value, rules.other_need, -1, rules, key)
        if n >= 0:
            round_of[i] = n
            other_payer(book, n, view, book.size[n], k, firm, cells, proximity, closeness, spent, accounts, public,
                        rules, key)
