"""Sales, costs and profit of firms; what they pay out and what they keep.

Demand of an industry is given. It is shared among its firms in proportion to what their products are worth
(``field_sales`` after the quarter's discoveries and acquisitions), so that a gain of one is a loss of the
others. Staff follow the share. The margin is a mean, the firm's own part and a part that comes and goes; costs
other than R&D fill what is left. Firms keep some weeks of sales in cash: above that they invest, below it they
issue shares. A third of profit is paid out.
"""

from __future__ import annotations

import math

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.engine.tables import Column

_SALES, _EXPORT, _WAGE, _PURCHASE, _DIVIDEND, _OFFERING = (
    vocabulary.code("flows", flow)
    for flow in ("sales", "export_sales", "wage", "purchase", "dividend", "stock_offering")
)
_FIELDS = len(vocabulary.table("fields"))
_WEEKS_A_QUARTER = 13.0
_YEAR_BEGINS = 1


@kernel
def share_demand(ended, industry, demand, staff, acquired, field_sales, sales, employees):
    """Scale each industry's sales by field to its demand (yen a quarter); set sales and staff."""
    worth = np.zeros(len(demand) + 1, np.int64)
    for i in range(len(ended)):
        if ended[i] == 0:
            for f in range(field_sales.shape[1]):
                field_sales[i, f] += acquired[i, f]
                worth[industry[i]] += field_sales[i, f]
        acquired[i] = 0
    for i in range(len(ended)):
        if ended[i] != 0:
            continue
        j = industry[i]
        factor = demand[j - 1] / worth[j] if worth[j] > 0 else 0.0
        total = np.int64(0)
        for f in range(field_sales.shape[1]):
            if field_sales[i, f] > 0:
                field_sales[i, f] = np.int64(field_sales[i, f] * factor)
                total += field_sales[i, f]
        sales[i] = total
        employees[i] = max(int(staff[j - 1] * (total / demand[j - 1])), 1) if demand[j - 1] > 0.0 else 0


@kernel
def draw_margins(ids, ended, fixed_key, key, own_spread, persistence, spread, own, passing):
    """Draw the own part of new firms' margins and move the passing part one year on (shares of sales)."""
    shock = spread * math.sqrt(1.0 - persistence * persistence)
    for i in range(len(ids)):
        if ended[i] != 0:
            continue
        if own[i] == 0.0:
            own[i] = own_spread * normal(fixed_key, ids[i], 0)
            passing[i] = spread * normal(fixed_key, ids[i], 1)
        else:
            passing[i] = persistence * passing[i] + shock * normal(key, ids[i], 0)


@kernel
def trade(buffer, sectors, offset, ids, regions, fields, industry, ended, sales, research, margin, own, passing,
          wage_share, export_share, profit):
    """Ask for the payment of sales, wages and inputs (yen); add the quarter's profit to the year's.

    ``sectors``: accounts of other firms (customers and suppliers), of customers abroad and of households;
    ``export_share`` by industry.
    """
    domestic, abroad, household = sectors
    for i in range(len(ids)):
        if ended[i] != 0:
            continue
        account, region, field = offset + i, regions[i], fields[i]
        costs = max(int(sales[i] * (1.0 - margin - own[i] - passing[i])) - research[i], 0)
        wages = int(costs * wage_share)
        exports = int(export_share[industry[i] - 1] * sales[i])
        request(buffer, _SALES, domestic, account, sales[i] - exports, 0, field, 0, region)
        request(buffer, _EXPORT, abroad, account, exports, 0, field, 0, region)
        request(buffer, _WAGE, account, household, wages, 0, field, 0, region)
        request(buffer, _PURCHASE, account, domestic, costs - wages, 0, field, 0, region)
        profit[i] += sales[i] - research[i] - costs


@kernel
def distribute(buffer, market, suppliers, offset, ids, regions, fields, ended, cash, sales, after_tax, payout, keep):
    """Ask for dividends on last year's profit and for investment of cash above ``keep`` quarters of sales."""
    for i in range(len(ids)):
        if ended[i] != 0:
            continue
        dividend = min(max(int(payout * after_tax[i]), 0), max(cash[i], 0))
        request(buffer, _DIVIDEND, offset + i, market, dividend, 0, fields[i], 0, regions[i])
        invested = cash[i] - dividend - int(keep * sales[i])
        request(buffer, _PURCHASE, offset + i, suppliers, invested, 0, fields[i], 0, regions[i])


@kernel
def offer_shares(buffer, market, offset, ids, regions, fields, ended, cash, sales, least):
    """Ask for new capital where cash is below ``least`` quarters of sales."""
    for i in range(len(ids)):
        if ended[i] == 0:
            missing = int(least * sales[i]) - cash[i]
            request(buffer, _OFFERING, market, offset + i, missing, 0, fields[i], 0, regions[i])


def _raise_capital(world, p, least: float) -> None:
    firm = world.firm
    offer_shares(world.requests, world.sector("public_market"), firm.offset, firm.id, firm.region, firm.field,
                 firm.ended, firm.cash, firm.sales, least)
    world.settle()


def open(world, p) -> None:
    """Give firms the cash that they keep."""
    _raise_capital(world, p, p.cash_most / _WEEKS_A_QUARTER)


def step(world, p) -> None:
    """Sell, pay, keep and pay out."""
    firm = world.firm
    share_demand(firm.ended, firm.industry, world.economy.industry_sales[0], world.industry.staff,
                 firm.acquired_sales, firm.field_sales, firm.sales, firm.employees)
    if world.fiscal_quarter == _YEAR_BEGINS or not firm.own_margin.any():
        draw_margins(firm.id, firm.ended, world.fixed_key("product_market.margin"), world.key("product_market.margin"),
                     p.own_margin_spread, p.margin_persistence, p.margin_spread, firm.own_margin, firm.passing_margin)
    other_firm = world.sector("other_firm")
    sectors = (other_firm, world.sector("abroad"), world.sector("household"))
    trade(world.requests, sectors, firm.offset, firm.id, firm.region, firm.field, firm.industry, firm.ended, firm.sales,
          firm.rd_budget + firm.joint_spent, p.margin * p.cycle, firm.own_margin, firm.passing_margin, p.wage_share,
          p.export_share, firm.profit_year)
    world.settle()
    if world.fiscal_quarter == _YEAR_BEGINS:
        distribute(world.requests, world.sector("public_market"), world.sector("other_firm"), firm.offset, firm.id,
                   firm.region, firm.field, firm.ended, firm.cash, firm.sales, firm.after_tax, p.payout,
                   p.cash_most / _WEEKS_A_QUARTER)
        world.settle()
    _raise_capital(world, p, p.cash_least / _WEEKS_A_QUARTER)
    if world.t % 4 == 0:
        firm.calendar_sales[:] = 0
    firm.calendar_sales[:] += firm.sales


mechanism = Mechanism(
    id="product_market",
    ja="製品市場と企業の売上・利益",
    en="product market, sales and profit of firms",
    phase="market",
    since="2006Q1",
    formula="S_if = M_j a_if / sum a; profit = margin S; dividend = payout x last year's profit",
    reads=("economy.industry_sales", "industry.staff", "firm.industry", "firm.rd_budget", "firm.joint_spent",
           "firm.after_tax"),
    owns=(
        Column("firm", "sales", "int64", "売上高（四半期）", "sales", "JPY/quarter"),
        Column("firm", "field_sales", "int64", "分野別売上高（四半期）", "sales by field", "JPY/quarter",
               extent=(_FIELDS,)),
        Column("firm", "employees", "int32", "従業者数", "employees", "person"),
        Column("firm", "acquired_sales", "int64", "買収した企業の売上（四半期）", "sales of acquired companies",
               "JPY/quarter", extent=(_FIELDS,)),
        Column("firm", "own_margin", "float64", "利益率の固有部分", "own part of the margin", "share"),
        Column("firm", "passing_margin", "float64", "利益率の一時的部分", "passing part of the margin", "share"),
        Column("firm", "profit_year", "int64", "年度中の利益", "profit of the fiscal year", "JPY"),
        Column("firm", "calendar_sales", "int64", "年間売上（暦年）", "sales of the calendar year", "JPY"),
    ),
    stocks=(StockOf("employees", "firm", "employees"), StockOf("sales", "firm", "calendar_sales")),
    flows=("sales", "export_sales", "wage", "purchase", "dividend", "stock_offering"),
    open=open,
    step=step,
)
