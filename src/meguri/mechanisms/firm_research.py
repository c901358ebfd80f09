"""What a firm spends on R&D of its own.

A firm's wanted R&D is an intensity times last quarter's sales. The intensity is the industry's times the
firm's own (skewed, and rising with size), and answers to the user cost of R&D after the tax credit. Where debt and
small size constrain a firm, it answers besides to the cash that the credit leaves it. Spending moves a part of
the way each quarter, and never beyond what the firm holds.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, logistic, power
from meguri.engine.requests import request
from meguri.engine.tables import Column
from meguri.mechanisms.firm_population import LARGE, MID

_WAGE, _PURCHASE = vocabulary.code("flows", "research_wage"), vocabulary.code("flows", "research_purchase")
_BILLION = 1e9


@kernel
def own_intensities(ids, cls, industry, employees, norm, intensity, correction, key, large, mid, spread_large,
                    spread_mid, spread_small, size_elasticity):
    """Give firms without one their R&D over sales: industry x own effect x (staff / 1,000)^elasticity."""
    for i in range(len(ids)):
        if norm[i] == 0.0 and employees[i] > 0:
            spread = spread_large if cls[i] == large else (spread_mid if cls[i] == mid else spread_small)
            own = exp(spread * normal(key, ids[i], 0) - 0.5 * spread * spread)
            j = industry[i] - 1
            norm[i] = intensity[j] * correction[j] * own * power(employees[i] / 1000.0, size_elasticity)


@kernel
def constraint(leverage, employees, weight_leverage, leverage_middle, weight_size, size_middle):
    """Return how far a firm is constrained (0 to 1): more debt, less staff."""
    size = log(max(employees, 1.0) / size_middle)
    return logistic(weight_leverage * (leverage - leverage_middle) - weight_size * size)


@kernel
def budgets(ended, sales, norm, user_cost, reference, cash_cost, cash_reference, leverage, employees, cash,
            elasticity, elasticity_constrained, weight_leverage, leverage_middle, weight_size, size_middle, speed,
            cash_part, budget):
    """Move each firm's quarterly R&D (yen) towards what it wants.

    The elasticity of all firms holds for the user cost at the margin; what constrained firms answer beyond it comes
    from liquidity, and holds for the cost after the credit received. Without a cap the two costs are one.
    """
    for i in range(len(norm)):
        if ended[i] != 0 or sales[i] <= 0:
            budget[i] = 0
            continue
        answer = 1.0
        if reference[i] > 0.0 and user_cost[i] > 0.0:
            held = constraint(leverage[i], employees[i], weight_leverage, leverage_middle, weight_size, size_middle)
            answer = power(user_cost[i] / reference[i], -elasticity)
            answer *= power(cash_cost[i] / cash_reference[i], -(elasticity_constrained - elasticity) * held)
        wanted = norm[i] * answer * sales[i]
        moved = wanted if budget[i] == 0 else (1.0 - speed) * budget[i] + speed * wanted
        budget[i] = max(int(min(moved, cash_part * cash[i])), 0)


@kernel
def pay_research(buffer, household, suppliers, offset, ids, regions, fields, budget, wage_share):
    """Ask for the payment of researchers' wages and of inputs (yen)."""
    for i in range(len(ids)):
        if budget[i] > 0:
            wages = int(budget[i] * wage_share)
            payer = offset + i
            request(buffer, _WAGE, payer, household, wages, 0, fields[i], 0, regions[i])
            request(buffer, _PURCHASE, payer, suppliers, budget[i] - wages, 0, fields[i], 0, regions[i])


def open(world, p) -> None:
    """Give each firm its intensity so that the R&D of each industry opens at the industry's intensity."""
    firm, industries = world.firm, world.industry
    industries.research_correction[:] = 1.0
    _intensities(world, p)
    wanted = np.bincount(firm.industry - 1, firm.research_norm * firm.sales, minlength=industries.n)
    sales = np.bincount(firm.industry - 1, firm.sales, minlength=industries.n)
    industries.research_correction[:] = p.intensity * sales / wanted
    firm.research_norm[:] *= industries.research_correction[firm.industry - 1]
    firm.rd_budget[:] = np.floor(firm.research_norm * firm.sales).astype(np.int64)


def _intensities(world, p) -> None:
    firm = world.firm
    own_intensities(firm.id, firm.cls, firm.industry, firm.employees, firm.research_norm, p.intensity,
                    world.industry.research_correction, world.fixed_key("firm_research.intensity"), LARGE, MID,
                    p.spread_large, p.spread_mid, p.spread_small, p.size_elasticity)


def step(world, p) -> None:
    """Set and spend the quarter's R&D."""
    firm = world.firm
    _intensities(world, p)
    new = (firm.user_cost_reference == 0.0) & (firm.user_cost > 0.0)
    firm.user_cost_reference[new] = firm.user_cost[new]
    firm.cash_cost_reference[new] = firm.cash_cost[new]
    trend = float(power(1.0 + p.intensity_trend, max(world.t / 4.0 - p.trend_year, 0.0)))
    budgets(firm.ended, world.opening("firm.sales") * trend, firm.research_norm, firm.user_cost,
            firm.user_cost_reference, firm.cash_cost, firm.cash_cost_reference, firm.leverage, firm.employees,
            firm.cash, p.elasticity, p.elasticity_constrained, p.weight_of_leverage, p.leverage_middle,
            p.weight_of_size, p.size_middle, p.speed, p.cash_part, firm.rd_budget)
    pay_research(world.requests, world.sector("household"), world.sector("other_firm"), firm.offset, firm.id,
                 firm.region, firm.field, firm.rd_budget, p.wage_share)


def rescale(world, p) -> None:
    """Fit each industry's R&D to its opening value; the costs of the opening become the reference."""
    firm = world.firm
    spent = np.bincount(firm.industry - 1, firm.rd_budget, minlength=world.industry.n)
    factor = (p.opening_research * (_BILLION / 4.0) * world.scale / np.maximum(spent, 1.0))[firm.industry - 1]
    firm.research_norm[:] *= factor
    firm.user_cost_reference[:] = firm.user_cost
    firm.cash_cost_reference[:] = firm.cash_cost
    for column in (firm.rd_budget, firm.research_year, firm.joint_year):
        column[:] = np.floor(column * factor).astype(np.int64)
    firm.research_past[:] = np.floor(firm.research_past * factor[:, None]).astype(np.int64)
    for column in (firm.knowledge, firm.knowledge_reference):
        column[:] *= factor


mechanism = Mechanism(
    id="firm_research",
    ja="企業の研究開発費",
    en="firms' own R&D",
    phase="firms",
    since="2006Q1",
    formula="R = rho_j fe_i (staff/1000)^0.3 (UC/UC_0)^-e (CC/CC_0)^-((e_c - e) con) sales; part of the way a quarter",
    references=("Hall and Jorgenson 1967 (American Economic Review)", "Kasahara et al. 2014 (Research Policy)"),
    reads=("firm.cash_cost", "firm.employees", "firm.industry", "firm.leverage", "firm.user_cost"),
    reads_opening=("firm.sales",),
    owns=(
        Column("firm", "research_norm", "float64", "固有の研究開発集約度", "own R&D over sales", "share"),
        Column("firm", "user_cost_reference", "float64", "使用者費用（基準）", "reference user cost", "ratio"),
        Column("firm", "cash_cost_reference", "float64", "控除後の負担（基準）", "reference cost after the credit",
               "ratio"),
        Column("firm", "rd_budget", "int64", "社内使用研究費（当期）", "R&D of its own in the quarter", "JPY/quarter"),
        Column("industry", "research_correction", "float64", "集約度の補正", "correction of intensities", "factor"),
    ),
    changes=("firm.knowledge", "firm.knowledge_reference", "firm.research_year", "firm.research_past",
             "firm.joint_year"),
    flows=("research_wage", "research_purchase"),
    open=open,
    step=step,
    rescale=rescale,
)
