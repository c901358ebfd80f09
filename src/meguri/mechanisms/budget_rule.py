"""Budgets that follow what taxes bring in (loop B5, the public purse).

At the beginning of a fiscal year the state compares last year's corporate tax, net of R&D credits, with what it would
have been had it kept the share of GDP that it had when the run opened. Of what came in beyond that, the share
``response_to_taxes`` is added to the year's budgets for competitive research funds, SBIR and deep-tech grants, all by
the same factor; where less came in they are cut. At 0, the baseline, budgets are those of the plan. Wages are not taxed
in the model, so that the loop runs through profits alone.
"""

from __future__ import annotations

import numpy as np

from meguri.engine.contract import LoopSwitch, Mechanism
from meguri.engine.tables import Column, ObjectTable

_BILLION = 1e9
_QUARTERS_A_YEAR = 4.0
_YEAR_BEGINS = 1


def budget_factor(world) -> float:
    """Return what budgets that follow taxes are multiplied by this fiscal year: 1 where they do not."""
    purse = world.tables.get("purse")
    return float(purse.factor[0]) if purse is not None and purse.n else 1.0


def open(world, p) -> None:
    """Open the purse: budgets of the plan."""
    world.purse.add(np.array([1]), factor=1.0)


def step(world, p) -> None:
    """Set the factor of the year when a fiscal year begins."""
    purse = world.purse
    if p.response_to_taxes == 0.0 or world.fiscal_quarter != _YEAR_BEGINS or purse.reference[0] == 0.0:
        return
    plan = p.competitive_budget * p.competitive_budget_factor + p.budget * p.startup_share
    plan = _QUARTERS_A_YEAR * _BILLION * world.scale * (plan + p.third_phase_budget + p.deep_tech_budget)
    beyond = float(world.opening("tax_revenue.net")[0]) - purse.reference[0] * _yearly_gdp(world)
    purse.factor[0] = max(1.0 + p.response_to_taxes * beyond / plan, 0.0) if plan > 0.0 else 1.0


def rescale(world, p) -> None:
    """Take the share of tax in GDP at the opening as the reference."""
    net, gdp = world.tax_revenue.net, _yearly_gdp(world)
    world.purse.reference[0] = float(net[0]) / gdp if len(net) and gdp > 0.0 else 0.0


def _yearly_gdp(world) -> float:
    return _QUARTERS_A_YEAR * float(world.economy.gdp[0])


mechanism = Mechanism(
    id="budget_rule",
    ja="税収に応じた予算",
    en="budgets that follow tax revenue",
    phase="government",
    since="1992Q1",
    formula="factor = max(0, 1 + chi (T - (T_0 / GDP_0) GDP) / plan)",
    reads=("economy.gdp",),
    reads_opening=("tax_revenue.net",),
    tables=(ObjectTable("purse", "公的財源", "public purse", 1),),
    owns=(
        Column("purse", "factor", "float64", "計画に対する予算の倍率", "budgets over plan", "factor", 1.0),
        Column("purse", "reference", "float64", "GDPに対する法人税収（開始時）",
               "corporate tax over GDP at the opening", "share"),
    ),
    loops=(LoopSwitch("B5", "response_to_taxes", 0.0, 0.05),),
    parameters_of=("government_funding", "sbir", "grants"),
    open=open,
    step=step,
    rescale=rescale,
)
