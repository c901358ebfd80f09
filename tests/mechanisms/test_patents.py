"""Who files, what goes abroad, where it is filed, when it is published; disclosure is one channel with a switch."""

from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.parameters import specifications
from meguri.mechanisms import _families as families
from meguri.mechanisms import patents

from .research_side import asked, buffer_of, filed, run, small_world

KEY = np.uint64(7)
JPO, USPTO, EPO = (vocabulary.code("offices", name) for name in ("jpo", "uspto", "epo"))


def _numbers():
    values = {spec.name: spec.value for name in ("patents", "inventor_choice", "creation_cycle")
              for spec in specifications(name)}  # fmt: skip
    return SimpleNamespace(**values)


def test_expected_applications_follow_research_fields_and_size():
    mean = np.zeros(4)
    sales = np.array([[30, 10], [30, 10], [40, 0], [40, 0]], np.int64)
    families.mean_applications(np.array([0, 0, 0, 9]), np.array([5, 5, 0, 5]) * 10**6, sales, np.full(4, 40),
                               np.array([False, True, False, False]), np.array([0.5, 2.5]), 2.0, 6.0, mean)  # fmt: skip
    # leaning (0.5 x 30 + 2.5 x 10) / 40 = 1; 2 x 5 = 10 and 6 x 5 = 30; no R&D; ended
    assert mean.tolist() == [10.0, 30.0, 0.0, 0.0]


def test_nobody_files_more_than_he_may_spend():
    n, cost, family_cost = 400, 300_000, 2_500_000
    filed_, sampled, held = (np.zeros(n, np.int64) for _ in range(3))
    cash, ids = np.full(n, 10_100_000, np.int64), np.arange(1, n + 1)
    families.file_applications(ids, np.full(n, 50.0), cash, 0.5, cost, 0.28, family_cost, 1, KEY, filed_, sampled, held)
    # 0.5 x 10.1m / (0.3m + 0.28 x 2.5m) = 5
    assert set(filed_.tolist()) == {5}
    assert sampled.mean() == pytest.approx(5 * 0.28, abs=0.08)
    assert held.mean() == pytest.approx(5 * 0.28, abs=0.08)


def test_fees_are_paid_at_home_and_abroad():
    buffer = buffer_of()
    families.pay_filings(buffer, 1, 2, 10, np.array([71, 72]), np.array([3, 3], np.uint8), np.array([1, 2], np.uint8),
                         np.array([4, 0]), 300_000.0, 0.25, 2_500_000.0)
    assert asked(buffer) == [("patent_fee", 10, 1, 1_200_000), ("foreign_filing", 10, 2, 2_500_000)]


def test_the_shares_worth_filing_reproduce_what_they_were_derived_from():
    _, _, at_home, away = patents.worth_filing(_numbers())
    assert at_home == pytest.approx(0.86, abs=0.01)
    assert away / at_home == pytest.approx(66_000 / 228_500, abs=0.003)


def test_cheaper_protection_brings_more_filings_and_more_families():
    rest, cheap = _numbers(), _numbers()
    cheap.protection_productivity = 2.0
    before, after = patents.worth_filing(rest), patents.worth_filing(cheap)
    assert after[:2] == (rest.filing_cost / 2, rest.family_cost / 2)
    assert after[2] == 1.0
    assert after[3] / before[3] == pytest.approx(2**rest.value_exponent)


def _offices(n=4000, country=1, value_weight=0.0, reach=0.3):
    chance = np.full((2, 3), reach)
    chance[:, 1] += 0.2
    found = np.zeros((n, 3), np.bool_)
    families.pick_offices(np.arange(1, n + 1), np.full(n, country), np.array([1, 2]), chance, 0.6, value_weight, KEY,
                          found)
    return found


def test_every_family_lies_at_home_and_at_one_office_more():
    found = _offices()
    assert found[:, 0].all()
    assert (found.sum(axis=1) >= 2).all()
    # 0.5, or the best office where none is drawn: 0.5 + 0.5 x 0.7; the third 0.3
    assert found[:, 1].mean() == pytest.approx(0.85, abs=0.02)
    assert found[:, 2].mean() == pytest.approx(0.3, abs=0.02)
    assert _offices(country=2)[:, 1].all()


def test_value_spreads_families_over_more_or_fewer_offices():
    assert _offices(value_weight=1.0).sum(axis=1).std() != _offices().sum(axis=1).std()
    assert _offices(value_weight=1.0)[:, 2].mean() == pytest.approx(1 - 1 / (1 - np.log(0.7)), abs=0.02)


def test_coinventors_are_of_another_country_by_weight():
    n, found = 6000, np.zeros(6000, np.int64)
    families.pick_coinventors(np.arange(1, n + 1), np.ones(n, np.int64), np.array([0.4, 0.0, 0.0]),
                              np.array([9.0, 3.0, 1.0]), KEY, found)
    assert np.bincount(found, minlength=4) / n == pytest.approx([0.6, 0.0, 0.3, 0.1], abs=0.02)


def test_disclosure_rises_with_what_is_published():
    factor = np.ones(3)
    patents._disclosed(np.array([8.0, 4.0, 0.0]), np.array([4.0, 4.0, 4.0]), 0.5, factor)
    assert factor.tolist() == pytest.approx([2**0.5, 1.0, 1.0])


@pytest.fixture(scope="module")
def world():
    world = small_world(scale=0.05)
    run(world, "2008Q4")
    return world


def test_records_tell_the_life_of_a_family(world):
    home, claims, out = ({}, {}, {})
    for record in filed(world, "patent_filing"):
        for number, office in zip(record["contract"], record["value"], strict=True):
            home.setdefault(int(number), int(office))
    for record in filed(world, "priority_claim"):
        claims |= dict(zip(record["contract"].tolist(), record["value"].tolist(), strict=True))
    for record in filed(world, "patent_publication"):
        out |= dict(zip(record["contract"].tolist(), record["value"].tolist(), strict=True))
    assert claims
    assert out
    assert set(claims) <= set(home)
    assert all(home[number] != home[earlier] for number, earlier in claims.items() if earlier in home)
    assert set(out) <= set(claims.values()), "what is published was filed at a second office"
    interval = patents.interval_of(_numbers(), 0.05)
    assert set(out.values()) == {interval}


def test_rights_of_firms_that_end_pass_to_other_firms():
    world = small_world(scale=0.05)
    run(world, "2006Q3")
    mine = world.patent_family.country == 1
    parents = set(world.patent_family.parent[mine].tolist())
    rows = np.flatnonzero(np.isin(world.firm.id, list(parents)))[:3]
    world.firm.ended[rows] = world.t - 1
    world.log = []
    run(world, "2006Q4")
    left = set(world.patent_family.parent.tolist())
    assert not left & set(world.firm.id[rows].tolist())
    assert vocabulary.code("classes", "other_firm") in left
    assert (world.firm.families_held[rows] == 0).all()
    named = {n for record in filed(world, "patent_applications_year") for n in record["actor"].tolist()}
    assert not named & set(world.firm.id[rows].tolist())


def test_a_family_is_extended_after_a_year_and_published_after_six_quarters():
    world = small_world(scale=0.02)
    run(world, "2006Q1")
    born = set(world.patent_family.id.tolist())
    for quarters in range(1, 8):
        world.log = []
        run(world, f"{2006 + quarters // 4}Q{quarters % 4 + 1}")
        extended = {n for record in filed(world, "priority_claim") for n in record["value"].tolist()}
        published = {n for record in filed(world, "patent_publication") for n in record["contract"].tolist()}
        assert bool(extended & born) == (quarters == 4)
        assert (published == born) == (quarters == 6)
        assert born <= set(world.patent_family.id.tolist()) or quarters >= 6


def test_ours_and_those_of_the_world_are_in_the_numbers_asked_for(world):
    table = world.patent_family
    share = (table.country == 1).mean()
    assert 0.1 < share < 0.45
    years = (world.t - 1) / 4 - 2018.5
    numbers = _numbers()
    wanted = 29_000 * (1 + numbers.abroad_growth[6]) ** years * 0.05 / 4
    assert world.patenting.abroad[:, 6].sum() == pytest.approx(wanted, rel=0.02)


def test_without_disclosure_nothing_else_of_patents_changes_and_discoveries_do_not_feel_publications():
    settings = {"patents.disclosure_elasticity": 0.3}
    on, off = small_world(scale=0.02, settings=settings), small_world(scale=0.02, settings=settings)
    off.choices["patents.disclosure"] = "off"
    for world in (on, off):
        run(world, "2007Q4")
        world.patenting.opening[:] = world.patenting.published * 0.5
    for world in (on, off):
        run(world, "2008Q3")
    assert np.allclose(off.patenting.disclosure, 1.0)
    assert on.patenting.disclosure.max() > 1.1
    assert on.firm.discoveries.sum() > off.firm.discoveries.sum()


def test_no_elasticity_is_the_same_as_the_switch():
    one, other = small_world(scale=0.02, settings={"patents.disclosure_elasticity": 0.0}), small_world(scale=0.02)
    other.choices["patents.disclosure"] = "off"
    flows = [run(world, "2008Q2") for world in (one, other)]
    assert all(np.array_equal(flows[0][name], flows[1][name]) for name in flows[0])
