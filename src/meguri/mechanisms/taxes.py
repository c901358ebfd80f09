"""Corporate tax, and the R&D tax credit as the statute of each fiscal year says.

At the end of a fiscal year a firm pays tax on its profit after half of it, at most, is set off against
earlier losses, and receives the credit, which the statute computes from its R&D, the mean of the three years
before, its sales and its tax. Tax and credit are paid gross. In the first quarter of a fiscal year each firm
works out what one more yen of R&D will bring at the growth it expects, times the chance, remembered from
earlier years, that the cap leaves room; that sets the user cost of R&D. Beside it stands the cost after the credit that
it received for a yen of R&D: the cash that counts for firms short of money, capped or not.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._statute import credit_of, growth_of, marginal_rate, statute_of
from meguri.mechanisms.firm_population import SMALL

_TAX, _CREDIT = vocabulary.code("flows", "corporate_tax"), vocabulary.code("flows", "research_tax_credit")
_YEAR_BEGINS, _YEAR_ENDS = 1, 4
_YEARS_OF_BASE = 3


@kernel
def assess(ended, cls, small, statute, tax_rate, loss_part, addition, take_up, memory, profit, losses, research, past,
           joint, sales, sales_before, uncapped, received, tax, credit):
    """Compute each firm's tax and credit of the year (yen); move its losses and its memories on.

    Remembered are whether the cap left room (``uncapped``) and the credit for a yen of R&D (``received``).
    """
    for i in range(len(profit)):
        tax[i] = credit[i] = 0
        if ended[i] != 0:
            continue
        if profit[i] < 0:
            losses[i] -= profit[i]
        else:
            used = min(losses[i], int(loss_part * profit[i]))
            losses[i] -= used
            tax[i] = int(tax_rate * (profit[i] - used))
        base = (past[i, 0] + past[i, 1] + past[i, 2]) / 3.0
        amount, bound = credit_of(statute, cls[i] == small, research[i], base, sales[i], sales[i] < sales_before[i],
                                  tax[i], joint[i], take_up, addition)
        credit[i] = int(amount)
        if research[i] > 0:
            uncapped[i] = memory * uncapped[i] + (1.0 - memory) * (0.0 if bound else 1.0)
            rate = amount / research[i]
            received[i] = rate if received[i] < 0.0 else memory * received[i] + (1.0 - memory) * rate


@kernel
def pay_tax(buffer, treasury, offset, ids, regions, fields, tax, paid_credit):
    """Ask for the payment of tax and, in the other direction, of the credit (yen)."""
    for i in range(len(ids)):
        request(buffer, _TAX, offset + i, treasury, tax[i], 0, fields[i], 0, regions[i])
        request(buffer, _CREDIT, treasury, offset + i, paid_credit[i], 0, fields[i], 0, regions[i])


@kernel
def expect(ended, cls, small, statute, tax_rate, addition, link, budget, past, sales, uncapped, received, marginal,
           user_cost, cash_cost):
    """Set each firm's marginal credit rate, user cost and cost after cash credit at the R&D it is heading for.

    ``link`` scales what is paid. A firm that has not filed yet expects to receive its marginal rate.
    """
    for i in range(len(budget)):
        if ended[i] != 0 or budget[i] <= 0:
            continue
        research = 4.0 * budget[i]
        growth = growth_of(research, (past[i, 0] + past[i, 1] + past[i, 2]) / 3.0)
        intensity = budget[i] / sales[i] if sales[i] > 0 else 0.0
        marginal[i] = link * uncapped[i] * marginal_rate(statute, cls[i] == small, growth, intensity, addition)
        user_cost[i] = max(1.0 - tax_rate - marginal[i], 0.05) / (1.0 - tax_rate)
        cash = marginal[i] if received[i] < 0.0 else link * received[i]
        cash_cost[i] = max(1.0 - tax_rate - cash, 0.05) / (1.0 - tax_rate)


def open(world, p) -> None:
    """Give firms a past: three years of the R&D that they open with, and three quarters of this year."""
    firm = world.firm
    world.tax_revenue.add(np.array([1]))
    firm.research_past[:] = 4 * firm.rd_budget[:, None]
    firm.research_year[:] = 3 * firm.rd_budget
    firm.sales_year[:] = 3 * firm.sales
    firm.sales_before[:] = 4 * firm.sales


def take_up(p, fiscal_year: int) -> float:
    """Return the share of joint research that is claimed as open innovation."""
    return min(max(p.take_up_start + p.take_up_slope * (fiscal_year - p.take_up_year), 0.0), p.take_up_most)


def step(world, p) -> None:
    """Add the quarter to the year; settle the year when it ends; look ahead when one begins."""
    firm = world.firm
    firm.research_year[:] += firm.rd_budget + firm.joint_spent
    firm.joint_year[:] += firm.joint_spent
    firm.sales_year[:] += firm.sales
    if world.fiscal_quarter == _YEAR_ENDS:
        _settle_year(world, p)
    if world.fiscal_quarter == _YEAR_BEGINS:
        statute = statute_of(p.credit_statute, world.fiscal_year)
        expect(firm.ended, firm.cls, SMALL, statute, p.corporate_tax_rate, p.credit_rate_addition,
               world.link("government_company"), firm.rd_budget, firm.research_past, firm.sales, firm.uncapped,
               firm.received_credit, firm.marginal_credit, firm.user_cost, firm.cash_cost)


def _settle_year(world, p) -> None:
    firm, year = world.firm, world.fiscal_year
    tax, credit = np.zeros(firm.n, np.int64), np.zeros(firm.n, np.int64)
    base = firm.research_past.sum(axis=1) // _YEARS_OF_BASE
    assess(firm.ended, firm.cls, SMALL, statute_of(p.credit_statute, year), p.corporate_tax_rate, p.loss_part,
           p.credit_rate_addition, take_up(p, year), p.memory, firm.profit_year, firm.losses, firm.research_year,
           firm.research_past, firm.joint_year, firm.sales_year, firm.sales_before, firm.uncapped,
           firm.received_credit, tax, credit)
    link = world.link("government_company")
    paid = np.floor(credit * link).astype(np.int64)
    pay_tax(world.requests, world.sector("treasury"), firm.offset, firm.id, firm.region, firm.field, tax, paid)
    _file(world, tax, credit, base)
    firm.after_tax[:] = firm.profit_year - tax + paid
    world.tax_revenue.net[0] = tax.sum() - paid.sum()
    firm.research_past[:, 1:] = firm.research_past[:, :-1].copy()
    firm.research_past[:, 0] = firm.research_year
    firm.sales_before[:] = firm.sales_year
    for column in (firm.research_year, firm.joint_year, firm.sales_year, firm.profit_year):
        column[:] = 0


def _file(world, tax, credit, base) -> None:
    """Write down what the credit was computed from: one statement a firm, joined by its contract."""
    firm = world.firm
    filing = (firm.ended == 0) & ((firm.research_year > 0) | (tax > 0))
    for cls in np.unique(firm.cls):
        rows = np.flatnonzero(filing & (firm.cls == cls))
        name = vocabulary.table("classes").ids[cls - 1]
        statement = firm.id[rows] ^ np.int64(world.fiscal_year)
        for act, value in (
            ("tax_statement", credit), ("credit_tax", tax), ("credit_expenditure", firm.research_year),
            ("credit_base", base), ("credit_joint_research", firm.joint_year), ("credit_sales", firm.sales_year),
        ):
            world.record(act, firm.id[rows], contract=statement, value=value[rows], reason=name)


mechanism = Mechanism(
    id="taxes",
    ja="法人税と研究開発税制",
    en="corporate tax and the R&D tax credit",
    phase="taxes",
    since="2006Q1",
    formula="credit = min(rate(g) R, cap(g) tax) + open innovation; UC = (1 - t - P(room) marginal rate) / (1 - t)",
    references=("租税特別措置法 第42条の4",),
    reads=("firm.rd_budget", "firm.joint_spent", "firm.sales"),
    owns=(
        Column("firm", "losses", "int64", "繰越欠損金", "losses carried forward", "JPY"),
        Column("firm", "research_year", "int64", "年度中の試験研究費", "R&D of the fiscal year", "JPY"),
        Column("firm", "research_past", "int64", "過去3年の試験研究費", "R&D of the last three years", "JPY",
               extent=(3,)),
        Column("firm", "joint_year", "int64", "年度中の特別試験研究費", "research with universities in the year",
               "JPY"),
        Column("firm", "sales_year", "int64", "年度中の売上", "sales of the fiscal year", "JPY"),
        Column("firm", "sales_before", "int64", "前年度の売上", "sales of the year before", "JPY"),
        Column("firm", "after_tax", "int64", "前年度の税引後利益", "profit after tax of the last year", "JPY"),
        Column("firm", "uncapped", "float64", "控除上限に余裕がある確率（記憶）",
               "remembered chance that the cap leaves room", "share", fill=0.5),
        Column("firm", "marginal_credit", "float64", "限界控除率", "marginal credit rate", "share"),
        Column("firm", "user_cost", "float64", "研究開発の使用者費用", "user cost of R&D", "ratio"),
        Column("firm", "received_credit", "float64", "研究費1円当たりの控除額（記憶）",
               "remembered credit for a yen of R&D", "share", fill=-1.0),
        Column("firm", "cash_cost", "float64", "控除額を除いた研究費の負担", "cost of R&D after the credit received",
               "ratio"),
        Column("tax_revenue", "net", "int64", "法人税収（税額控除後、前年度）",
               "corporate tax less credits, last fiscal year", "JPY"),
    ),
    tables=(ObjectTable("tax_revenue", "税収", "tax revenue", 1),),
    changes=("firm.profit_year",),
    flows=("corporate_tax", "research_tax_credit"),
    open=open,
    step=step,
)
