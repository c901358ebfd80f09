"""Contract-research institutes: sites, orders, alumni and repeat orders, what the public pays (S10)."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.mechanisms import _institutes as institutes

from .research_side import asked, buffer_of
from .whole import run, whole_world

KEY = np.uint64(61)


def test_institutes_are_sited_where_firms_of_their_field_do_research():
    local = np.array([[30.0, 0.0], [10.0, 20.0], [0.0, 40.0]])
    region, field = np.zeros(4000, np.uint8), np.zeros(4000, np.uint8)
    institutes.sites(np.arange(1, 4001), local, KEY, np.arange(1, 4), region, field)
    assert np.bincount(field, minlength=3)[1:] / 4000 == pytest.approx([0.4, 0.6], abs=0.03)
    assert np.bincount(region[field == 1], minlength=4)[1:] / (field == 1).sum() == pytest.approx(
        [0.75, 0.25, 0.0], abs=0.03
    )
    more, specialty = np.zeros(4001, np.uint8), np.zeros(4001, np.uint8)
    institutes.sites(np.arange(1, 4002), local, KEY, np.arange(1, 4), more, specialty)
    assert (more[:4000] == region).all()


def _fulfil(state, alumni, due=40, n=1, amount=1000, cash=10**9, ended=0, most=0.6, t=40):
    buffer = buffer_of(n + 1)
    table = {"state": np.full(n, state, np.int8), "amount": np.full(n, amount), "accrued": np.zeros(1, np.int64)}
    row_of = np.zeros(n, np.int64)
    institutes.fulfil(buffer, np.arange(1, n + 1), table["state"], np.zeros(n, np.int64), np.zeros(n, np.int64),
                      np.full(n, 3, np.uint8), table["amount"], np.full(n, due), np.full(n, float(alumni)), t, most,
                      1.0, 1.1, KEY, np.array([ended], np.int32), np.array([cash]), table["accrued"], 10, 70,
                      np.array([13], np.uint8), row_of)
    return asked(buffer), table, row_of


def test_a_new_order_is_paid_when_it_is_due():
    paid, table, row_of = _fulfil(institutes.AGREED, 0)
    assert paid == [("institute_contract", 10, 70, 1000)]
    assert row_of.tolist() == [0]
    assert table["accrued"].tolist() == [0]
    assert _fulfil(institutes.AGREED, 0, due=41)[0] == []
    assert _fulfil(institutes.AGREED, 0, cash=999)[1]["state"].tolist() == [institutes.OVER]
    assert _fulfil(institutes.AGREED, 0, ended=39)[1]["state"].tolist() == [institutes.OVER]


@pytest.mark.accept("S10.4")
def test_repeat_orders_rise_with_the_alumni_and_vanish_without_them():
    shares = [len(_fulfil(institutes.RUNNING, alumni, n=2000)[0]) / 2000 for alumni in (0, 1, 3, 50)]
    # most x alumni / (alumni + 1)
    assert shares[0] == 0.0
    assert shares[1:] == pytest.approx([0.3, 0.45, 0.588], abs=0.03)
    paid, table, _ = _fulfil(institutes.RUNNING, 10**6, most=1.0)
    assert paid == [("institute_contract", 10, 70, 1100)]
    assert table["accrued"].tolist() == [-1100]


def _public(industry, total, researchers=10.0, projects=0.0):
    buffer, base, won = buffer_of(10), np.zeros(1, np.int64), np.zeros(1, np.int64)
    institutes.public_money(buffer, np.array([5]), np.array([13], np.uint8), np.array([3], np.uint8),
                            np.array([researchers]), np.array([industry]), np.array([total]), 100.0, 0.1, 0.4, 0.25,
                            0.55, projects, 1000.0, 40.0, 1.0, 0, 1, 70, KEY, base, won)
    return asked(buffer), int(base[0]), int(won[0])


def test_the_base_grant_rewards_a_middle_share_of_industry():
    # a quarter of 100 a head for ten, and of 40% of what firms paid last year
    assert _public(2000, 5000)[1] == 250 + 200
    assert _public(1000, 5000)[1] == 250 + 25
    assert _public(4000, 5000)[1] == 250 + 100
    assert _public(0, 0)[1] == 250
    paid, base, won = _public(2000, 5000, projects=8.0)
    assert won % 1000 == 0
    assert won > 0
    assert paid == [("institute_base_grant", 0, 70, base), ("institute_public_project", 0, 70, won),
                    ("institute_other_income", 1, 70, 100)]  # fmt: skip


def test_graduates_go_to_firms_found_or_leave():
    counts = np.zeros((1, 3), np.int64)
    institutes.graduates(np.array([9]), np.array([100.0]), 80.0, 0.7, 0.1, KEY, counts)
    assert counts.sum() == pytest.approx(8000, rel=0.05)
    assert counts[0] / counts.sum() == pytest.approx([0.7, 0.1, 0.2], abs=0.02)


def test_orders_look_for_people_knowledge_nearness_and_field():
    near = np.ones((3, 3))
    near[1, 2] = 0.5
    chosen, due = np.zeros(6000, np.int64), np.zeros(6000, np.int64)
    place = (np.array([1, 2], np.uint8), np.array([3, 3], np.uint8))
    institutes.choose_institutes(np.arange(1, 6001), np.ones(6000, np.uint8), np.full(6000, 3, np.uint8),
                                 np.array([81, 82]), *place, np.array([10.0, 40.0]), near, 0.1, 2.0, 9.0, 100, KEY,
                                 np.uint64(62), chosen, due)
    found = chosen[chosen >= 0]
    assert (found == 1).mean() == pytest.approx(20 / 30, abs=0.025)
    # Gamma(2) with mean 2 exceeds 9 months with chance 10 exp(-9)
    assert (chosen < 0).mean() < 0.004
    assert due.min() == 100


ON = {"contract_research_institutes__institutes": 76.0}


@pytest.fixture(scope="module")
def with_institutes():
    world = whole_world(scale=0.1, **ON)
    return world, run(world, "2020Q4")


def test_institutes_live_on_what_they_receive(with_institutes):
    world, log = with_institutes
    institute = world.institute
    assert institute.n == 8
    account = institute.offset + np.arange(institute.n)
    kinds = ("contract", "base_grant", "public_project", "other_income")
    received = sum(log.paid(f"institute_{kind}")["amount"].sum() for kind in kinds)
    spent = 0
    for flow in ("research_wage", "research_purchase"):
        paid = log.paid(flow)
        spent += paid["amount"][np.isin(paid["payer"], account)].sum()
    assert received - spent == institute.cash.sum()
    assert (institute.cash >= 0).all()


def test_every_order_on_record_was_paid(with_institutes):
    _, log = with_institutes
    paid = log.paid("institute_contract")
    filed = {}
    for act in ("institute_order", "institute_repeat_order"):
        rows = log.records(act)
        filed |= dict(zip(zip(rows["t"].tolist(), rows["contract"].tolist(), strict=True), rows["value"], strict=True))
    assert filed == dict(zip(zip(paid["t"].tolist(), paid["contract"].tolist(), strict=True), paid["amount"],
                             strict=True))


@pytest.mark.accept("S10.4")
def test_repeat_orders_grow_with_the_alumni_and_vanish_when_the_people_loop_is_cut(with_institutes):
    world, log = with_institutes
    repeats = log.records("institute_repeat_order")["t"] // 4
    by_year = np.bincount(repeats - 2016, minlength=5)
    assert by_year[0] < by_year[2] < by_year[4]
    assert world.alumni.people.sum() > 0
    cut = whole_world(scale=0.1, choices={"contract_research_institutes.people_loop": "off"}, **ON)
    other = run(cut, "2018Q4")
    assert not len(other.records("institute_repeat_order")["actor"])
    assert len(other.records("institute_order")["actor"])
    # until the first alumni can order again the worlds are the same
    first = log.records("institute_order")
    again = other.records("institute_order")
    until = repeats.min() * 4
    assert first["contract"][first["t"] < until].tolist() == again["contract"][again["t"] < until].tolist()


def test_some_of_the_doctors_found_companies_near_their_institute(with_institutes):
    world, log = with_institutes
    founders = log.records("doctorate_founder")["value"].sum()
    parents = np.isin(world.startup.parent, world.institute.id)
    assert founders == parents.sum() > 0
    assert (world.startup.cls[parents] == vocabulary.code("classes", "startup_university")).all()


def test_one_more_founder_renames_no_founder_of_another_institute(monkeypatch):
    from types import SimpleNamespace

    from meguri.mechanisms import contract_research_institutes as mechanism_module

    named = []

    def found(world, p, ids, *rest, parent) -> None:
        named.append(ids.tolist())

    monkeypatch.setattr(mechanism_module.entry, "found", found)
    institute = SimpleNamespace(id=np.array([11, 12]), region=np.array([1, 2]), field=np.array([3, 4]))
    world = SimpleNamespace(institute=institute)
    p = SimpleNamespace(university_trl=0, university_field=0, potential_university=0, founder_capital=0)
    for row in ([0, 1, 1], [0, 0, 1, 1]):
        mechanism_module._found_companies(world, p, np.array(row), np.uint64(5))
    fewer, more = named
    assert more[:1] + more[2:] == fewer
    assert len(set(more)) == 4
