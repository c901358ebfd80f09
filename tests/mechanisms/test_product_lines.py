"""Product lines: cut when a firm comes, improved, captured from rivals, never lost on the way."""

import numpy as np
import pytest

from meguri.mechanisms import _product_lines as lines

from .research_side import filed, run, small_world

IMPROVED, CAPTURED, LOST, OPENED = lines.IMPROVED, lines.CAPTURED, lines.LOST, lines.OPENED


def test_lines_go_to_fields_by_largest_remainders_and_sales_follow():
    """520 persons are 5 lines; shares .5/.3/.2 are 2.5/1.5/1.0 lines: 2/1/1 and the fifth to the largest remainder."""
    field_sales = np.array([[500, 300, 200], [7, 0, 0], [90, 10, 0], [40, 0, 0]])
    number, count = np.zeros((4, 3), np.int32), np.array([0, 0, 0, 3], np.int32)
    cut = np.zeros(4, np.int64)
    lines.cut(np.array([0, 0, 8, 0]), np.array([520, 9, 100, 300]), 100.0, field_sales, number, count, cut)
    assert number.tolist() == [[3, 1, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert field_sales.tolist() == [[600, 200, 200], [7, 0, 0], [90, 10, 0], [40, 0, 0]]
    assert cut.tolist() == [5, 1, 0, 0]
    assert count.tolist() == [5, 1, 0, 3]


def test_rivals_of_a_cell_are_the_living_sellers_of_industry_and_field():
    number = np.array([[2, 0], [1, 3], [5, 5], [4, 0]], np.int32)
    order, start, weight = lines.rivals(np.array([0, 0, 9, 0]), np.array([1, 1, 1, 2], np.int8), 2, number)
    assert start.tolist() == [0, 2, 3, 4, 4]
    assert order.tolist() == [0, 1, 1, 3]
    assert weight.tolist() == [2.0, 1.0, 3.0, 4.0]


@pytest.mark.parametrize(("stealing", "left"), [(True, (200, 2, 2)), (False, (300, 3, 3))])
def test_a_capture_moves_one_average_line_and_makes_it_better(stealing, left):
    """Loop B8: with stealing the rival's 300 on three lines fall to 200 on two; without it he keeps them."""
    field_sales = np.array([[50, 0], [0, 300]])
    number, count = np.array([[1, 0], [0, 3]], np.int32), np.array([1, 3], np.int32)
    assert lines.take(0, 1, 1, 1.25, stealing, field_sales, number, count) == 125
    assert field_sales[0].tolist() == [50, 125]
    assert number[0].tolist() == [1, 1]
    assert (field_sales[1, 1], number[1, 1], count[1]) == left


def test_an_improvement_is_that_of_one_line():
    field_sales, gain = np.array([[300, 0]]), np.zeros(1, np.int64)
    lines.improve(0, 0, 1.5, field_sales, np.array([[3, 0]], np.int32), gain)
    assert field_sales.tolist() == [[350, 0]]
    assert gain.tolist() == [50]


def test_steps_are_beta_on_their_support():
    steps = np.array([lines.step_size(np.uint64(5), actor, 2, 0.15, 0.0) for actor in range(20_000)])
    assert abs(steps).max() < 0.15
    assert steps.mean() == pytest.approx(0.0, abs=0.001)
    # Beta(3, 3) has variance 1/28 on the unit interval
    assert steps.var() == pytest.approx(0.3**2 / 28, rel=0.03)


def _discover(n=3000, stealing=True, rate=1.0, skip=-1):
    """Let ``n`` firms of one industry, with one line in the first of two fields, draw discoveries."""
    field_sales, number = np.zeros((n, 2), np.int64), np.zeros((n, 2), np.int32)
    field_sales[:, 0], number[:, 0] = 1_000_000, 1
    count, found, gain = np.ones(n, np.int32), np.zeros((n, 4), np.int64), np.zeros(n, np.int64)
    ids, ended = np.arange(1, n + 1), np.zeros(n, np.int32)
    if skip >= 0:
        ended[skip] = 9
    rates = np.where(ended == 0, rate, 0.0)
    order, start, weight = lines.rivals(ended, np.ones(n, np.int8), 1, number)
    captures = np.empty((n, 4), np.int64)
    used = lines.discover(ids, np.ones(n, np.int8), np.full(n, 1_000_000), rates, np.array([[0.0, 0.0], [0.5, 0.5]]),
                          np.zeros(2), 0.7, 0.15, 3.0, stealing, np.uint64(8), np.uint64(9),
                          (order, start, weight, ids[order]), field_sales, number, count, found, gain, captures)
    return field_sales, number, count, found, gain, captures[:used]


def test_causes_of_change_are_counted_and_lines_are_conserved():
    field_sales, number, count, found, gain, captures = _discover()
    # one arrival a firm, half succeed; 30% are external, half of them in the second field, which nobody sells in
    assert found[:, IMPROVED].mean() == pytest.approx(0.35, abs=0.05)
    assert found[:, CAPTURED].mean() == pytest.approx(0.075, abs=0.02)
    assert found[:, OPENED].mean() == pytest.approx(0.075, abs=0.02)
    assert found[:, LOST].sum() == found[:, CAPTURED].sum() == len(captures)
    assert (number.sum(axis=1) == count).all()
    assert (count == 1 + found[:, CAPTURED] + found[:, OPENED] - found[:, LOST]).all()
    assert (field_sales[number == 0] == 0).all()
    assert (gain > 0).sum() <= found[:, IMPROVED].sum()


def test_a_rival_who_is_not_there_changes_only_the_captures_that_were_his():
    """Choice is stable under entry: with one firm less, captures from the others stay as they are."""
    whole = {event: loser for _, loser, event, _ in _discover(300)[5].tolist()}
    fewer = {event: loser for _, loser, event, _ in _discover(300, skip=7)[5].tolist()}
    changed = [event for event in whole.keys() & fewer.keys() if whole[event] != fewer[event]]
    assert len(whole) > 10
    assert all(whole[event] == 7 for event in changed)


@pytest.fixture(scope="module")
def years():
    world = small_world(scale=0.05)
    run(world, "2009Q4")
    return world


def test_lines_of_every_firm_are_what_its_records_say(years):
    """Lines at the close = opened (entry, new fields) + captured - lost, for every firm that lives."""
    world = years
    balance = {}
    for record in filed(world, "lines_opened"):
        for actor, value in zip(record["actor"].tolist(), record["value"].tolist(), strict=True):
            balance[actor] = balance.get(actor, 0) + value
    moved = 0
    for record in filed(world, "line_captured"):
        for winner, loser in zip(record["actor"].tolist(), record["counterparty"].tolist(), strict=True):
            balance[winner], balance[loser] = balance.get(winner, 0) + 1, balance[loser] - 1
            moved += 1
    alive = world.firm.alive
    assert moved > 100
    found = dict(zip(world.firm.id[alive].tolist(), world.firm.line_count[alive].tolist(), strict=True))
    assert found == {firm: balance[firm] for firm in found}
    assert (world.firm.field_sales[world.firm.lines == 0] == 0).all()
    assert (world.firm.field_sales.sum(axis=1) == world.firm.sales).all()


def test_a_capture_names_both_firms_and_the_yearly_sales_that_moved(years):
    records = filed(years, "line_captured")
    winners = np.concatenate([record["actor"] for record in records])
    losers = np.concatenate([record["counterparty"] for record in records])
    assert (winners != losers).all()
    assert set(losers.tolist()) <= set(years.firm.id.tolist())
    assert min(record["value"].min() for record in records) > 0
    events = np.concatenate([record["contract"] for record in records])
    assert len(set(events.tolist())) == len(events)


def test_without_business_stealing_nobody_loses_a_line():
    """B8 off: lines like a rival's are opened, no firm has fewer lines than it opened with."""
    world = small_world(scale=0.05, choices={"firm_search.business_stealing": "off"},
                        settings={"firm_population.exit_hazard": 0.0, "firm_population.entry": 0.0})
    run(world, "2006Q1")
    before = world.firm.line_count.copy()
    run(world, "2009Q4")
    assert not filed(world, "line_captured")
    assert filed(world, "line_imitated")
    assert (world.firm.line_count >= before).all()
    assert world.firm.alive.all()


