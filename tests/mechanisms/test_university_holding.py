"""University holding companies: who pays whom on which occasion, the chain of owners, nothing at rest (S09)."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.mechanisms import _university_holding as kernels
from meguri.mechanisms import university_holding
from meguri.mechanisms._views import StartupView

from .whole import run, whole_world

KEY = np.uint64(11)
RULES = kernels.HoldingRules(screened=0.5, equity=30e6, follow=0.04, bridge=0.1, runway=1.0, least_belief=0.0,
                             smallest=5e6, most=500e6)  # fmt: skip
SETTINGS = {
    "university_holding__universities": 20.0, "university_holding__take_up": 0.1, "university_holding__start": 2016.0,
}  # fmt: skip


def start_ups(**columns) -> StartupView:
    """Return start-ups with these columns; the others are zero."""
    count = len(next(iter(columns.values())))
    kinds = {"potential": float, "belief_mean": float, "belief_variance": float, "mentoring": float}
    flags = ("visible", "news", "proof", "dormant", "closing", "vc_backed", "funded")
    made = {name: np.zeros(count, bool if name in flags else kinds.get(name, np.int64)) for name in StartupView._fields}
    for name, values in columns.items():
        made[name][:] = values
    return StartupView(**made)


def decided(view, of, holding_of, rules=RULES, t=40, room=(10**9,)):
    """Return (occasion, holding company, yen) of each start-up, and what room is left."""
    count = len(view.id)
    occasion, who, amount = np.zeros(count, np.int8), np.zeros(count, np.int64), np.zeros(count, np.int64)
    left = np.array(room, np.int64)
    kernels.occasions(view, np.array(of), np.array(holding_of), rules, t, left, KEY, occasion, who, amount)
    return list(zip(occasion.tolist(), who.tolist(), amount.tolist(), strict=True)), left.tolist()


def test_occasions_by_hand():
    view = start_ups(
        id=[1, 2, 3, 4, 5, 6, 7], university=[0, 1, 0, 0, 0, 0, 0], founded=[40, 40, 39, 9, 9, 9, 9],
        last_round=[0, 0, 0, 39, 30, 30, 39], post_money=[0, 0, 0, 10**9, 5 * 10**8, 5 * 10**8, 10**11],
        cash=[0, 0, 0, 10, 10, 30, 10], burn=[0, 0, 0, 20, 20, 20, 20],
    )  # fmt: skip
    found, left = decided(view, [-1, -1, -1, 0, 0, 0, 0], [0, -1], RULES._replace(screened=1.0))
    # founded now; of another university; too late; after a round; short of money; not short; at most the limit
    assert found == [(1, 0, 30_000_000), (0, 0, 0), (0, 0, 0), (2, 0, 40_000_000), (3, 0, 50_000_000), (0, 0, 0),
                     (2, 0, 500_000_000)]  # fmt: skip
    assert left == [10**9 - 620_000_000]


def test_what_is_listed_ended_or_asleep_or_beyond_the_money_gets_nothing():
    view = start_ups(
        id=[1, 2, 3, 4, 5], university=[0] * 5, last_round=[39, 39, 30, 30, 39], post_money=[10**9] * 5, burn=[20] * 5,
        ended=[0, 38, 0, 0, 0], status=[1, 0, 0, 0, 0], dormant=[0, 0, 1, 0, 0], belief_mean=[0, 0, 0, -0.1, 0],
    )  # fmt: skip
    found, _ = decided(view, [0] * 5, [0], room=(39_000_000,))
    assert [kind for kind, _, _ in found] == [0, 0, 0, 0, 0]
    found, left = decided(view, [0] * 5, [0], room=(40_000_000,))
    assert [kind for kind, _, _ in found] == [0, 0, 0, 0, 2]
    assert left == [0]


def test_a_naive_twin_decides_the_same():
    rng = np.random.default_rng(3)
    count, t = 400, 40

    def whole(low, high):
        return rng.integers(low, high, count)

    of, holding_of = whole(-1, 3), np.array([0, -1, 1, 2, -1])
    view = start_ups(
        id=rng.permutation(count) + 1, university=whole(-1, 5), founded=whole(38, 41), last_round=whole(37, 40),
        post_money=whole(0, 10**9), cash=whole(0, 9), burn=whole(0, 9), dormant=rng.random(count) < 0.2,
        belief_mean=rng.normal(size=count), closing=rng.random(count) < 0.1, status=whole(0, 2), ended=whole(0, 2) * 30,
    )  # fmt: skip
    room, expected = {0: 10**9, 1: 2 * 10**8, 2: 10**10}, []
    found, left = decided(view, of, holding_of, room=tuple(room.values()))
    for i in range(count):
        row = SimpleNamespace(**{name: getattr(view, name)[i] for name in StartupView._fields})
        kind, wanted, k = 0, 0.0, int(of[i])
        if not (row.ended or row.status or row.closing):
            if k >= 0 and row.last_round == t - 1:
                kind, wanted = 2, RULES.follow * row.post_money
            elif k >= 0 and not row.dormant and row.cash < row.burn and row.belief_mean >= 0.0:
                kind, wanted = 3, RULES.bridge * row.post_money
            elif k < 0 and row.university >= 0 and row.founded == t and uniform(KEY, row.id, 0) < 0.5:
                k = int(holding_of[row.university])
                kind, wanted = (1, RULES.equity) if k >= 0 else (0, 0.0)
        pays = int(min(wanted, RULES.most))
        if kind and pays >= RULES.smallest and pays <= room[k]:
            room[k] -= pays
            expected.append((kind, k, pays))
        else:
            expected.append((0, 0, 0))
    assert found == expected
    assert left == list(room.values())
    assert {kind for kind, _, _ in expected} == {0, 1, 2, 3}


@pytest.fixture(scope="module")
def grown():
    world = whole_world(scale=0.1, **SETTINGS)
    return world, run(world, "2022Q4")


@pytest.mark.accept("S09.1")
def test_the_university_owns_its_part_through_a_subsidiary_of_its_own(grown):
    world, log = grown
    links = log.records("ownership")
    share = {(a, b): v / 1000 for a, b, v in zip(links["actor"].tolist(), links["counterparty"].tolist(),
                                                 links["value"].tolist(), strict=True)}  # fmt: skip
    table, sub = world.university_holding, world.university_subsidiary
    assert table.n == 2
    for k in range(table.n):
        university, own = world.university.id[table.owner[k]], sub.id[table.subsidiary[k]]
        assert share[university, own] == 1.0
        assert share[university, own] * share[own, table.id[k]] >= 0.4
    passed = [log.paid(flow)["amount"].sum() for flow in ("subsidiary_capital", "holding_capital")]
    assert passed[0] == passed[1] > 0
    others = log.paid("holding_other_capital")["amount"].sum()
    assert passed[1] / (passed[1] + others) == pytest.approx(0.4, abs=1e-6)


def test_the_same_supporter_is_there_from_the_seed_to_the_last_stage(grown):
    """Support from the seed on: one holding company a start-up, first at the seed stage, at later stages too."""
    _, log = grown
    paid = log.paid("holding_round")
    seed = vocabulary.code("stages", "seed")
    later = set()
    for startup in np.unique(paid["payee"]).tolist():
        mine = paid["payee"] == startup
        assert len(np.unique(paid["payer"][mine])) == 1
        assert paid["stage"][mine][0] == seed
        assert (np.diff(paid["t"][mine]) > 0).all()
        later |= set(paid["stage"][mine].tolist())
    assert len(later) >= 3
    assert log.records("holding_investment")["value"].sum() == paid["amount"].sum()


def test_units_are_those_of_the_money_and_add_up(grown):
    world, log = grown
    held = world.holding
    mine = (held.holder >= world.university_holding.offset) & (held.ended == 0)
    mine &= held.holder < world.university_holding.offset + world.university_holding.n
    for row in np.unique(held.startup[mine]).tolist():
        lines = (held.startup == row) & (held.ended == 0)
        assert held.units[lines].sum() == world.startup.units[row]
    issued = log.records("shares_issued")
    invested = set(log.records("holding_investment")["contract"].tolist())
    assert invested <= set(issued["contract"].tolist())


def test_it_raises_funds_of_its_own_and_its_part_is_called_from_it(grown):
    world, log = grown
    fund, table, lines = world.fund, world.university_holding, world.commitment
    own = np.flatnonzero(np.isin(fund.manager, table.manager))
    assert len(own) >= 2
    assert (fund.university[own] == table.owner[np.searchsorted(table.manager, fund.manager[own])]).all()
    offset = table.offset
    part = np.isin(lines.lp, offset + np.arange(table.n))
    assert part.any()
    called = log.paid("university_lp_call")
    mine = np.isin(called["payer"], offset + np.arange(table.n))
    assert called["amount"][mine].sum() == lines.called[part].sum() > 0


def test_what_comes_back_is_shared_by_ownership_and_reaches_the_university():
    world = whole_world(scale=0.1, university_holding__payout=1.0, **SETTINGS)
    run(world, "2016Q4")
    table = world.university_holding
    world.accounts.balance[table.offset] += 10**9  # proceeds of a listing
    log = run(world, "2017Q2")
    others, own, back = (
        log.paid(flow) for flow in ("holding_other_dividend", "holding_dividend", "subsidiary_dividend")
    )
    total = others["amount"].sum() + own["amount"].sum()
    assert total >= 9 * 10**8
    assert own["amount"].sum() / total == pytest.approx(0.4, abs=1e-6)
    assert back["amount"].sum() == own["amount"].sum()
    assert set(back["payee"].tolist()) <= set((world.university.offset + table.owner).tolist())


def test_at_rest_nothing_that_it_knows_matters():
    """Without holding companies its numbers move nobody: the same payments, row by row."""
    logs = []
    for settings in ({}, {"university_holding__equity": 200.0, "university_holding__share": 0.9,
                          "university_holding__fund_size": 50.0, "university_holding__take_up": 0.5}):  # fmt: skip
        world = whole_world(**settings)
        logs.append(run(world, "2016Q4").flows)
        assert not world.university_holding.n
    for one, other in zip(*logs, strict=True):
        assert all(np.array_equal(one[name], other[name]) for name in one)


def test_fewer_universities_of_a_smaller_country_have_one():
    world = whole_world(scale=0.1, **SETTINGS)
    p = world.parameters(university_holding.mechanism)
    p.universities = 20.0
    rows = university_holding.chosen(world, p)
    people = world.university.researcher_share.sum(axis=1)
    institutions = world.university.cls == vocabulary.code("classes", "university_institution")
    assert len(rows) == 2
    assert people[rows].min() >= np.sort(people[institutions])[-2]


def test_start_ups_of_these_universities_are_more_and_raise_more(grown):
    """The documented direction: beside the same luck without it, more companies start and more money reaches them."""
    world, log = grown
    plain = whole_world(scale=0.1)
    logs = [(plain, run(plain, "2022Q4")), (world, log)]
    rounds = ("vc_round", "corporate_fund_round", "firm_round", "angel_round", "foreign_round", "public_fund_round")
    rows = world.university_holding.owner
    companies, funded, money = [], [], []
    for one, paid in logs:
        mine = np.isin(one.startup.university, rows) & (one.startup.founded >= 4 * 2016)
        companies.append(mine.sum())
        funded.append((mine & one.startup.funded).sum())
        got = [paid.paid(flow) for flow in (*rounds, "holding_round")]
        money.append(sum(int(p["amount"][mine[p["payee"] - one.startup.offset]].sum()) for p in got))
    assert companies[1] > companies[0]
    assert funded[1] > 1.5 * funded[0]
    assert money[1] > money[0]
