"""Measures of the standards strategy: nine of the document with actor, lever and indicator, and users' own."""

from __future__ import annotations

from datetime import date

import pytest

from meguri.observatory.registers import document_items
from meguri.registers.standards_measures import COLUMNS, MECHANISM
from meguri.registry import shelf
from meguri.vocabulary import table

from .desk import Desk, rules


@pytest.fixture
def desk():
    return Desk("standards_measures")


OWN = {"name": "標準化の夜間講座", "actor_kind": "company", "indicator": "standards_staff_50plus_share"}


@pytest.mark.accept("S33.1")
def test_nine_measures_three_in_each_column(desk):
    measures = [one.values for one in desk.book.histories()]
    assert len(measures) == document_items()["derived.std1.measures"].value == 9
    columns = [one["column"] for one in measures]
    assert sorted(columns.count(option.id) for option in COLUMNS) == [3, 3, 3]
    assert [option.ja for option in COLUMNS] == document_items()["std1.columns"].value
    for one in desk.book.histories():
        assert one.values["contents"] == document_items()[table("standards_measures")[one.key]["fact"]].value
    assert desk.history("measure", "use").values["column_basis"] == "inferred_doubtful"


@pytest.mark.accept("S33.2")
def test_each_measure_names_whom_it_moves_its_lever_mechanism_and_indicator(desk):
    levers, mechanisms, indicators = (shelf(f"meguri.{name}") for name in ("levers", "mechanisms", "indicators"))
    kinds = {word.id for word in table("kinds")} - {"outside"}
    rows = list(desk.register.question("links").answer(desk.book, ""))
    assert len(rows) == 9
    for row, one in zip(rows, desk.book.histories(), strict=True):
        lever = levers[row["lever"]]
        assert one.values["actor_kind"] in kinds
        assert lever.who == one.values["actor_kind"]
        assert row["mechanism"] == MECHANISM
        assert MECHANISM in mechanisms
        assert all(act.parameter.startswith(f"{MECHANISM}.") for act in lever.acts)
        assert row["indicator"] in indicators
        assert row["links"] == "ours"
    by_people = list(desk.register.question("links").answer(desk.book, "standards_staff_50plus_share"))
    assert [row["key"] for row in by_people] == ["training"]


@pytest.mark.accept("S33.2")
def test_a_users_measure_needs_an_actor_and_an_indicator(desk):
    for missing in ("actor_kind", "indicator"):
        said = {name: value for name, value in OWN.items() if name != missing}
        refused = desk.try_("measure", "evening", "propose", **said)
        assert refused.refused
        assert missing in refused.findings[0].en
    proposal = desk.put("measure", "evening", "propose", **OWN)
    assert rules(proposal) == {"measure_lever": "mark"}
    half = desk.try_("measure", "other", "propose", **OWN, lever="standards_training")
    assert rules(half) == {"measure_mechanism": "flag"}
    desk.put("measure", "evening", "revise", reason="x", lever="standards_training", mechanism="standards")
    assert len(list(desk.register.question("links").answer(desk.book, ""))) == 10
    desk.put("measure", "evening", "end", reason="x")
    assert len(list(desk.register.question("links").answer(desk.book, ""))) == 9


def test_an_adopted_measure_owes_its_indicator_every_year(desk):
    desk.put("measure", "evening", "propose", **OWN)
    desk.put("measure", "evening", "adopt", "2025-05-01")

    def owed(until):
        return [due.date for duty in desk.register.duties for due in duty.due(desk.book, until)]

    assert owed(date(2026, 9, 29)) == []
    assert owed(date(2027, 12, 31)) == [date(2026, 9, 30), date(2027, 9, 30)]
    desk.put("measure", "evening", "report", "2026-08-01", year="FY2025", value=0.7)
    assert owed(date(2027, 12, 31)) == [date(2027, 9, 30)]
    assert rules(desk.try_("measure", "evening", "report", "2026-08-02", year="FY2025", value=0.6)) == {
        "measure_once": "refuse"
    }
