"""The market beside the bounds of memory and of clocks: rows that say something, and a world left as it was."""

import numpy as np
import pytest

from meguri.experiments import market_speed
from meguri.model.member import opened_world

from ..conftest import small_request


@pytest.fixture(scope="module")
def world():
    request = small_request(scale=0.1)
    return opened_world(request.base, request.resolved, request.span, 3, request.scale, {})


def test_each_search_stands_beside_both_bounds_and_above_them(world):
    before = world.snapshot()
    rows = market_speed.rows(world, repeats=3)
    assert [row["peer"] for row in rows] == ["bandwidth", "clocks"] * 2
    for row in rows:
        assert set(row) == {"case", "peer", "ours_s", "peer_s", "low", "high", "ratio"}
        assert 0.0 < row["low"] <= row["high"]
        assert row["ratio"] > 0.0
    after = world.snapshot()
    assert set(after) == set(before)
    assert all(np.array_equal(after[name], before[name], equal_nan=after[name].dtype.kind == "f") for name in before)


def test_clocks_and_bytes_grow_with_the_search(world):
    before = world.snapshot()
    for case in (market_speed._search_case, market_speed._partner_case):
        run, moved, clocks = case(world)
        assert run() > 0.0
        assert moved > 1_000
        assert clocks > 100
        world.restore(before)
