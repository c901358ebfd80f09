"""Imports of more rows than fit in memory: rows are numbered and compared by hash, and no step holds a whole table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meguri.errors import InputError
from meguri.observatory import cells, imports, reading, writing
from meguri.sources import _rows

from ..sources.data_sets import cordis, write

_AWARDS = "award_id,year,phase,department,firm,firm_key,duns,state,award_amount\n"
_SUBSIDIES = "corporate_number,name,subsidy_title,amount,date_of_approval\n"


@given(
    rows=st.lists(st.tuples(st.sampled_from(["x", "y", None]), st.integers(0, 3) | st.none()), max_size=40),
    step=st.integers(1, 10),
)
def test_copies_are_numbered_in_the_order_of_the_rows(rows, step):
    table = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64}, orient="row")
    expected = [sum(earlier == row for earlier in rows[:place]) for place, row in enumerate(rows)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_rows, "_NUMBERED", step)
        assert _rows.earlier_copies(table.lazy(), ["a", "b"]).tolist() == expected


def test_rows_that_share_a_hash_by_chance_are_not_taken_for_copies(tmp_path, monkeypatch):
    lines = [f"{number},1983,Phase I,Energy,A,A,,MA,10\n" for number in (1, 2, 3, 2)]
    monkeypatch.setattr(reading, "earlier_copies", lambda table, key: np.arange(len(lines)))
    found, _ = imports.bring("us_sbir", write(tmp_path, {"a.csv": _AWARDS + "".join(lines)}), tmp_path / "store")
    assert found.table("quarantine").select("line", "reason_en").collect().rows() == [
        (5, "the same award_id as an earlier row")
    ]
    assert found.manifest["rows"] == {"in": 4, "used": 3, "quarantined": 1}


def test_more_projects_than_are_held_are_refused_in_a_sentence(tmp_path, monkeypatch):
    paths = cordis(tmp_path / "in")
    monkeypatch.setattr(reading, "MOST_REFERRED", 1)
    with pytest.raises(InputError, match="at most 1 rows of 'projects' are read") as error:
        imports.bring("cordis", paths, tmp_path / "store")
    assert "projects は1行までです" in error.value.ja
    assert imports.current("cordis", tmp_path / "store") is None


def test_more_rounds_than_are_joined_are_refused_in_a_sentence(tmp_path):
    source = imports.data_set_named("crunchbase")
    few = replace(source, data=replace(source.data, files=tuple(replace(file, most=1) for file in source.data.files)))
    companies = "permalink,name,country_code,state_code,founded_at\n/c/a,A,USA,CA,2001-01-01\n"
    head = "company_permalink,company_name,company_country_code,funding_round_type,funded_at,raised_amount_usd\n"
    rounds = "".join(f"/c/a,A,USA,venture,2005-01-0{day},10\n" for day in (1, 2))
    paths = write(tmp_path, {"c.csv": companies, "r.csv": head + rounds})
    with pytest.raises(InputError, match="at most 1 rows of 'rounds' are read"):
        imports.bring(few, paths, tmp_path / "store")


def test_copies_of_subsidies_have_numbers_and_the_latest_name_counts(tmp_path):
    token, other = "8370001001985", "1370001012246"
    lines = [f"{token},Old,t,5,2009-01-01", f"{token},New,t,5,2010-01-01", f"{token},Newer,t,5,2010-01-01",
             f"{other},Other,t,5,2009-01-01", f"{token},Old,t,5,2009-01-01", f"{token},New,t,5,2010-01-01"]  # fmt: skip
    tables = {
        "subsidies": pl.DataFrame(
            [[0, place, *line.split(",")[:3], 5, date.fromisoformat(line[-10:])] for place, line in enumerate(lines)],
            schema=cells.empty_frame(imports.data_set_named("gbizinfo").data.files[0]).schema, orient="row",
        ).lazy()
    }  # fmt: skip
    made = imports.data_set_named("gbizinfo").data.rows(tables)
    keys = made.records.select("key").collect().to_series().to_list()
    assert [key.rpartition("/")[2] for key in keys] == ["0", "0", "1", "0", "1", "2"]
    assert made.flows.select("contract").collect().to_series().to_list() == keys
    assert made.actors.select("name").collect().to_series().to_list()[1:] == ["Other", "New"]


#: Steps of a query that need the memory of all rows.
_HELD = {"columnar-function", "in-memory-map", "multiplexer", "window"}


def steps(frame: pl.LazyFrame) -> set[str]:
    """Return the kinds of steps of a query, as polars streams it."""
    plan = frame.show_graph(
        engine="streaming", plan_stage="physical", raw_output=True, optimizations=writing._READ_AGAIN
    )
    return set(re.findall(r'label="([a-z-]+)', plan or ""))


@pytest.mark.parametrize("name", ["gbizinfo", "cordis", "us_sbir"])
def test_no_step_of_money_or_records_holds_a_whole_column(name):
    """A window, or a lookup that polars does not stream, would."""
    table = pl.LazyFrame({"a": ["x", "y"]})
    assert steps(table.select(pl.col("a").replace_strict({"x": "1"}, default=None))) & _HELD
    assert steps(table.select(pl.int_range(pl.len()).over("a"))) & _HELD
    source = imports.data_set_named(name)
    made = source.data.rows({file.name: cells.empty_frame(file).lazy() for file in source.data.files})
    for rows in (made.flows, made.records):
        assert not steps(rows) & _HELD
