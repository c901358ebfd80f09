"""Venture deals: search, diligence, price, syndicate, closing.

Funds with money to invest look at start-ups that raise, near, in their field and of a fitting size; each look
gives a private signal; a fund offers a price when what it believes passes its hurdle. The best beliefs close
first: the first fund leads, others follow, firms, angels, foreign investors and public funds pay the rest.
Firms and angels also lead rounds without funds. Capital is called from limited partners when it is paid.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.engine.choice import by_priority, sort_into_cells
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import power
from meguri.engine.requests import request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms import _issue, _other_investors, _search, _syndicate
from meguri.mechanisms._book import new_book, sought_by_stage
from meguri.mechanisms._capital_calls import call_and_settle
from meguri.mechanisms._deal_rules import round_rules, search_rules
from meguri.mechanisms._geography import field_proximity
from meguri.mechanisms._investors import access, closeness, firms_that_pay
from meguri.mechanisms._pricing import price_rules
from meguri.mechanisms._views import actors, funds, holdings, startups
from meguri.mechanisms.hubs import feedback
from meguri.mechanisms.startup_operation import first_revenue

_FIRST_FUND = vocabulary.code("classes", "fund_independent")
_CORPORATE = vocabulary.code("classes", "fund_corporate")
_VC, _CVC = vocabulary.code("flows", "vc_round"), vocabulary.code("flows", "corporate_fund_round")
_OUTWARD = vocabulary.code("flows", "outward_vc")
_OTHERS = np.array(
    [vocabulary.code("flows", name) for name in ("firm_round", "angel_round", "foreign_round", "public_fund_round")],
    np.uint8,
)
_CAPITAL = vocabulary.code("flows", "public_fund_capital")
_FIELDS, _REGIONS = len(vocabulary.table("fields")), len(vocabulary.table("regions"))
_BILLION, _MILLION = 1_000_000_000, 1_000_000
_MOST_TIES = 1000


@kernel
def spendable(fund, fee_reserve, left):
    """Return what all funds may still invest (yen), and by fund in ``left``."""
    total = np.int64(0)
    for v in range(len(left)):
        left[v] = 0
        if fund.ended[v] == 0:
            most = min(np.int64((1.0 - fee_reserve) * fund.commitment[v]) - fund.placed[v],
                       fund.commitment[v] - fund.called[v])
            left[v] = max(most, 0)
            total += left[v]
    return total


@kernel
def wanted_by_fund(book, fund_cls, outward, fund_offset, fund_count, wanted):
    """Add up by fund what its rounds and its share abroad need (yen)."""
    for line in range(book.used[1]):
        v = book.payer[line] - fund_offset
        if book.kind[line] == -1 and 0 <= v < fund_count:
            wanted[v] += book.amount[line] + np.int64(outward[fund_cls[v] - _FIRST_FUND] * book.amount[line])


@kernel
def book_investments(buffer, book, first, fund, deals, view, outward, fund_offset, abroad, contract):
    """Book paid lines as investments of funds, and ask for what they invest abroad beside them."""
    total = np.int64(0)
    for line in range(book.used[1]):
        if book.kind[line] != -1 or first[line] < 0 or buffer.state[first[line]] != 1:
            continue
        v = book.payer[line] - fund_offset
        amount = book.amount[line]
        total += amount
        fund.invested[v] += amount
        fund.placed[v] += amount
        deals[fund.manager[v], view.region[book.row[book.round[line]]] - 1] += 1
        beyond = min(np.int64(outward[fund.cls[v] - _FIRST_FUND] * amount), fund.cash[v] - contract[v])
        if request(buffer, _OUTWARD, fund_offset + v, abroad, beyond, fund.id[v], 0, 0, 0) >= 0:
            contract[v] += beyond
            fund.outward_cost[v] += beyond
            fund.invested[v] += beyond
            fund.placed[v] += beyond
    return total


def open_(world, p) -> None:
    """Open the one row of the market's memory."""
    world.venture_market.add(np.array([1]))


def step(world, p) -> None:
    """Search, price and close the rounds of the quarter."""
    view, fund, market = startups(world), funds(world), world.venture_market
    mood, t = float(world.economy.mood[0]), world.t
    left = np.empty(world.fund.n, np.int64)
    prices = _prices(world, p, fund, left)
    search, rules, seen = search_rules(p, mood), round_rules(world, p, mood), closeness(world, p)

    flags = np.zeros(world.startup.n, np.bool_)
    raising = _search.raises(view, search, t, flags)
    offers = _offers(world, p, view, fund, flags, search, prices, seen)
    book = new_book(raising + 1)
    round_of = np.full(world.startup.n, -1, np.int64)
    key = world.key("deals.round")
    order = by_priority(np.arange(len(offers[0])), offers[2], world.fund.id[offers[0]], world.key("deals.order"))
    _syndicate.close_offers(book, view, fund, (offers[0], offers[1], offers[3]), order, round_of, left, rules,
                         world.fund.offset, key)
    active = np.flatnonzero((left > rules.smallest) & (t - fund.founded <= 1.5 * p.invest_quarters))
    _syndicate.invite(book, view, fund, active, left, seen, rules, world.fund.offset, world.key("deals.invite"))
    others = firms_that_pay(world, mid=False)
    market.public_left[0] = min(market.public_left[0], 3 * _public(world, p)) + _public(world, p)
    accounts = (world.firm.offset, world.sector("angel"), world.sector("foreign_investor"), world.public_fund.offset)
    _other_investors.fill_with_others(book, view, *others[:2], field_proximity(), seen, others[2], accounts,
                             market.public_left, rules, world.key("deals.others"))
    _other_investors.rounds_without_funds(
        book, view, flags, round_of, access(p, seen), *others[:2], field_proximity(), seen, others[2], accounts,
        market.public_left, rules, prices, p.belief_hurdle * p.potential_spread,
        power(mood, p.mood_elasticity_of_others), t, world.key("deals.without_funds"),
    )
    _settle(world, p, view, fund, book, rules)
    _issue.relocate(view, p.move_hazard / 4.0, world.hub.pull, world.key("deals.relocate"))


def search_of(world) -> tuple:
    """Return what the quarter's search is asked, as the world stands: the arguments of ``_search.look``."""
    p = world.parameters(mechanism)
    view, fund, search = startups(world), funds(world), search_rules(p, float(world.economy.mood[0]))
    flags = np.zeros(world.startup.n, np.bool_)
    _search.raises(view, search, world.t, flags)
    prices = _prices(world, p, fund, np.empty(world.fund.n, np.int64))
    return _search_arguments(world, p, view, fund, flags, search, prices, closeness(world, p))


def _prices(world, p, fund, left):
    """Return the rules of prices; ample money raises them. Fills ``left`` with what funds may still invest."""
    dry = spendable(fund, p.fee_reserve, left)
    yearly = max(int(world.venture_market.placed[0].sum()), _BILLION)
    ample = power(max(dry / yearly / p.ample_reference, 0.2), p.ample_elasticity) if dry else 1.0
    market = power(float(world.economy.mood[0]), p.mood_elasticity_of_price) * ample
    return price_rules(p, market, first_revenue(p, world.t))


def _search_arguments(world, p, view, fund, flags, search, prices, seen) -> tuple:
    counts = np.zeros(world.fund.n, np.int64)
    _search.count_looks(fund, search, world.t, p.smallest_ticket * _MILLION, world.key("deals.looks"), counts)
    cells = np.empty(len(flags), np.int64)
    _search.groups_of(view, flags, _FIELDS, world.key("deals.group"), cells)
    order, start = sort_into_cells(cells, _REGIONS * _FIELDS * _search.GROUPS)
    by_region, by_field = np.zeros(_REGIONS), np.zeros(_REGIONS * _FIELDS)
    by_group = np.zeros(_REGIONS * _FIELDS * _search.GROUPS)
    _search.masses(start, _REGIONS, _FIELDS, by_region, by_field, by_group)
    if p.network > 0.0:
        _search.favour(world.hub.meeting, by_region, by_field)
    ask, ties = np.zeros(len(flags)), np.empty(_MOST_TIES)
    _search.weight_of_ties(p.ties_effect if feedback(world) else 0.0, ties)
    _search.asked(view, order, flags, search, ask)
    grid = (order, start, by_region, by_field, by_group, _FIELDS)
    return (view, fund, world.manager.id, world.manager.deals, search, prices, grid, seen, ties, ask, world.t,
            world.key("deals.search"), world.fixed_key("deals.diligence"), counts)


def _offers(world, p, view, fund, flags, search, prices, seen):
    """Return the offers of the quarter: (fund rows, start-up rows, beliefs, post-money values)."""
    arguments = _search_arguments(world, p, view, fund, flags, search, prices, seen)
    size = int(arguments[-1].sum()) + world.holding.n // 4 + 1000
    who, row, mean, post = (np.empty(size, dtype) for dtype in (np.int64, np.int64, np.float64, np.float64))
    used, looked = _search.look(*arguments, who, row, mean, post)
    world.venture_market.looks[0] = looked
    used = _search.look_inside(
        view, fund, world.manager.id, holdings(world), world.fund.offset, flags, search, prices, world.t,
        world.fixed_key("deals.diligence"), p.smallest_ticket * _MILLION, who, row, mean, post, used,
    )
    return who[:used], row[:used], mean[:used], post[:used]


def _public(world, p) -> int:
    budget = p.public_direct * _BILLION * p.public_direct_factor * world.scale
    return int(budget * world.link("government_investor"))


def _settle(world, p, view, fund, book, rules) -> None:
    """Call capital, pay the rounds, issue units, book and write down."""
    rounds, lines = int(book.used[0]), int(book.used[1])
    table, t = world.startup, world.t
    outward = p.outward_share / (1.0 - p.outward_share)
    wanted = np.zeros(world.fund.n, np.int64)
    wanted_by_fund(book, fund.cls, outward, world.fund.offset, world.fund.n, wanted)
    callers = np.flatnonzero(wanted)
    call_and_settle(world, callers, wanted[callers], world.fund.id[callers])
    ids = births(table.id[book.row[:rounds]], world.key("deals.contract"), np.zeros(rounds, np.int64))
    kind = book.kind[:lines]
    flows = np.where(kind >= 0, _OTHERS[np.maximum(kind, 0)], _VC).astype(np.uint8)
    flows[(kind == -1) & (world.accounts.account_class[book.payer[:lines]] == _CORPORATE)] = _CVC
    first = _issue.request_rounds(world.requests, book, view, flows, ids, table.offset, _CAPITAL,
                                   world.sector("treasury"))
    world.settle()
    units, paid = np.zeros(lines, np.int64), np.zeros(rounds, np.int64)
    _issue.issue(world.requests, book, view, first, units, paid, rules, fund.region, world.fund.offset, t)
    placed = book_investments(world.requests, book, first, fund, world.manager.deals, view, outward,
                              world.fund.offset, world.sector("abroad"), np.zeros(world.fund.n, np.int64))
    market = world.venture_market
    market.placed[0, 1:] = market.placed[0, :-1].copy()
    market.placed[0, 0] = placed
    market.sought[0, :, 1:] = market.sought[0, :, :-1].copy()
    sought_by_stage(book, rules.tilt, market.sought[0, :, 0])
    _write_down(world, book, ids, units, paid, lines)


def _write_down(world, book, ids, units, paid, lines) -> None:
    table = world.startup
    issued = np.flatnonzero(units)
    rows, of_round = book.row[book.round[issued]], book.round[issued]
    holders = book.payer[issued]
    keyed = births(ids[of_round], world.key("deals.holding"), holders)
    world.holding.add(keyed, holder=holders, startup=rows, units=units[issued], cost=book.amount[issued],
                      region=table.region[rows], field=table.field[rows], founded=world.t)
    done = np.flatnonzero(paid)
    actors_of = table.id[book.row[done]]
    world.record("funding_round", actors_of, contract=ids[done], value=paid[done])
    world.record("post_money", actors_of, contract=ids[done], value=table.post_money[book.row[done]])
    world.record("shares_issued", actors(world, holders), counterparty=table.id[rows], contract=ids[of_round],
                 value=units[issued], reason="round")


def _startup(name: str, dtype: str, ja: str, en: str, unit: str = "", fill: float = 0) -> Column:
    return Column("startup", name, dtype, ja, en, unit, fill)


def _fund(name: str, ja: str, en: str) -> Column:
    return Column("fund", name, "int64", ja, en, "JPY")


mechanism = Mechanism(
    id="deals",
    ja="スタートアップ投資",
    en="Venture deals",
    phase="deals",
    since="1992Q1",
    formula="post = E[V_exit | success, belief] retention_k mood^e / hurdle_k;  invest iff E[theta | own look] > H",
    references=("Gompers 1995 (Journal of Finance)", "Sorensen 2007 (Journal of Finance)",
                "Brander, Du and Hellmann 2015 (Review of Finance)"),
    reads=(
        "commitment.amount", "commitment.called", "commitment.fund", "commitment.lp", "economy.mood",
        "firm.industry", "firm.sales",
        "founder_memory.angel_factor", "hub.meeting", "hub.pull",
        "fund.called", "fund.commitment", "fund.lp_count", "fund.lp_first", "fund.manager", "fund.university",
        "startup.belief_mean", "startup.belief_variance", "startup.burn", "startup.closing", "startup.dormant",
        "startup.market_since", "startup.news", "startup.potential", "startup.revenue", "startup.signals",
        "startup.status", "startup.trl", "startup.university", "startup.visible",
    ),
    owns=(
        _startup("stage", "uint8", "投資段階", "stage of the last round"),
        _startup("series", "uint8", "シリーズ（0なし、1シード、2A、3B、4C、5D以降）", "series of the last round"),
        _startup("vc_backed", "bool", "VC出資先", "backed by a venture fund"),
        _startup("funded", "bool", "外部資本あり", "has external equity"),
        _startup("units", "int64", "発行済株式数", "units outstanding", "share"),
        _startup("post_money", "int64", "直近ラウンドのポストマネー", "post-money value of the last round", "JPY"),
        _startup("last_round", "int32", "直近ラウンドの四半期", "quarter of the last round"),
        _startup("lead_region", "uint8", "リード投資家の所在地", "prefecture of the last lead"),
        _startup("valuation", "int64", "企業価値（直近）", "value at the last round or at the market", "JPY"),
        _fund("invested", "保有株式の簿価", "cost of holdings"),
        _fund("placed", "投資累計", "invested so far"),
        _fund("outward_cost", "海外投資の簿価", "cost of holdings abroad"),
        Column("manager", "deals", "int32", "地域別の投資実績", "earlier deals by prefecture", extent=(_REGIONS,)),
        Column("holding", "holder", "int32", "保有者（口座）", "holder (account)"),
        Column("holding", "startup", "int32", "スタートアップ（行）", "start-up (row)"),
        Column("holding", "units", "int64", "保有株式数", "units held", "share"),
        Column("holding", "cost", "int64", "取得価額", "cost", "JPY"),
        Column("venture_market", "placed", "int64", "直近4四半期の投資額", "placed in 4 quarters", "JPY", extent=(4,)),
        Column("venture_market", "sought", "int64", "直近4四半期のラウンドの規模（アーリー、レイター）",
               "rounds of 4 quarters before a shift: early, later", "JPY", extent=(2, 4)),
        Column("venture_market", "public_left", "int64", "官民ファンド直接投資の残額", "public money left", "JPY"),
        Column("venture_market", "looks", "int64", "検討件数", "looks of the quarter"),
    ),
    changes=(
        "commitment.called", "fund.called", "startup.burn", "startup.dormant", "startup.region",
    ),
    tables=(ObjectTable("holding", "保有株式", "holdings of start-ups", 1_600_000),
            ObjectTable("venture_market", "投資市場", "memory of the venture market", 1)),
    parameters_of=("startup_operation", "fundraising", "entry", "hubs"),
    flows=("vc_round", "corporate_fund_round", "firm_round", "angel_round", "foreign_round", "public_fund_round",
           "outward_vc", "public_fund_capital", "firm_lp_call", "institutional_lp_call", "foreign_lp_call",
           "individual_lp_call", "university_lp_call", "public_fund_call", "university_fund_capital"),
    stocks=(StockOf("invested", "fund", "invested"), StockOf("valuation", "startup", "valuation"),
            StockOf("funded", "startup", "funded"), StockOf("shares_outstanding", "startup", "units"),
            StockOf("shares", "holding", "units", holder="holder", counterparty="startup")),
    step=step,
    open=open_,
)
