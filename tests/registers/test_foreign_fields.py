"""Standards fields of others: the document's three lists and where they meet the seventeen."""

from __future__ import annotations

import pytest

from meguri.observatory.registers import document_items
from meguri.registers.foreign_fields import LISTS

from .desk import Desk, rules

COUNTS = {"europe": 8, "united_states": 8, "china": 7}


@pytest.fixture
def desk():
    return Desk("foreign_fields")


def answer(desk, question, about=""):
    return {row["key"]: row for row in desk.register.question(question).answer(desk.book, about)}


@pytest.mark.accept("S32.1")
@pytest.mark.parametrize("jurisdiction", LISTS)
def test_items_as_printed_with_the_jurisdiction_inferred(desk, jurisdiction):
    item = document_items()[LISTS[jurisdiction]]
    here = [one for one in desk.book.histories() if one.values["jurisdiction"] == jurisdiction]
    assert [one.title for one in here] == item.value
    assert [one.values["place"] for one in here] == list(range(1, COUNTS[jurisdiction] + 1))
    assert {one.values["jurisdiction_basis"] for one in here} == {"inferred"}
    assert {one.values["mapping"] for one in here} == {"ours"}
    assert not list(desk.book.findings())


@pytest.mark.accept("S32.2")
def test_quantum_is_in_two_lists_and_charging_in_two_others(desk):
    quantum = answer(desk, "overlap", "quantum")["quantum"]
    assert (len(quantum["europe"]), len(quantum["united_states"]), quantum.get("china")) == (1, 1, None)
    charging = answer(desk, "subjects")["charging"]
    assert "europe" in charging
    assert "united_states" not in charging
    assert len(charging["china"]) == 1
    assert "EV充電設備" in desk.history("item", "cn_green").values["examples"]
    assert charging["mapping"] == ["ours"]


@pytest.mark.accept("S32.2")
def test_every_field_of_the_seventeen_is_in_the_table_with_or_without_a_counterpart(desk):
    rows = answer(desk, "overlap")
    assert len(rows) == 17
    lists = {key: row["lists"] for key, row in rows.items()}
    for key, row in rows.items():
        assert row["lists"] == sum(place in row for place in LISTS), key
    assert {key for key, number in lists.items() if number == 3} >= {"digital_ai", "environment_energy"}
    assert {key for key, number in lists.items() if number == 0} == {
        "disaster_prevention", "infrastructure", "care_welfare", "fusion", "ocean",
    }  # fmt: skip


def test_a_mapping_is_changed_with_a_reason_and_says_whose_it_is(desk):
    assert desk.try_("item", "us_positioning", "map", mapping="user", fields=["infrastructure"]).refused
    desk.put("item", "us_positioning", "map", mapping="user", fields=["infrastructure"], reason="測位は基盤")
    row = answer(desk, "overlap", "infrastructure")["infrastructure"]
    assert (row["lists"], row["mapping"]) == (1, ["user"])
    assert answer(desk, "overlap", "space")["space"]["lists"] == 0
    given = {"name": "量子", "jurisdiction": "europe", "jurisdiction_basis": "stated", "fields": ["quantum"]}
    assert rules(desk.try_("item", "eu_new", "list", **given)) == {"mapping_marked": "refuse"}
    desk.put("item", "eu_new", "list", **given, mapping="user", strategy="2025", place=1)
    twice = desk.try_("item", "eu_other", "list", **given, mapping="user", strategy="2025", place=1)
    assert rules(twice) == {"list_place_once": "refuse"}
    assert len(answer(desk, "overlap", "quantum")["quantum"]["europe"]) == 2
    desk.put("item", "eu_new", "drop", reason="撤回")
    assert len(answer(desk, "overlap", "quantum")["quantum"]["europe"]) == 1
