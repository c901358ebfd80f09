"""Whatever takes a world takes ``observatory:SOURCE``: it works, or one sentence says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..sources.data_sets import MATRIX, SUBSIDIES, text, write

EXAMPLE = Path(__file__).parents[2] / "examples"
TOHOKU = "7370005002147,国立大学法人東北大学,研究補助"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path


@pytest.fixture
def gbizinfo(store, here):
    lines = [f"{TOHOKU},{amount},{year}-05-01" for year in (2016, 2017, 2018) for amount in (200_000_000, 100_000_000)]
    path = write(store, {"subsidies.csv": text(SUBSIDIES, *lines)})[0]
    assert here("data", "import", "gbizinfo", path).code == 0
    return "observatory:gbizinfo"


@pytest.fixture
def matrix(store, here):
    cells = {"Federal intramural": 30000, "FFRDC": 20000, "Higher education": 35000}
    lines = [f"{year},Federal,{user},{value},,current" for year in (2015, 2017) for user, value in cells.items()]
    path = write(store, {"matrix.csv": text(MATRIX, *lines, "2016,Federal,FFRDC,1,,current")})[0]
    assert here("data", "import", "ncses_matrix", path).code == 0
    return "observatory:ncses_matrix"


def test_show_a_prefecture_of_an_import_and_of_a_run(here, gbizinfo, small_run):
    (row,) = here("show", gbizinfo, "--place", "宮城県", "--period", "2017", "--json").json
    assert (row["indicator"], row["place"], row["observed"]) == ("link_flow.government_university", "JP-04", 0.3)
    assert (row["observed_rows"], row["observed_kind"], row["small"]) == (2, "flows", ["observed"])
    assert (row["simulated"], row["simulated_rows"]) == (None, None)
    beside = here("show", small_run.folder, "--place", "JP-04", "--indicator", "link_flow", "--json").json
    assert [one["observed"] for one in beside if one["observed"]] == [0.3, 0.3, 0.3]
    table = here("show", small_run.folder, "--place", "hub:sendai")
    assert "○ JPY 300" in table.out
    assert "≈" in table.out
    assert "few (±71%)" in table.out
    assert "read by prefecture (Miyagi)" in table.err
    assert "below 25 rows" in table.err


def test_what_a_place_cannot_have_is_said(here, gbizinfo):
    assert "whole country" in here("show", gbizinfo, "--place", "JP-04", "--indicator", "funding_share").sentence
    assert "nothing is known of JP-13" in here("show", gbizinfo, "--place", "JP-13").sentence
    assert "unknown place 'Atlantis'" in here("show", gbizinfo, "--place", "Atlantis").sentence


def test_as_of_a_day(here, gbizinfo):
    assert here("show", gbizinfo, "--as-of", "2999-01-01", "--json").json == here("show", gbizinfo, "--json").json
    for asked in (("show", gbizinfo), ("sql", "SELECT 1", "--world", gbizinfo), ("data", "coverage", "gbizinfo"),
                  ("data", "show", "gbizinfo"), ("data", "quarantine", "gbizinfo")):  # fmt: skip
        assert "first import is of" in here(*asked, "--as-of", "2001-01-01").sentence
    listed = {row["id"]: row["imported"] for row in here("data", "list", "--as-of", "2001-01-01", "--json").json}
    assert listed["gbizinfo"] is None
    answer = here("show", "observatory", "--as-of", "2001-01-01", "--indicator", "rd_total")
    assert answer.code == 0
    assert "only imports have vintages" in answer.err
    assert "is not a day" in here("show", gbizinfo, "--as-of", "spring").sentence


def test_validate_by_what_is_observed(here, gbizinfo, small_run):
    found = here("validate", small_run.folder, "--targets", gbizinfo, "--tolerance", "5%", "--json").json
    assert [(row["period"], row["observed"], row["evidence"]) for row in found["rows"]] == [
        ("2016", 0.3, "derived"), ("2017", 0.3, "derived"), ("2018", 0.3, "derived"),
    ]  # fmt: skip
    assert "5% of each value" in found["targets"]["en"]
    assert found["summary"]["val"]["counted"] == 3
    assert "--tolerance 5%" in here("validate", small_run.folder, "--targets", gbizinfo).sentence
    assert "--tolerance 5%" in here("calibrate", "--targets", gbizinfo).sentence
    assert "--targets observatory:SOURCE" in here("validate", small_run.folder, "--tolerance", "5%").sentence


def test_compare_with_a_run_either_way(here, gbizinfo, small_run):
    rows = here("compare", gbizinfo, small_run.folder, "--json").json
    back = here("compare", small_run.folder, gbizinfo, "--json").json
    assert [row["period"] for row in rows] == ["2016", "2017", "2018"]
    for row, other in zip(rows, back, strict=True):
        assert row["before"] == other["after"] == 0.3
        assert row["effect"] == pytest.approx(-other["effect"])
        assert row["low"] <= row["effect"] <= row["high"]
        assert other["low"] == pytest.approx(-row["high"])
        assert (row["before_status"], row["after_status"]) == ("measured", "simulated")
    assert "needs two runs" in here("compare", gbizinfo, small_run.folder, "--each").sentence


def test_numbers_of_the_model_from_an_import(here, matrix, tmp_path):
    (row,) = here("data", "paths", "ncses_matrix", "-o", "us.toml", "--json").json
    assert (row["id"], row["unit"], row["country"]) == ("government_funding.agency_grant", "USD_bn/yr", "US")
    assert row["from_import"] == {"2015": 50.0, "2017": 50.0}  # 2016 lacks a cell
    assert row["value"].items() > row["from_import"].items()  # other years move as the country's pack does
    from meguri.cli.asking import Asked, request_of
    from meguri.engine import time

    for given in (tmp_path / "us.toml", matrix):
        resolved = request_of("baseline", Asked(country="US", parameters=given)).base
        values = resolved.values[row["id"]]
        assert values[time.quarter("2017Q1") - resolved.first] * 4 == pytest.approx(5_000.0)  # 0.01 bn dollars
        assert resolved.specs[row["id"]].evidence == "derived"
        assert "ncses_matrix" in resolved.specs[row["id"]].source
    assert "no number of the model for JP" in here("run", "--parameters", matrix).sentence
    assert "names no source" in here("run", "--parameters", "observatory").sentence


@pytest.mark.parametrize("command", [("check",), ("report",), ("validate",), ("run",), ("calibrate",), ("sensitivity",),
                                     ("targets", "--run")])  # fmt: skip
def test_what_needs_a_run_says_so_in_one_sentence(here, gbizinfo, command):
    assert "observed" in here(*command, gbizinfo).sentence


def test_sql_and_explain_read_an_import(here, gbizinfo):
    asked = here(
        "sql", "SELECT place, count(*) AS n FROM actors GROUP BY ALL ORDER BY 2", "--world", gbizinfo, "--json"
    )
    assert {row["place"]: row["n"] for row in asked.json} == {"JP": 1, "JP-04": 1}
    values = here("explain", "link_flow.government_university", "--run", gbizinfo, "--json").json["values"]
    assert {(row["period"], row["value"]) for row in values if row["status"] == "measured"} == {
        ("2016", 0.3), ("2017", 0.3), ("2018", 0.3),
    }  # fmt: skip
    for one in ("gbizinfo:link_flow", "gbizinfo:link_flow.government_university"):
        told = here("explain", one)
        assert "subsidies.csv" in told.out
        assert "JP 2017  0.3 billion yen  measured  gbizinfo:link_flow" in told.out


def test_an_index_of_what_is_not_observed_is_refused_in_one_sentence(here, store):
    (store / "i.toml").write_text((EXAMPLE / "city_index.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert "has no indicator" in here("index", store / "i.toml", "observatory:document").sentence
