"""Founders who succeeded: what becomes of them, and what more angels and partners change (loop B3)."""

from __future__ import annotations

import numpy as np
import pytest

from meguri.mechanisms import founder_recycling
from meguri.mechanisms._deal_rules import more_angels

from .whole import run, whole_world

KEY = np.uint64(4)


def test_a_fifth_become_angels_and_three_in_twenty_partners():
    chosen = np.zeros(20_000, np.int64)
    founder_recycling.careers(np.arange(1, 20_001), 0.20, 0.15, KEY, chosen)
    assert np.bincount(chosen, minlength=3) / 20_000 == pytest.approx([0.65, 0.20, 0.15], abs=0.01)


def test_the_opening_is_the_measure():
    assert founder_recycling.relative(80.0, 80.0, 600.0) == 1.0
    assert founder_recycling.relative(200.0, 80.0, 600.0) == pytest.approx(800 / 680)
    assert founder_recycling.relative(0.0, 0.0, 0.0) == 1.0


def test_more_angels_pay_more_often_and_nobody_else_less():
    hazard, shares = np.array([2.0, 1.0]), np.array([0.5, 0.4, 0.1, 0.0, 0.6, 0.0, 0.3, 0.1])
    more, payers = more_angels(hazard, shares, 1.5)
    # angels' rounds of the first stage: 2.0 x 0.4 x 1.5 = 1.2; all others as before; the second stage has no angels
    assert more == pytest.approx([2.4, 1.0])
    assert (more[:, None] * payers.reshape(2, 4)) == pytest.approx(
        np.array([[1.0, 1.2, 0.2, 0.0], [0.6, 0.0, 0.3, 0.1]])
    )
    same, unchanged = more_angels(hazard, shares, 1.0)
    assert same is hazard
    assert unchanged is shares


@pytest.fixture(scope="module")
def on():
    world = whole_world(scale=0.1, founder_recycling__other_angels=5.0, founder_recycling__other_managers=5.0)
    return world, run(world, "2019Q4")


def test_only_founders_who_were_sold_or_listed_become_investors(on):
    world, log = on
    for act in ("founder_to_angel", "founder_to_manager"):
        rows = log.records(act)
        assert len(rows["actor"]), act
        places = {identifier: row for row, identifier in enumerate(world.startup.id.tolist())}
        found = np.array([places[identifier] for identifier in rows["actor"].tolist()])
        assert (~world.startup.closing[found]).all()
        ended, listed = world.startup.ended[found], world.startup.listed_since[found]
        assert ((ended == rows["t"]) | (listed == rows["t"])).all()


def test_without_the_loop_fewer_rounds_are_paid_by_angels(on):
    _, log = on
    off = {"founder_recycling.angels": "off", "founder_recycling.managers": "off"}
    world = whole_world(scale=0.1, choices=off, founder_recycling__other_angels=5.0)
    cut = run(world, "2019Q4")
    assert world.founder_memory.angel_factor[0] == world.founder_memory.manager_factor[0] == 1.0
    assert on[0].founder_memory.angel_factor[0] > 1.05
    assert log.paid("angel_round")["amount"].sum() > cut.paid("angel_round")["amount"].sum()
    # who succeeds in the first quarter does not depend on the switch
    first = log.records("founder_to_angel")["t"].min()
    assert first == cut.records("founder_to_angel")["t"].min()


def test_nobody_founds_again_where_serial_founding_is_off():
    world = whole_world(choices={"entry.serial_founders": "off"})
    before = world.startup.n
    run(world, "2017Q4")
    serial = np.flatnonzero(world.startup.history[before:] > 0)
    assert not len(serial)
    with_it = whole_world()
    run(with_it, "2017Q4")
    assert (with_it.startup.history[before:] > 0).any()
