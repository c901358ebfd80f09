"""Operation of start-ups: development, signals, revenue, costs, running out of cash, closing.

Before the market (readiness below 7) money buys trials; a trial raises the readiness level or fails, and
two failures at one level end in a pivot or a stop. Reaching levels 4, 6, 7 and milestones of revenue sends a
public signal of the hidden potential, from which everybody learns by Bayes' rule. After level 7 revenue
grows by a rate that rises with potential and fades with time in the market; it can also answer to money
where a company spends at the scale that its next market asks for (at rest it does not). What a round brought is spent
over a planned number of months; what an award or a public contract pays is spent on its project beside that, and
helped along by a programme manager; a company without cash cuts its costs to its revenue and sleeps, its value written
down, or closes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal, uniform
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.kernels import kernel_without_memory
from meguri.engine.mathematics import exp
from meguri.engine.requests import request
from meguri.engine.tables import Column
from meguri.mechanisms._views import startups

_SALES = vocabulary.code("flows", "sales")
_WAGE = vocabulary.code("flows", "wage")
_PURCHASE = vocabulary.code("flows", "purchase")
_UNIVERSITY = vocabulary.code("classes", "startup_university")
_MARKET = 7
_OLDEST = 240


class Rules(NamedTuple):
    """Numbers of the operation of start-ups, as kernels read them (money in yen, rates a quarter)."""

    step_hazard: float
    project_focus: float
    sweat: float
    need: np.ndarray
    fail_early: float
    fail_late: float
    pivot: float
    pivot_loss: float
    signal_noise: float
    first_revenue: float
    first_revenue_spread: float
    growth: float
    growth_of_potential: float
    growth_of_investors: float
    growth_of_scale: float
    scale_spending: float
    fading: float
    revenue_noise: float
    margin: float
    milestones: np.ndarray
    sleep: float
    asleep_mark: float
    close_asleep: float
    close_unfunded: float
    close_university: float
    wage_share: float
    wage: float


@kernel_without_memory
def learn(view, i, noise, key):
    """Let everybody see one signal of the potential of start-up ``i`` (Bayes, normal prior and noise)."""
    view.signals[i] += 1
    view.news[i] = True
    seen = view.potential[i] + noise * normal(key, view.id[i], 10 + view.signals[i])
    precision = 1.0 / view.belief_variance[i] + 1.0 / (noise * noise)
    mean = (view.belief_mean[i] / view.belief_variance[i] + seen / (noise * noise)) / precision
    view.belief_mean[i] = mean
    view.belief_variance[i] = 1.0 / precision


@kernel_without_memory
def develop(view, rules, key):
    """One quarter of development below the market: a trial may raise the readiness level, or fail."""
    for i in range(len(view.id)):
        view.news[i] = False
        if view.ended[i] != 0:
            continue
        if view.proof[i]:
            learn(view, i, rules.signal_noise, key)
        if view.trl[i] >= _MARKET:
            continue
        need = rules.need[view.field[i] - 1]
        own = view.project[i] + (0 if view.dormant[i] else view.burn[i])
        cash = max(view.cash[i], 0)
        spend = min(own, cash) + (rules.project_focus - 1.0) * min(view.project[i], cash)
        hazard = rules.step_hazard * np.sqrt(max(spend, rules.sweat * need) / need) * (1.0 + view.mentoring[i])
        if uniform(key, view.id[i], 0) >= min(hazard, 0.9):
            continue
        if uniform(key, view.id[i], 1) < (rules.fail_early if view.trl[i] <= 5 else rules.fail_late):
            view.failures[i] += 1
            if view.failures[i] < 2:
                continue
            view.failures[i] = 0
            if uniform(key, view.id[i], 2) >= rules.pivot:
                view.closing[i] = True
                continue
            view.potential[i] -= rules.pivot_loss
            view.belief_mean[i] -= rules.pivot_loss
            view.trl[i] = max(1, view.trl[i] - 1)
            continue
        view.failures[i] = 0
        view.trl[i] += 1
        if view.trl[i] == 4 or view.trl[i] == 6 or view.trl[i] == _MARKET:
            learn(view, i, rules.signal_noise, key)


@kernel_without_memory
def fading_by_age(fading, out):
    """Fill ``out`` with exp(-age / fading) by quarters in the market."""
    for age in range(len(out)):
        out[age] = exp(-age / fading)


@kernel_without_memory
def scale_reached(view, i, scale_spending):
    """Return how far start-up ``i`` spends at the scale of the next market: 0 to 1, half at ``scale_spending``.

    Counted is what it spends beyond operations in a year, the money of its last round. Far below the scale a yen does
    little, far above it no more.
    """
    if view.dormant[i]:
        return 0.0
    x = 4.0 * min(view.burn[i], max(view.cash[i], 0)) / scale_spending
    return x * x / (1.0 + x * x)


@kernel_without_memory
def sell(view, rules, fade, t, key):
    """One quarter of revenue in the market; passing a milestone sends a signal."""
    for i in range(len(view.id)):
        if view.ended[i] != 0 or view.trl[i] < _MARKET:
            continue
        z = normal(key, view.id[i], 3)
        if view.market_since[i] == 0:
            view.market_since[i] = t
            view.revenue[i] = np.int64(rules.first_revenue * exp(rules.first_revenue_spread * z))
        else:
            faded = fade[min(t - view.market_since[i], len(fade) - 1)]
            growth = rules.growth_of_potential * view.potential[i]
            if view.vc_backed[i]:
                growth += rules.growth_of_investors
            growth = rules.growth + growth * faded + rules.revenue_noise * z
            if rules.growth_of_scale > 0.0:
                growth += rules.growth_of_scale * scale_reached(view, i, rules.scale_spending)
            view.revenue[i] = np.int64(view.revenue[i] * exp(min(growth, 1.5)))
        step = view.milestone[i]
        while step < len(rules.milestones) and 4 * view.revenue[i] >= rules.milestones[step]:
            step += 1
            view.milestone[i] = step
            if view.status[i] == 0:
                learn(view, i, rules.signal_noise, key)


@kernel_without_memory
def pay(view, rules, buffer, offset, other_firm, household, short):
    """Ask for one quarter's sales, wages and purchases; ``short`` notes who cannot pay all that was planned."""
    for i in range(len(view.id)):
        if view.ended[i] != 0:
            continue
        operating = np.int64((1.0 - rules.margin) * view.revenue[i])
        burn = view.project[i] + (0 if view.dormant[i] else view.burn[i])
        most = max(view.cash[i] + view.revenue[i] - operating, 0)
        short[i] = burn > most
        cost = operating + min(burn, most)
        wages = np.int64(rules.wage_share * cost)
        f, r, account = view.field[i], view.region[i], offset + i
        request(buffer, _SALES, other_firm, account, view.revenue[i], 0, f, 0, r)
        request(buffer, _WAGE, account, household, wages, 0, f, 0, r)
        request(buffer, _PURCHASE, account, other_firm, cost - wages, 0, f, 0, r)
        view.employees[i] = max(1, np.int64(4 * wages / rules.wage))


@kernel_without_memory
def survive(view, rules, short, key):
    """Decide who closes or falls asleep: by lack of cash, and by hazards of closing."""
    for i in range(len(view.id)):
        if view.ended[i] != 0 or view.status[i] != 0 or view.closing[i]:
            continue
        if not view.funded[i]:
            if short[i]:
                view.burn[i] = 0
            hazard = rules.close_university if view.cls[i] == _UNIVERSITY else rules.close_unfunded
            view.closing[i] = uniform(key, view.id[i], 4) < hazard
        elif view.dormant[i]:
            view.closing[i] = uniform(key, view.id[i], 4) < rules.close_asleep
        elif short[i]:
            if uniform(key, view.id[i], 5) < rules.sleep:
                view.dormant[i] = True
                view.burn[i] = 0
                view.valuation[i] = np.int64(view.valuation[i] * rules.asleep_mark)
            else:
                view.closing[i] = True


def first_revenue(p, t: int) -> float:
    """Return the yearly revenue (yen) expected at market entry in a quarter: it grew until ``bend_year``."""
    years = min(0.25 * t, p.bend_year + 1.0) - p.base_year - 0.5
    return p.first_revenue * exp(years * p.first_revenue_growth)


def step(world, p) -> None:
    """Operate for one quarter; closures are settled with the exits."""
    rules = Rules(
        step_hazard=p.step_hazard, project_focus=p.project_focus, sweat=p.sweat, need=_need(world, p),
        fail_early=p.fail_early, fail_late=p.fail_late, pivot=p.pivot, pivot_loss=p.pivot_loss,
        signal_noise=p.signal_noise,
        first_revenue=first_revenue(p, world.t) / 4.0,
        first_revenue_spread=p.first_revenue_spread, growth=p.growth, growth_of_potential=p.growth_of_potential,
        growth_of_investors=p.growth_of_investors, growth_of_scale=p.growth_of_scale,
        scale_spending=p.scale_spending, fading=p.fading, revenue_noise=p.revenue_noise, margin=p.margin,
        milestones=p.milestones, sleep=p.sleep, asleep_mark=p.asleep_mark, close_asleep=p.close_asleep / 4.0,
        close_unfunded=p.close_unfunded / 4.0, close_university=p.close_university / 4.0,
        wage_share=p.wage_share, wage=p.wage,
    )
    view, key = startups(world), world.key("startup_operation.quarter")
    fade, short = np.empty(_OLDEST), np.zeros(world.startup.n, np.bool_)
    fading_by_age(p.fading, fade)
    develop(view, rules, key)
    sell(view, rules, fade, world.t, key)
    pay(view, rules, world.requests, world.startup.offset, world.sector("other_firm"), world.sector("household"), short)
    survive(view, rules, short, key)


def _need(world, p) -> np.ndarray:
    """Return the spending for full speed by field (yen a quarter): dearer where public money bids for the same."""
    crowding = world.grant_market.crowding
    return p.need * crowding[0] if len(crowding) else p.need


def _column(name: str, dtype: str, ja: str, en: str, unit: str = "", fill: float = 0) -> Column:
    return Column("startup", name, dtype, ja, en, unit, fill)


mechanism = Mechanism(
    id="startup_operation",
    ja="スタートアップの事業",
    en="Operation of start-ups",
    phase="operation",
    since="1992Q1",
    formula=(
        "ln m' = ln m + g0 + (g1 theta + g2 VC) exp(-a / tau) + g3 x^2 / (1 + x^2) + sigma e,  x = 4 b / S;  "
        "y = theta + N(0, sigma_e^2)"
    ),
    references=("Bergemann and Hege 1998 (Journal of Banking and Finance)", "Gompers 1995 (Journal of Finance)"),
    reads=(
        "grant_market.crowding", "startup.funded", "startup.mentoring", "startup.potential", "startup.project",
        "startup.proof", "startup.status", "startup.vc_backed",
    ),
    owns=(
        _column("trl", "uint8", "技術成熟度（TRL）", "technology readiness level"),
        _column("failures", "uint8", "現段階での失敗回数", "failures at this level"),
        _column("belief_mean", "float64", "潜在力の公的な見立て（平均）", "public belief: mean", "log"),
        _column("belief_variance", "float64", "潜在力の公的な見立て（分散）", "public belief: variance", "log^2"),
        _column("signals", "int32", "公的なシグナルの数", "public signals so far"),
        _column("news", "bool", "今期にシグナルがあった", "a signal this quarter"),
        _column("market_since", "int32", "市場に出た四半期", "quarter of market entry"),
        _column("milestone", "uint8", "超えた売上の節目", "revenue milestones passed"),
        _column("revenue", "int64", "売上", "revenue", "JPY/quarter"),
        _column("burn", "int64", "売上に対応しない支出", "spending beyond operations", "JPY/quarter"),
        _column("employees", "int32", "従業者数", "employees", "person"),
        _column("dormant", "bool", "休眠", "asleep: costs cut to revenue"),
        _column("closing", "bool", "清算中", "to be closed this quarter"),
    ),
    changes=("startup.potential", "startup.valuation"),
    parameters_of=("entry",),
    flows=("sales", "wage", "purchase"),
    stocks=(StockOf("employees", "startup", "employees"),),
    step=step,
)
