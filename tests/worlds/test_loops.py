"""The feedback loops B1 to B10 in a small Japan: closed, cut, and what depends on them.

Two kinds of test. A *touch* changes, in two copies of one state, what the loop remembers: with the loop closed the next
link of the loop answers in the documented direction, with the loop cut not a bit of it moves. An *ablation* runs the
same luck with the loop and without it: what lies behind the loop differs in the documented direction, what lies before
it does not differ.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.parameters import specifications
from meguri.mechanisms._closings import _places_of_managers
from meguri.mechanisms.deals import search_of
from meguri.model import loops
from meguri.registry import shelf

from ..mechanisms.whole import run, whole_world

LOOPS = vocabulary.table("loops").ids
SCALE, SEEDS, LAST = 0.1, (1, 2), "2019Q4"
PLACE = vocabulary.code("regions", "JP-27") - 1
SERIAL = vocabulary.code("classes", "startup_serial")


def world_of(loop: str, closed: bool, seed: int = 1):
    """Return a small Japan at its opening with a loop closed or cut."""
    numbers = {name.replace(".", "__"): value for name, value in loops.numbers(loop, closed).items()}
    return whole_world(seed=seed, scale=SCALE, choices=loops.choices(loop, closed), **numbers)


@cache
def plain(seed: int):
    """Return (world, log) of the baseline, which is one side of most ablations."""
    world = whole_world(seed=seed, scale=SCALE)
    return world, run(world, LAST)


def sides(loop: str, seed: int):
    """Return (world, log) with the loop and without it; the side that is the baseline is run once for all loops."""
    closed_is_plain = not loops.numbers(loop, True)
    other = _other_side(loop, seed)
    return (plain(seed), other) if closed_is_plain else (other, plain(seed))


@cache
def _other_side(loop: str, seed: int):
    world = world_of(loop, bool(loops.numbers(loop, True)), seed)
    return world, run(world, LAST)


def same(one, other, *acts: str, until: int | None = None) -> bool:
    """Say whether two logs hold the same records of some acts, up to a quarter where one is named."""
    for act in acts:
        a, b = one.records(act), other.records(act)
        kept = [(side["t"] < until) if until is not None else np.ones(len(side["t"]), np.bool_) for side in (a, b)]
        if not all(np.array_equal(a[name][kept[0]], b[name][kept[1]]) for name in a):
            return False
    return True


def changed(loop: str, closed: bool, touch, look):
    """Return what ``look`` sees in a state, and in the same state after ``touch``."""
    seen = []
    for touched in (False, True):
        world = world_of(loop, closed)
        if touched:
            touch(world)
        seen.append(look(world))
    return seen


def unmoved(loop: str, touch, look) -> bool:
    """Say whether a touch is of no account at all with the loop cut."""
    before, after = changed(loop, False, touch, look)
    return all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


# ------------------------------------------------------------------------------------------------- declarations


@pytest.mark.parametrize("loop", LOOPS)
def test_every_loop_passes_through_a_mechanism_that_has_its_switch(loop):
    found = loops.passages(loop)
    assert found
    for passage in found:
        mechanism, switch = shelf("meguri.mechanisms")[passage.mechanism], passage.switch
        options = {choice.id: choice.options for choice in mechanism.choices}
        numbers = {spec.name: spec for spec in specifications(mechanism.id)}
        if isinstance(switch.cut, str):
            assert options[switch.switch][0] == switch.closed != switch.cut
            assert switch.cut in options[switch.switch]
        else:
            spec = numbers[switch.switch]
            assert spec.value == switch.cut
            assert spec.low <= switch.cut < switch.closed <= spec.high


def test_no_mechanism_names_a_loop_that_the_vocabulary_does_not_have():
    for mechanism in shelf("meguri.mechanisms"):
        assert {switch.loop for switch in mechanism.loops} <= set(LOOPS), mechanism.id
        text = " ".join(choice.en for choice in mechanism.choices)
        named = {loop for loop in LOOPS if f"loop {loop})" in text}
        assert named <= {switch.loop for switch in mechanism.loops}, mechanism.id


def test_loops_that_are_open_in_the_baseline_are_those_with_a_number():
    assert [loop for loop in LOOPS if loops.numbers(loop, True)] == ["B5", "B10"]


# ------------------------------------------------------------------------------------------------- B1 capital


def _returns(world):
    """Let every fund have returned more, and the worst the most."""
    more = 2 + 5 * (world.fund.distributed + world.fund.value < world.fund.called)
    world.fund.distributed[:] *= more
    world.fund.value[:] *= more


def _offers_and_closings(world):
    records = world.step()[1].columns
    closing = records["act"] == vocabulary.code("acts", "fund_closing")
    return world.allocation.offer[:, 0].copy(), records["value"][closing], records["counterparty"][closing]


def test_b1_what_funds_returned_moves_commitments_only_through_the_loop():
    before, after = changed("B1", True, _returns, _offers_and_closings)
    assert (after[0][:3] > 1.1 * before[0][:3]).all()
    assert after[0][4] == before[0][4]  # public money follows its plan
    assert unmoved("B1", _returns, _offers_and_closings)


@pytest.mark.parametrize("seed", SEEDS)
def test_b1_without_it_less_is_committed_and_who_founds_at_first_is_the_same(seed):
    (_, on), (_, off) = sides("B1", seed)
    private = [log.records("fund_closing")["value"].sum() for log in (on, off)]
    assert private[1] < 0.97 * private[0]
    assert same(on, off, "patent_application", "research_contract", "line_captured", until=2016 * 4 + 4)
    assert not same(on, off, "fund_closing")


# ------------------------------------------------------------------------------------------------- B2 firms


@pytest.mark.parametrize("seed", SEEDS)
def test_b2_without_it_no_company_becomes_a_firm_and_those_firms_do_no_research(seed):
    (with_it, on), (without, off) = sides("B2", seed)
    became = on.records("became_firm")
    assert len(became["t"])
    assert not len(off.records("became_firm")["t"])
    new = np.isin(with_it.firm.id, became["counterparty"]) & (with_it.firm.ended == 0)
    assert with_it.firm.research_past[new].sum() > 0
    assert not np.isin(without.firm.id, became["counterparty"]).any()
    kept = np.isin(without.startup.id, became["actor"])
    assert (without.startup.status[kept] >= 2).all()
    assert same(on, off, "listing", "acquisition", "fund_closing", "line_captured", until=int(became["t"].min()))


# ------------------------------------------------------------------------------------------------- B3 founders


def _no_founders_before(world):
    world.founder.ended[:] = world.t
    world.founder_memory.angels[:] = 0.0
    world.founder_memory.managers[:] = 0.0


def _founders(world):
    world.step()
    table, memory = world.startup, world.founder_memory
    new = table.id[(table.cls == SERIAL) & (table.founded == world.t - 1)]
    return new, memory.angel_factor.copy(), memory.manager_factor.copy()


def test_b3_founders_come_back_only_through_the_loop():
    before, after = changed("B3", True, _no_founders_before, _founders)
    assert len(before[0]) > len(after[0]) == 0
    assert before[1][0] > after[1][0]
    assert before[2][0] > after[2][0]
    assert unmoved("B3", _no_founders_before, _founders)
    assert changed("B3", False, _no_founders_before, _founders)[0][1][0] == 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_b3_without_it_nobody_founds_again_and_fewer_are_funded(seed):
    (with_it, on), (without, off) = sides("B3", seed)
    opening = 4 * 2016
    again = [((w.startup.cls == SERIAL) & (w.startup.founded >= opening)).sum() for w in (with_it, without)]
    assert again[0] > 0
    assert again[1] == 0
    assert len(off.records("founding")["t"]) < len(on.records("founding")["t"])
    rounds = [log.paid("vc_round")["amount"].sum() + log.paid("angel_round")["amount"].sum() for log in (on, off)]
    assert rounds[1] < rounds[0]
    assert same(on, off, "patent_application", "research_contract", "line_captured", until=opening + 4)


# ------------------------------------------------------------------------------------------------- B4 knowledge


@pytest.mark.parametrize("seed", SEEDS)
def test_b4_without_it_the_same_people_move_and_firms_know_less(seed):
    """People move as their wages say whatever goes with them; published patents are as many in the first years."""
    (with_it, on), (without, off) = sides("B4", seed)
    assert same(on, off, "move_to_firm", "doctorate_to_firm", until=4 * 2017)
    assert same(on, off, "patent_publication", until=4 * 2016 + 4)
    n = min(with_it.firm.n, without.firm.n)
    assert without.firm.knowledge[:n].sum() < with_it.firm.knowledge[:n].sum()
    assert (without.patenting.disclosure == 1.0).all()
    assert (with_it.patenting.disclosure != 1.0).any()
    assert not same(on, off, "line_captured")


def test_b4_cut_what_a_mover_could_carry_is_of_no_account():
    """Also where firms hire the graduates that they paid for, and alumni of institutes go to firms."""
    packs = ["Fraunhofer", "Korea_groups"]
    knowledge = []
    for carried in ({}, {"people__knowledge_carried": 0.0}):
        world = whole_world(scale=SCALE, institutions=packs, choices=loops.choices("B4", False), **carried)
        log = run(world, "2017Q2")
        assert log.records("contract_department")["value"].sum() > 0
        knowledge.append((world.firm.knowledge.copy(), world.university.knowledge.copy()))
    assert all(np.array_equal(one, other) for one, other in zip(*knowledge, strict=True))


# ------------------------------------------------------------------------------------------------- B5 public purse


def _more_profit(world):
    """Raise the profits of the year that ends with the opening quarter; its tax is paid in that quarter."""
    world.firm.profit_year[:] = np.where(world.firm.profit_year > 0, 2 * world.firm.profit_year, 0)


def _budgets(world):
    log = run(world, "2016Q4")
    return world.university.competitive_award.copy(), log.records("theme_written")["value"]


def test_b5_profits_move_budgets_only_through_the_loop():
    """More profit in one year is more tax; budgets of the next fiscal year follow only with the loop closed."""
    before, after = changed("B5", True, _more_profit, _budgets)
    assert after[0].sum() > 1.2 * before[0].sum()
    assert after[1].sum() > 1.2 * before[1].sum() > 0
    cut = changed("B5", False, _more_profit, _budgets)
    assert np.array_equal(cut[0][1], cut[1][1])


@pytest.mark.parametrize("seed", SEEDS)
def test_b5_closed_it_scales_the_budget_of_a_year_by_the_tax_beyond_its_trend(seed):
    (closed, on), (cut, off) = sides("B5", seed)
    assert cut.purse.factor[0] == 1.0
    assert same(on, off, "tax_statement", until=4 * 2016 + 2)
    paid = [log.paid("competitive_grant") for log in (on, off)]
    first = [side["amount"][side["t"] < 4 * 2016 + 1].sum() for side in paid]
    assert first[0] == first[1] > 0
    year = 4 * 2019 + 1
    last = [side["amount"][side["t"] >= year].sum() for side in paid]
    # Awards are whole numbers of a fixed size, so that a budget is spent as far as one award.
    assert last[0] / last[1] == pytest.approx(closed.purse.factor[0], rel=0.02)
    assert closed.purse.factor[0] != 1.0


# ------------------------------------------------------------------------------------------------- B6 agglomeration


def _crowd_into_one(world):
    world.manager.deals[:] = 0
    world.manager.deals[:, PLACE] = 50
    world.place.successes[:] = 0.0
    world.place.successes[PLACE] = 1000.0


def _places(world):
    p = world.parameters(shelf("meguri.mechanisms")["fundraising"])
    managers = np.asarray(_places_of_managers(world, p))
    weight_of_ties = search_of(world)[8].copy()
    run(world, "2016Q3")
    table = world.startup
    new = (table.founded >= 4 * 2016) & (table.cls == vocabulary.code("classes", "startup_independent"))
    return managers / managers.sum(), weight_of_ties, np.bincount(table.region[new], minlength=48)


def test_b6_deals_bring_managers_and_founders_only_through_the_loop():
    before, after = changed("B6", True, _crowd_into_one, _places)
    assert after[0][PLACE] > before[0][PLACE]
    assert after[2][PLACE + 1] > before[2][PLACE + 1]
    assert (before[1][1:] > 1.0).all()
    cut = changed("B6", False, _crowd_into_one, _places)
    assert unmoved("B6", _crowd_into_one, _places)
    assert (cut[0][1] == 1.0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_b6_without_it_research_goes_on_as_before(seed):
    (_, on), (_, off) = sides("B6", seed)
    assert same(on, off, "patent_application", "research_contract", "line_captured", until=4 * 2016 + 2)
    assert not same(on, off, "founding")


# ------------------------------------------------------------------------------------------------- B7 trust


def _no_partners(world):
    world.firm.partner[:] = -1
    world.firm.partner_since[:] = 0


def _matches(world):
    log = run(world, "2016Q2")
    signed, lost = log.records("research_contract"), log.records("tender_lost")
    return signed["actor"], signed["counterparty"], lost["actor"]


def test_b7_earlier_contracts_count_only_through_the_loop():
    before, after = changed("B7", True, _no_partners, _matches)
    assert not np.array_equal(before[1], after[1])
    assert unmoved("B7", _no_partners, _matches)


@pytest.mark.parametrize("seed", SEEDS)
def test_b7_without_it_fewer_contracts_are_signed_and_start_ups_are_founded_as_before(seed):
    (_, on), (_, off) = sides("B7", seed)
    paid = [log.paid("joint_research")["amount"].sum() for log in (on, off)]
    assert paid[1] < 0.9 * paid[0]
    assert same(on, off, "founding", "listing", "fund_closing", until=4 * 2016 + 4)


# ------------------------------------------------------------------------------------------------- B8 stealing


def test_b8_a_rival_loses_a_line_only_through_the_loop():
    """The same discoveries are made in the first quarter; only with the loop do rivals have fewer lines and sales."""
    on, off = world_of("B8", True), world_of("B8", False)
    opening = dict(zip(on.firm.id.tolist(), on.firm.line_count.tolist(), strict=True))
    one, other = run(on, "2016Q1"), run(off, "2016Q1")
    captured, imitated = one.records("line_captured"), other.records("line_imitated")
    assert len(captured["actor"]) > 10
    assert not len(one.records("line_imitated")["actor"])
    assert not len(other.records("line_captured")["actor"])
    for name in ("actor", "counterparty", "contract"):
        assert np.array_equal(captured[name], imitated[name])
    rivals = (set(captured["counterparty"].tolist()) - set(captured["actor"].tolist())) & set(opening)
    lines, sales = ([{i: int(x) for i, x in zip(w.firm.id.tolist(), column.tolist(), strict=True) if i in rivals}
                     for w, column in ((on, getattr(on.firm, name)), (off, getattr(off.firm, name)))]
                    for name in ("line_count", "sales"))  # fmt: skip
    fewer = [sum(side[firm] < opening[firm] for firm in rivals) for side in lines]
    assert fewer[0] > 0.8 * len(rivals)
    assert fewer[1] < 0.2 * fewer[0]
    assert sum(sales[0].values()) < sum(sales[1].values())


@pytest.mark.parametrize("seed", SEEDS)
def test_b8_without_it_firms_end_up_elsewhere_and_universities_are_as_before(seed):
    (with_it, on), (without, off) = sides("B8", seed)
    n = min(with_it.firm.n, without.firm.n)
    assert not np.array_equal(with_it.firm.sales[:n], without.firm.sales[:n])
    assert len(off.records("lines_opened")["t"]) > 0
    assert same(on, off, "move_to_university", "doctorate_to_firm", until=4 * 2016 + 1)


# ------------------------------------------------------------------------------------------------- B9 crowding


def _larger_awards(world):
    world.sbir_award.amount[:] *= 10


def _cost_of_development(world):
    world.step()
    return (world.grant_market.crowding[0].copy(),)


def test_b9_public_money_makes_development_dearer_only_through_the_loop():
    before, after = changed("B9", True, _larger_awards, _cost_of_development)
    assert (before[0] >= 1.0).all()
    assert (after[0] >= before[0]).all()
    assert after[0].max() > before[0].max() > 1.0
    assert unmoved("B9", _larger_awards, _cost_of_development)
    assert (changed("B9", False, _larger_awards, _cost_of_development)[1][0] == 1.0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_b9_without_it_development_is_faster_and_research_is_as_before(seed):
    (with_it, on), (without, off) = sides("B9", seed)
    assert same(on, off, "patent_application", "research_contract", "line_captured", until=4 * 2016 + 2)
    both = np.intersect1d(with_it.startup.id[with_it.startup.founded < 4 * 2016],
                          without.startup.id[without.startup.founded < 4 * 2016])  # fmt: skip
    level = [world.startup.trl[np.isin(world.startup.id, both)].sum() for world in (with_it, without)]
    assert level[1] >= level[0]


# ------------------------------------------------------------------------------------------------- B10 mood


def _hot_market(world):
    world.economy.exits[0, :4] += 20


def _mood(world):
    world.step()
    return world.economy.mood.copy(), world.allocation.offer[:3, 0].copy(), world.startup.valuation.copy()


def test_b10_exits_move_the_mood_only_through_the_loop():
    before, after = changed("B10", True, _hot_market, _mood)
    assert after[0][0] > before[0][0]
    assert (after[1] > before[1]).all()
    n = min(len(before[2]), len(after[2]))
    assert after[2][:n].sum() > before[2][:n].sum()
    assert unmoved("B10", _hot_market, _mood)


@pytest.mark.parametrize("seed", SEEDS)
def test_b10_closed_it_moves_prices_and_leaves_research_alone(seed):
    (closed, on), (cut, off) = sides("B10", seed)
    assert closed.economy.mood[0] > cut.economy.mood[0]  # exits grow in these years
    assert on.paid("vc_round")["amount"].sum() > off.paid("vc_round")["amount"].sum()
    assert same(on, off, "patent_application", "research_contract", "line_captured", until=4 * 2016 + 1)
