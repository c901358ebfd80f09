"""Observations as SDMX-CSV: what is written is read again as it was, by our reader and by the library of the extra."""

from __future__ import annotations

import csv
import io
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.cli import output
from meguri.cli.output import Format, emit
from meguri.errors import InputError
from meguri.ledger.schema import schema
from meguri.observatory import reading, recognition, sdmx_csv
from meguri.observatory.observed import observed
from meguri.sources.sdmx import rows as read_rows
from meguri.sources.sdmx import source

NAMES = list(schema("observations"))
FORMULAS = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2+3",
    "x;=1+1",
    "a|@b",
    "\t=1",
    '"=1"',
    "'=1",
    " 空白 ",
    "a: b",
    "a\nb",
)
PERIODS = ("2022", "FY2022", "2022Q4", "2017/2019", "FY2021/FY2025", "2017/2017", "/1996", "2019/", "", "_Z", "2020-05",
           "2020-S1", "2020-W07", "2020-05-31", "2022-A1", "令和4年度", "2019/2017", "FY2019/2020")  # fmt: skip
PLACES = ("JP", "JP-13", "hub:sendai", "US", "GB", "JP:other", "org:東北大学 病院", "UK", "JPN", "region:asia", "")
UNITS = ("JPY_bn", "JPY_100m", "percent", "percent_of_gdp", "thousand_person", "PPP_USD_m", "rank", "PT", "JPY",
         "XDC x10^3", "PPP_JPY_tn", "")  # fmt: skip
text = st.one_of(st.text(max_size=30), st.sampled_from(FORMULAS))
number = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
row = st.fixed_dictionaries(
    {"indicator": text, "place": st.sampled_from(PLACES), "period": st.one_of(st.sampled_from(PERIODS), text),
     "value": number, "low": number, "high": number, "unit": st.one_of(st.sampled_from(UNITS), text),
     "qualifier": st.sampled_from(("exact", "approx", "", "median")), "origin": text,
     "status": st.sampled_from(("observed", "target", "measured", "simulated", "missing")), "note": text}
)  # fmt: skip


def written(rows):
    stream = io.StringIO()
    output._sdmx_rows(stream, rows)
    return stream.getvalue()


def read_again(path):
    """Return the observations of a file, by the reader of imports; none of its rows may be set aside."""
    found = reading.read(source, recognition.recognised(source, [path]), path.parent)
    assert found.aside.is_empty(), found.aside.rows()
    return read_rows(found.tables).observations.collect().select(NAMES)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(row, min_size=1, max_size=12))
def test_what_is_written_is_read_again_as_it_was(rows, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "sdmx.csv"
    path.write_text(written(rows), encoding="utf-8", newline="")
    again = read_again(path).to_dicts()
    assert again == rows


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(row, min_size=1, max_size=5))
def test_no_cell_of_text_begins_a_formula_wherever_the_line_is_split(rows):
    numbers = [sdmx_csv.COLUMNS.index(name) for name in (*sdmx_csv.MEASURES, "UNIT_MULT", "REPORTING_YEAR_START_DAY")]
    for record in csv.reader(io.StringIO(written(rows))):
        for at, cell in enumerate(record):
            if at not in numbers or record[0] == "STRUCTURE":
                assert not re.search(r"(^|[;|\t\r\n])\s*[=+\-@]", cell), cell
            else:
                assert re.fullmatch(r"--\d\d-\d\d|[-+.e\d]*", cell)


def test_all_that_ships_comes_back(tmp_path):
    path = tmp_path / "all.csv"
    frame = observed()
    path.write_text(written(frame.to_dicts()), encoding="utf-8", newline="")
    again = read_again(path)
    assert again.equals(frame.select(NAMES))
    with path.open(encoding="utf-8", newline="") as stream:
        keys = {sdmx_csv.key(record) for record in csv.reader(stream)}
    assert len(keys) == frame.height + 1  # each value, and the head


@pytest.mark.parametrize(
    ("place", "period", "cells"),
    [
        ("JP", "2022", ("A", "2022", "", "")),
        ("JP-04", "FY2022", ("A", "2022-A1", "--04-01", "")),
        ("hub:sendai", "FY2022", ("A", "2022-A1", "--04-01", "")),
        ("GB", "FY2021/FY2025", ("_O", "2021-04-01/P5Y", "--04-01", "")),
        ("JP", "2017/2019", ("_O", "2017-01-01/P3Y", "", "")),
        ("JP", "2023Q2", ("Q", "2023-Q2", "", "")),
        ("US", "FY2022", ("_Z", "", "", "FY2022")),  # what a source calls a fiscal year there is not known
        ("JP", "2019/", ("_Z", "", "", "2019/")),
        ("JP", "", ("_Z", "", "", "_Z")),
    ],
)
def test_periods(place, period, cells):
    names = ("FREQ", "TIME_PERIOD", "REPORTING_YEAR_START_DAY", "VALIDITY")
    (record,) = sdmx_csv.records([{"place": place, "period": period}])
    found = dict(zip(sdmx_csv.COLUMNS, record, strict=True))
    assert tuple(found[name] for name in names) == cells
    assert found["STRUCTURE_ID"].endswith("_UNTIMED(1.0.0)") == (not cells[1])


@pytest.mark.parametrize(
    ("status", "qualifier", "value", "code"),
    [("observed", "exact", 1.0, "A"), ("measured", "", 0.0, "A"), ("observed", "approx", 1.0, "E"),
     ("observed", "at_least", None, "E"), ("simulated", "median", 1.0, "F"), ("target", "exact", 1.0, "F"),
     ("missing", "", None, "O")],
)  # fmt: skip
def test_codes_of_the_status(status, qualifier, value, code):
    (record,) = sdmx_csv.records(
        [{"status": status, "qualifier": qualifier, "value": value, "low": 3.0 if code == "E" else None}]
    )
    assert dict(zip(sdmx_csv.COLUMNS, record, strict=True))["OBS_STATUS"] == code


def test_units_stand_as_codes_with_their_power():
    cells = [sdmx_csv._record({"unit": unit})[-7:-5] for unit in ("JPY_tn", "USD_m", "percent_of_gdp", "rank")]
    assert cells == [["JPY", "12"], ["USD", "6"], ["PT_B1GQ", "0"], ["rank", ""]]


def test_reporting_years_of_other_publishers():
    from meguri.sources._sdmx_notation import period_of

    cases = {("2001-A1", "--07-01"): "FY2001", ("2001", "--07-01"): "FY2001", ("2001-A1", ""): "2001",
             ("2001Q1", "--07-01"): "2001Q3", ("2001Q4", "--04-01"): "2002Q1", ("2001Q1", "--07-15"): "2001Q1",
             ("2000-01-01/P2M", ""): "2000-01-01/P2M", ("2000-07-01/P2Y", ""): "2000-07-01/P2Y"}  # fmt: skip
    assert {case: period_of(*case) for case in cases} == cases


def test_rows_that_are_no_observations_are_refused():
    with pytest.raises(InputError, match="has no indicator"):
        emit([{"id": "x"}], ["id"], form=Format.sdmx)


def test_values_that_sdmx_takes_for_one_are_counted(tmp_path, capsys):
    one = {
        "indicator": "a",
        "place": "JP",
        "period": "2022",
        "value": 1.0,
        "unit": "rank",
        "status": "observed",
        "origin": "o",
    }
    emit([one, one | {"value": 2.0}], list(one), form=Format.sdmx, output=tmp_path / "x.csv")
    assert "1" in capsys.readouterr().err
    assert (tmp_path / "x.csv").read_bytes().startswith(b"STRUCTURE,STRUCTURE_ID,ACTION,FREQ,")


def test_the_library_of_the_extra_reads_it():
    sdmx = pytest.importorskip("sdmx")
    from sdmx.model import v30
    from sdmx.reader.csv import Reader

    rows = [one for one in observed("targets").to_dicts() if one["place"] == "JP"]
    structure = v30.DataStructureDefinition(
        id="OBSERVATIONS",
        dimensions=v30.DimensionDescriptor(components=[v30.Dimension(id=name) for name in sdmx_csv.DIMENSIONS]),
        measures=v30.MeasureDescriptor(components=[v30.Measure(id="OBS_VALUE")]),
        attributes=v30.AttributeDescriptor(components=[v30.DataAttribute(id=name) for name in sdmx_csv.ATTRIBUTES]),
    )
    message = Reader().convert(io.BytesIO(written(rows).encode()), structure=structure)
    assert isinstance(message, sdmx.message.DataMessage)
    found = [one for data in message.data for one in data.obs]
    assert [float(one.value) for one in found if one.value] == [
        one["value"] for one in rows if one["value"] is not None
    ]
    assert {str(one.dimension["REF_AREA"].value) for one in found} == {"JP"}
    assert {one.attached_attribute["STATUS"].value for one in found} == {"observed"}
    assert pl.DataFrame(rows).height == len(found)
