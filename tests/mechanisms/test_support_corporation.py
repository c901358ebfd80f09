"""Support corporations of national labs: nothing before their date, ventures and sold research after it (S15)."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import time
from meguri.mechanisms import support_corporation
from meguri.sources._document import contents

from .research_side import asked, buffer_of
from .whole import run, whole_world

KEY = np.uint64(8)


def test_stopped_seeds_of_labs_with_a_corporation_are_taken_up_as_far_as_money_goes():
    chosen, room = np.zeros(6, np.int64), np.array([2])
    channel = np.array([0, 2, 0, 0, 0, 1], np.int8)
    universities, corporation_of = np.array([0, 0, 1, 0, 0, 0], np.int32), np.array([0, -1])
    used = support_corporation.take_up(np.arange(1, 7), universities, channel, corporation_of, 1.0, room, KEY, chosen)
    # seed 1 has a founder, 2 is of a lab without corporation, money ends after two, 5 was licensed
    assert chosen[:used].tolist() == [0, 3]
    assert room.tolist() == [0]
    assert support_corporation.take_up(np.arange(1, 7), universities, channel, corporation_of, 0.0, np.array([9]), KEY,
                                       chosen) == 0


def test_research_is_sold_beside_contracts_signed_now_and_never_beyond_the_firms_cash():
    buffer = buffer_of()
    state, due = np.array([2, 2, 1], np.int8), np.array([44, 43, 44], np.int32)
    support_corporation.sell(buffer, np.array([5, 6, 7]), state, due, np.zeros(3, np.int32), np.array([0, 0, 0]),
                             np.array([100, 100, 100]), np.array([3, 3, 3], np.uint8), np.array([1]), 1.0, 1.5, 40, KEY,
                             np.array([120]), 10, 70, np.array([13], np.uint8))
    assert asked(buffer) == [("support_contract", 10, 71, 120)]


SETTINGS = {"support_corporation__corporations": 1.0, "support_corporation__creation": 0.4}


@pytest.fixture(scope="module")
def grown():
    world = whole_world(scale=0.1, **SETTINGS)
    return world, run(world, "2024Q2")


@pytest.mark.accept("S15.2")
def test_before_its_date_no_venture_is_created_through_it(grown):
    world, log = grown
    for act in ("venture_creation",):
        quarters = log.records(act)["t"]
        assert len(quarters)
        assert quarters.min() >= time.quarter("2023Q2")
    assert log.paid("support_contract")["t"].min() >= time.quarter("2023Q2")
    assert (world.support_corporation.founded == time.quarter("2023Q2")).all()
    later = whole_world(scale=0.1, **SETTINGS, support_corporation__start=2024.25)
    assert not len(run(later, "2024Q1").records("venture_creation")["actor"])
    assert not later.support_corporation.n


def test_a_lever_for_other_labs_does_not_bring_the_date_forward():
    world = whole_world(scale=0.1, **SETTINGS, support_corporation__other_labs=1e-9)
    run(world, "2016Q2")
    assert not world.support_corporation.n
    everywhere = whole_world(scale=0.1, **SETTINGS, support_corporation__other_labs=1.0)
    run(everywhere, "2016Q2")
    labs = everywhere.university.cls == vocabulary.code("classes", "national_lab")
    assert everywhere.support_corporation.n == labs.sum() > 0


def test_a_venture_has_founders_and_a_stake_of_the_corporation_that_was_paid(grown):
    world, log = grown
    created, paid = log.records("venture_creation"), log.paid("support_round")
    assert sorted(created["contract"].tolist()) == sorted(paid["contract"].tolist())
    assert (created["value"] == 30_000_000).all()
    rows = np.flatnonzero(np.isin(world.startup.id, created["counterparty"]))
    labs = np.flatnonzero(world.university.cls == vocabulary.code("classes", "national_lab"))
    assert np.isin(world.startup.university[rows], labs).all()
    held = np.isin(world.holding.holder, world.support_corporation.offset + np.arange(world.support_corporation.n))
    assert set(world.holding.startup[held].tolist()) <= set(rows.tolist())
    born = rows[world.startup.founded[rows] == world.t - 1]
    for row in born.tolist():
        units = world.holding.units[world.holding.startup == row]
        assert units.sum() == world.startup.units[row]
        assert units.min() / units.sum() == pytest.approx(0.25, abs=1e-6)


def test_what_is_commissioned_to_the_lab_was_earned(grown):
    _, log = grown
    earned, given = log.paid("support_contract")["amount"].sum(), log.paid("support_commission")["amount"].sum()
    assert given == pytest.approx(0.6 * earned, rel=1e-4)


@pytest.mark.accept("S15.1")
def test_the_pack_of_the_country_dates_it_as_the_document_does():
    facts = contents().facts
    world = whole_world()
    p = world.parameters(support_corporation.mechanism)
    year, month = facts["aist_solutions.established"]["value"].split("-")
    assert round(4 * p.start) == 4 * int(year) + (int(month) - 1) // 3
    assert p.corporations.sum() == 1
    assert "AIST" in facts["aist_solutions.mission"]["more"]["parent"]
    assert facts["aist_solutions.established"]["more"]["legal_basis"]
    assert p.other_labs == 0.0
