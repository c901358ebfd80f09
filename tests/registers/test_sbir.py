"""SBIR's rules on records by hand: amounts, terms, gates, themes, conflicts, the old scheme; the document's rows."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from meguri.engine.parameters import specifications
from meguri.observatory.registers import document_items, register_named
from meguri.registers import _sbir_rules
from meguri.registers._calendar import years_after
from meguri.vocabulary import table

from .desk import Desk, adopted, awarded, rules

MILLION = 1_000_000


@pytest.fixture
def desk():
    return Desk("sbir")


def _award(desk, phase, amount, starts="2025-04-01", ends="2026-03-31", **more):
    return desk.try_("project", "P1", "award", phase=f"phase_{phase}", amount=amount, starts=starts, ends=ends, **more)


@pytest.mark.accept("S25.1")
@pytest.mark.parametrize(("million", "flagged"), [(2, True), (3, False), (10, False), (30, False), (31, True)])
def test_an_award_of_phase_1_outside_3_to_30_million_yen_is_flagged_since_the_document_says_about(
    desk, million, flagged
):
    adopted(desk)
    proposal = _award(desk, 1, million * MILLION)
    assert rules(proposal) == ({"phase_amount": "flag"} if flagged else {})
    assert not proposal.refused
    if flagged:
        assert proposal.findings[0].facts[0] == "document:sbir.phase1.amount"
        assert "程度" in proposal.findings[0].ja
        assert f"{million} million yen" in proposal.findings[0].en


@pytest.mark.accept("S25.2")
@pytest.mark.parametrize(
    ("ends", "refused"), [("2026-03-31", False), ("2026-04-01", False), ("2026-04-02", True), ("2025-03-31", True)]
)
def test_a_term_of_phase_1_beyond_a_year_is_refused(desk, ends, refused):
    adopted(desk)
    proposal = _award(desk, 1, 10 * MILLION, ends=ends)
    assert proposal.refused is refused
    assert rules(proposal) == ({"phase_term": "refuse"} if refused else {})


@pytest.mark.accept("S25.2")
@pytest.mark.parametrize(("ends", "refused"), [("2030-03-31", False), ("2030-04-02", True)])
def test_a_term_of_phase_3_beyond_five_years_is_refused(desk, ends, refused):
    adopted(desk, field="space")
    assert rules(_award(desk, 3, 10**9, ends=ends)).get("phase_term") == ("refuse" if refused else None)


def _completed(desk, phase=1, **more):
    adopted(desk, **more)
    awarded(desk, phase=phase)
    desk.put("project", "P1", "complete", "2026-03-31")


@pytest.mark.accept("S25.3")
@pytest.mark.parametrize(("technology", "business"), list(product((True, False), repeat=2)))
def test_phase_2_without_a_gate_on_both_criteria_is_refused(desk, technology, business):
    _completed(desk)
    desk.put("project", "P1", "gate", "2026-04-10", technology=technology, business=business)
    decision = desk.try_("project", "P1", "go_on", "2026-04-20")
    assert decision.refused is not (technology and business)
    if decision.refused:
        assert rules(decision) == {"gate_decision": "refuse"}
        lacking = [word for word, passed in (("technology", technology), ("business", business)) if not passed]
        assert all(word in decision.findings[0].en for word in lacking)


@pytest.mark.accept("S25.3")
def test_phase_2_cannot_start_without_a_gate_at_all(desk):
    adopted(desk)
    proposal = _award(desk, 2, 100 * MILLION)
    assert proposal.refused
    assert rules(proposal) == {"gate_both": "refuse"}


@pytest.mark.accept("S25.3")
def test_the_gate_of_an_earlier_phase_does_not_open_the_next_but_one(desk):
    """A gate before phase 2 says nothing of phase 3: the second gate of the figure is ours to ask for, so a flag."""
    _completed(desk, field="space")
    desk.put("project", "P1", "gate", "2026-04-10", technology=True, business=True)
    desk.put("project", "P1", "go_on", "2026-04-20")
    desk.put("project", "P1", "award", "2026-05-01", phase="phase_2", amount=100 * MILLION, starts="2026-05-01",
             ends="2028-04-30")  # fmt: skip
    desk.put("project", "P1", "complete", "2028-04-30")
    assert desk.try_("project", "P1", "go_on", "2028-05-01").refused
    withdrawn = desk.try_("project", "P1", "withdraw", "2028-05-02", role="reviewer", concerns=5, reason="誤記")
    assert withdrawn.refused, "the gate on which phase 2 rests cannot be taken away from under it"


@pytest.mark.accept("S25.4")
def test_phase_3_has_no_amount_of_its_own(desk):
    phase = table("sbir_phases")["phase_3"]
    assert (phase["least"], phase["most"], phase["below"]) == ("", "", "")
    adopted(desk)
    for amount in (1, 10**12):
        assert "phase_amount" not in rules(_award(desk, 3, amount))
    assert rules(_award(desk, 3, 10**9))["third_phase_amount"] == "flag", "it is by field, and none is named"
    assert desk.try_("project", "P1", "award", phase="phase_3", starts="2025-04-01", ends="2026-03-31").refused
    other = Desk("sbir")
    adopted(other, field="space")
    assert "third_phase_amount" not in rules(_award(other, 3, 10**9))


@pytest.mark.accept("S25.5")
def test_eight_years_are_the_longest_path(desk):
    years = [int(phase["longest"]) / 4 for phase in table("sbir_phases")]
    assert years == [1, 2, 5]
    assert sum(years) == 8 == document_items()["derived.sbir.max_years"].value
    _completed(desk, field="space")
    _pass(desk, "2026-04-10")
    desk.put("project", "P1", "award", "2026-05-01", phase="phase_2", amount=100 * MILLION, starts="2026-05-01",
             ends="2028-05-01")  # fmt: skip
    desk.put("project", "P1", "complete", "2028-05-01")
    _pass(desk, "2028-05-10")
    for ends, too_long in (("2033-04-30", False), ("2033-06-15", True)):
        proposal = desk.try_("project", "P1", "award", "2028-06-01", phase="phase_3", amount=10**9,
                             starts="2028-05-02", ends=ends)  # fmt: skip
        assert ("longest_path" in rules(proposal)) is too_long


def _pass(desk, day):
    desk.put("project", "P1", "gate", day, technology=True, business=True)
    desk.put("project", "P1", "go_on", day)


@pytest.mark.accept("S25.6")
def test_exits_are_the_market_or_government_procurement(desk):
    column = desk.register.kind("project").column["exit"]
    assert [option.ja for option in column.options] == document_items()["sbir.exits"].value
    support = desk.register.kind("project").column["last_support"]
    assert [option.ja for option in support.options] == document_items()["sbir.commercial.content"].value
    _completed(desk)
    proposal = desk.put("project", "P1", "exit", "2026-06-01", exit="government_procurement", procured=5 * MILLION)
    assert proposal.history.state == "exited"
    assert desk.try_("project", "P1", "award", "2026-07-01", phase="phase_2", amount=10**8, starts="2026-07-01",
                     ends="2027-06-30").refused  # fmt: skip


@pytest.mark.accept("S25.7")
def test_a_theme_is_set_when_it_names_its_three_contributions(desk):
    desk.put("theme", "T1", "present_need", title="橋の点検", need="点検する人が減る", need_by="国土交通省")
    refused = desk.try_("theme", "T1", "set")
    assert refused.refused
    assert "seed" in refused.findings[0].en
    assert "programme manager" in refused.findings[0].en
    desk.put("theme", "T1", "present_seed", seed="画像からの損傷検知", seed_by="B社")
    assert desk.try_("theme", "T1", "set").refused
    assert desk.try_("theme", "T1", "write", role="startup", written_by="PM-1").refused, (
        "a theme is the manager's to write"
    )
    desk.put("theme", "T1", "write", written_by="PM-1")
    assert desk.put("theme", "T1", "set").history.state == "set"
    assert len(document_items()["sbir.theme_roles"].value) == 3


@pytest.mark.accept("S25.8")
@pytest.mark.parametrize(("day", "old"), [("2021-03-31", True), ("2021-04-01", False)])
def test_a_record_before_april_2021_is_marked_as_of_the_old_scheme(desk, day, old):
    assert document_items()["sbir.law_date"].value == _sbir_rules.LAW_IN_FORCE.isoformat()
    proposal = desk.put("project", "P1", "apply", day, applicant="A社")
    assert rules(proposal) == ({"old_scheme": "mark"} if old else {})
    desk.put("project", "P1", "review", day, score=1)
    desk.put("project", "P1", "adopt", day)
    award = desk.try_(
        "project", "P1", "award", day, phase="phase_1", amount=90 * MILLION, starts=day, ends="2024-03-31"
    )
    assert bool(rules(award)) is not old, "rules of the present scheme do not judge the old one"


def test_the_pack_of_the_country_and_the_register_agree_on_when_the_present_scheme_began():
    from meguri.model.request import RunRequest
    from meguri.model.scenario import load

    began = float(RunRequest(load("baseline")).resolved.values["sbir.reform"][0])
    year = date(int(began), 1, 1)
    assert (began - int(began)) * 4 == _sbir_rules.LAW_IN_FORCE.month // 3
    assert year.year == _sbir_rules.LAW_IN_FORCE.year


def test_figures_of_the_phases_stand_once_and_are_those_of_the_document():
    """The mechanism's numbers and the register's rules are both read from the vocabulary."""
    specs = {spec.name: spec.value for spec in specifications("sbir")}
    phases, items = table("sbir_phases"), document_items()
    assert [float(phases["phase_1"][name]) * MILLION for name in ("least", "most")] == items["sbir.phase1.amount"].value
    assert float(phases["phase_2"]["least"]) * MILLION == items["sbir.phase2.amount"].value
    for name, word in (("first", "phase_1"), ("second", "phase_2"), ("third", "phase_3")):
        assert specs[f"{name}_longest"] == int(phases[word]["longest"])
    assert (specs["first_least"], specs["first_most"]) == (3.0, 30.0)
    for phase in phases:
        assert phase["amount_fact"] in items
        assert phase["term_fact"] in items
        assert (phase["about"] == "yes") == ("approx" in items[phase["amount_fact"]].qualifier)
        assert (phase["term_about"] == "yes") == ("approx" in items[phase["term_fact"]].qualifier)
    assert items["sbir.phase1.duration"].value * 4 == int(phases["phase_1"]["longest"])
    assert items["sbir.phase3.duration"].value * 4 == int(phases["phase_3"]["longest"])


@pytest.mark.parametrize(("million", "flagged"), [(9, True), (10, False), (999, False), (1000, True)])
def test_phase_2_runs_from_ten_million_to_several_hundred_million(desk, million, flagged):
    _completed(desk)
    _pass(desk, "2026-04-10")
    proposal = desk.try_("project", "P1", "award", "2026-05-01", phase="phase_2", amount=million * MILLION,
                         starts="2026-05-01", ends="2027-04-30")  # fmt: skip
    assert rules(proposal) == ({"phase_amount": "flag"} if flagged else {})
    longer = desk.try_("project", "P1", "award", "2026-05-01", phase="phase_2", amount=100 * MILLION,
                       starts="2026-05-01", ends="2029-04-30")  # fmt: skip
    assert rules(longer) == {"phase_term_about": "flag"}


@pytest.mark.parametrize("values", [{"conflict": True}, {"affiliation": "A社"}, {"actor": "A社"}])
def test_who_has_an_interest_does_not_score(desk, values):
    desk.put("project", "P1", "apply", applicant="A社")
    assert rules(desk.try_("project", "P1", "review", score=90, **values)) == {"conflict_of_interest": "refuse"}
    desk.put("project", "P1", "review", **values)
    assert rules(desk.try_("project", "P1", "adopt")) == {"scored": "flag"}, "a review without a score is none"


def test_an_application_belongs_to_a_call_of_a_theme_that_is_set(desk):
    desk.put("theme", "T1", "present_need", title="橋の点検", need="点検する人が減る", need_by="国土交通省")
    call = {"theme": "T1", "phase": "phase_1", "opens": "2025-04-01", "closes": "2025-05-31"}
    assert rules(desk.try_("call", "C1", "open_call", **call)) == {"theme_of_call": "refuse"}
    desk.put("theme", "T1", "present_seed", seed="画像からの損傷検知", seed_by="B社")
    desk.put("theme", "T1", "write", written_by="PM-1")
    desk.put("theme", "T1", "set")
    desk.put("call", "C1", "open_call", **call)
    assert rules(desk.try_("project", "P1", "apply", "2025-06-01", applicant="A社", call="C1")) == {
        "call_dates": "flag"
    }
    assert rules(desk.try_("project", "P1", "apply", applicant="A社", call="C9")) == {"keys": "refuse"}
    desk.put("project", "P1", "apply", "2025-05-31", applicant="A社", call="C1")
    gone = desk.try_("call", "C1", "withdraw", role="office", concerns=1, reason="誤記")
    assert rules(gone) == {"keys": "refuse"}, "a project names the call"


def test_phases_follow_one_another(desk):
    _completed(desk)
    _pass(desk, "2026-04-10")
    again = desk.try_("project", "P1", "award", "2026-05-01", phase="phase_1", amount=10 * MILLION,
                      starts="2026-05-01", ends="2027-04-30")  # fmt: skip
    assert rules(again) == {"phase_order": "refuse"}


def test_what_is_due(desk):
    """An open call past its last day, a project past its term, and a completed one that waits for its gate."""
    adopted(desk)
    awarded(desk)
    duties = {duty.id: duty for duty in desk.register.duties}

    def due(day):
        return [(one.key, one.act) for duty in duties.values() for one in duty.due(desk.book, date.fromisoformat(day))]

    assert due("2026-03-30") == []
    assert due("2026-03-31") == [("P1", "complete")]
    desk.put("project", "P1", "complete", "2026-03-31")
    assert due("2026-04-30") == [("P1", "gate")]
    desk.put("project", "P1", "gate", "2026-04-10", technology=True, business=False)
    assert due("2026-04-30") == []


@pytest.mark.accept("S26.1", "S26.2", "S26.3", "S26.4")
def test_the_eight_demonstrations_with_items_awardees_and_fields(desk):
    found = desk.book.histories("demonstration")
    assert [len(one.values["items"]) for one in found] == [1, 1, 2, 3, 3, 4, 5, 2]
    assert [one.values["title"] for one in found] == document_items()["sbir.p3.count"].value
    flying = desk.history("demonstration", "flying_car")
    assert flying.values["awardees"] == ["株式会社SkyDrive", "テトラ・アビエーション株式会社"]
    assert all(one.values["mapping"] == "ours" and one.values["fields"] for one in found)
    assert {field for one in found for field in one.values["fields"]} <= set(table("fields").ids)
    assert all(one.origin == "document" and one.entries[0].fact == f"document:sbir.p3.{one.key}" for one in found)


def test_rules_say_who_says_so_and_their_facts_exist():
    register = register_named("sbir")
    assert {rule.basis for rule in register.rules} == {"stated", "ours"}
    for rule in register.rules:
        assert rule.facts or rule.basis == "ours", rule.id
        assert all(fact.removeprefix("document:") in document_items() for fact in rule.facts), rule.id


def test_a_year_from_a_leap_day():
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)
