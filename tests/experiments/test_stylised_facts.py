"""Stylised facts: measures on numbers by hand, and a whole small ledger whose payments all find their start-up."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from meguri.experiments import stylised_facts as facts


def test_the_tail_exponent_of_numbers_by_hand():
    # the two largest of 40: excess over the third is ln 4 + ln 2
    numbers = np.array([8.0, 4.0, 2.0, *([1.0] * 37)])
    assert facts.hill(numbers, 0.05) == pytest.approx(2 / (np.log(4) + np.log(2)))
    pareto = (1.0 - (np.arange(20_000) + 0.5) / 20_000) ** (-1.0 / 1.5)
    assert facts.hill(pareto) == pytest.approx(1.5, abs=0.02)
    assert np.isnan(facts.hill(np.ones(10)))


def test_the_share_of_the_largest():
    assert facts.top_share(np.array([6.0, 1, 1, 1, 1, 0, 0, 0, 0, 0])) == 0.6
    assert np.isnan(facts.top_share(np.zeros(3)))


def test_survival_takes_out_what_left_alive():
    # five: one dies at 2, one leaves at 2, one dies at 4, two go on beyond
    curve = facts.kaplan_meier(np.array([2, 2, 4, 9, 9]), np.array([True, False, True, False, False]))
    assert curve(1) == 1.0
    assert curve(2) == pytest.approx(4 / 5)
    assert curve(4) == curve(8) == pytest.approx(4 / 5 * 2 / 3)


class _Hand:
    """A ledger of a few start-ups that funds 1 and 2 invest in."""

    seed, first, last = 1, 4 * 2016, 4 * 2030 + 3
    actors = pl.DataFrame({"actor": [1, 2, 3], "class": ["fund_independent", "fund_corporate", "fund_independent"]})
    rounds = (  # start-up, fund, quarter, yen
        (10, 1, 8064, 100), (10, 2, 8080, 100), (11, 1, 8068, 50), (12, 2, 8070, 40), (13, 1, 8064, 10),
        (14, 1, 8100, 10), (15, 2, 8072, 10), (16, 3, 8072, 10),
    )  # fmt: skip
    back = ((10, 1, 150), (11, 1, 300), (15, 2, 5))

    def flows(self, names):
        rows = self.rounds if "vc_round" in names else ()
        paid = [(t, fund, startup, yen) for startup, fund, t, yen in rows]
        return pl.DataFrame(paid, schema={"t": int, "from_actor": int, "to_actor": int, "amount": int}, orient="row")

    def at_exits(self):
        return pl.DataFrame(self.back, schema=["startup", "to_actor", "amount"], orient="row")

    def of_class(self, classes):
        return self.actors.filter(pl.col("class").is_in(classes))

    def stock(self, name):
        held = {
            "shares": [(8063, 1, 13, 5), (8123, 2, 12, 30), (8123, 1, 16, 1)],  # 13 was held before the ledger opened
            "valuation": [(8123, 12, 0, 400), (8123, 16, 0, 7)],
            "shares_outstanding": [(8123, 12, 0, 100), (8123, 16, 0, 1)],
        }[name]
        return pl.DataFrame(held, schema=["t", "actor", "counterparty", "amount"], orient="row")


def test_multiples_count_what_came_back_and_what_is_still_held():
    ledger = _Hand()
    found = facts.multiples(ledger)
    assert found.drop("still").rows() == [
        (10, 200, 150.0, 0.75), (11, 50, 300.0, 6.0), (12, 40, 120.0, 3.0), (15, 10, 5.0, 0.5), (16, 10, 7.0, 0.7),
    ]  # fmt: skip
    assert found["still"].to_list() == [0.0, 0.0, 120.0, 0.0, 7.0]
    rows = {item: value for _, item, value in facts.first_investments(ledger)}
    assert (rows["number"], rows["below_cost"], rows["above_5x"]) == (5.0, 0.6, 0.2)
    assert (rows["nothing_held"], rows["below_cost_where_nothing_is_held"]) == (0.6, pytest.approx(2 / 3))
    assert rows["above_5x_share_of_proceeds"] == pytest.approx(300 / 582)
    assert rows["pooled_multiple"] == pytest.approx(582 / 310)


def test_every_payment_at_an_exit_of_a_real_ledger_finds_its_startup(small_run):
    ledger = facts._Tables(small_run.folder)
    payments, found = ledger.flows(facts.BACK), ledger.at_exits()
    assert len(found) == len(payments) > 20
    assert found["startup"].null_count() == 0
    closed = found.filter(pl.col("flow") == "liquidation_proceeds")
    assert (closed["startup"] == closed["from_actor"]).all()  # who pays is the start-up itself
    rows = {(fact, item): value for fact, item, value in facts.facts(small_run.folder)}
    assert 0.5 < rows["firm_sizes", "employees_tail_exponent"] < 2.5
    assert 1.0 >= rows["survival", "startups_1_years"] > 0.5
