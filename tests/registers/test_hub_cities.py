"""Hub cities: the document's eight, their empty key figures, and what a consortium sets and reports."""

from __future__ import annotations

from datetime import date

import pytest

from meguri.observatory.registers import document_items

from .desk import Desk, rules


@pytest.fixture
def desk():
    return Desk("hub_cities")


@pytest.mark.accept("S24.1", "S24.2")
def test_eight_hubs_four_and_four_with_members_as_printed(desk):
    hubs = desk.book.histories("hub")
    assert [hub.values["category"] for hub in hubs] == ["global"] * 4 + ["promotion"] * 4
    for hub in hubs:
        assert hub.values["members"] == document_items()[f"hub.{hub.key}"].value
        assert hub.state == "selected"


@pytest.mark.accept("S24.3", "S24.4", "S24.6")
def test_tokyo_kansai_and_fukuoka(desk):
    tokyo = desk.history("hub", "tokyo").values
    assert tokyo["topology"] == "hub_and_spoke"
    assert (len(tokyo["core_areas"]), len(tokyo["spokes"])) == (4, 4)
    kansai = desk.history("hub", "kansai").values
    assert [role.split("：")[0] for role in kansai["city_roles"]] == ["大阪", "京都", "神戸"]
    assert len({role.split("：")[1] for role in kansai["city_roles"]}) == 3
    assert desk.history("hub", "fukuoka").values["declared"] == 2012


@pytest.mark.accept("S24.5")
def test_key_figures_have_slots_that_are_empty(desk):
    slots = desk.book.histories("kpi")
    assert [slot.values["hub"] for slot in slots] == [hub.key for hub in desk.book.histories("hub")]
    assert {slot.state for slot in slots} == {"empty"}
    for column in ("name", "base", "target", "target_year", "actual"):
        assert all(slot.values.get(column) is None for slot in slots)


def test_a_consortium_sets_a_key_figure_and_owes_its_actual_values(desk):
    assert desk.try_("kpi", "sendai-1", "report", year="FY2021", actual=3).refused, "nothing is set yet"
    desk.put("kpi", "sendai-1", "set", "2020-12-01", name="起業数", unit="社", target=100, target_year="FY2024")
    owed = [due for duty in desk.register.duties for due in duty.due(desk.book, date(2022, 12, 31))]
    assert [(due.key, due.act, due.date) for due in owed] == [
        ("sendai-1", "report", date(2021, 9, 30)), ("sendai-1", "report", date(2022, 9, 30)),
    ]  # fmt: skip
    desk.put("kpi", "sendai-1", "report", "2021-08-01", year="FY2020", actual=12)
    again = desk.try_("kpi", "sendai-1", "report", "2021-08-02", year="FY2020", actual=13)
    assert rules(again) == {"kpi_once": "refuse"}
    desk.put("kpi", "sendai-1", "correct", "2021-08-02", role="consortium", concerns=3, reason="集計の誤り", actual=13)
    assert desk.history("kpi", "sendai-1").values["actual"] == 13
    owed = [due.date for duty in desk.register.duties for due in duty.due(desk.book, date(2022, 12, 31))]
    assert owed == [date(2022, 9, 30)]


def test_targets_beyond_the_period_are_flagged_and_changes_need_a_reason(desk):
    late = {"name": "起業数", "unit": "社", "target": 100, "target_year": "FY2030"}
    assert rules(desk.try_("kpi", "tokyo-1", "set", **late)) == {"kpi_period": "flag"}
    change = desk.try_("hub", "tokyo", "revise", members=["東京都"])
    assert change.refused
    assert "reason" in change.findings[0].en
    desk.put("hub", "tokyo", "revise", members=["東京都"], reason="構成の変更")
    assert desk.history("hub", "tokyo").values["members"] == ["東京都"]
    assert desk.history("hub", "tokyo").version == 2
    desk.put("hub", "tokyo", "end", reason="選定期間の満了")
    assert rules(desk.try_("kpi", "tokyo-2", "slot", hub="tokyo")) == {"kpi_hub": "refuse"}
