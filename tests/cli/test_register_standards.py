"""Registers of standards on the command line: questions, an outside list of classes, a revision in two registers."""

from __future__ import annotations

import pytest

from meguri.vocabulary import table

KEYS = [word.id for word in table("fields") if word.id != "other"]
TOWER = ("--actor", "司令塔", "--role", "command_tower")


@pytest.fixture
def office(here, tmp_path):
    """The command ``meguri register`` on a store of its own."""
    store = tmp_path / "registers.sqlite"

    def run(command, *arguments):
        return here("register", command, *arguments, "--store", store)

    return run


def test_questions_are_listed_and_answered_in_both_languages(office, meguri):
    listed = office("ask", "foreign_fields", "--json").json
    assert {row["id"] for row in listed} == {"overlap", "subjects"}
    rows = office("ask", "foreign_fields", "overlap", "quantum", "--json").json
    assert [(row["key"], row["lists"], row["china"]) for row in rows] == [("quantum", 2, None)]
    assert rows[0]["europe"] == ["high-performance computing and quantum communication infrastructure"]
    japanese = meguri("register", "ask", "foreign_fields", "overlap", "quantum", "--lang", "ja").out
    assert "量子情報技術" in japanese
    assert "対応付け" in japanese
    assert "overlap" in office("ask", "foreign_fields", "overlaps").sentence
    assert "question: overlap" in office("show", "foreign_fields").out


def sheet(tmp_path, strategic):
    rows = [
        f"{key},区分の読込み,令和7年7月1日,{'戦略領域' if key in strategic else '重要領域'},決定された戦略"
        for key in KEYS
    ]
    path = tmp_path / "classes.csv"
    path.write_text("\n".join(["番号,行為,日付,区分,区分の出典", *rows]), encoding="utf-8")
    return path


@pytest.mark.accept("S34.2")
def test_an_outside_list_of_classes_is_imported_whole_or_not_at_all(office, tmp_path):
    who = ("--kind", "field", "--actor", "事務局", "--role", "secretariat")

    def classes():
        return [row["class"] for row in office("ask", "important_fields", "classes", "--json").json]

    refused = office("import", "important_fields", sheet(tmp_path, KEYS[:9]), *who, "--json")
    assert (refused.code, refused.json["filed"]) == (1, 0)
    assert {row["rule"] for row in refused.json["findings"]} == {"class_eight"}
    assert set(classes()) == {"unknown"}
    filed = office("import", "important_fields", sheet(tmp_path, KEYS[:8]), *who, "--json")
    assert (filed.code, filed.json["filed"], filed.json["findings"]) == (0, 17, [])
    assert (classes().count("strategic field"), classes().count("important field")) == (8, 9)


@pytest.mark.accept("S34.3", "S35.3")
def test_a_revision_is_filed_in_both_registers_or_in_neither(office):
    asked = ("decide", "reviews", "standards_strategy", "revise_fields", "year=FY2027", "--date", "2027-12-20", *TOWER)

    def versions():
        return office("ask", "important_fields", "versions", "--json").json

    reason = ("--reason", "中間点検の結果")
    assert "needs a reason" in office(*asked, "remove=ocean").sentence
    assert "no such record" in office(*asked, "add=hydrogen", *reason).sentence
    assert "hydrogen" in office(*asked, "remove=hydrogen", *reason).sentence
    assert len(versions()) == 1
    assert len(office("history", "reviews", "standards_strategy", "--json").json) == 1, "neither is filed"
    assert office("add", "important_fields", "hydrogen", "name=水素", "--kind", "field", "--act", "propose",
                  "--date", "2027-12-01", *reason, *TOWER).code == 0  # fmt: skip
    assert office(*asked, "add=hydrogen", "remove=ocean", *reason).code == 0
    last = versions()[-1]
    assert (last["version"], last["added"], last["removed"], last["date"]) == (2, ["hydrogen"], ["ocean"], "2027-12-20")
    assert last["review"] == "standards_strategy FY2027"
    changed = office("diff", "important_fields", "list", "--from", "2027-12-19", "--to", "2027-12-21", "--json").json
    assert "fields" in {row["column"] for row in changed}


@pytest.mark.accept("S35.2")
def test_a_missed_follow_up_shows_in_due(office):
    def due(until):
        return [row for row in office("due", "--until", until, "--json").json if row["register"] == "reviews"]

    assert due("2026-03-30") == []
    (row,) = due("2026-03-31")
    assert (row["key"], row["act"], row["date"], row["basis"]) == (
        "standards_strategy", "follow_up", "2026-03-31", "stated",
    )  # fmt: skip
    filed = office("decide", "reviews", "standards_strategy", "follow_up", "year=2025年度", "finding=順調", "--date",
                   "2026-03-01", *TOWER)  # fmt: skip
    assert filed.code == 0, filed.err
    assert due("2026-04-01") == []
