"""Alliances and concentration of funding on a small ledger by hand."""

import pytest

from .by_hand import act, hold, ledger, pay, values

FIRM, STARTUP = "large_firm", "startup_independent"


def alliance(period, name="alliance", actor=1):
    return act(period, name, actor, FIRM, counterparty=9, value=10)


def live(period, amount, cls, region, stock="alliances", count=1):
    return hold(period, stock, amount, cls=cls, count=count) | {"region": region}


def test_alliances_formed_inside_and_between_prefectures_and_where_the_live_ones_are():
    world = ledger(
        records=[alliance("2016Q1"), alliance("2016Q3", actor=2), alliance("2016Q3", "alliance_in_region", 2),
                 alliance("2017Q1", actor=3)],
        stocks=[live("2016Q4", 3, STARTUP, "JP-13"), live("2016Q4", 1, "startup_serial", "JP-27"),
                live("2016Q4", 4, FIRM, "JP-27"), live("2016Q3", 9, FIRM, "JP-13")],
        scale=0.5,
    )  # fmt: skip
    assert values("alliances_formed", world) == {"2016": 4, "2017": 2}
    assert values("alliances_by_region.within", world) == {"2016": 2, "2017": 0}
    assert values("alliances_by_region.between", world) == {"2016": 2, "2017": 2}
    assert values("alliances_by_region.startups", world) == {("JP-13", "2016"): 6, ("JP-27", "2016"): 2}
    assert values("alliances_by_region.firms", world) == {"2016": 8}


def test_share_of_allied_firms_by_size():
    world = ledger(stocks=[
        live("2016Q4", 2, FIRM, "JP-13", "allied_firms", 2), live("2016Q4", 500, FIRM, "JP-13", "employees", 5),
        live("2016Q4", 1, "mid_firm", "JP-13", "allied_firms"),
        live("2016Q4", 900, "mid_firm", "JP-27", "employees", 10),
        live("2016Q4", 900, "small_firm", "JP-27", "employees", 10),
    ])  # fmt: skip
    assert values("firms_allied_share.large", world) == {"2016": 0.4}
    assert values("firms_allied_share.mid", world) == {"2016": 0.1}


def test_concentration_is_the_sum_of_squared_shares():
    """Shares 0.8, 0.1 and 0.1: 0.66."""
    rounds = [("JP-13", 80), ("JP-27", 10), ("JP-01", 10)]
    world = ledger([
        pay("2016Q1", "firm_round", amount, FIRM, STARTUP, contract=n, stage="early", region=region)
        for n, (region, amount) in enumerate(rounds)
    ])  # fmt: skip
    assert values("funding_concentration", world)["2016"] == pytest.approx(0.66)
