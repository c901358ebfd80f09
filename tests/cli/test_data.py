"""``meguri data import`` and its neighbours, as a user meets them."""

from __future__ import annotations

import pytest

from ..sources.data_sets import cordis


@pytest.fixture
def store(tmp_path):
    return str(tmp_path / "store")


def test_import_show_quarantine_coverage_and_lock(meguri, tmp_path, store):
    paths = [str(path) for path in cordis(tmp_path / "in", participations=["2,14,partner,HES,=1,JP"])]
    answer = meguri("data", "import", "cordis", *paths, "--store", store, "--lang", "en")
    assert answer.code == 0
    assert "6 rows in = 5 used + 1 set aside" in answer.out
    assert "CC BY 4.0" in answer.out
    again = meguri("data", "import", "cordis", *paths, "--store", store, "--json")
    assert again.json["changed"] is False
    assert meguri("data", "show", "cordis", "--store", store, "--json").json["rows"]["quarantined"] == 1
    (aside,) = meguri("data", "quarantine", "cordis", "--store", store, "--json").json
    assert (aside["file"], aside["line"]) == ("participations.csv", 5)
    listed = {row["id"]: row["imported"] for row in meguri("data", "list", "--store", store, "--json").json}
    assert listed["cordis"] == 5
    assert listed["document"] is None
    covered = {row["indicator"]: row for row in meguri("data", "coverage", "cordis", "--store", store, "--json").json}
    assert covered["link_flow"]["measured"]
    lock = str(tmp_path / "lock.toml")
    assert meguri("data", "lock", lock, "--store", store).code == 0
    assert meguri("data", "lock", "--check", lock, "--store", store).code == 0
    changed = cordis(tmp_path / "new", participations=["2,13,partner,PUB,,JP"])
    assert meguri("data", "import", "cordis", *map(str, changed), "--store", store).code == 0
    assert meguri("data", "lock", "--check", lock, "--store", store).code == 1


def test_sql_and_show_read_an_import(meguri, tmp_path, store):
    paths = [str(path) for path in cordis(tmp_path / "in")]
    assert meguri("data", "import", "cordis", *paths, "--store", store).code == 0
    question = "SELECT sum(amount) AS cents FROM flows"
    there = {"MEGURI_OBSERVATORY": store}
    asked = meguri("sql", question, "--world", "observatory:cordis", "--json", **there)
    assert asked.json == [{"cents": 40_050}]
    seen = meguri("show", "observatory:cordis", "--json", **there).json
    assert {row["indicator"] for row in seen} == {"link_flow.government_university", "link_flow.government_company"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "document", "x.csv"), "part of the package"),
        (("import", "cordiss", "x.csv"), "nearest: cordis"),
        (("import", "cordis", "absent.csv"), "cannot be read"),
        (("show", "cordis"), "nothing of 'cordis' is imported"),
        (("quarantine", "cordis"), "nothing of 'cordis' is imported"),
        (("lock", "--check", "absent.toml"), "cannot be read"),
    ],
)
def test_wrong_input_is_one_sentence(meguri, store, arguments, words):
    assert words in meguri("data", *arguments, "--store", store, "--lang", "en").sentence


def test_tables_and_an_index_on_them(meguri, tmp_path, store):
    head = "table,row_path,row,depth,column,value,flag"
    lines = [head, "10578,China,China,2,2020,1,", "10578,India,India,2,2020,3,", "10578,India,India,2,2019,,NA"]
    (tmp_path / "v.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    answer = meguri("data", "import", "ncses_venture", str(tmp_path / "v.csv"), "--store", store, "--lang", "en")
    assert answer.code == 0
    assert "PitchBook" in answer.out
    there = {"MEGURI_OBSERVATORY": store}
    shown = meguri("show", "observatory:ncses_venture", "--place", "IN", "--json", **there).json
    assert {(row["period"], row["value"], row["status"]) for row in shown} == {
        ("2020", 3.0, "observed"),
        ("2019", None, "missing"),
    }
    (tmp_path / "one.toml").write_text(
        'schema = 1\nid = "one"\nname = {ja = "一", en = "one"}\nsource = "made for a test"\neconomy = "code"\n'
        '[[area]]\nid = "whole"\n[[indicator]]\nid = "received"\nin = "whole"\ncolumn = "received"\n',
        encoding="utf-8",
    )
    ranked = meguri("index", str(tmp_path / "one.toml"), "observatory:ncses_venture", "--json", **there).json
    assert [(row["rank"], row["economy"]) for row in ranked["ranking"]] == [(1, "IN"), (2, "CN")]
    wrong = meguri("data", "import", "ncses_sbir", str(tmp_path / "v.csv"), "--store", store, "--lang", "en")
    assert "nothing that 'table' holds is known" in wrong.sentence
    explained = meguri("explain", "ncses_venture:received", "--lang", "en")
    assert "head office of the firm that receives it" in explained.out
