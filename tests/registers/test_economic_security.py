"""Economic security in standards: checklists of fields and activities, both signs, bodies, what is watched."""

from __future__ import annotations

from datetime import date

import pytest

from meguri.observatory.registers import document_items
from meguri.registers.economic_security import LEGAL, WATCHED
from meguri.vocabulary import table

from .desk import Desk, rules

FIELDS = [word.id for word in table("fields") if word.id != "other"]


@pytest.fixture
def desk():
    return Desk("economic_security")


def owed(desk, until):
    return [(due.kind, due.key, due.date) for duty in desk.register.duties for due in duty.due(desk.book, until)]


def aid(desk, about):
    return next(iter(desk.register.question("open_or_close").answer(desk.book, about)))


@pytest.mark.accept("S36.1")
def test_every_field_has_a_checklist_with_benefits_and_the_loss_of_superiority(desk):
    lists = {one.values["field"]: one.values for one in desk.book.histories("checklist")}
    assert sorted(lists) == sorted(FIELDS)
    for values in lists.values():
        assert len(values["benefits"]) >= 1
        assert "superiority_loss" in values["risks"]
    assert not list(desk.book.findings())
    assert "優位性の喪失" in document_items()["std3.caution"].value


@pytest.mark.accept("S36.1")
def test_a_checklist_without_the_loss_of_superiority_or_without_a_benefit_is_refused(desk):
    without = desk.try_("checklist", "quantum/qkd", "ask", field="quantum", benefits=["autonomy"], risks=["leakage"])
    assert rules(without) == {"loss_asked": "refuse"}
    assert desk.try_("checklist", "quantum/qkd", "ask", field="quantum", risks=["superiority_loss"]).refused
    desk.put("checklist", "quantum/qkd", "ask", field="quantum", benefits=["autonomy"], risks=["superiority_loss"])
    desk.put("checklist", "quantum/qkd", "answer", holds=["autonomy"])
    dropped = desk.try_("checklist", "quantum/qkd", "reopen", risks=["leakage"], reason="x")
    assert rules(dropped) == {"loss_asked": "refuse"}


def test_a_decision_rests_on_answers_of_both_signs(desk):
    assert desk.try_("checklist", "materials", "decide", decision="closed", reason="x").refused, "nothing is answered"
    wrong = {"holds": ["autonomy"], "does_not_hold": ["autonomy"]}
    assert rules(desk.try_("checklist", "materials", "answer", **wrong)) == {"answer_asked": "refuse"}
    assert rules(desk.try_("checklist", "materials", "answer", note="x")) == {"answer_asked": "refuse"}
    desk.put("checklist", "materials", "answer", holds=["supply"])
    unanswered = desk.try_("checklist", "materials", "decide", decision="open", reason="x")
    assert rules(unanswered)["both_signs"] == "refuse"
    desk.put("checklist", "materials", "answer", holds=["superiority_loss"])
    assert "便益" in desk.try_("checklist", "materials", "decide", decision="closed", reason="x").findings[0].ja
    desk.put("checklist", "materials", "answer", holds=["supply", "superiority_loss"], does_not_hold=["leakage"])
    row = aid(desk, "materials")
    assert [en for _, en in row["for"]] == ["stable supply of critical goods"]
    assert [en for _, en in row["against"]] == ["loss of technical superiority"]
    assert len(row["open"]) == 9 - 3
    assert row["open"][0][1].endswith("(+)")
    assert row["open"][-1][1].endswith("(-)")
    assert row["decision"] is None
    for decision in ("open", "partly", "closed"):
        assert not rules(desk.try_("checklist", "materials", "decide", decision=decision, reason="x"))
    assert desk.try_("checklist", "materials", "decide", decision="open").refused, "a decision has a reason"
    desk.put("checklist", "materials", "decide", decision="partly", reason="製法は秘匿")
    assert aid(desk, "materials")["decision"][1] == "standardise a part, keep the rest closed"
    desk.put("checklist", "materials", "reopen", reason="国外の規格が動いた")
    assert aid(desk, "materials")["decision"] is None


def test_a_decision_without_a_ground_is_flagged(desk):
    desk.put("checklist", "ocean", "answer", does_not_hold=["autonomy", "superiority_loss"])
    for decision in ("open", "closed"):
        assert rules(desk.try_("checklist", "ocean", "decide", decision=decision, reason="x")) == {
            "decision_ground": "flag"
        }


@pytest.mark.accept("S36.2")
def test_forum_standards_stand_beside_de_jure_standards(desk):
    desk.put("activity", "A1", "record", title="量子鍵配送", field="quantum", type="de_jure", body="ITU-T SG17")
    desk.put("activity", "A2", "record", title="量子インターネット", field="quantum", type="forum", body="IETF")
    row = next(iter(desk.register.question("side_by_side").answer(desk.book, "quantum")))
    assert [[ja for ja, _ in row[side]] for side in ("de_jure", "forum")] == [["量子鍵配送"], ["量子インターネット"]]
    mistaken = {"title": "x", "field": "quantum", "type": "forum"}
    assert rules(desk.try_("activity", "A3", "record", **mistaken, body="ISO/IEC JTC 1")) == {"body_type": "flag"}
    assert not rules(desk.try_("activity", "A3", "record", **mistaken, body="ISOCELL")), "the name of another body"


def test_an_activity_owes_a_checklist(desk):
    desk.put("activity", "A1", "record", title="量子鍵配送", field="quantum", type="de_jure", body="ITU-T SG17")
    assert owed(desk, date(2025, 3, 31)) == []
    assert owed(desk, date(2025, 4, 1)) == [("checklist", "A1", date(2025, 4, 1))]
    asked = {"field": "quantum", "benefits": ["allies"], "risks": ["superiority_loss"]}
    assert rules(desk.try_("checklist", "A1", "ask", **asked, activity="A9")) == {"keys": "refuse"}
    desk.put("checklist", "A1", "ask", **asked, activity="A1")
    assert owed(desk, date(2026, 4, 1)) == []


@pytest.mark.accept("S36.3")
def test_patents_and_pools_are_watched(desk):
    lines = desk.book.histories("watch")
    assert [one.title for one in lines] == document_items()["std3.sep"].value
    assert [one.values["what"] for one in lines] == [option.id for option in WATCHED]
    assert owed(desk, date(2030, 1, 1)) == [], "the document gives no date from which to count"
    desk.put("watch", "pool-1", "watch", title="動画符号化のプール", what="patent_pool", field="digital_ai")
    desk.put("watch", "pool-1", "observe", "2025-10-01", finding="料率の改定")
    assert owed(desk, date(2026, 9, 30)) == []
    assert owed(desk, date(2026, 10, 1)) == [("watch", "pool-1", date(2026, 10, 1))]
    row = next(iter(desk.register.question("side_by_side").answer(desk.book, "digital_ai")))
    assert row["patent_pool"] == [("動画符号化のプール", "動画符号化のプール")]


def test_tags_of_the_law_have_a_source_and_the_documents_names(desk):
    assert [option.ja for option in LEGAL] == document_items()["std3.selection.criteria"].value
    assert not any(one.values.get("legal") for one in desk.book.histories("checklist")), "not in the document"
    assert desk.try_("checklist", "semiconductors", "tag", legal=["critical_goods"]).refused
    desk.put("checklist", "semiconductors", "tag", legal=["critical_goods"], legal_source="政令")
    assert [en for _, en in aid(desk, "semiconductors")["legal"]] == ["specified critical goods"]
