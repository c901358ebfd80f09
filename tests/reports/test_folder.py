"""From a run folder to the view: a run of a few invented rows, written with the ledger's own schema."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.ledger.schema import schema
from meguri.reports.folder import view_of
from meguri.reports.page import report

MANIFEST = """
schema = 1
id = "baseline-00000000aaaa"
scenario = "baseline"
name = {ja = "基準シナリオ", en = "Baseline"}
country = "JP"
currency = "JPY"
institutions = []
first = "2016Q1"
last = "2018Q4"
scale = 0.5
members = 4
seed = 1
keep = "ledger"
"""
TREASURY, UNIVERSITY, FIRM, FUND, SECOND_FUND, MARKET = 1, 2, 3, 4, 5, 6
LISTED, CLOSED, QUIET, OLD = 101, 102, 103, 104


def table(name: str, rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame([{column: row.get(column) for column in schema(name)} for row in rows], schema=schema(name))


def actor(number: int, kind: str, cls: str, founded: str | None = None, ended: str | None = None) -> dict:
    return {"actor": number, "kind": kind, "class": cls, "name": "", "country": "JP", "place": "JP-04", "parent": 0,
            "founded": founded, "ended": ended, "origin": "simulated"}


def flow(period: str, name: str, payer: int, payee: int, amount: int, **more) -> dict:
    return {"period": period, "flow": name, "from_actor": payer, "to_actor": payee, "amount": amount, "unit": "JPY",
            "contract": 0, "origin": "simulated", **more}


def record(period: str, act: str, number: int, **more) -> dict:
    return {"period": period, "register": "exits", "key": 1, "version": 1, "act": act, "actor": number,
            "origin": "simulated", **more}


@pytest.fixture
def folder(tmp_path):
    run = tmp_path / "baseline-00000000aaaa"
    run.mkdir()
    (run / "run.toml").write_text(MANIFEST, encoding="utf-8")
    table("actors", [
        actor(TREASURY, "government", "treasury"), actor(UNIVERSITY, "university", "university_institution"),
        actor(FIRM, "company", "large_firm"), actor(FUND, "investor", "fund_independent", "2015Q1"),
        actor(SECOND_FUND, "investor", "fund_independent", "2018Q3"), actor(MARKET, "outside", "public_market"),
        actor(LISTED, "startup", "startup_university", "2016Q1", "2018Q2"),
        actor(CLOSED, "startup", "startup_independent", "2016Q3", "2017Q4"),
        actor(QUIET, "startup", "startup_serial", "2016Q4"), actor(OLD, "startup", "startup_serial", "2012Q4"),
    ]).write_parquet(run / "actors.parquet")
    table("flows", [
        flow("2016Q1", "joint_research", FIRM, UNIVERSITY, 7),
        flow("2016Q2", "joint_research", FIRM, UNIVERSITY, 100), flow("2017Q1", "joint_research", FIRM, UNIVERSITY, 50),
        flow("2017Q2", "joint_research", FIRM, UNIVERSITY, 30),
        flow("2016Q2", "deep_tech_grant", TREASURY, LISTED, 40, contract=9),
        flow("2016Q4", "deep_tech_grant", TREASURY, LISTED, 20, contract=9),
        flow("2016Q3", "vc_round", FUND, LISTED, 500, contract=11, stage="seed", field="other"),
        flow("2017Q3", "vc_round", FUND, LISTED, 600, contract=12, stage="early"),
        flow("2017Q3", "vc_round", SECOND_FUND, LISTED, 400, contract=12, stage="early"),
        flow("2016Q4", "vc_round", FUND, CLOSED, 10, contract=13, stage="seed"),
        flow("2016Q4", "vc_round", FUND, OLD, 10, contract=14, stage="later"),
        flow("2016Q4", "sales", MARKET, LISTED, 5), flow("2017Q2", "sales", MARKET, LISTED, 8),
        flow("2017Q3", "sales", MARKET, LISTED, 9), flow("2017Q4", "liquidation_proceeds", CLOSED, FUND, 2),
    ]).write_parquet(run / "flows.parquet")
    table("records", [
        record("2018Q2", "listing", LISTED, value=9000, counterparty=MARKET),
        record("2018Q2", "listing_vc_backed", LISTED, value=9000, counterparty=MARKET),
        record("2017Q4", "dissolution", CLOSED),
    ]).write_parquet(run / "records.parquet")
    values = {"vc_investment_to_gdp": ("share", {"2016": 0.00033, "2017": 0.0004})}
    values["rd_total"] = ("JPY_bn", {"FY2016": 18000.0, "FY2017": 18500.0})
    rows, members = [], []
    for indicator, (unit, years) in values.items():
        for period, value in years.items():
            rows.append({"indicator": indicator, "place": "JP", "period": period, "value": value, "low": 0.9 * value,
                         "high": 1.1 * value, "unit": unit, "qualifier": "median", "status": "simulated"})
            members += [{"member": member, "indicator": indicator, "place": "JP", "period": period,
                         "value": value * factor} for member, factor in enumerate((0.9, 0.98, 1.02, 1.1))]
    table("observations", rows).write_parquet(run / "observations.parquet")
    pl.DataFrame(members).write_parquet(run / "members.parquet")
    pl.DataFrame([
        {"id": "a.first", "ja": "第一", "en": "first", "unit": "1", "value": 0.4, "low": 0.2, "high": 1.0,
         "layer": "default", "evidence": "calibrated", "was": 0.6},
        {"id": "a.second", "ja": "第二", "en": "second", "unit": "share", "value": 0.5, "low": 0.0, "high": 1.0,
         "layer": "default", "evidence": "assumed", "was": None},
        {"id": "a.third", "ja": "第三", "en": "third", "unit": "share", "value": 0.5, "low": 0.0, "high": 1.0,
         "layer": "default", "evidence": "assumed", "was": None},
    ]).write_parquet(run / "parameters.parquet")
    return run


def test_what_was_run(folder):
    run = view_of(folder)
    assert run.name.ja == "基準シナリオ"
    assert (run.country.ja, run.country.en) == ("日本", "Japan")
    assert run.seeds == [1, 2, 3, 4]
    assert run.band_holds == "chance"
    assert "--scale 0.5 --members 4 --seed 1" in run.command
    assert run.changes == []


def test_money_on_links_counts_years_at_full_scale(folder):
    run = view_of(folder)
    assert run.link_members == 1
    link = next(link for link in run.links if link.id == "university_company")
    assert (link.payer, link.payee) == ("company", "university")
    assert [(year.period, year.forward.median) for year in link.years] == [("2016", 214.0), ("2017", 160.0)]
    rounds = next(link for link in run.links if link.id == "investor_startup")
    assert rounds.year("2017").back.median == 4.0
    assert len(run.links) == 10


def test_boxes_count_living_actors_at_full_scale(folder):
    run = view_of(folder)
    assert run.reference == "2018"
    counts = {kind.id: kind.actors for kind in run.kinds}
    # At the end of 2018 the quiet and the old start-up live, and both funds.
    assert counts == {"university": 2, "startup": 4, "company": 2, "investor": 4, "government": 2}


def test_observed_and_simulated_meet_in_one_unit(folder):
    run = view_of(folder)
    row = next(row for row in run.comparisons if (row.indicator, row.period) == ("vc_investment_to_gdp", "2016"))
    assert row.simulated.median == pytest.approx(0.00033)
    assert row.verdict == "inside"
    later = next(row for row in run.comparisons if (row.indicator, row.period) == ("rd_total", "FY2021"))
    assert later.simulated is None
    assert later.verdict == "unknown"
    assert all(row.indicator != "rd_credit_reform_effect" for row in run.comparisons)
    missing = next(row for row in run.comparisons if row.indicator == "university_rd_index")
    assert missing.verdict == "not_modelled"


def test_series_set_observed_values_beside_the_bands(folder):
    found = {series.indicator: series for series in view_of(folder).series}
    assert set(found) == {"vc_investment_to_gdp", "rd_total"}
    gdp = found["vc_investment_to_gdp"]
    assert gdp.periods == ["2016", "2017"]
    assert gdp.bands[0].inner_low == pytest.approx(0.00033 * 0.96)
    assert {point.period for point in gdp.points} >= {"2016", "2022"}
    assert all(point.period.startswith("FY") for point in found["rd_total"].points)


def test_remembered_values_do_not_look_observed(folder):
    run = view_of(folder)
    row = next(row for row in run.comparisons if row.indicator == "patent_family_share")
    assert row.evidence == "remembered"
    cell = report(run).split("パテントファミリー数シェア")[1].split("</tr>")[0]
    assert '<span class="assumed">26.0%</span>' in cell


def add(folder, indicator: str, period: str, unit: str, values: list[float]) -> None:
    """Add an indicator with the values of the members."""
    rows = pl.read_parquet(folder / "observations.parquet")
    row = {"indicator": indicator, "place": "JP", "period": period, "value": sorted(values)[len(values) // 2],
           "low": min(values), "high": max(values), "unit": unit, "qualifier": "median", "status": "simulated"}
    pl.concat([rows, table("observations", [row])]).write_parquet(folder / "observations.parquet")
    members = pl.DataFrame([{"member": member, "indicator": indicator, "place": "JP", "period": period, "value": value}
                            for member, value in enumerate(values)])
    pl.concat([pl.read_parquet(folder / "members.parquet"), members]).write_parquet(folder / "members.parquet")


def test_money_of_all_members_goes_before_the_ledger(folder):
    add(folder, "link_flow.university_company", "2017", "JPY_bn", [100.0, 120.0, 140.0])
    run = view_of(folder)
    assert run.link_members == 4
    link = next(link for link in run.links if link.id == "university_company")
    assert [(year.period, year.forward.median, year.back) for year in link.years] == [("2017", 120e9, None)]
    assert all(not one.indicator.startswith("link_flow") for one in run.series)


def test_goals_say_how_many_members_reach_them(folder):
    add(folder, "joint_research_growth", "FY2025", "share", [0.6, 0.65, 0.7, 0.8])
    goal = next(goal for goal in view_of(folder).goals if goal.indicator == "joint_research_growth")
    assert (goal.goal, goal.period, goal.probability) == (0.7, "FY2025", 0.5)


def test_funnel_counts_the_cohort(folder):
    funnel = view_of(folder).funnel
    counts = {step.id: step.count for step in funnel.steps}
    assert (funnel.cohort_first, funnel.cohort_last, funnel.until) == ("2016", "2016", "2018")
    assert counts == {"founded": 3, "funded": 2, "early": 1, "expansion": 0, "later": 0, "listed": 1, "acquired": 0,
                      "closed": 1, "alive": 1}


def test_story_is_told_from_the_ledger(folder):
    story = view_of(folder).story
    assert story.number == str(LISTED)
    assert story.kind.ja == "大学発スタートアップ"
    assert story.place.ja == "宮城県"
    told = [(event.period, event.lane, event.amount) for event in story.events]
    assert told == [("2016Q1", "event", None), ("2016Q2", "grant", 60.0), ("2016Q3", "round", 500.0),
                    ("2017Q3", "round", 1000.0), ("2018Q2", "exit", 9000.0)]
    assert story.events[2].counterparty.ja == "独立系VCファンド（宮城県）"
    assert story.events[3].counterparty.en == "2 investors"
    assert story.sales == [("2016", 5.0), ("2017", 17.0)]


def test_parameters_by_evidence(folder):
    run = view_of(folder)
    assert [(share.evidence, share.count, share.influence) for share in run.evidence] == [
        ("assumed", 2, None), ("calibrated", 1, None)]
    assert [(one.id, one.old, one.new) for one in run.calibrated] == [("a.first", 0.6, 0.4)]


def test_number_set_by_a_user_is_named(folder):
    with (folder / "run.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[parameter]]\nid = "a.second"\nvalue = 0.5\nlayer = "command line"\n')
    run = view_of(folder)
    assert [(one.id, one.value, one.layer.ja) for one in run.changes] == [("a.second", 0.5, "利用者の指定")]
    assert "--set a.second=0.5" in run.command


def test_report_of_the_folder(folder):
    html = report(view_of(folder))
    assert "宮城県の大学発スタートアップ" in html
    assert str(folder.parent) not in html


def test_run_without_ledger_is_reported(folder):
    for name in ("actors", "flows", "records", "members"):
        (folder / f"{name}.parquet").unlink()
    run = view_of(folder)
    assert run.funnel is None
    assert run.story is None
    assert "この実行には、スタートアップの元帳がない" in report(run)


def test_what_is_not_a_run_is_refused(tmp_path, folder):
    with pytest.raises(InputError, match="is not a run"):
        view_of(tmp_path)
    (folder / "observations.parquet").write_bytes(b"broken")
    with pytest.raises(InputError, match=r"observations\.parquet"):
        view_of(folder)
    (folder / "run.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.toml"):
        view_of(folder)


def test_the_printed_command_makes_the_run_again_with_the_levers_pulled_by_hand(tmp_path, monkeypatch):
    import shlex
    import subprocess
    import sys

    from meguri.reports.reading.parameters import command
    from meguri.reports.reading.tables import open_run

    monkeypatch.setenv("MEGURI_LANG", "en")
    asked = ["--to", "2016Q4", "--scale", "0.02", "--keep", "indicators", "--set", "research_credit_rate=0.02"]
    asked += ["--set", "recognition.hazard=0.2"]
    ours = [sys.executable, "-m", "meguri.cli.app"]
    subprocess.run([*ours, "run", "baseline", *asked, "--out", tmp_path / "one"], check=True, capture_output=True)
    (first,) = (path for path in (tmp_path / "one").iterdir() if not path.name.startswith("."))
    printed = shlex.split(command(open_run(first)))
    assert printed[:3] == ["uv", "run", "meguri"]
    subprocess.run([*ours, *printed[3:], "--out", tmp_path / "two"], check=True, capture_output=True)
    assert [path.name for path in (tmp_path / "two").iterdir()] == [first.name]
