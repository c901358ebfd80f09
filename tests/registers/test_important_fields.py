"""Important fields: the document's seventeen, classes from an outside list, versions with reasons, support by class."""

from __future__ import annotations

import pytest

from meguri.observatory.registers import document_items
from meguri.registers import important_fields
from meguri.registers.important_fields import class_of, listed, support_of
from meguri.vocabulary import table

from .desk import Desk, rules

KEYS = [word.id for word in table("fields") if word.id != "other"]
#: An outside list for tests; which eight are strategic is not in the document.
EIGHT = KEYS[::2][:8]
SOURCE = "外部の一覧（試験用）"


@pytest.fixture
def desk():
    return Desk("important_fields")


def classify(desk, strategic=EIGHT, keys=KEYS):
    """Load an outside list."""
    for key in keys:
        desk.put("field", key, "classify", **{"class": "strategic" if key in strategic else "important"}, source=SOURCE)


def revise(desk, fields, **more):
    return desk.try_("list", "list", "revise", "2027-05-01", fields=fields, **more)


@pytest.mark.accept("S34.1")
def test_seventeen_fields_by_the_names_of_the_document(desk):
    names = [desk.history("field", key).title for key in listed(desk.book)]
    assert names == document_items()["std2.fields.list"].value
    assert len(names) == document_items()["std2.important.count"].value == 17
    assert sorted(listed(desk.book)) == sorted(KEYS)
    facts = {desk.history("field", key).entries[0].fact for key in KEYS}
    assert len(facts) == 17
    assert not list(desk.book.findings())


@pytest.mark.accept("S34.2")
def test_classes_are_unknown_until_a_list_is_loaded_and_then_eight_are_strategic(desk):
    assert {class_of(desk.book, key) for key in KEYS} == {"unknown"}
    assert document_items()["std2.strategic.count"].value == important_fields.STRATEGIC
    classify(desk)
    classes = [class_of(desk.book, key) for key in KEYS]
    assert (classes.count("strategic"), classes.count("important")) == (8, 9)
    assert document_items()["derived.std.fields.rest"].value == 9
    assert not list(desk.book.findings())


@pytest.mark.accept("S34.2")
def test_a_list_with_nine_or_seven_strategic_fields_is_refused(desk):
    classify(desk, EIGHT, EIGHT)
    ninth = next(key for key in KEYS if key not in EIGHT)
    refused = desk.try_("field", ninth, "classify", **{"class": "strategic"}, source=SOURCE)
    assert rules(refused) == {"class_eight": "refuse"}
    assert "9" in refused.findings[0].en
    other = Desk("important_fields")
    classify(other, EIGHT[:7], KEYS[:-1])
    last = other.try_("field", KEYS[-1], "classify", **{"class": "important"}, source=SOURCE)
    assert rules(last) == {"class_eight": "refuse"}, "the list is complete and has seven"


@pytest.mark.accept("S34.2")
def test_a_class_has_a_source_and_is_loaded_once(desk):
    assert desk.try_("field", "ocean", "classify", **{"class": "strategic"}).refused
    assert rules(desk.try_("field", "ocean", "classify", **{"class": "unknown"}, source=SOURCE)) == {
        "class_known": "refuse"
    }
    assert rules(desk.try_("field", "ocean", "reclassify", **{"class": "strategic"}, reason="緊急性")) == {
        "class_known": "refuse",
        "class_eight_changed": "flag",
    }
    desk.put("field", "ocean", "classify", **{"class": "important"}, source=SOURCE)
    assert "class_known" in rules(desk.try_("field", "ocean", "classify", **{"class": "strategic"}, source=SOURCE))


@pytest.mark.accept("S34.3")
def test_adding_or_removing_without_a_reason_is_refused_and_with_one_makes_a_version(desk):
    fields = listed(desk.book)
    for changed in (fields[1:], [*fields, "hydrogen"]):
        refused = revise(desk, changed)
        assert refused.refused
        assert "reason" in refused.findings[0].en
    assert rules(revise(desk, [*fields, "hydrogen"], reason="動向")) == {"keys": "refuse", "list_version": "mark"}
    desk.put("field", "hydrogen", "propose", "2027-04-20", name="水素", reason="海外の一覧にある")
    proposal = revise(desk, [*fields[1:], "hydrogen"], reason="中間点検")
    assert rules(proposal) == {"list_version": "mark"}
    assert proposal.findings[0].en == "is version 2 of the list: adds hydrogen; removes space"
    desk.book.put(proposal.history)
    assert "hydrogen" in listed(desk.book)
    assert class_of(desk.book, "space") == ""
    versions = list(desk.register.question("versions").answer(desk.book, ""))
    assert [(row["version"], row["fields"]) for row in versions] == [(1, 17), (2, 17)]
    assert (versions[1]["date"], versions[1]["reason"]) == ("2027-05-01", "中間点検")
    assert (versions[1]["added"], versions[1]["removed"]) == (["hydrogen"], ["space"])


def test_a_version_differs_and_names_a_field_once(desk):
    fields = listed(desk.book)
    for same in (fields, fields[::-1], [*fields[1:], fields[1]]):
        assert rules(revise(desk, same, reason="x"))["list_changes"] == "refuse"


@pytest.mark.accept("S34.4")
def test_a_strategic_field_stays_important(desk):
    classify(desk)
    fields = listed(desk.book)
    without = [key for key in fields if key != EIGHT[0]]
    assert rules(revise(desk, without, reason="x"))["list_keeps_strategic"] == "refuse"
    downgraded = desk.put("field", EIGHT[0], "reclassify", "2027-04-30", **{"class": "important"}, reason="終息")
    assert rules(downgraded) == {"class_eight_changed": "flag"}
    desk.book.put(revise(desk, without, reason="x").history)
    again = desk.try_("field", EIGHT[0], "reclassify", "2027-06-01", **{"class": "strategic"}, reason="再び動いた")
    assert rules(again)["strategic_is_important"] == "refuse"
    desk.put("list", "list", "revise", "2028-05-01", fields=fields, reason="再追加")
    desk.put("field", EIGHT[0], "reclassify", "2028-06-01", **{"class": "strategic"}, reason="再び動いた")
    assert not [one for one in desk.book.findings() if one.weight == "refuse"], "what was right then is right still"


@pytest.mark.accept("S34.5")
def test_support_is_by_class(desk):
    items = document_items()
    assert support_of(desk.book, "space") == [], "its class is unknown"
    classify(desk)
    strategic, important = EIGHT[0], next(key for key in KEYS if key not in EIGHT)
    assert [ja for ja, _ in support_of(desk.book, strategic)] == items["std2.strategic.support"].value
    assert [ja for ja, _ in support_of(desk.book, important)] == [items["std2.important.support"].value]
    for support in ("priority", "action_plan", "monitoring"):
        assert not rules(desk.try_("field", strategic, "support", support=support))
        assert rules(desk.try_("field", important, "support", support=support)) == {"support_class": "flag"}
    for key in (strategic, important):
        assert not rules(desk.try_("field", key, "support", support="long_term"))
    rows = {row["key"]: row for row in desk.register.question("classes").answer(desk.book, "")}
    assert (len(rows[strategic]["support"]), len(rows[important]["support"])) == (3, 1)


def test_criteria_are_the_documents_and_say_what_is_lacking(desk):
    items = document_items()
    for option in important_fields.CLASSES[1:]:
        printed = items[f"std2.{option.id}.definition"].attributes["criteria"]
        assert desk.history("class", option.id).values["criteria"] == printed
        assert len(important_fields.CRITERIA[option.id]) == len(printed)
    desk.put("field", "materials", "assess", strength=True, urgent=False)
    row = next(iter(desk.register.question("classes").answer(desk.book, "materials")))
    assert [en for _, en in row["met"]] == ["strength of the country"]
    assert [en for _, en in row["unmet"]] == ["urgency of a response"]
    assert len(row["open"]) == 5
    strategic = desk.try_("field", "materials", "classify", **{"class": "strategic"}, source=SOURCE)
    assert rules(strategic) == {"class_criteria": "flag"}
    assert "urgency" in strategic.findings[0].en
    assert not rules(desk.try_("field", "materials", "classify", **{"class": "important"}, source=SOURCE))


@pytest.mark.parametrize(
    ("options", "fact"),
    [("OUTCOMES", "std2.outcomes"), ("PURPOSES", "std2.purposes"), ("BANDS", "std2.rows"),
     ("APPROACHES", "std2.approach")],
)  # fmt: skip
def test_the_matrix_bears_the_words_of_the_document(options, fact):
    assert [option.ja for option in getattr(important_fields, options)] == document_items()[fact].value


def test_a_field_is_off_the_list_before_it_is_closed(desk):
    assert rules(desk.try_("field", "ocean", "close", reason="x")) == {"closed_off_list": "refuse"}
    fields = listed(desk.book)
    desk.book.put(revise(desk, [key for key in fields if key != "ocean"], reason="x").history)
    desk.put("field", "ocean", "close", "2027-06-01", reason="x")
    assert "list_open" in rules(revise(desk, fields, reason="y"))
