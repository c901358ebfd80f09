"""Choice: odds follow weights, and one more candidate leaves the choices of the others."""

import numpy as np
import pytest

from meguri.engine import choice
from meguri.engine.chance import clock
from meguri.engine.kernels import kernel
from meguri.mechanisms import _search
from meguri.mechanisms.deals import search_of
from meguri.model.member import opened_world

from ..conftest import small_request


@kernel
def _choose(key, choosers, ids, weights):
    chosen = np.empty(len(choosers), np.int64)
    for i in range(len(choosers)):
        row = choice.race(key, choosers[i], ids, weights, 0, len(ids))
        chosen[i] = ids[row] if row >= 0 else -1
    return chosen


@kernel
def _smallest_clock(key, choosers, ids, weights):
    """Choose as the rule says: every clock with its logarithm, the smallest wins."""
    chosen = np.empty(len(choosers), np.int64)
    for i in range(len(choosers)):
        best, best_time = -1, np.inf
        for row in range(len(ids)):
            if weights[row] > 0.0:
                time = clock(key, choosers[i], ids[row], weights[row])
                if time < best_time:
                    best, best_time = row, time
        chosen[i] = ids[best] if best >= 0 else -1
    return chosen


@pytest.mark.parametrize("count", [1, 2, 7, 8, 23, 24, 25, 40, 47, 159, 1000])
def test_the_race_is_won_by_the_smallest_clock(count):
    chance = np.random.default_rng(count)
    choosers, ids = np.arange(3_000), chance.integers(1, 2**62, count)
    heavy = np.exp(4.0 * chance.normal(size=count)) * (chance.random(count) < 0.8)
    for weights in (heavy, np.sort(heavy)[::-1].copy(), np.ones(count), np.full(count, 1e-300), np.full(count, 1e300)):
        expected = _smallest_clock(np.uint64(7), choosers, ids, weights)
        assert np.array_equal(_choose(np.uint64(7), choosers, ids, weights), expected)


def test_odds_follow_the_weights():
    ids, weights = np.array([5, 6, 7]), np.array([1.0, 2.0, 5.0])
    chosen = _choose(np.uint64(1), np.arange(80_000), ids, weights)
    shares = [np.mean(chosen == one) for one in ids]
    assert shares == pytest.approx([0.125, 0.25, 0.625], abs=0.006)


def test_nobody_is_chosen_without_weight():
    assert _choose(np.uint64(1), np.array([1]), np.array([5]), np.array([0.0]))[0] == -1


def test_one_added_candidate_changes_only_the_choices_that_it_wins():
    ids = np.arange(1, 9_001)
    weights = 0.5 + (ids % 13)
    choosers = np.arange(2_000)
    before = _choose(np.uint64(9), choosers, ids, weights.astype(float))
    after = _choose(np.uint64(9), choosers, np.append(ids, 99_999), np.append(weights, 7.0))
    changed = before != after
    assert np.all(after[changed] == 99_999)
    assert changed.mean() < 0.005


def test_order_in_memory_does_not_matter():
    ids = np.arange(1, 301)
    weights = 1.0 + (ids % 7)
    shuffled = np.random.default_rng(1).permutation(300)
    first = _choose(np.uint64(4), np.arange(500), ids, weights)
    second = _choose(np.uint64(4), np.arange(500), ids[shuffled], weights[shuffled])
    assert np.array_equal(first, second)


def test_cells_hold_their_rows_in_order_and_leave_out_negative_cells():
    order, start = choice.sort_into_cells(np.array([2, 0, -1, 2, 1]), 3)
    assert order.tolist() == [1, 4, 0, 3]
    assert start.tolist() == [0, 1, 2, 4]


def test_thinning_keeps_the_same_rows_when_an_unlucky_one_is_added():
    cells = np.zeros(50, np.int64)
    ids = np.arange(100, 150)
    order, start = choice.sort_into_cells(cells, 1)
    kept, kept_start = choice.thin_cells(order, start, ids, np.uint64(2), 10)
    assert len(kept) == 10
    assert kept_start.tolist() == [0, 10]
    more, more_start = choice.sort_into_cells(np.zeros(51, np.int64), 1)
    again, _ = choice.thin_cells(more, more_start, np.append(ids, 10**9), np.uint64(2), 10)
    assert len(set(kept) - set(again)) <= 1


def test_priority_breaks_ties_by_key_not_by_place():
    ids = np.array([11, 12, 13, 14])
    scores = np.array([1.0, 1.0, 1.0, 2.0])
    first = [int(ids[row]) for row in choice.by_priority(np.arange(4), scores, ids, np.uint64(8))]
    turned = np.array([3, 2, 1, 0])
    second = [
        int(ids[turned][row]) for row in choice.by_priority(np.arange(4), scores[turned], ids[turned], np.uint64(8))
    ]
    assert first == second
    assert first[0] == 14


@pytest.fixture(scope="module")
def search():
    request = small_request(scale=0.4)
    world = opened_world(request.base, request.resolved, request.span, 5, request.scale, {})
    return search_of(world)


def _looked_at(arguments):
    """Return the start-up (row) of each look: with hurdles below any belief every look becomes an offer."""
    rules = arguments[4]._replace(belief_hurdle=-1e9, pressure=0.0, government_hurdle=1.0)
    counts = np.where(arguments[13] > 0, 200, 0)
    buffers = [np.empty(int(counts.sum()), kind) for kind in (np.int64, np.int64, np.float64, np.float64)]
    used, looks = _search.look(*arguments[:4], rules, *arguments[5:13], counts, *buffers)
    assert used == looks == counts.sum()
    return buffers[1]


def _with_one_more(arguments, cell):
    """Return the search with one more start-up that raises, in a cell of the grid: a twin of the first, with its id."""
    view, (order, start, by_region, by_field, by_group, fields), ask = arguments[0], arguments[6], arguments[9]
    twin, added = order[0], len(view.id)
    more = {
        name: np.concatenate([column, column[twin : twin + 1]]) for name, column in zip(view._fields, view, strict=True)
    }
    more["id"][added] = 987_654_321
    later = start.copy()
    later[cell + 1 :] += 1
    masses = [by_region.copy(), by_field.copy(), by_group.copy()]
    for mass, size in zip(masses, (fields * _search.GROUPS, _search.GROUPS, 1), strict=True):
        mass[cell // size] += 1.0
    grid = (np.insert(order, start[cell + 1], added), later, *masses, fields)
    return (type(view)(**more), *arguments[1:6], grid, *arguments[7:9], np.append(ask, ask[twin]), *arguments[10:])


def test_one_more_start_up_changes_few_looks_of_the_market(search):
    start = search[6][1]
    cells = np.flatnonzero(np.diff(start))
    raising, before = int(start[-1]), _looked_at(search)
    assert raising > 500
    assert len(before) > 5_000
    for cell in cells[:: len(cells) // 8]:
        after = _looked_at(_with_one_more(search, cell))
        changed = before != after
        assert changed.mean() < 5.0 / raising
        won = after == len(search[0].id)
        assert won.sum() < len(before) * 4.0 / raising
