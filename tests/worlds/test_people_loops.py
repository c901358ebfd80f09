"""Loops of people and trust, cut one by one; programmes at rest; institutions switched on in a small Japan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from meguri.engine.parameters import Setting
from meguri.engine.world import World
from meguri.ledger.identities import check
from meguri.model.run import run as make
from meguri.packs import load_institution
from meguri.registry import shelf
from meguri.sources._document import contents

from ..conftest import small_request
from ..mechanisms.whole import run, whole_world

PROGRAMMES = ("group_ties", "support_corporation", "contract_research_institutes")


def test_programmes_at_rest_change_no_byte():
    """A world without their steps is the world with them, as long as nobody has switched one on."""
    opened = whole_world()
    silent = [replace(m, step=lambda world, p: None) if m.id in PROGRAMMES else m for m in shelf("meguri.mechanisms")]
    assert sum(m.id in PROGRAMMES for m in silent) == 3
    bare = World(silent, opened.resolved, 1, 0.03)
    bare.restore(opened.snapshot())
    run(opened, "2017Q4")
    run(bare, "2017Q4")
    ours, theirs = opened.snapshot(), bare.snapshot()
    assert ours.keys() == theirs.keys()
    different = [name for name in ours if not np.array_equal(ours[name], theirs[name])]
    assert not different


def test_without_loop_b4_firms_learn_less_from_those_who_come():
    """B4: movers carry knowledge; with the switch off the same persons move and knowledge is lower at once."""
    on, off = whole_world(), whole_world(choices={"people.knowledge": "off"})
    one, other = run(on, "2016Q2"), run(off, "2016Q2")
    for act in ("move_to_firm", "move_to_university", "doctorate_to_firm"):
        assert np.array_equal(one.records(act)["actor"], other.records(act)["actor"]), act
    assert on.firm.knowledge.sum() > off.firm.knowledge.sum()
    assert on.university.knowledge.sum() > off.university.knowledge.sum()
    firms = on.firm.knowledge != off.firm.knowledge
    came = np.isin(on.firm.id, one.records("move_to_firm")["counterparty"])
    assert firms[came].mean() > 0.8
    assert not firms.all()


def test_without_loop_b4_discoveries_change():
    on, off = whole_world(), whole_world(choices={"people.knowledge": "off"})
    run(on, "2019Q4")
    run(off, "2019Q4")
    n = min(on.firm.n, off.firm.n)
    assert not np.array_equal(on.firm.field_sales[:n], off.firm.field_sales[:n])


def test_without_loop_b7_contracts_do_not_come_back_and_fewer_are_signed():
    """B7: trust pulls, shortens and renews; without it partners change and more tenders are lost."""
    on, off = whole_world(scale=0.1), whole_world(scale=0.1, choices={"joint_research.trust": "off"})
    one, other = run(on, "2017Q4"), run(off, "2017Q4")

    def again(log):
        """Return the part of the contracts of 2017 whose firm had paid the same university before."""
        paid = log.paid("joint_research")
        pair = paid["payer"] * 10**6 + paid["payee"]
        late = paid["t"] // 4 == 2017
        return np.isin(pair[late], pair[~late]).mean()

    assert again(one) > 1.3 * again(other)
    lost = [len(log.records("tender_lost")["actor"]) / len(log.records("research_contract")["actor"])
            for log in (one, other)]  # fmt: skip
    assert lost[0] < lost[1]


def test_a_tie_that_shortens_negotiation_saves_contracts():
    quick = whole_world(scale=0.1, joint_research__trust_shortens=0.7)
    slow = whole_world(scale=0.1, joint_research__trust_shortens=0.0)
    lost = [len(run(world, "2016Q4").records("tender_lost")["actor"]) for world in (quick, slow)]
    assert lost[0] < lost[1]


def _money(log, flow) -> int:
    return int(log.paid(flow)["amount"].sum())


@pytest.fixture(scope="module")
def baseline():
    return run(whole_world(scale=0.1), "2019Q4")


def test_the_german_institution_raises_what_industry_pays_first(baseline):
    """Documented direction: the industry-funded share of university R&D rises, joint research by universities stays."""
    log = run(whole_world(scale=0.1, institutions=["Fraunhofer"]), "2019Q4")
    industry = ("joint_research", "contract_research", "clinical_trial", "endowed_chair")
    before = sum(_money(baseline, flow) for flow in industry)
    after = sum(_money(log, flow) for flow in industry) + _money(log, "institute_contract")
    assert after > 1.3 * before
    assert _money(log, "joint_research") == pytest.approx(_money(baseline, "joint_research"), rel=0.15)
    assert log.records("doctorate_to_firm")["value"].sum() > baseline.records("doctorate_to_firm")["value"].sum()
    assert log.records("doctorate_founder")["value"].sum() > 0


def test_the_korean_institution_moves_people_and_research_to_groups_and_damps_spin_outs(baseline):
    """Documented direction: doctors to firms and joint research up, spin-outs down."""
    log = run(whole_world(scale=0.1, institutions=["Korea_groups"]), "2019Q4")
    doctors = [sum(one.records(act)["value"].sum() for act in ("doctorate_to_firm", "contract_department"))
               for one in (baseline, log)]  # fmt: skip
    assert doctors[1] > 1.1 * doctors[0]
    assert _money(log, "joint_research") > _money(baseline, "joint_research")
    spun_out = [(one.records("founding")["counterparty"] != 0).sum() for one in (baseline, log)]
    assert spun_out[1] < 0.9 * spun_out[0]


def _row(name: str, identifier: str) -> dict:
    return next(row for row in load_institution(name).parameters if row["id"] == identifier)


@pytest.mark.accept("S10.1", "S10.2", "S10.3", "S10.5")
def test_the_german_pack_says_what_the_document_says():
    known = contents()
    facts = known.facts
    shares = [facts[f"fhg.revenue.{kind}"]["value"] for kind in ("industry", "public_projects", "base")]
    assert sum(shares) == 90
    budget = facts["fhg.budget"]["value"]
    assert [budget * share / 100 for share in shares] == pytest.approx([0.85e9, 1.36e9, 0.85e9])
    to_firms, found = (_row("Fraunhofer", f"contract_research_institutes.doctors_{what}")["value"]
                       for what in ("to_firms", "found"))  # fmt: skip
    assert [to_firms * 100, found * 100] == [facts["fhg.phd_to_industry"]["value"], facts["fhg.phd_founders"]["value"]]
    assert round(100 * (1 - to_firms - found)) == 20
    assert _row("Fraunhofer", "contract_research_institutes.institutes")["value"] == facts["fhg.institutes"]["value"]
    assert "fhg_contract" in known.anomalies


@pytest.mark.accept("S11.1", "S11.2")
def test_the_korean_pack_says_what_the_document_says_and_claims_no_number():
    fact, new = contents().facts["kor.main_industry"], contents().facts["kor.new_fields"]
    assert _row("Korea_groups", "group_ties.groups")["value"] == len(fact["more"]["companies"]) == 3
    assert len(fact["more"]["universities"]) == 1
    weights = _row("Korea_groups", "group_ties.field_weight")["value"]
    core = [name for name, weight in weights.items() if weight == 1]
    assert len(core) == len(fact["more"]["industries"]) == 2
    assert sum(0 < weight < 1 for weight in weights.values()) == len(new["value"]) == 3
    assert len(load_institution("Korea_groups").route) == len(fact["more"]["activities"]) == 3
    named = {"group_ties.groups", "group_ties.field_weight"}
    assert all(row["evidence"] == "assumed" for row in load_institution("Korea_groups").parameters
               if row["id"] not in named)  # fmt: skip


def test_every_identity_holds_with_the_institutions_and_support_corporations(tmp_path):
    asked = small_request(last="2017Q4", scale=0.05, members=1)
    settings = (Setting("support_corporation.other_labs", 1.0, "test"),
                Setting("support_corporation.creation", 0.5, "test"))  # fmt: skip
    scenario = replace(asked.scenario, institutions=("Fraunhofer", "Korea_groups"))
    folder = make(replace(asked, scenario=scenario, settings=settings), tmp_path, jobs=1).folder
    report = check(folder)
    assert {f"{result.name}: {result.example}" for result in report.identities if not result.holds} == set()
    assert report.exact


@pytest.mark.parametrize("name", ["Fraunhofer", "Korea_groups"])
def test_every_step_of_the_route_is_seen_in_the_ledger(name):
    log = run(whole_world(scale=0.1, institutions=[name]), "2018Q4")
    for step in load_institution(name).route:
        for flow in step.flows:
            assert _money(log, flow) > 0, flow
        for act in step.acts:
            assert len(log.records(act)["actor"]), act
