"""Files of a user under a rule: rows in = used + left out + set aside; damage is said and loses nothing else."""

from __future__ import annotations

import gzip
import os

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meguri.errors import InputError
from meguri.observatory import files
from meguri.observatory.counting import count, rules

from ..sources.data_sets import text

HEAD = "region,money,when,kind"
COLUMNS = {"place": "region", "amount": "money", "year": "when"}
GOOD = ("Tokyo,60,2023,a", "Osaka,40,2023,a", "Kyoto,100,2023,b")


def put(folder, *lines, name="money.csv", head=HEAD):
    path = folder / name
    path.write_text(text(head, *lines), encoding="utf-8")
    return path


def counted(path, **more):
    result = count("regional_concentration", [path], {}, COLUMNS, **more)
    for one in result.rows:
        assert one.rows == one.used + one.left_out + one.aside
    assert result.aside.height == sum(one.aside for one in result.rows)
    return result


def test_columns_by_other_names_and_rows_that_are_not_asked_for(tmp_path):
    result = counted(put(tmp_path, *GOOD), where={"kind": ["a"]})
    (file,) = result.rows
    assert (file.file, file.rows, file.used, file.left_out, file.aside) == ("money.csv", 3, 2, 1, 0)
    assert [(row["place"], row["share"]) for row in result.counted.sections["shares"]] == [
        ("Tokyo", 0.6),
        ("Osaka", 0.4),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Nara,=1+2,2023,a", "formula"), ("Nara,USD 5,2023,a", "currency"), ("Nara,five,2023,a", "no number"),
        ("Nara,-5,2023,a", "too small"), ("Nara,5,20x3,a", "no whole number"), ("Nara,5,2023", "cells"),
        ("Nara,5,9999,a", "too large"), ('"Nara,5,2023,a', "quote"), ("Nara,inf,2023,a", "no number"),
    ],
)  # fmt: skip
def test_a_damaged_row_is_set_aside_with_its_line_and_reason(tmp_path, line, reason):
    result = counted(put(tmp_path, GOOD[0], line, GOOD[1]))
    (row,) = result.aside.iter_rows(named=True)
    assert (row["line"], row["name"]) == (3, "money.csv")
    assert reason in row["reason_en"]
    assert row["reason_ja"]
    assert [row["place"] for row in result.counted.sections["shares"]] == ["Tokyo", "Osaka"]


def test_a_later_row_with_the_same_key_is_set_aside_but_only_among_those_asked_for(tmp_path):
    path = put(tmp_path, "A,2013,400,x", "A,2013,500,y", "A,2013,500,y", head="company,year,employees,edition",
               name="panel.csv")  # fmt: skip
    result = count("size_classes", [path], where={"edition": ["x"]})
    assert (result.rows[0].used, result.rows[0].left_out, result.rows[0].aside) == (1, 2, 0)
    result = count("size_classes", [path])
    assert (result.rows[0].used, result.rows[0].aside) == (1, 2)
    assert result.aside["line"].to_list() == [3, 4]
    assert "company, year" in result.aside["reason_en"][0]


def test_whole_row_copies_are_counted_and_their_number_is_said(tmp_path):
    result = counted(put(tmp_path, *GOOD, GOOD[0], GOOD[0], "Osaka,40,2023,b"))  # the last one is of another kind
    (file,) = result.rows
    assert (file.used, file.aside, file.copies) == (6, 0, 2)
    assert "2 rows of money.csv" in result.notes[0]
    assert "2行" in result.notes[0].ja
    assert sum(row["rows"] for row in result.counted.sections["shares"]) == 6
    asked = counted(put(tmp_path, *GOOD, GOOD[0]), where={"kind": ["b"]})
    assert asked.rows[0].copies == 0
    assert not any("earlier" in note for note in asked.notes)
    assert counted(put(tmp_path, *GOOD)).rows[0].copies == 0


def test_copies_are_told_in_parquet_and_workbooks_too(tmp_path):
    rows = [("Tokyo", 60.0, 2023, 1), ("Tokyo", 60.0, 2023, 2), ("Tokyo", 60.0, 2023, 1), ("Nara", 5.0, 2023, 1)]
    frame = pl.DataFrame(rows, schema=["region", "money", "when", "line"], orient="row")
    frame.write_parquet(tmp_path / "money.parquet")
    frame.write_excel(tmp_path / "money.xlsx")
    for name in ("money.parquet", "money.xlsx"):
        assert [one.copies for one in counted(tmp_path / name).rows] == [1], name


def test_japanese_spreadsheets_and_gzip_are_read(tmp_path):
    path = tmp_path / "地域.csv.gz"
    path.write_bytes(gzip.compress(text("地域,金額", "東京都,60", "大阪府,40", "その他,100").encode("cp932")))
    result = count("regional_concentration", [path], {}, {"place": "地域", "amount": "金額"})
    (row,) = result.counted.sections["concentration"]
    assert (row["top"], row["regions"], row["other_share"]) == ("東京都", 2, 0.5)


def test_two_files_make_two_tables(tmp_path):
    series = put(tmp_path, "A,2000,100", "A,2022,130", head="place,year,nominal", name="series.csv")
    prices = put(tmp_path, "A,2000,1.0", "A,2022,1.3", head="place,year,deflator", name="prices.csv")
    result = count("real_index", [series, prices])
    assert [row["index"] for row in result.counted.sections["index"]] == [1.0, 1.0]
    assert {one.table for one in result.rows} == {"series", "prices"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ("lacks the columns place, amount", "it has region, money", "--column")),
        ({"columns": {"place": "regio"}}, ("regio", "region")),
        ({"columns": {"plac": "region"}}, ("plac", "place")),
        ({"columns": {"place": "region", "amount": "region"}}, ("region", "two columns")),
        ({"columns": COLUMNS, "where": {"sort": ["a"]}}, ("sort",)),
        ({"columns": COLUMNS, "where": {"kind": ["z"]}}, ("kind=z", "no row is left")),
        ({"columns": COLUMNS, "options": {"share": "1%"}}, ("share=1%",)),
    ],
)
def test_what_cannot_be_is_one_sentence_in_both_languages(tmp_path, more, words):
    with pytest.raises(InputError) as error:
        count("regional_concentration", [put(tmp_path, *GOOD)], **more)
    for word in words:
        assert word in str(error.value)
    assert error.value.ja != str(error.value)


def test_links_bombs_and_things_that_are_no_tables_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FREE", 2**16)
    path = put(tmp_path, *GOOD)
    link, bomb, empty = (tmp_path / name for name in ("link.csv", "bomb.csv.gz", "empty.csv"))
    os.symlink(path, link)
    bomb.write_bytes(gzip.compress(text(HEAD, *GOOD).encode() + b"x,1,2023,a\n" * 100_000, 9))
    empty.touch()
    for file, word in ((link, "symbolic link"), (bomb, "unfolds"), (empty, "empty"), (tmp_path / "no.csv", "read")):
        with pytest.raises(InputError, match=word):
            count("regional_concentration", [file], {}, COLUMNS)


cells = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cells, cells, cells, cells), max_size=8))
def test_whatever_stands_in_a_file_no_row_is_lost(tmp_path, drawn):
    path = put(tmp_path, *GOOD, *(",".join(row) for row in drawn), name="wild.csv")
    result = counted(path)
    assert result.rows[0].used >= 3 or result.rows[0].aside  # a quote may swallow what stands before it
    names = [row["place"] for row in result.counted.sections["shares"]]
    assert {"Tokyo", "Osaka", "Kyoto"} <= set(names)


def test_every_rule_says_what_it_needs_in_both_languages():
    for rule in rules():
        assert all((rule.tables, rule.formula, rule.source_ja, rule.source_en, rule.caveats)), rule.id
        for table in rule.tables:
            known = {column.name for column in table.columns}
            assert set(table.key) <= known, (rule.id, table.name)
            for said in (table, *table.columns, *rule.options):
                assert all((said.ja.strip(), said.en.strip())), (rule.id, said.name)
        for option in rule.options:
            assert option.default is not None or option.of in ("text", "number"), (rule.id, option.name)
            assert option.default is None or not option.choices or option.default in option.choices
