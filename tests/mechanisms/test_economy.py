"""Paths from outside: GDP adds up to the published year, the mood is quiet until it is not known."""

import math

import numpy as np
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


def test_exits_of_a_year_are_compared_with_their_mean_of_five():
    """8 exits in the last year and 20 in five: 2 a quarter beside 1, a log of 0.69; the limit holds on both sides."""
    exits = np.array([2, 2, 2, 2, *[1] * 8, *[0.5] * 8])
    assert exits.sum() == 20
    assert economy.warmth(exits, 1.5) == pytest.approx(math.log(2.0))
    assert economy.warmth(exits, 0.5) == 0.5
    assert economy.warmth(np.array([0, 0, 0, 0, *[1] * 16]), 0.5) == -0.5
    assert economy.warmth(np.ones(20), 0.5) == 0.0
    assert economy.warmth(np.zeros(20), 0.5) == 0.0


def test_exits_lift_the_mood_by_the_response_and_are_forgotten_after_five_years():
    world = small_world(settings={"economy.exit_response": 0.1})
    world.economy.exits[:] = 5
    world.economy.exits[0, 0] = 20
    path = world.resolved.values["economy.mood"][world.t - world.resolved.first]
    economy.step(world, world.parameters(economy.mechanism))
    assert float(world.economy.mood[0]) == pytest.approx(path * math.exp(0.1 * math.log(8.75 / 5.75)))
    assert world.economy.exits[0].tolist() == [0, 20, *[5] * 18]
