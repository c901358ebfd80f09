"""Hub cities, network organisations and alliances in a small Japan: the same luck with and without them."""

from dataclasses import replace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.world import World
from meguri.mechanisms.inventor_choice import SPINOUT
from meguri.model.member import opened_world
from meguri.model.scenario import Change
from meguri.registry import shelf

from ..conftest import small_request

SCALE, QUARTERS, SEED = 0.1, 8, 3
PHARMA = [vocabulary.code("fields", name) for name in ("medical_healthcare", "bioeconomy")]


@pytest.fixture(scope="module")
def opened():
    """The state in which all of these worlds open."""
    request = small_request(scale=SCALE)
    return opened_world(request.base, request.resolved, request.span, SEED, request.scale, {}).snapshot()


def _run(opened, choices=None, request=None, without=()):
    """Run two years from the same opening; return the world with its flows and records by name."""
    request = request or small_request(scale=SCALE)
    mechanisms = [mechanism for mechanism in shelf("meguri.mechanisms") if mechanism.id not in without]
    world = World(mechanisms, request.resolved, SEED, SCALE, choices)
    world.restore(opened)
    world.flow_log, world.record_log, world.spun_out = [], [], 0
    for _ in range(QUARTERS):
        flows, records = world.step()
        world.flow_log.append(flows)
        world.record_log.append(records.columns)
        seeds = world.seed_of_research
        world.spun_out += int((seeds.channel == SPINOUT).sum())
    return world


def _with(*institutions, doses=()):
    request = small_request(scale=SCALE)
    return replace(request, scenario=replace(request.scenario, institutions=institutions, changes=doses))


def _money(world, flow):
    code = vocabulary.code("flows", flow)
    return sum(int(flows["amount"][flows["flow"] == code].sum()) for flows in world.flow_log)


def _acts(world, act):
    code = vocabulary.code("acts", act)
    return sum(int((columns["act"] == code).sum()) for columns in world.record_log)


def _partners(world):
    """Return the start-ups that reached a partner."""
    code = vocabulary.code("acts", "alliance")
    return set(np.concatenate([c["counterparty"][c["act"] == code] for c in world.record_log]).tolist())


def _same(one, other):
    return all(
        np.array_equal(a[name], b[name]) for a, b in zip(one.flow_log, other.flow_log, strict=True) for name in a
    )


@pytest.fixture(scope="module")
def baseline(opened):
    return _run(opened)


@pytest.mark.accept("S07.4")
def test_with_the_hubs_switched_off_fewer_links_are_formed_and_fewer_start_ups_reach_a_partner(opened, baseline):
    off = _run(opened, {"hubs.matching": "off"})
    assert 0 < _acts(off, "alliance") < _acts(baseline, "alliance")
    assert len(_partners(off)) < len(_partners(baseline))


def test_the_run_reports_links_inside_and_between_prefectures(baseline):
    """Question S4: collaborations within and between regions."""
    inside, formed = _acts(baseline, "alliance_in_region"), _acts(baseline, "alliance")
    assert 0 < inside < formed


def test_money_of_alliances_goes_from_firms_to_start_ups_and_stops_with_the_switch(opened, baseline):
    off = _run(opened, {"alliances.alliances": "off"})
    assert _money(baseline, "alliance_payment") > 0
    assert _acts(off, "alliance") == 0
    assert 0 < _money(off, "alliance_payment") < _money(baseline, "alliance_payment")  # what was promised is paid
    table = baseline.alliance
    live = np.bincount(table.startup, minlength=baseline.startup.n)
    assert np.array_equal(live, baseline.startup.alliances)
    assert np.array_equal(np.bincount(table.firm, minlength=baseline.firm.n), baseline.firm.alliances)


def test_a_programme_without_budget_changes_nothing(opened, baseline):
    assert _same(_run(opened, without=("hub_programme",)), baseline)


@pytest.mark.parametrize("choice", ["matching", "productivity", "feedback"])
def test_each_channel_of_agglomeration_has_its_switch(opened, baseline, choice):
    assert not _same(_run(opened, {f"hubs.{choice}": "off"}), baseline)


def test_the_productivity_switch_leaves_the_matching_alone(opened, baseline):
    off = _run(opened, {"hubs.productivity": "off"})
    assert np.array_equal(off.hub.pull, baseline.hub.pull)
    assert off.university.n == baseline.university.n


def test_a_budget_pays_young_start_ups_of_hub_cities_and_no_more_than_it_is(opened):
    request = _with(doses=(Change("hub_support", 10.0),))
    world = _run(opened, request=request)
    paid = _money(world, "hub_support")
    assert 0 < paid <= 10e9 / 4 * SCALE * QUARTERS + 3e6 * QUARTERS
    assert _acts(world, "hub_support") * 3_000_000 == paid
    assert _acts(world, "demonstration") > 0
    support = vocabulary.code("flows", "hub_support")
    regions = np.concatenate([flows["region"][flows["flow"] == support] for flows in world.flow_log])
    levels = request.resolved.values["hubs.hub_level"][0]
    assert np.all(levels[regions.astype(int) - 1] > 0)


def test_a_network_organisation_in_all_fields_adds_alliances_and_spin_outs(opened, baseline):
    there = _run(opened, request=_with(doses=(Change("hub_network", 1.0),)))
    assert there.spun_out > baseline.spun_out
    assert _acts(there, "alliance") > _acts(baseline, "alliance")


def test_massbio_in_japan_moves_its_fields_in_the_documented_direction(opened, baseline):
    """More alliances in medicine and biology, about as many elsewhere; more acquisitions; no fewer spin-outs."""
    there = _run(opened, request=_with("MassBio"))

    def alliances(world, inside):
        chosen = np.isin(world.alliance.field, PHARMA)
        return int((chosen == inside).sum())

    assert alliances(there, True) > alliances(baseline, True)
    assert there.spun_out >= baseline.spun_out
    assert abs(alliances(there, False) / alliances(baseline, False) - 1) < 0.15
    assert _acts(there, "acquisition") > _acts(baseline, "acquisition")
