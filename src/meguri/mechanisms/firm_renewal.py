"""Start-ups that have grown out of the growth market become listed business firms (loop B2).

A company that moved up to the main markets, and whose early holders have sold after the lock-up, goes on as a listed
firm of the industry nearest to its field: it takes over cash and product line, performs R&D by the rules of firms,
may commit money to funds as a limited partner and may acquire start-ups. The choice ``listed_companies`` switches the
loop off: such companies then stay start-ups for good.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.engine.choice import race
from meguri.engine.contract import Choice, LoopSwitch, Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.mechanisms._geography import field_proximity
from meguri.mechanisms._views import actors
from meguri.mechanisms.firm_population import class_of, traits

_CASH = vocabulary.code("flows", "acquired_cash")
_FIELDS = len(vocabulary.table("fields"))


@kernel
def grown(ended, status, listed_since, revenue, founded, t, wait, rows):
    """List the companies of the main markets that were listed more than ``wait`` quarters ago; returns how many."""
    used = 0
    for i in range(len(ended)):
        if ended[i] == 0 and status[i] == 2 and t - listed_since[i] > wait and revenue[i] > 0 and founded[i] < t:
            rows[used] = i
            used += 1
    return used


@kernel
def nearest_industry(ids, fields, key, proximity, industry):
    """Choose an industry (code) for each company by a race: weight is how near it is to the company's field."""
    codes = np.arange(1, proximity.shape[0], dtype=np.int64)
    for k in range(len(ids)):
        weight = proximity[1:, fields[k]].copy()
        industry[k] = race(key, ids[k], codes, weight, 0, len(codes)) + 1


@kernel
def hand_over_cash(buffer, rows, firms, offset, firm_offset, cash, ids, fields, regions):
    """Ask for the payment of what each company holds to the firm that it becomes (yen)."""
    for k in range(len(rows)):
        i = rows[k]
        request(buffer, _CASH, offset + i, firm_offset + firms[k], cash[i], ids[k], fields[i], 0, regions[i])


def step(world, p) -> None:
    """Let companies of the main markets become firms."""
    table, firm = world.startup, world.firm
    if world.choices["firm_renewal.listed_companies"] == "off" or not firm.n:
        return
    rows = np.empty(table.n, np.int64)
    wait = int(p.lock_up + p.sold_after)
    used = grown(table.ended, table.status, table.listed_since, table.revenue, table.founded, world.t, wait, rows)
    if used:
        _become_firms(world, p, rows[:used])


def _become_firms(world, p, rows) -> None:
    table, firm = world.startup, world.firm
    ids = births(table.id[rows], world.key("firm_renewal.firm"), np.zeros(len(rows), np.int64))
    industry, leverage = np.zeros(len(rows), np.int64), np.zeros(len(rows))
    nearest_industry(table.id[rows], table.field[rows], world.key("firm_renewal.industry"), field_proximity(), industry)
    staff = np.maximum(table.employees[rows], 1).astype(np.float64)
    traits(ids, world.fixed_key("firm_population.traits"), staff, p.leverage_mean, p.leverage_spread, p.listing_staff,
           p.listing_slope, leverage, np.zeros(len(rows), np.bool_))
    sales = np.zeros((len(rows), _FIELDS), np.int64)
    sales[np.arange(len(rows)), table.field[rows] - 1] = table.revenue[rows]
    firms = firm.add(
        ids, cls=class_of(staff, industry, p), region=table.region[rows], field=table.field[rows], founded=world.t,
        parent=table.id[rows], industry=industry.astype(np.int8), leverage=leverage, listed=True,
        employees=staff.astype(np.int32), field_sales=sales, sales=table.revenue[rows],
    )
    hand_over_cash(world.requests, rows, firms, table.offset, firm.offset, table.cash, ids, table.field, table.region)
    world.settle()
    _exchange(world, rows, ids)
    table.ended[rows] = world.t
    world.record("became_firm", table.id[rows], counterparty=ids, contract=ids, value=4 * table.revenue[rows])


def _exchange(world, rows, ids) -> None:
    """Shares of the company are exchanged for those of the firm, which are not followed."""
    holding, table = world.holding, world.startup
    contract = np.zeros(table.n, np.int64)
    contract[rows] = ids
    lines = np.flatnonzero((holding.ended == 0) & (contract[holding.startup] != 0))
    companies = holding.startup[lines]
    world.record("shares_cancelled", actors(world, holding.holder[lines]), counterparty=table.id[companies],
                 contract=contract[companies], value=holding.units[lines], reason="became_firm")
    holding.ended[lines] = world.t


mechanism = Mechanism(
    id="firm_renewal",
    ja="上場したスタートアップの事業会社化",
    en="listed start-ups that become business firms",
    phase="exogenous",
    since="2006Q1",
    formula="status = main markets, lock-up over: firm of the industry drawn by nearness to the field",
    references=("Akcigit and Kerr 2018 (Journal of Political Economy)",),
    reads=("startup.employees", "startup.listed_since", "startup.revenue", "startup.status", "holding.holder",
           "holding.startup", "holding.units"),
    changes=("firm.industry", "firm.leverage", "firm.listed", "firm.employees", "firm.field_sales", "firm.sales"),
    choices=(Choice("listed_companies", "上場後の事業会社化（B2）", "listed start-ups become firms (loop B2)",
                    ("on", "off")),),
    loops=(LoopSwitch("B2", "listed_companies", "off", "on"),),
    parameters_of=("exits", "firm_population"),
    flows=("acquired_cash",),
    step=step,
)
