"""Each step of a composite index on cases computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from meguri.errors import InputError
from meguri.observatory.index.declaration import Settings, parse
from meguri.observatory.index.means import shares, weights
from meguri.observatory.index.outliers import beyond, kurtosis, logarithm, skewness, treat, winsorised
from meguri.observatory.index.pipeline import compute
from meguri.observatory.index.ranking import ranks

from .toy import DATA, TOY, data, toy

NAN = np.nan
#: Twelve values of which two are far out: 1 to 10, 30, 100.
LONG_TAIL = np.array([*range(1, 11), 30.0, 100.0])


def scores(**given):
    return dict(zip("ABCD", compute(toy(), data(), given).scores, strict=True))


def test_skewness_and_kurtosis_of_one_in_five():
    """Four zeros and a one: the third moment gives the root of 5, the fourth 13 - 8 = 5."""
    values = np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    assert skewness(values) == pytest.approx(5**0.5)
    assert kurtosis(values) == pytest.approx(5)
    assert (skewness(values[:2]), kurtosis(values[:3])) == (0, 0)
    same = np.full(7, 0.1)
    assert skewness(same) == kurtosis(same) == 0


def test_skewness_and_kurtosis_are_those_of_samples_without_bias():
    for values in (LONG_TAIL, np.random.default_rng(1).lognormal(size=50)):
        gap = np.append(values, NAN)
        assert skewness(gap) == pytest.approx(stats.skew(values, bias=False))
        assert kurtosis(gap) == pytest.approx(stats.kurtosis(values, bias=False))


def test_the_largest_value_takes_the_place_of_the_next_until_a_limit_is_kept():
    """Skewness 3.06 and kurtosis 9.74 with 100; with two 30s, 1.57 and 0.98."""
    moved = winsorised(LONG_TAIL, Settings())
    assert moved.tolist() == [*range(1, 11), 30, 30]
    assert treat(LONG_TAIL, "winsorise_or_log", Settings()).done == ("winsorised",)
    mirrored = winsorised(-LONG_TAIL, Settings())
    assert mirrored.tolist() == (-moved).tolist()


def test_where_one_limit_is_kept_nothing_is_moved():
    """A heavy-tailed but even distribution has kurtosis without skewness."""
    even = np.array([-100.0, *range(-5, 6), 100.0])
    assert kurtosis(even) > 3.5
    assert treat(even, "winsorise_or_log", Settings()).done == ()
    assert treat(LONG_TAIL, "none", Settings()).values is LONG_TAIL


def test_the_logarithm_follows_where_moving_values_is_not_enough():
    """Sixty values from 1 to 2^14, each the same multiple of the one before: three must move, two may."""
    tail = 2.0 ** np.linspace(0, 14, 60)
    two = Settings(winsorised_at_most=2)
    assert treat(tail, "winsorise_or_log", Settings()).done == ("winsorised",)
    assert (treat(tail, "winsorise_or_log", Settings()).values != tail).sum() == 3
    treated = treat(tail, "winsorise_or_log", two)
    assert treated.done == ("log",)
    assert treated.values == pytest.approx(np.log(tail - 1 + 0.01 * (2**14 - 1)))
    assert not beyond(treated.values, two)
    only = treat(tail, "winsorise", two)
    assert only.done == ("winsorised", "still_skewed")
    assert (only.values != tail).sum() == 2
    assert treat(LONG_TAIL, "log", Settings()).done == ("log",)


def test_the_logarithm_keeps_the_order_on_either_side():
    for values in (LONG_TAIL, -LONG_TAIL, LONG_TAIL - 50):
        assert (np.argsort(logarithm(values)) == np.argsort(values)).all()


def test_the_toy_index_on_paper():
    """One: (x + y/2) / 1.5 of 0, 50, 100, 50 and 100, 50, 0, none; two: 100, 50, 0, 50 on the scale from 1 to 7."""
    result = compute(toy(), data())
    assert result.nodes[:, 3].tolist() == pytest.approx([100 / 3, 50, 200 / 3, 50])
    assert result.nodes[:, 4].tolist() == pytest.approx([100, 50, 0, 50])
    assert result.scores.tolist() == pytest.approx([200 / 3, 50, 100 / 3, 50])
    assert result.ranks.tolist() == [1, 2, 4, 2]


def test_equal_weights_count_each_part_once():
    assert scores(weights="equal")["A"] == pytest.approx(75)
    assert weights(toy(), "equal").tolist() == [1] * 6


def test_shares_of_the_whole():
    """Half an area each; x two thirds and y one third of the first."""
    assert shares(toy(), weights(toy(), "given")).tolist() == pytest.approx([1 / 3, 1 / 6, 1 / 2, 1 / 2, 1 / 2, 1])


def test_geometric_and_harmonic_means_with_a_floor():
    """A: one is 1^(2/3) 100^(1/3), the whole its root with 100; C: 100^(2/3) and the floor 1; B and D stay at 50."""
    geometric = scores(aggregation="geometric")
    assert geometric["A"] == pytest.approx((100 ** (1 / 3) * 100) ** 0.5)
    assert geometric["C"] == pytest.approx((100 ** (2 / 3) * 1) ** 0.5)
    assert geometric["B"] == geometric["D"] == pytest.approx(50)
    harmonic = scores(aggregation="harmonic")
    one = 1.5 / (1 / 1 + 0.5 / 100)
    assert harmonic["A"] == pytest.approx(2 / (1 / one + 1 / 100))
    assert harmonic["B"] == pytest.approx(50)


def test_means_are_in_the_order_of_the_textbook():
    """Harmonic below geometric below arithmetic where no score is raised to the floor."""
    table = data(DATA.replace("10,1,7", "15,2,6").replace("30,5,1", "28,4,3"))
    lows = [compute(toy(), table, {"aggregation": how, "normalisation": "z_score"}).scores for how in
            ("harmonic", "geometric", "arithmetic")]  # fmt: skip
    assert (np.diff(np.stack(lows), axis=0) >= -1e-9).all()


def test_an_area_may_have_a_mean_of_its_own():
    own = parse(TOY.replace('id = "one"', 'id = "one"\naggregation = "geometric"', 1), "toy.toml")
    result = compute(own, data())
    assert result.nodes[0, 3] == pytest.approx(100 ** (1 / 3))
    assert result.scores[0] == pytest.approx((100 ** (1 / 3) + 100) / 2)


def test_scores_by_standard_deviation():
    """x is 10, 20, 30, 20: mean 20, standard deviation the root of 50."""
    scaled = compute(toy(), data(), {"normalisation": "z_score"}).prepared.scaled
    assert scaled[:, 0].tolist() == pytest.approx([50 - 100 / 50**0.5, 50, 50 + 100 / 50**0.5, 50])
    assert scaled[0, 1] > scaled[2, 1], "less is better"


def test_scores_by_rank():
    """x ranks 4, 2.5, 1, 2.5 of four; y, without D, 1, 2, 3 of three."""
    scaled = compute(toy(), data(), {"normalisation": "rank"}).prepared.scaled
    assert scaled[:, 0].tolist() == pytest.approx([0, 50, 100, 50])
    assert scaled[:3, 1].tolist() == pytest.approx([100, 50, 0])
    assert np.isnan(scaled[3, 1])


def test_scores_by_distance_to_a_reference():
    """B is the reference: x goes from 10 (0) to 20 (100), y from 5 (0) to 3 (100), z from 1 (0) to 4 (100)."""
    scaled = compute(toy(), data(), {"normalisation": "distance"}).prepared.scaled
    assert scaled[:3].tolist() == [[0, 200, 200], [100, 100, 100], [200, 0, 0]]


def test_a_gap_is_filled_from_the_most_similar():
    """D is like B in x and z, so that B's 50 stands in; of the two next, A comes first in the table: (50 + 100) / 2."""
    assert compute(toy(), data(), {"missing": "neighbours"}).prepared.scores[3, 1] == 50
    two = replace(toy(), settings=replace(toy().settings, neighbours=2))
    assert compute(two, data(), {"missing": "neighbours"}).prepared.scores[3, 1] == 75


def test_who_is_ranked():
    """Without y, D has half of area one, and values in both areas."""

    def ranked(area: str, coverage: str = "minimum") -> str:
        index = parse(TOY.replace('id = "one"', f'id = "one"\n{area}', 1), "toy.toml")
        return "".join(compute(index, data(), {"coverage": coverage}).prepared.economies)

    assert ranked("minimum_coverage = 0.5") == "ABCD"
    assert ranked("minimum_coverage = 0.66") == "ABC"
    assert ranked("minimum_parts = 2") == "ABC"
    assert ranked("minimum_coverage = 0.66", "any") == "ABCD"
    assert ranked("", "complete") == "ABC"


def test_scales_are_those_of_whoever_is_ranked():
    """Without D, which is left out, nothing of D is in the lowest and highest values."""
    table = data(DATA.replace("D,20,,4", "D,90,,4"))
    result = compute(toy(), table, {"coverage": "complete"})
    assert result.prepared.scaled[:, 0].tolist() == [0, 50, 100]


@pytest.mark.accept("S02.7")
def test_ties_by_each_convention():
    tied = np.array([70.0, 50.0, NAN, 50.0, 20.0])
    found = {how: ranks(tied, how).tolist() for how in ("competition", "dense", "average", "ordinal")}
    for how, wanted in {
        "competition": [1, 2, 2, 4], "dense": [1, 2, 2, 3], "average": [1, 2.5, 2.5, 4], "ordinal": [1, 2, 3, 4]
    }.items():  # fmt: skip
        assert [rank for rank in found[how] if rank == rank] == wanted
        assert np.isnan(found[how][2])


@pytest.mark.accept("S02.7")
def test_known_scores_rank_and_scores_that_round_alike_tie():
    assert ranks(np.array([54.68, 61.7, 54.71, 67.2]), "competition").tolist() == [4, 2, 3, 1]
    assert ranks(np.array([54.68, 61.7, 54.71, 67.2]), "competition", decimals=1).tolist() == [3, 2, 3, 1]
    assert ranks(np.array([0.1 + 0.2, 0.3]), "competition").tolist() == [1, 1], "bits of rounding break no tie"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DATA.replace("10,1", "20,1").replace("30,5", "20,5"), ("'x'", "same value everywhere")),
        ("economy,x,y,z\nA,1,,4\nB,2,,5\n", ("'y'", "no value")),
    ],
)
def test_an_indicator_that_ranks_nobody_is_refused(text, words):
    with pytest.raises(InputError) as error:
        compute(toy(), data(text))
    for word in words:
        assert word in str(error.value)


def test_a_reference_without_a_value_is_refused():
    index = replace(toy(), settings=replace(toy().settings, reference="D"))
    with pytest.raises(InputError, match="'y' has no value for the reference economy D"):
        compute(index, data(), {"normalisation": "distance"})
    index = replace(toy(), settings=replace(toy().settings, reference=""))
    with pytest.raises(InputError, match="needs an economy as 'reference'"):
        compute(index, data(), {"normalisation": "distance"})


def test_nothing_is_done_silently():
    """Every value that differs between two steps is on the list, with both values; every gap and every tie is."""
    more = "".join(f"E{n},{20 + n},{3 + n / 9},4\n" for n in range(8))
    table = data(DATA.replace("D,20,,4", "D,2000,,4") + more + "F,,,\n")
    result = compute(toy(), table, {"aggregation": "geometric"})
    assert [change.economy for change in result.of("coverage")] == ["F"]
    (moved,) = result.of("outliers")
    assert (moved.done, moved.economy, moved.node, moved.before, moved.after) == ("winsorised", "D", "x", 2000, 30)
    assert len(result.of("normalisation")) == 12 * 3 - 1
    assert [(change.done, change.economy, change.node) for change in result.of("missing")] == [("ignored", "D", "y")]
    assert [change.after for change in result.of("weights")] == pytest.approx([1 / 3, 1 / 6, 1 / 2, 1 / 2, 1 / 2])
    floored = {(change.economy, change.node) for change in result.of("aggregation")}
    assert floored == {("A", "x"), ("C", "y"), ("C", "z")}
    rows = compute(toy(), data())
    assert [(change.economy, change.after) for change in rows.of("ranks")] == [("B", 2), ("D", 2)]


def test_a_scale_of_its_own_is_no_outlier_and_that_is_said():
    table = data("economy,x,y,z\n" + "".join(f"E{n},{n},{n},{7 if n == 9 else 1 + n / 90}\n" for n in range(10)))
    result = compute(toy(), table)
    assert [(change.done, change.node) for change in result.of("outliers")] == [("own_range", "z")]
    assert result.prepared.treated[9, 2] == 7
