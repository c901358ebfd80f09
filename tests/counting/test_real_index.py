"""Real indices: nominal over deflator over base; the document's table with what it leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meguri.counting._series import yearly_growth
from meguri.counting.real_index import index
from meguri.sources._document import contents

from .by_hand import counted, sections

PLACES = ("chn", "kor", "usa", "deu", "fra", "jpn", "gbr")
PRINTED = {"univ": (14.2, 4.3, 1.9, 1.8, 1.5, 1.3, None), "lab": (7.6, 3.6, 1.6, 1.5, 0.9, 1.1, 1.0)}


def rows(place, *values, series="university"):
    return [{"place": place, "series": series, "year": year, "nominal": nominal, "deflator": deflator}
            for year, nominal, deflator in values]  # fmt: skip


@pytest.mark.accept("S12.4")
def test_130_at_prices_of_1_3_over_100_is_one():
    assert index(130, 1.3, 100, 1.0) == 1.0
    found = sections("real_index", {"series": rows("A", (2000, 100, 1.0), (2022, 130, 1.3))})["index"]
    assert [(row["index"], row["nominal_index"]) for row in found] == [(1.0, 1.0), (1.0, 1.3)]
    assert found[1]["yearly_growth"] == 0.0


@pytest.fixture(scope="module")
def facts():
    return contents().facts


def printed(facts, sector):
    """The document's table as a series: 1 in 2000, the printed index at its year."""
    found = []
    for place in PLACES:
        fact = facts[f"rd.index.{sector}.{place}"]
        found += rows(place, (2000, 1.0, 1.0), (int(str(fact["period"])[-4:]), fact.get("value"), 1.0), series=sector)
    return found


@pytest.mark.accept("S12.1", "S12.2", "S12.3", "S12.5")
def test_thirteen_printed_values_the_fourteenth_missing_and_the_ranks_of_japan(facts):
    found = sections("real_index", {"series": [*printed(facts, "univ"), *printed(facts, "lab")]}, base=2000)["latest"]
    known = {(row["series"], row["place"]): row for row in found}
    for sector, values in PRINTED.items():
        for place, value in zip(PLACES, values, strict=True):
            shown = known[sector, place]["index"]
            assert shown == (pytest.approx(value) if value is not None else None)
            assert facts[f"rd.index.{sector}.{place}"].get("value") == value
    assert sum(value is not None for values in PRINTED.values() for value in values) == 13
    assert (known["univ", "jpn"]["rank"], known["univ", "jpn"]["ranked"]) == (6, 6)
    assert (known["lab", "jpn"]["rank"], known["lab", "jpn"]["ranked"]) == (5, 7)
    assert {place: known["lab", place]["year"] for place in ("chn", "gbr", "jpn")} == {
        "chn": 2021, "gbr": 2021, "jpn": 2022}  # fmt: skip
    assert known["univ", "chn"]["year"] == 2021


def test_places_without_a_value_have_no_rank():
    given = [*rows("A", (2000, 1, 1), (2022, 2, 1)), *rows("B", (2000, None, 1), (2022, None, 1))]
    found = {row["place"]: row for row in sections("real_index", {"series": given})["latest"]}
    assert (found["A"]["rank"], found["A"]["ranked"], found["B"]["rank"], found["B"]["index"]) == (1, 1, None, None)


def test_growth_of_1_3_in_22_years_is_1_2_percent_a_year():
    assert yearly_growth(1.3, 22) == pytest.approx(0.012, abs=5e-5)


def test_prices_may_stand_in_a_table_of_their_own_and_lacking_ones_are_said():
    prices = [{"place": "A", "year": 2000, "deflator": 1.0}, {"place": "A", "year": 2022, "deflator": 1.3}]
    series = rows("A", (2000, 100, None), (2021, 120, None), (2022, 130, None))
    found = counted("real_index", {"series": series, "prices": prices})
    assert [row["index"] for row in found.sections["index"]] == [1.0, None, 1.0]
    assert found.notes[0].startswith("1 values")
    assert [row["nominal_index"] for row in found.sections["index"]] == [1.0, 1.2, 1.3]


@given(st.floats(0.1, 1e6), st.floats(0.1, 10), st.floats(0.1, 1e6), st.floats(0.1, 10), st.floats(0.1, 10))
def test_the_unit_of_money_and_the_base_of_prices_do_not_matter(nominal, price, base, base_price, times):
    plain = index(nominal, price, base, base_price)
    assert index(nominal * times, price, base * times, base_price) == pytest.approx(plain)
    assert index(nominal, price * times, base, base_price * times) == pytest.approx(plain)


def test_unlike_base_years_are_said():
    rows = [
        {"place": place, "year": year, "nominal": 100.0, "deflator": 1.0}
        for place, years in (("JP", (2000, 2010)), ("US", (2005, 2010))) for year in years
    ]  # fmt: skip
    assert "(2000, 2005)" in counted("real_index", {"series": rows}).notes[0]
    assert counted("real_index", {"series": rows}, base=2010).notes == ()
