"""No sequence of acts reaches an illegal state, and a history replays to the same state (property-based)."""

from __future__ import annotations

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from meguri.observatory.registers import register_named
from meguri.registers._acting import propose
from meguri.registers._history import Book, Entry, History, judge

from .desk import Desk

SBIR = register_named("sbir")
PROJECT = SBIR.kind("project")
ACTS = [*(act.id for act in PROJECT.acts), "correct", "withdraw", "nonsense"]
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "applicant": st.sampled_from(["A社", "B社"]),
        "score": st.integers(0, 100),
        "conflict": st.booleans(),
        "phase": st.sampled_from(["phase_1", "phase_2", "phase_3"]),
        "amount": st.sampled_from([2_000_000, 3_000_000, 30_000_000, 31_000_000, 100_000_000]),
        "starts": st.sampled_from(["2025-04-01", "2026-04-01"]),
        "ends": st.sampled_from(["2026-03-31", "2027-03-31", "2035-03-31"]),
        "technology": st.booleans(),
        "business": st.booleans(),
        "support": st.just(["mentoring"]),
        "exit": st.sampled_from(["private_market", "government_procurement"]),
        "procured": st.integers(0, 10**9),
    },
)


class Office(RuleBasedStateMachine):
    """An office to which anybody brings anything; what is accepted is written, as in the store."""

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.book = Book(SBIR)
        self.log: list[Entry] = []

    @rule(target=keys, key=st.sampled_from(["P1", "P2", "P3"]))
    def name(self, key):
        return key

    @rule(key=keys, act=st.sampled_from(ACTS), role=st.sampled_from([one.id for one in SBIR.roles]), values=VALUES,
          reason=st.sampled_from(["", "誤記"]), concerns=st.integers(0, 9), right=st.booleans())  # fmt: skip
    def bring(self, key, act, role, values, reason, concerns, right):
        declared = PROJECT.act.get(act)
        if right and declared is not None:
            role = declared.by[0]
            values = {name: value for name, value in values.items() if name in (*declared.needs, *declared.may)}
        entry = Entry("project", key, 0, act, "A", role, date(2025, 4, 1), reason, values, concerns)
        self.offer(entry)

    @rule(key=keys)
    def go_the_right_way(self, key):
        """Do the next act of a way that leads to phase 2, whatever stood before."""
        state = self.book.history("project", key).state
        award = {"amount": 10_000_000, "starts": "2025-04-01", "ends": "2026-03-31"}
        way = {
            "": ("apply", "startup", {"applicant": "A社"}),
            "applied": ("adopt", "office", {}),
            "adopted": ("award", "office", {"phase": "phase_1", **award}),
            "running": ("complete", "office", {}),
            "completed": ("gate", "reviewer", {"technology": True, "business": True}),
            "passed": ("award", "office", {"phase": "phase_2", **award}),
        }
        if state in way:
            act, role, values = way[state]
            if state == "completed" and self.book.history("project", key).standing[-1].act == "gate":
                act, role, values = "go_on", "office", {}
            self.offer(Entry("project", key, 0, act, "A", role, date(2025, 4, 1), "", values))

    def offer(self, entry):
        proposal = propose(self.book, entry)
        before = self.book.history("project", entry.key).entries
        if not proposal.refused:
            assert proposal.history.entries == (*before, proposal.entry)
            self.book.put(proposal.history)
            self.log.append(proposal.entry)

    @invariant()
    def states_are_legal(self):
        for history in self.book.histories():
            state = ""
            for entry, after in zip(history.standing, history.states, strict=True):
                act = PROJECT.act[entry.act]
                assert (state == "") if act.opens else state in act.after
                assert after == (act.to or state)
                state = after
            assert history.broken == []
            assert not any(one.weight == "refuse" for one in judge(history, self.book))

    @invariant()
    def nobody_is_in_phase_2_without_a_gate_on_both_criteria(self):
        for history in self.book.histories():
            gate = False
            for entry in history.standing:
                if entry.act in ("gate", "carry_over_passed"):
                    gate = entry.values["technology"] and entry.values["business"]
                elif entry.act == "award" and entry.values["phase"] == "phase_2":
                    assert gate, history.standing
                elif entry.act in ("award", "carry_over"):
                    gate = False

    @invariant()
    def histories_replay_to_the_same_state(self):
        again = Book(SBIR, self.log)
        for history in self.book.histories():
            other = again.history("project", history.key)
            assert (other.state, other.values, other.version) == (history.state, history.values, history.version)
            assert [one.version for one in history.entries] == list(range(1, history.version + 1))


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=40, stateful_step_count=30, deadline=None, derandomize=True)


def test_a_correction_and_a_withdrawal_leave_every_version_in_place():
    desk = Desk("sbir")
    desk.put("project", "P1", "apply", applicant="A社")
    desk.put("project", "P1", "review", score=80)
    desk.put("project", "P1", "correct", role="reviewer", concerns=2, reason="転記の誤り", score=8)
    history = desk.history("project", "P1")
    assert history.values["score"] == 8
    assert [one.values.get("score") for one in history.entries] == [None, 80, 8]
    assert [one.version for one in history.standing] == [1, 2]
    desk.put("project", "P1", "withdraw", role="reviewer", concerns=2, reason="別の事業の評点")
    assert "score" not in desk.history("project", "P1").values
    again = desk.try_("project", "P1", "withdraw", role="reviewer", concerns=2, reason="もう一度")
    assert again.refused
    for change in ({"reason": ""}, {"role": "startup"}, {"concerns": 9}):
        given = {"role": "startup", "concerns": 1, "reason": "誤記", "applicant": "B社", **change}
        assert desk.try_("project", "P1", "correct", **given).refused is (change != {"role": "startup"})


def test_what_an_act_rests_on_cannot_be_withdrawn_from_under_it():
    desk = Desk("sbir")
    desk.put("project", "P1", "apply", applicant="A社")
    desk.put("project", "P1", "adopt")
    proposal = desk.try_("project", "P1", "withdraw", role="startup", concerns=1, reason="誤記")
    assert proposal.refused
    assert {finding.rule for finding in proposal.findings} >= {"states"}
    assert desk.history("project", "P1").state == "adopted"


def test_owners_in_a_circle_are_refused():
    from meguri.registers import Act, Column, Kind, Register, Role, State

    owner = Column("owner", "親会社", "owner", "key", kind="company", acyclic=True)
    kind = Kind("company", "会社", "company", (owner,), (State("listed", "掲載", "listed"),),
                (Act("list", "掲載", "list", opens=True, to="listed", may=("owner",)),
                 Act("move", "変更", "move", after=("listed",), may=("owner",), reason=True)))  # fmt: skip
    register = Register("companies", "会社", "companies", (Role("office", "事務局", "office"),), (kind,))
    book = Book(register)

    def offer(key, act, **values):
        proposal = propose(book, Entry("company", key, 0, act, "A", "office", date(2025, 1, 1), "変更", values))
        if not proposal.refused:
            book.put(proposal.history)
        return proposal

    assert not offer("A", "list").refused
    assert not offer("B", "list", owner="A").refused
    assert not offer("C", "list", owner="B").refused
    circle = offer("A", "move", owner="C")
    assert circle.refused
    assert circle.findings[0].rule == "circle"
    assert "A -> C -> B -> A" in circle.findings[0].en
    assert offer("A", "move", owner="A").refused
    assert offer("D", "list", owner="none").findings[0].rule == "keys"
    assert History(kind, "A").state == ""
