"""A calibration finds what made the data, says what it cannot know, and its intervals hold as often as they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from meguri.calibrate.chance import chance_correlation
from meguri.calibrate.emulator import fit
from meguri.calibrate.extra import one_thread
from meguri.calibrate.identification import combinations, known, moves, ridges
from meguri.calibrate.left_out import predictions
from meguri.calibrate.plausible import Aim
from meguri.calibrate.sampling import imagine, posterior
from meguri.calibrate.start import best_start
from meguri.calibrate.study import Calibration, calibrate, posterior_of
from meguri.calibrate.tables import posterior_table, tables
from meguri.errors import InputError
from meguri.model.prior import values_at

from .toy import CHANCE, FREE, Toy, means, seen, study

TRUTH = np.array([1.3, 0.5, 1.6])
#: Fewer candidates where many posteriors are made.
FAST = {"candidates": 512}


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(study(TRUTH, candidates=2048), Toy())


def test_the_truth_lies_in_the_90_percent_intervals_of_each_parameter_and_of_the_sum(found):
    table = posterior_table(found)
    assert list(table) == ["draw", "toy.first", "toy.second", "toy.idle"]
    for spec, truth in zip(FREE, TRUTH, strict=True):
        low, high = np.quantile(table[spec.id], [0.05, 0.95])
        assert low <= truth <= high
    total = table["toy.first"] + table["toy.second"]
    low, high = np.quantile(total, [0.05, 0.95])
    assert low <= TRUTH[:2].sum() <= high
    assert high - low < 0.5  # of a prior interval of 2.5


def test_the_second_design_lies_in_what_the_first_did_not_rule_out(found):
    first, second = (values_at(FREE, wave.design.unit)[:, :2].sum(axis=1) for wave in found.waves)
    assert first.std() > 0.5
    assert second.std() < 0.5 * first.std()
    assert found.waves[1].share == pytest.approx(found.plausible.share, rel=0.5)
    assert not found.plausible.empty


def test_a_ridge_is_reported_with_its_sign_and_the_sum_as_what_is_known(found):
    (ridge,) = ridges(found)
    assert {ridge.first, ridge.second} == {"toy.first", "toy.second"}
    assert ridge.correlation < -0.6
    (sum_,) = combinations(found)
    assert set(sum_.weights) == {"toy.first", "toy.second"}
    assert all(weight == pytest.approx(0.7, abs=0.1) for weight in sum_.weights.values())
    assert sum_.variance < 0.1


def test_a_parameter_that_moves_nothing_is_reported_as_not_informed(found):
    rows = {row.parameter: row for row in known(found, moves(found))}
    assert rows["toy.idle"].informed == "no"
    assert rows["toy.idle"].ratio == pytest.approx(1.0, abs=0.1)
    assert rows["toy.idle"].ratio_given_others == pytest.approx(1.0, abs=0.1)
    for name in ("toy.first", "toy.second"):  # the sum is in the middle, so that each of them can be nearly anything
        assert rows[name].informed in ("alone", "together")
        assert rows[name].ratio > 0.75
        assert rows[name].ratio_given_others < 0.4
    assert rows["toy.first"].best != "y3@JP@2020"  # it does answer to the first parameter, but too weakly


def test_a_parameter_that_the_ends_of_the_prior_hold_is_known_by_itself():
    made = calibrate(study(np.array([1.8, 1.9, 1.0]), waves=1, checks=0, candidates=2048), Toy())
    rows = {row.parameter: row for row in known(made, moves(made))}
    assert [rows[f"toy.{name}"].informed for name in ("first", "second", "idle")] == ["alone", "alone", "no"]


def test_what_moves_what_is_told_target_by_target(found):
    moved = {(move.target, move.parameter): move.given_others for move in moves(found)}
    assert moved["y2@JP@2020", "toy.second"] > 0.5
    assert moved["y3@JP@2020", "toy.second"] < 0.1
    assert all(moved[target, "toy.idle"] < 0.1 for target, parameter in moved if parameter == "toy.idle")


def test_each_block_is_predicted_from_the_others(found):
    left_out = {(one.block, one.target.indicator): one for one in predictions(found)}
    assert set(left_out) == {("sums", "y0"), ("sums", "y1"), ("squares", "y2"), ("slopes", "y3")}
    assert sum(one.inside for one in left_out.values()) >= 3
    # the sum is known from its square: far narrower than the prior's interval of about 2.6
    assert left_out["sums", "y0"].interval.high - left_out["sums", "y0"].interval.low < 1.2


def test_a_block_that_contradicts_the_rest_is_predicted_from_the_rest_alone(found):
    wrong = [replace(target, value=target.value + 3.0) if target.block == "squares" else target
             for target in found.targets]  # fmt: skip
    aim = replace(found.aim, values=np.array([target.value for target in wrong]))
    changed = replace(found, aim=aim, study=replace(found.study, targets=tuple(wrong)))
    before = {one.target.indicator: one.interval for one in predictions(found)}
    after = {one.target.indicator: one for one in predictions(changed)}
    assert after["y2"].interval.median == pytest.approx(before["y2"].median)
    assert not after["y2"].inside


def test_intervals_of_forty_synthetic_truths_hold_as_often_as_they_say():
    """90% intervals; with 40 truths, 31 to 40 hits have a probability of more than 99.8% if that is so."""
    made = calibrate(study(TRUTH, waves=1, points=64, checks=0, candidates=1024), Toy())
    hits = np.zeros(4, int)
    for case in range(40):
        truth = values_at(FREE, np.random.default_rng([5, case]).random((1, 3)))[0]
        aim = replace(made.aim, values=np.array([target.value for target in seen(truth, case)]))
        values = values_at(FREE, posterior_of(aim, replace(made.study, seed=case)).equal(512, case))
        values, wanted = np.column_stack([values, values[:, :2].sum(axis=1)]), np.append(truth, truth[:2].sum())
        low, high = np.quantile(values, [0.05, 0.95], axis=0)
        hits += (low <= wanted) & (wanted <= high)
    assert (hits >= 31).all()
    assert hits.sum() < 160  # intervals that always hold are too wide


def test_the_posterior_of_a_straight_line_is_the_one_by_hand():
    """One target = parameter + noise of variance v; the prior score is normal with variance 1: z/(1+v), v/(1+v)."""
    from scipy.special import ndtr, ndtri

    unit = (np.arange(64)[:, None] + 0.5) / 64
    scores = ndtri(unit)
    emulator = fit(unit, np.repeat(scores, 2, axis=1))
    aim = Aim([emulator], np.array([0.8]), np.array([0.5]), np.eye(1))
    after = posterior(aim, np.random.default_rng(1).random((2_000, 1)), 1, chains=4_000)
    assert np.average(after.scores[:, 0], weights=after.weights) == pytest.approx(0.8 / 1.25, abs=0.03)
    assert after.covariance()[0, 0] == pytest.approx(0.25 / 1.25, abs=0.03)
    assert ndtr(after.scores).min() > 0.0


def test_only_what_a_target_answers_to_enters_its_emulator():
    random = np.random.default_rng(3)
    unit = random.random((128, 40))
    mean = 3.0 * unit[:, 4] + (unit[:, 17] - 0.5) ** 2 * 8.0
    emulator = fit(unit, mean[:, None] + 0.2 * random.standard_normal((128, 2)))
    assert {4, 17} <= set(emulator.active)
    assert len(emulator.active) <= 4
    assert emulator.fit > 0.8
    assert emulator.error == pytest.approx(1.0, abs=0.3)


def test_chance_that_grows_with_the_level_is_found():
    random = np.random.default_rng(4)
    unit = random.random((200, 1))
    mean = 10.0 + 90.0 * unit
    emulator = fit(unit, mean * (1.0 + 0.1 * random.standard_normal((200, 3))))
    assert emulator.power == 2.0
    assert emulator.chance_variance(np.array([20.0, 80.0])) ** 0.5 == pytest.approx([2.0, 8.0], rel=0.15)


def test_chance_that_two_targets_share_is_not_counted_twice():
    random = np.random.default_rng(6)
    shared = random.standard_normal((400, 2, 1))
    values = np.concatenate([shared, shared, random.standard_normal((400, 2, 1))], axis=2)
    values[:5, 1, 2] = np.nan
    correlation = chance_correlation(values + np.linspace(0.0, 9.0, 400)[:, None, None])
    assert correlation[0, 1] == pytest.approx(1.0, abs=0.02)
    assert correlation[0, 2] == pytest.approx(0.0, abs=0.15)
    unit = (np.arange(64)[:, None] + 0.5) / 64
    emulator = replace(fit(unit, np.repeat(unit, 2, axis=1)), chance=1.0, power=0.0)
    zero = np.zeros(2)
    same = imagine(Aim([emulator, emulator], zero, zero, correlation[:2, :2]), random.random((2000, 1)), 1)
    assert (same[:, 0] - same[:, 1]).std() < 0.25


def test_where_nothing_is_plausible_the_search_says_so_and_gives_the_nearest():
    far = tuple(replace(target, value=target.value + 50.0) for target in seen(TRUTH, 1))
    made = calibrate(replace(study(TRUTH, waves=1, checks=0, draws=64, **FAST), targets=far), Toy())
    assert made.plausible.empty
    assert made.plausible.level > 3.0
    total = values_at(FREE, made.plausible.unit)[:, :2].sum(axis=1)
    assert total.min() > 3.0  # the upper end of the prior, from 0 to 4


def test_the_search_for_a_start_ends_where_implausibility_is_lowest(found):
    first = np.array([0.02, 0.02, 0.5])
    start = best_start(found.aim, first, seed=1)
    assert found.aim.worst(first[None, :])[0] > 10.0
    assert found.aim.worst(start[:1])[0] < 3.0
    assert start.min() >= 0.0
    assert start.max() <= 1.0


def test_a_corner_that_a_first_look_misses_is_found():
    corner = np.array([1.99, 1.99, 1.0])
    exact = tuple(
        replace(target, value=float(mean), tolerance=0.004)
        for target, mean in zip(seen(corner, 1), means(corner[None, :])[0], strict=True)
    )
    made = calibrate(replace(study(corner, checks=0, **FAST), targets=exact), Toy(chance=CHANCE * 0.01))
    assert not made.plausible.empty
    assert made.plausible.share < 0.01
    assert values_at(FREE, made.draws)[:, :2].min() > 1.8


def test_targets_that_the_runs_lack_are_left_out_and_said():
    def short(values: np.ndarray) -> np.ndarray:
        found = means(values)
        found[:, 1] = np.nan
        return found

    made = calibrate(study(TRUTH, waves=1, draws=64, checks=16, **FAST), Toy(short))
    assert made.left_out == (1,)
    rows = tables(made, [None] * 4)["targets"]
    assert [row["used"] for row in rows] == [True, True, True, False]
    with pytest.raises(InputError, match="hold none of the 4 targets"):
        calibrate(study(TRUTH, waves=1), Toy(lambda values: np.full((len(values), 4), np.nan)))


def test_targets_that_bind_the_mean_leave_chance_out_of_what_points_are_judged_by(found):
    unit = np.random.default_rng(1).random((16, 3))
    bound = replace(found.aim, bind="mean")
    means_, variances, chance = found.aim.predict(unit)
    assert (chance > 0.0).all()
    assert (bound.judged(unit)[2] == 0.0).all()
    assert np.array_equal(bound.predict(unit)[2], chance), "what a run gives still holds its chance"
    by_hand = np.abs(means_ - bound.values) / np.sqrt(variances)
    assert bound.implausibility(unit) == pytest.approx(by_hand)
    assert (bound.implausibility(unit) > found.aim.implausibility(unit)).all()
    assert bound.only([1, 0]).bind == "mean"


def test_targets_that_bind_the_mean_say_more_of_it(found):
    start = np.random.default_rng(2).random((256, 3))
    spreads = []
    for bind in ("run", "mean"):
        drawn = posterior(replace(found.aim, bind=bind), start, seed=3)
        spreads.append(found.aim.predict(drawn.unit)[0].std(axis=0))
    assert (spreads[1] < spreads[0]).all()
    assert spreads[1].mean() < 0.85 * spreads[0].mean()


def test_seeds_never_repeat_and_designs_are_taken_from_memory():
    kept: dict[str, np.ndarray] = {}
    world, asked = Toy(), study(TRUTH, draws=64, checks=16, **FAST)
    first = calibrate(asked, world, lambda name, make: kept.setdefault(name, make()))
    assert set(kept) == {"wave-1", "wave-2", "posterior"}
    seeds = [s for one in world.ran for s in range(one.first_seed, one.first_seed + len(one.unit) * one.seeds)]
    assert len(seeds) == len(set(seeds)) == 2 * 64 + 16

    def never() -> np.ndarray:
        raise AssertionError("made again")

    again = calibrate(asked, Toy(), lambda name, make: kept.get(name, never))
    assert (again.draws == first.draws).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"points": 4}, "--points 4 is outside 8 to 65536"),
        ({"seeds": 1}, "--seeds 1 is outside 2 to 100"),
        ({"waves": 0}, "--waves 0 is outside 1 to 10"),
        ({"draws": -1}, "--draws -1 is outside"),
        ({"draws": 8, "checks": 9}, "--checks 9 is outside 0 to the 8 draws"),
        ({"cut": 0.0}, "--cut 0 must be above 0"),
        ({"bind": "median"}, "--bind 'median' is unknown; allowed: run, mean"),
        ({"free": ()}, "no parameter is free"),
        ({"targets": ()}, "no targets"),
    ],
)
def test_wrong_numbers_are_named(change, sentence):
    with pytest.raises(InputError, match=sentence):
        replace(study(TRUTH), **change)
