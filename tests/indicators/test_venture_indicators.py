"""Indicators of start-ups, funds and exits on ledgers whose answer is computed by hand."""

import pytest

from .by_hand import act, hold, ledger, pay, values

BN = 1_000_000_000
STARTUP = "startup_independent"


def invest(period, amount, flow="vc_round", actors=(1, 2), contract=1, stage="early", region="JP-13"):
    payer = {
        "vc_round": "fund_independent",
        "corporate_fund_round": "fund_corporate",
        "firm_round": "large_firm",
        "angel_round": "angel",
        "foreign_round": "foreign_investor",
        "public_fund_round": "public_fund",
    }[flow]
    return pay(period, flow, amount, payer, STARTUP, actors, contract, stage, region)


def test_vc_over_gdp_counts_funds_at_home_and_abroad_and_no_one_else():
    world = ledger(
        [
            invest("2016Q1", 6),
            invest("2016Q4", 10, "corporate_fund_round"),
            pay("2016Q2", "outward_vc", 4, "fund_independent", "abroad"),
            invest("2016Q3", 1_000, "angel_round"),
            invest("2017Q1", 8),
        ],
        gdp=2_500,
    )
    # 2016: (6 + 10 + 4) / (4 x 2,500); 2017: 8 / 10,000
    assert values("vc_investment_to_gdp", world) == pytest.approx({"2016": 0.002, "2017": 0.0008})


def test_vc_amounts_by_calendar_and_fiscal_year():
    world = ledger(
        [
            invest("2016Q1", 1 * BN),
            invest("2016Q2", 2 * BN),
            invest("2017Q1", 4 * BN, "corporate_fund_round"),
            pay("2016Q3", "outward_vc", 8 * BN, "fund_independent", "abroad"),
            invest("2017Q2", 16 * BN),
        ]
    )
    assert values("vc_domestic_amount", world) == pytest.approx({"2016": 3.0, "2017": 20.0})
    assert values("vc_amount_with_abroad", world) == pytest.approx({"2016": 11.0, "2017": 20.0})
    # FY2015 began before the ledger and FY2017 goes on after it: only FY2016 (2016Q2 to 2017Q1) is whole.
    assert values("vc_investments_amount", world) == pytest.approx({"FY2016": 6.0})


def test_an_investment_is_one_fund_in_one_startup_in_one_quarter():
    world = ledger(
        [
            invest("2016Q2", 5, actors=(1, 9), contract=70),
            invest("2016Q2", 5, actors=(1, 9), contract=70),  # a second payment of the same investment
            invest("2016Q2", 5, actors=(2, 9), contract=70),  # another fund
            invest("2016Q3", 5, actors=(1, 9), contract=71),  # another quarter
            invest("2016Q3", 5, actors=(1, 8), contract=72),  # another start-up
            invest("2016Q3", 5, "angel_round", actors=(5, 7), contract=73),  # not a fund
        ]
    )
    assert values("vc_investments_count", world) == pytest.approx({"FY2016": 4.0})
    assert values("rounds_count", world) == pytest.approx({"2016": 4.0, "2017": 0.0})
    assert values("startups_raising", world) == pytest.approx({"2016": 3.0, "2017": 0.0})


def test_stage_shares_put_expansion_into_early():
    world = ledger(
        [
            invest("2016Q2", 10, stage="seed"),
            invest("2016Q3", 30, stage="early"),
            invest("2016Q4", 40, stage="expansion"),
            invest("2017Q1", 20, stage="later"),
        ]
    )
    assert values("vc_seed_share", world) == pytest.approx({"FY2016": 0.1})
    assert values("vc_early_share", world) == pytest.approx({"FY2016": 0.7})
    assert values("vc_later_share", world) == pytest.approx({"FY2016": 0.2})


def test_startup_funding_is_what_all_investors_pay_in_rounds():
    flows = ["vc_round", "corporate_fund_round", "firm_round", "angel_round", "foreign_round", "public_fund_round"]
    payments = [invest("2016Q1", (n + 1) * BN, flow) for n, flow in enumerate(flows)]
    world = ledger([*payments, pay("2016Q1", "listing_primary", 99 * BN, "public_market", STARTUP)])
    assert values("startup_funding_amount", world)["2016"] == 1 + 2 + 3 + 4 + 5 + 6
    assert values("startup_funding_by_investor.firm_round", world) == pytest.approx({"2016": 3.0, "2017": 0.0})
    # firms directly (3) and through their funds (2), of 21; nothing was raised in 2017
    assert values("startup_funding_corporate_share", world) == pytest.approx({"2016": 5 / 21})


def test_funding_shares_of_prefectures_and_of_those_not_named():
    world = ledger(
        [
            invest("2016Q1", 80, region="JP-13"),
            invest("2016Q2", 10, "angel_round", region="JP-27"),
            invest("2016Q3", 6, region="JP-01"),
            invest("2016Q4", 4, region="JP-04"),
        ]
    )
    shares = values("funding_share", world)
    assert shares["JP-13", "2016"] == pytest.approx(0.80)
    assert shares["JP-27", "2016"] == pytest.approx(0.10)
    assert shares["JP-04", "2016"] == pytest.approx(0.04)
    assert shares["JP-47", "2016"] == 0.0
    assert shares["JP:other", "2016"] == pytest.approx(0.10)  # 6 + 4
    assert sum(share for (place, _), share in shares.items() if place != "JP:other") == pytest.approx(1.0)
    assert {period for _, period in shares} == {"2016"}


def test_exits_and_their_mix_on_both_countings():
    records = [
        *(act("2016Q2", "listing", n) for n in range(3)),
        act("2016Q2", "listing_vc_backed", 0),
        *(act("2016Q3", "acquisition", n) for n in range(10, 14)),
        *(act("2017Q1", name, 14) for name in ("acquisition", "foreign_acquisition")),
        *(act("2017Q1", "acquisition_vc_backed", n) for n in (10, 14)),
    ]
    world = ledger(records=records)
    assert values("listings_startup", world) == pytest.approx({"2016": 3.0, "2017": 0.0})
    assert values("listings_vc_backed", world) == pytest.approx({"2016": 1.0, "2017": 0.0})
    assert values("acquisitions_startup", world) == pytest.approx({"2016": 4.0, "2017": 1.0})
    assert values("acquisitions_vc_backed", world) == pytest.approx({"2016": 0.0, "2017": 2.0})
    assert values("acquisition_share_all", world) == pytest.approx({"2016": 4 / 7, "2017": 1.0})
    assert values("acquisition_share_vc_backed", world) == pytest.approx({"FY2016": 2 / 3})


def test_share_of_listed_companies_below_their_listing_value():
    stocks = []
    for actor, now, listed_at in ((1, 9, 10), (2, 10, 10), (3, 11, 10), (4, 1, 2)):
        stocks += [hold("2016Q4", "valuation", now, actor), hold("2016Q4", "listing_value", listed_at, actor)]
    stocks.append(hold("2016Q4", "valuation", 5, 5))  # never listed
    assert values("below_listing_value_share", ledger(stocks=stocks)) == pytest.approx({"2016": 0.5})


def test_university_startups_founded_known_and_dissolved():
    records = [
        *(act("2016Q1", "founding", n, "startup_university", counterparty=7) for n in range(3)),
        act("2016Q1", "founding", 5, "startup_serial", counterparty=4),
        act("2017Q4", "dissolution", 1, "startup_university"),
        act("2017Q4", "dissolution", 5, "startup_serial"),
    ]
    world = ledger(records=records, stocks=[hold("2016Q4", "recognised", 1_800), hold("2016Q4", "funded", 40)])
    assert values("university_startups_founded", world) == pytest.approx({"2016": 3.0, "2017": 0.0})
    assert values("university_startups_dissolved", world) == pytest.approx({"2016": 0.0, "2017": 1.0})
    assert values("university_startups_recognised", world) == pytest.approx({"2016": 1_800.0})
    assert values("startups_funded_stock", world) == pytest.approx({"2016": 40.0})
