"""University holding companies: equity of the university that stays with a start-up from the seed to its listing.

A university owns a subsidiary wholly, and the subsidiary a part of a holding company; other owners hold the rest. Each
fiscal year the owners pay in capital, the university at most a share of its general money. The holding company

* founds companies of seeds with which no inventor went on, and screens each start-up of its university,
* takes a part of each later round of those that it holds, and pays in when their money runs short,
* raises funds of its own beside, of which it is the manager and one of the limited partners,

so that one supporter is there at every stage. What it receives from listings, sales and its funds is paid out in part:
through the subsidiary to the research of the university (loop B1, shorter), and to the other owners; the rest is
invested again. Without holding companies (the rest) nothing happens.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.engine.contract import Mechanism
from meguri.engine.requests import PAID, request_many
from meguri.engine.tables import Column
from meguri.mechanisms import entry
from meguri.mechanisms._university_holding import BRIDGES, FIRST, HoldingRules, holders, occasions
from meguri.mechanisms._views import holdings, startups
from meguri.mechanisms.creation_cycle import return_income
from meguri.mechanisms.inventor_choice import STOPPED
from meguri.mechanisms.support_corporation import STARTED, take_up

_CAPITAL, _HOLDING_CAPITAL, _OTHER_CAPITAL, _ROUND, _DIVIDEND, _OTHER_DIVIDEND, _RETURN = (
    vocabulary.code("flows", flow)
    for flow in ("subsidiary_capital", "holding_capital", "holding_other_capital", "holding_round", "holding_dividend",
                 "holding_other_dividend", "subsidiary_dividend")
)  # fmt: skip
_SUBSIDIARY = vocabulary.code("classes", "university_subsidiary")
_HOLDING = vocabulary.code("classes", "university_holding")
_INSTITUTION = vocabulary.code("classes", "university_institution")
_FUND, _MANAGER = vocabulary.code("classes", "fund_university"), vocabulary.code("classes", "manager")
_UNIVERSITY_FUNDS = 2
_STARTUP = vocabulary.code("classes", "startup_university")
_SEED = vocabulary.code("stages", "seed")
_BILLION, _MILLION = 1_000_000_000, 1_000_000
assert STOPPED == 0


def step(world, p) -> None:
    """Establish, pay in, raise funds, found and support companies, pay out."""
    table = world.university_holding
    if p.universities <= 0.0 or not world.university.n:
        return
    _establish(world, p)
    if not table.n:
        return
    if world.fiscal_quarter == 1:
        _pay_out(world, p)
        _pay_in(world, p)
    _raise(world, p)
    holding_of = np.full(world.university.n, -1, np.int64)
    holding_of[table.owner] = np.arange(table.n)
    room = _room(world)
    _found(world, p, holding_of, room)
    _support(world, p, holding_of, room)


def chosen(world, p) -> np.ndarray:
    """Return the universities (rows) that have a holding company: those with most researchers, fewer in a smaller
    country.
    """
    university = world.university
    rows = np.flatnonzero(university.cls == _INSTITUTION)
    people = university.researcher_share[rows].sum(axis=1)
    count = max(1, int(p.universities * world.scale + 0.5))
    return rows[np.lexsort((university.id[rows], -people))][:count]


def _establish(world, p) -> None:
    """Set up the subsidiaries, holding companies and their fund managers of the universities that lack them."""
    university, table, manager = world.university, world.university_holding, world.manager
    rows = chosen(world, p)
    rows = rows[~np.isin(rows, table.owner)]
    if not len(rows) or world.t < round(4.0 * p.start):
        return
    nothing, region = np.zeros(len(rows), np.int64), university.region[rows]
    keys = [world.fixed_key(f"university_holding.{name}") for name in ("subsidiary", "establishment", "manager")]
    subsidiaries = births(university.id[rows], keys[0], nothing)
    new = world.university_subsidiary.add(subsidiaries, cls=_SUBSIDIARY, region=region, parent=university.id[rows],
                                          founded=world.t)
    ids = births(university.id[rows], keys[1], nothing)
    managers = manager.add(births(ids, keys[2], nothing), cls=_MANAGER, region=region, parent=ids, founded=world.t,
                           last_close=world.t, kind=_UNIVERSITY_FUNDS, owner=rows)
    table.add(ids, cls=_HOLDING, region=region, parent=subsidiaries, founded=world.t, owner=rows, subsidiary=new,
              manager=managers)
    for owner, owned, share in ((university.id[rows], subsidiaries, 1.0), (subsidiaries, ids, p.share)):
        world.record("ownership", owner, counterparty=owned, value=np.full(len(rows), round(1000 * share)))


def _pay(world, flow, payers, payees, amounts, contracts, regions) -> np.ndarray:
    """Pay a column of amounts (yen) now; returns what was paid of each."""
    first, nothing = int(world.requests.rows[0]), np.zeros(len(amounts), np.int64)
    wanted = np.flatnonzero(amounts > 0)
    request_many(world.requests, flow, payers[wanted], payees[wanted], amounts[wanted], contracts[wanted], nothing,
                 nothing, regions[wanted])
    world.settle()
    paid = nothing.copy()
    done = world.requests.state[first : int(world.requests.rows[0])] == PAID
    paid[wanted[done]] = amounts[wanted[done]]
    return paid


def _pay_in(world, p) -> None:
    """Let the owners pay in the capital of the year, the others in proportion to what came from the university."""
    table, university = world.university_holding, world.university
    rows, sub = table.owner.astype(np.int64), world.university_subsidiary.offset + table.subsidiary
    general = np.maximum(university.cash[rows] - university.project_funds[rows], 0)
    own = np.minimum(int(p.capital * _BILLION * p.share), (p.capital_limit * general).astype(np.int64))
    own = _pay(world, _CAPITAL, university.offset + rows, sub, own, table.id, table.region)
    accounts = table.offset + np.arange(table.n)
    own = _pay(world, _HOLDING_CAPITAL, sub, accounts, own, table.id, table.region)
    others = np.full(table.n, world.sector("institutional_lp"))
    rest = (own * ((1.0 - p.share) / p.share)).astype(np.int64)
    table.paid_in[:] += own + _pay(world, _OTHER_CAPITAL, others, accounts, rest, table.id, table.region)


def _pay_out(world, p) -> None:
    """Pay out a share of what is held beyond capital not yet invested; the subsidiary passes all of it on."""
    table, university = world.university_holding, world.university
    called, committed = _committed(world)
    capital = np.maximum(table.paid_in - table.invested - called, 0)
    gains = np.maximum(table.cash - np.maximum(capital, committed - called), 0)
    out = (p.payout * gains).astype(np.int64)
    part = (p.share * out).astype(np.int64)
    accounts, rows = table.offset + np.arange(table.n), table.owner.astype(np.int64)
    sub, others = world.university_subsidiary.offset + table.subsidiary, world.sector("institutional_lp")
    _pay(world, _OTHER_DIVIDEND, accounts, np.full(table.n, others), out - part, table.id, table.region)
    part = _pay(world, _DIVIDEND, accounts, sub, part, table.id, table.region)
    part = _pay(world, _RETURN, sub, university.offset + rows, part, table.id, table.region)
    income, back = np.zeros(university.n, np.int64), np.zeros(university.n, np.int64)
    income[rows] = part
    return_income(income, 1.0, university.researchers, university.project_funds, university.industry_money, back)


def _committed(world) -> tuple[np.ndarray, np.ndarray]:
    """Return by holding company what its funds called from it, and what it committed to them (yen)."""
    table, lines = world.university_holding, world.commitment
    k = lines.lp - table.offset
    mine = np.flatnonzero((k >= 0) & (k < table.n))
    called, committed = np.zeros(table.n, np.int64), np.zeros(table.n, np.int64)
    np.add.at(called, k[mine], lines.called[mine])
    np.add.at(committed, k[mine], lines.amount[mine])
    return called, committed


def _room(world) -> np.ndarray:
    """Return what each holding company may invest itself (yen): cash beyond what its funds may still call."""
    called, committed = _committed(world)
    return np.maximum(world.university_holding.cash - (committed - called), 0)


def _raise(world, p) -> None:
    """Close a fund of each holding company every few years: itself and institutions are its limited partners."""
    table, fund, lines = world.university_holding, world.fund, world.commitment
    if p.fund_size <= 0.0:
        return
    manager, own = world.manager, int(p.own_commitment * p.fund_size * _BILLION)
    age = world.t - manager.last_close[table.manager]
    due = (manager.last_fund[table.manager] < 0) | (age >= 4.0 * p.fund_interval)
    rows = np.flatnonzero(due & (_room(world) >= own))
    if not len(rows):
        return
    ids = births(table.id[rows], world.key("university_holding.fund"), np.zeros(len(rows), np.int64))
    size, managers = int(p.fund_size * _BILLION), table.manager[rows]
    new = fund.add(ids, cls=_FUND, region=table.region[rows], founded=world.t, parent=world.manager.id[managers],
                   manager=managers, commitment=size, lp_first=lines.n + 2 * np.arange(len(rows)), lp_count=2,
                   university=table.owner[rows])
    partners = np.stack([table.offset + rows, np.full(len(rows), world.sector("institutional_lp"))], axis=1).ravel()
    order = np.tile([0, 1], len(rows))
    keyed = births(np.repeat(ids, 2), world.key("university_holding.commitment"), order)
    lines.add(keyed, fund=np.repeat(new, 2), lp=partners, amount=np.where(order == 0, own, size - own), founded=world.t)
    world.manager.last_fund[managers] = new
    world.manager.last_close[managers] = world.t
    world.record("fund_closing", ids, counterparty=world.manager.id[managers], value=fund.commitment[new])


def _found(world, p, holding_of, room) -> None:
    """Found companies of seeds of the university with which nobody went on; they are supported like the others."""
    seeds = world.seed_of_research
    each = max(int(p.equity * _MILLION), 1)
    rows = np.zeros(seeds.n, np.int64)
    used = take_up(seeds.id, seeds.university, seeds.channel, holding_of, p.take_up, room // each,
                   world.key("university_holding.venture"), rows)
    rows = rows[:used]
    if not used:
        return
    ids = births(seeds.id[rows], world.key("university_holding.founding"), np.zeros(used, np.int64))
    entry.found(world, p, ids, _STARTUP, seeds.region[rows], p.university_trl, p.university_field,
                p.potential_university, p.founder_capital, seeds.field[rows], seeds.trl[rows].astype(np.uint8),
                p.potential_of_quality * seeds.quality[rows], parent=seeds.parent[rows],
                university=seeds.university[rows])
    seeds.channel[rows] = STARTED


def _support(world, p, holding_of, room) -> None:
    """Pay equity into start-ups on the occasions of the quarter and issue units at the last price."""
    startup, table = world.startup, world.university_holding
    of, occasion = np.empty(startup.n, np.int64), np.zeros(startup.n, np.int8)
    who, amount = np.zeros(startup.n, np.int64), np.zeros(startup.n, np.int64)
    held = holdings(world)
    holders(held.holder, held.startup, held.ended, table.offset, table.n, of)
    rules = HoldingRules(p.screened, p.equity * _MILLION, p.follow, p.bridge, p.runway, p.least_belief,
                         p.smallest * _MILLION, p.most * _MILLION)
    occasions(startups(world), of, holding_of, rules, world.t, room, world.key("university_holding.screening"),
              occasion, who, amount)
    rows = np.flatnonzero(occasion)
    _invest(world, p, rows, occasion[rows], who[rows], amount[rows])


def _invest(world, p, rows, occasion, who, amount) -> None:
    startup, table = world.startup, world.university_holding
    ids = births(startup.id[rows], world.key("university_holding.round"), np.zeros(len(rows), np.int64))
    stage = np.where(occasion == FIRST, _SEED, np.maximum(startup.stage[rows], _SEED)).astype(np.uint8)
    first = int(world.requests.rows[0])
    request_many(world.requests, _ROUND, table.offset + who, startup.offset + rows, amount, ids, startup.field[rows],
                 stage, startup.region[rows])
    world.settle()
    paid = world.requests.state[first : first + len(rows)] == PAID
    rows, occasion, who, amount, ids = rows[paid], occasion[paid], who[paid], amount[paid], ids[paid]
    before = np.where(occasion == FIRST, amount * ((1.0 - p.stake) / p.stake), startup.post_money[rows])
    units = np.maximum(startup.units[rows] * (amount / before), 1.0).astype(np.int64)
    startup.units[rows] += units
    startup.post_money[rows] = before.astype(np.int64) + amount
    startup.valuation[rows] = startup.post_money[rows]
    startup.stage[rows] = stage[paid]
    startup.series[rows] = np.maximum(startup.series[rows], 1)
    startup.funded[rows] = True
    startup.burn[rows] += np.where(occasion == BRIDGES, 0, amount / p.equity_quarters).astype(np.int64)
    table.invested[:] += np.bincount(who, amount, table.n).astype(np.int64)
    keyed = births(ids, world.key("university_holding.holding"), np.zeros(len(rows), np.int64))
    world.holding.add(keyed, holder=table.offset + who, startup=rows, units=units, cost=amount,
                      region=startup.region[rows], field=startup.field[rows], founded=world.t)
    world.record("shares_issued", table.id[who], counterparty=startup.id[rows], contract=ids, value=units,
                 reason="university_holding")
    world.record("holding_investment", table.id[who], counterparty=startup.id[rows], contract=ids, value=amount)


mechanism = Mechanism(
    id="university_holding",
    ja="大学系持株会社（シードから上場までの一貫支援）",
    en="university holding companies (support from seed to listing)",
    phase="entry",
    since="2006Q1",
    formula="equity = E at founding, f post after each round, b post when cash < runway burn, until listed or sold",
    references=("内閣府資料スライド4・6（清華大学サイエンスパーク）",),
    reads=("university.researcher_share", "university.researchers", "seed_of_research.university",
           "seed_of_research.quality", "seed_of_research.trl", "startup.university", "startup.last_round",
           "startup.status", "startup.closing", "startup.dormant", "commitment.lp", "commitment.amount",
           "commitment.called"),
    owns=(
        Column("university_holding", "owner", "int32", "設置した大学（行）", "university that set it up (row)"),
        Column("university_holding", "subsidiary", "int32", "大学の子会社（行）", "subsidiary of the university (row)"),
        Column("university_holding", "manager", "int32", "ファンド運営者（行）", "its fund manager (row)"),
        Column("university_holding", "paid_in", "int64", "払込資本の累計", "capital paid in", "JPY"),
        Column("university_holding", "invested", "int64", "出資の累計", "equity paid into start-ups", "JPY"),
    ),
    changes=("seed_of_research.channel", "university.project_funds", "university.industry_money", "startup.units",
             "startup.burn", "startup.post_money", "startup.valuation", "startup.stage", "startup.series",
             "startup.funded", "startup.trl", "startup.belief_mean", "startup.belief_variance", "startup.potential",
             "startup.history", "startup.visible", "holding.units", "holding.cost", "holding.holder",
             "holding.startup", "manager.kind", "manager.owner", "manager.last_fund", "manager.last_close",
             "fund.manager", "fund.commitment", "fund.lp_first", "fund.lp_count", "fund.university",
             "commitment.fund"),
    parameters_of=("entry",),
    flows=("subsidiary_capital", "holding_capital", "holding_other_capital", "holding_round", "holding_dividend",
           "holding_other_dividend", "subsidiary_dividend", "founder_capital"),
    step=step,
)  # fmt: skip
