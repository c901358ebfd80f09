"""Links end to end: scores, groups, numbers, decisions by hand, and that the same input gives the same links."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.errors import InputError
from meguri.observatory.identity import blocking, decisions, groups, numbers, organisations, scoring

pytest.importorskip("splink")
pytest.importorskip("rapidfuzz")

A = [
    (1, "株式会社鈴木ファーム", "company", "JP", "JP-04"),
    (2, "国立大学法人東北大学", "university", "JP", "JP-04"),
    (3, "Electrosynthesis Company, Inc.", "startup", "US", "US-NY"),
    (4, "University of Washington", "university", "US", "US-WA"),
    (5, "Fractal Systems, Inc.", "startup", "US", "US-FL"),
    (6, "山田製作所", "company", "JP", "JP"),
]
B = [
    (11, "（株）鈴木ファーム", "company", "JP", "JP-04"),
    (12, "東北大学", "university", "JP", "JP-04"),
    (13, "THE ELECTROSYNTHESIS CO INC", "startup", "US", "US-NY"),
    (14, "Washington University", "university", "US", "US-MO"),
    (15, "Fractal Systems Inc", "startup", "US", "US-FL"),
    (16, "FRACTAL SYSTEMS", "startup", "US", "US-FL"),
    (17, "別の名称", "company", "JP", "JP"),
    (18, "東北大学病院", "university", "JP", "JP-04"),
]
GOOD, OTHER, BAD = "3370301002738", "2370001049221", "3370301002739"


def ready(known=(), left=A, right=B):
    given = [("a", *row) for row in left] + [("b", *row) for row in right]
    held = pl.DataFrame(list(known), schema=organisations.NUMBERS, orient="row")
    return organisations.prepared(pl.DataFrame(given, schema=organisations.GIVEN, orient="row"), held)


def answer(known=(), by_hand=(), within=False, threshold=0.9):
    found = ready(known)
    pairs = scoring.scored(found, within).pairs
    rows = [decisions.made(word, left, right, line=line) for line, (word, left, right) in enumerate(by_hand, 2)]
    book = decisions.Decisions()
    for row in rows:
        book = decisions.after(book, row)
    states, made = groups.resolved(found, pairs, book, threshold, within)
    actor = dict(found.select("unique_id", "actor").iter_rows())
    said = {(actor[row["left"]], actor[row["right"]]): row["state"] for row in states.iter_rows(named=True)}
    together: dict[str, set[int]] = {}
    for name, number in groups.linked_actors(found, made).select("same_as", "actor").iter_rows():
        together.setdefault(name, set()).add(number)
    return said, {frozenset(members) for members in together.values()}, states


def test_the_pairs_of_a_small_set_are_exactly_these():
    said, together, _ = answer()
    assert together == {frozenset({1, 11}), frozenset({2, 12}), frozenset({3, 13})}
    assert said[5, 15] == said[5, 16] == "ambiguous"  # two of the other source fit equally well
    assert said.get((4, 14), "review") == "review"  # the same words in another order are not the same name
    assert said.get((2, 18), "review") == "review"


def test_reasons_say_what_each_comparison_found():
    found = ready()
    pairs = scoring.scored(found, False).pairs
    row = pairs.filter(pl.col("score") == pairs["score"].max()).row(0, named=True)
    said = {one["comparison"]: one for one in scoring.reasons(row)}
    assert said["name"]["level"] in {"same", "same_short"}
    assert said["name"]["en"]
    assert said["name"]["ja"]
    assert said["region"]["level"] == "same"
    total = sum(one["weight"] for one in said.values())
    prior = scoring.prior_of(found, False)
    assert total + math.log2(prior / (1 - prior)) == pytest.approx(row["weight"], abs=0.05)  # Bayes, in bits


def test_the_same_number_is_the_same_whatever_the_name_and_two_numbers_are_two():
    said, together, _ = answer([(6, "corporate_number", GOOD), (17, "corporate_number", f"T{GOOD}")])
    assert frozenset({6, 17}) in together
    assert said[6, 17] == "number"
    said, together, _ = answer([(1, "corporate_number", GOOD), (11, "corporate_number", OTHER)])
    assert said[1, 11] == "numbers_differ"
    assert not any({1, 11} <= members for members in together)


def test_a_number_with_a_wrong_check_digit_is_no_number():
    _, together, _ = answer([(6, "corporate_number", BAD), (17, "corporate_number", BAD)])
    assert not any({6, 17} <= members for members in together)


def test_who_has_two_numbers_is_decided_by_neither():
    said, _, _ = answer(
        [(1, "corporate_number", GOOD), (1, "corporate_number", OTHER), (11, "corporate_number", OTHER)]
    )
    assert said[1, 11] == "linked"


def test_two_numbers_never_meet_through_a_third():
    """Name links would join 3 with 13 and, by hand, 13 with 6: the two have different numbers."""
    known = [(3, "corporate_number", GOOD), (6, "corporate_number", OTHER)]
    said, together, _ = answer(known, [("accept", "a:6", "b:13")])
    assert said[3, 13] == "numbers_differ"
    assert frozenset({6, 13}) in together
    with pytest.raises(InputError, match="different registry numbers"):
        answer(known, [("accept", "a:6", "b:13"), ("accept", "a:3", "b:13")])


@given(st.randoms(use_true_random=False), st.data())
@settings(max_examples=60, deadline=None)
def test_no_group_ever_holds_two_numbers_or_a_rejected_pair(chance, data):
    """Any pairs, any numbers, any decisions that do not contradict each other."""
    size = data.draw(st.integers(2, 14))
    rows = [(i, data.draw(st.sampled_from("ab")), i, f"n{i}", data.draw(st.sampled_from([None, ["x:1"], ["x:2"]])))
            for i in range(size)]  # fmt: skip
    schema = {"unique_id": pl.Int64, "source": pl.String, "actor": pl.Int64, "name": pl.String,
              "deciding": pl.List(pl.String)}  # fmt: skip
    found = pl.DataFrame(rows, schema=schema, orient="row")
    made = [(one, two) for one in range(size) for two in range(one + 1, size) if chance.random() < 0.4]
    pairs = pl.DataFrame(
        [(one, two, chance.choice([0.2, 0.91, 0.99]), chance.choice([1.0, 5.0, 9.0])) for one, two in made],
        schema={"left": pl.Int64, "right": pl.Int64, "score": pl.Float64, "weight": pl.Float64}, orient="row",
    )  # fmt: skip
    rejected = [pair for pair in made if chance.random() < 0.2]
    book = decisions.Decisions()
    source = {row[0]: row[1] for row in rows}
    for line, (one, two) in enumerate(rejected, 2):
        row = decisions.made("reject", f"{source[one]}:{one}", f"{source[two]}:{two}", line=line)
        book = decisions.after(book, row)
    for within in (False, True):
        states, together = groups.resolved(found, pairs, book, 0.9, within)
        for members in together.members.values():
            held = {number for one in members for number in rows[one][4] or ()}
            assert len(held) <= 1
            assert not any(one in members and two in members for one, two in rejected)
        assert states.height == pairs.height
        assert states["state"].is_in(list(groups.STATES)).all()


def test_decisions_win_and_can_be_undone():
    _, together, _ = answer(by_hand=[("reject", "a:1", "b:11"), ("accept", "a:6", "b:17")])
    assert frozenset({6, 17}) in together
    assert not any({1, 11} <= members for members in together)
    _, together, _ = answer(by_hand=[("reject", "a:1", "b:11"), ("undo", "b:11", "a:1")])
    assert frozenset({1, 11}) in together
    _, together, _ = answer(by_hand=[("reject", "a:1", "b:11"), ("accept", "a:1", "b:11"), ("undo", "a:1", "b:11")])
    assert not any({1, 11} <= members for members in together)  # the rejection stands again
    with pytest.raises(InputError, match="nothing stands"):
        answer(by_hand=[("undo", "a:1", "b:11")])
    with pytest.raises(InputError, match="rejected"):
        answer(by_hand=[("reject", "a:1", "b:11"), ("accept", "a:1", "b:12"), ("accept", "b:12", "b:11")])


def test_the_order_of_rows_changes_nothing():
    known = [(6, "corporate_number", GOOD), (17, "corporate_number", GOOD)]
    _, first, states = answer(known)
    for seed in range(3):
        left, right = A[:], B[:]
        random.Random(seed).shuffle(left)
        random.Random(seed + 9).shuffle(right)
        found = ready(known, left, right)
        pairs = scoring.scored(found, False).pairs
        again, made = groups.resolved(found, pairs, decisions.Decisions(), 0.9, False)
        assert again.equals(states)
        assert groups.linked_actors(found, made)["same_as"].n_unique() == len(first)


def test_the_number_of_threads_changes_nothing(monkeypatch):
    answers = []
    for threads in (1, 4):
        monkeypatch.setattr(scoring, "THREADS", threads)
        answers.append(scoring.scored(ready(), True).pairs)
    assert answers[0].equals(answers[1])


def test_pairs_stay_within_bounds_and_what_is_left_out_is_counted():
    many = [(i, f"Common Systems {i}", "company", "US", "US") for i in range(200)]
    same = [(1000 + i, "Common Systems", "company", "US", "US") for i in range(200)]
    found = ready((), many, same)
    every = blocking.keys(found, False)
    assert every.left_out > 0  # "common" and "systems" are shared by 400
    assert every.without == 400
    assert not list(blocking.pairs(every))
    fewer = ready((), many[:100], same[:100])
    assert blocking.keys(fewer, False).left_out == 0
    few = blocking.keys(fewer, False, most=1000)
    assert few.left_out > 0
    assert sum(frame.height for frame in blocking.pairs(few)) <= 1000
    assert few.without > 0


def test_batches_make_each_pair_once(monkeypatch):
    found = ready()
    whole = pl.concat(blocking.pairs(blocking.keys(found, True)))
    monkeypatch.setattr(blocking, "BATCH", 3)
    parts = list(blocking.pairs(blocking.keys(found, True)))
    assert len(parts) > 1
    assert pl.concat(parts).sort("left", "right").equals(whole.sort("left", "right"))
    assert not whole.is_duplicated().any()


def test_check_digits():
    given = pl.DataFrame(
        [("corporate_number", GOOD), ("corporate_number", BAD), ("corporate_number", "３３７０-3010-02738"),
         ("lei", "5493001KJTIIGC8Y1R12"), ("lei", "5493001KJTIIGC8Y1R13"), ("ror", "https://ror.org/01dq60k83"),
         ("duns", "07-202-1041"), ("duns", "x"), ("house", " A  1 ")],
        schema=["scheme", "identifier"], orient="row",
    )  # fmt: skip
    assert sorted(numbers.written(given).iter_rows()) == [
        ("corporate_number", GOOD), ("corporate_number", GOOD), ("duns", "072021041"), ("house", "A 1"),
        ("lei", "5493001KJTIIGC8Y1R12"), ("ror", "01DQ60K83"),
    ]  # fmt: skip


def test_without_the_libraries_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(scoring.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"meguri\[identity\]"):
        scoring.needed()
