"""The compiled search of the funding market equals a twin that is written in plain NumPy from the rule."""

import numpy as np
import pytest

from meguri.engine import chance, mathematics
from meguri.experiments import numpy_market
from meguri.mechanisms import _search
from meguri.mechanisms.deals import search_of
from meguri.model.member import opened_world

from ..conftest import small_request

pytestmark = pytest.mark.twin("deals")


@pytest.fixture(scope="module")
def arguments():
    request = small_request(scale=0.1)
    world = opened_world(request.base, request.resolved, request.span, 3, request.scale, {})
    for _ in range(4):
        world.step()
    return search_of(world)


def test_the_twin_draws_the_same_numbers():
    key = chance.key(5, "twin", 8064)
    actors, index = np.arange(1000), np.arange(1000) % 7
    ours = np.array([chance.uniform(key, actor, i) for actor, i in zip(actors, index, strict=True)])
    assert np.array_equal(ours, numpy_market.uniform(key, actors, index))
    quantiles = np.array([mathematics.normal_quantile(u) for u in ours])
    assert numpy_market.normal_quantile(ours) == pytest.approx(quantiles, rel=1e-12, abs=1e-14)


def test_the_twin_makes_the_same_offers(arguments):
    counts = arguments[-1]
    assert counts.sum() > 20
    size = int(counts.sum())
    who, row, mean, post = (np.empty(size, kind) for kind in (np.int64, np.int64, np.float64, np.float64))
    used, looks = _search.look(*arguments, who, row, mean, post)
    assert 0 < used <= looks == size
    v, i, believed, price = numpy_market.look(*arguments)
    assert np.array_equal(v, who[:used])
    assert np.array_equal(i, row[:used])
    assert believed == pytest.approx(mean[:used], rel=1e-12)
    assert price == pytest.approx(post[:used], rel=1e-12)
