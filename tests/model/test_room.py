"""Tables of objects that begin with no room to spare grow, and nothing else changes."""

import numpy as np

from meguri.engine import tables
from meguri.model.member import opened_world

from ..conftest import small_request


def _after(quarters: int):
    request = small_request()
    world = opened_world(request.base, request.resolved, request.span, 5, 0.02, {}, cache=False)
    for _ in range(quarters):
        world.step()
    return world


def test_a_world_whose_tables_have_to_grow_is_the_same_world(monkeypatch):
    roomy = _after(6)
    begun = tables.State.__init__
    grown: list[str] = []
    grow = tables.State._grow

    def tight(self, name, capacity, offset, accounts):
        begun(self, name, 2 if offset is None else capacity, offset, accounts)
        self._most = 2 * capacity

    monkeypatch.setattr(tables.State, "__init__", tight)
    monkeypatch.setattr(tables.State, "_grow", lambda self, rows: (grown.append(self.name), grow(self, rows)))
    tightest = _after(6)
    assert {"contract", "holding", "commitment", "patent_family"} <= set(grown)
    for name, table in roomy.tables.items():
        other = tightest.tables[name].snapshot()
        for column, values in table.snapshot().items():
            assert np.array_equal(values, other[column], equal_nan=values.dtype.kind == "f"), (name, column)
