"""Numbers, periods and places as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.observatory import notation


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("１，２３４百万円", "JPY_m", 1234.0),
        ("△1,234", "JPY", -1234.0),
        ("▲５", "JPY", -5.0),
        ("(300)", "JPY", -300.0),
        ("12.3％", "percent", 12.3),
        ("12.3%", "share", 0.123),
        ("1億2,000万円", "JPY", 120_000_000.0),
        ("12万円", "JPY_m", 0.12),
        ("￥500", "JPY_m", 0.0005),
        ("3千円", "JPY", 3000.0),
        ("5社", "firm", 5.0),
        ("1千人", "person", 1000.0),
        ("1.5e3", "count", 1500.0),
        ("$12", "JPY", None),
        ("5人", "firm", None),
        ("1,23", "JPY", None),
        ("12 34", "JPY", None),
        ("3千", "JPY_m", None),
        ("千円", "JPY", None),
        ("=1+2", "JPY", None),
        ("inf", "", None),
        ("nan", "", None),
        ("", "", None),
        ("9" * 61, "JPY", None),
    ],
)
def test_numbers(text, unit, value):
    assert notation.number(text, unit) == value


def test_a_bare_number_is_in_the_unit_of_its_column_and_a_written_unit_is_its_own():
    unit, times = notation.column_unit("千円")
    assert (unit, times) == ("JPY", 1000.0)
    assert notation.number("1,200", unit, times) == 1_200_000.0
    assert notation.number("2百万円", unit, times) == 2_000_000.0
    assert notation.number("2百万", unit, times) is None  # of 千円, or of yen?


@settings(deadline=None)
@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_whole_numbers_come_back_however_they_are_written(number):
    wide = str.maketrans("0123456789,-", "０１２３４５６７８９，－")
    for text in (str(number), f"{number:,}", f"{number:,}".translate(wide), f" {number:,}円 "):
        assert notation.number(text, "JPY") == number
    if number < 0:
        assert notation.number(f"△{-number:,}", "JPY") == number


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_not_and_nothing_else_happens(text):
    value = notation.number(text, "JPY")
    assert value is None or abs(value) < float("inf")
    for kind in notation.PERIODS:
        found = notation.period(text, kind)
        assert found is None or notation.period(found) == found
    notation.place(text)
    notation.column_unit(text)


@pytest.mark.parametrize(
    ("text", "kind", "period"),
    [
        ("令和5年度", "period", "FY2023"),
        ("R5年度", "period", "FY2023"),
        ("R5", "fiscal_year", "FY2023"),
        ("２０２３年度", "period", "FY2023"),
        ("FY23", "period", "FY2023"),
        ("2023", "fiscal_year", "FY2023"),
        ("2023.0", "calendar_year", "2023"),
        ("2023年", "period", "2023"),
        ("平成35年度", "fiscal_year", "FY2023"),
        ("令和元年5月1日", "period", "2019Q2"),
        ("R5.4.1", "day", "2023Q2"),
        ("H31.4.30", "day", "2019Q2"),
        ("S64.1.7", "day", "1989Q1"),
        ("2023-04-01 00:00:00", "day", "2023Q2"),
        ("2023-03-31", "fiscal_year", "FY2022"),
        ("20230401", "day", "2023Q2"),
        ("2023年4月", "month", "2023Q2"),
        ("2023年度第1四半期", "period", "2023Q2"),
        ("FY2023 Q4", "quarter", "2024Q1"),
        ("2023年第一四半期", "period", "2023Q1"),
        ("2023Q4", "period", "2023Q4"),
        ("2023-02-30", "day", None),
        ("2023-13-01", "day", None),
        ("H32.4.1", "day", None),
        ("昭和65年", "period", None),
        ("2023年度", "calendar_year", None),
        ("2023", "day", None),
        ("合計", "period", None),
        ("0023", "period", None),
    ],
)
def test_periods(text, kind, period):
    assert notation.period(text, kind) == period


def test_money_of_a_fiscal_year_stands_in_its_last_quarter():
    assert notation.quarter_of("FY2023") == "2024Q1"
    assert notation.quarter_of("FY2023", begins=1) == "2023Q4"
    assert notation.quarter_of("2023") == "2023Q4"
    assert notation.quarter_of("2023Q2") == "2023Q2"


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [("仙台", "hub", "hub:sendai"), ("仙台拠点", "place", "hub:sendai"), ("hub:kitakyushu", "place", "hub:kitakyushu"),
     ("宮城県", "place", "JP-04"), ("日本", "place", "JP"), ("UK", "place", "GB"), ("火星", "place", None)],
)  # fmt: skip
def test_places(text, kind, place):
    assert notation.place(text, kind) == place
