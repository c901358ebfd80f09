"""The real sets: row counts and invariants that their descriptions state; skipped where the files are absent."""

from __future__ import annotations

import polars as pl
import pyarrow.parquet as pq
import pytest

from meguri.observatory import imports

from .data_sets import real, rows_of


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


def bring(source, path, store):
    found, _ = imports.bring(source, [real(path)], store)
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"]
    for one in found.manifest["files"]:
        folder = real(path)
        file = folder / one["name"] if folder.is_dir() else folder
        counted = pq.read_metadata(file).num_rows if file.suffix == ".parquet" else rows_of(file)
        assert one["rows"] == counted, one["name"]
    assert all(check["holds"] for check in found.manifest.get("checks", []))
    return found


def test_cordis(store):
    found = bring("cordis", "cordis_h2020", store)
    assert {one["part"]: one["rows"] for one in found.manifest["files"]} == {
        "projects": 20_079, "programme_parts": 24_382, "participations": 91_341,
    }  # fmt: skip
    assert found.manifest["rows"]["quarantined"] == 20  # 6 projects without a start, and what refers to them
    shares, alike = found.manifest["checks"]
    assert alike["holds"]
    assert shares["value"] >= 0.997
    flows, actors = found.table("flows").collect(), found.table("actors").collect()
    assert flows["amount"].sum() / 100 == pytest.approx(36.0e9, rel=0.001)
    organisations = actors.filter(pl.col("class") != "supranational_body")
    assert organisations.height == 27_411
    assert organisations["country"].n_unique() == 154  # 153 that are named, and Namibia
    namibia = organisations.filter(pl.col("country") == "NA")["actor"].implode()
    taken = found.table("records").filter(pl.col("act") == "grant_participation").collect()
    assert taken.filter(pl.col("actor").is_in(namibia)).height == 9
    japan = organisations.filter(pl.col("country") == "JP")["actor"].implode()
    assert taken.filter(pl.col("actor").is_in(japan)).height == 105


@pytest.mark.accept("S13.2")
def test_the_matrix_adds_up(store):
    found = bring("ncses_matrix", "us_ncses/us_rd_source_x_performer_1953_2022.csv.gz", store)
    assert found.manifest["rows"] == {"in": 3_500, "used": 3_500, "quarantined": 0}
    cells, _, totals = (check["value"] for check in found.manifest["checks"])
    assert cells <= 0.001
    assert totals <= 2.0
    flows = found.table("flows").filter(pl.col("period") == "2021Q4").collect()
    assert flows["amount"].sum() == 788_439 * 100_000_000


def test_subsidies_in_miyagi(store):
    found = bring("gbizinfo", "japan_gbizinfo_miyagi", store)
    assert found.manifest["rows"] == {"in": 20_957, "used": 20_957, "quarantined": 0}
    assert found.table("identifiers").collect().height == 2_355
    records = found.table("records").collect()
    assert records["value"].min() < -1_500_000_000
    tohoku = found.table("actors").filter(pl.col("name") == "国立大学法人東北大学").collect()
    grants = records.filter(pl.col("actor") == tohoku["actor"][0])
    assert tohoku["class"][0] == "university_institution"
    assert grants.height == 296
    assert grants["value"].sum() == pytest.approx(27.7e9, rel=0.01)


def test_sbir_of_the_united_states(store):
    found = bring("us_sbir", "us_sbir", store)
    assert found.manifest["rows"] == {"in": 84_902, "used": 84_898, "quarantined": 4}  # four without a firm
    stages = dict(found.table("records").collect()["reason"].value_counts().iter_rows())
    assert stages["sbir_phase_2"] == pytest.approx(44_428, abs=4)
    firms = found.table("actors").filter(pl.col("class") == "startup_origin_unknown").collect()
    assert firms.height == 16_922
    seen = found.table("observations").filter(pl.col("indicator") == "us_sbir:amount_by_state").collect()
    sums = {(row["place"], row["period"]): row["value"] for row in seen.iter_rows(named=True)}
    awards = pl.read_parquet(real("us_sbir/awards.parquet")).filter(
        (pl.col("firm_key") != "") & pl.col("state").is_not_null() & (pl.col("award_amount") > 0)
    )
    theirs = {(f"US-{state}", str(year)): amount / 1e6 for state, year, amount in
              awards.group_by("state", "year").agg(pl.col("award_amount").sum()).iter_rows()}  # fmt: skip
    assert sums == pytest.approx(theirs, rel=1e-9)
