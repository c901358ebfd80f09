"""An index computed on what was imported is the one computed on the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from meguri.errors import InputError
from meguri.observatory import imports
from meguri.observatory.index import declaration, from_observations
from meguri.observatory.index.pipeline import compute
from meguri.observatory.index.table import read
from meguri.sources._places import three_letters

from ..sources.data_sets import CELLS, real, text, write

PARTIAL = Path(__file__).parent / "index" / "gii_2019_partial.toml"
TWO = """schema = 1
id = "two"
name = {ja = "二つの指標", en = "two indicators"}
source = "made for a test"
economy = "code"
[[area]]
id = "whole"
[[indicator]]
id = "received"
in = "whole"
column = "received"
[[indicator]]
id = "invested"
in = "whole"
column = "COLUMN"
"""


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    monkeypatch.setenv("MEGURI_CACHE", str(tmp_path / "cache"))
    return tmp_path


def bring(folder, *cells):
    imports.bring("ncses_venture", write(folder, {"v.csv": text(CELLS, *cells)}))


def declared(folder, column="invested"):
    (folder / "two.toml").write_text(TWO.replace("COLUMN", column), encoding="utf-8")
    return declaration.read(str(folder / "two.toml"))


def cell(table, place, year, value):
    return f"{table},{place},{place},1,{year},{value},"


def test_the_latest_period_in_which_all_columns_have_a_value(store):
    lines = [cell(10578, "China", 2020, 1), cell(10578, "India", 2020, 2), cell(10578, "India", 2021, 9),
             cell(5913, "China", 2020, 5), cell(5913, "Japan", 2020, 6), cell(5913, "Japan", 2019, 7)]  # fmt: skip
    bring(store, *lines)
    for column in ("invested", "ncses_venture:invested"):
        table, period = from_observations.read("observatory:ncses_venture", declared(store, column))
        assert period == "2020"
        assert table.economies == ("CN", "IN", "JP")
        assert np.array_equal(table.values, [[1, 5], [2, np.nan], [np.nan, 6]], equal_nan=True)


@pytest.mark.parametrize(
    ("lines", "column", "words"),
    [
        ([cell(10578, "China", 2020, 1)], "investe", "no indicator 'investe', which is a column of 'two'"),
        ([cell(10578, "China", 2020, 1), cell(5913, "China", 2019, 1)], "invested", "no period in which all columns"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(store, lines, column, words):
    bring(store, *lines)
    with pytest.raises(InputError, match=words):
        from_observations.read("observatory:ncses_venture", declared(store, column))


def test_two_values_of_one_place_are_refused(store):
    lines = [cell(10578, "China", 2020, 1), "10578,Asia > China,China,2,2020,3,", cell(5913, "China", 2020, 1)]
    bring(store, *lines)
    with pytest.raises(InputError, match="more than one value of 'ncses_venture:received' for CN in 2020"):
        from_observations.read("observatory:ncses_venture", declared(store))


def test_the_index_of_2019_is_that_of_the_file(store):
    import polars as pl

    folder = real("gii_2019_country")
    imports.bring("gii", [folder])
    index = declaration.read(str(PARTIAL))
    table, period = from_observations.read("observatory:gii", index)
    here, there = compute(index, table), compute(index, read(folder / "gii_2019.csv", index))
    codes = pl.DataFrame({"code": list(there.prepared.economies)}).select(three_letters("code"))["code"].to_list()
    assert period == "2019"
    assert dict(zip(here.prepared.economies, here.ranks, strict=True)) == dict(zip(codes, there.ranks, strict=True))
    assert len(codes) == 129
