"""``meguri data map``, and the import of what it drafted."""

from __future__ import annotations

import tomllib

import pytest

from ..observatory.sheets import CONTRACT_LINES, kpi, write


def test_a_draft_is_completed_imported_and_read(meguri, tmp_path):
    sheet = write(tmp_path, "contracts.csv", "\n".join([*CONTRACT_LINES, "合計,,,,,3150"]).encode("cp932"))
    mapping = tmp_path / "m.toml"
    drafted = meguri("data", "map", str(sheet), "-o", str(mapping), "--json").json
    assert drafted["decide"] == [
        "source.licence", "source.attribution_ja", "source.attribution_en", "source.place", "fields.to"
    ]  # fmt: skip
    assert drafted["head"] == [3, 3]
    text = mapping.read_text(encoding="utf-8")
    said = tomllib.loads(text)
    assert said["becomes"] == "flows"
    assert said["fields"]["period"] == {"column": "契約日", "as": "day"}
    assert said["fields"]["from_number"] == {"column": "法人番号"}
    assert said["value"] == [{"column": "契約額 （千円）", "unit": "千円"}]
    assert said["aside"] == [{"column": "契約番号", "is": ["合計"]}]
    assert all(word in text for word in ("下書きです", "A draft", "読まない列") if word != "読まない列")
    store = str(tmp_path / "store")
    asked = ("data", "import", str(mapping), str(sheet), "--store", store, "--lang", "en")
    assert "still to be decided" in meguri(*asked).sentence
    again = meguri("data", "map", str(sheet), "-o", str(mapping), "--lang", "en")
    assert "cannot be written" in again.sentence  # what the user wrote is never overwritten
    mapping.write_text(
        text.replace('to = "???"', 'to = "東北大学"')
        .replace('place = "???"', 'place = "JP"')
        .replace("???", "内部利用"),
        encoding="utf-8",
    )
    answer = meguri(*asked)
    assert answer.code == 0, answer.err
    assert "5 rows in = 4 used + 1 set aside" in answer.out
    shown = meguri(
        "show", "observatory:contracts", "--indicator", "joint_research_count", "--json", MEGURI_OBSERVATORY=store
    )
    assert [row["value"] for row in shown.json] == [3.0]
    assert meguri("data", "show", "contracts", "--store", store, "--json").json["source"] == "contracts"
    question = "SELECT sum(amount) AS yen FROM flows"
    asked = meguri("sql", question, "--world", "observatory:contracts", "--json", MEGURI_OBSERVATORY=store)
    assert asked.json == [{"yen": 3_150_000}]
    listed = {row["id"]: row for row in meguri("data", "list", "--store", store, "--json").json}
    assert (listed["contracts"]["imported"], listed["contracts"]["licence"]) == (4, "内部利用")
    (aside,) = meguri("data", "quarantine", "contracts", "--store", store, "--json").json
    assert aside["line"] == 9


def test_the_draft_of_a_hubs_sheet_finds_its_place_and_indicators(meguri, tmp_path):
    drafted = meguri("data", "map", str(kpi(tmp_path / "kpi.xlsx")), "--id", "sendai_kpi", "--json").json
    said = tomllib.loads(drafted["mapping"])
    assert (drafted["sheet"], drafted["sheets"], said["becomes"]) == ("KPI", ["表紙", "KPI", "参考"], "observations")
    assert said["fields"]["place"] == "hub:sendai"
    assert said["fields"]["indicator"]["column"] == "指標"
    assert said["fields"]["period"]["as"] == "fiscal_year"
    assert [(one["column"], one.get("status", "")) for one in said["value"]] == [("目標", "target"), ("実績", "")]
    assert said["aside"][0]["is"] == ["合計"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("a.parquet", b"PAR1xxxxPAR1", "Parquet"), ("a.csv", b"\0" * 100, "no table of text"), ("a.csv", b"", "is empty")],
)
def test_what_is_no_sheet_is_one_sentence(meguri, tmp_path, name, content, words):
    assert words in meguri("data", "map", str(write(tmp_path, name, content)), "--lang", "en").sentence
