"""One more start-up: nobody is touched by one that nobody can see, and hardly anybody by an ordinary one."""

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.world import World
from meguri.mechanisms import _search
from meguri.mechanisms.deals import search_of
from meguri.model.member import opened_world
from meguri.registry import shelf

from ..conftest import small_request

NEWCOMER = 123_456_789
#: Payments whose amount follows from the sales of a field, which all its firms share.
SHARED_OUT = (
    "sales", "export_sales", "wage", "purchase", "corporate_tax", "research_tax_credit", "stock_offering", "dividend",
)  # fmt: skip


def _worlds(scale):
    """Return two equal worlds at an opening."""
    request = small_request(scale=scale)
    first = opened_world(request.base, request.resolved, request.span, 5, scale, {})
    second = World(list(shelf("meguri.mechanisms")), request.resolved, 5, scale)
    second.restore(first.snapshot())
    return first, second


def _add(world, visible):
    """Add a start-up like the youngest one that has raised nothing yet, with a few million yen."""
    table = world.startup
    young = np.flatnonzero(table.alive & ~table.funded & table.visible & (table.status == 0))
    like = young[np.argmax(table.founded[young])]
    copied = {name: array[like].copy() for name, array in table.data.items() if name not in {"id", "visible"}}
    (row,) = table.add(np.array([NEWCOMER]), **copied, visible=visible)
    world.accounts.balance[table.offset + row] = 5_000_000
    world.accounts.balance[world.sector("household")] -= 5_000_000
    world.holding.add(
        np.array([NEWCOMER]), holder=world.sector("household"), startup=row, units=int(table.units[row]), cost=0
    )


def _rows(world, flows):
    actor = world.accounts.actor
    columns = (flows["flow"], actor[flows["payer"]], actor[flows["payee"]], flows["amount"], flows["contract"],
               flows["field"], flows["stage"], flows["region"])  # fmt: skip
    return {row for row in zip(*(column.tolist() for column in columns), strict=True) if NEWCOMER not in row[1:3]}


def test_one_that_nobody_sees_leaves_every_other_row():
    first, second = _worlds(0.05)
    _add(second, visible=False)
    for _ in range(4):
        left, right = _rows(first, first.step()[0]), _rows(second, second.step()[0])
        assert len(left) > 1000
        assert left == right


def test_an_ordinary_one_leaves_the_choices_of_its_quarter():
    """At full scale: the looks of funds, and the partners of joint research."""
    first, second = _worlds(1.0)
    _add(second, visible=True)
    before, after = _looks(first), _looks(second)
    assert len(before) > 500
    assert np.mean([after.get(look) == chosen for look, chosen in before.items()]) >= 0.995
    left, right = _rows(first, first.step()[0]), _rows(second, second.step()[0])
    joint = vocabulary.code("flows", "joint_research")
    assert {row for row in left if row[0] == joint} == {row for row in right if row[0] == joint}
    # What firms sell is shared out among all: a company that is bought moves it by a few yen everywhere.
    market = {vocabulary.code("flows", flow) for flow in SHARED_OUT}
    choices = [{row for row in rows if row[0] not in market} for rows in (left, right)]
    assert len(choices[0] & choices[1]) / len(choices[0]) >= 0.995
    who = [{(row[:3], row[4:]) for row in rows} for rows in (left, right)]
    assert len(who[0] & who[1]) / len(who[0]) >= 0.995
    yen = [sum(row[3] for row in rows if row[0] in market) for rows in (left, right)]
    assert yen[1] == pytest.approx(yen[0], rel=1e-4)


def _looks(world):
    """Return which start-up each look of the quarter falls on (a hurdle that all pass shows every look)."""
    arguments = list(search_of(world))
    arguments[4] = arguments[4]._replace(belief_hurdle=-1e9)
    size = int(arguments[-1].sum())
    who, row, mean, post = (np.empty(size, kind) for kind in (np.int64, np.int64, np.float64, np.float64))
    used, _ = _search.look(*arguments, who, row, mean, post)
    order: dict[int, int] = {}
    found = {}
    for fund, startup in zip(world.fund.id[who[:used]].tolist(), world.startup.id[row[:used]].tolist(), strict=True):
        order[fund] = order.get(fund, 0) + 1
        found[fund, order[fund]] = startup
    return found


def test_the_newcomer_is_seen_at_all():
    """The guard of the tests above: an ordinary newcomer is among those that raise."""
    _, second = _worlds(0.05)
    _add(second, visible=True)
    view = search_of(second)[0]
    order = search_of(second)[6][0]
    assert NEWCOMER in view.id[order].tolist()
    assert pytest.approx(1) == second.startup.visible[-1]
