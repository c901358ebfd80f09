"""What the model's SBIR recorded, judged by the register's rules: a run by hand, and a small real one."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.ledger import store
from meguri.observatory.registers import register_named, run_book
from meguri.registers._history import Book
from meguri.registers._sbir_run import from_run

MILLION = 1_000_000
MANAGER, STARTUP, OTHER = 900, 1, 2


def row(period, act, actor, contract, value=0, reason="", counterparty=MANAGER, field="space"):
    return {"period": period, "act": act, "actor": actor, "contract": contract, "value": value, "reason": reason,
            "counterparty": counterparty, "field": field}  # fmt: skip


def phase(number, applied, ended, contract, amount):
    return [
        row(applied, "sbir_application", STARTUP, contract, number),
        row(applied, "sbir_score", STARTUP, contract, 812),
        row(applied, "manager_support", MANAGER, contract, counterparty=STARTUP),
        row(applied, "award", STARTUP, contract, amount, f"sbir_phase_{number}"),
        row(ended, "award_end", STARTUP, contract, amount, "completed"),
    ]


def gate(period, contract, technology=1, business=1, after=2):
    return [
        row(period, "gate_technology", STARTUP, contract, technology),
        row(period, "gate_business", STARTUP, contract, business),
        row(period, "gate_decision", STARTUP, contract, after if technology and business else 0),
    ]


#: Three phases, with both gates, and a contract of procurement.
WHOLE = [
    *phase(1, "2022Q2", "2023Q2", 10, 3 * MILLION), *gate("2023Q2", 10),
    *phase(2, "2023Q3", "2025Q3", 11, 100 * MILLION), *gate("2025Q3", 11, after=3),
    *phase(3, "2026Q1", "2031Q1", 12, 900 * MILLION),
    row("2031Q2", "procurement_contract", STARTUP, 77, 50 * MILLION, counterparty=1),
]  # fmt: skip


def found(rows):
    book = Book(register_named("sbir"), from_run(rows))
    return {finding.rule: finding.weight for finding in book.findings()}


def test_a_way_through_all_phases_keeps_every_rule():
    book = Book(register_named("sbir"), from_run(WHOLE))
    assert list(book.findings()) == []
    project = book.history("project", "10")
    assert project.state == "completed"
    assert [one.values["phase"] for one in project.of("award")] == ["phase_1", "phase_2", "phase_3"]
    assert [one.values["ends"] for one in project.of("award")] == ["2023-04-01", "2025-07-01", "2031-01-01"]
    assert project.values["procured"] == 50 * MILLION
    assert {one.origin for one in project.entries} == {"simulated"}
    assert [one.values["support"] for one in project.of("accompany")] == [["mentoring"]] * 3


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (phase(1, "2022Q2", "2023Q2", 10, 2 * MILLION), {"phase_amount": "flag"}),
        (phase(1, "2022Q2", "2023Q2", 10, 31 * MILLION), {"phase_amount": "flag"}),
        (phase(1, "2022Q2", "2023Q2", 10, 30 * MILLION), {}),
        (phase(1, "2022Q2", "2023Q3", 10, 3 * MILLION), {"phase_term": "refuse"}),
        ([*phase(1, "2015Q2", "2016Q2", 10, 90 * MILLION)], {"old_scheme": "mark"}),
        ([one for one in WHOLE if one["act"] != "gate_business"], {"gate_decision": "refuse", "gate_both": "refuse"}),
        ([one for one in WHOLE if not one["act"].startswith("gate_")], {"states": "refuse"}),
    ],
)
@pytest.mark.accept("S25.1", "S25.2", "S25.3", "S25.8")
def test_rules_judge_what_a_mechanism_wrote(rows, expected):
    assert expected.items() <= found(rows).items()
    assert bool(found(rows)) is bool(expected)


def test_a_refused_gate_may_be_held_again_a_year_later():
    rows = [*phase(1, "2022Q2", "2023Q2", 10, 3 * MILLION), *gate("2023Q2", 10, business=0), *gate("2024Q2", 10),
            *phase(2, "2024Q3", "2026Q3", 11, 100 * MILLION)]  # fmt: skip
    assert found(rows) == {}


def test_an_award_from_before_the_run_is_carried_over_and_a_late_one_without_a_gate_is_not():
    beginning = row("2016Q1", "theme_need", 1, 500)
    end = [row("2016Q2", "award_end", STARTUP, 10, MILLION, "completed"), *gate("2016Q2", 10)]
    second = phase(2, "2022Q3", "2024Q3", 11, 100 * MILLION)
    assert found([beginning, *end, *second]) == {"old_scheme": "mark"}
    assert "states" in found([beginning, *second]), "six years into the run a gate must be on record"


def test_deep_tech_grants_are_no_awards_of_the_register():
    assert from_run([row("2022Q2", "award", STARTUP, 10, 10**9, "deep_tech")]) == []


def test_a_run_of_the_model_keeps_the_rules(small_run):
    register = register_named("sbir")
    book = run_book(register, small_run.folder)
    awards = [one for project in book.histories("project") for one in project.of("award")]
    records = store.read(small_run.folder, "records")
    written = records.filter((pl.col("act") == "award") & pl.col("reason").cast(pl.String).str.contains("phase"))
    assert len(awards) == len(written) > 0
    assert {finding.weight for finding in book.findings()} <= {"mark"}
    themes = book.histories("theme")
    assert themes
    assert {theme.state for theme in themes} == {"set"}
