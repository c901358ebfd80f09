"""Research at universities: every yen has a source, seeds follow money and people."""

import numpy as np
import pytest

from meguri.engine import time
from meguri.engine.parameters import Act, Dose
from meguri.mechanisms import _seeds as seeds
from meguri.mechanisms import _university_spending as spending

from .research_side import LAST, asked, buffer_of, code, filed, run, small_world, total

UNIVERSITIES = [code("classes", "university_institution"), code("classes", "national_lab")]


def test_a_university_pays_researchers_then_teaching_and_a_lab_spends_all_on_research():
    base, project, teaching = (np.zeros(2, np.int64) for _ in range(3))
    spending.plan_outlays(np.array([False, True]), np.array([1000, 500]), np.array([300, 100]), np.array([50, 20]),
                          0.1, base, project, teaching)
    assert base.tolist() == [300, 450]
    assert project.tolist() == [50, 20]
    assert teaching.tolist() == [600, 0]


def test_a_poor_university_cuts_research_to_what_it_has():
    base, project, teaching = (np.zeros(1, np.int64) for _ in range(3))
    spending.plan_outlays(np.array([False]), np.array([200]), np.array([300]), np.array([-5]), 0.0, base, project,
                          teaching)
    assert (base[0], project[0], teaching[0]) == (200, 0, 0)


def test_outlays_are_wages_and_inputs():
    buffer = buffer_of()
    spending.pay_outlays(buffer, 1, 2, 10, np.array([5, 6]), np.array([1, 1], np.uint8), np.array([False, True]),
                         np.array([300, 400]), np.array([100, 0]), np.array([80, 0]), 0.5, 0.3, 0.75)
    assert asked(buffer) == [
        ("research_wage", 10, 1, 330), ("research_purchase", 10, 2, 70), ("wage", 10, 1, 60), ("purchase", 10, 2, 20),
        ("research_wage", 11, 1, 200), ("research_purchase", 11, 2, 200),
    ]  # fmt: skip


def test_reference_is_the_mean_by_people_of_powered_money():
    people, money, powered = np.array([[1.0], [3.0]]), np.array([[16.0], [81.0]]), np.zeros((2, 1))
    reference = seeds.reference_money(people, money, 0.5, powered)
    assert powered[:, 0] == pytest.approx([4.0, 9.0])
    assert reference[0] == pytest.approx((1 * 4 + 3 * 9) / 4, rel=1e-6)


def _count(people, money, reference, rate=0.5, n=400):
    ids = np.arange(1, n + 1)
    rows = [np.zeros(5000, np.int64) for _ in range(3)] + [np.zeros(5000)]
    powered = np.full((n, 1), money)
    return seeds.draw_seeds(ids, np.ones(n, np.uint8), np.full((n, 1), people), powered, np.array([reference]),
                            np.ones((2, 1)), rate, 0.6, np.uint64(1), np.uint64(2), rows[0], rows[1], rows[2], rows[3])


def test_seeds_are_proportional_to_people_and_money_and_stop_without_either():
    base = _count(2.0, 1.0, 1.0)
    assert base == pytest.approx(400, rel=0.1)  # 400 institutions x 2 people x 0.5
    assert _count(4.0, 1.0, 1.0) == pytest.approx(800, rel=0.08)
    assert _count(2.0, 1.5, 1.0) == pytest.approx(600, rel=0.1)
    assert _count(0.0, 1.0, 1.0) == 0
    assert _count(2.0, 0.0, 1.0) == 0


def test_more_money_adds_seeds_and_renames_none():
    n = 50
    def ids_of(money):
        rows = [np.zeros(500, np.int64) for _ in range(3)] + [np.zeros(500)]
        used = seeds.draw_seeds(np.arange(1, n + 1), np.ones(n, np.uint8), np.ones((n, 1)), np.full((n, 1), money),
                                np.ones(1), np.ones((2, 1)), 1.0, 0.6, np.uint64(1), np.uint64(2), rows[0], rows[1],
                                rows[2], rows[3])  # fmt: skip
        return set(rows[2][:used].tolist())
    assert ids_of(1.0) < ids_of(2.0)


def test_too_many_seeds_are_a_fault_not_a_loss():
    rows = [np.zeros(2, np.int64) for _ in range(3)] + [np.zeros(2)]
    used = seeds.draw_seeds(np.arange(1, 9), np.ones(8, np.uint8), np.ones((8, 1)), np.ones((8, 1)), np.ones(1),
                            np.ones((2, 1)), 5.0, 0.6, np.uint64(1), np.uint64(2), rows[0], rows[1], rows[2], rows[3])
    assert used == -1


def test_quality_is_log_normal_with_a_pareto_tail():
    n = 40_000
    quality, trl, industry = np.zeros(n), np.zeros(n, np.int8), np.zeros(n, np.bool_)
    seeds.traits_of_seeds(np.arange(1, n + 1), np.zeros(n, np.int64), np.zeros(n), np.array([0.25]), np.uint64(4), 0.0,
                          1.2, 0.2, 1.3, quality, trl, industry)
    assert np.median(quality) == pytest.approx(0.0, abs=0.03)
    cut = 1.2 * 1.6448536
    assert (quality > cut).mean() == pytest.approx(0.05, abs=0.004)
    # Pareto with exponent 1.3: the mean excess of the log is 1 / 1.3
    assert (quality[quality > cut] - cut).mean() == pytest.approx(1 / 1.3, rel=0.06)
    assert industry.mean() == pytest.approx(0.25, abs=0.01)
    assert set(trl[industry]) == {3, 4}
    assert set(trl[~industry]) == {1, 2, 3}


@pytest.fixture(scope="module")
def years():
    world = small_world(scale=0.05)
    return world, run(world, "2008Q1")


def test_research_is_its_sources(years):
    world, flows = years
    spent = total(flows, "research_wage", "research_purchase", since="2006Q2", payers=UNIVERSITIES)
    sums = {act: sum(int(record["value"].sum()) for record in filed(world, act)[1:])
            for act in ("research_performed", "research_from_grants", "research_from_projects",
                        "research_from_own_funds")}  # fmt: skip
    assert sums["research_performed"] == spent
    assert spent == sums["research_from_grants"] + sums["research_from_projects"] + sums["research_from_own_funds"]
    assert min(sums.values()) > 0


def test_project_money_is_spent_the_quarter_after_and_no_account_is_below_zero(years):
    world, _ = years
    table = world.university
    assert (table.cash >= 0).all()
    assert (table.project_funds >= 0).all()
    assert (table.cash >= table.project_funds).all()


def test_more_competitive_money_brings_more_disclosures():
    quarters = time.quarter(LAST) - time.quarter("1992Q1") + 1
    later = np.where(np.arange(quarters) >= time.quarter("2006Q2") - time.quarter("1992Q1"), 2.0, 0.0)
    dose = Dose("competitive_funds", [Act("government_funding.competitive_budget_factor", "multiply")], later)
    found = []
    for doses in ((), (dose,)):
        world = small_world(scale=0.05, doses=doses)
        run(world, "2008Q1")
        found.append([len(record["actor"]) for record in filed(world, "disclosure")])
    assert found[0][0] == found[1][0]
    assert sum(found[1][4:]) > 1.15 * sum(found[0][4:])
