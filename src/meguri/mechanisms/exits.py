"""Exits of start-ups: listing, acquisition, liquidation, and sales of listed shares after the lock-up.

A start-up in the market that is ready lists when its value passes the least value for a listing; one that
meets an acquirer may be bought. What holders receive is paid to each in proportion to units. A listed company
keeps its row: the public market holds what is issued and sold to it.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.engine.contract import Mechanism
from meguri.engine.mathematics import power
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._exit_choice import (
    ABROAD,
    ACQUISITION,
    LIQUIDATION,
    LISTING,
    NOTHING,
    ExitRules,
    choose,
    keen_parents,
    oldest_funds,
)
from meguri.mechanisms._geography import field_proximity
from meguri.mechanisms._investors import closeness, firms_that_pay
from meguri.mechanisms._payouts import (
    hand_over,
    list_companies,
    pay_holders,
    sell_listed,
    share_out,
    take_over,
)
from meguri.mechanisms._pricing import price_rules
from meguri.mechanisms._views import actors, funds, holdings, startups

_CORPORATE = vocabulary.code("classes", "fund_corporate")
_FAILED, _SUCCEEDED = 1, 2
_MILLION = 1_000_000
_REGIONS = len(vocabulary.table("regions"))


def open_(world, p) -> None:
    """Open the memory of successes by prefecture."""
    codes = np.arange(1, _REGIONS + 1)
    world.place.add(codes, region=codes.astype(np.uint8))


def step(world, p) -> None:
    """Decide and settle the exits of the quarter."""
    if world.t % 4 == 0:
        _tidy(world)
    view, t = startups(world), world.t
    table = world.startup
    event = np.zeros(table.n, np.uint8)
    acquirer, price = np.full(table.n, -1, np.int64), np.zeros(table.n, np.int64)
    _choose(world, p, view, event, acquirer, price)
    gone = np.flatnonzero((event == LIQUIDATION) | (event == ACQUISITION))
    listed = np.flatnonzero(event == LISTING)
    ids = np.zeros(table.n, np.int64)
    involved = np.flatnonzero((event != NOTHING) | (table.status != 0))
    ids[involved] = births(table.id[involved], world.key("exits.contract"), np.zeros(len(involved), np.int64))
    accounts = (table.offset, world.firm.offset, world.fund.offset, world.sector("abroad"))
    _cancelled(world, gone, ids, event)
    _write_down(world, event, acquirer, price, ids)
    _remember(world, p, event)
    parts = np.empty(world.holding.n, np.int64)
    share_out(view, holdings(world), event, price, parts)
    pay_holders(world.requests, view, holdings(world), funds(world), event, acquirer, parts, ids, accounts, t)
    world.settle()
    hand_over(world.requests, view, event, acquirer, world.firm.acquired_sales, world.firm.lines,
              world.firm.line_count, accounts, ids, t)
    _list(world, p, view, listed, price, ids)
    _sell(world, p, accounts, ids)


def _choose(world, p, view, event, acquirer, price) -> None:
    mood = float(world.economy.mood[0])
    rules = ExitRules(
        ready=p.ready, ready_sales=p.ready_sales, ready_elasticity=p.ready_elasticity, ready_limit=p.ready_limit,
        least_value=p.listing_minimum_value, underwriting=p.underwriting,
        fixed_cost=p.listing_cost * _MILLION, mood_factor=power(mood, p.mood_elasticity_of_listing),
        meeting=p.meeting * p.acquirer_appetite, meeting_asleep=p.meeting_asleep, abroad=p.foreign_share,
        synergy=p.synergy, reluctance=p.reluctance, relief=p.relief, return_quarter=p.required_return / 4.0,
        fail_quarter=p.fail_chance / 4.0, age_pressure=p.age_pressure / 4.0, age_from=p.age_from, scale=p.choice_scale,
        cash_share=p.acquirer_cash_share, cost_of_merger=p.merger_cost * _MILLION,
        strength=world.link("company_startup"), partner_meeting=p.partner_meeting,
        partner_reluctance=p.reluctance * p.partner_reluctance,
    )
    age = np.zeros(world.startup.n)
    oldest_funds(world.holding.holder, world.holding.startup, world.holding.ended, world.fund.offset,
                 world.fund.founded, world.t, age)
    columns, cells, promised = firms_that_pay(world, mid=True)
    partner, fit = world.startup.partner, np.zeros(world.startup.n)
    looks = np.flatnonzero(partner >= 0)
    if len(looks):
        fit[looks] = field_proximity()[world.firm.industry[partner[looks]], world.startup.field[looks]]
    keen = np.ones(world.startup.n)
    if p.corporate_strategy > 0.0:
        holding, fund = world.holding, world.fund
        keen_parents(holding.holder, holding.startup, holding.ended, fund.offset, fund.cls, fund.manager,
                     world.manager.owner, _CORPORATE, partner, 1.0 + p.corporate_strategy, keen)
    choose(view, rules, price_rules(p, 1.0), age, columns, cells, field_proximity(),
           closeness(world, p), promised, world.hub.acquirers, partner, fit, keen, world.t,
           world.key("exits.choice"), event, acquirer, price)


def _cancelled(world, gone, ids, event) -> None:
    held = np.zeros(world.startup.n, np.bool_)
    held[gone] = True
    lines = np.flatnonzero((world.holding.ended == 0) & held[world.holding.startup])
    rows = world.holding.startup[lines]
    reason = np.where(event[rows] == LIQUIDATION, "dissolution", "acquisition").astype(object)
    for text in ("dissolution", "acquisition"):
        chosen = lines[reason == text]
        world.record("shares_cancelled", actors(world, world.holding.holder[chosen]),
                     counterparty=world.startup.id[world.holding.startup[chosen]],
                     contract=ids[world.holding.startup[chosen]], value=world.holding.units[chosen], reason=text)


def _write_down(world, event, acquirer, price, ids) -> None:
    table = world.startup
    ended = np.flatnonzero(event == LIQUIDATION)
    world.record("dissolution", table.id[ended], contract=ids[ended], value=np.maximum(table.cash[ended], 0))
    for act, kind in (("listing", LISTING), ("acquisition", ACQUISITION)):
        rows = np.flatnonzero(event == kind)
        buyer = np.zeros(len(rows), np.int64)
        at_home = acquirer[rows] >= 0
        buyer[at_home] = world.firm.id[acquirer[rows][at_home]]
        world.record(act, table.id[rows], counterparty=buyer, contract=ids[rows], value=price[rows])
        backed = rows[table.vc_backed[rows]]
        world.record(f"{act}_vc_backed", table.id[backed], contract=ids[backed], value=price[backed])
    rows = np.flatnonzero((event == ACQUISITION) & (acquirer == ABROAD))
    world.record("foreign_acquisition", table.id[rows], contract=ids[rows], value=price[rows])


def _remember(world, p, event) -> None:
    """Founders go to the pool of those who may found again; successes count for peers and for the mood."""
    table, place = world.startup, world.place
    rows = np.flatnonzero((event != NOTHING) & table.visible)
    outcome = np.where(event[rows] == LIQUIDATION, _FAILED, _SUCCEEDED).astype(np.uint8)
    ids = births(table.id[rows], world.key("exits.founder"), np.zeros(len(rows), np.int64))
    world.founder.add(ids, outcome=outcome, region=table.region[rows], field=table.field[rows], founded=world.t)
    place.successes[:] = place.successes * (1.0 - p.peers_forgotten / 4.0)
    world.economy.exits[0, 0] += int((outcome == _SUCCEEDED).sum())
    place.successes[:] += np.bincount(table.region[rows[outcome == _SUCCEEDED]], minlength=_REGIONS + 1)[1:]


def _list(world, p, view, listed, price, ids) -> None:
    """List companies: the public market gets a holding of the new units."""
    if not len(listed):
        return
    market, table = world.sector("public_market"), world.startup
    units = np.empty(len(listed), np.int64)
    list_companies(world.requests, view, listed, price, p.primary_share, int(p.listing_cost * _MILLION),
                   (market, world.sector("other_firm")), table.offset, ids, world.t, units)
    keyed = births(ids[listed], world.key("exits.holding"), np.zeros(len(listed), np.int64))
    rows = world.holding.add(keyed, holder=market, startup=listed, units=units,
                             cost=(p.primary_share * price[listed]).astype(np.int64), region=table.region[listed],
                             field=table.field[listed], founded=world.t)
    table.market_holding[listed] = rows
    world.record("shares_issued", np.full(len(listed), vocabulary.code("classes", "public_market")),
                 counterparty=table.id[listed], contract=ids[listed], value=units, reason="listing")


def _tidy(world) -> None:
    """Drop holdings that ended, once a year, and keep the rows of the public market's holdings right."""
    holding, table = world.holding, world.startup
    alive = holding.ended == 0
    table.market_holding[:] = (np.cumsum(alive) - 1)[table.market_holding] if len(alive) else 0
    holding.keep(alive)


def _sell(world, p, accounts, ids) -> None:
    sold = np.zeros(world.holding.n, np.int64)
    holding = holdings(world)
    sell_listed(world.requests, startups(world), holding, funds(world), world.sector("household"),
                world.sector("public_market"), accounts, p.sold_at_listing, p.sold_later, int(p.lock_up), ids,
                world.t, sold)
    take_over(holding, sold, world.startup.market_holding)


mechanism = Mechanism(
    id="exits",
    ja="エグジット",
    en="Exits",
    phase="exits",
    since="1992Q1",
    formula="P ~ (W / W_go)^(1 / s);  W_list = (1 - c) V x^e - F if V >= V_min;  W_sold = V (1 + (1 - phi) syn / 2)",
    references=("Bayar and Chemmanur 2011 (Journal of Financial and Quantitative Analysis)",),
    reads=(
        "economy.mood", "firm.industry", "firm.sales", "fund.manager", "holding.startup",
        "holding.units", "hub.acquirers", "hub.pull", "manager.owner",
        "startup.belief_mean", "startup.closing", "startup.dormant", "startup.last_round", "startup.market_since",
        "startup.partner", "startup.revenue", "startup.trl", "startup.vc_backed", "startup.visible",
    ),
    owns=(
        Column("startup", "status", "uint8", "上場の状態（0未上場、1グロース市場、2本則市場、3上場廃止）",
               "0 private, 1 growth market, 2 main markets, 3 delisted"),
        Column("startup", "listed_since", "int32", "上場した四半期", "quarter of listing"),
        Column("startup", "listing_value", "int64", "上場時の価値", "value at listing", "JPY"),
        Column("startup", "market_holding", "int32", "株式市場の保有（行）", "holding of the public market (row)"),
        Column("fund", "cost_distributed", "int64", "売却・償却済みの簿価", "cost of what was given up", "JPY"),
        Column("place", "successes", "float64", "近年の成功件数", "recent successes"),
    ),
    changes=(
        "economy.exits", "firm.acquired_sales", "firm.line_count", "firm.lines", "founder.outcome", "fund.invested",
        "fund.outward_cost", "holding.cost", "holding.holder", "holding.startup", "holding.units", "startup.burn",
        "startup.units", "startup.valuation",
    ),
    tables=(ObjectTable("place", "地域の記憶", "memory of prefectures", _REGIONS),),
    parameters_of=("startup_operation", "deals", "hubs"),
    flows=("acquisition_price", "foreign_acquisition_price", "acquired_cash", "liquidation_proceeds", "listing_primary",
           "listing_secondary", "purchase", "outward_vc_return"),
    step=step,
    open=open_,
)
