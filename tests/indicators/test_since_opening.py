"""What begins before a run is restated as real growth since its first year."""

import pytest

from .by_hand import ledger, pay, values

BN = 10**9


def paid(period, payer, amount):
    return pay(period, "research_wage", amount, payer, "household")


def test_real_growth_is_by_the_deflator_of_the_country(monkeypatch):
    import meguri.indicators._since_opening as module

    prices = {"2017": 1.0, "2018": 1.1, "2019": 1.25}
    monkeypatch.setattr(module, "reference", lambda country, name: {"values": prices})
    world = ledger(
        [
            paid("2017Q2", "university_institution", 40 * BN),
            paid("2018Q2", "university_institution", 55 * BN),
            paid("2019Q2", "university_institution", 60 * BN),
            paid("2017Q3", "national_lab", 10 * BN),
            paid("2018Q3", "national_lab", 22 * BN),
        ],
        first="2017Q1",
        last="2021Q1",
    )
    # 55 / 1.1 / 40 = 1.25; 60 / 1.25 / 40 = 1.2; FY2020 has no price
    assert values("university_rd_since_opening", world) == pytest.approx({"FY2017/FY2018": 1.25, "FY2017/FY2019": 1.2})
    assert values("lab_rd_since_opening", world) == pytest.approx({"FY2017/FY2018": 2.0, "FY2017/FY2019": 0.0})


def test_calendar_years_are_written_as_such():
    world = ledger([paid("2016Q1", "national_lab", BN), paid("2017Q1", "national_lab", 2 * BN)], country="KR")
    world.year_begins = 1
    assert values("lab_rd_since_opening", world)["2016/2017"] == pytest.approx(2 / 1.022)
    world.minor_unit = 2
    assert values("rd_nonprofit_public", world)["2016"] == pytest.approx(1e-5)  # minor units to trillions


def test_a_country_without_prices_has_no_value():
    world = ledger([paid("2016Q2", "national_lab", BN), paid("2017Q2", "national_lab", BN)], country="ZZ")
    assert values("lab_rd_since_opening", world) == {}
