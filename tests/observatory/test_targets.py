"""Progress towards targets: by hand, on the document's rows, on key figures of hubs, and on a user's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meguri.observatory.observed import observed
from meguri.observatory.progress import Target, needed_of_part, progress
from meguri.observatory.registers import document_items
from meguri.observatory.targets import policy_targets, series, targets

from ..registers.desk import Desk, rules

JOINT, BUDGET, TOTAL = (f"document:{name}" for name in
                        ("collab.joint.growth.target", "rdinv.gov.target", "rdinv.all.target"))  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    return observed().to_dicts()


@pytest.fixture(scope="module")
def plan(rows):
    return {target.id: progress(target) for target in policy_targets(rows)}


def level(goal, **more):
    known = {"how": "level", "goal": goal, "last": 2025, "first": 2020, "base": 100.0, **more}
    return progress(Target("t", "目標", "target", "JP", "firm", **known))


def test_a_level_is_on_pace_where_the_share_of_the_way_is_that_of_the_time():
    found = level(200.0, values={2020: 100.0, 2022: 140.0})
    assert (found.achieved, found.elapsed, found.standing) == (0.4, 0.4, "on_pace")
    assert (found.gap, found.gap_share, found.years_left, found.needed) == (60.0, 0.3, 3, 20.0)
    assert (found.growth, found.pace, found.projected) == (0.4, 20.0, 200.0)
    assert found.needed_growth == pytest.approx((200 / 140) ** (1 / 3) - 1)
    assert level(200.0, values={2020: 100.0, 2022: 139.0}).standing == "behind"
    assert level(200.0, values={2022: 201.0}).standing == "met"
    assert level(200.0, values={2025: 199.0}).standing == "missed"


def test_a_target_below_its_base_is_met_from_above():
    found = level(50.0, values={2022: 80.0})
    assert (found.standing, found.gap, found.needed) == ("on_pace", -30.0, -10.0)
    assert level(50.0, values={2022: 81.0}).standing == "behind"
    assert level(50.0, values={2023: 50.0}).standing == "met"


def test_a_year_without_a_value_is_missing_and_not_zero():
    found = level(200.0, values={2022: 140.0, 2023: None})
    assert (found.latest, found.latest_year, found.missing) == (140.0, 2022, (2023,))
    assert level(200.0, values={2023: None}).standing == "unknown"
    assert level(200.0, first=None, base=None, values={2022: 140.0}).standing == "unknown", "no base, no pace"
    assert level(None).standing == "empty"


def test_a_sum_counts_its_years_up_to_the_first_gap():
    total = Target("t", "目標", "target", "JP", "JPY_tn", "sum", 10.0, 2025, 2021,
                   values={2021: 2.0, 2022: 1.0, 2023: None, 2024: 4.0})  # fmt: skip
    found = progress(total)
    assert (found.reached, found.latest_year, found.missing) == (3.0, 2022, (2023, 2025))
    assert (found.achieved, found.elapsed, found.standing) == (0.3, 0.4, "behind")
    assert (found.needed, found.needed_growth, found.projected) == (pytest.approx(7 / 3), pytest.approx(4 / 3), 6.0)
    printed = progress(replace(total, total=(2022, 3.1)))
    assert (printed.reached, printed.sum_of_years) == (3.1, 3.0), "neither corrects the other"


@pytest.mark.accept("S14.1", "S14.2", "S14.3", "S14.4")
def test_joint_research_is_behind_its_target(plan, rows):
    found = plan[JOINT]
    billions = 10.0  # 884 is printed without a unit and read as hundred millions
    assert (found.base * billions, found.latest * billions) == (884, 1283)
    assert round(100 * found.growth, 1) == 45.1
    assert found.goal * billions == pytest.approx(1502.8)
    assert found.gap * billions == pytest.approx(219.8)
    assert round(100 * found.gap_share, 1) == 14.6
    assert (found.target.first, found.latest_year, found.target.last) == (2018, 2023, 2025)
    assert found.standing == "behind"
    assert found.needed * billions == pytest.approx(109.9)
    assert round(100 * found.needed_growth, 1) == 8.2
    notes = {row["note"] for row in rows if row["indicator"] == "joint_research_amount" and "document" in row["origin"]}
    assert all("unit and year inferred" in note for note in notes)


@pytest.mark.accept("S27.1")
def test_five_and_three_and_nine_numbers_and_the_dashes(rows):
    years = range(2021, 2026)
    assert series(rows, "government_rd_budget", "JP") == dict(zip(years, (8.1, 9.5, 9.5, 8.4, 5.1), strict=True))
    for indicator, values in {
        "rd_total": (19.7, 20.7, 22.0), "rd_business": (14.2, 15.1, 16.1), "rd_university": (3.8, 3.8, 3.9),
        "rd_nonprofit_public": (1.7, 1.7, 2.0),
    }.items():  # fmt: skip
        found = {year: value for year, value in series(rows, indicator, "JP").items() if year in years}
        assert found == dict(zip(years, (*values, None, None), strict=True)), indicator


@pytest.mark.accept("S27.2")
def test_the_budget_is_above_its_target(plan):
    found = plan[BUDGET]
    assert (found.reached, found.goal, found.achieved, found.standing) == (40.5, 30.0, 1.35, "met")
    assert (found.gap, found.needed) == (0.0, None)


@pytest.mark.accept("S27.3", "S27.4")
def test_research_in_total_is_behind_and_needs_28_75_a_year(plan):
    found = plan[TOTAL]
    assert (found.reached, found.goal, found.latest, found.missing) == (62.5, 120.0, 22.0, (2024, 2025))
    assert round(100 * found.achieved, 1) == 52.1
    assert (found.elapsed, found.standing) == (0.6, "behind")
    assert found.needed == 28.75
    assert round(100 * found.needed_growth, 1) == 30.7
    assert found.projected == 106.5
    assert needed_of_part(found, "rd_business") == (22.85, pytest.approx(22.85 / 16.1 - 1))


@pytest.mark.accept("S27.5")
def test_printed_totals_and_sums_of_years_differ_by_rounding_and_both_stand(plan):
    budget, total = plan[BUDGET], plan[TOTAL]
    assert (budget.reached, budget.sum_of_years) == (40.5, 40.6)
    assert (total.reached, total.sum_of_years) == (62.5, 62.4)
    sectors = [values[2022] for values in total.target.parts.values()]
    assert (total.target.values[2022], sum(sectors)) == (20.7, pytest.approx(20.6))
    for found in (budget, total):  # rounding of each year and of the total, no more
        assert abs(found.reached - found.sum_of_years) <= 0.05 * (len(found.target.values) + 1)
        doubts = {caveat.id for fact in found.target.facts
                  for caveat in document_items()[fact.partition(":")[2]].caveats}  # fmt: skip
        assert any(doubt.endswith("_total_rounding") for doubt in doubts)


@pytest.mark.accept("S27.6")
def test_the_two_accounts_stand_apart_and_are_never_added(plan):
    assert (plan[BUDGET].target.account, plan[TOTAL].target.account) == ("funding", "performance")
    assert not set(plan[BUDGET].target.parts) | {"government_rd_budget"} <= set(plan[TOTAL].target.parts)
    numbers = [number for found in plan.values() for number in vars(found).values() if isinstance(number, float)]
    for a, b in ((40.5, 62.5), (30.0, 120.0), (40.6, 62.4)):
        assert not any(abs(number - a - b) < 0.01 for number in numbers)


def test_values_for_comparison_do_not_stand_in_for_observations(rows):
    more = {"place": "JP", "period": "FY2024", "value": 150.0, "status": "observed", "unit": "JPY_bn"}
    added = [*rows, {**more, "indicator": "joint_research_amount", "origin": "targets:x"}]
    assert 2024 not in series(added, "joint_research_amount", "JP")
    added[-1]["origin"] = "published:x"
    found = next(progress(target) for target in policy_targets(added) if target.id == JOINT)
    assert (found.latest, found.latest_year, found.needed) == (150.0, 2024, pytest.approx(0.28))


@pytest.mark.accept("S24.5")
def test_key_figures_of_hubs_go_through_the_same_function(rows):
    desk = Desk("hub_cities")
    found = [progress(target) for target in targets([desk.book], rows) if target.id.startswith("hub_cities")]
    assert [one.standing for one in found] == ["empty"] * 8
    assert found[5].target.place == "hub:sendai"
    desk.put("kpi", "sendai-1", "set", "2020-12-01", name="起業数", unit="社", target=100, target_year="FY2024",
             base=20, base_year="FY2020")  # fmt: skip
    desk.put("kpi", "sendai-1", "report", "2022-08-01", year="FY2021", actual=40)
    desk.put("kpi", "sendai-1", "report", "2023-08-01", year="FY2022", actual=55)
    sendai = next(progress(target) for target in targets([desk.book], rows) if target.id == "hub_cities:sendai-1")
    assert (sendai.latest, sendai.latest_year, sendai.needed) == (55.0, 2022, 22.5)
    assert (sendai.achieved, sendai.elapsed, sendai.standing) == (0.4375, 0.5, "behind")


def test_a_users_target_is_observed_or_reported(rows):
    desk = Desk("own_targets")
    more = {"place": "JP", "unit": "JPY_tn", "how": "sum", "target": 60, "target_year": "FY2025"}
    assert rules(desk.try_("target", "firms", "set", name="企業の研究費", **more)) == {"own_target_base": "refuse"}
    desk.put("target", "firms", "set", name="企業の研究費", indicator="rd_business", first_year="FY2021", **more)
    seen = {"place": "JP-04", "unit": "社", "how": "growth", "target": 0.5, "target_year": "FY2026", "base": 200,
            "first_year": "FY2022"}  # fmt: skip
    late = desk.try_("target", "startups", "set", name="起業数", **{**seen, "first_year": "FY2026"})
    assert rules(late) == {"own_target_years": "refuse"}
    desk.put("target", "startups", "set", name="起業数", **seen)
    desk.put("target", "startups", "report", year="FY2024", actual=240)
    assert rules(desk.try_("target", "startups", "report", year="FY2024", actual=1)) == {"own_target_once": "refuse"}
    firms, startups = (progress(target) for target in targets([desk.book], rows)[-2:])
    assert (firms.reached, firms.missing, firms.standing) == (pytest.approx(45.4), (2024, 2025), "on_pace")
    assert (startups.goal, startups.latest, startups.needed, startups.standing) == (300.0, 240.0, 30.0, "behind")
    desk.put("target", "firms", "close", reason="見直し")
    assert [target.id for target in targets([desk.book], rows)][-1] == "own_targets:startups"
