"""Government procurement by hand: who supplies, what is paid, what it changes."""

import numpy as np
import pytest

from meguri.engine import time
from meguri.mechanisms import procurement

from .grant_side import filed, payments, run, small_world

#: Every supplier gets a contract of 30 m yen at once; nothing else happens.
CERTAIN = {
    "procurement.budget": 100.0, "procurement.chance": 0.3, "procurement.manager_link": 3.0,
    "procurement.size_spread": 0.1, "sbir.budget": 0.0, "sbir.third_phase_budget": 0.0,
}  # fmt: skip


def _suppliers(count: int, **values) -> list[dict]:
    return [{"trl": 7, "award_phase": 2, "revenue": 1_000_000, **values} for _ in range(count)]


@pytest.mark.accept("S25.6")
def test_start_ups_that_went_through_the_second_phase_supply_the_state():
    """Only who won phase 2 or 3 and is ready can supply; the others end in the market or nowhere."""
    columns = (np.arange(1, 5), np.array([0, 0, 0, 9], np.int32), np.zeros(4, np.bool_),
               np.array([7, 7, 5, 7], np.uint8), np.array([2, 1, 3, 3], np.uint8), np.zeros(4), np.zeros(4, np.bool_))
    out = np.empty(4, np.int64)
    assert procurement.suppliers(columns, 2, 6, 1.0, 0.0, np.uint64(5), out) == 1
    assert out[0] == 0


def test_a_link_of_the_manager_raises_the_chance():
    n = 20_000
    columns = (np.arange(n), np.zeros(n, np.int32), np.zeros(n, np.bool_), np.full(n, 7, np.uint8),
               np.full(n, 2, np.uint8), np.where(np.arange(n) % 2, 0.15, 0.0), np.zeros(n, np.bool_))
    out = np.empty(n, np.int64)
    chosen = out[: procurement.suppliers(columns, 2, 6, 0.1, 0.5, np.uint64(5), out)]
    linked = (chosen % 2).sum()
    assert linked / (n / 2) == pytest.approx(0.15, abs=0.012)
    assert (len(chosen) - linked) / (n / 2) == pytest.approx(0.10, abs=0.012)


def test_a_contract_is_paid_over_its_term_and_spent_on_delivering():
    world = small_world(_suppliers(60), settings=CERTAIN)
    spent = []
    paid = run(world, "2023Q1", lambda world: spent.append(int(world.startup.project.sum())))
    contracts = {row[3]: row[4] for row in filed(world, "procurement_contract")}
    rows = payments(paid, "government_procurement")
    first = min(t for t, _, _ in rows)
    for contract, value in contracts.items():
        own = sorted((t, yen) for t, number, yen in rows if number == contract)
        if own[0][0] == first:
            assert [t - first for t, _ in own] == [0, 1, 2, 3]
            assert sum(yen for _, yen in own) == value
    by_quarter = [sum(yen for t, _, yen in rows if t == first + k) for k in range(4)]
    start = first - time.quarter("2022Q1")
    assert spent[start + 1] == pytest.approx(0.9 * by_quarter[0], abs=len(contracts))


def test_a_reference_raises_revenue_once_and_proves_the_product_for_a_quarter():
    world = small_world(_suppliers(60), settings=CERTAIN)
    run(world, "2022Q1")
    chosen = {row[1] for row in filed(world, "procurement_contract")}
    assert 0 < len(chosen) < 60
    inside = np.isin(world.startup.id, list(chosen))
    assert (world.startup.revenue[inside] == int(1_000_000 * np.exp(0.1))).all()
    assert (world.startup.revenue[~inside] == 1_000_000).all()
    assert (world.startup.proof == inside).all()


def test_the_budget_ends_the_list():
    assert procurement.within(np.array([4, 5, 6]), 9) == 2
    assert procurement.within(np.array([4, 5, 6]), 3) == 0


def test_who_supplies_already_gets_no_second_contract():
    world = small_world(_suppliers(60), settings=CERTAIN)
    run(world, "2022Q4")
    suppliers = [row[1] for row in filed(world, "procurement_contract")]
    assert len(suppliers) == len(set(suppliers))


def test_without_a_budget_nothing_happens():
    world = small_world(_suppliers(60), settings=CERTAIN | {"procurement.budget": 0.0})
    run(world, "2022Q4")
    assert not filed(world, "procurement_contract")
    assert (world.startup.revenue == 1_000_000).all()
    assert not world.startup.proof.any()
