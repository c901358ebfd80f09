"""Who remembers which institute: alumni by pair of firm and institute equal a slow twin that keeps a dictionary."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from meguri.engine.accounts import Accounts
from meguri.engine.chance import birth, key
from meguri.engine.tables import State
from meguri.mechanisms import contract_research_institutes as institutes

FIRMS, PLACES = 30, 8
LOOP = "contract_research_institutes.people_loop"


def _table(name, rows):
    """Return an empty table with the columns that the mechanism owns."""
    table = State(name, rows, 0 if name == "institute" else None, Accounts(rows, 1))
    for column in institutes.mechanism.owns:
        if column.table == name:
            table.own(column)
    return table


@pytest.fixture
def world():
    rng = np.random.default_rng(151)
    place, alumni = _table("institute", 50), _table("alumni", 400)
    place.add(rng.integers(1, 2**62, PLACES))
    firm = SimpleNamespace(id=rng.integers(1, 2**62, FIRMS), n=FIRMS)
    return SimpleNamespace(institute=place, alumni=alumni, firm=firm, choices={LOOP: "on"}, t=8064,
                           fixed_key=lambda name: key(3, name, 0))  # fmt: skip


@pytest.mark.twin("contract_research_institutes")
def test_alumni_by_pair(world):
    rng, book = np.random.default_rng(152), Counter()
    wanted = np.array([(i, k) for i in range(FIRMS) for k in range(PLACES)])
    for year in range(6):
        assert institutes._alumni(world, *wanted.T).tolist() == [book[i, k] for i, k in wanted.tolist()]
        firms, places = rng.integers(0, FIRMS, 20), rng.integers(0, PLACES, 20)
        institutes._remember(world, firms, places)
        book.update(zip(firms.tolist(), places.tolist(), strict=True))
        if year == 3:  # those of one institute have all left
            world.alumni.keep(world.alumni.institute != 2)
            book = Counter({pair: count for pair, count in book.items() if pair[1] != 2})
    table = world.alumni
    rows = {(int(i), int(k)): int(n) for i, k, n in zip(table.firm, table.institute, table.people, strict=True)}
    assert rows == dict(book)
    assert len(rows) == table.n
    fixed = key(3, "contract_research_institutes.alumni", 0)
    for row in range(table.n):
        parent, place = world.firm.id[table.firm[row]], world.institute.id[table.institute[row]]
        assert table.id[row] == birth(parent, fixed, place)
    world.choices[LOOP] = "off"
    assert not institutes._alumni(world, *wanted.T).any()
