"""Yearly sums by arrays are those of a plain query of the same rows."""

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.ledger.columns import Columns
from meguri.ledger.schema import words

TABLES = {"flow": "flows", "from_class": "classes", "region": "regions"}
_WORDS = {name: words(table) for name, table in TABLES.items()}
ROWS = pl.DataFrame(
    {
        "t": [8064, 8067, 8068, 8068, 8071, 8072],
        "flow": ["vc_round", "vc_round", "angel_round", "vc_round", "vc_round", "vc_round"],
        "from_class": ["fund_independent", None, "household", "fund_corporate", "fund_independent", "fund_corporate"],
        "region": ["JP-13", "JP-01", None, "JP-13", "JP-13", "JP-13"],
        "amount": [5, 7, 11, 13, 17, 19],
    },
    schema={"t": pl.Int32, **_WORDS, "amount": pl.Int64},
)


@pytest.fixture
def columns():
    return Columns.of(ROWS, "flow", TABLES)


def _rows(frame):
    return frame.rows()


def test_years_without_rows_are_zero_and_years_outside_are_left_out(columns):
    found = columns.take(["angel_round"]).yearly(["2016", "2017"], 0, (), ("amount",))
    assert _rows(found) == [("2016", 0), ("2017", 11)]
    found = columns.take(["vc_round"]).yearly(["FY2016"], 1, (), ("amount",))
    assert _rows(found) == [("FY2016", 7 + 13)]


def test_groups_are_sorted_with_nothing_said_first(columns):
    found = columns.take(["vc_round", "angel_round"]).yearly(["2016", "2017"], 0, ("region",), ("amount",))
    assert found.schema["region"] == _WORDS["region"]
    assert _rows(found) == [("2016", "JP-01", 7), ("2016", "JP-13", 5), ("2017", None, 11), ("2017", "JP-13", 30)]


def test_only_rows_of_the_classes_count(columns):
    some = columns.take(["vc_round"]).where("from_class", ["fund_independent", "household"])
    assert _rows(some.yearly(["2016", "2017"], 0, (), ("amount",))) == [("2016", 5), ("2017", 17)]


def test_a_word_twice_counts_once_and_an_unknown_one_is_refused(columns):
    assert len(columns.take(["vc_round", "vc_round"]).data["amount"]) == 5
    with pytest.raises(InputError, match="vc_rund"):
        columns.take(["vc_rund"])


def test_no_complete_year_gives_no_row(columns):
    found = columns.take(["vc_round"]).yearly([], "CY", ("region",), ("amount",))
    assert found.columns == ["period", "region", "amount"]
    assert found.is_empty()
