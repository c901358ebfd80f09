"""Showing observations, data and reports."""

from __future__ import annotations

import csv
import shutil

import fastexcel

COLUMNS = ["indicator", "place", "period", "value", "low", "high", "unit", "qualifier", "status", "origin"]


def test_observatory(meguri):
    rows = meguri("show", "observatory", "--indicator", "vc_investment_to_gdp", "--place", "日本", "--json").json
    assert list(rows[0]) == [*COLUMNS, "note"]
    values = {row["period"]: row["value"] for row in rows if row["origin"].startswith("document:")}
    assert values == {"2016": 0.0003, "2022": 0.0006}


def test_one_source_and_a_period_as_written_in_japanese(meguri):
    rows = meguri("show", "observatory:document", "--period", "2023年度", "--json").json
    assert {row["period"] for row in rows} == {"FY2023"}
    assert {row["origin"].split(":")[0] for row in rows} == {"document"}


def test_run_by_folder_id_prefix_and_scenario(meguri, tmp_path, small_run):
    shelf = tmp_path / "shelf"
    shutil.copytree(small_run.folder, shelf / small_run.folder.name)
    by_folder = meguri("show", small_run.folder, "--json").json
    assert {row["status"] for row in by_folder} == {"simulated"}
    for name in (small_run.folder.name, small_run.folder.name[:-3], "baseline"):
        assert meguri("show", name, "--out", shelf, "--json").json == by_folder


def test_csv_and_workbook_hold_the_same_rows(meguri, tmp_path):
    asked = ("show", "observatory:targets")
    rows = meguri(*asked, "--json").json
    printed = meguri(*asked, "--format", "csv").out
    assert [row["indicator"] for row in csv.DictReader(printed.splitlines())] == [row["indicator"] for row in rows]
    assert meguri(*asked, "--format", "xlsx", "--output", "targets.xlsx").code == 0
    sheet = fastexcel.read_excel(str(tmp_path / "targets.xlsx")).load_sheet(0).to_polars()
    assert sheet["value"].to_list() == [row["value"] for row in rows]


def test_observations_as_sdmx_csv_come_back_by_an_import(meguri, tmp_path):
    assert meguri("show", "observatory:targets", "--format", "sdmx", "--output", "t.csv").code == 0
    answer = meguri("data", "import", "sdmx", "t.csv", "--store", tmp_path / "store", "--json").json
    rows = meguri("show", "observatory:targets", "--json").json
    assert answer["rows"] == {"in": len(rows), "used": len(rows), "quarantined": 0}
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["INDICATOR"] for row in csv.DictReader(stream)] == [row["indicator"] for row in rows]
    refused = meguri("data", "list", "--format", "sdmx", "--lang", "en")
    assert refused.code != 0
    assert "writes observations" in refused.err


def test_data(meguri):
    sources = meguri("data", "list", "--json").json
    assert {"document", "published", "targets", "countries"} <= {source["id"] for source in sources}
    assert all(source["licence"] for source in sources)
    built = meguri("data", "build", "--json").json
    assert built["observations"] == sum(source["observations"] for source in sources)
    (item,) = meguri("data", "show", "document:vc.deals.jpn", "--json").json
    assert item["value"] == "1285"
    assert item["caveats_ja"]
    assert "VEC" in item["caveats_ja"]
    assert item["citation"]


def test_report(meguri, tmp_path, small_run):
    answer = meguri("report", small_run.folder, "--output", "mine.html", "--json").json
    assert answer["report"] == "mine.html"
    assert "<html" in (tmp_path / "mine.html").read_text(encoding="utf-8")


def test_check_says_whether_every_identity_holds(meguri, small_run):
    answer = meguri("check", small_run.folder, "--json")
    assert list(answer.json) == ["exact", "difference", "quarters", "accounts", "identities"]
    assert answer.code == (0 if answer.json["exact"] else 1)
    for identity in answer.json["identities"]:
        assert list(identity) == ["name", "rows", "worst"]
