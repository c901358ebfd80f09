"""Funds are raised: limited partners offer, managers ask, funds close, fees are paid.

Limited partners offer money to each type of fund by their wealth, the returns of earlier funds and the
market's mood, and put back a part of what funds returned to them; what finds no manager in a year lapses.
A manager asks again when the last fund is placed. Asks are met in order of track record when offers are
short and scaled up when they are ample. Public-private funds commit by their plan: as sponsors of
government funds, as limited partners of private ones, and, from the treasury, to university funds.

Loop B1 (recycling of capital) closes here: returns of earlier funds move offers, the size and the standing of asks. The
choice ``recycling`` switches it off: offers follow wealth and mood alone, managers ask for as much as last time and are
served in an order drawn by lot.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import birth, normal, poisson, uniform
from meguri.engine.contract import Choice, LoopSwitch, Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, power
from meguri.engine.requests import request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._capital_calls import call_and_settle
from meguri.mechanisms._closings import add_funds, close_asks, first_time

_FEE = vocabulary.code("flows", "management_fee")
_TYPES = tuple(
    vocabulary.code("classes", name)
    for name in ("fund_independent", "fund_corporate", "fund_university", "fund_government")
)
_INDEPENDENT, _CORPORATE, _UNIVERSITY, _GOVERNMENT = range(4)
_BILLION = 1_000_000_000


@kernel
def pooled(founded, ended, called, distributed, value, t, youngest, oldest):
    """Return (called, returned and still held) of funds aged ``youngest`` to ``oldest`` quarters, in yen."""
    paid, worth = np.int64(0), np.int64(0)
    for i in range(len(founded)):
        age = t - founded[i]
        if youngest <= age <= oldest:
            paid += called[i]
            worth += distributed[i] + value[i]
    return paid, worth


@kernel
def returned_by_type(cls, first_code, distributed, totals):
    """Add up what funds of each type have ever distributed (yen)."""
    for i in range(len(cls)):
        totals[cls[i] - first_code] += distributed[i]


@kernel
def fees_due(funds_cls, founded, ended, commitment, called, fees_paid, invested, rate, full_quarters, t, rows, due):
    """List funds and their fee of the quarter: on commitments at first, later on the cost of holdings."""
    used = 0
    for i in range(len(founded)):
        if ended[i] != 0:
            continue
        base = commitment[i] if t - founded[i] < full_quarters else invested[i]
        fee = min(np.int64(rate * base), commitment[i] - called[i])
        if fee > 0:
            rows[used] = i
            due[used] = fee
            used += 1
    return used


@kernel
def pay_fees(buffer, rows, due, cash, manager, fund_offset, manager_offset, ids, fees_paid):
    """Ask for the fees of the listed funds, as far as their cash goes."""
    for k in range(len(rows)):
        i = rows[k]
        fee = min(due[k], cash[i])
        if request(buffer, _FEE, fund_offset + i, manager_offset + manager[i], fee, ids[i], 0, 0, 0) >= 0:
            fees_paid[i] += fee


class AskRules(NamedTuple):
    """Numbers of the managers' asks (quarters, shares, yen)."""

    placed_share: float
    fee_reserve: float
    shortest_wait: float
    leave_after: float
    reference_multiple: float
    size_elasticity: float
    smallest: float
    largest_step: float


@kernel
def asks(manager, fund, rules, t, who, size, score):
    """List the managers who raise, the size that they ask for (yen) and their record; retire the hopeless.

    A retired manager raises no more, and ends with the last of its funds.
    ``manager``: (retired, last_fund, last_close); ``fund``: (commitment, placed, called, distributed, value).
    """
    retired, last_fund, last_close = manager
    commitment, placed, called, distributed, value = fund
    used = 0
    for g in range(len(retired)):
        if retired[g] or last_fund[g] < 0:
            continue
        f = last_fund[g]
        waited = t - last_close[g]
        investable = (1.0 - rules.fee_reserve) * commitment[f]
        if waited < rules.shortest_wait or placed[f] < rules.placed_share * investable:
            if waited > 2.0 * rules.leave_after:
                retired[g] = True
            continue
        if waited > 1.5 * rules.leave_after + rules.shortest_wait:
            retired[g] = True
            continue
        record = (distributed[f] + value[f]) / max(called[f], 1)
        step = power(record / rules.reference_multiple, rules.size_elasticity)
        step = min(max(step, 1.0 / rules.largest_step), rules.largest_step)
        who[used] = g
        size[used] = np.int64(max(rules.smallest, commitment[f] * step))
        score[used] = record
        used += 1
    return used


@kernel
def end_managers(retired, ended, fund_manager, fund_ended, t):
    """End the retired managers whose funds have all ended; returns how many."""
    busy = np.zeros(len(retired), np.bool_)
    for v in range(len(fund_manager)):
        if fund_ended[v] == 0:
            busy[fund_manager[v]] = True
    count = 0
    for g in range(len(retired)):
        if retired[g] and ended[g] == 0 and not busy[g]:
            ended[g] = t
            count += 1
    return count


def open_(world, p) -> None:
    """Open the table of offers, the public-private funds and the first managers."""
    world.allocation.add(np.arange(1, 6), cls=0)
    capital = int(np.argmax(p.manager_weight)) + 1
    bodies = np.array([birth(i, world.key("fundraising.body"), 0) for i in (1, 2, 3)], np.int64)
    world.public_fund.add(bodies, cls=vocabulary.code("classes", "public_fund"), region=capital, founded=world.t)


def step(world, p) -> None:
    """Raise the funds of the quarter and pay fees."""
    _offer(world, p)
    _close(world, p)
    end_managers(world.manager.retired, world.manager.ended, world.fund.manager, world.fund.ended, world.t)
    _fees(world, p)


def _offer(world, p) -> None:
    """Let limited partners offer by type of fund; what is a year old lapses."""
    table, fund, mood = world.allocation, world.fund, float(world.economy.mood[0])
    paid, worth = pooled(fund.founded, fund.ended, fund.called, fund.distributed, fund.value, world.t, 8, 48)
    multiple = worth / paid if paid > 0 else p.pivot_multiple
    smooth = p.multiple_memory
    table.multiple[0] += smooth * (multiple - table.multiple[0]) if table.multiple[0] > 0 else multiple
    totals = np.zeros(4, np.int64)
    returned_by_type(fund.cls, _TYPES[0], fund.distributed, totals)
    table.returned[:4, 1:] = table.returned[:4, :-1].copy()
    table.returned[:4, 0] = totals - table.returned_before[:4]
    table.returned_before[:4] = totals
    wealth = p.commitments_base * _BILLION / 4.0 * p.wealth * world.scale
    ruled = world.t >= int(p.rule_from)
    recycled = p.recycled if _recycling(world) else 0.0
    response = min(max(p.return_response * (table.multiple[0] - p.pivot_multiple), -p.response_limit), p.response_limit)
    response = response if _recycling(world) else 0.0
    offers = np.zeros(5)
    for k in range(3):
        offers[k] = p.offer_share[k] * wealth
        if ruled:
            offers[k] *= exp(response) * power(mood, p.mood_elasticity_of_offers)
            offers[k] += recycled * float(table.returned[k].sum()) / 8.0
    plan = (p.public_agency + p.public_corporation) * _BILLION * p.public_commitment_factor
    offers[4] = plan * world.scale * world.link("government_investor")
    table.offer[:, 1:] = table.offer[:, :-1].copy()
    table.offer[:, 0] = offers.astype(np.int64)


def _recycling(world) -> bool:
    """Say whether what earlier funds returned counts (loop B1)."""
    return world.choices["fundraising.recycling"] == "on"


def _close(world, p) -> None:
    table, manager, fund = world.allocation, world.manager, world.fund
    recycling = _recycling(world)
    who, size, score = (np.empty(manager.n + 400, dtype) for dtype in (np.int64, np.int64, np.float64))
    rules = AskRules(p.placed_share, p.fee_reserve, p.shortest_wait, p.leave_after, p.reference_multiple,
                     p.size_elasticity if recycling else 0.0, p.smallest_fund * _BILLION, p.largest_step)
    used = asks(
        (manager.retired, manager.last_fund, manager.last_close),
        (fund.commitment, fund.placed, fund.called, fund.distributed, fund.value), rules, world.t, who, size, score,
    )
    rows, wanted, standing = who[:used], size[:used], score[:used]
    mean = p.first_time_rate / 4.0 * power(float(world.economy.mood[0]), 1.0) * world.scale
    mean *= float(world.founder_memory.manager_factor[0])
    newcomers = poisson(mean, uniform(world.key("fundraising.first_time"), 0, 0))
    if newcomers:
        new = first_time(world, p, newcomers)
        key = world.key("fundraising.size")
        draws = (normal(key, i, 0) for i in manager.id[new].tolist())
        sizes = [p.first_size * _BILLION * exp(p.first_size_spread * z) for z in draws]
        rows = np.concatenate([rows, new])
        wanted = np.concatenate([wanted, np.maximum(np.array(sizes), p.smallest_fund * _BILLION).astype(np.int64)])
        standing = np.concatenate([standing, np.full(newcomers, table.multiple[0] - p.newcomer_penalty)])
    if not recycling:
        standing = np.zeros(len(rows))
    granted = close_asks(table.offer, rows, manager.kind[rows], wanted, standing, manager.id,
                         world.key("fundraising.order"), p.largest_scale_up, p.smallest_fund * _BILLION)
    closed = granted > 0
    add_funds(world, p, rows[closed], granted[closed])
    _public(world, p)


def _public(world, p) -> None:
    """Let the state sponsor government funds and university funds by plan."""
    strength = world.link("government_investor") * p.public_commitment_factor * world.scale
    for kind, amount in ((_GOVERNMENT, p.public_sponsored), (_UNIVERSITY, p.public_university)):
        size = int(amount * _BILLION * strength)
        if size >= p.smallest_fund * _BILLION:
            rows = first_time(world, p, 1, kind, state=True)
            add_funds(world, p, rows, np.array([size]), state=True)


def _fees(world, p) -> None:
    fund = world.fund
    rows, due = np.empty(fund.n, np.int64), np.empty(fund.n, np.int64)
    used = fees_due(fund.cls, fund.founded, fund.ended, fund.commitment, fund.called, fund.fees_paid, fund.invested,
                    p.fee / 4.0, int(p.fee_on_commitment), world.t, rows, due)
    rows, due = rows[:used], due[:used]
    call_and_settle(world, rows, due, fund.id[rows])
    pay_fees(world.requests, rows, due, fund.cash, fund.manager, fund.offset, world.manager.offset, fund.id,
             fund.fees_paid)


def _fund(name: str, dtype: str, ja: str, en: str, unit: str = "", fill: float = 0) -> Column:
    return Column("fund", name, dtype, ja, en, unit, fill)


mechanism = Mechanism(
    id="fundraising",
    ja="ファンド組成",
    en="Fund-raising",
    phase="fundraising",
    since="1992Q1",
    formula="offer_k = a_k W / 4 exp(clip(psi (T - T*))) mood^e + rho D(8 quarters) / 8",
    references=("Kaplan and Schoar 2005 (Journal of Finance)", "Gompers and Lerner 1998 (Brookings Papers)"),
    reads=(
        "economy.mood", "firm.industry", "firm.sales", "founder_memory.manager_factor",
        "fund.distributed", "fund.invested", "fund.placed", "fund.value",
    ),
    owns=(
        _fund("manager", "int32", "運営者（行）", "manager (row)"),
        _fund("commitment", "int64", "出資約束総額", "commitments", "JPY"),
        _fund("called", "int64", "払込済額", "capital called", "JPY"),
        _fund("fees_paid", "int64", "支払済管理報酬", "fees paid", "JPY"),
        _fund("lp_first", "int32", "最初の出資約束（行）", "first commitment (row)"),
        _fund("lp_count", "int32", "出資約束の数", "number of commitments"),
        _fund("university", "int32", "関係する大学（行）", "university that it belongs to (row)", fill=-1),
        Column("manager", "kind", "uint8", "運営するファンドの種類", "type of its funds"),
        Column("manager", "retired", "bool", "新規組成を終えた", "raises no more"),
        Column("manager", "last_fund", "int32", "直近のファンド（行）", "last fund (row)", fill=-1),
        Column("manager", "last_close", "int32", "直近の組成時期", "quarter of the last closing"),
        Column("manager", "owner", "int32", "親会社または大学（行）", "parent firm or university (row)", fill=-1),
        Column("commitment", "fund", "int32", "ファンド（行）", "fund (row)"),
        Column("commitment", "lp", "int32", "LP（口座）", "limited partner (account)"),
        Column("commitment", "amount", "int64", "出資約束額", "amount committed", "JPY"),
        Column("commitment", "called", "int64", "払込済額", "called", "JPY"),
        Column("allocation", "offer", "int64", "LPの出資意向（直近4四半期）", "offers of the last 4 quarters", "JPY",
               extent=(4,)),
        Column("allocation", "returned", "int64", "分配額（直近8四半期）", "distributions of 8 quarters", "JPY",
               extent=(8,)),
        Column("allocation", "returned_before", "int64", "分配累計", "distributions so far", "JPY"),
        Column("allocation", "multiple", "float64", "投資倍率の平滑値", "smoothed multiple of earlier funds"),
    ),
    changes=("manager.deals",),
    choices=(Choice("recycling", "分配金と運用実績による再投資（循環B1）", "returns bring new commitments (loop B1)",
                    ("on", "off")),),
    loops=(LoopSwitch("B1", "recycling", "off", "on"),),
    tables=(
        ObjectTable("commitment", "出資約束", "commitments of limited partners", 320_000),
        ObjectTable("allocation", "LPの配分", "offers by type of fund", 8),
    ),
    flows=("management_fee", "public_fund_capital", "public_fund_call", "firm_lp_call", "institutional_lp_call",
           "foreign_lp_call", "individual_lp_call", "university_lp_call", "university_fund_capital"),
    stocks=(StockOf("commitment", "fund", "commitment"), StockOf("called", "fund", "called"),
            StockOf("fees_paid", "fund", "fees_paid")),
    step=step,
    open=open_,
)
