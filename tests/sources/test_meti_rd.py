"""METI's tables: every cell under its industry and fiscal year, missing where it is, and never a payment."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.observatory import imports
from meguri.sources import business_survey, meti_rd

from .data_sets import real, rows_of, text, write

RD = ",".join(["survey_year", "fiscal_year", "industry_code", "industry_ja", *meti_rd.RD, "row_in_table"])
PROPERTY = ",".join(["survey_year", "fiscal_year", "industry_code", "industry_ja", *meti_rd.PROPERTY, "row_in_table"])


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path


def line(survey, industry, row, total="", inhouse="", outsourced="", code="", fiscal=None):
    cells = ["5", "1000", total, inhouse, outsourced, *[""] * 10]
    return ",".join([str(survey), str(survey - 1 if fiscal is None else fiscal), code, industry, *cells, str(row)])


def bring(paths):
    found, _ = imports.bring("meti_rd", paths)
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"]
    assert found.table("quarantine").collect().height == rows["quarantined"]
    return found


LINES = (line(2012, "総合計", 0, "100.0", "60", "40"), line(2012, "合計", 1, "90", "x", "***"),
         line(2012, "化学工業", 2, "30", "20", "10", "160"))  # fmt: skip


def test_cells_stand_in_their_fiscal_year_and_withheld_ones_are_missing(store):
    found = bring(write(store, {"rd.csv": text(RD, *LINES).encode("cp932")}))
    seen = {row["indicator"]: row for row in found.table("observations").collect().iter_rows(named=True)}
    assert len(seen) == 3 * len(meti_rd.RD)
    total = seen["meti_rd:rd_total.all"]
    assert (total["period"], total["value"], total["unit"], total["place"]) == ("FY2011", 100.0, "JPY_m", "JP")
    withheld = seen["meti_rd:rd_inhouse.subtotal"]
    assert (withheld["value"], withheld["status"]) == (None, "missing")
    assert seen["meti_rd:rd_outsourced.化学工業"]["note"] == "survey of 2012, row 2, industry code 160"
    assert found.table("flows").collect().is_empty()
    assert {check["value"] for check in found.manifest["checks"]} == {1.0}


def test_parts_that_do_not_add_up_are_said(store):
    found = bring(write(store, {"rd.csv": text(RD, *LINES, line(2012, "鉄鋼業", 3, "300", "1", "2"))}))
    assert [(check["value"], check["holds"]) for check in found.manifest["checks"]] == [(2 / 3, False), (3 / 4, False)]


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (line(2013, "鉄鋼業", 3, "3", "1", "2", fiscal=2013), "year before the survey"),
        (line(2012, "化学工業", 4, "30", "20", "10"), "as an earlier row"),
        (line(2012, "鉄鋼業", 3, "=1+2"), "formula"),
        (line(2012, "鉄鋼業", 3, "-3"), "too small"),
        (line(2012, "鉄鋼業", 3, "三"), "no number"),
        (line(2012, "鉄鋼業", 3, "¥3"), "another currency"),
        (line(2012, "", 3, "3"), "empty"),
        ("2012,2011,鉄鋼業,5", "cells"),
    ],
)
def test_a_damaged_row_is_set_aside(store, bad, word):
    found = bring(write(store, {"rd.csv": text(RD, *LINES, bad)}))
    aside = found.table("quarantine").collect()
    assert aside["line"].to_list() == [5]
    assert word in aside["reason_en"][0]


def test_every_observation_has_its_item():
    known = {item.id for item in meti_rd.items()}
    assert {f"meti_rd:{said[0]}" for said in (*meti_rd.RD.values(), *meti_rd.PROPERTY.values())} <= known
    assert len(known) == len(list(meti_rd.items()))


def test_the_real_tables(tmp_path):
    folder = real("japan_meti_rd")
    found = imports.bring("meti_rd", [folder], tmp_path)[0]
    assert found.manifest["rows"] == {"in": 4_422, "used": 4_422, "quarantined": 0}
    assert [one["rows"] for one in found.manifest["files"]] == [2_238, 2_184]
    assert [rows_of(folder / one["name"]) for one in found.manifest["files"]] == [2_238, 2_184]
    assert all(check["holds"] for check in found.manifest["checks"])
    seen = found.table("observations").collect()
    assert seen.height == 2_238 * len(meti_rd.RD) + 2_184 * len(meti_rd.PROPERTY)
    totals = dict(seen.filter(pl.col("indicator") == "meti_rd:rd_total.all").select("period", "value").iter_rows())
    assert (totals["FY2011"], totals["FY2022"], len(totals)) == (11_658_928.0, 17_575_155.0, 14)
    parts = seen.filter(pl.col("indicator").str.contains(r"^meti_rd:rd_(total|inhouse|outsourced)\."))
    wide = parts.with_columns(pl.col("indicator").str.split_exact(".", 1).struct.unnest()).pivot(
        "field_0", index=["field_1", "period"], values="value"
    ).drop_nulls()  # fmt: skip
    assert wide.height == 1_842
    assert (wide["meti_rd:rd_total"] == wide["meti_rd:rd_inhouse"] + wide["meti_rd:rd_outsourced"]).all()
    outside = {year: _value(seen, "rd_outsourced", year) / totals[year] for year in ("FY2009", "FY2022")}
    assert outside["FY2009"] == pytest.approx(0.148, abs=0.001)
    assert outside["FY2022"] == pytest.approx(0.177, abs=0.001)


def test_the_real_tables_agree_with_the_extract_of_the_package(tmp_path):
    found = imports.bring("meti_rd", [real("japan_meti_rd")], tmp_path)[0]
    seen = found.table("observations").collect()
    extract = {row["period"]: row["value"] for row in business_survey.observations()
               if row["indicator"] == "business_survey:rd_inside.all"}  # fmt: skip
    assert extract
    for period, value in extract.items():
        assert _value(seen, "rd_inhouse", period) == value, period


def _value(seen, name, period):
    return seen.filter((pl.col("indicator") == f"meti_rd:{name}.all") & (pl.col("period") == period))["value"].item()
