"""Tables for people hold words of their language: of units, qualifiers, statuses, tables and places."""

from __future__ import annotations

import re

import pytest

from meguri import vocabulary
from meguri.cli import terms

from ..sources.data_sets import MATRIX, text, write

ROW = {"indicator": "sbir_amount", "unit": "USD_bn", "qualifier": "exact", "status": "measured", "value": 1.5}


def test_a_row_in_words_keeps_what_is_no_word(said):
    said("ja")
    assert terms.spoken([ROW]) == [{**ROW, "unit": "十億ドル", "qualifier": "ちょうど", "status": "計測値"}]
    said("en")
    assert terms.spoken([ROW]) == [{**ROW, "unit": "billion US dollars"}]
    assert terms.spoken([{"unit": "furlong", "status": None}]) == [{"unit": "furlong", "status": None}]


@pytest.mark.parametrize("column", sorted(terms.COLUMNS))
def test_no_word_of_a_column_stays_english_in_japanese(said, column):
    said("ja")
    for word in vocabulary.table(terms.COLUMNS[column]):
        (row,) = terms.spoken([{column: word.id}])
        assert not re.search(r"[a-z]{3}", row[column].replace("FTE", "")), row


def test_tables_and_places_by_name(said):
    said("ja")
    assert [terms.table_named(name) for name in ("flows", "actors", "other")] == ["支払", "主体", "other"]
    assert [terms.place_named(code) for code in ("JP-04", "hub:sendai", "DE", "US-LA")] == [
        "宮城県（JP-04）", "仙台（hub:sendai）", "ドイツ（DE）", "US-LA",
    ]  # fmt: skip
    said("en")
    assert terms.place_named("DE") == "Germany (DE)"


def test_values_of_an_import_are_shown_in_japanese_and_their_json_holds_ids(here, said, tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    cells = {"Federal intramural": 30000, "FFRDC": 20000}
    lines = [f"2017,Federal,{user},{value},,current" for user, value in cells.items()]
    path = write(tmp_path, {"matrix.csv": text(MATRIX, *lines)})[0]
    said("ja")
    assert "支払 " in here("data", "import", "ncses_matrix", path).out
    asked = ("show", "observatory:ncses_matrix", "--period", "2017")
    shown = here(*asked).out
    assert not re.search(r"exact|measured|observed|observations|USD", shown), shown
    assert "実績" in shown
    assert "ドル" in shown
    rows = here(*asked, "--json").json
    assert {row["qualifier"] for row in rows} == {"exact"}
    assert all(row["unit"].startswith("USD") or row["unit"] == "share" for row in rows)
