"""Paths from outside: GDP adds up to the published year, the mood is quiet until it is not known."""

import pytest

from meguri.engine import time
from meguri.mechanisms import economy
from meguri.packs import load_pack

from .research_side import small_world


def test_four_quarters_of_gdp_are_the_published_year_times_the_scale():
    world = small_world(scale=0.1)
    world.t = time.quarter("2008Q1")
    seen = []
    for _ in range(4):
        economy.step(world, world.parameters(economy.mechanism))
        seen.append(float(world.economy.gdp[0]))
        world.t += 1
    published = load_pack("JP").path("gdp_calendar", "2008", "2008", "year")[0]
    assert sum(seen) == pytest.approx(0.1 * 1e9 * published)


def test_mood_is_the_path_until_shocks_begin():
    quiet, shaken = small_world(), small_world(settings={"economy.mood_shock": 0.1})
    path = quiet.resolved.values["economy.mood"]
    assert float(quiet.economy.mood[0]) == float(path[quiet.t - 1 - quiet.resolved.first])
    assert float(shaken.economy.mood[0]) != float(quiet.economy.mood[0])
    other = small_world(seed=2, settings={"economy.mood_shock": 0.1})
    assert float(other.economy.mood[0]) != float(shaken.economy.mood[0])


def test_sales_of_industries_are_the_paths():
    world = small_world(scale=0.02)
    expected = world.resolved.values["economy.sales_chemicals"][world.t - 1 - world.resolved.first] * 1e9 * 0.02
    assert float(world.economy.industry_sales[0][1]) == pytest.approx(float(expected))
