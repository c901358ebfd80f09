"""Alliances of firms with start-ups: joint development without equity, and the right of first look.

A firm looks for a start-up in a field near its industry that it does not itself sell in: its gap to the frontier.
It meets one the likelier, the closer the start-ups of the field are, the more hub cities and network organisations
do for meetings there, and chooses among those it can reach by what everybody believes of them. A start-up says yes
to one suitor a quarter. The firm pays for the joint work over one to two years. The start-up grows faster in the
market, or gets on with its development before it; that a firm chose it is a signal that everybody sees. The firm, and
a firm whose fund or itself took equity in the last quarter, may look first when the start-up is for sale (see
``exits``).

Hubs act here on how many alliances are formed; loop B6 passes through here as partners bring growth and growth brings
rounds.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, normal, uniform
from meguri.engine.choice import sort_into_cells, thin_cells
from meguri.engine.contract import Choice, Mechanism, StockOf
from meguri.engine.kernels import kernel, kernel_without_memory
from meguri.engine.mathematics import exp
from meguri.engine.requests import PAID, request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._geography import field_proximity
from meguri.mechanisms._investors import closeness
from meguri.mechanisms._partners import appeal, meet, open_to_alliance, post_needs, say_yes
from meguri.mechanisms._views import startups
from meguri.mechanisms.startup_operation import fading_by_age, learn

_PAYMENT = vocabulary.code("flows", "alliance_payment")
_CLASSES = [vocabulary.code("classes", name) for name in ("large_firm", "mid_firm", "small_firm")]
_CORPORATE = vocabulary.code("classes", "fund_corporate")
_FIELDS, _REGIONS = len(vocabulary.table("fields")), len(vocabulary.table("regions"))
_MILLION = 1_000_000
_MARKET, _OLDEST = 7, 240


@kernel
def first_looks(holder, startup, founded, firm_offset, firms, fund_offset, fund_cls, fund_manager, owner, t, partner):
    """Note the firm that took equity of a start-up last quarter, itself or by its own fund, where nobody looks first.

    Holdings stand in the order of their quarter, so the last ones are read only.
    """
    for h in range(len(holder) - 1, -1, -1):
        if founded[h] < t - 1:
            break
        i, row = startup[h], -1
        v = holder[h] - fund_offset
        if firm_offset <= holder[h] < firm_offset + firms:
            row = holder[h] - firm_offset
        elif 0 <= v < len(fund_cls) and fund_cls[v] == _CORPORATE:
            row = owner[fund_manager[v]]
        if row >= 0 and partner[i] < 0:
            partner[i] = row


@kernel
def terms(ids, cls, sales, cash, quarters, medians, spread, affordable, cash_share, key, payment, last, t):
    """Draw what is paid a quarter (yen) and the last quarter of each new alliance.

    A firm pays a log-normal amount around the median of its class (yen a year), at most a share of its quarterly
    sales and, over the whole term, a share of its cash.
    """
    for k in range(len(ids)):
        term = np.int64(quarters[0] + uniform(key, ids[k], 0) * (quarters[1] - quarters[0] + 1.0))
        yearly = medians[cls[k]] * exp(spread * normal(key, ids[k], 1))
        payment[k] = np.int64(max(0.0, min(0.25 * yearly, affordable * sales[k], cash_share * cash[k] / term)))
        last[k] = t + term - 1


@kernel
def pay(buffer, startup, firm, payment, ids, link, firm_offset, startup_offset, region, field, rows):
    """Ask for the payments of the quarter; ``rows`` takes the request of each alliance (-1: nothing asked)."""
    for k in range(len(startup)):
        i = startup[k]
        rows[k] = request(buffer, _PAYMENT, firm_offset + firm[k], startup_offset + i, np.int64(payment[k] * link),
                          ids[k], field[i], 0, region[i])


@kernel_without_memory
def help_partners(view, live, growth, fade, hazard, fail, noise, t, key, signal_key):
    """Let allied start-ups grow in the market (a quarter, faded with age there), or gain a level before it."""
    for i in range(len(live)):
        if live[i] == 0 or view.ended[i] != 0 or view.status[i] != 0:
            continue
        if view.market_since[i] > 0:
            faded = fade[min(t - view.market_since[i], len(fade) - 1)]
            view.revenue[i] = np.int64(view.revenue[i] * exp(growth * faded))
        elif view.trl[i] < _MARKET and uniform(key, view.id[i], 0) < hazard and uniform(key, view.id[i], 1) >= fail:
            view.trl[i] += 1
            if view.trl[i] == 4 or view.trl[i] == 6 or view.trl[i] == _MARKET:
                learn(view, i, noise, signal_key)


@kernel_without_memory
def signals(rows, view, noise, key):
    """Let everybody see one signal of each start-up that a firm chose; it is no occasion to raise money."""
    for i in rows:
        news = view.news[i]
        learn(view, i, noise, key)
        view.news[i] = news


def step(world, p) -> None:
    """End what is over, help partners, and form the alliances of the quarter."""
    firm, startup, table = world.firm, world.startup, world.alliance
    holding, fund, manager = world.holding, world.fund, world.manager
    gone = (startup.partner >= 0) & (firm.ended[startup.partner] != 0) if firm.n else np.zeros(startup.n, np.bool_)
    startup.partner[gone] = -1
    first_looks(holding.holder, holding.startup, holding.founded, firm.offset, firm.n, fund.offset, fund.cls,
                fund.manager, manager.owner, world.t, startup.partner)
    over = (table.last < world.t) | (firm.ended[table.firm] != 0) | (startup.ended[table.startup] != 0)
    table.keep(~over)
    if firm.n and world.choices["alliances.alliances"] == "on":
        view = startups(world)
        fade = np.empty(_OLDEST)
        fading_by_age(p.fading, fade)
        help_partners(view, startup.alliances, p.growth_of_alliance, fade, p.help_of_alliance * p.step_hazard,
                      p.fail_early, p.signal_noise, world.t, world.key("alliances.help"), world.key("alliances.news"))
        _form(world, p, view)
    _pay(world)
    startup.alliances[:] = np.bincount(table.startup, minlength=startup.n)
    firm.alliances[:] = np.bincount(table.firm, minlength=firm.n)
    firm.allied[:] = firm.alliances > 0


def _form(world, p, view) -> None:
    firm, startup = world.firm, world.startup
    firms, fields = np.empty(firm.n, np.int64), np.empty(firm.n, np.int64)
    hazard, medians = np.zeros(256), np.zeros(256)
    hazard[_CLASSES] = np.minimum(p.needs * p.needs_factor, 1.0)
    medians[_CLASSES] = p.payment * _MILLION
    used = post_needs(firm.id, firm.ended, firm.cls, firm.industry, firm.sales, firm.field_sales, field_proximity(),
                      hazard, world.key("alliances.need"), firms, fields)
    firms, fields = firms[:used], fields[:used]
    cells = np.empty(startup.n, np.int64)
    open_to_alliance(startup.ended, startup.status, startup.closing, startup.visible, startup.dormant, startup.trl,
                     startup.alliances, startup.region, startup.field, _FIELDS, p.least_trl, p.most_alliances, cells)
    order, start = sort_into_cells(cells, _REGIONS * _FIELDS)
    whole = start
    order, start = thin_cells(order, start, startup.id, world.key("alliances.candidates"), int(p.candidates))
    weights = np.empty(len(order))
    appeal(order, startup.belief_mean, p.sorting, weights)
    met = np.full(used, -1, np.int64)
    keys = np.array([world.key(f"alliances.{name}") for name in ("meeting", "place", "partner")])
    around = world.hub.meeting
    meet(firms, fields, firm.id, firm.region, closeness(world, p), around, p.meeting_hazard, whole, start, weights,
         startup.id[order], order, _FIELDS, keys, met)
    best, times = np.empty(startup.n, np.int64), np.empty(startup.n)
    say_yes(met, firms, firm.id, firm.sales, startup.id, world.key("alliances.yes"), best, times)
    rows = np.flatnonzero(best >= 0)
    _sign(world, p, view, rows, firms[best[rows]], medians)


def _sign(world, p, view, rows, firms, medians) -> None:
    """Sign: terms, a signal to everybody, the right of first look, and what is written down."""
    firm, startup, table = world.firm, world.startup, world.alliance
    ids = births(startup.id[rows], world.key("alliances.contract"), np.zeros(len(rows), np.int64))
    payment, last = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    quarters = np.array([p.shortest, p.longest])
    terms(ids, firm.cls[firms], firm.sales[firms], firm.cash[firms], quarters, medians, p.payment_spread, p.affordable,
          p.cash_share, world.key("alliances.terms"), payment, last, world.t)
    table.add(ids, region=startup.region[rows], field=startup.field[rows], founded=world.t, parent=firm.id[firms],
              startup=rows, firm=firms, payment=payment, last=last)
    startup.partner[rows] = firms
    signals(rows, view, p.signal_noise * p.signal_of_alliance, world.key("alliances.signal"))
    value = payment * (last - world.t + 1)
    same = startup.region[rows] == firm.region[firms]
    for act, chosen in (("alliance", np.ones(len(rows), np.bool_)), ("alliance_in_region", same)):
        world.record(act, firm.id[firms[chosen]], counterparty=startup.id[rows[chosen]], contract=ids[chosen],
                     value=value[chosen])


def _pay(world) -> None:
    """Pay the quarter of each alliance; one that a firm cannot pay ends."""
    table, startup, firm = world.alliance, world.startup, world.firm
    rows = np.full(table.n, -1, np.int64)
    pay(world.requests, table.startup, table.firm, table.payment, table.id, world.link("company_startup"), firm.offset,
        startup.offset, startup.region, startup.field, rows)
    world.settle()
    table.keep((rows < 0) | (world.requests.state[rows] == PAID))


mechanism = Mechanism(
    id="alliances",
    ja="事業会社とスタートアップの提携",
    en="alliances of firms and start-ups",
    phase="grants",
    since="2006Q1",
    formula="P(meet) = 1 - exp(-h reach);  reach_if = sum_r n_rf e^(-w ln(1 + d)) pull_r meeting_rf / sum_r n_rf",
    references=("Stuart, Hoang and Hybels 1999 (Administrative Science Quarterly)",
                "Lindsey 2008 (Journal of Finance)", "日本能率協会「当面する企業経営課題に関する調査」2022年度"),
    reads=(
        "firm.field_sales", "firm.industry", "firm.sales", "fund.manager", "holding.holder", "holding.startup",
        "hub.meeting", "hub.pull", "manager.owner", "startup.closing", "startup.dormant", "startup.market_since",
        "startup.potential", "startup.status", "startup.visible",
    ),
    owns=(
        Column("startup", "alliances", "int32", "継続中の提携", "live alliances"),
        Column("startup", "partner", "int32", "優先交渉権を持つ企業（行）", "firm that looks first (row)", fill=-1),
        Column("firm", "alliances", "int32", "継続中の提携", "live alliances"),
        Column("firm", "allied", "bool", "スタートアップと提携している", "has a live alliance with a start-up"),
        Column("alliance", "startup", "int32", "スタートアップ（行）", "start-up (row)"),
        Column("alliance", "firm", "int32", "企業（行）", "firm (row)"),
        Column("alliance", "payment", "int64", "四半期の支払額", "payment", "JPY/quarter"),
        Column("alliance", "last", "int32", "最後の四半期", "last quarter"),
    ),
    changes=("startup.trl", "startup.revenue", "startup.belief_mean", "startup.belief_variance", "startup.signals",
             "startup.news"),
    tables=(ObjectTable("alliance", "提携契約", "alliance", 60_000),),
    stocks=(StockOf("alliances", "startup", "alliances"), StockOf("alliances", "firm", "alliances"),
            StockOf("allied_firms", "firm", "allied")),
    choices=(Choice("alliances", "提携", "alliances", ("on", "off")),),
    parameters_of=("startup_operation", "deals", "hubs"),
    flows=("alliance_payment",),
    step=step,
)
