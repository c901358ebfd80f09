"""Grants: who gets which, the contest, and that budgets are spent and not more."""

import numpy as np
import pytest

from meguri.mechanisms import government_funding as funding
from meguri.mechanisms.university_population import LAB, NATIONAL, PRIVATE, PUBLIC

from .research_side import asked, buffer_of, run, small_world, total

KEY = np.uint64(11)


def test_scores_are_damped_and_bounded():
    people, knowledge = np.array([[10.0], [10.0], [10.0]]), np.array([[1.0], [1.0], [4.0]])
    score = np.zeros((3, 1))
    funding.scores(people, knowledge, 0.5, 1.0, score)
    # knowledge per head over the mean of 2 a head: 1/2, 1/2, 2
    assert score[:, 0] == pytest.approx([-0.5 * np.log(2), -0.5 * np.log(2), 0.5 * np.log(2)])
    funding.scores(people, knowledge, 10.0, 1.0, score)
    assert score[:, 0].tolist() == [-1.0, -1.0, 1.0]


def test_splitting_an_institution_changes_no_score():
    whole, halves = np.zeros((2, 1)), np.zeros((3, 1))
    funding.scores(np.array([[10.0], [20.0]]), np.array([[5.0], [40.0]]), 0.5, 5.0, whole)
    funding.scores(np.array([[10.0], [10.0], [10.0]]), np.array([[5.0], [20.0], [20.0]]), 0.5, 5.0, halves)
    assert halves[:, 0] == pytest.approx([whole[0, 0], whole[1, 0], whole[1, 0]])


def test_the_contest_funds_about_the_wanted_number_and_the_better_more_often():
    n = 200
    ids, proposals = np.arange(1, n + 1), np.full((n, 1), 50.0)
    score, awards = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)[:, None].copy(), np.zeros((n, 1), np.int64)
    funding.contest(ids, proposals, score, 1.0, 2500.0, KEY, awards)
    assert awards.sum() == pytest.approx(2500, rel=0.06)
    better, worse = awards[::2].sum(), awards[1::2].sum()
    # 5,000 proposals each; with the cut-off m: logistic(1 - m) + logistic(-1 - m) = 0.5
    cut = np.linspace(-5, 5, 100_001)
    share = 1 / (1 + np.exp(cut - 1)) + 1 / (1 + np.exp(cut + 1))
    m = cut[np.argmin(abs(share - 0.5))]
    assert better / worse == pytest.approx((1 + np.exp(m + 1)) / (1 + np.exp(m - 1)), rel=0.15)


def test_grants_go_by_their_own_flows():
    buffer, received = buffer_of(), np.zeros(2, np.int64)
    flows = np.array([funding._BLOCK, funding._AGENCY])
    funding.pay_grants(buffer, 3, 100, np.array([8, 9]), np.array([1, 2], np.uint8), flows, np.array([70, 40]),
                       np.array([5, 0]), received)
    waiting = [("block_grant", 3, 100, 70), ("competitive_grant", 3, 100, 5), ("agency_grant", 3, 101, 40)]
    assert asked(buffer) == waiting
    assert received.tolist() == [70, 40]


def test_a_fiscal_year_spends_each_budget_times_the_scale():
    world = small_world(scale=0.05)
    flows = run(world, "2007Q1")
    p = world.resolved.at(["government_funding"], world.t - 1)
    for flow, budget in (("block_grant", p.block_grant), ("private_university_subsidy", p.private_university_subsidy),
                         ("agency_grant", p.agency_grant), ("local_university_grant", p.local_university_grant),
                         ("competitive_grant", p.competitive_budget)):
        spent = total(flows, flow, since="2006Q2")
        assert spent == pytest.approx(4.0 * budget * 1e9 * 0.05, rel=0.001), flow
        assert spent <= 4.0 * budget * 1e9 * 0.05


def test_each_founder_has_its_own_grant():
    world = small_world(scale=0.05)
    flows = run(world, "2006Q1")
    founders = {"block_grant": NATIONAL, "local_university_grant": PUBLIC, "private_university_subsidy": PRIVATE,
                "agency_grant": LAB}
    names = list(founders)
    for name, founder in founders.items():
        rows = flows["flow"] == funding.vocabulary.code("flows", name)
        assert rows.any(), names
        assert set(world.university.control[flows["payee"][rows] - world.university.offset]) == {founder}


def test_no_budget_no_grant_and_a_factor_scales_it():
    base, none, more = (run(small_world(settings={"government_funding.competitive_budget_factor": factor}), "2006Q4")
                        for factor in (1.0, 0.0, 1.5))
    assert total(none, "competitive_grant") == 0
    assert total(more, "competitive_grant") == pytest.approx(1.5 * total(base, "competitive_grant"), rel=0.001)
