"""Funds give back: sale of residual holdings, waterfall, carried interest, end of funds and of managers.

Whatever a fund holds beyond capital called and not yet placed is proceeds: limited partners first get back
what they paid in, then 80 per cent; the manager gets the rest. At the end of its life a fund sells what is left
at a discount. Public-private funds pay what they receive to the treasury; managers spend their income.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.engine.tables import Column
from meguri.mechanisms._capital_calls import flows_by_class
from meguri.mechanisms._payouts import give_up
from meguri.mechanisms._views import FundView, HoldingView, StartupView, funds, holdings, startups

_SECONDARY = vocabulary.code("flows", "fund_secondary_sale")
_CARRY = vocabulary.code("flows", "carried_interest")
_WAGE, _PURCHASE = vocabulary.code("flows", "wage"), vocabulary.code("flows", "purchase")
_RETURN = vocabulary.code("flows", "public_fund_return")
_UNIVERSITY = vocabulary.code("classes", "fund_university")


@kernel
def mark(view: StartupView, holding: HoldingView, fund: FundView, fund_offset):
    """Value the holdings of each fund at the value of their companies (yen)."""
    fund.value[:] = 0
    for h in range(len(holding.holder)):
        v, i = holding.holder[h] - fund_offset, holding.startup[h]
        if holding.ended[h] == 0 and 0 <= v < len(fund.id):
            worth = np.float64(view.valuation[i]) * (np.float64(holding.units[h]) / np.float64(view.units[i]))
            fund.value[v] += np.int64(worth)
    for v in range(len(fund.id)):
        at_home = fund.invested[v] - fund.outward_cost[v]
        if fund.outward_cost[v] > 0:
            multiple = fund.value[v] / at_home if at_home > 0 else 1.0
            fund.value[v] += np.int64(multiple * fund.outward_cost[v])


@kernel
def residual(buffer, view, holding, fund, buyer, price, fund_offset, abroad, life, life_university, t):
    """Sell what funds at the end of their life still hold, at ``price`` of its value, to institutions."""
    for h in range(len(holding.holder)):
        v, i = holding.holder[h] - fund_offset, holding.startup[h]
        if holding.ended[h] != 0 or v < 0 or v >= len(fund.id) or fund.ended[v] != 0:
            continue
        if t - fund.founded[v] < (life_university if fund.cls[v] == _UNIVERSITY else life):
            continue
        worth = np.float64(view.valuation[i]) * (np.float64(holding.units[h]) / np.float64(view.units[i]))
        paid = np.int64(price * worth)
        f, stage, r = view.field[i], view.stage[i], view.region[i]
        request(buffer, _SECONDARY, buyer, fund_offset + v, paid, fund.id[v], f, stage, r)
        give_up(buffer, fund, holding.holder[h], holding.cost[h], paid, fund_offset, abroad)
        holding.holder[h] = buyer
        holding.cost[h] = paid


@kernel
def close_funds(fund, life, life_university, t, ending):
    """End funds whose life is over: what they hold abroad is written off, what they hold in cash goes back."""
    for v in range(len(fund.id)):
        ending[v] = False
        if fund.ended[v] == 0 and t - fund.founded[v] >= (life_university if fund.cls[v] == _UNIVERSITY else life):
            fund.cost_distributed[v] += fund.invested[v]
            fund.invested[v] = 0
            fund.outward_cost[v] = 0
            ending[v] = True


@kernel
def waterfall(buffer, fund, lp, share, account_class, flows, carry, fund_offset, manager_offset, ending, t):
    """Distribute each fund's proceeds: capital back first, then 80/20 with the manager (carry = 0.2)."""
    for v in range(len(fund.id)):
        if fund.ended[v] != 0:
            continue
        unspent = fund.called[v] - fund.fees_paid[v] - fund.invested[v] - fund.cost_distributed[v]
        if ending[v]:
            fund.cost_distributed[v] += unspent
            unspent = 0
        proceeds = fund.cash[v] - unspent
        if proceeds > 0:
            back = min(proceeds, max(fund.called[v] - fund.distributed[v], 0))
            to_manager = np.int64(carry * (proceeds - back))
            request(buffer, _CARRY, fund_offset + v, manager_offset + fund.manager[v], to_manager, fund.id[v], 0, 0, 0)
            fund.carried[v] += to_manager
            fund.distributed[v] += proceeds - to_manager
            pay_partners(buffer, v, fund, proceeds - to_manager, lp, share, account_class, flows, fund_offset)
        if ending[v]:
            fund.ended[v] = t


@kernel
def pay_partners(buffer, v, fund, amount, lp, share, account_class, flows, fund_offset):
    """Pay ``amount`` (yen) of fund ``v`` to its limited partners by commitment; the last takes the remainder."""
    first, last = fund.lp_first[v], fund.lp_first[v] + fund.lp_count[v]
    rest = amount
    for line in range(first, last):
        part = np.int64(np.float64(amount) * (np.float64(share[line]) / np.float64(fund.commitment[v])))
        if line == last - 1 or part > rest:
            part = rest
        rest -= part
        request(buffer, flows[account_class[lp[line]]], fund_offset + v, lp[line], part, fund.id[v], 0, 0, 0)


@kernel
def spend(buffer, cash, offset, wage_share, household, other_firm):
    """Let managers spend their income on wages and purchases."""
    for g in range(len(cash)):
        wages = np.int64(wage_share * cash[g])
        request(buffer, _WAGE, offset + g, household, wages, 0, 0, 0, 0)
        request(buffer, _PURCHASE, offset + g, other_firm, cash[g] - wages, 0, 0, 0, 0)


@kernel
def replace_ended(accounts, ended_lines, offset, ended, substitute):
    """Give what an ended firm holds to a substitute account; returns how many."""
    changed = 0
    for k in range(len(accounts)):
        f = accounts[k] - offset
        if ended_lines[k] == 0 and 0 <= f < len(ended) and ended[f] != 0:
            accounts[k] = substitute
            changed += 1
    return changed


def step(world, p) -> None:
    """Give back what funds received this quarter."""
    t, fund = world.t, world.fund
    if world.firm.n:
        replace_ended(world.commitment.lp, world.commitment.ended, world.firm.offset, world.firm.ended,
                      world.sector("institutional_lp"))
        replace_ended(world.holding.holder, world.holding.ended, world.firm.offset, world.firm.ended,
                      world.sector("household"))
    view, holding, columns = startups(world), holdings(world), funds(world)
    life, life_university = int(4 * p.life), int(4 * p.life_university)
    residual(world.requests, view, holding, columns, world.sector("institutional_lp"), p.secondary_price,
             fund.offset, world.sector("abroad"), life, life_university, t)
    world.settle()
    ending = np.zeros(fund.n, np.bool_)
    close_funds(columns, life, life_university, t, ending)
    waterfall(world.requests, columns, world.commitment.lp, world.commitment.amount, world.accounts.account_class,
              flows_by_class()[1], p.carry, fund.offset, world.manager.offset, ending, t)
    world.settle()
    ended = np.flatnonzero(ending)
    world.record("fund_end", fund.id[ended], counterparty=world.manager.id[fund.manager[ended]],
                 value=fund.distributed[ended])
    mark(view, holding, columns, fund.offset)
    spend(world.requests, world.manager.cash, world.manager.offset, p.manager_wage_share, world.sector("household"),
          world.sector("other_firm"))
    _public(world)


@kernel
def hand_in(buffer, cash, offset, treasury):
    """Let public-private funds pay what they hold to the treasury."""
    for b in range(len(cash)):
        request(buffer, _RETURN, offset + b, treasury, cash[b], 0, 0, 0, 0)


def _public(world) -> None:
    hand_in(world.requests, world.public_fund.cash, world.public_fund.offset, world.sector("treasury"))


mechanism = Mechanism(
    id="fund_distribution",
    ja="ファンドの分配",
    en="Distributions of funds",
    phase="exits",
    since="1992Q1",
    formula="LPs: min(P, called - distributed), then (1 - carry) of the rest;  manager: carry of the rest",
    references=("Metrick and Yasuda 2010 (Review of Financial Studies)",),
    reads=(
        "commitment.amount", "commitment.lp", "fund.called", "fund.commitment", "fund.cost_distributed",
        "fund.fees_paid", "fund.invested", "fund.lp_count", "fund.lp_first", "fund.manager", "fund.outward_cost",
        "holding.cost", "holding.holder", "holding.startup", "holding.units", "startup.stage",
        "startup.status", "startup.units", "startup.valuation",
    ),
    owns=(
        Column("fund", "distributed", "int64", "LPへの分配累計", "distributed to limited partners", "JPY"),
        Column("fund", "carried", "int64", "成功報酬累計", "carried interest paid", "JPY"),
        Column("fund", "value", "int64", "保有株式の評価額", "value of holdings at last prices", "JPY"),
    ),
    changes=("fund.cost_distributed", "fund.invested", "fund.outward_cost", "holding.cost", "holding.holder"),
    flows=("fund_secondary_sale", "carried_interest", "distribution_to_firm", "distribution_to_institution",
           "distribution_to_foreign", "distribution_to_individual", "distribution_to_university",
           "distribution_to_public_fund", "university_fund_return", "public_fund_return", "wage", "purchase"),
    stocks=(StockOf("cost_distributed", "fund", "cost_distributed"), StockOf("distributed", "fund", "distributed")),
    step=step,
)
