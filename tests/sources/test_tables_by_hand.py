"""Tables of countries and universities on a few rows that can be checked by eye."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.observatory import imports
from meguri.registry import shelf

from .data_sets import (
    CELLS,
    GERD,
    GERD_SHARES,
    HERD_FIELDS,
    HERD_SERIES,
    HERD_SOURCES,
    OBLIGATIONS,
    PAIRS,
    PATENTS,
    UNIVERSITIES,
    text,
    values,
    write,
)

ALL, FEDERAL = "all_r_d_expenditures", "source_of_funds_federal_government"
OWN, BUSINESS = "source_of_funds_institution_funds", "source_of_funds_business"


@pytest.fixture
def bring(tmp_path):
    """Import files, given by name, into a store of the test."""

    def brought(source, files):
        found, _ = imports.bring(source, write(tmp_path, files), tmp_path / "store")
        rows = found.manifest["rows"]
        assert rows["in"] == rows["used"] + rows["quarantined"]
        return found

    return brought


def reasons(found):
    aside = found.table("quarantine").collect()
    return dict(zip(aside["line"], aside["reason_en"], strict=True))


def checked(found):
    return {check["en"]: check for check in found.manifest["checks"]}


def test_files_with_the_same_columns_are_known_by_the_number_of_their_table(bring, tmp_path):
    files = {
        "a.csv": text(CELLS, "10579,Total,Total,1,2022,3,", "10579,Total > Ohio,Ohio,2,2022,3,"),
        "b.csv": text(CELLS, "10578,Total,Total,1,2022,9,", "10578,Total > India,India,2,2022,9,"),
        "c.csv": text(CELLS, "6248,World,World,1,2019,5,"),
    }
    write(tmp_path, files)
    found, _ = imports.bring("ncses_venture", [tmp_path], tmp_path / "store")
    assert {one["name"]: one["part"] for one in found.manifest["files"]} == {
        "a.csv": "firms_by_state",
        "b.csv": "money",
    }
    assert values(found) == {
        ("ncses_venture:received", "W", "2022"): 9.0, ("ncses_venture:received", "IN", "2022"): 9.0,
        ("ncses_venture:firms", "US", "2022"): 3.0, ("ncses_venture:firms", "US-OH", "2022"): 3.0,
    }  # fmt: skip
    with pytest.raises(InputError, match="nothing that 'table' holds is known"):
        imports.bring("ncses_venture", [tmp_path / "c.csv"], tmp_path / "store")
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", {"c.csv": files["c.csv"]})
    with pytest.raises(InputError, match="holds no file of 'ncses_venture'"):
        imports.bring("ncses_venture", [tmp_path / "other"], tmp_path / "store")


def test_a_parquet_file_is_known_by_a_number_too(tmp_path):
    frame = pl.DataFrame(
        {
            "table": [10577],
            "row_path": ["Department of Energy"],
            "row": ["Department of Energy"],
            "depth": [1],
            "column": [2022],
            "value": [1.5],
            "flag": pl.Series([None], dtype=pl.String),
        }
    )
    frame.write_parquet(tmp_path / "x.parquet")
    found, _ = imports.bring("ncses_sbir", [tmp_path / "x.parquet"], tmp_path / "store")
    assert values(found) == {("ncses_sbir:phase_2.department_of_energy", "US", "2022"): 1.5}


def test_a_mark_is_missing_and_a_table_of_another_number_is_set_aside(bring):
    lines = ("5913,Africa,Africa,1,2000,,NA", "5913,China,China,1,2000,0,", "6248,World,World,1,2000,5,",
             "5913,India,India,1,2000,-3,", "5913,China,China,1,2000,7,")  # fmt: skip
    found = bring("ncses_venture", {"m.csv": text(CELLS, *lines)})
    rows = {row["place"]: row for row in found.table("observations").collect().iter_rows(named=True)}
    assert (rows["region:africa"]["value"], rows["region:africa"]["status"]) == (None, "missing")
    assert rows["region:africa"]["note"] == "NA"
    assert (rows["CN"]["value"], rows["CN"]["status"]) == (0.0, "observed")
    assert set(rows) == {"region:africa", "CN"}
    assert list(reasons(found)) == [4, 5, 6]


def test_the_two_editions_of_venture_capital_stay_apart(bring):
    found = bring(
        "ncses_venture", {"m.csv": text(CELLS, "5913,China,China,1,2019,1,", "10578,Total > China,China,2,2019,2,")}
    )
    assert values(found) == {
        ("ncses_venture:invested", "CN", "2019"): 1.0, ("ncses_venture:received", "CN", "2019"): 2.0,
    }  # fmt: skip


def herd(*more):
    return text(
        HERD_SOURCES,
        f"2023,A & B C.,{ALL},10,",
        f"2023,A & B C.,{FEDERAL},6,i",
        f"2023,A & B C.,{OWN},3,",
        f"2023,A & B C.,{BUSINESS},1,",
        "2023,A & B C.,source_of_funds_all_other_sources,,NA",
        *more,
    )


def test_sources_of_funds_are_flows_in_dollars(bring):
    found = bring("ncses_herd", {"s.csv": herd()})
    flows, actors = found.table("flows").collect(), found.table("actors").collect()
    names = dict(actors.select("actor", "name").rows())
    assert {
        (names[row["from_actor"]], names[row["to_actor"]], row["amount"]) for row in flows.iter_rows(named=True)
    } == {
        ("federal government of the United States", "A & B C.", 600_000),
        ("A & B C.", "A & B C.", 300_000),
        ("business", "A & B C.", 100_000),
    }
    assert set(flows["period"]) == {"2023Q2"}
    rows = {row["indicator"]: row for row in found.table("observations").collect().iter_rows(named=True)}
    federal = rows["ncses_herd:source.federal"]
    assert (federal["place"], federal["period"], federal["unit"]) == ("org:a_b_c", "FY2023", "USD_m")
    assert federal["value"] == pytest.approx(0.006)
    assert (federal["qualifier"], federal["note"]) == ("approx", "imputed")
    assert rows["ncses_herd:source.other"]["status"] == "missing"
    assert checked(found)["share of institution-years whose sources add up to the total"]["holds"]


def test_sources_that_do_not_add_up_are_seen(bring):
    found = bring("ncses_herd", {"s.csv": herd(f"2022,D U.,{ALL},5,", f"2022,D U.,{FEDERAL},4,")})
    check = checked(found)["share of institution-years whose sources add up to the total"]
    assert (check["value"], check["holds"]) == (0.5, False)


def test_the_share_of_business_is_that_of_all_institutions(bring):
    lines = (f"2023,All institutions,{ALL},40,", f"2023,All institutions,{BUSINESS},10,")
    found = bring("ncses_herd", {"s.csv": herd(*lines)})
    assert values(found)["industry_share_of_university_rd", "US", "FY2023"] == 0.25
    assert found.table("flows").collect()["amount"].sum() == 1_000_000  # the row of all institutions pays nothing


def test_other_cuts_of_the_same_dollars_are_no_flows(bring):
    fields = ("2017,us_total,Total,Total,,Total,Total,2,1,3", "2017,institution,Ohio,D U.,77,Total,Total,2,1,3",
              "2017,institution,Ohio,D U.,77,Engineering,Total,2,1,3",
              "2017,institution,Ohio,D U.,77,Engineering,Civil engineering,2,1,4")  # fmt: skip
    series = ("total,D U.,2010,3,", "total,All institutions,2010,3,", "federal,D U.,2010,,ne")
    found = bring("ncses_herd", {"f.csv": text(HERD_FIELDS, *fields), "t.csv": text(HERD_SERIES, *series)})
    assert found.manifest["tables"]["flows"] == 0
    seen = values(found)
    assert seen["ncses_herd:non_federal.engineering", "org:d_u", "FY2017"] == pytest.approx(0.001)
    assert seen["ncses_herd:total.engineering.civil_engineering", "org:d_u", "FY2017"] == pytest.approx(0.004)
    assert seen["ncses_herd:series.federal", "org:d_u", "FY2010"] is None
    actor = found.table("actors").filter(pl.col("name") == "D U.").collect().row(0, named=True)
    assert actor["place"] == "US-OH"
    assert found.table("identifiers").collect().select("id", "scheme", "identifier").rows() == [
        (actor["actor"], "ncses_institution", "77")
    ]
    failed = [name for name, check in checked(found).items() if not check["holds"]]
    assert failed == ["largest difference of detailed fields from their field, thousand dollars"]


def test_obligations_are_grants_from_agencies_and_totals_are_not(bring):
    lines = (
        "2022,All institutions,all_agencies,7,",
        "2022,D U.,all_agencies,7,",
        "2022,D U.,nsf,4,",
        "2022,D U.,hhs,3,",
        "2022,D U.,nasa,0,",
        "2022,D U.,cia,3,",
    )
    found = bring("ncses_obligations", {"o.csv": text(OBLIGATIONS, *lines)})
    flows = found.table("flows").collect()
    assert sorted(flows["amount"]) == [300_000, 400_000]
    assert set(flows["flow"]) == {"public_grant_university"}
    assert set(flows["period"]) == {"2022Q3"}
    assert values(found)["ncses_obligations:agency.nasa", "org:d_u", "FY2022"] == 0.0
    assert list(reasons(found)) == [7]


def test_patents_with_a_wrong_world_are_seen(bring):
    path = "World > Asia"
    lines = (
        "USPTO,ALL,World,World,1,2020,100,",
        "USPTO,optics,World,World,1,2020,60,",
        "USPTO,optics,Asia,World > Asia,2,2020,50,",
        f"USPTO,optics,Japan,{path} > Japan,3,2020,50,",
        "USPTO_inventor_2022ed,ALL,World,World,1,2020,100,",
        "IPF,optics,Other Europe,World > Europe > Other Europe,3,2020,1,",
        "IPF,optics,Other Europe-2020,World > Europe > Other Europe,3,2020,2,",
    )
    owners = text(
        CELLS, "10548,Total,Total,1,2020,90,", "10548,Total > Assigned to U.S. owner,Assigned to U.S. owner,2,2020,40,"
    )
    found = bring("ncses_patents", {"p.csv": text(PATENTS, *lines), "o.csv": owners})
    assert {name: check["value"] for name, check in checked(found).items()} == {
        "patents granted in the United States: largest relative difference of the world's fields from all fields": 0.4,
        "largest difference of regions from the world, patents": 10.0,
        "largest difference of the world's patents (edition of 2023) from the total of owners": 10.0,
    }
    assert not any(check["holds"] for check in found.manifest["checks"])
    seen = values(found)
    assert seen["ncses_patents:uspto.optics", "JP", "2020"] == 50.0
    assert seen["ncses_patents:families.optics", "region:other_europe_2020", "2020"] == 2.0
    assert seen["ncses_patents:owner.assigned_to_u_s_owner", "US", "2020"] == 40.0


def test_headings_without_a_value_are_set_aside(bring):
    lines = ("1895,Licensing,Licensing,1,2017,,", "1895,x,Startup companies formed,2,2017,1080,")
    found = bring("ncses_transfer", {"t.csv": text(CELLS, *lines)})
    assert "heading" in reasons(found)[2]
    assert values(found) == {
        ("ncses_transfer:activities.startup_companies_formed", "US", "2017"): 1080.0,
        ("university_startups_founded", "US", "2017"): 1080.0,
    }


def test_years_beside_the_name_of_an_economy(bring):
    growth = "Longer-term growth rates > GDP compound annual growth rate > Current PPP dollars > 2010–21a"
    lines = ("Non-OECD -> Russia (2020),GERD-to-GDP ratio (%) > 2021a,1.10,",
             "Non-OECD -> Russia (2020),GERD-to-GDP ratio (%) > 2010,1.05,", f"Non-OECD -> Russia (2020),{growth},2.5,",
             f"Japan,{growth},,NA", "Total OECD,GDP > Current PPP dollars > 1990,5,")  # fmt: skip
    found = bring("ncses_gerd", {"g.csv": text(GERD, *lines)})
    assert values(found) == {
        ("ncses_gerd:gerd_to_gdp", "RU", "2020"): 1.10, ("ncses_gerd:gerd_to_gdp", "RU", "2010"): 1.05,
        ("rd_to_gdp", "RU", "2020"): pytest.approx(0.011), ("rd_to_gdp", "RU", "2010"): pytest.approx(0.0105),
        ("ncses_gerd:gdp_growth", "RU", "2010/2020"): 2.5, ("ncses_gerd:gdp_growth", "JP", "2010/2021"): None,
        ("ncses_gerd:gdp", "region:total_oecd", "1990"): 5.0,
    }  # fmt: skip


def test_shares_of_performers_stand_under_the_indicator_of_the_project(bring):
    block = "R&D-performing sector: Share of total (percent)"
    lines = (
        f"Germany,{block},Business,66.9,",
        f"Germany,{block},Government,14.8,",
        f"Germany,{block},Higher education,18.3,",
        f"Germany,{block},Private nonprofita,,NA",
        f"China,{block},Business,76.9,",
    )
    found = bring("ncses_gerd", {"g.csv": text(GERD_SHARES, *lines)})
    seen = values(found)
    assert seen["rd_performer_share.business", "DE", "2021"] == pytest.approx(0.669)
    assert seen["rd_performer_share.public", "DE", "2021"] == pytest.approx(0.148)
    assert seen["rd_performer_share.public", "CN", "2021"] is None  # one of the two others is not there
    assert seen["ncses_gerd:performer.nonprofit", "DE", "2021"] is None


def test_a_matrix_of_pairs_that_is_not_symmetric_is_seen(bring):
    lines = (
        "2022,Japan,China,5",
        "2022,China,Japan,4",
        "2022,World,World,9",
        "2022,Japan,Japan,",
        "2022,India,Japan,1",
    )
    found = bring("ncses_coauthorship", {"p.csv": text(PAIRS, *lines)})
    assert [check["value"] for check in found.manifest["checks"]] == [1.0, 1.0]
    assert values(found) == {
        ("ncses_coauthorship:with.cn", "JP", "2022"): 5.0, ("ncses_coauthorship:with.jp", "CN", "2022"): 4.0,
        ("ncses_coauthorship:with.w", "W", "2022"): 9.0, ("ncses_coauthorship:with.jp", "IN", "2022"): 1.0,
    }  # fmt: skip


def test_universities_are_known_by_domains_and_namesakes_stay_apart(bring):
    lines = (
        "Blue C.,US,United States,Ohio,blue.edu|BLUE.org,",
        "Blue C.,US,United States,,other.edu,",
        "Blue C.,US,United States,,other.edu,",
        "東北大学,JP,Japan,,tohoku.ac.jp,",
        "X,JP,Japan,,no domain,",
    )
    found = bring("universities", {"u.csv": text(UNIVERSITIES, *lines)})
    actors = found.table("actors").collect()
    assert sorted(actors.select("name", "place").rows()) == [
        ("Blue C.", "US"),
        ("Blue C.", "US-OH"),
        ("東北大学", "JP"),
    ]
    assert set(found.table("identifiers").collect()["identifier"]) == {
        "blue.edu",
        "blue.org",
        "other.edu",
        "tohoku.ac.jp",
    }
    assert sorted(reasons(found)) == [4, 6]


def test_scores_that_may_not_be_passed_on_carry_their_terms(bring, tmp_path):
    from meguri.sources.gii import SCORES

    names = list(SCORES)
    head = ",".join(["country_iso", "year", *names])
    rows = [["CHE", "2019", "67.2", "1"], ["SWE", "2019", "63.7", "1"], ["WLD", "2019", "", ""]]
    lines = [",".join([*row, *[""] * (len(names) - 2)]) for row in rows]
    found = bring("gii", {"g.csv": text(head, *lines)})
    assert values(found)["gii:global_innovation_index", "CH", "2019"] == 67.2
    assert checked(found)["share of ranks that lie within the places of their score"]["value"] == 0.5
    assert "do not pass the table on" in found.manifest["licence"]
    assert "do not pass the table on" in pl.read_parquet_metadata(found.path("observations"))["licence"]


def test_every_indicator_and_origin_can_be_explained(bring):
    """What a table is seen to say is an item of its source, or an indicator of the project."""
    known = {item.id for source in shelf("meguri.sources") for item in source.items()}
    known |= {indicator.id for indicator in shelf("meguri.indicators")}
    founds = [
        bring(
            "ncses_herd", {"s.csv": herd(f"2023,All institutions,{ALL},40,", f"2023,All institutions,{BUSINESS},10,")}
        ),
        bring("ncses_gerd", {"g.csv": text(GERD, "Japan,GERD-to-GDP ratio (%) > 2010,3.1,")}),
        bring("ncses_venture", {"v.csv": text(CELLS, "10580,Other software,Other software,1,2010,3,")}),
    ]
    for found in founds:
        rows = found.table("observations").collect()
        named = {name.split(".")[0] if ":" not in name else name for name in rows["indicator"]}
        assert named | set(rows["origin"]) <= known
