"""Choice: odds follow weights, and one more candidate leaves the choices of the others."""

import numpy as np
import pytest

from meguri.engine import choice
from meguri.engine.kernels import kernel


@kernel
def _choose(key, choosers, ids, weights):
    chosen = np.empty(len(choosers), np.int64)
    for i in range(len(choosers)):
        row = choice.race(key, choosers[i], ids, weights, 0, len(ids))
        chosen[i] = ids[row] if row >= 0 else -1
    return chosen


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
