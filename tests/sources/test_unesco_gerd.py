"""UNESCO's R&D by source of funds: gaps stay gaps, flags stay with their values, two files say the same."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.observatory import imports
from meguri.sources import unesco_gerd

from .data_sets import real, rows_of, text, write

LONG = "INDICATOR,Indicator,LOCATION,Country,TIME,Value,Flag Codes,Flags"
WIDE = ",".join(["LOCATION", "Country", "TIME", *(said[1] for said in unesco_gerd.QUANTITIES.values())])
LINES = (
    "EXPPPP_CUR_SF_BUSENTFS,,JPN,Japan,2015,1500,,",
    "EXPPPP_CUR_SF_GOVFS,,JPN,Japan,2015,250.5,+,National Estimation",
    "EXPPPP_CUR_SF_GOVFS,,KOR,Korea,2015,10,‡,UIS Estimation",
    "EXPPPP_CUR_SF_HIEDUFS,,JPN,Japan,2015,,n,Magnitude nil or negligible",
)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path


def wide(place, year, business="", government=""):
    return ",".join([place, "", str(year), business, government, *[""] * 9])


def bring(paths):
    found, _ = imports.bring("unesco_gerd", paths)
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"]
    assert found.table("quarantine").collect().height == rows["quarantined"]
    return found


def seen(found):
    return {(row["indicator"].partition("gerd.")[2], row["place"]): row
            for row in found.table("observations").collect().iter_rows(named=True)}  # fmt: skip


def test_flags_stay_with_their_values_and_what_is_not_given_is_missing(store):
    rows = seen(bring(write(store, {"long.csv": text(LONG, *LINES)})))
    assert len(rows) == 4
    business = rows["business", "JP"]
    assert (business["value"], business["unit"], business["period"]) == (1.5, "PPP_USD_m", "2015")
    assert (business["qualifier"], business["note"]) == ("exact", "")
    assert (rows["government", "JP"]["qualifier"], rows["government", "JP"]["note"]) == (
        "approx", "+: National Estimation")  # fmt: skip
    assert rows["government", "KR"]["qualifier"] == "approx"
    nil = rows["higher_education", "JP"]
    assert (nil["value"], nil["status"], nil["note"]) == (None, "missing", "n: Magnitude nil or negligible")
    assert ("nonprofit", "JP") not in rows  # a gap has no row


def test_two_files_that_differ_are_said_and_the_long_one_counts(store):
    files = {"long.csv": text(LONG, *LINES), "wide.csv": text(WIDE, wide("JPN", 2015, "1500", "251"),
                                                              wide("FRA", 2015, "7"))}  # fmt: skip
    found = bring(write(store, files))
    agree, alone = found.manifest["checks"]
    assert (agree["value"], agree["holds"]) == (0.5, False)
    assert alone["value"] == 2.0  # Korea stands in the long file only, France in the wide one
    rows = seen(found)
    assert rows["government", "JP"]["value"] == 0.2505
    assert rows["business", "FR"]["value"] == 0.007
    assert len(rows) == 5


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ("EXPPPP_CUR_SF_GOVFS,,JPN,Japan,2015,9,,", "as an earlier row"),
        ("EXPPPP_CUR_SF_GOVFS,,QQQ,Nowhere,2015,9,,", "does not exist"),
        ("EXPPPP_CUR_SF_GOVFS,,Japan,Japan,2014,9,,", "not in its form"),
        ("EXPPPP_CUR_SF_OTHER,,JPN,Japan,2014,9,,", "not one of the values"),
        ("EXPPPP_CUR_SF_GOVFS,,JPN,Japan,2014,-9,,", "too small"),
        ("EXPPPP_CUR_SF_GOVFS,,JPN,Japan,2014,@SUM(A1),,", "formula"),
        ("EXPPPP_CUR_SF_GOVFS,,JPN,Japan,2014,9 EUR,,", "another currency"),
        ("EXPPPP_CUR_SF_GOVFS,JPN,Japan,2014,9,,", "cells"),
        ("EXPPPP_CUR_SF_GOVFS,,JPN,Japan,20 14,9,,", "no whole number"),
    ],
)
def test_a_damaged_row_is_set_aside(store, bad, word):
    found = bring(write(store, {"long.csv": text(LONG, *LINES, bad)}))
    aside = found.table("quarantine").collect()
    assert aside["line"].to_list() == [6]
    assert word in aside["reason_en"][0]
    assert len(seen(found)) == 4


def test_the_real_files(tmp_path):
    folder = real("unesco_gerd")
    found = imports.bring("unesco_gerd", [folder], tmp_path)[0]
    assert found.manifest["rows"] == {"in": 10_467, "used": 10_467, "quarantined": 0}
    assert [(one["part"], one["rows"]) for one in found.manifest["files"]] == [("long", 9_136), ("wide", 1_331)]
    assert [rows_of(folder / one["name"]) for one in found.manifest["files"]] == [9_136, 1_331]
    assert [check["value"] for check in found.manifest["checks"]] == [1.0, 0.0]
    frame = found.table("observations").collect()
    assert frame.height == 9_136
    assert frame["place"].n_unique() == 124
    assert frame["place"].null_count() == 0
    assert (frame["period"].min(), frame["period"].max()) == ("1996", "2016")
    japan = frame.filter((pl.col("place") == "JP") & pl.col("value").is_not_null())
    assert (japan["period"].min(), japan["period"].max()) == ("1996", "2015")
    missing = frame.filter(pl.col("status") == "missing")
    assert missing.height == 797
    assert missing["value"].null_count() == 797
    assert set(missing["note"].str.head(1)) == {"n", "a", "+"}
    assert frame.filter(pl.col("qualifier") == "approx").height == 49 + 77 + 3
    assert frame.filter(pl.col("value") == 0.0).is_empty()
    japan = japan.filter(pl.col("period") == "2015")
    funds = japan.filter(pl.col("indicator").is_in([f"unesco_gerd:gerd.{said[0]}"
                         for code, said in unesco_gerd.QUANTITIES.items() if "_SF_" in code]))  # fmt: skip
    activities = japan.filter(pl.col("indicator").is_in([f"unesco_gerd:gerd.{said[0]}"
                              for code, said in unesco_gerd.QUANTITIES.items() if "_TA_" in code]))  # fmt: skip
    assert funds["value"].sum() == pytest.approx(activities["value"].sum(), rel=1e-6)
