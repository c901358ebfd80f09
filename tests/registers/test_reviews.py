"""Reviews: yearly follow-ups, the interim and the final check, what is missed, and revisions of the list of fields."""

from __future__ import annotations

from datetime import date

import pytest

from meguri.errors import InputError
from meguri.observatory.registers import book_of, brought, document_items, register_named
from meguri.registers._history import Book

from .desk import Desk, rules

CYCLE = "standards_strategy"


@pytest.fixture
def desk():
    return Desk("reviews")


def follow_up(desk, year, day=None, key=CYCLE, **more):
    return desk.try_("cycle", key, "follow_up", day or f"{year}-12-01", year=f"FY{year}", finding="進捗あり", **more)


def owed(desk, until, key=CYCLE):
    found = [due for duty in desk.register.duties for due in duty.due(desk.book, until)]
    return [(due.date.isoformat(), due.en) for due in found if due.key == key]


@pytest.mark.accept("S35.1")
def test_the_cycle_begins_in_2025_which_is_assumed_and_checks_in_2027_and_2029(desk):
    cycle = desk.history("cycle", CYCLE)
    assert (cycle.values["first"], cycle.values["first_basis"]) == ("FY2025", "assumed")
    assert [(one.rule, one.weight) for one in desk.book.findings()] == [("cycle_start", "mark")]
    items = document_items()
    assert cycle.values["interim"] == f"FY{items['std1.tower.interim'].value}" == "FY2027"
    assert cycle.values["final"] == f"FY{items['std1.tower.final'].value}" == "FY2029"
    assert cycle.values["monitors"] == items["std1.tower.monitor"].value
    marks = {}
    for year in range(2025, 2030):
        proposal = follow_up(desk, year)
        marks[year] = [finding.ja for finding in proposal.findings]
        desk.book.put(proposal.history)
    assert marks == {2025: [], 2026: [], 2027: ["FY2027は中間点検です"], 2028: [], 2029: ["FY2029は最終点検です"]}
    rows = list(desk.register.question("calendar").answer(desk.book, CYCLE))
    assert [row["check"][0] for row in rows] == [
        "フォローアップ", "フォローアップ", "中間点検", "フォローアップ", "最終点検",
    ]  # fmt: skip
    assert owed(desk, date(2031, 1, 1)) == []


@pytest.mark.accept("S35.2")
def test_a_missed_follow_up_is_due_until_it_is_made(desk):
    assert owed(desk, date(2026, 3, 30)) == []
    assert owed(desk, date(2026, 3, 31)) == [("2026-03-31", "the follow-up of 'the standards strategy' for FY2025")]
    desk.book.put(follow_up(desk, 2025).history)
    desk.book.put(follow_up(desk, 2026).history)
    assert owed(desk, date(2028, 3, 30)) == []
    assert owed(desk, date(2029, 3, 31)) == [
        ("2028-03-31", "the interim check of 'the standards strategy' for FY2027"),
        ("2029-03-31", "the follow-up of 'the standards strategy' for FY2028"),
    ]
    desk.book.put(follow_up(desk, 2027, "2028-05-01").history)
    assert [day for day, _ in owed(desk, date(2029, 3, 31))] == ["2029-03-31"]


def test_years_are_followed_up_once_within_the_cycle_and_not_before_they_begin(desk):
    desk.book.put(follow_up(desk, 2025).history)
    assert rules(follow_up(desk, 2025)) == {"review_once": "refuse"}
    assert rules(follow_up(desk, 2030)) == {"review_in_cycle": "refuse"}
    assert rules(follow_up(desk, 2024)) == {"review_in_cycle": "refuse"}
    assert rules(follow_up(desk, 2026, "2026-03-31")) == {"review_begun": "refuse"}
    assert not rules(follow_up(desk, 2026, "2026-04-01"))
    assert rules(desk.try_("cycle", CYCLE, "close", reason="x")) == {"close_after_final": "flag"}
    wrong = {"name": "x", "subject": "other", "first": "FY2026", "interim": "FY2025", "final": "FY2029"}
    assert rules(desk.try_("cycle", "x", "begin", **wrong)) == {"cycle_order": "refuse"}


@pytest.mark.parametrize(
    ("subject", "first", "final", "months"),
    [("key_figures", "FY2020", "FY2024", 6), ("plan_targets", "FY2021", "FY2025", 12)],
)
def test_the_same_cycle_serves_key_figures_and_plan_targets(desk, subject, first, final, months):
    desk.put("cycle", "other", "begin", "2021-04-01", name="目標", subject=subject, first=first, final=final,
             months=months, monitors=["企業の研究開発費"])  # fmt: skip
    days = [day for day, _ in owed(desk, date(2031, 1, 1), "other")]
    year, month = int(first[2:]) + 1, {6: "09-30", 12: "03-31"}[months]
    assert days[0] == f"{year + (months == 12)}-{month}"
    assert len(days) == 5
    desk.book.put(follow_up(desk, int(first[2:]) + 1, key="other", behind=["企業の研究開発費"]).history)
    assert len(owed(desk, date(2031, 1, 1), "other")) == 4
    rows = list(desk.register.question("calendar").answer(desk.book, "other"))
    assert rows[1]["behind"] == ["企業の研究開発費"]
    revised = desk.try_("cycle", "other", "revise_fields", year=first, remove=["ocean"], reason="x")
    assert rules(revised) == {"review_revision": "refuse"}


def revision(desk, **more):
    return desk.try_("cycle", CYCLE, "revise_fields", "2027-12-20", year="FY2027", **more)


@pytest.mark.accept("S35.3")
def test_a_revision_makes_a_new_version_of_the_list_of_fields(desk):
    assert "reason" in revision(desk, remove=["ocean"]).findings[0].en
    assert rules(revision(desk, reason="x")) == {"review_revision": "refuse"}
    done = revision(desk, remove=["ocean"], reason="中間点検の結果")
    assert not done.findings
    filed = {"reviews": [done.entry], "important_fields": []}
    ((register, proposal),) = brought(desk.register, [done.entry], filed.__getitem__)
    assert (register, proposal.refused) == ("important_fields", False)
    fields = book_of(register_named(register), [proposal.entry])
    versions = list(fields.register.question("versions").answer(fields, ""))
    assert (versions[-1]["version"], versions[-1]["removed"]) == (2, ["ocean"])
    assert (versions[-1]["date"], versions[-1]["reason"]) == ("2027-12-20", "中間点検の結果")
    assert versions[-1]["review"] == f"{CYCLE} FY2027"


def test_a_revision_that_the_list_refuses_is_refused(desk):
    for wrong, rule in (({"add": ["space"]}, "list_changes"), ({"add": ["hydrogen"]}, "keys")):
        entry = revision(desk, **wrong, reason="x").entry
        ((_, proposal),) = brought(desk.register, [entry], {"reviews": [entry], "important_fields": []}.__getitem__)
        assert proposal.refused
        assert rule in rules(proposal)
    entry = revision(desk, remove=["hydrogen"], reason="x").entry
    with pytest.raises(InputError, match="unknown important field 'hydrogen'"):
        list(brought(desk.register, [entry], {"reviews": [entry], "important_fields": []}.__getitem__))


def test_other_acts_bring_nothing(desk):
    entry = follow_up(desk, 2025).entry
    assert list(brought(desk.register, [entry], {"reviews": [entry]}.__getitem__)) == []
    assert isinstance(desk.book, Book)
