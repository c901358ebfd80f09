"""Start-ups abroad and foreign venture funds at home: links of six kinds, and rounds that foreign funds lead.

A start-up with external equity may join a foreign ecosystem by a link: talent, the place of listing, management, or
the market. A foreign fund that leads its round is the link of capital, and a start-up that founders of the country
founded abroad comes with the sixth, the place of founding. A start-up with a link finds further ones more often.
Talent and management abroad help development and growth, a market abroad helps growth.

Foreign venture funds look at start-ups that raise before domestic funds do. How often follows a gravity rule: the
attraction of the country times exp(-penalty) for a start-up without a link abroad; with one there is no penalty. A
foreign fund leads only rounds that are large enough, prices them like domestic funds, and pays all of it.

The three rates are 0 at rest: then nothing happens, and what foreign investors pay is their part of the rounds of
others (``deals.other_shares``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, normal, uniform
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel, kernel_without_memory
from meguri.engine.mathematics import exp, power
from meguri.engine.tables import Column
from meguri.mechanisms import _issue, _search, entry
from meguri.mechanisms._book import FOREIGN, add_line, new_book, open_round
from meguri.mechanisms._deal_rules import round_rules, search_rules
from meguri.mechanisms._pricing import post_money, price_rules
from meguri.mechanisms._views import startups
from meguri.mechanisms.startup_operation import fading_by_age, first_revenue, learn

#: Kinds of link abroad, in the order of their bits. The first four are drawn; capital comes with money, the place of
#: founding with the founding.
KINDS = ("talent", "listing_place", "management", "market", "capital", "founding_place")
_ACTS = ("link_talent", "link_listing_place", "link_management", "link_market")
_CAPITAL, _FOUNDING = 1 << KINDS.index("capital"), 1 << KINDS.index("founding_place")
_FOREIGN = vocabulary.code("flows", "foreign_round")
_PUBLIC = vocabulary.code("flows", "public_fund_capital")
_INDEPENDENT = vocabulary.code("classes", "startup_independent")
_MARKET, _OLDEST, _MILLION = 7, 240, 1_000_000


class ForeignRules(NamedTuple):
    """Numbers of rounds that foreign funds lead: hazards a quarter, beliefs in log potential, yen."""

    hazard: float
    penalty: float
    noise: float
    hurdle: float
    smallest: float


@kernel
def draw_links(view, links, hazard, again, weights, key, kind):
    """Let funded start-ups find a link abroad; ``kind`` takes which (-1: none, or one that it has).

    ``hazard`` is that of the first link (a quarter), multiplied by ``again`` for one that has a link.
    """
    for i in range(len(links)):
        kind[i] = -1
        if view.ended[i] != 0 or view.status[i] != 0 or view.closing[i] or view.dormant[i] or not view.funded[i]:
            continue
        if uniform(key, view.id[i], 0) >= min(hazard * (again if links[i] else 1.0), 1.0):
            continue
        left, k = uniform(key, view.id[i], 1) * weights.sum(), 0
        while k < len(weights) - 1 and left >= weights[k]:
            left -= weights[k]
            k += 1
        if not links[i] & (1 << k):
            links[i] |= 1 << k
            kind[i] = k


@kernel_without_memory
def help_abroad(view, links, growth, step, fade, fail, noise, t, key, signal_key):
    """Let links help: growth in the market (a quarter, faded with age there), or a level of readiness before it."""
    for i in range(len(links)):
        if links[i] == 0 or view.ended[i] != 0 or view.status[i] != 0:
            continue
        more, hazard = 0.0, 0.0
        for k in range(len(growth)):
            if links[i] & (1 << k):
                more += growth[k]
                hazard += step[k]
        if view.market_since[i] > 0:
            faded = fade[min(t - view.market_since[i], len(fade) - 1)]
            view.revenue[i] = np.int64(view.revenue[i] * exp(more * faded))
        elif view.trl[i] < _MARKET and uniform(key, view.id[i], 0) < hazard and uniform(key, view.id[i], 1) >= fail:
            view.trl[i] += 1
            if view.trl[i] == 4 or view.trl[i] == 6 or view.trl[i] == _MARKET:
                learn(view, i, noise, signal_key)


@kernel
def foreign_rounds(book, view, flags, links, foreign, abroad, rules, prices, t, key):
    """Open the rounds that foreign funds lead and pay: ``foreign`` is the rule, ``abroad`` the account."""
    for i in range(len(flags)):
        if not flags[i]:
            continue
        hazard = foreign.hazard * (1.0 if links[i] else exp(-foreign.penalty))
        if uniform(key, view.id[i], 3) >= min(hazard, 1.0):
            continue
        precision = 1.0 / view.belief_variance[i] + 1.0 / (foreign.noise * foreign.noise)
        seen = view.potential[i] + foreign.noise * normal(key, view.id[i], 4)
        believed = (view.belief_mean[i] / view.belief_variance[i] + seen / (foreign.noise * foreign.noise)) / precision
        if believed < foreign.hurdle:
            continue
        value = post_money(view.trl[i], view.market_since[i], view.revenue[i], view.series[i], believed,
                           1.0 / precision, prices, t)
        n = open_round(book, view, i, value, 1.0, -1, rules, key)
        if n < 0:
            continue
        if book.size[n] < foreign.smallest:
            book.used[0] -= 1
            continue
        add_line(book, n, abroad, np.floor(book.size[n]), FOREIGN)


def step(world, p) -> None:
    """Let founders come from abroad, start-ups find links, foreign funds lead rounds, and links help."""
    table = world.startup
    if p.going_abroad <= 0.0 and p.arrivals <= 0.0 and p.attraction <= 0.0 and not table.links_abroad.any():
        return
    _arrive(world, p)
    view, kind = startups(world), np.full(table.n, -1, np.int64)
    if p.going_abroad > 0.0:
        draw_links(view, table.links_abroad, p.going_abroad / 4.0, p.again, p.kind_weight,
                   world.key("start_ups_abroad.link"), kind)
        for k, act in enumerate(_ACTS):
            world.record(act, table.id[kind == k])
    fade = np.empty(_OLDEST)
    fading_by_age(p.fading, fade)
    help_abroad(view, table.links_abroad, p.growth_of_links, p.step_of_links, fade, p.fail_early, p.signal_noise,
                world.t, world.key("start_ups_abroad.help"), world.key("start_ups_abroad.news"))
    if p.attraction > 0.0:
        _lead(world, p, view)


def _arrive(world, p) -> None:
    """Found the companies that founders of the country founded abroad and bring home, where founders are."""
    if p.arrivals <= 0.0:
        return
    counts = np.zeros(len(p.new_firm_weight), np.int64)
    rates = p.arrivals / 4.0 * world.scale * p.new_firm_weight / p.new_firm_weight.sum()
    entry.births_by_region(rates, world.key("start_ups_abroad.arrival"), counts)
    codes = np.repeat(np.arange(1, len(counts) + 1), counts)
    if not len(codes):
        return
    order = np.arange(len(codes)) - np.searchsorted(codes, codes)
    ids = births(codes, world.key("start_ups_abroad.founding"), order)
    rows = entry.found(world, p, ids, _INDEPENDENT, codes.astype(np.uint8), p.independent_trl, p.independent_field,
                       p.potential_independent, p.founder_capital, quality=p.shift_of_arrivals)
    world.startup.links_abroad[rows] = _FOUNDING
    world.record("link_founding_place", ids)


def _lead(world, p, view) -> None:
    """Close the rounds that foreign funds lead."""
    table, t, mood = world.startup, world.t, float(world.economy.mood[0])
    flags = np.zeros(table.n, np.bool_)
    raising = _search.raises(view, search_rules(p, mood), t, flags)
    rules = round_rules(world, p, mood)
    prices = price_rules(p, power(mood, p.mood_elasticity_of_price), first_revenue(p, t))
    foreign = ForeignRules(p.attraction / 4.0 * world.link("investor_startup"), p.penalty, p.noise_of_foreign,
                           p.belief_hurdle * p.potential_spread, p.smallest_round * _MILLION)
    book = new_book(raising + 1)
    foreign_rounds(book, view, flags, table.links_abroad, foreign, world.sector("foreign_investor"), rules, prices, t,
                   world.key("start_ups_abroad.round"))
    rounds = int(book.used[0])
    if not rounds:
        return
    ids = births(table.id[book.row[:rounds]], world.key("start_ups_abroad.contract"), np.zeros(rounds, np.int64))
    first = _issue.request_rounds(world.requests, book, view, np.full(rounds, _FOREIGN, np.uint8), ids, table.offset,
                                  _PUBLIC, world.sector("treasury"))
    world.settle()
    units, paid = np.zeros(rounds, np.int64), np.zeros(rounds, np.int64)
    _issue.issue(world.requests, book, view, first, units, paid, rules, world.fund.region, world.fund.offset, t)
    done = np.flatnonzero(paid)
    rows, ids, units, paid = book.row[done], ids[done], units[done], paid[done]
    table.vc_backed[rows] = True
    new = rows[table.links_abroad[rows] & _CAPITAL == 0]
    table.links_abroad[rows] |= _CAPITAL
    _write_down(world, rows, ids, units, paid)
    world.record("link_capital", table.id[new])


def _write_down(world, rows, ids, units, paid) -> None:
    table, account = world.startup, world.sector("foreign_investor")
    keyed = births(ids, world.key("start_ups_abroad.holding"), np.zeros(len(rows), np.int64))
    world.holding.add(keyed, holder=account, startup=rows, units=units, cost=paid, region=table.region[rows],
                      field=table.field[rows], founded=world.t)
    for act, value in (("funding_round", paid), ("foreign_led_round", paid), ("post_money", table.post_money[rows])):
        world.record(act, table.id[rows], contract=ids, value=value)
    world.record("shares_issued", np.full(len(rows), vocabulary.code("classes", "foreign_investor")),
                 counterparty=table.id[rows], contract=ids, value=units, reason="round")


mechanism = Mechanism(
    id="start_ups_abroad",
    ja="スタートアップの海外展開と海外VC",
    en="start-ups abroad and foreign venture funds",
    phase="deals",
    since="2006Q1",
    formula="P(foreign lead) = a / 4 e^(-penalty [no link abroad]);  P(link) = h / 4 (again with a link)",
    references=("内閣府資料スライド13・14", "Chemmanur, Hull and Krishnan 2016 (Journal of Business Venturing 31)"),
    reads=("economy.mood", "founder_memory.angel_factor", "startup.market_since", "startup.status", "startup.closing"),
    owns=(
        Column("startup", "links_abroad", "uint8", "海外とのつながり（種類のビット）", "links abroad (bits of kinds)"),
    ),
    changes=("startup.trl", "startup.revenue", "startup.belief_mean", "startup.belief_variance", "startup.signals",
             "startup.news", "startup.units", "startup.burn", "startup.post_money", "startup.valuation",
             "startup.stage", "startup.series", "startup.funded", "startup.last_round", "startup.vc_backed",
             "startup.lead_region", "startup.dormant", "startup.potential", "startup.history", "startup.visible",
             "startup.university", "holding.units", "holding.cost", "holding.holder", "holding.startup"),
    parameters_of=("startup_operation", "deals", "entry", "fundraising"),
    flows=("foreign_round", "founder_capital"),
    step=step,
)  # fmt: skip
