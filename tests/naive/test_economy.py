"""The paths of the economy, the market's mood and the strength of links equal slow twins written from the rule."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import key, normal
from meguri.engine.world import World
from meguri.mechanisms import economy

INDUSTRIES = vocabulary.table("industries").ids
LINKS = vocabulary.table("links").ids


def _warmth(exits, limit):
    year, mean = sum(exits[:4]) / 4, sum(exits) / 20
    if mean == 0:
        return 0.0
    return -limit if year == 0 else max(-limit, min(limit, math.log(year / mean)))


@pytest.mark.twin("economy")
@pytest.mark.parametrize("response", [0.0, 0.1])
def test_the_mood_is_an_autoregression_that_exits_may_warm(response):
    rng = np.random.default_rng(101)
    table = SimpleNamespace(mood=np.ones(1), deviation=np.zeros(1), gdp=np.zeros(1), rd_price=np.ones(1),
                            exits=np.zeros((1, 20), np.int64), industry_sales=np.zeros((1, len(INDUSTRIES))))
    deviation, exits, seen = 0.0, [0] * 20, set()
    for t in range(60):
        sales = rng.random(len(INDUSTRIES)) * 1e5
        p = SimpleNamespace(mood_persistence=0.85, mood_shock=0.2, exit_response=response, exit_response_limit=0.5,
                            mood=1.0 + 0.01 * t, gdp=130_000.0 + t, rd_price=1.0 + t / 100,
                            **{f"sales_{name}": one for name, one in zip(INDUSTRIES, sales, strict=True)})
        now = 0 if 20 < t < 30 or t < 3 else int(rng.integers(0, 30))
        table.exits[0, 0] += now
        exits[0] += now
        world = SimpleNamespace(economy=table, scale=0.5, key=lambda name, t=t: key(1, name, t))
        economy.step(world, p)
        warm = _warmth(exits, 0.5)
        seen.add(warm if abs(warm) in (0.0, 0.5) else "between")
        deviation = 0.85 * deviation + 0.2 * normal(key(1, "economy.mood", t), 1, 0) + response * warm
        exits = [0, *exits[:19]]
        assert table.exits[0].tolist() == exits
        assert table.deviation[0] == pytest.approx(deviation, rel=1e-11, abs=1e-13)
        assert table.mood[0] == pytest.approx(p.mood * math.exp(deviation), rel=1e-11)
        assert (table.gdp[0], table.rd_price[0]) == (p.gdp * 1e9 * 0.5, p.rd_price)
        assert table.industry_sales[0] == pytest.approx(sales * 1e9 * 0.5, rel=1e-12)
    assert seen == {0.0, -0.5, 0.5, "between"}


@pytest.mark.twin("links")
def test_a_link_has_the_strength_of_the_quarter():
    strength = np.random.default_rng(102).random((8, len(LINKS)))
    for values in (strength, strength[:1]):
        resolved = SimpleNamespace(values={"links.link_strength": values}, first=100)
        for t in (98, 100, 103, 107, 120):
            row = values[min(max(t - 100, 0), len(values) - 1)]
            world = SimpleNamespace(resolved=resolved, t=t, _link_codes={name: n + 1 for n, name in enumerate(LINKS)})
            assert [World.link(world, name) for name in LINKS] == row.tolist()
    assert World.link(SimpleNamespace(resolved=SimpleNamespace(values={})), LINKS[0]) == 1.0
