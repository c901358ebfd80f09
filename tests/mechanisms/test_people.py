"""Moves of researchers and new doctors: small cases by hand, and what holds in a small country."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.mechanisms import _people as people
from meguri.mechanisms._people import TO_FIRM, TO_STARTUP

from .whole import run, whole_world

KEY, OTHER_KEY = np.uint64(17), np.uint64(23)


def test_two_of_three_leave_as_the_binomial_law_says():
    # P(0) = .5^3 = .125, P(<=1) = .5, P(<=2) = .875
    assert [people.binomial(3, 0.5, u) for u in (0.1, 0.2, 0.49, 0.51, 0.9)] == [0, 1, 1, 2, 3]
    assert people.binomial(5, 0.0, 0.99) == 0
    assert people.binomial(5, 1.0, 0.01) == 5
    assert people.binomial(0, 0.5, 0.5) == 0


def test_more_leave_with_a_higher_chance_and_none_are_exchanged():
    for u in np.linspace(0.01, 0.99, 40):
        counts = [people.binomial(30, chance, u) for chance in (0.001, 0.01, 0.05, 0.3, 0.9)]
        assert counts == sorted(counts)


def test_a_large_employer_loses_its_part():
    draws = [people.binomial(40_000, 0.01, u) for u in (np.arange(200) + 0.5) / 200]
    assert np.mean(draws) == pytest.approx(400, rel=0.002)
    assert np.std(draws) == pytest.approx(np.sqrt(396), rel=0.03)


def test_new_doctors_weigh_wages_and_ties():
    shares = np.zeros((2, 5))
    base = np.array([0.4, 0.1, 0.0, 0.1, 0.4])
    people.destinations(base, np.array([1.0, 2.0, 1.0, 1.0]), 0.5, np.array([0.0, 0.5]), 1.0, shares)
    weights = np.array([0.4, 0.1 * 2**0.5, 0.0, 0.1, 0.4])
    assert shares[0] == pytest.approx(weights / weights.sum())
    weights[TO_FIRM] *= np.exp(0.5)
    assert shares[1] == pytest.approx(weights / weights.sum())


def test_a_mover_brings_a_part_of_the_knowledge_per_head_and_leaves_it_there():
    origin, heads = np.array([1000.0, 600.0]), np.array([10.0, 3.0])
    there = np.zeros(3)
    people.bring(np.array([0, 0, 1]), origin, heads, 0.5, np.array([2, -1, 0]), there)
    # 0.5 x 600/3 to the first, 0.5 x 1000/10 to the third; one found no place
    assert there.tolist() == [100.0, 0.0, 50.0]
    assert origin.tolist() == [1000.0, 600.0]


def test_employers_fill_their_posts_and_doctors_leave_in_proportion():
    researchers, doctors = np.array([10, 10, 5, 8]), np.array([4, 10, 5, 8])
    people.staff_up(np.arange(1, 5), np.array([0, 0, 0, 7]), np.array([12, 5, 6, 9]), np.array([5, 0, 0, 0]),
                    np.array([3, 0, 1, 2]), np.array([3, 0, 0, 2]), 0.0, KEY, researchers, doctors)
    assert researchers.tolist() == [12, 5, 6, 0]
    # half of four doctors left and three came; half of ten remain with half of the posts; nothing moved; ended
    assert doctors.tolist() == [5, 5, 5, 0]


def test_people_of_a_company_that_was_bought_stay_and_those_of_a_failed_one_disperse():
    split = np.zeros((2, 3), np.int64)
    shares = np.array([0.15, 0.6, 0.25])
    people.ended_staff(np.array([7, 8]), np.array([0, 1]), np.array([4000, 4000]), np.array([True, False]), shares, 0.6,
                       KEY, split)
    assert split.sum(axis=1).tolist() == [4000, 4000]
    assert split[0] / 4000 == pytest.approx(shares, abs=0.025)
    assert split[1] / 4000 == pytest.approx(0.4 * shares + np.array([0.0, 0.6, 0.0]), abs=0.025)


def _places(weights, near):
    """Let movers of region 1 choose among employers 0, 1 (region 1) and 2 (region 2), all in one field."""
    cells = people.openings(np.array([1, 1, 2]), np.zeros(3, np.int64), np.array([91, 92, 93]), weights, near, 1)
    choosers, n = np.arange(1, 4001), 4000
    chosen = np.full(n, -1, np.int64)
    people.choose_places(choosers, np.ones(n, np.int64), np.zeros(n, np.int64), near, *cells, 1, KEY, OTHER_KEY, chosen)
    return chosen


def test_movers_choose_by_openings_and_distance():
    near = np.ones((3, 3))
    near[1, 2] = 0.5
    chosen = _places(np.array([1.0, 2.0, 6.0]), near)
    assert np.bincount(chosen, minlength=3) / 4000 == pytest.approx([1 / 6, 2 / 6, 3 / 6], abs=0.025)
    assert (_places(np.zeros(3), near) == -1).all()


def test_one_more_opening_changes_only_the_choices_that_it_wins():
    near = np.ones((3, 3))
    before, after = _places(np.array([0.0, 2.0, 6.0]), near), _places(np.array([1.0, 2.0, 6.0]), near)
    moved = before != after
    assert 0 < moved.sum() < 0.25 * len(before)
    inside = (before == 1) & moved
    assert (after[inside] == 0).sum() + (after[inside] == 2).sum() == inside.sum()


def test_some_doctors_follow_the_contracts_of_their_university():
    order, start = np.array([2, 0, 1]), np.array([0, 1, 3])
    chosen = np.full(1000, 5, np.int64)
    people.choose_partners(np.arange(1, 1001), np.ones(1000, np.int64), 0.4, order, start, np.array([41, 42, 43]),
                           np.array([9.0, 1.0, 3.0]), np.array([70, 71, 72]), KEY, OTHER_KEY, chosen)
    counts = {row: int((chosen == row).sum()) for row in (5, 70, 71)}
    assert sum(counts.values()) == 1000
    assert counts[5] == pytest.approx(600, abs=50)
    assert counts[71] / counts[70] == pytest.approx(3.0, rel=0.35)


def test_sponsored_graduates_are_apart_from_the_others():
    researchers, shares = np.array([[1000.0, 1000.0]]), np.tile([0.4, 0.1, 0.0, 0.1, 0.4], (1, 1))
    counts, hired = np.zeros((1, 2, 5), np.int64), np.zeros((1, 2), np.int64)
    people.doctors(np.array([5]), researchers, np.array([2.0]), shares, np.array([[0.0, 0.5]]), KEY, OTHER_KEY, counts,
                   hired)
    assert hired[0, 0] == 0
    assert hired[0, 1] / (hired[0, 1] + counts[0, 1].sum()) == pytest.approx(0.5, abs=0.04)
    assert counts[0, 0] / counts[0, 0].sum() == pytest.approx(shares[0], abs=0.04)
    assert counts[0, 0, TO_STARTUP] == 0


@pytest.fixture(scope="module")
def moved():
    world = whole_world()
    return world, run(world, "2017Q4")


def test_people_move_once_a_year_in_april(moved):
    _, log = moved
    for act in ("move_to_firm", "move_to_university", "move_to_startup", "doctorate_to_firm"):
        quarters = np.unique(log.records(act)["t"] % 4)
        assert quarters.tolist() == [1], act


def test_posts_of_universities_follow_their_path_whoever_moves(moved):
    world, _ = moved
    p = world.parameters(next(m for m in world.mechanisms if m.id == "university_population"))
    teaching = world.university.control != 4
    heads = world.university.researchers[teaching].sum() / world.scale
    assert heads == pytest.approx(p.university_researchers, rel=0.01)


def test_firms_have_as_many_researchers_as_their_research_pays_for(moved):
    world, _ = moved
    firm = world.firm
    assert (firm.doctors <= firm.researchers).all()
    assert (firm.researchers[firm.ended != 0] == 0).all()
    paid = 4.0 * firm.rd_budget[firm.ended == 0].sum() / (world.labour.cost[0] * world.economy.rd_price[0])
    assert firm.researchers.sum() == pytest.approx(paid, rel=0.05)
    assert firm.researchers.sum() / world.scale == pytest.approx(486_000, rel=0.1)


def test_the_number_of_new_doctors_is_that_of_the_path(moved):
    _, log = moved
    acts = ("university", "firm", "startup")
    found = sum(log.records(f"doctorate_to_{act}")["value"].sum() for act in acts)
    found += sum(log.records(f"doctorate_{act}")["value"].sum() for act in ("abroad", "other"))
    assert found / 0.03 == pytest.approx(2 * 15_700, rel=0.08)


def test_every_mover_has_an_origin_and_a_place_in_another_sector(moved):
    world, log = moved
    tables = {"move_to_firm": world.firm, "move_to_university": world.university, "move_to_startup": world.startup}
    for act, table in tables.items():
        rows = log.records(act)
        assert len(rows["actor"]), act
        assert np.isin(rows["counterparty"], table.id).all()
        assert not np.isin(rows["actor"], table.id).any()
        assert (rows["value"] > 0).all()


@pytest.mark.accept("S01.6")
def test_nobody_moves_between_universities_and_firms_where_their_link_is_cut():
    world = whole_world()
    values = world.resolved.values["links.link_strength"].copy()
    values[:, vocabulary.code("links", "university_company") - 1] = 0.0
    world.resolved.values = {**world.resolved.values, "links.link_strength": values}
    world.resolved.__dict__.pop("_sorted_out", None)
    log = run(world, "2016Q4")
    assert not np.isin(log.records("move_to_firm")["actor"], world.university.id).any()
    assert not np.isin(log.records("move_to_university")["actor"], world.firm.id).any()
    assert not len(log.records("doctorate_to_firm")["actor"])
    assert len(log.records("doctorate_to_university")["actor"])


def test_a_cross_appointment_halves_what_holds_people_back():
    few = run(whole_world(people__cross_appointment=0.0), "2016Q2").records("move_to_firm")["value"].sum()
    many = run(whole_world(people__cross_appointment=1.0), "2016Q2").records("move_to_firm")["value"].sum()
    # 1 - 0.6 becomes 1 - 0.3 for those who leave universities
    assert many > few


def test_draws_are_keyed_by_the_person_and_not_by_the_row():
    assert uniform(KEY, 5, 3) == uniform(KEY, 5, 3) != uniform(KEY, 5, 4)
