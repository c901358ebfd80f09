"""Budgets that follow taxes, by hand: a state with a plan, a tax and a GDP."""

from __future__ import annotations

import numpy as np
import pytest

from meguri.engine import time
from meguri.engine.contract import Mechanism
from meguri.engine.parameters import Setting, specifications
from meguri.engine.resolver import Resolver
from meguri.engine.tables import Column, ObjectTable
from meguri.engine.world import World
from meguri.mechanisms import budget_rule
from meguri.packs import load_pack

from .whole import run, whole_world

#: Plan of a year in billion yen: 600 of competitive funds, a quarter of 800 for SBIR, 40 and 60: 900.
PLAN = {"government_funding.competitive_budget": 600.0, "sbir.budget": 800.0, "sbir.startup_share": 0.25,
        "sbir.third_phase_budget": 40.0, "grants.deep_tech_budget": 60.0}  # fmt: skip
BILLION = 10**9
_STATE = Mechanism(
    id="state", ja="", en="", phase="exogenous", since="1992Q1", step=lambda world, p: None,
    owns=(Column("economy", "gdp", "float64", "", ""), Column("tax_revenue", "net", "int64", "", "")),
    tables=(ObjectTable("economy", "", "", 1), ObjectTable("tax_revenue", "", "", 1)),
)  # fmt: skip


def _state(response: float) -> World:
    """Return a state in the first quarter of a fiscal year that opened at a tax of 2% of a GDP of 500 trillion."""
    names = ("budget_rule", "government_funding", "sbir", "grants")
    wanted = {"budget_rule.response_to_taxes", "government_funding.competitive_budget_factor", *PLAN}
    specs = [spec for name in names for spec in specifications(name) if spec.id in wanted]
    resolver = Resolver(specs, load_pack("JP"), time.quarter("2022Q2"), time.quarter("2024Q1"))
    for identifier, value in {**PLAN, "budget_rule.response_to_taxes": response}.items():
        resolver.set(Setting(identifier, value, "test", path="", unit=""))
    world = World([budget_rule.mechanism, _STATE], resolver.resolve(), 1, 1.0)
    world.economy.add(np.array([1]), gdp=125_000.0 * BILLION)
    world.tax_revenue.add(np.array([1]), net=10_000 * BILLION)
    budget_rule.open(world, None)
    budget_rule.rescale(world, None)
    assert world.purse.reference[0] == pytest.approx(0.02)
    return world


def test_a_share_of_the_tax_beyond_its_trend_is_added_to_the_plan():
    """Tax is 11,800 where the trend says 2% of 520,000 = 10,400: a twentieth of 1,400 is 70, on a plan of 900."""
    world = _state(0.05)
    world.economy.gdp[:] = 130_000.0 * BILLION
    world.tax_revenue.net[:] = 11_800 * BILLION
    world.step()
    assert budget_rule.budget_factor(world) == pytest.approx(1.0 + 70.0 / 900.0)


def test_less_tax_cuts_budgets_but_never_below_nothing():
    world = _state(0.1)
    world.tax_revenue.net[:] = 9_100 * BILLION
    world.step()
    assert budget_rule.budget_factor(world) == pytest.approx(0.9)
    world.t = time.quarter("2023Q2")
    world.tax_revenue.net[:] = 0
    world.step()
    assert budget_rule.budget_factor(world) == 0.0


def test_budgets_are_set_once_a_fiscal_year():
    world = _state(0.05)
    world.t = time.quarter("2022Q3")
    world.tax_revenue.net[:] = 20_000 * BILLION
    for _ in range(3):
        world.step()
        assert budget_rule.budget_factor(world) == 1.0
    world.step()
    assert budget_rule.budget_factor(world) > 1.5


def test_at_rest_tax_is_of_no_account():
    world = _state(0.0)
    world.tax_revenue.net[:] = 20_000 * BILLION
    world.step()
    assert budget_rule.budget_factor(world) == 1.0


def test_a_country_without_the_rule_pays_by_plan():
    assert budget_rule.budget_factor(World([_STATE], _state(0.0).resolved, 1, 1.0)) == 1.0


def test_every_budget_that_follows_is_multiplied():
    """Twice the factor is twice the deep-tech grants of a quarter, as whole grants."""
    paid = []
    for times in (1.0, 2.0):
        world = whole_world(scale=0.1, grants__deep_tech_budget=48.0)
        world.purse.factor[:] = times
        paid.append(len(run(world, "2016Q1").paid("deep_tech_grant")["amount"]))
    assert paid == [4, 8]
