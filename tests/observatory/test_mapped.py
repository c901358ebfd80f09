"""A user's own sheets: what a mapping makes of them, and what it refuses."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.observatory import imports
from meguri.observatory.mapped import source_of
from meguri.observatory.mapping_reader import parsed
from meguri.observatory.worlds import WorldName, find

from .sheets import CONTRACT_LINES, CONTRACTS, KPI, SOURCE, kpi, write

AWARDS = "採択者,採択年度,課題,採択額\n甲,R4,量子,10.5\n乙,2023,,\n,2023,,1\n"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path / "store"


def bring(mapping, *paths):
    found, _ = imports.bring(source_of(parsed(mapping, "m.toml")), list(paths))
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"]
    aside = found.table("quarantine").collect()
    assert aside.height == rows["quarantined"]
    assert all(aside["reason_ja"])
    return found, dict(zip(aside["line"], aside["reason_en"], strict=True))


def seen(found):
    rows = found.table("observations").collect().iter_rows(named=True)
    return {(row["indicator"], row["period"], row["status"]): (row["value"], row["unit"]) for row in rows}


def test_a_hubs_key_figures_are_observations_of_its_place(store, tmp_path):
    found, aside = bring(KPI, kpi(tmp_path / "kpi.xlsx"))
    assert seen(found) == {
        ("sendai_kpi:大学発スタートアップ設立数", "FY2022", "target"): (10.0, "firm"),
        ("sendai_kpi:大学発スタートアップ設立数", "FY2022", "observed"): (12.0, "firm"),
        ("sendai_kpi:大学発スタートアップ設立数", "FY2023", "target"): (12.0, "firm"),
        ("sendai_kpi:大学発スタートアップ設立数", "FY2023", "missing"): (None, "firm"),
        ("sendai_kpi:女性起業家比率", "FY2023", "target"): (20.0, "percent"),
        ("sendai_kpi:女性起業家比率", "FY2023", "observed"): (12.3, "percent"),
    }
    assert set(found.table("observations").collect()["place"]) == {"hub:sendai"}
    assert list(aside) == [6, 8, 10]  # 2億円 beside 百万円, a total, a note
    assert "leaves out" in aside[8]
    view = find("observatory:sendai_kpi", tmp_path).observations()
    assert view.filter(pl.col("place") == "hub:sendai").height == 6
    assert WorldName().observations().filter(pl.col("place") == "hub:sendai").height >= 6


def test_the_same_again_changes_nothing_and_another_mapping_is_another_import(store, tmp_path):
    path = kpi(tmp_path / "kpi.xlsx")
    first = imports.bring(source_of(parsed(KPI, "m.toml")), [path])
    again = imports.bring(source_of(parsed(KPI, "elsewhere.toml")), [path])
    assert (first[1], again[1]) == (True, False)
    assert first[0].id == again[0].id
    other = imports.bring(source_of(parsed(KPI.replace("hub:sendai", "JP-04"), "m.toml")), [path])[0]
    assert other.id != first[0].id
    assert [source.id for source in imports.own()] == ["sendai_kpi"]
    assert imports.data_set_named("sendai_kpi").licence == "内部利用"
    with pytest.raises(InputError, match="nearest: sendai_kpi"):
        imports.any_source("sendai_kp")


def test_a_sheet_with_a_column_a_year_and_a_head_of_two_rows(store, tmp_path):
    lines = "題,,,,\n指標,単位,令和4年度,,2023年度\n,,目標,実績,実績\n設立数,社,3,４,5\n雇用,人,7,…,△1\n"
    mapping = (
        SOURCE.format(becomes="observations", id="wide")
        + """
[file]
head = [2, 3]
[fields]
place = "仙台拠点"
indicator = {column = "指標", words = {"設立数" = "university_startups_founded", "雇用" = "jobs"}}
unit = {column = "単位"}
[[value]]
column = "令和4年度 / 目標"
period = "令和4年度"
status = "target"
[[value]]
column = "令和4年度 / 実績"
period = "令和4年度"
[[value]]
column = "2023年度 / 実績"
period = "FY2023"
"""
    )
    found, aside = bring(mapping, write(tmp_path, "w.csv", lines))
    assert not aside
    assert seen(found) == {
        ("university_startups_founded", "FY2022", "target"): (3.0, "firm"),
        ("university_startups_founded", "FY2022", "observed"): (4.0, "firm"),
        ("university_startups_founded", "FY2023", "observed"): (5.0, "firm"),
        ("wide:jobs", "FY2022", "target"): (7.0, "person"),
        ("wide:jobs", "FY2022", "missing"): (None, "person"),
        ("wide:jobs", "FY2023", "observed"): (-1.0, "person"),
    }


def test_contracts_are_flows_from_firm_to_university_and_indicators_see_them(store, tmp_path):
    lines = "\n".join(
        [
            *CONTRACT_LINES,
            "K-5,丁,1234567890123,大企業,2024/3/1,5",
            "合計,,,,,3155",
            "K-6,戊,,大企業,2023/02/30,5",
            "K-7,己,,大企業,2023/2/3,=A1",
            "K-8,庚,,大企業,2023/2/3,$7",
            "K-9,辛,,大企業,1979/2/3,7",
        ]
    )
    found, aside = bring(CONTRACTS, write(tmp_path, "c.csv", lines.encode("cp932")))
    assert found.manifest["files"][0]["encoding"] == "cp932"
    flows = found.table("flows").sort("period", "amount").collect()
    assert flows.select("period", "amount").rows() == [
        ("2023Q2", 1_200_000),
        ("2023Q4", -50_000),
        ("2024Q1", 2_000_000),
    ]
    assert set(flows["flow"]) == {"joint_research"}
    records = found.table("records").collect()
    assert records["value"].to_list() == [1_200_000, -50_000, None, 2_000_000]  # a contract without an amount is one
    actors = found.table("actors").collect()
    names = dict(zip(actors["name"], actors["class"], strict=True))
    assert names == {
        "(株)甲": "large_firm",
        "乙株式会社": "small_firm",
        "丙": "firm_size_unknown",
        "東北大学": "university_institution",
    }
    assert found.table("identifiers").collect()["identifier"].to_list() == ["8370001001985"]
    assert set(actors["place"]) == {"JP-04"}
    assert {line: reason.split("(")[0].strip() for line, reason in aside.items()} == {
        9: "a corporate number that fails its check digit",
        10: "a row that the mapping leaves out",
        11: "契約日: no period that can be read",
        12: "契約額 （千円）: a formula or an error of a spreadsheet",
        13: "契約額 （千円）: another currency or unit",
        14: "outside the years of a ledger",
    }
    values = {
        (row["indicator"], row["period"]): row["value"]
        for row in find("observatory:our_contracts", tmp_path).observations().iter_rows(named=True)
    }
    assert values["joint_research_amount", "FY2023"] == pytest.approx(3_150_000 / 1e9)
    assert values["joint_research_count", "FY2023"] == 3


def test_records_of_what_happened(store, tmp_path):
    mapping = (
        SOURCE.format(becomes="records", id="our_awards")
        + """
[fields]
act = "award"
period = {column = "採択年度", as = "fiscal_year"}
actor = {column = "採択者"}
actor_class = "startup_origin_unknown"
reason = {column = "課題"}
[[value]]
column = "採択額"
unit = "百万円"
"""
    )
    found, aside = bring(mapping, write(tmp_path, "a.csv", AWARDS))
    assert list(aside) == [4]
    rows = found.table("records").select("period", "value", "unit", "register", "reason").collect().rows()
    assert rows == [("2023Q1", 10_500_000, "JPY", "awards", "量子"), ("2024Q1", None, "JPY", "awards", None)]


def test_rows_below_the_table_are_set_aside(store, tmp_path):
    mapping = KPI.replace("head = 3", "head = 3\nlast = 5")
    _, aside = bring(mapping, kpi(tmp_path / "kpi.xlsx"))
    assert list(aside) == [6, 7, 8, 10]
    assert aside[6] == "below the last row of the table"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("schema = 1", "schema = 2"), "it must be 1"),
        (('"observations"', '"stories"'), "none of observations, flows, records"),
        (('licence = "内部利用"', 'licence = "???"'), "source.licence: '???' is still to be decided"),
        (('licence = "内部利用"', ""), "source.licence: it is not said"),
        (('id = "sendai_kpi"', 'id = "cordis"'), "no id of your own"),
        (('id = "sendai_kpi"', 'id = "../x"'), "no id of your own"),
        (('place = "hub:sendai"', 'place = "火星"'), "'火星' is no place"),
        (('place = "hub:sendai"', ""), "'place' is not said"),
        (("head = 3", "head = 0"), "must be a row"),
        (('sheet = "KPI"', 'sheet = "KPY"'), "no sheet 'KPY'; its sheets: 表紙, KPI, 参考"),
        (('status = "target"', 'status = "goal"'), "unknown status 'goal'"),
        (('unit = {column = "単位"}', ""), "'unit' is not said"),
        (('unit = {column = "単位"}', 'unit = "parsec"'), "unknown unit 'parsec'"),
        (('column = "実績"', 'column = "実蹟"'), "lacks the columns 実蹟"),
        (('column = "実績"', 'column = "単位"'), "in two ways"),
        (('as = "fiscal_year"', 'as = "year"'), "'year' is none of"),
        (("[fields]", "[fields]\ncolour = 1"), "unknown key 'colour'"),
        (("[fields]", "[fields"), "is no mapping"),
    ],
)
def test_a_wrong_mapping_is_one_sentence(store, tmp_path, change, words):
    text = KPI.replace(*change)
    assert text != KPI
    with pytest.raises(InputError) as error:
        imports.bring(source_of(parsed(text, "m.toml")), [kpi(tmp_path / "kpi.xlsx")])
    assert words in str(error.value)
    assert error.value.ja != str(error.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ('to_class = "university_institution"', 'to_class = "household"'),
            "joins university_institution, national_lab",
        ),
        (('unit = "千円"', 'unit = "社"'), "a flow is money in JPY"),
        (('unit = "千円"', 'unit = "百万ドル"'), "a flow is money in JPY"),
        (('flow = "joint_research"', 'flow = "joint_reserch"'), "nearest: joint_research"),
    ],
)
def test_a_flow_that_nothing_can_be_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        parsed(CONTRACTS.replace(*change), "m.toml")


def test_a_class_that_a_flow_does_not_join_sets_the_row_aside(store, tmp_path):
    mapping = CONTRACTS.replace(
        'flow = "joint_research"',
        'flow = {column = "契約番号", words = {"K-1" = "wage"}, otherwise = "joint_research"}',
    ).replace('contract = {column = "契約番号"}', "")
    _, aside = bring(mapping.split("[[aside]]")[0], write(tmp_path, "c.csv", "\n".join(CONTRACT_LINES)))
    assert aside == {5: "a flow that does not join these classes"}
