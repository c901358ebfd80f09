"""Multiples and shift-share of R&D by industry, beside a twin that swaps one industry at a time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.counting._series import yearly_growth
from meguri.counting.industry_shift_share import shift_share
from meguri.errors import InputError
from meguri.observatory.counting import count

from ..sources.data_sets import real
from .by_hand import counted, sections


def rows(place, amounts, years=(2012, 2022)):
    return [{"place": place, "industry": industry, "year": year, "amount": amount}
            for industry, pair in amounts.items() for year, amount in zip(years, pair, strict=True)]  # fmt: skip


TOY = [*rows("own", {"cars": (80, 120), "ict": (20, 16)}), *rows("other", {"cars": (40, 40), "ict": (60, 180)})]


@pytest.mark.accept("S28.4")
def test_mix_and_growth_add_up_on_toy_data():
    (row,) = sections("industry_shift_share", {"panel": TOY}, reference="other")["shift_share"]
    assert (row["growth"], row["reference_growth"]) == (pytest.approx(0.36), pytest.approx(1.2))
    assert row["mix"] == pytest.approx((0.8 - 0.4) * 0.0 + (0.2 - 0.6) * 2.0)
    assert row["within"] == pytest.approx(0.8 * 0.5 + 0.2 * (-0.2 - 2.0))
    assert row["mix"] + row["within"] == pytest.approx(row["difference"])


def test_multiples_are_those_of_the_document_a_year():
    assert [round(100 * yearly_growth(times, 10), 1) for times in (1.5, 0.8, 6.4)] == [4.1, -2.2, 20.4]
    found = {row["industry"]: row for row in sections("industry_shift_share", {"panel": TOY})["industries"]
             if row["place"] == "own"}  # fmt: skip
    assert (found["cars"]["multiple"], found["ict"]["multiple"]) == (1.5, 0.8)
    assert found["cars"]["yearly_growth"] == pytest.approx(0.0414, abs=5e-5)
    assert sum(row["part"] for row in found.values()) == pytest.approx(0.36)


def test_what_if_an_industry_had_grown_like_the_references():
    like = {row["industry"]: row for row in sections("industry_shift_share", {"panel": TOY}, reference="other")[
        "like_reference"]}  # fmt: skip
    assert like["ict"]["to"] == 60.0
    assert like["ict"]["gain"] == pytest.approx((60 - 16) / 100)


amounts = st.dictionaries(
    st.sampled_from(["cars", "ict", "pharma", "steel"]), st.tuples(st.floats(0.1, 1e5), st.floats(0.0, 1e5)), min_size=1
)


@settings(deadline=None)
@given(amounts, amounts)
def test_the_parts_add_up_to_the_difference_and_equal_a_twin(own, other):
    panel = [*rows("own", own), *rows("other", other)]
    (row,) = sections("industry_shift_share", {"panel": panel}, reference="other")["shift_share"]
    common = own.keys() & other.keys()
    assert row["industries"] == len(common)
    if not common:
        assert row["mix"] is None
        return
    scale = max(abs(row["growth"]), abs(row["reference_growth"]), 1.0)
    assert row["mix"] + row["within"] == pytest.approx(row["difference"], abs=1e-6 * scale)
    # twin: give the reference the own shares (mix), then the own growth (within), as whole economies
    first, last = sum(own[name][0] for name in common), sum(own[name][1] for name in common)
    mixed = sum(own[name][0] * other[name][1] / other[name][0] for name in common) / first - 1.0
    reference = sum(other[name][1] for name in common) / sum(other[name][0] for name in common) - 1.0
    tolerance = 1e-6 * max(abs(mixed), scale)
    assert row["mix"] == pytest.approx(mixed - reference, abs=tolerance)
    assert row["within"] == pytest.approx(last / first - 1.0 - mixed, abs=tolerance)


def test_equal_countries_differ_by_nothing():
    shares, rates = {"a": 0.25, "b": 0.75}, {"a": 0.5, "b": -0.1}
    assert shift_share(shares, rates, shares, rates) == {"mix": 0.0, "within": 0.0}


def test_an_industry_without_a_value_is_said_and_in_no_sum():
    panel = [*rows("own", {"cars": (80, 120), "ict": (20, None)})]
    found = counted("industry_shift_share", {"panel": panel})
    assert found.sections["growth"][0]["from"] == 80
    assert found.notes[0].startswith("1 industries")


@pytest.mark.parametrize("options", [{"from": 2011}, {"to": 2012}, {"reference": "else"}])
def test_years_and_places_that_are_not_there(options):
    with pytest.raises(InputError):
        sections("industry_shift_share", {"panel": TOY}, **options)


def test_rd_by_industry_of_japanese_firms():
    found = count(
        "industry_shift_share", [real("japan_meti_rd/rd_by_industry.csv.gz")], {"from": 2011, "to": 2022},
        {"industry": "industry_ja", "year": "fiscal_year", "amount": "rd_total_mjpy"},
        {"industry_ja": ["総合計", "製造業"]},
    )  # fmt: skip
    industries = {row["industry"]: row for row in found.counted.sections["industries"]}
    assert (industries["総合計"]["from"], industries["総合計"]["to"]) == (11_658_928, 17_575_155)
    assert industries["総合計"]["multiple"] == pytest.approx(1.5074, abs=5e-5)
    assert found.rows[0].rows == 2238 == found.rows[0].used + found.rows[0].left_out
