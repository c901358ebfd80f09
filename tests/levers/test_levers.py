"""Levers: what a dose does to the parameters of a run, by date and place, and that rest is rest."""

from dataclasses import replace

import numpy as np
import pytest

from meguri.engine import time
from meguri.errors import InputError
from meguri.model.request import RunRequest
from meguri.model.scenario import Change, Scenario, doses
from meguri.registry import shelf

LEVERS = list(shelf("meguri.levers"))
SPAN = {"first": "2016Q1", "last": "2018Q4", "scale": 0.02, "members": 1}
#: Lever, dose, and what its parameter becomes out of its value at rest.
EFFECTS = {
    "research_credit_rate": (0.02, lambda rest: rest + 0.02),
    "inventor_share": (-0.2, lambda rest: rest - 0.2),
    "negotiation_time": (-0.5, lambda rest: rest * 0.5),
    "competitive_funds": (0.1, lambda rest: rest * 1.1),
    "public_fund_commitment": (1.0, lambda rest: rest * 2.0),
    "listing_minimum_value": (5e9, lambda rest: rest + 5e9),
    "acquirer_appetite": (-0.25, lambda rest: rest * 0.75),
    "later_stage_shift": (0.3, lambda rest: rest + 0.3),
    "link_strength": (-1.0, lambda rest: rest - 1.0),
    "ai_in_creation": (0.2, lambda rest: rest * 1.2),
    "ai_in_protection": (0.3, lambda rest: rest * 1.3),
    "ai_in_use": (0.5, lambda rest: rest * 1.5),
    "university_researchers": (-0.2, lambda rest: rest * 0.8),
    "standards_recognition": (0.2, lambda rest: rest + 0.2),
    "standards_academia": (0.2, lambda rest: rest + 0.2),
    "standards_research_stage": (0.5, lambda rest: rest + 0.5),
    "standards_training": (0.3, lambda rest: rest + 0.3),
    "standards_services": (-0.3, lambda rest: rest * 0.7),
    "standards_use": (0.5, lambda rest: rest * 1.5),
    "standards_international_people": (0.3, lambda rest: rest * 1.3),
    "standards_cooperation": (0.2, lambda rest: rest + 0.2),
    "standards_conferences": (0.2, lambda rest: rest + 0.2),
    "standards_chief_officers": (4.0, lambda rest: rest * 5.0),
    "standards_support": (0.5, lambda rest: rest + 0.5),
    "hub_matching": (-1.0, lambda rest: rest * 0.0),
    "hub_network": (0.5, lambda rest: rest + 0.5),
    "hub_support": (10.0, lambda rest: rest + 10.0),
    "remote_search": (0.5, lambda rest: rest + 0.5),
    "alliance_search": (0.5, lambda rest: rest * 1.5),
    "cross_appointments": (0.3, lambda rest: rest + 0.3),
    "corporate_venture_strategy": (0.5, lambda rest: rest + 0.5),
    "foreign_vc_attraction": (2.0, lambda rest: rest + 2.0),
    "going_abroad": (0.2, lambda rest: rest + 0.2),
    "founding_abroad": (30.0, lambda rest: rest + 30.0),
}


def _request(*changes: Change) -> RunRequest:
    return RunRequest(Scenario("test", "", "", "JP", changes=changes, where="test.toml"), **SPAN)


def _values(request: RunRequest, parameter: str) -> np.ndarray:
    """Return the parameter by quarter of the run."""
    resolved = request.resolved
    values = np.asarray(resolved.values[parameter])
    if len(values) == 1:
        values = np.repeat(values, resolved.quarters, axis=0)
    start = time.quarter(SPAN["first"]) - resolved.first
    return values[start:]


@pytest.fixture(scope="module")
def rest():
    return _request()


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.id)
def test_a_dose_does_what_it_says_from_its_date_on(lever, rest):
    dose, becomes = EFFECTS[lever.id]
    (act,) = lever.acts
    at_work = _values(_request(Change(lever.id, dose, first="2017Q1", last="2017Q4")), act.parameter)
    before = _values(rest, act.parameter)
    assert np.array_equal(at_work[:4], before[:4])
    assert at_work[4:8] == pytest.approx(becomes(before[4:8]))
    assert np.array_equal(at_work[8:], before[8:])
    assert not np.array_equal(at_work, before)


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.id)
def test_every_dose_of_the_range_gives_parameters_inside_their_range(lever):
    for dose in (lever.low, lever.high):
        assert _request(Change(lever.id, dose)).resolved


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.id)
def test_a_lever_says_who_holds_it_what_it_costs_and_in_which_unit(lever):
    assert lever.cost_ja
    assert lever.cost_en
    assert lever.low <= 0.0 < lever.high  # a programme that does not exist cannot be cut
    assert lever.references or lever.who == "outside"
    if all(act.how == "multiply" for act in lever.acts):
        assert lever.unit == "share"
    beyond = 0.01 * (lever.high - lever.low)
    for number in (lever.low - beyond, lever.high + beyond):
        scenario = Scenario("test", "", "", "JP", changes=(Change(lever.id, number),), where="test.toml")
        with pytest.raises(InputError, match=rf"'{lever.id}' = .* is outside"):
            doses(scenario, 0, 4)


def test_a_link_is_cut_where_the_scenario_says_and_nowhere_else(rest):
    cut = _values(_request(Change("link_strength", -1.0, at="investor_startup")), "links.link_strength")
    before = _values(rest, "links.link_strength")
    changed = np.flatnonzero((cut != before).any(axis=0))
    assert len(changed) == 1
    assert (cut[:, changed[0]] == 0.0).all()


def test_two_doses_add_up_whatever_their_order():
    one, other = Change("research_credit_rate", 0.01), Change("research_credit_rate", 0.02, first="2017Q1")
    first = _values(_request(one, other), "taxes.credit_rate_addition")
    second = _values(_request(other, one), "taxes.credit_rate_addition")
    assert np.array_equal(first, second)
    assert first[-1] == pytest.approx(0.03)


def test_a_ramp_reaches_the_dose_in_as_many_quarters():
    ramped = replace(Change("competitive_funds", 0.4), ramp=4, first="2016Q1")
    factor = _values(_request(ramped), "government_funding.competitive_budget_factor")
    assert factor[:5] == pytest.approx([1.1, 1.2, 1.3, 1.4, 1.4])


def test_every_lever_has_its_effect_written_down():
    assert set(EFFECTS) == {lever.id for lever in LEVERS}
