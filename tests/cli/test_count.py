"""``meguri count``, as a user meets it."""

from __future__ import annotations

import pytest

from ..sources.data_sets import text


@pytest.fixture
def money(tmp_path):
    path = tmp_path / "money.csv"
    path.write_text(text("region,amount", "Tokyo,79.8", "Osaka,=1", "other,20.2"), encoding="utf-8")
    return path


def test_the_rules_are_listed_and_each_says_what_it_needs(here):
    rules = here("count", "--list", "--json").json
    assert {"patent_families", "rd_accounts", "stages"} <= {rule["id"] for rule in rules}
    declared = here("count", "stages", "--json").json
    assert {table["name"] for table in declared["tables"]} == {"deals", "mapping"}
    assert "options (--set)" in here("count", "stages").out


def test_a_file_is_counted_with_its_rows_and_notes(here, money):
    found = here("count", "regional_concentration", money, "--column", "place=region", "--set", "other_regions=4",
                 "--json").json  # fmt: skip
    assert found["rows"] == {"rows": 3, "used": 2, "left_out": 0, "aside": 1}
    assert found["sections"]["concentration"][0]["top"] == "Tokyo"
    assert found["options"]["other_regions"] == 4
    assert "formula" in found["aside"][0]["reason_en"]
    assert all(note["ja"] and note["en"] for note in found["notes"])


def test_a_sheet_of_a_workbook_is_named(here, tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "two.xlsx")) as book:
        book.add_worksheet("memo")
        book.add_worksheet("money").write_row(0, 0, ("place", "amount"))
        book.worksheets()[1].write_row(1, 0, ("Tokyo", 3))
    asked = ("count", "regional_concentration", tmp_path / "two.xlsx")
    assert "several sheets" in here(*asked).sentence
    assert here(*asked, "--sheet", "money", "--json").json["rows"]["used"] == 1


def test_people_read_tables_in_their_language(meguri, money):
    answer = meguri(
        "count", "regional_concentration", money, "--column", "place=region", "--quarantine", "--lang", "ja"
    )
    assert answer.code == 0
    for words in ("集中度", "最大の地域", "入力 3 行＝使用 2 行＋対象外 0 行＋取り分け 1 行", "数式"):
        assert words in answer.out
    assert "注意：" in answer.err


def test_one_section_as_a_table_for_other_programmes(here, money):
    out = here("count", "regional_concentration", money, "--column", "place=region", "--section", "shares", "--format",
               "csv").out  # fmt: skip
    assert out.splitlines()[0] == "year,place,amount,share,rows"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("count", "patent_familie"), ("patent_familie", "patent_families")),
        (("count", "stages", "absent.csv"), ("absent.csv", "cannot be read")),
        (("count", "stages", "baselin"), ("unknown world", "baseline")),
        (("count", "stages", "absent.csv", "--set", "mapping"), ("--set", "NAME=VALUE")),
        (("count", "stages", "absent.csv", "--set", "mapping=mars"), ("mapping=mars", "japan")),
        (("count", "stages", "absent.csv", "--limit", "0"), ("--limit 0",)),
    ],
)
def test_wrong_input_is_one_sentence(here, arguments, words):
    sentence = here(*arguments).sentence
    for word in words:
        assert word in sentence
