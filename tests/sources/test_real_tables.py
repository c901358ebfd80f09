"""The real tables of countries and universities: row counts and invariants; skipped where the files are absent."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.observatory import imports
from meguri.observatory.measured import measured
from meguri.registry import shelf

from .data_sets import real, values
from .test_real_data_sets import bring

NCSES = "us_ncses"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def known():
    """Ids of everything that can be explained: items of sources and indicators."""
    ids = {item.id for source in shelf("meguri.sources") for item in source.items()}
    for indicator in shelf("meguri.indicators"):
        ids |= {indicator.id, *(f"{indicator.id}.{item}" for item in indicator.items)}
    return ids


def brought(source, path, store, known, rows, aside=0):
    """Import a real set; every row is counted, every id explained, and no value stands twice."""
    found = bring(source, path, store)
    assert {one["part"]: one["rows"] for one in _summed(found)} == rows
    assert found.manifest["rows"]["quarantined"] == aside
    observations = found.table("observations").collect()
    assert set(observations["indicator"]) | set(observations["origin"]) <= known
    given = observations["value"].is_not_null()
    assert set(observations.filter(given)["status"]) <= {"observed"}
    assert set(observations.filter(~given)["status"]) <= {"missing"}
    return found, values(found)


def _summed(found):
    parts: dict[str, int] = {}
    for one in found.manifest["files"]:
        parts[one["part"]] = parts.get(one["part"], 0) + one["rows"]
    return [{"part": name, "rows": count} for name, count in parts.items()]


def checks(found):
    return [check["value"] for check in found.manifest["checks"]]


def test_research_of_universities(store, known):
    rows = {"sources": 22_792, "series": 18_592, "fields": 130_652}
    found, seen = brought("ncses_herd", NCSES, store, known, rows)
    assert checks(found) == [1.0, 0.0, 0.0, 0.0, 0.0]
    flows = found.table("flows").with_columns(pl.col("period").cast(pl.String)).collect()
    years = dict(flows.group_by("period").agg(pl.col("amount").sum()).rows())
    assert years["2023Q2"] == 108_681_008 * 100_000  # cents: institutions add up to the published total
    assert years["2019Q2"] == 83_496_348 * 100_000
    cells = pl.read_csv(real(f"{NCSES}/herd_institution_x_source_2019_2023.csv.gz"), infer_schema_length=None)
    one = cells.filter(pl.col("institution") != "All institutions")
    assert one.select(pl.struct("fiscal_year", "institution").n_unique()).item() == 3_251
    assert seen["ncses_herd:total.total", "US", "FY2017"] == pytest.approx(75_174.941)
    assert seen["industry_share_of_university_rd", "US", "FY2022"] == pytest.approx(0.0577, abs=0.005)
    missing = found.table("observations").filter(pl.col("status") == "missing").collect()
    assert dict(missing["note"].value_counts().rows()) == {"NA": 85, "na": 176, "ne": 1_703}


def test_obligations_of_agencies(store, known):
    path = f"{NCSES}/federal_rd_obligations_institution_x_agency_2019_2022.csv.gz"
    found, seen = brought("ncses_obligations", path, store, known, {"obligations": 42_471})
    assert seen["ncses_obligations:agency.all", "US", "FY2022"] == pytest.approx(41_303.924)
    flows = found.table("flows").filter(pl.col("period").cast(pl.String) == "2022Q3").collect()
    assert flows["amount"].sum() / 1e11 == pytest.approx(41.303924, rel=1e-6)
    observed, _ = measured(found)
    link = observed.filter(pl.col("indicator") == "link_flow.government_university")
    assert link.height == 4


def test_patents(store, known):
    rows = {"countries": 83_927, "owners": 230, "universities": 828}
    found, seen = brought("ncses_patents", NCSES, store, known, rows)
    granted, families, regions, owners = checks(found)
    assert granted < 0.005  # fields of patents granted in the United States
    assert 0.033 < families < 0.0331  # families without a field are more
    assert regions <= 3.0
    assert owners == 0.0
    assert seen["ncses_patents:uspto_2023.all", "W", "2020"] == seen["ncses_patents:owner.total", "W", "2020"]
    assert seen["ncses_patents:families.all", "JP", "2020"] == 141_286.0


def test_venture_capital(store, known):
    rows = {"money": 553, "firms_by_state": 1_120, "firms_by_industry": 4_300}
    found, seen = brought("ncses_venture", NCSES, store, known, rows)
    assert checks(found) == [2.0, 0.0]
    assert seen["ncses_venture:received", "W", "2021"] == 741_987.0
    assert seen["ncses_venture:invested", "W", "2020"] == 277_025.0
    assert max(period for name, _, period in seen if name == "ncses_venture:invested") == "2020"
    received = [key for key in seen if key[0] == "ncses_venture:received" and key[2] == "2022"]
    assert len(received) == 14  # regions, the world among them
    missing = found.table("observations").filter(pl.col("status") == "missing").collect()
    assert dict(missing["note"].value_counts().rows()) == {"-": 853, "NA": 25}


def test_technology_transfer(store, known):
    found, seen = brought("ncses_transfer", NCSES, store, known, {"activities": 60}, aside=9)
    assert checks(found) == [0.0]
    assert seen["university_startups_founded", "US", "2017"] == 1_080.0
    assert seen["ncses_transfer:licences_2023.startups", "US", "2021"] == 1_480.0


def test_tables_of_one_file(store, known):
    found, seen = brought("ncses_industries", NCSES, store, known, {"value_added": 918})
    assert checks(found) == [2.0]
    assert seen["ncses_industries:value_added", "W", "2002"] == 3_406_829.0
    _, seen = brought("ncses_sbir", NCSES, store, known, {"phase_2": 110})
    assert seen["ncses_sbir:phase_2.department_of_agriculture", "US", "2013"] == 12.39


def test_articles_written_together(store, known):
    found, seen = brought("ncses_coauthorship", NCSES, store, known, {"pairs": 2 * 47 * 47})
    assert checks(found) == [0.0, 0.0]
    assert seen["ncses_coauthorship:with.ca", "W", "2003"] == 19_747.0
    assert len({place for _, place, _ in seen}) == 47


def test_research_and_gdp(store, known):
    found, seen = brought("ncses_gerd", NCSES, store, known, {"series": 1_175, "shares": 72})
    assert checks(found) == [1.0, pytest.approx(0.1)]
    assert len({place for name, place, _ in seen if name == "ncses_gerd:gerd_to_gdp"}) == 47
    assert seen["rd_to_gdp", "JP", "2021"] == pytest.approx(0.033)
    assert seen["rd_performer_share.business", "JP", "2021"] == pytest.approx(0.786)
    assert ("ncses_gerd:gerd", "AU", "2021") not in seen
    assert ("ncses_gerd:gerd", "AU", "2019") in seen


def test_universities(store, known):
    found, _ = brought("universities", "universities", store, known, {"universities": 10_251})
    actors = found.table("actors").collect()
    assert actors["country"].n_unique() == 200  # 201 names of countries: Viet Nam is spelled in two ways
    assert actors.filter(pl.col("country") == "JP").height == 572
    doubled, shared = checks(found)
    assert round(doubled * actors.height) == 19
    assert round(shared * actors.height) == 3


def test_the_index_of_2019(store, known):
    found, seen = brought("gii", "gii_2019_country", store, known, {"scores": 189, "panel": 7_618})
    assert checks(found) == [1.0]
    ranks = {place: value for (name, place, _), value in seen.items() if name == "gii:gii_rank"}
    assert len(ranks) == 129
    assert [ranks[place] for place in ("CH", "US", "KR", "JP")] == [1, 3, 11, 15]
    assert sum(name == "gii:rd_in_gdp" for name, _, _ in seen) == 564
    assert "CC BY-NC-ND" in found.manifest["licence"]


def test_shares_in_patent_families_follow_from_the_tables(store, known):
    found, seen = brought("patent_family_shares", "patent_families", store, known, {"countries": 23, "fields": 36})
    assert max(checks(found)) < 0.0006
    patents, _ = imports.bring("ncses_patents", [real(NCSES)], store)
    cells = values(patents)
    for year in ("1998", "2009", "2020"):
        assert seen["patent_family_shares:count", "W", year] == cells["ncses_patents:families.all", "W", year]
        assert seen["patent_family_shares:count", "JP", year] == cells["ncses_patents:families.all", "JP", year]
    for field in ("optics", "transport", "all"):
        japan, world = (
            sum(cells[f"ncses_patents:families.{field}", place, str(year)] for year in (2008, 2009, 2010))
            for place in ("JP", "W")
        )
        stated = seen[f"patent_family_shares:field_share.{field}", "JP", "2008/2010"]
        assert stated == pytest.approx(100 * japan / world, abs=0.006)
