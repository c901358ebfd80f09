"""SBIR by hand: who is funded, what is paid when, what the gates decide, and what the rules forbid."""

from types import SimpleNamespace

import numpy as np
import pytest

from meguri.engine import time
from meguri.engine.parameters import specifications
from meguri.mechanisms import _sbir_awards, _sbir_call, _sbir_rules

from .grant_side import FIELD, filed, payments, run, small_world

RULES = SimpleNamespace(**{spec.name: spec.value for spec in specifications("sbir")})
#: A budget of 90 m yen for phase 1: 20% of a quarter of 1.8 bn.
SMALL_BUDGET = {"sbir.budget": 1.8, "sbir.third_phase_budget": 0.0}


def _fixed(amount: float) -> dict:
    """Return settings under which every award of phase 1 is ``amount`` million yen over three quarters."""
    return {"sbir.first_least": amount, "sbir.first_most": amount + 1e-9, "sbir.first_shortest": 3,
            "sbir.first_longest": 3}  # fmt: skip


@pytest.mark.accept("S25.1")
@pytest.mark.parametrize(("million", "breaks"), [(2, True), (3, False), (30, False), (31, True)])
def test_an_award_of_the_first_phase_outside_3_to_30_million_breaks_the_rules(million, breaks):
    assert _sbir_rules.breaches(RULES, 1, million * 1_000_000, 4) == (["amount"] if breaks else [])


@pytest.mark.accept("S25.2")
@pytest.mark.parametrize(("phase", "quarters", "breaks"), [(1, 4, False), (1, 5, True), (3, 20, False), (3, 21, True)])
def test_a_term_beyond_a_year_or_five_years_breaks_the_rules(phase, quarters, breaks):
    assert ("duration" in _sbir_rules.breaches(RULES, phase, 10_000_000, quarters)) is breaks


@pytest.mark.accept("S25.1", "S25.2")
def test_every_award_that_is_drawn_keeps_the_rules():
    ids, fields = np.arange(1, 5001), np.full(5000, FIELD, np.uint8)
    amounts, terms = np.empty(5000, np.int64), np.empty(5000, np.int64)
    for phase in (1, 2):
        rules = _sbir_rules.phase_rules(RULES, phase)
        _sbir_rules.draw_awards(ids, fields, rules.least, rules.most, np.zeros(18), 0.0, rules.shortest, rules.longest,
                                np.uint64(phase), amounts, terms)
        assert not any(_sbir_rules.breaches(RULES, phase, a, q) for a, q in zip(amounts, terms, strict=True))
        assert set(terms.tolist()) == set(range(rules.shortest, rules.longest + 1))
        expected = (rules.most - rules.least) / np.log(rules.most / rules.least)
        assert amounts.mean() == pytest.approx(expected, rel=0.04)


@pytest.mark.accept("S25.4")
def test_the_third_phase_has_a_scale_by_field_and_no_amount_of_its_own():
    spec = next(spec for spec in specifications("sbir") if spec.name == "third_scale")
    assert spec.value is None
    assert spec.shape == "field"
    assert _sbir_rules.breaches(RULES, 3, 10**12, 20) == []
    amounts, terms = np.empty(2, np.int64), np.empty(2, np.int64)
    scale = np.arange(1.0, 19.0) * 1e9
    _sbir_rules.draw_awards(np.array([1, 1]), np.array([2, 5], np.uint8), 0, 0, scale, 0.0, 8, 20, np.uint64(1),
                            amounts, terms)
    assert amounts.tolist() == [2 * 10**9, 5 * 10**9]


@pytest.mark.accept("S25.5")
def test_eight_years_are_the_longest_path():
    assert sum(_sbir_rules.phase_rules(RULES, phase).longest for phase in _sbir_rules.PHASES) == 4 * 8


def test_the_best_of_a_theme_are_funded_to_its_budget_and_the_rest_goes_to_the_next():
    """Theme 0 has 25 for awards of 10: two; its 5 left make the 5 of theme 1 enough for one."""
    order, start = np.array([3, 0, 1, 2, 4]), np.array([0, 4, 5])
    funded, distance = np.zeros(5, np.bool_), np.zeros(5, np.int64)
    total = _sbir_call.fund(order, start, np.full(5, 10), np.array([25, 5]), funded, distance)
    assert total == 30
    assert funded.tolist() == [True, False, False, True, True]
    assert distance.tolist() == [1, -1, -2, 2, 1]


def test_a_call_by_hand():
    """Five start-ups apply; 90 m yen pay for three awards of 30 m; the sharp panel takes the best beliefs."""
    beliefs = (4.0, -4.0, 8.0, -8.0, 2.0)
    world = small_world([{"belief_mean": mean} for mean in beliefs], settings=SMALL_BUDGET | _fixed(30.0))
    paid = run(world, "2023Q1")
    asked = time.quarter("2022Q3")
    assert [row[:2] for row in filed(world, "sbir_application")] == [(asked, 1001 + n) for n in range(5)]
    ranks = {row[1]: row[4] for row in filed(world, "sbir_rank")}
    assert ranks == {1003: 3, 1001: 2, 1005: 1, 1002: -1, 1004: -2}
    awards = filed(world, "award")
    assert {(row[1], row[4]) for row in awards} == {(1001, 30_000_000), (1003, 30_000_000), (1005, 30_000_000)}
    contract = next(row[3] for row in awards if row[1] == 1001)
    own = [(t, yen) for t, number, yen in payments(paid, "sbir_award") if number == contract]
    assert own == [(asked, 10_000_000), (asked + 1, 10_000_000), (asked + 2, 10_000_000)]
    assert world.startup.cash.tolist() == [30_000_000, 0, 30_000_000, 0, 30_000_000]


def test_what_is_paid_is_spent_in_the_next_quarter_and_nothing_after_the_end():
    world = small_world([{}], settings=SMALL_BUDGET | _fixed(30.0))
    seen = []
    run(world, "2023Q4", lambda world: seen.append(int(world.startup.project[0])))
    assert seen == [0, 0, 0, 10_000_000, 10_000_000, 10_000_000, 0, 0]


@pytest.mark.accept("S25.7")
def test_a_theme_names_its_three_contributions():
    world = small_world([{}, {}], settings=SMALL_BUDGET)
    run(world, "2022Q3")
    need, written, seed = (filed(world, act) for act in ("theme_need", "theme_written", "theme_seed"))
    assert len(need) == len(written) == len(seed) == 1
    assert need[0][3] == written[0][3] == seed[0][3] > 0
    manager = int(world.programme_manager.id[0])
    assert (need[0][2], written[0][1], seed[0][2]) == (manager, manager, manager)
    assert seed[0][1] in {1001, 1002}
    assert written[0][4] == 90_000_000


def test_each_theme_is_in_the_scope_of_its_manager_and_where_there_are_seeds():
    scope, need, seeds = np.zeros((2, 4), np.bool_), np.ones(4), np.array([0.0, 3.0, 5.0, 0.0])
    scope[0, :2] = True
    scope[1, 3] = True
    field = np.zeros(2, np.int64)
    _sbir_call.write_themes(np.array([0, 1]), np.array([11, 12]), scope, need, seeds, np.uint64(3), field)
    assert field.tolist() == [2, 0]


def _to_the_gate(trl: int, belief: float, **settings):
    """Return a world whose start-up wins phase 1 at level 3 and stands at ``trl`` when the project ends."""
    world = small_world([{"belief_mean": belief}], settings={**_fixed(30.0), "sbir.budget": 16.0, **settings})

    def each(world):
        if world.t == time.quarter("2023Q1"):
            world.startup.trl[0] = trl

    run(world, "2023Q4", each)
    return world


@pytest.mark.accept("S25.3")
@pytest.mark.parametrize(
    ("trl", "belief", "technology", "business"), [(4, 0.0, 1, 1), (3, 0.0, 0, 1), (4, -2.0, 1, 0), (3, -2.0, 0, 0)]
)
def test_the_second_phase_needs_a_gate_on_technology_and_on_business(trl, belief, technology, business):
    """Two criteria, each on record; only who passes both applies for phase 2 and is funded."""
    world = _to_the_gate(trl, belief)
    assert filed(world, "award_end")[0][4:] == (30_000_000, "completed")
    assert filed(world, "gate_technology")[0][4] == technology
    assert filed(world, "gate_business")[0][4] == business
    passed = technology and business
    assert filed(world, "gate_decision")[0][4] == (2 if passed else 0)
    second = [row for row in filed(world, "award") if row[5] == "sbir_phase_2"]
    assert len(second) == (1 if passed else 0)
    if passed:
        assert 10_000_000 <= second[0][4] <= 400_000_000


def test_who_lacks_only_the_level_may_come_again_a_year_later():
    world = small_world([{"belief_mean": 0.0}], settings=_fixed(30.0) | {"sbir.budget": 16.0})

    def each(world):
        if world.t == time.quarter("2023Q4"):
            world.startup.trl[0] = 5

    run(world, "2024Q3", each)
    first = time.quarter("2023Q2")
    assert [(row[0], row[4]) for row in filed(world, "gate_decision")] == [(first, 0), (first + 4, 2)]


def test_winners_with_venture_capital_may_leave_before_the_gate():
    world = small_world([{"vc_backed": True}], settings=_fixed(30.0) | {"sbir.leave_with_vc": 0.45})
    world.startup.trl[0] = 3
    run(world, "2023Q2")
    left, gates = filed(world, "sbir_withdrawal"), filed(world, "gate_decision")
    assert len(left) + len(gates) == 1


@pytest.mark.accept("S25.8")
def test_what_stems_from_before_april_2021_is_marked_as_the_old_scheme():
    old = small_world([{}], first="2020Q2", settings=SMALL_BUDGET)
    run(old, "2020Q4")
    assert {row[5] for row in filed(old, "award")} == {"old_scheme_phase_1"}
    new = small_world([{}], first="2021Q2", settings=SMALL_BUDGET)
    run(new, "2021Q4")
    assert {row[5] for row in filed(new, "award")} == {"sbir_phase_1"}


def test_selection_by_the_upper_tail_takes_the_uncertain():
    """Mean 0 with variance 4 beats mean 1 with variance 1 when 1.5 standard deviations count."""
    startups = [{"belief_mean": 1.0, "belief_variance": 1.0}, {"belief_mean": 0.0, "belief_variance": 4.0}]
    settings = {"sbir.budget": 0.6, "sbir.tail_weight": 1.5, "sbir.panel_noise": 1.0} | _fixed(30.0)
    won = {}
    for choice in ("mean", "upper_tail"):
        world = small_world(startups, settings=settings, choices={"sbir.selection": choice})
        run(world, "2022Q3")
        won[choice] = [row[1] for row in filed(world, "award")]
    assert won == {"mean": [1001], "upper_tail": [1002]}


def test_projects_that_miss_their_milestone_are_stopped_and_paid_no_more():
    world = small_world([{}], settings=_fixed(30.0) | {"sbir.milestone_stop": 4.0, "sbir.budget": 16.0})
    paid = run(world, "2023Q4")
    ends = filed(world, "award_end")
    assert [row[5] for row in ends] == ["milestone_missed"]
    assert ends[0][4] == sum(yen for _, _, yen in payments(paid, "sbir_award")) == 20_000_000
    assert filed(world, "gate_decision") == []


def test_a_start_up_that_closes_gets_no_more_instalments():
    world = small_world([{}], settings=_fixed(30.0) | SMALL_BUDGET)

    def each(world):
        if world.t == time.quarter("2022Q4"):
            world.startup.ended[0] = world.t - 1

    paid = run(world, "2023Q2", each)
    assert [yen for _, _, yen in payments(paid, "sbir_award")] == [10_000_000]
    assert filed(world, "award_end")[0][1] == int(world.programme_manager.id[0])


def test_managers_serve_their_term_and_their_projects_go_to_the_next():
    world = small_world([{}], settings=_fixed(30.0) | SMALL_BUDGET | {"programme_managers.term": 1.0})
    run(world, "2024Q4")
    table = world.programme_manager
    assert table.alive.sum() == 1
    assert len(table.id) >= 3
    assert all(end - begin <= 4 for begin, end in zip(table.founded[:-1], table.ended[:-1], strict=True))
    left, appointed = filed(world, "manager_left"), filed(world, "manager_appointed")
    assert len(appointed) == len(left) + 1


def test_mentoring_and_ties_help_those_who_are_accompanied():
    settings = _fixed(30.0) | SMALL_BUDGET | {"sbir.accompanied": 1.0, "sbir.mentoring": 0.3, "sbir.tie_gain": 0.05}
    world = small_world([{}, {}, {}], settings=settings)
    run(world, "2022Q3")
    assert world.startup.mentoring.tolist() == pytest.approx([0.3 + 0.05 * np.log(3.0)] * 3)
    assert {row[2] for row in filed(world, "manager_support")} == {1001, 1002, 1003}
    assert filed(world, "performer_tie") == []


def test_introductions_make_news_with_investors_and_orders_with_companies():
    settings = _fixed(30.0) | SMALL_BUDGET | {"sbir.accompanied": 1.0, "sbir.investor_matching": 2.0,
                                              "sbir.company_matching": 2.0, "sbir.company_gain": 0.5}  # fmt: skip
    world = small_world([{"revenue": 1_000_000} for _ in range(40)], settings={**settings, "sbir.budget": 40.0},
                        firms=3)  # fmt: skip

    def each(world):
        world.startup.trl[:] = 3 if world.t < time.quarter("2022Q4") else 7

    run(world, "2022Q4", each)
    met = [row[1] for row in filed(world, "company_matching")]
    assert 5 < len(met) < 35
    assert {row[2] for row in filed(world, "company_matching")} <= {2001, 2002, 2003}
    grown = int(1_000_000 * np.exp(0.5))
    expected = [grown if identity in met else 1_000_000 for identity in world.startup.id.tolist()]
    assert world.startup.revenue.tolist() == pytest.approx(expected, abs=1)
    introduced = {row[2] for row in filed(world, "investor_matching")}
    assert introduced == set(world.startup.id[world.startup.news].tolist())
    assert 0 < len(introduced) < 40


def test_crowding_raises_the_cost_of_development_by_the_public_share():
    """10 of 40 yen spent in the field are public: 1 + 0.3 x 0.25; elsewhere nothing."""
    out = np.zeros(18)
    fields = np.array([1, 1, 1, 2], np.uint8)
    _sbir_awards.crowd(fields, np.zeros(4, np.int32), np.array([3, 3, 7, 3], np.uint8), np.zeros(4, np.bool_),
                       np.array([10, 20, 999, 5]), np.array([10, 0, 999, 0]), 0.3, out)
    assert out[:3].tolist() == pytest.approx([1.075, 1.0, 1.0])
    on = small_world([{"burn": 10_000_000}], settings=_fixed(30.0) | SMALL_BUDGET)
    off = small_world([{"burn": 10_000_000}], settings=_fixed(30.0) | SMALL_BUDGET, choices={"sbir.crowding": "off"})
    for world in (on, off):
        run(world, "2022Q3")
    assert on.grant_market.crowding[0, FIELD - 1] == pytest.approx(1.15)
    assert (off.grant_market.crowding[0] == 1.0).all()
