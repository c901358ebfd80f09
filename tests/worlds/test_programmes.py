"""Programmes in a small Japan: at rest they change nothing, an award certifies nothing, DARPA beside SBIR."""

import polars as pl
import pytest

from meguri.engine.parameters import Setting
from meguri.findings import sbir_first_phase_and_venture_capital as effect
from meguri.indicators import measure
from meguri.model.member import run_member
from meguri.model.request import RunRequest
from meguri.model.scenario import Scenario
from meguri.registry import shelf

SPAN = {"last": "2020Q1", "scale": 0.05, "members": 1}
#: Flows and acts of the programmes themselves.
OWN_FLOWS = ("sbir_award", "government_procurement")
NONE = {"sbir.budget": 0.0, "sbir.third_phase_budget": 0.0, "procurement.budget": 0.0}


def _ledger(settings=None, institutions=(), choices=None):
    hand = tuple(Setting(name, value, "user (--set)") for name, value in (settings or {}).items())
    scenario = Scenario("programmes", "", "", "JP", institutions=tuple(institutions), choices=choices or {})
    request = RunRequest(scenario, settings=hand, **SPAN)
    ledger, _ = run_member(request.base, request.resolved, request.span, 3, request.scale, request.choices, "JP", "JPY")
    return ledger


@pytest.fixture(scope="module")
def sbir():
    return _ledger()


@pytest.fixture(scope="module")
def darpa():
    return _ledger(institutions=("DARPA",))


def _acts(ledger):
    return set(ledger.record_rows["act"].cast(pl.String).unique())


def test_a_programme_at_rest_changes_no_byte_of_what_others_do():
    """Without a budget, how managers choose, help and stop is of no account to anybody."""
    plain = _ledger(NONE)
    others = {"programme_managers.precision": 5.0, "sbir.mentoring": 0.4, "sbir.milestone_stop": 2.0, "sbir.apply": 0.9,
              "procurement.chance": 0.3, "sbir.crowding": 1.0}  # fmt: skip
    moved = _ledger(NONE | others, choices={"sbir.selection": "upper_tail"})
    for table in ("sums", "deal_rows", "stock_rows", "record_rows"):
        assert getattr(plain, table).equals(getattr(moved, table)), table
    assert not set(plain.sums["flow"].cast(pl.String)) & set(OWN_FLOWS)
    assert not _acts(plain) & {"award_end", "sbir_application", "theme_written", "procurement_contract"}


def test_an_award_certifies_nothing():
    """No mechanism but the programmes and the companies' own work reads what SBIR knows of a start-up."""
    owned = {column.id for column in shelf("meguri.mechanisms")["sbir"].owns}
    for mechanism in shelf("meguri.mechanisms"):
        if mechanism.id not in {"sbir", "procurement", "startup_operation"}:
            assert not owned & {*mechanism.reads, *mechanism.reads_opening, *mechanism.changes}, mechanism.id


def test_without_crowding_only_what_depends_on_development_differs(sbir):
    """Loop B9: the switch leaves research, firms and the money of universities as they are."""
    off = _ledger(choices={"sbir.crowding": "off"})
    flows = ("block_grant", "competitive_grant", "tuition", "agency_grant")
    for flow in flows:
        assert off.total(flow, "CY").equals(sbir.total(flow, "CY")), flow
    assert not off.deal_rows.equals(sbir.deal_rows)


def test_themes_and_gates_are_on_record(sbir):
    rows = sbir.record_rows.with_columns(pl.col("act").cast(pl.String))
    by_theme = rows.filter(pl.col("act").str.starts_with("theme_")).group_by("contract").agg(pl.col("act").sort())
    assert len(by_theme) > 3
    assert all(acts.to_list() == ["theme_need", "theme_seed", "theme_written"] for acts in by_theme["act"])
    kinds = dict(rows.filter(pl.col("act") == "theme_written").group_by("class").len().iter_rows())
    assert set(kinds) == {"programme_manager"}


@pytest.mark.accept("S08.1")
def test_a_programme_of_the_darpa_type_ends_at_the_prototype(darpa):
    stages = set(darpa.total("sbir_award", "CY", by=("stage",))["stage"].to_list())
    assert stages <= {"sbir_phase_1", "sbir_phase_2"}
    assert "sbir_phase_1" in stages
    assert darpa.total("government_procurement", "CY")["amount"].sum() == 0


@pytest.mark.accept("S08.2")
def test_results_are_handed_on_to_three_kinds_of_taker():
    """A world in which every completed project stands at the prototype: all three kinds of transfer occur."""
    from ..mechanisms.grant_side import filed, run, small_world

    settings = {"sbir.budget": 240.0, "sbir.last_phase": 1, "sbir.transfer_chance": 1.0, "sbir.transfer_gain": 0.2}
    world = small_world([{"trl": 6, "revenue": 10_000_000} for _ in range(60)], settings=settings, firms=3)
    run(world, "2023Q3")
    takers = {act: filed(world, f"transfer_{act}") for act in ("industry", "company", "venture")}
    assert all(takers.values())
    assert sum(len(rows) for rows in takers.values()) == 60
    assert {row[2] for act in ("industry", "company") for row in takers[act]} <= {2001, 2002, 2003}
    assert {row[2] for row in takers["venture"]} == {0}
    sold = [row[1] for act in ("industry", "company") for row in takers[act]]
    assert (world.startup.revenue > 10_000_000).sum() == len(sold)
    assert world.startup.id[world.startup.news].tolist() == sorted(row[1] for row in takers["venture"])


@pytest.mark.accept("S08.3")
def test_darpa_stands_beside_the_phases_of_sbir(sbir, darpa):
    """One table of both on the same luck: awards by phase, stops, ties, transfers, procurement."""
    awards = shelf("meguri.indicators")["sbir_awards"]

    def column(ledger):
        by_phase = dict(measure(awards, ledger).group_by("indicator").agg(pl.col("value").sum()).iter_rows())
        return by_phase | {act: (ledger.record_rows["act"].cast(pl.String) == act).sum()
                           for act in ("performer_tie", "transfer_industry", "transfer_company", "transfer_venture",
                                       "procurement_contract")}  # fmt: skip

    one, other = column(sbir), column(darpa)
    assert one["procurement_contract"] > 0 == other["procurement_contract"]
    assert other["performer_tie"] > 0 == one["performer_tie"]
    assert sum(other[act] for act in other if act.startswith("transfer_")) > 0
    assert not any(one[act] for act in one if act.startswith("transfer_"))
    assert one["sbir_awards.sbir_phase_1"] > 0 < other["sbir_awards.sbir_phase_1"]


def test_the_effect_at_the_cut_off_is_counted_by_hand():
    """Two funded, one of them with venture capital within 16 quarters; two near losers, one with it; one far away."""
    from ..indicators.by_hand import act, ledger, pay

    def asked(actor, distance):
        return [act("2016Q1", "sbir_application", actor, value=1), act("2016Q1", "sbir_rank", actor, value=distance)]

    records = [row for actor, distance in ((1, 1), (2, 2), (3, -1), (4, -2), (5, -9)) for row in asked(actor, distance)]
    rounds = [pay("2017Q2", "vc_round", 10, "fund_independent", "startup_independent", (90, actor)) for actor in (1, 3)]
    rounds += [pay("2021Q2", "vc_round", 10, "fund_independent", "startup_independent", (90, 2))]
    found = effect.measure(ledger(rounds, records, last="2022Q4"))
    assert found.row(0) == (2, 1, 2, 1)
    assert effect.estimate(found) == 1.0
    assert effect.estimate(pl.concat([found, replace_row(found, funded_vc=2)])) == pytest.approx(1.5)


def replace_row(frame, **values):
    return frame.with_columns(**{name: pl.lit(value, pl.Int64) for name, value in values.items()})
