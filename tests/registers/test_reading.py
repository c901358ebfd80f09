"""Cells as people fill them in: dates in four spellings, money, choices; and what is refused, in a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.registers import Column, Option
from meguri.registers._dates import ERAS, FIRST, LAST, Unreadable, read_date, read_fiscal_year
from meguri.registers._reading import read, read_key

TEXT = Column("title", "事業名", "title")
YEN = Column("amount", "支援額", "amount", "yen", "JPY")
FLAG = Column("conflict", "利益相反", "conflict", "flag")
FIELD = Column("field", "分野", "field", "choice", table="fields")
MANY = Column("support", "支援", "support", "choice", many=True,
              options=(Option("mentoring", "メンタリング", "mentoring"),
                       Option("other", "その他", "other")))  # fmt: skip
SCORE = Column("score", "評点", "score", "number", low=0, high=100)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和7年4月1日", "2025-04-01"), ("R7.4.1", "2025-04-01"), ("2025/4/1", "2025-04-01"),
        ("2025年4月1日", "2025-04-01"), ("2025-04-01", "2025-04-01"), ("２０２５／４／１", "2025-04-01"),
        ("令和７年４月１日", "2025-04-01"), ("r07.04.01", "2025-04-01"), ("20250401", "2025-04-01"),
        (" 2025-04-01 00:00:00 ", "2025-04-01"), ("令和元年5月1日", "2019-05-01"), ("平成31年4月30日", "2019-04-30"),
        ("㍻31年4月30日", "2019-04-30"), ("昭和64年1月7日", "1989-01-07"), ("H1.1.8", "1989-01-08"),
        ("明治元年10月23日", "1868-10-23"), ("令和6年2月29日", "2024-02-29"),
    ],
)  # fmt: skip
def test_dates(text, day):
    assert read_date(text).isoformat() == day


@pytest.mark.parametrize(
    "text",
    ["令和99年4月1日", "平成31年5月1日", "平成40年1月1日", "令和元年4月30日", "昭和64年1月8日", "令和7年2月29日",
     "2025/13/1",
     "25/4/1", "45748", "4月1日", "令和0年1月1日", "1867/12/31", "2101/1/1", "2025-04-01 12:30:00", "X7.4.1", ""],
)  # fmt: skip
def test_what_is_no_date(text):
    with pytest.raises(Unreadable) as refused:
        read_date(text)
    assert all(refused.value.sentence)


@given(st.dates(FIRST, LAST))
@settings(max_examples=300, deadline=None)
def test_every_day_is_read_from_each_of_its_spellings(day):
    era = max((era for era in ERAS if era.first <= day), key=lambda era: era.first)
    year = day.year - era.zero
    for text in (
        f"{era.name}{year}年{day.month}月{day.day}日", f"{era.letter}{year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日", day.isoformat(),
    ):  # fmt: skip
        assert read_date(text) == day


def test_fiscal_years():
    years = [read_fiscal_year(text) for text in ("FY2024", "2024年度", "２０２４", "令和6年度", "R6年度")]
    assert years == ["FY2024"] * 5
    assert read_fiscal_year("平成31年度") == read_fiscal_year("令和元年度") == "FY2019"
    for text in ("令和99年度", "平成40年度", "FY24", "来年度"):
        with pytest.raises(Unreadable):
            read_fiscal_year(text)


@pytest.mark.parametrize(
    ("text", "yen"),
    [("3000000", 3_000_000), ("3,000,000円", 3_000_000), ("３００万円", 3_000_000), ("¥3,000", 3000),
     ("1.5億円", 150_000_000),
     ("3000000.0", 3_000_000), ("0", 0), ("300百万円", 300_000_000)],
)  # fmt: skip
def test_money(text, yen):
    found = read(YEN, text)
    assert found == yen
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("text", "word"),
    [("-3000000", "negative"), ("△3,000", "negative"), ("▲3", "negative"), ("3000000.5", "fraction"), ("0.1万円", None),
     ("0.00001万円", "fraction"), ("三百万円", "not a number"), ("nan", "not a number"), ("inf", "not a number"),
     ("1e999999999", "too large"), ("9" * 400, "too large"), ("=3+4", "not a number")],
)  # fmt: skip
def test_money_that_is_refused(text, word):
    if word is None:
        assert read(YEN, text) == 1000
        return
    with pytest.raises(Unreadable) as refused:
        read(YEN, text)
    assert word in refused.value.sentence[1]
    assert len(refused.value.sentence[0]) < 200


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+2", "-2+3", "@SUM(A1)", "＝cmd", " =1", "\t=1"])
def test_what_a_spreadsheet_would_compute_is_refused(text):
    with pytest.raises(Unreadable) as refused:
        read(TEXT, text)
    assert "formula" in refused.value.sentence[1]
    assert "数式" in refused.value.sentence[0]


@pytest.mark.parametrize("text", ["a" * 1_000_000, "a\x00b", "a\x1bb", "a\u202eb", "\ud800"])
def test_names_of_a_megabyte_and_hidden_marks_are_refused_in_a_short_sentence(text):
    for column in (TEXT, FIELD, YEN, FLAG, MANY, Column("day", "日付", "day", "date")):
        with pytest.raises(Unreadable) as refused:
            read(column, text)
        assert max(map(len, refused.value.sentence)) < 300
    with pytest.raises(Unreadable):
        read_key(text)


def test_choices_flags_and_what_says_nothing():
    assert [read(FIELD, text) for text in ("宇宙", "space", "SPACE", "ｓｐａｃｅ")] == ["space"] * 4
    assert read(MANY, "メンタリング|other") == ["mentoring", "other"]
    assert [read(FLAG, text) for text in ("はい", "yes", "○", "無", "0")] == [True, True, True, False, False]
    for column in (TEXT, YEN, FIELD, MANY, FLAG):
        assert [read(column, text) for text in ("", " ", "-", "ー", "－")] == [None] * 5
    with pytest.raises(Unreadable) as refused:
        read(FIELD, "宇宙開発")
    assert "宇宙" in refused.value.sentence[0]
    with pytest.raises(Unreadable, match="0 to 100"):
        read(SCORE, "101")
    assert read(SCORE, "80.5") == 80.5
    assert read(TEXT, "  改行\r\nあり ") == "改行\nあり"
    assert read_key("Ｐ１") == "P1"


def test_the_eras_follow_one_another():
    assert [era.first for era in ERAS] == sorted(era.first for era in ERAS)
    assert ERAS[-1].first == date(2019, 5, 1)
