"""Regional concentration: printed shares, the range that hides in "other", and the money that would have to move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meguri.counting.regional_concentration import hhi_range, to_move
from meguri.errors import InputError
from meguri.observatory.counting import count
from meguri.sources._document import contents

from ..sources.data_sets import real
from .by_hand import counted, sections

NAMES = ("tokyo", "osaka", "kanagawa", "kyoto", "fukuoka", "other")


@pytest.fixture(scope="module")
def printed():
    facts = contents().facts
    return [{"place": name, "amount": facts[f"region.funding.{name}"]["value"], "year": 2023} for name in NAMES]


@pytest.mark.accept("S23.1", "S23.2", "S23.3", "S23.4")
def test_the_printed_shares_and_the_range_of_their_concentration(printed):
    found = counted("regional_concentration", {"amounts": printed}, other_regions=42)
    shares = {row["place"]: row["share"] for row in found.sections["shares"]}
    assert {name: round(100 * share, 1) for name, share in shares.items()} == {
        "tokyo": 79.8, "osaka": 3.0, "kanagawa": 2.2, "kyoto": 2.2, "fukuoka": 2.0, "other": 10.8}  # fmt: skip
    assert sum(shares.values()) == pytest.approx(1.0)
    (row,) = found.sections["concentration"]
    assert (row["top"], row["regions"], round(row["top_share"], 1)) == ("tokyo", 5, 0.8)
    assert (row["hhi_low"], row["hhi_high"]) == (pytest.approx(0.6393, abs=5e-5), pytest.approx(0.6507, abs=5e-5))
    assert any("range" in note and "幅" in note.ja for note in found.notes)


def test_where_the_number_of_other_regions_is_not_known_the_least_is_that_of_the_named(printed):
    (row,) = sections("regional_concentration", {"amounts": printed})["concentration"]
    assert row["hhi_low"] == pytest.approx(0.6391, abs=5e-5)
    (ranked,) = sections("regional_concentration", {"amounts": printed}, ranked="yes")["concentration"]
    assert row["hhi_low"] < ranked["hhi_high"] < row["hhi_high"]
    assert ranked["hhi_high"] == pytest.approx(0.6391 + 5 * 0.02**2 + 0.008**2, abs=5e-5)


def test_the_money_to_move_that_brings_tokyo_to_sixty_percent(printed):
    (row,) = sections("regional_concentration", {"amounts": printed}, place="tokyo", share=0.6)["to_move"]
    assert (row["now"], row["moved"], row["added"]) == (pytest.approx(0.798), pytest.approx(19.8), pytest.approx(33.0))
    with pytest.raises(InputError, match="Tokyo"):
        sections("regional_concentration", {"amounts": printed}, place="Tokyo", share=0.6)


@given(st.lists(st.floats(1e-3, 1.0), min_size=2, max_size=30), st.integers(1, 29))
def test_the_range_contains_the_truth(amounts, named):
    """Blocks that hide regions: the true sum of squares lies inside, also where the named are the largest."""
    amounts = sorted((amount / sum(amounts) for amount in amounts), reverse=True)
    named = min(named, len(amounts) - 1)
    truth = sum(share * share for share in amounts)
    hidden = amounts[named:]
    for shown, ranked in ((amounts[:named], True), (amounts[:named], False), (hidden, False)):
        rest = amounts[named:] if shown is not hidden else amounts[:named]
        for regions in (None, len(rest)):
            low, high = hhi_range(shown, sum(rest), regions, ranked)
            assert low - 1e-9 <= truth <= high + 1e-9


@given(st.floats(0, 1e6), st.floats(1e-3, 1e6), st.floats(0.01, 1.0))
def test_both_ways_of_moving_money_reach_the_share(amount, elsewhere, share):
    total = amount + elsewhere
    row = to_move(amount, total, share)
    assert (amount - row["moved"]) / total == pytest.approx(share)
    assert amount == pytest.approx(share * (total + row["added"]), abs=1e-6 * total)


def test_rows_without_amount_or_place_are_said():
    rows = [{"place": "a", "amount": 1.0}, {"place": None, "amount": 5.0}, {"place": "b", "amount": None}]
    found = counted("regional_concentration", {"amounts": rows})
    assert [(row["place"], row["share"]) for row in found.sections["shares"]] == [("a", 1.0)]
    assert found.notes[0].startswith("2 rows")


def test_rounds_by_state_of_the_united_states():
    result = count("regional_concentration", [real("crunchbase_2013/rounds.csv.gz")], {},
                   {"place": "company_state_code", "amount": "raised_amount_usd", "year": "funded_year"})  # fmt: skip
    (file,) = result.rows
    assert (file.rows, file.used, file.aside) == (19_181, 19_181, 0)
    last = {row["year"]: row for row in result.counted.sections["concentration"]}[2010]
    assert last["top"] == "CA"
    assert last["hhi_low"] == last["hhi_high"] > last["top_share"] ** 2
