"""The first phase of SBIR for researchers: at rest it is not there; money is paid in parts; who passes founds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from meguri.engine.requests import empty
from meguri.engine.world import World
from meguri.mechanisms import sbir_researchers
from meguri.registry import shelf

from .whole import run, whole_world

#: From the opening on, so that short runs see calls and ends.
NOW = {"sbir__reform": 2016.0}
HALF = {**NOW, "sbir__researchers_share": 0.5}


def _ask(amounts, terms, founded, t):
    buffer, count = empty(10), len(amounts)
    lines = np.empty(count, np.int64)
    sbir_researchers.ask_parts(buffer, np.arange(1, count + 1), np.arange(count), np.ones(count, np.uint8),
                               np.ones(count, np.uint8), founded, amounts, terms, 0, 100, t, lines)  # fmt: skip
    return [int(buffer.amount[line]) for line in lines]


def test_parts_add_up_to_the_award():
    """10,000,001 yen over 3 quarters, and 7 over 4, asked for one quarter after the other."""
    amounts, terms = np.array([10_000_001, 7]), np.array([3, 4], np.int32)
    founded = np.array([100, 100], np.int32)
    parts = [_ask(amounts, terms, founded, t) for t in range(100, 103)]
    assert [part[0] for part in parts] == [3_333_333, 3_333_334, 3_333_334]
    assert [part[1] for part in parts] == [1, 2, 2]
    for term in range(1, 9):
        whole = np.array([12_345_677])
        asked = [_ask(whole, np.array([term], np.int32), np.array([5], np.int32), t)[0] for t in range(5, 5 + term)]
        assert sum(asked) == 12_345_677
        assert max(asked) - min(asked) <= 1


def test_at_rest_it_changes_no_byte():
    opened = whole_world(**NOW)
    silent = [replace(m, step=lambda world, p: None) if m.id == "sbir_researchers" else m
              for m in shelf("meguri.mechanisms")]  # fmt: skip
    bare = World(silent, opened.resolved, 1, 0.03)
    bare.restore(opened.snapshot())
    run(opened, "2017Q4")
    run(bare, "2017Q4")
    ours, theirs = opened.snapshot(), bare.snapshot()
    assert not [name for name in ours if not np.array_equal(ours[name], theirs[name])]


@pytest.fixture(scope="module")
def both():
    return [run(whole_world(scale=0.1, **settings), "2018Q4") for settings in (NOW, HALF)]


def _won(log, by_researchers):
    """Return the yen awarded in the first phase."""
    asked, award = log.records("sbir_application"), log.records("award")
    first = np.isin(award["contract"], asked["contract"][asked["value"] == 1])
    researchers = np.isin(award["contract"], log.paid("sbir_research_award")["contract"])
    return award["value"][first & (researchers == by_researchers)]


def test_researchers_share_the_money_of_the_first_phase_within_its_rules(both):
    without, with_them = both
    assert not len(_won(without, True))
    amounts = _won(with_them, True)
    assert len(amounts) > 5
    assert amounts.min() >= 3_000_000
    assert amounts.max() <= 30_000_000
    total = amounts.sum() + _won(with_them, False).sum()
    assert total == pytest.approx(_won(without, False).sum(), rel=0.15)
    assert amounts.sum() == pytest.approx(0.5 * total, rel=0.25)


def test_whoever_passes_the_gate_founds_a_company_with_the_seed(both):
    log = both[1]
    ended, gate = log.records("award_end"), log.records("gate_decision")
    contracts = np.unique(log.paid("sbir_research_award")["contract"])
    ended = ended["contract"][np.isin(ended["contract"], contracts)]
    judged = np.isin(gate["contract"], contracts)
    assert sorted(gate["contract"][judged]) == sorted(ended)
    passed = (gate["value"][judged] == 2).sum()
    assert 0 < passed < len(ended)
    technology, business = log.records("gate_technology"), log.records("gate_business")
    decided = dict(zip(gate["contract"][judged].tolist(), gate["value"][judged].tolist(), strict=True))
    one, other = (dict(zip(act["contract"].tolist(), act["value"].tolist(), strict=True))
                  for act in (technology, business))  # fmt: skip
    assert all(value == 2 * (one[contract] and other[contract]) for contract, value in decided.items())


def test_a_project_that_passes_is_a_spin_out_one_level_on():
    world = whole_world(scale=0.1, sbir_researchers__proof=0.8, sbir_researchers__bar=-2.0, **HALF)
    run(world, "2016Q3")
    table = world.researcher_award
    assert table.n > 0
    table.term[:] = 1
    table.paid[:] = table.amount
    seeds, level = set(table.seed.tolist()), dict(zip(table.seed.tolist(), table.trl.tolist(), strict=True))
    held = dict(zip(table.seed.tolist(), table.university.tolist(), strict=True))
    run(world, "2016Q4")
    spinout = world.spinout
    new = np.isin(spinout.id, list(seeds))
    assert 0.3 * len(seeds) < new.sum() <= len(seeds)
    for seed, trl, university in zip(spinout.id[new].tolist(), spinout.trl[new].tolist(),
                                     spinout.university[new].tolist(), strict=True):  # fmt: skip
        assert trl == min(level[seed] + 1, 6)
        assert university == held[seed]
    assert (world.startup.university[world.startup.founded == world.t - 1] >= 0).sum() >= new.sum()
    assert not table.n
