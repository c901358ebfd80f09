"""Size classes, moves between them and hidden champions, on a panel of a few companies."""

from __future__ import annotations

import pytest

from meguri.counting.hidden_champions import verdict
from meguri.counting.size_classes import graduation, size_class
from meguri.errors import InputError
from meguri.observatory.counting import rule_named

from .by_hand import counted, sections


def row(company, year, employees, listed=True, **more):
    return {"company": company, "year": year, "employees": employees, "listed": listed, "place": "A", **more}


@pytest.mark.accept("S29.1")
def test_300_is_small_301_and_2000_are_mid_2001_is_large():
    assert [size_class(staff) for staff in (300, 301, 2000, 2001)] == ["small", "mid", "mid", "large"]
    panel = [row(str(staff), 2013, staff) for staff in (300, 301, 2000, 2001)]
    found = {one["class"]: one["companies"] for one in sections("size_classes", {"panel": panel})["classes"]}
    assert found == {"small": 1, "mid": 2, "large": 1}


PANEL = [
    row("grew", 2013, 301), row("grew", 2023, 2001), row("stayed", 2013, 2000), row("stayed", 2023, 2000),
    row("private", 2013, 500, False), row("private", 2023, 3000, False), row("delisted", 2013, 1000),
    row("delisted", 2023, 2500, False), row("gone", 2013, 1000), row("small", 2013, 300), row("small", 2023, 2500),
    row("new", 2023, 5000),
]  # fmt: skip


@pytest.mark.accept("S29.2", "S29.3")
def test_graduation_counts_listed_mid_size_companies_of_the_base_year_and_shows_delisted_ones_apart():
    (found,) = sections("size_classes", {"panel": PANEL})["graduation"]
    assert found == {"place": "A", "base": 4, "large": 1, "delisted": 1, "listing_unknown": 0, "gone": 1,
                     "share": 0.25, "share_of_listed": 0.5}  # fmt: skip
    listed = {year: {one["company"]: one["employees"] for one in PANEL if one["year"] == year and one["listed"]}
              for year in (2013, 2023)}  # fmt: skip
    assert graduation(listed[2013], listed[2023]) == {"base": 4, "large": 0.25, "left": 0.5}


def test_every_company_of_the_first_year_goes_somewhere():
    moves = sections("size_classes", {"panel": PANEL})["transitions"]
    assert sum(move["companies"] for move in moves) == 6
    assert {(move["from"], move["to"]): move["companies"] for move in moves} == {
        ("small", "large"): 1, ("mid", "mid"): 1, ("mid", "large"): 3, ("mid", "gone"): 1}  # fmt: skip
    assert sum(move["share"] for move in moves if move["from"] == "mid") == pytest.approx(1.0)


def test_rd_to_sales_is_that_of_companies_that_state_both():
    panel = [row("a", 2013, 400, rd=2.0, sales=100.0), row("b", 2013, 500, rd=None, sales=900.0),
             row("c", 2013, 600, rd=4.0, sales=100.0)]  # fmt: skip
    (found,) = sections("size_classes", {"panel": panel})["classes"]
    assert (found["with_rd"], found["rd_to_sales"]) == (2, 0.03)


@pytest.mark.parametrize(
    ("options", "word"),
    [({"from": 2012}, "2012"), ({"from": 2023, "to": 2013}, "after"), ({"mid_above": 3000}, "3000")],
)
def test_years_and_limits_that_cannot_be(options, word):
    with pytest.raises(InputError, match=word):
        sections("size_classes", {"panel": PANEL}, **options)


def test_without_listing_the_graduation_is_empty_and_said_to_be():
    panel = [one | {"listed": None} for one in PANEL]
    found = counted("size_classes", {"panel": panel})
    assert found.sections["graduation"] == []
    assert "listed" in found.notes[0]


def test_a_listing_that_is_not_stated_is_missing_and_not_no():
    unknown = [row("silent", 2013, 500), row("silent", 2023, 2500, None), row("never", 2013, 700, None)]
    found = counted("size_classes", {"panel": [*PANEL, *unknown]})
    (graduated,) = found.sections["graduation"]
    assert (graduated["base"], graduated["delisted"], graduated["listing_unknown"]) == (5, 1, 1)
    assert (graduated["share"], graduated["share_of_listed"]) == (0.25, 0.5)  # as without those of whom it is not said
    assert found.notes[0].startswith("2 rows")
    assert "2" in found.notes[0].ja
    assert not counted("size_classes", {"panel": PANEL}).notes
    silent = [one | {"listed": None} for one in PANEL]
    assert {one["listed"] for one in counted("size_classes", {"panel": silent}).sections["classes"]} == {None}


def company(name, rank, sales, known, **more):
    return {"company": name, "rank": rank, "sales_eur_bn": sales, "well_known": known, "country": "X", **more}


@pytest.mark.accept("S30.1", "S30.2", "S30.3", "S30.4")
def test_the_three_tests_of_a_hidden_champion():
    cases = {"yes": (3, 5.0, False), "rank": (4, 5.0, False), "sales": (3, 5.01, False), "known": (3, 5.0, True),
             "judgement": (1, 0.1, None)}  # fmt: skip
    for said, case in cases.items():
        assert verdict(*case) == said
    rows = [company(said, *case) for said, case in cases.items()]
    found = counted("hidden_champions", {"companies": rows})
    assert {one["company"]: one["verdict"] for one in found.sections["companies"]} == {said: said for said in cases}
    (country,) = found.sections["countries"]
    assert (country["companies"], country["champions"], country["judgement"]) == (5, 1, 1)
    assert "judge" in found.notes[0]


def test_a_company_counts_once_in_the_field_in_which_it_ranks_best_and_by_its_size():
    rows = [company("a", 9, 1.0, False, field="pumps", employees=900), company("a", 2, 1.0, False, field="valves",
            employees=900), company("b", 1, 1.0, False, field="looms", employees=3000)]  # fmt: skip
    found = sections("hidden_champions", {"companies": rows})
    assert [(one["company"], one["field"], one["class"]) for one in found["companies"]] == [
        ("b", "looms", "large"), ("a", "valves", "mid")]  # fmt: skip
    assert (found["countries"][0]["champions"], found["countries"][0]["mid_champions"]) == (2, 1)


@pytest.mark.accept("S30.5")
def test_what_the_definition_omits_is_noted():
    assert any("大陸" in ja and "continent" in en for ja, en in rule_named("hidden_champions").caveats)
