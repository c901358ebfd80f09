"""Rank intervals and shares of variance: against enumeration, a slow twin, a known function, and another library."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from meguri.errors import InputError
from meguri.observatory.index import uncertainty as under_test
from meguri.observatory.index.pipeline import compute
from meguri.observatory.index.sobol import shares
from meguri.observatory.index.uncertainty import Draws, uncertainty

from .toy import data, toy


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(7)
    rows = [
        f"E{n},{random.lognormal(0, 2):.3f},{random.normal(50, 9):.3f},{random.uniform(1, 7):.3f}" for n in range(12)
    ]
    rows[3] = rows[3].replace(rows[3].split(",")[2], "")
    return data("economy,x,y,z\n" + "\n".join(rows) + "\n")


def exact(index, table, of: str):
    """First-order and total shares by listing every combination; only without spread of weights."""
    steps = list(index.varied)
    lists = [index.varied[step] for step in steps]
    outcome = np.empty([len(named) for named in lists])
    for place in product(*(range(len(named)) for named in lists)):
        given = {step: named[n] for step, named, n in zip(steps, lists, place, strict=True)}
        result = compute(index, table, given)
        outcome[place] = result.ranks[result.prepared.economies.index(of)]
    found = {}
    for axis, step in enumerate(steps):
        rest = tuple(n for n in range(len(steps)) if n != axis)
        found[step] = (outcome.mean(axis=rest).var() / outcome.var(), outcome.var(axis=axis).mean() / outcome.var())
    return found


def test_shares_of_variance_agree_with_every_combination_listed(table):
    index = replace(toy(), weight_spread=0.0)
    known = exact(index, table, "E3")
    found = uncertainty(index, table, 6000, "E3", seed=5)
    assert {share.factor for share in found.shares} == set(known)
    for share in found.shares:
        first, total = known[share.factor]
        assert share.first == pytest.approx(first, abs=max(4 * share.first_error, 0.01))
        assert share.total == pytest.approx(total, abs=max(4 * share.total_error, 0.01))
        assert share.first_error < 0.05
    assert max(total for _, total in known.values()) > 0.2


def slow(index, table, choices, weight):
    """The index of one draw in plain loops, from the scores of the indicators on."""
    from meguri.observatory.index.pipeline import prepare

    prepared = prepare(index, table, choices)
    totals = []
    for row in prepared.scores:
        node_scores = dict(enumerate(row))
        for place, node in enumerate(index.nodes):
            if not node.parts:
                continue
            there = [(node_scores[part], weight[part]) for part in node.parts if not np.isnan(node_scores[part])]
            whole = sum(share for _, share in there)
            if not there:
                node_scores[place] = np.nan
            elif choices["aggregation"] == "geometric":
                node_scores[place] = np.prod([max(score, 1.0) ** (share / whole) for score, share in there])
            else:
                node_scores[place] = sum(score * share for score, share in there) / whole
        totals.append(node_scores[len(index.nodes) - 1])
    return [1 + sum(other > own + 1e-9 for other in totals) for own in totals]


def test_a_draw_is_the_index_with_its_choices_and_weights(table):
    index = toy()
    declared = compute(index, table)
    world = Draws(index, table, declared)
    uniform = np.random.default_rng(3).random((40, world.width))
    found = world.ranks(uniform)
    steps = list(world.factors)
    seen = set()
    for draw, numbers in enumerate(uniform):
        choices = {step: named[int(numbers[n] * len(named))] for n, (step, named) in enumerate(world.factors.items())}
        seen.add(tuple(choices.values()))
        given = [1.0 if choices["weights"] == "equal" else node.weight for node in index.nodes]
        weight = [one * (1 + 0.25 * (2 * u - 1)) for one, u in zip(given, numbers[len(steps) :], strict=True)]
        assert found[draw].tolist() == slow(index, table, {**declared.choices, **choices}, weight)
    assert len(seen) > 20


def test_the_same_seed_gives_the_same_and_batches_do_not_matter(table, monkeypatch):
    whole = uncertainty(toy(), table, 50, seed=4)
    monkeypatch.setattr(under_test, "BATCH", 200)
    parts = uncertainty(toy(), table, 50, seed=4)
    assert (whole.ranks == parts.ranks).all()
    assert whole.shares == parts.shares
    assert (uncertainty(toy(), table, 50, seed=6).ranks != whole.ranks).any()


def test_intervals_hold_ranks_that_occurred(table):
    found = uncertainty(toy(), table, 100)
    for n, interval in enumerate(sorted(found.intervals, key=lambda one: int(one.economy[1:]))):
        ranks = np.sort(found.ranks[:, n])
        assert (interval.low, interval.high) == (ranks[9], ranks[189])
        assert (interval.best, interval.worst) == (ranks[0], ranks[-1])
        assert interval.best <= interval.low <= interval.median <= interval.high <= interval.worst
    assert [one.declared for one in found.intervals] == sorted(one.declared for one in found.intervals)
    declared = compute(toy(), table).ranks
    assert found.mean_shift == pytest.approx(np.abs(found.ranks - declared).mean())


def test_who_leads_in_everything_is_first_in_every_draw(table):
    best = data("economy,x,y,z\nA,9,1,7\nB,5,2,6\nC,4,4,4\nD,6,3,2\nE,1,5,1\n")
    found = uncertainty(toy(), best, 64, "A")
    assert (found.intervals[0].economy, found.intervals[0].worst) == ("A", 1)
    assert found.shares == ()


def test_a_choice_that_is_the_only_one_varied_explains_all(table):
    varied = {step: named[:1] for step, named in toy().varied.items()} | {"aggregation": ("arithmetic", "geometric")}
    (share,) = uncertainty(replace(toy(), weight_spread=0.0, varied=varied), table, 2000).shares
    assert share.factor == "aggregation"
    assert share.first == pytest.approx(1, abs=0.1)
    assert share.total == pytest.approx(1, abs=0.1)


def test_weights_that_are_the_only_thing_varied_explain_all(table):
    """The spread of the weights belongs to the choice of weights, all of it."""
    varied = {step: named[:1] for step, named in toy().varied.items()}
    found = uncertainty(replace(toy(), weight_spread=0.9, varied=varied), table, 2000)
    (share,) = found.shares
    assert (share.factor, found.weight_spread) == ("weights", 0.9)
    assert share.first == pytest.approx(1, abs=0.1)
    assert share.total == pytest.approx(1, abs=0.1)


def test_nothing_to_vary_and_other_economies_are_refused(table):
    alone = {step: named[:1] for step, named in toy().varied.items()}
    with pytest.raises(InputError, match="nothing to vary"):
        uncertainty(replace(toy(), weight_spread=0.0, varied=alone), table, 16)
    with pytest.raises(InputError, match="such ranks cannot be compared"):
        uncertainty(replace(toy(), varied={**toy().varied, "coverage": ("minimum", "complete")}), table, 16)
    many = data("economy,x,y,z\n" + "".join(f"E{n},{n},{n % 7},{1 + n % 6}\n" for n in range(400)))
    with pytest.raises(InputError, match="more than 25000"):
        uncertainty(toy(), many, 25_001)
    for draws in (15, 100_001):
        with pytest.raises(InputError, match="16 to 100000"):
            uncertainty(toy(), table, draws)


def ishigami(x):
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sampled(count, seed):
    random = np.random.default_rng(seed)
    a, b = random.uniform(-np.pi, np.pi, (2, count, 3))
    mixed = {}
    for n in range(3):
        swapped = a.copy()
        swapped[:, n] = b[:, n]
        mixed[str(n)] = ishigami(swapped)
    return ishigami(a), ishigami(b), mixed


def test_the_shares_of_a_known_function():
    """Ishigami's function with 7 and 0.1: shares 0.3139, 0.4424, 0 alone and 0.5576, 0.4424, 0.2437 in all."""
    found = {share.factor: share for share in shares(*sampled(40_000, 1), np.random.default_rng(1))}
    for factor, first, total in (("0", 0.3139, 0.5576), ("1", 0.4424, 0.4424), ("2", 0.0, 0.2437)):
        assert found[factor].first == pytest.approx(first, abs=0.03)
        assert found[factor].total == pytest.approx(total, abs=0.03)
        assert abs(found[factor].first - first) < 4 * found[factor].first_error


def test_the_shares_are_those_of_the_sensitivity_library():
    sobol = pytest.importorskip("SALib.analyze.sobol")
    a, b, mixed = sampled(2000, 2)
    rows = np.column_stack([a, *mixed.values(), b]).ravel()
    problem = {"num_vars": 3, "names": list("012"), "bounds": [[-np.pi, np.pi]] * 3}
    other = sobol.analyze(problem, rows, calc_second_order=False, seed=1)
    found = {share.factor: share for share in shares(a, b, mixed, np.random.default_rng(1))}
    assert [found[name].first for name in "012"] == pytest.approx(other["S1"], abs=0.01)
    assert [found[name].total for name in "012"] == pytest.approx(other["ST"], abs=0.01)
