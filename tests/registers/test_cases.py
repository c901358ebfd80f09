"""Cases: what the document prints of models, ventures, venture capital and start-ups abroad, and what it answers."""

from __future__ import annotations

from datetime import date

import pytest

from meguri.errors import InputError
from meguri.observatory.registers import document_items
from meguri.packs import institutions
from meguri.registers._cases_data import data
from meguri.registers._cases_questions import concentration
from meguri.registry import shelf

from .desk import Desk, rules


@pytest.fixture
def desk():
    return Desk("cases")


def ask(desk, question, about=""):
    return list(desk.register.question(question).answer(desk.book, about))


def test_nothing_is_wrong_with_what_is_shipped(desk):
    assert list(desk.book.findings()) == []
    assert all(history.entries[0].fact for history in desk.book.histories())


@pytest.mark.accept("S06.1")
def test_six_models_of_four_countries_by_axes_with_their_examples(desk):
    rows = {row["key"]: row for row in ask(desk, "models")}
    assert sorted(row["place"][0] for row in rows.values()) == ["CN", "DE", "KR", "US", "US", "US"]
    assert [row["example"][0] for row in rows.values()] == [
        "資料にない", "ボストンバイオコミュニティ", "米国国防高等研究計画局（DARPA）", "清華大学サイエンスパーク",
        "フラウンホーファー研究機構", "ソウル大",
    ]  # fmt: skip
    assert len({row["driver"] for row in rows.values()}) == 6
    assert len({row["channels"] for row in rows.values()}) == 6, "six routes from research to market"
    assert rows["usa.darpa"]["reach_to"][1] == "prototype, proof of concept"
    assert rows["chn.tus"]["reach_to"][1] == "listing"
    assert rows["kor.chaebol_univ"]["hub_organisation"][1] == "Samsung|LG|SK|Seoul National University"
    assert [row["key"] for row in ask(desk, "models", "DE")] == ["deu.fhg"]


def test_models_name_mechanisms_and_packs_that_exist(desk):
    mechanisms = {mechanism.id for mechanism in shelf("meguri.mechanisms")}
    for model in desk.book.histories("model"):
        assert set(model.values["mechanisms"]) <= mechanisms
        assert model.values["reading"] == "ours"
        if "pack" in model.values:
            assert model.values["pack"] in institutions()


@pytest.mark.accept("S16.1")
def test_two_ventures_left_after_13_years_each(desk):
    rows = [row for row in ask(desk, "ventures") if "founded" in row]
    assert [(row["parent"][1], row["exit"][1], row["founded"], row["year"], row["years"]) for row in rows] == [
        ("AIST", "listing (IPO)", "2009", "2022", 13), ("RIKEN", "acquisition (M&A)", "2011", "2024", 13),
    ]  # fmt: skip
    assert desk.history("organisation", "itech").values["acquirer"] == "株式会社IDAJ"
    assert [row["venture"][1] for row in ask(desk, "ventures", "aist")] == ["EDP Corporation", "1 in all"]


def test_a_parent_may_not_be_owned_by_its_own_venture(desk):
    found = {"category": "venture", "founded": 2020}
    desk.put("organisation", "child", "found", name="子会社", parent="aist", **found)
    desk.put("organisation", "grandchild", "found", name="孫会社", parent="child", **found)
    circle = desk.try_("organisation", "aist", "transfer", parent="grandchild", reason="買収")
    assert rules(circle) == {"circle": "refuse"}
    assert "aist -> grandchild -> child -> aist" in circle.findings[0].en
    own = desk.try_("organisation", "self", "found", name="自社", parent="self", **found)
    assert rules(own) == {"circle": "refuse"}
    assert rules(desk.try_("organisation", "x", "found", name="X", parent="nobody", **found)) == {"keys": "refuse"}


def test_exits_follow_the_founding_and_say_where(desk):
    desk.put("organisation", "v", "found", name="V", category="venture", parent="riken", founded=2020)
    early = desk.try_("organisation", "v", "exit", exit="listing", year=2019, market="東証グロース市場")
    assert rules(early) == {"exit_year": "refuse"}
    assert rules(desk.try_("organisation", "v", "exit", exit="acquisition", year=2024)) == {"exit_described": "flag"}
    desk.put("organisation", "v", "exit", exit="acquisition", year=2024, acquirer="B社")
    assert desk.try_("organisation", "v", "exit", exit="listing", year=2025, market="東証").refused, "it left already"
    assert [row["years"] for row in ask(desk, "ventures", "riken")] == [13, 4, 8.5]
    assert rules(desk.try_("organisation", "w", "enter", name="W", category="venture")) == {
        "venture_category": "refuse"
    }


@pytest.mark.accept("S16.2", "S16.3")
def test_claims_on_ventures_are_tested_only_with_loaded_series(desk):
    rows = {row["key"]: row for row in ask(desk, "claims")}
    assert [row["holds"] for row in rows.values()] == [None, None]
    assert "not loaded" in rows["below"]["verdict"][1]

    def load(place, year, founded):
        return desk.put("series", f"{place}-{year}", "load", place=place, year=year, founded=founded, source="表")

    assert data()["compared_since"] == document_items()["uv.note.us_data"].value
    load("JP", 2012, 100)
    load("JP", 2014, 150)
    assert [row["holds"] for row in ask(desk, "claims")] == [True, None]
    assert rules(load("US", 2012, 50)) == {"us_from_2013": "flag"}
    assert [row["holds"] for row in ask(desk, "claims")] == [True, None], "the US series begins in 2013"
    assert rules(load("US", 2014, 900)) == {}
    rows = {row["key"]: row for row in ask(desk, "claims")}
    assert (rows["below"]["holds"], rows["below"]["years"]) == (True, ["2014"])
    desk.put("series", "JP-2014", "revise", founded=901, reason="訂正")
    assert [row["holds"] for row in ask(desk, "claims")] == [True, False]
    again = desk.try_("series", "other", "load", place="JP", year=2014, founded=1, source="表")
    assert rules(again) == {"series_once": "refuse"}


@pytest.mark.accept("S19.1", "S19.2", "S19.3", "S19.4", "S19.5", "S19.6")
def test_concentration_of_leading_venture_capital(desk):
    found = {row["key"]: row["value"] for row in ask(desk, "concentration")}
    assert {key: found[key] for key in ("firms", "ranks", "us_firms", "leads", "us_leads", "destinations",
                                        "investments", "place_investments")} == {
        "firms": 18, "ranks": 10, "us_firms": 15, "leads": 201, "us_leads": 172, "destinations": 16,
        "investments": 3972, "place_investments": 13,
    }  # fmt: skip
    assert round(100 * found["us_share"], 1) == 85.6
    assert round(100 * found["place_share"], 2) == 0.33
    assert round(100 * found["first_two_share"], 1) == 83.9
    assert found["hhi"] == pytest.approx(sum(one.values["investments"] ** 2
                                             for one in desk.book.histories("destination")) / 3972**2)  # fmt: skip
    assert {row["key"]: row["value"] for row in ask(desk, "concentration", "KR")}["place_investments"] == 49
    with pytest.raises(InputError, match="JPN"):
        ask(desk, "concentration", "JPN")


def test_concentration_by_hand():
    assert concentration([5]) == 1.0
    assert concentration([1, 1, 1, 1]) == 0.25
    assert concentration([3, 1]) == 0.625
    assert concentration([]) == 0.0


@pytest.mark.accept("S19.7")
def test_ranks_stand_as_printed(desk):
    firms = [(one.values["rank"], one.values["investments"]) for one in desk.book.histories("investor")]
    assert [rank for rank, _ in firms] == [1, 2, 3, 3, 4, 5, 6, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 10]
    places = {one.key: (one.values["rank"], one.values["investments"]) for one in desk.book.histories("destination")}
    assert (places["PK"], places["MY"], places["JP"]) == ((8, 17), (9, 17), (11, 13))
    ahead = {row["place"]: row for row in ask(desk, "ahead")}
    assert len(ahead) == 10
    assert (ahead["KR"]["more"], ahead["KR"]["times"], ahead["SG"]["times"]) == (36, 3.77, 20.54)


@pytest.mark.accept("S20.1", "S20.2", "S20.3", "S20.4")
def test_six_start_ups_abroad_with_year_and_place_of_each_event(desk):
    rows = ask(desk, "timeline")
    assert len({row["key"] for row in rows}) == 6
    assert all(row["year"].isdigit() and row["places"] and row["place_basis"] for row in rows)
    assert [(row["key"], row["year"], row["event"][1], row["places"]) for row in rows] == [
        ("vlp", "2013", "founding", ["US"]), ("vlp", "2020", "entry into Japan", ["JP"]),
        ("sun_metalon", "2021", "founding", ["US", "JP"]),
        ("treasure_data", "2011", "founding", ["US"]), ("treasure_data", "2018", "acquisition", ["US"]),
        ("oishii", "2016", "founding", ["US"]), ("oishii", "2025", "entry into Japan", ["JP"]),
        ("drug_a", "2016", "founding", ["JP"]), ("drug_a", "2020", "listing", ["JP"]),
        ("drug_b", "2015", "founding", ["JP"]), ("drug_b", "2023", "financing", ["JP"]),
    ]  # fmt: skip
    assert [row["key"] for row in rows if row["planned"]] == ["oishii"]
    assert [row["yen_per_dollar"] for row in rows if row["yen_per_dollar"]] == [110]
    for letter in ("a", "b"):
        assert "資料にない" in desk.history("abroad", f"drug_{letter}").title
    outside = document_items()["missing.s14_drug_startup_names"].attributes.get("outside_values_en", "")
    said = str([(one.values, one.values_en) for one in desk.book.histories("abroad")])
    assert not [name for name in str(outside).split() if len(name) > 5 and name in said]


def test_a_planned_entry_is_due_when_its_year_has_ended(desk):
    def owed(day):
        return [due.key for duty in desk.register.duties for due in duty.due(desk.book, day)]

    assert owed(date(2025, 12, 30)) == []
    assert owed(date(2025, 12, 31)) == ["oishii"]
    desk.put("abroad", "oishii", "enter", "2026-02-01", year=2025, places=["JP"], planned=False)
    assert owed(date(2026, 12, 31)) == []


def test_routes_cite_cases_and_give_no_odds(desk):
    rows = ask(desk, "routes", "創薬 資金 talent")
    assert [(row["route"], row["cases"][0][1][:16], row["places"]) for row in rows] == [
        ("talent", "drug start-up A ", ["US"]),
        ("capital", "drug start-up B ", [("資料にない", "not in the document")]),
    ]  # fmt: skip
    assert "document:global.drug_a.pattern" in rows[0]["sources"]
    everything = ask(desk, "routes")
    assert len(everything) == 8
    for row in everything:
        assert not [value for value in row.values() if isinstance(value, float)]
        assert not {"probability", "odds", "chance", "rate"} & set(row)
        assert row["cases"], row
    food = ask(desk, "routes", "food_agriculture")
    assert [row["route"] for row in food if row["same_profile"]] == ["founding", "site"]
    with pytest.raises(InputError, match="nearest"):
        ask(desk, "routes", "talentt")


def test_a_new_case_is_cited_beside_the_document_s(desk):
    desk.put("abroad", "new", "found", name="N社", business="量子計算", pattern="linked_from_japan", fields=["quantum"],
             year=2022, places=["JP"], links=["talent"], linked_places=["talent:DE"])  # fmt: skip
    row = ask(desk, "routes", "quantum talent")[0]
    assert (row["cases"], row["places"], row["same_profile"]) == ([("N社", "N社")], ["DE"], True)
    wrong = desk.try_("abroad", "new", "describe", linked_places=["DE"], reason="訂正")
    assert rules(wrong) == {"abroad_places": "refuse"}
    assert rules(desk.try_("abroad", "new", "enter", year=2021, places=["JP"])) == {"event_year": "refuse"}
    assert rules(desk.try_("abroad", "new", "enter", year=2023, places=["日本"])) == {"abroad_places": "refuse"}


@pytest.mark.accept("S37.3")
def test_three_guidelines_with_their_dates(desk):
    found = {one.values["published"]: one for one in desk.book.histories("guideline")}
    assert sorted(found) == ["2023-03", "2024-05", "2025-03"]
    assert [found[month].values["stage"] for month in sorted(found)] == ["use", "creation", "use"]
    key = found["2023-03"].key
    assert found["2023-03"].entries[0].date == date(2023, 3, 1)
    assert rules(desk.try_("guideline", key, "revise", published="2022-12", reason="改訂")) == {
        "guideline_month": "refuse"
    }
    assert rules(desk.try_("guideline", "g", "publish", title="指針", published="2025-13")) == {
        "guideline_month": "refuse"
    }
    desk.put("guideline", key, "revise", published="2026-03", reason="改訂")
    assert desk.history("guideline", key).values["published"] == "2026-03"
