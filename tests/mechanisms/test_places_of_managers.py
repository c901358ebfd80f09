"""A manager of a university fund stands where its university is; the next one's place does not depend on it."""

import numpy as np

from meguri.engine.world import World
from meguri.mechanisms._closings import first_time
from meguri.model.member import opened_world
from meguri.registry import shelf

from ..conftest import small_request


def test_places_of_managers_are_prefectures_with_weight_whatever_came_before():
    request = small_request()
    opened = opened_world(request.base, request.resolved, request.span, 1, request.scale, {})
    world = World(list(shelf("meguri.mechanisms")), request.resolved, 1, request.scale)
    world.restore(opened.snapshot())
    p = world.parameters(shelf("meguri.mechanisms")["fundraising"])
    rows = first_time(world, p, 200)
    weighted = np.flatnonzero(p.manager_weight) + 1
    assert np.isin(world.manager.region[rows], weighted).all()
    principal = np.argmax(p.manager_weight) + 1
    assert 0.55 < (world.manager.region[rows] == principal).mean() < 0.9
