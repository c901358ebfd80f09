"""Standards work of a few firms by hand: who takes part, how staff grow old, who leads, and what measures do."""

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.parameters import specifications
from meguri.mechanisms import _elections as elections
from meguri.mechanisms import _standards_staff as staff
from meguri.mechanisms import standards

from .research_side import asked, buffer_of, code, filed, run, small_world, total

KEY = np.uint64(3)
LARGE = code("classes", "large_firm")


def _decide(sales, cso, recognition=1.0, support=0.0, without_people=0.0, gain=0.001, win=0.25, cash=10**12, cost=1e6):
    """Firms with sales (yen a quarter) in one field; return reason, people wanted, support."""
    n = len(sales)
    reason, wanted, supported = np.zeros(n, np.int8), np.zeros(n, np.int64), np.zeros(n)
    staff.decide(np.arange(1, n + 1), np.zeros(n, np.int32), np.asarray(cso), np.asarray(sales, np.int64)[:, None],
                 np.full(n, cash, np.int64), np.array([win]), np.ones(1), np.array([support]), KEY, recognition, 2.0,
                 gain, cost, 2.0, without_people, reason, wanted, supported)
    return reason, wanted, supported


def test_a_firm_takes_part_where_the_gain_covers_a_person():
    # gain = 0.001 x 4 x sales x 0.25 = sales / 1000; cost 1m: worth 0.9, 1 and 9 persons, wanted 2 x root
    reason, wanted, _ = _decide([900_000_000, 1_000_000_000, 9_000_000_000], [False] * 3)
    assert reason.tolist() == [staff.WITHOUT_GAIN, staff.TAKES_PART, staff.TAKES_PART]
    assert wanted.tolist() == [0, 2, 6]
    assert _decide([9_000_000_000], [False], cash=3_000_000)[1].tolist() == [3]


def test_support_lowers_the_cost_that_a_gain_must_cover():
    reason, wanted, supported = _decide([500_000_000], [False], support=0.5)
    assert supported.tolist() == [0.5]
    assert reason.tolist() == [staff.TAKES_PART]
    assert wanted.tolist() == [2]


def test_a_chief_officer_doubles_recognition():
    n = 4000
    reasons = [_decide([10**10] * n, [cso] * n, recognition=0.25)[0] for cso in (False, True)]
    seen = [(reason != staff.UNRECOGNISED).mean() for reason in reasons]
    assert seen == pytest.approx([0.25, 0.5], abs=0.02)
    without = _decide([10**10] * n, [True] * n, without_people=0.2)[0]
    assert (without == staff.WITHOUT_PEOPLE).mean() == pytest.approx(0.2, abs=0.02)


def _years(experts, years, wanted=0, filling=0.0, young=0.5):
    experts = np.array([experts], np.int32)
    shares = []
    for year in range(years):
        staff.grow_old(np.array([9]), np.zeros(1, np.int32), np.array([False]), np.array([wanted]), np.uint64(year),
                       0.0667, 0.1, 0.175, filling, young, young, experts)
        shares.append(experts[0, 1:].sum() / experts.sum())
    return experts, shares


@pytest.mark.accept("S31.2")
def test_without_hiring_below_50_the_share_of_the_old_rises_every_year():
    for hiring in ({}, {"wanted": 100_000, "filling": 0.5, "young": 0.0}):
        _, shares = _years([25_000, 45_000, 30_000], 10, **hiring)
        assert shares[0] > 0.75
        assert (np.diff(shares) > 0).all()
    _, shares = _years([25_000, 45_000, 30_000], 10, wanted=100_000, filling=0.5, young=1.0)
    assert (np.diff(shares) < 0).all()


def test_nobody_appears_or_vanishes_but_by_entry_and_leaving():
    experts, _ = _years([100, 0, 0], 1)
    assert experts.tolist() == [[93, 7, 0]] or experts.tolist() == [[94, 6, 0]]
    experts, _ = _years([0, 0, 100], 1)
    assert experts.sum() in {82, 83}
    staff.grow_old(np.array([9]), np.array([4]), np.array([False]), np.array([50]), KEY, 0.1, 0.1, 0.1, 1.0, 0.5, 0.5,
                   experts)
    assert experts.sum() == 0


@pytest.mark.accept("S31.1")
def test_a_run_opens_with_three_quarters_aged_50_or_over_and_a_half_in_firms_with_a_chief_officer():
    assert {spec.name: spec.value for spec in specifications("standards")}["opening_share_50_plus"] == 0.75
    world = small_world(scale=0.5, settings={"standards.cso_opening": 0.4})
    run(world, "2006Q2")
    world.rescale()
    firm = world.firm
    everyone, with_cso = firm.experts.sum(), firm.experts[firm.cso].sum()
    assert everyone > 200
    assert firm.experts[:, 1:].sum() / everyone == pytest.approx(0.75, abs=0.04)
    assert firm.experts[firm.cso][:, 1:].sum() / with_cso == pytest.approx(0.5, abs=0.08)
    assert firm.experts_50_plus.sum() == firm.experts[:, 1:].sum()


def test_a_year_of_work_is_paid_and_a_part_of_it_supported():
    buffer = buffer_of()
    staff.pay_activity(buffer, 1, 2, 10, np.array([7, 8]), np.ones(2, np.uint8), np.ones(2, np.uint8), np.array([3, 0]),
                       1e6, np.array([0.5, 0.5]), 0.5)
    assert asked(buffer) == [("standards_support", 1, 10, 750_000), ("standards_activity", 10, 2, 3_000_000)]


def test_posts_that_the_country_wins_go_to_its_experts():
    firms = np.full(3, 5, np.int32)
    sales = np.array([[0, 10], [10, 0], [10, 10]], np.int64)
    elections.seat(np.array([1, 2, 3]), np.array([1, 1, 1], np.uint8), np.array([1, 2, 0], np.int8), 1,
                   np.array([4, 9, 0]), sales, np.array([70, 71, 72]), KEY, firms)
    # won: the only firm with people and sales in the field; lost: nobody; no election: as before
    assert firms.tolist() == [1, -1, 5]


def test_a_firm_that_leads_keeps_its_gain_once_a_field_and_year():
    sales = np.array([[1000, 1000]], np.int64)
    firms, fields = np.array([0, 0, 0, -1], np.int32), np.array([1, 1, 2, 1], np.uint8)
    held = elections.hold_sales(firms, fields, np.zeros(1, np.int32), 0.01, sales)
    assert held == 2
    assert sales.tolist() == [[1010, 1010]]


def _posts(settings=None, quarters="2008Q4", **choices):
    world = small_world(scale=0.1, settings=settings)
    world.choices |= choices
    flows = run(world, quarters)
    return world, flows


@pytest.fixture(scope="module")
def rest():
    return _posts()


def test_every_group_has_one_convenor_and_posts_add_up(rest):
    world, _ = rest
    groups, table = world.working_group, world.standards_field
    sitting = groups.convenor > 0
    assert (table.posts_home + table.posts_abroad == np.bincount(groups.field[sitting], minlength=19)[1:]).all()
    assert (groups.due[sitting] > world.t - 1).all()
    for record in filed(world, "convenor_posts"):
        assert record["value"].sum() <= 4 * groups.n
    assert 0 < table.posts_home.sum() < 0.5 * sitting.sum()


def test_at_rest_nothing_is_supported(rest):
    assert total(rest[1], "standards_support") == 0
    assert total(rest[1], "standards_activity") > 0


@pytest.mark.accept("S33.2")
@pytest.mark.parametrize(("setting", "value"), [
    ("recognition_addition", 0.4), ("academic_part", 0.75), ("research_stage", 1.5), ("cost_factor", 0.5),
    ("gain_factor", 3.0), ("effectiveness", 2.0), ("cooperation", 0.8), ("conferences", 1.0), ("support", 0.9),
])  # fmt: skip
def test_each_measure_raises_the_posts_of_the_country(setting, value, rest):
    world, flows = _posts({f"standards.{setting}": value}, "2008Q4")
    assert world.standards_field.posts_home.sum() > rest[0].standards_field.posts_home.sum()
    assert (total(flows, "standards_support") > 0) == (setting == "support")


def test_training_makes_the_staff_younger(rest):
    world, _ = _posts({"standards.entry_under_50_addition": 0.6})
    assert world.firm.experts_50_plus.sum() / world.firm.experts.sum() < (
        rest[0].firm.experts_50_plus.sum() / rest[0].firm.experts.sum() - 0.2)  # fmt: skip


def test_without_the_benefit_in_markets_firms_sell_as_if_there_were_no_standards():
    gain = {"standards.gain": 0.01}
    with_, without = _posts(gain)[0], _posts(gain, **{"standards.market_benefit": "off"})[0]
    assert not np.array_equal(with_.firm.sales, without.firm.sales)
    assert np.array_equal(with_.firm.industry, without.firm.industry)


@pytest.mark.accept("S34.2", "S34.4")
def test_eight_of_the_seventeen_fields_are_strategic():
    strategic = next(spec.value for spec in specifications("standards") if spec.name == "strategic")
    named = [field for field, flag in strategic.items() if flag and field != "default"]
    assert len(named) == 8
    assert set(named) <= set(vocabulary.table("fields").ids) - {"other"}


def test_firms_expect_to_lead_where_the_country_has_the_families(rest):
    chance = standards.chance_to_lead(rest[0])
    assert ((chance >= 0) & (chance < 1)).all()
    fields = rest[0].patenting
    assert chance[12] == pytest.approx(fields.home[12] / (fields.home[12] + fields.abroad[12].sum()))
