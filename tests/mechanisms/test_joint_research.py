"""Joint research: what firms want, sizes, partners, negotiation, payment and renewal."""

import numpy as np
import pytest

from meguri.mechanisms import _contracts as contracts

from .research_side import asked, buffer_of, code, filed, run, small_world

KEY = np.uint64(31)


def test_wanted_university_research_follows_its_price():
    ratio = np.zeros(1)
    contracts.wanted_ratio(np.array([0.0]), 0.25, 0.0, 0.0, 1.0, 1.6, 0.01, ratio)
    assert ratio[0] == pytest.approx(0.01)
    contracts.wanted_ratio(np.array([0.0]), 0.25, 0.0, 0.0, 2.0, 1.6, 0.01, ratio)
    assert ratio[0] == pytest.approx(0.01 * 2**-1.6)
    # 30% on half of it, the firm's 5% on the rest: (0.75 - 0.15 - 0.025) / (0.75 - 0.05)
    contracts.wanted_ratio(np.array([0.05]), 0.25, 0.3, 0.5, 1.0, 1.6, 0.01, ratio)
    assert ratio[0] == pytest.approx(0.01 * (0.575 / 0.70) ** -1.6)


def test_a_few_contracts_hold_half_of_the_money():
    sizes = np.array([contracts.contract_size(KEY, actor, 0, 0.04, 1.25e6, 0.85, 9.9e6, 1e7, 1.22, 1.5e9)
                      for actor in range(60_000)])
    large = sizes >= 1e7
    assert large.mean() == pytest.approx(0.04, abs=0.003)
    assert 0.4 < sizes[large].sum() / sizes.sum() < 0.65
    assert np.median(sizes[~large]) == pytest.approx(1.25e6, rel=0.03)
    # Pareto: twice the threshold is exceeded with chance 2^-1.22
    assert (sizes[large] > 2e7).mean() == pytest.approx(2**-1.22, abs=0.03)


def _issue(quarters, budget=1_000_000_000, ratio=0.01):
    accrued, columns = np.zeros(1, np.int64), None
    spent, count = 0, 0
    for quarter in range(quarters):
        columns = [np.zeros(1000, kind) for kind in (np.int32, np.uint8, np.int64, np.int64)]
        used = contracts.issue(np.array([77]), np.zeros(1, np.int32), np.array([budget]), np.array([ratio]), accrued,
                               np.array([[0, 5]]), 0.6, 0.04, 1.25e6, 0.85, 9.9e6, 1e7, 1.22, 1.5e9,
                               np.uint64(100 + quarter), np.uint64(500 + quarter), *columns)
        spent, count = spent + int(columns[3][:used].sum()), count + used
        assert set(columns[1][:used].tolist()) <= {2}
    return spent, count, int(accrued[0])


def test_tenders_add_up_to_what_is_wanted():
    spent, count, left = _issue(400)
    assert spent + left == 400 * 10_000_000
    assert left <= 0
    assert count == pytest.approx(400 * 10 / 3.0, rel=0.35)
    assert _issue(10, ratio=0.0) == (0, 0, 0)


def _partners(lab_weight=1.0, knowledge=((10.0,), (10.0,), (40.0,)), nearness=None):
    regions, labs = np.array([1, 1, 2], np.uint8), np.array([False, False, True])
    nearness = np.ones((3, 3)) if nearness is None else nearness
    weight, base, reach = np.zeros((3, 1)), np.zeros((2, 1)), np.zeros((1, 2, 2))
    contracts.partner_cells(regions, labs, np.array([[10.0], [20.0], [10.0]]), np.array(knowledge), 0.5, lab_weight, 2,
                            nearness, weight, base, reach)
    return regions, weight, base, reach, nearness


def test_partners_pull_by_people_knowledge_and_distance():
    far = np.ones((3, 3))
    far[1, 2] = 0.1
    _, weight, base, reach, _ = _partners(lab_weight=2.0, nearness=far)
    # knowledge a head is 1, 0.5 and 4; its mean 1.5
    expected = [10 * (1 / 1.5) ** 0.5, 20 * (0.5 / 1.5) ** 0.5, 2 * 10 * (4 / 1.5) ** 0.5]
    assert weight[:, 0] == pytest.approx(expected)
    assert base[:, 0] == pytest.approx([expected[0] + expected[1], expected[2]])
    assert reach[0, 0] == pytest.approx([base[0, 0], base[0, 0] + 0.1 * base[1, 0]])
    assert reach[0, 1] == pytest.approx([base[0, 0], base[0, 0] + base[1, 0]])


def _choose(partners, since, n=4000, t=100, memory=12.0, pull=1.2):
    regions, weight, _, reach, nearness = _partners()
    order, start = np.array([0, 1, 2]), np.array([0, 2, 3])
    chosen = [contracts.choose_partner(tender, 1, 0, partners, since, t, memory, pull, np.array([901, 902, 903]),
                                       regions, weight, reach, nearness, order, start,
                                       np.ascontiguousarray(weight.T), KEY) for tender in range(1, n + 1)]
    return np.bincount(chosen, minlength=3) / n, weight[:, 0] / weight.sum()


def test_partners_are_chosen_by_their_pull_and_ties_add_to_it():
    nobody = np.full(6, -1, np.int32)
    found, expected = _choose(nobody, np.zeros(6, np.int32))
    assert found == pytest.approx(expected, abs=0.025)
    friend, since = nobody.copy(), np.zeros(6, np.int32)
    friend[0], since[0] = 0, 100
    tied, _ = _choose(friend, since)
    odds = expected * np.array([np.exp(1.2), 1.0, 1.0])
    assert tied == pytest.approx(odds / odds.sum(), abs=0.025)
    since[0] = 80
    assert _choose(friend, since)[0] == pytest.approx(expected, abs=0.025)


def test_the_oldest_partner_makes_room():
    partners, since = np.array([4, 5, -1], np.int32), np.array([10, 12, 0], np.int32)
    contracts.tie(partners, since, 5, 20)
    assert since.tolist() == [10, 20, 0]
    contracts.tie(partners, since, 9, 21)
    assert partners.tolist() == [4, 5, 9]
    contracts.tie(partners, since, 8, 22)
    assert partners.tolist() == [8, 5, 9]


def _perform(state, due, amount=1000, cash=10_000, repeat=1.0, lab=False, other=0.0, ended=0):
    buffer = buffer_of()
    table = {"state": np.array([state], np.int8), "due": np.array([due], np.int32), "amount": np.array([amount])}
    columns = {name: np.zeros(1, np.int64) for name in ("accrued", "spent", "funds")}
    money, signed = np.zeros((1, 2), np.int64), np.zeros(1, np.bool_)
    contracts.perform(buffer, table["state"], np.array([55]), np.zeros(1, np.int32), np.array([2], np.uint8),
                      np.zeros(1, np.int32), table["amount"], table["due"], 40, repeat, 1.1, KEY,
                      np.array([ended], np.int32), np.array([cash]), 10, 20, np.array([3], np.uint8), np.array([lab]),
                      np.array([other, 0.0, other]), np.full(2, other), 0.25, columns["accrued"],
                      np.full((1, 6), -1, np.int32), np.zeros((1, 6), np.int32), columns["spent"], columns["funds"],
                      money, signed)  # fmt: skip
    return asked(buffer), {name: int(column[0]) for name, column in (table | columns).items()}, bool(signed[0]), money


def test_a_contract_is_paid_once_when_it_is_signed():
    paid, after, signed, money = _perform(contracts.NEGOTIATING, 40)
    assert paid == [("joint_research", 10, 20, 1000)]
    assert signed
    assert (after["state"], after["due"], after["spent"], after["funds"]) == (contracts.RUNNING, 44, 1000, 800)
    assert money.tolist() == [[0, 800]]
    assert _perform(contracts.NEGOTIATING, 41)[0] == []
    assert _perform(contracts.SEARCHING, 40)[0] == []


def test_renewal_pays_again_and_uses_up_what_is_wanted():
    paid, after, signed, _ = _perform(contracts.RUNNING, 40)
    assert paid == [("joint_research", 10, 20, 1100)]
    assert after["accrued"] == -1100
    assert signed
    paid, after, signed, _ = _perform(contracts.RUNNING, 40, repeat=0.0)
    assert (paid, after["state"], signed) == ([], contracts.OVER, False)


def test_other_research_comes_to_universities_but_not_to_labs():
    paid, *_ = _perform(contracts.NEGOTIATING, 40, other=1.0)
    assert [flow for flow, *_ in paid] == ["joint_research", "contract_research", "clinical_trial", "endowed_chair"]
    assert len(_perform(contracts.NEGOTIATING, 40, other=1.0, lab=True)[0]) == 1


def test_no_cash_or_no_firm_no_contract():
    assert _perform(contracts.NEGOTIATING, 40, cash=999)[1]["state"] == contracts.OVER
    assert _perform(contracts.NEGOTIATING, 40, ended=40)[0] == []


def test_each_contract_is_paid_at_most_once_a_fiscal_year_and_recorded():
    world = small_world(scale=0.1)
    flows = run(world, "2008Q4")
    rows = flows["flow"] == code("flows", "joint_research")
    years = np.stack([flows["contract"][rows], (flows["t"][rows] - 1) // 4], axis=1)
    assert len(np.unique(years, axis=0)) == rows.sum() > 0
    signed = np.concatenate([record["value"] for record in filed(world, "research_contract")])
    assert signed.sum() == flows["amount"][rows].sum()


@pytest.mark.accept("S14.5")
def test_negotiation_that_is_slower_loses_more_and_pays_less():
    amounts, lost = [], []
    for months in (1.0, 8.0):
        world = small_world(scale=0.1, settings={"joint_research.negotiation_time": months})
        flows = run(world, "2007Q4")
        amounts.append(flows["amount"][flows["flow"] == code("flows", "joint_research")].sum())
        lost.append(sum(len(record["actor"]) for record in filed(world, "tender_lost")))
    assert amounts[1] < 0.7 * amounts[0]
    # Gamma(2) with mean m exceeds 9 months with chance (1 + 18/m) exp(-18/m)
    assert lost[0] == 0
    assert lost[1] > 20


def test_contracts_end_with_their_firm():
    paid, after, signed, _ = _perform(contracts.RUNNING, 40, ended=40)
    assert (paid, after["state"], signed) == ([], contracts.OVER, False)
    world = small_world(scale=0.1, settings={"firm_population.exit_hazard": 0.15})
    flows = run(world, "2007Q4")
    rows = flows["flow"] == code("flows", "joint_research")
    ended = world.firm.ended[flows["payer"][rows] - world.firm.offset]
    assert (ended > 0).any()
    assert ((ended == 0) | (ended >= flows["t"][rows])).all()
