"""Groups tied to top universities: who is tied, what is paid, whose graduates are hired (S11)."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.mechanisms import group_ties

from .research_side import asked, buffer_of
from .whole import run, whole_world

SEMI = vocabulary.code("fields", "semiconductors") - 1


def test_the_largest_positive_scores_are_chosen():
    scores, chosen = np.array([3.0, 0.0, 9.0, 5.0]), np.zeros(4, np.int64)
    used = group_ties.largest(scores, np.argsort(-scores), 3, chosen)
    assert chosen[:used].tolist() == [2, 3, 0]
    assert group_ties.largest(scores, np.argsort(-scores), 4, chosen) == 3


def test_a_living_group_pays_for_research_and_department_and_stays_tied():
    buffer = buffer_of()
    partners, since = np.full((2, 3), -1, np.int32), np.zeros((2, 3), np.int32)
    group_ties.pay_ties(buffer, np.array([0, 1]), np.array([4, 4]), np.array([3, 3], np.uint8), np.array([8, 9]),
                        np.array([500, 600]), np.array([70, 80]), np.array([0, 39], np.int32), 10, 100,
                        np.array([13, 13], np.uint8), partners, since, 40)
    assert asked(buffer) == [("joint_research", 10, 104, 500), ("contract_department_fee", 10, 104, 70)]
    assert partners.tolist() == [[4, -1, -1], [-1, -1, -1]]
    assert since[0, 0] == 40


WEIGHTS = {name: float(name == "semiconductors") for name in vocabulary.table("fields").ids}
ON = {"group_ties__groups": 3.0, "group_ties__field_weight": WEIGHTS, "group_ties__universities": 4.0}


@pytest.fixture(scope="module")
def tied():
    world = whole_world(**ON)
    return world, run(world, "2018Q2")


def test_top_universities_of_the_field_are_tied_to_the_largest_firms(tied):
    world, _ = tied
    ties, known = world.group_tie, world.university.knowledge[:, SEMI]
    assert ties.n == 4
    assert len(set(ties.university.tolist())) == 4
    assert len(set(ties.firm.tolist())) == 3
    assert (ties.field == SEMI + 1).all()
    assert known[ties.university].min() > np.median(known)


@pytest.mark.accept("S11.1")
def test_training_hiring_and_joint_research_go_together(tied):
    world, log = tied
    ties = world.group_tie
    hired = log.records("contract_department")
    assert hired["value"].sum() > 0
    pairs = set(zip(world.university.id[ties.university].tolist(), world.firm.id[ties.firm].tolist(), strict=True))
    assert set(zip(hired["actor"].tolist(), hired["counterparty"].tolist(), strict=True)) <= pairs
    fees = log.paid("contract_department_fee")
    assert set((fees["payer"] - world.firm.offset).tolist()) <= set(ties.firm.tolist())
    assert len(fees["amount"])
    research = log.paid("joint_research")
    mine = np.isin(research["contract"], log.records("research_contract")["contract"])
    assert mine.all()


def test_research_in_the_field_goes_to_the_tied_universities(tied):
    world, log = tied
    plain = whole_world()
    other = run(plain, "2018Q2")
    ties = world.group_tie

    def to_tied(paid):
        rows = np.isin(paid["payer"] - world.firm.offset, ties.firm)
        rows &= np.isin(paid["payee"] - world.university.offset, ties.university)
        return paid["amount"][rows].sum()

    assert to_tied(log.paid("joint_research")) > 2 * to_tied(other.paid("joint_research"))
    assert not plain.group_tie.n
    assert not len(other.paid("contract_department_fee")["amount"])
