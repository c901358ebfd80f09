"""Numbers and periods as each language writes them."""

from __future__ import annotations

import pytest

from meguri.reports import numbers, periods
from meguri.reports.charts.series import ticks
from meguri.reports.svg import lines_of


@pytest.mark.parametrize(
    ("value", "unit", "ja", "en"),
    [
        (4230e8, "JPY", "4,230億円", "JPY 423.0 bn"),
        (22.0, "JPY_tn", "22.0兆円", "JPY 22.0 tn"),
        (999.96, "JPY_bn", "1.0兆円", "JPY 1.0 tn"),
        (0.29, "JPY_bn", "2.9億円", "JPY 290.0 m"),
        (2.9, "JPY_m", "290万円", "JPY 2.9 m"),
        (950.0, "JPY", "950円", "JPY 950"),
        (-12e8, "JPY", "-12.0億円", "JPY -1.2 bn"),
        (0.0, "JPY", "0円", "JPY 0"),
        (0.00964, "USD_bn", "964万ドル", "USD 9.6 m"),
        (750_000, "USD", "75万ドル", "USD 750,000"),
        (0.349, "EUR_bn", "3.5億ユーロ", "EUR 349.0 m"),
        (2.0, "PPP_USD_bn", "2十億購買力平価ドル", "2 PPP$bn"),
        (1, "count", "1", "1"),
        (0.0006, "share", "0.06%", "0.06%"),
        (0.00057, "share", "0.057%", "0.057%"),
        (0.798, "share", "79.8%", "79.8%"),
        (3.5, "percent", "3.5%", "3.5%"),
        (0.0, "share", "0.0%", "0.0%"),
        (1285, "investment", "1,285件", "1,285 investments"),
        (3782, "firm", "3,782社", "3,782 firms"),
        (4, "month", "4か月", "4 months"),
        (1.5, "ratio", "1.5倍", "1.5×"),
        (1.3, "index_2000", "1.3", "1.3"),
        (0.4, "1", "0.4", "0.4"),
        (None, "share", "—", "—"),
        (float("nan"), "JPY", "—", "—"),
    ],
)
def test_show(value, unit, ja, en):
    assert numbers.show(value, unit, "ja") == ja
    assert numbers.show(value, unit, "en") == en


def test_bound_does_not_repeat_what_is_counted():
    assert numbers.bound(1185.0, "investment", "en") == "1,185"
    assert numbers.bound(161.0, "JPY_bn", "ja") == "1,610億円"


@pytest.mark.parametrize(
    ("period", "ja", "en"),
    [
        ("2022", "2022年（暦年）", "CY2022"),
        ("FY2022", "2022年度", "FY2022"),
        ("2022Q4", "2022年第4四半期", "2022 Q4"),
        ("2017/2019", "2017～2019年（暦年）", "CY2017–2019"),
        ("FY2021/FY2025", "2021～2025年度", "FY2021–2025"),
        ("/1996", "～1996年（暦年）", "to CY1996"),
        ("2019/", "2019年（暦年）～", "from CY2019"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_periods(period, ja, en):
    assert periods.show(period, "ja") == ja
    assert periods.show(period, "en") == en


def test_periods_have_an_order():
    shuffled = ["2022Q4", "2021", "FY2022", "FY2021", "2022"]
    assert sorted(shuffled, key=periods.position) == ["2021", "FY2021", "2022", "FY2022", "2022Q4"]


@pytest.mark.parametrize(("least", "most"), [(0.0, 1.0), (0.0, 0.00089), (15.2, 29.9), (5.0, 5.0), (-3.0, 2.0)])
def test_ticks_span_the_values(least, most):
    marks = ticks(least, most)
    assert marks[0] <= least
    assert marks[-1] >= most
    assert 2 <= len(marks) <= 8


def test_lines_keep_every_letter():
    label = "共同・受託研究、技術移転、人材交流"
    assert "".join(lines_of(label, 138, 12.5)) == label
    assert len(lines_of(label, 138, 12.5)) == 2
    assert lines_of("funding and environment building", 140, 11.5) == ["funding and", "environment building"]
