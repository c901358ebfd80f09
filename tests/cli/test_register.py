"""Registers on the command line, as a programme office uses them."""

from __future__ import annotations

import json

import pytest

WAY = [
    ("decide", "P1", "review", "score=80", "--actor", "審査委員", "--role", "reviewer"),
    ("decide", "P1", "adopt", "--actor", "事務局", "--role", "office"),
    ("decide", "P1", "award", "phase=phase_1", "amount=3000万円", "starts=R7.6.1", "ends=2026/5/31",
     "--actor", "事務局", "--role", "office"),
    ("decide", "P1", "complete", "--actor", "事務局", "--role", "office"),
]  # fmt: skip


@pytest.fixture
def office(here, tmp_path):
    """The command ``meguri register`` on a store of its own."""
    store = tmp_path / "registers.sqlite"

    def run(command, *arguments):
        return here("register", command, *arguments, *(() if "--store" in arguments else ("--store", store)))

    return run


@pytest.fixture
def filed(office):
    """A project on its way to the gate."""
    answer = office("add", "sbir", "P1", "applicant=A社", "分野=宇宙", "--kind", "project", "--actor", "A社",
                    "--role", "startup",
                    "--date", "令和7年4月1日")  # fmt: skip
    assert answer.code == 0, answer.err
    for command, *rest in WAY:
        assert office(command, "sbir", *rest, "--date", "2025-06-01").code == 0
    return office


def test_list_and_show(office):
    registers = {row["id"]: row for row in office("list", "--json").json}
    assert registers["hub_cities"]["shipped"] == 16
    assert registers["sbir"]["filed"] == 0
    hubs = office("list", "hub_cities", "--kind", "hub", "--json").json
    assert len(hubs) == 8
    shown = office("show", "hub_cities", "tokyo", "--json").json
    assert shown["values"]["core_areas"] == ["渋谷", "六本木・虎ノ門", "大手町・丸の内", "日本橋"]
    assert shown["facts"] == ["document:hub.tokyo"]
    assert "not in the document" in office("show", "hub_cities", "sendai-1").out


def test_the_form_of_a_register_is_its_declaration(office):
    form = office("show", "sbir", "--json").json
    kinds = {kind["id"]: kind for kind in form["kinds"]}
    award = next(act for act in kinds["project"]["acts"] if act["id"] == "award")
    assert award["needs"] == ["phase", "amount", "starts", "ends"]
    assert {rule["basis"] for rule in form["rules"]} == {"stated", "ours"}
    plain = office("show", "sbir", "--kind", "project").out
    for word in ("phase_amount", "award", "space", "stated"):
        assert word in plain


def test_from_the_application_to_the_gate(filed):
    shown = filed("show", "sbir", "P1", "--json").json
    assert shown["state"] == "completed"
    assert shown["values"]["amount"] == 30_000_000
    assert {"gate", "go_on"} <= set(shown["acts"])
    refused = filed("decide", "sbir", "P1", "go_on", "--actor", "事務局", "--role", "office")
    assert "stage gate" in refused.sentence
    assert "technology and business" in refused.sentence
    due = filed("due", "sbir", "--until", "2026-12-31", "--json").json
    assert [(row["key"], row["act"]) for row in due] == [("P1", "gate")]
    assert filed("due", "--until", "2025-05-31", "--json").json == []
    versions = filed("history", "sbir", "P1", "--json").json
    assert [row["act"] for row in versions] == ["apply", "review", "adopt", "award", "complete"]
    assert versions[0]["date"] == "2025-04-01"
    changed = {row["column"]: (row["before"], row["after"]) for row in
               filed("diff", "sbir", "P1", "--from", "2025-05-01", "--json").json}  # fmt: skip
    assert changed["state"] == ("applied", "completed")
    assert changed["amount"] == (None, 30_000_000)


@pytest.mark.accept("S25.1")
@pytest.mark.parametrize(
    ("amount", "flagged"), [("200万円", True), ("3000000", False), ("30000000", False), ("3100万円", True)]
)
def test_amounts_of_phase_1_are_flagged_by_check(filed, amount, flagged):
    change = filed("decide", "sbir", "P1", "correct", f"amount={amount}", "--version", "4", "--actor", "事務局",
                   "--role", "office", "--reason", "転記の誤り", "--json")  # fmt: skip
    assert bool(change.json["findings"]) is flagged
    checked = filed("check", "sbir", "--json")
    assert checked.code == int(flagged)
    assert [row["rule"] for row in checked.json] == ["phase_amount"] * flagged


WRONG = {
    "register": (("show", "sbr"), ("sbr", "sbir")),
    "record": (("show", "hub_cities", "tokio"), ("tokio", "tokyo")),
    "kind": (("add", "sbir", "P1"), ("--kind", "project")),
    "unknown kind": (("list", "sbir", "--kind", "projekt"), ("projekt", "project")),
    "column": (("add", "sbir", "P1", "aplicant=A", "--kind", "project"), ("aplicant", "applicant")),
    "no value": (("add", "sbir", "P1", "applicant", "--kind", "project"), ("COLUMN=VALUE",)),
    "twice": (("add", "sbir", "P1", "applicant=A", "応募者=B", "--kind", "project"), ("twice",)),
    "formula": (("add", "sbir", "P1", "applicant==A1", "--kind", "project"), ("formula",)),
    "role": (("add", "sbir", "P1", "applicant=A", "--kind", "project", "--actor", "A", "--role", "boss"), ("boss",)),
    "actor": (("add", "sbir", "P1", "applicant=A", "--kind", "project", "--role", "startup"), ("actor",)),
    "date": (("add", "sbir", "P1", "applicant=A", "--kind", "project", "--date", "令和99年1月1日"), ("2117",)),
    "no reason": (("decide", "hub_cities", "tokyo", "revise", "--actor", "A", "--role", "government"), ("reason",)),
    "state": (("list", "sbir", "--state", "runing"), ("runing", "running")),
    "diff without day": (("diff", "sbir"), ("--from",)),
    "export without file": (("export", "sbir"), ("--output",)),
    "export of several kinds": (("export", "sbir", "--output", "a.csv"), ("--kind",)),
    "file and run": (("check", "sbir", "--file", "a.csv", "--run", "b"), ("--file", "--run")),
    "import of nothing": (("import", "sbir", "a.csv"), ("a.csv",)),
    "backup of nothing": (("backup", "a.sqlite"), ("does not exist",)),
    "no address": (("list", "--store", "mysql://x/y"), ("postgresql://",)),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_sentence_and_nothing_is_written(office, tmp_path, case):
    arguments, words = WRONG[case]
    sentence = office(*arguments).sentence
    for word in words:
        assert word in sentence
    both = json.loads(office(*arguments, "--json").err)
    assert not any("ぁ" <= letter <= "ん" for letter in both["en"])
    assert any("ぁ" <= letter <= "ん" for letter in both["ja"])
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".csv", ".xlsx")]
    assert office("list", "sbir", "--kind", "project", "--json").json == []


def test_export_fill_in_import_backup_restore(filed, tmp_path):
    for name in ("book.xlsx", "form.xlsx"):
        assert filed("export", "sbir", "-o", name, *(("--template",) if name == "form.xlsx" else ())).code == 0
    other = ("--store", tmp_path / "other.sqlite")
    assert filed("import", "sbir", "book.xlsx", "--json", *other).json["filed"] == 5
    assert filed("import", "sbir", "book.xlsx", "--json", *other).json == {"filed": 0, "known": 5, "findings": []}
    for name, store in (("a.csv", ()), ("b.csv", other)):
        assert filed("export", "sbir", "--kind", "project", "-o", name, *store).code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert filed("backup", "copy.sqlite", "--json").json["acts"] == {"sbir": 5}
    assert filed("restore", "copy.sqlite", "--json", "--store", tmp_path / "third.sqlite").json["acts"] == {"sbir": 5}
    assert "not written over" in filed("restore", "copy.sqlite").sentence


def test_good_rows_are_kept_only_if_one_says_so(office, tmp_path):
    (tmp_path / "rows.csv").write_text(
        "番号,日付,行為者,役割,応募者,支援額\nP1,R7.4.1,A社,startup,A社,\nP2,令和99年4月1日,B社,startup,B社,\n"
        "P3,R7.4.1,C社,startup,C社,-1\n", encoding="utf-8",
    )  # fmt: skip
    checked = office("check", "sbir", "--kind", "project", "--file", "rows.csv", "--json")
    assert checked.code == 1
    assert [row["where"] for row in checked.json] == ["rows.csv, row 3, column date", "rows.csv, row 4, column amount"]
    none = office("import", "sbir", "rows.csv", "--kind", "project", "--json")
    assert (none.code, none.json["filed"], len(none.json["findings"])) == (1, 0, 2)
    assert office("list", "sbir", "--kind", "project", "--json").json == []
    kept = office("import", "sbir", "rows.csv", "--kind", "project", "--keep-good", "--json")
    assert (kept.code, kept.json["filed"]) == (1, 1)
    assert [row["key"] for row in office("list", "sbir", "--kind", "project", "--json").json] == ["P1"]


def test_a_run_is_judged_by_the_same_rules(here, shelf):
    answer = here("register", "check", "sbir", "--run", "baseline", "--out", shelf, "--json")
    assert answer.code == 0, answer.json[:3]
    assert {row["rule"] for row in answer.json} <= {"old_scheme"}
    assert "hub_cities" in here("register", "check", "hub_cities", "--run", "baseline", "--out", shelf).sentence


def test_what_is_filed_joins_the_tables_of_sql(meguri, tmp_path):
    store = {"MEGURI_REGISTERS": str(tmp_path / "registers.sqlite")}
    add = ("register", "add", "sbir", "P1", "applicant=A社", "--kind", "project", "--actor", "A社", "--role", "startup",
           "--date", "2025-04-01")  # fmt: skip
    assert meguri(*add, **store).code == 0
    rows = meguri(
        "sql", "SELECT period, register, act, origin FROM records WHERE origin = 'user'", "--json", **store
    ).json
    assert rows == [{"period": "2025Q2", "register": "sbir", "act": "sbir_application", "origin": "user"}]
    count = (
        "SELECT count(*) AS n FROM register_entries WHERE origin = 'document' AND register IN ('sbir', 'hub_cities')"
    )
    assert meguri("sql", count, "--json", **store).json == [{"n": 24}]


def test_the_same_words_in_japanese(meguri, tmp_path):
    ja = {"MEGURI_LANG": "ja", "MEGURI_REGISTERS": str(tmp_path / "registers.sqlite")}
    shown = meguri("register", "show", "hub_cities", "sendai-1", **ja).out
    assert "資料にない" in shown
    refused = meguri(
        "register", "decide", "hub_cities", "tokyo", "revise", "--actor", "A", "--role", "government", **ja
    )
    assert "理由" in refused.sentence
    filed = ("--actor", "A社", "--role", "startup", "--date", "R7.4.1")
    meguri("register", "add", "sbir", "P1", "--kind", "project", "applicant=A社", *filed, **ja)
    history = meguri("register", "history", "sbir", "P1", **ja).out
    assert all(words in history for words in ("応募", "スタートアップ・研究者", "はい", "利用者"))
    (tmp_path / "rows.csv").write_text("番号,応募者,支援額\nP1,A社,-1\n", encoding="utf-8")
    found = meguri("register", "check", "sbir", "--kind", "project", "--file", "rows.csv", "--json", **ja).json
    assert "rows.csv、2行目、列amount" in {row["where"] for row in found}


def test_every_register_is_explained_with_its_rules(here):
    found = json.loads(here("explain", "register:sbir", "--json").out)
    assert "register:sbir.phase_amount" in {edge["id"] for edge in found["up"]}
    rule = json.loads(here("explain", "register:sbir.phase_amount", "--json").out)
    assert "document:sbir.phase1.amount" in {edge["id"] for edge in rule["up"]}
    assert "register:sbir" in json.loads(here("explain", "sbir", "--json").out)["also"]
