"""Indicators of R&D, of universities with firms, and of the links, on ledgers computed by hand."""

import pytest

from meguri import vocabulary

from .by_hand import act, ledger, pay, values

BN, TN = 10**9, 10**12
UNIVERSITY, LAB, FIRM = "university_institution", "national_lab", "large_firm"


def research(period, payer, wages, inputs):
    return [
        pay(period, "research_wage", wages, payer, "household"),
        pay(period, "research_purchase", inputs, payer, "other_firm"),
    ]


def joint(period, amount, payee=UNIVERSITY, flow="joint_research"):
    return pay(period, flow, amount, FIRM, payee)


def test_rd_by_performer_and_in_all():
    world = ledger(
        [
            *research("2016Q2", FIRM, 6 * TN, 2 * TN),
            *research("2017Q1", "small_firm", 1 * TN, 1 * TN),
            *research("2016Q4", UNIVERSITY, 3 * TN, 1 * TN),
            *research("2016Q4", LAB, 1 * TN, 1 * TN),
            *research("2016Q4", "startup_independent", 7 * TN, 7 * TN),
            pay("2016Q4", "wage", 50 * TN, FIRM, "household"),
        ]
    )
    assert values("rd_business", world) == pytest.approx({"FY2016": 10.0})
    assert values("rd_university", world) == pytest.approx({"FY2016": 4.0})
    assert values("rd_nonprofit_public", world) == pytest.approx({"FY2016": 2.0})
    assert values("rd_total", world) == pytest.approx({"FY2016": 16.0})


def test_plan_sums_run_from_the_first_year_of_the_plan():
    payments = [row for year in range(2021, 2026) for row in research(f"{year}Q2", FIRM, 15 * TN, year % 10 * TN)]
    world = ledger(payments, first="2020Q2", last="2026Q1")
    assert values("rd_total_plan_sum", world) == {
        "FY2021/FY2022": 15 + 1 + 15 + 2,
        "FY2021/FY2023": 15 * 3 + 1 + 2 + 3,
        "FY2021/FY2024": 15 * 4 + 1 + 2 + 3 + 4,
        "FY2021/FY2025": 15 * 5 + 1 + 2 + 3 + 4 + 5,
    }
    assert values("rd_total_plan_sum", ledger(payments, first="2022Q2", last="2026Q1")) == {}
    assert max(values("rd_total_plan_sum", ledger(payments, first="2020Q2", last="2024Q4"))) == "FY2021/FY2023"


def test_government_budget_leaves_tax_credits_out_and_sums_over_the_plan():
    payments = []
    for year in range(2021, 2026):
        payments += [
            pay(f"{year}Q2", "block_grant", 1 * TN, "treasury", UNIVERSITY),
            pay(f"{year}Q3", "sbir_award", 2 * TN, "treasury", "startup_independent"),
            pay(f"{year}Q3", "research_tax_credit", 9 * TN, "treasury", FIRM),
        ]
    budget = values("government_rd_budget", ledger(payments, first="2021Q2", last="2026Q1"))
    assert budget["FY2021"] == 3.0
    assert budget["FY2021/FY2025"] == 15.0
    credit = values("corporate_rd_tax_credit", ledger(payments, first="2021Q2", last="2026Q1"))
    assert credit["FY2023"] == 9_000.0


def test_industry_share_of_university_rd():
    world = ledger(
        [
            *research("2016Q2", UNIVERSITY, 800, 200),
            joint("2016Q2", 20),
            joint("2016Q3", 500, LAB),
            joint("2016Q3", 4, flow="contract_research"),
            joint("2016Q4", 3, flow="clinical_trial"),
            joint("2017Q1", 2, flow="endowed_chair"),
            joint("2017Q1", 1, flow="licence_from_firm"),
        ]
    )
    assert values("industry_share_of_university_rd", world) == {"FY2016": pytest.approx(0.03)}  # 30 of 1,000


def test_joint_research_amount_count_size_and_growth():
    payments = [joint("2018Q2", 60 * BN), joint("2018Q4", 28 * BN, LAB), joint("2019Q2", 110 * BN)]
    world = ledger(payments, first="2017Q2", last="2020Q1")
    assert values("joint_research_amount", world) == pytest.approx({"FY2017": 0.0, "FY2018": 88.0, "FY2019": 110.0})
    assert values("joint_research_amount_universities", world)["FY2018"] == pytest.approx(60.0)
    assert values("joint_research_count", world) == pytest.approx({"FY2017": 0.0, "FY2018": 2.0, "FY2019": 1.0})
    # no contract, no mean size
    assert values("joint_research_mean_size", world) == pytest.approx({"FY2018": 44_000.0, "FY2019": 110_000.0})
    assert values("joint_research_growth", world) == pytest.approx({"FY2018": 0.0, "FY2019": 0.25})
    assert values("joint_research_growth", ledger(payments, first="2018Q3", last="2020Q1")) == {}


def test_other_income_of_universities_from_results():
    world = ledger(
        [
            joint("2016Q2", 2 * BN, flow="clinical_trial"),
            joint("2016Q3", 3 * BN, flow="endowed_chair"),
            joint("2016Q3", 4 * BN, flow="licence_from_firm"),
            pay("2017Q1", "licence_from_startup", 1 * BN, "startup_university", UNIVERSITY),
        ]
    )
    assert values("clinical_trial_income", world) == pytest.approx({"FY2016": 2.0})
    assert values("endowed_chair_income", world) == pytest.approx({"FY2016": 3.0})
    assert values("university_licence_income", world) == pytest.approx({"FY2016": 5.0})


def test_patent_applications_of_universities_and_labs_only():
    classes = (UNIVERSITY, UNIVERSITY, LAB, FIRM)
    records = [act("2016Q1", "patent_application", n, cls) for n, cls in enumerate(classes)]
    found = values("university_patent_applications", ledger(records=records))
    assert found == pytest.approx({"2016": 3.0, "2017": 0.0})


def test_money_on_a_link_forward_and_back_is_gross():
    world = ledger(
        [
            joint("2016Q1", 5 * BN),
            joint("2016Q4", 2 * BN, flow="clinical_trial"),
            pay("2016Q2", "firm_lp_call", 9 * BN, FIRM, "fund_independent"),
            pay("2016Q3", "distribution_to_firm", 4 * BN, "fund_independent", FIRM),
        ]
    )
    assert values("link_flow.university_company", world) == pytest.approx({"2016": 7.0, "2017": 0.0})
    assert values("link_flow.company_investor", world)["2016"] == 9.0
    assert values("link_flow_back.company_investor", world)["2016"] == 4.0
    assert values("link_flow.government_university", world)["2016"] == 0.0


def test_gdp_is_the_sum_of_its_quarters():
    assert values("nominal_gdp", ledger(gdp=2 * TN)) == pytest.approx({"2016": 8.0, "2017": 8.0})


def test_rd_over_gdp_and_who_performs_it():
    world = ledger(
        [
            *research("2016Q2", FIRM, 60, 20), *research("2016Q4", UNIVERSITY, 8, 4), *research("2016Q4", LAB, 6, 2),
            *research("2016Q4", "startup_independent", 70, 70),
        ],
        gdp=1_000,
    )  # fmt: skip
    assert values("rd_to_gdp", world) == pytest.approx({"FY2016": 100 / 4_000})
    assert values("rd_performer_share.business", world) == pytest.approx({"FY2016": 0.80})
    assert values("rd_performer_share.university", world) == pytest.approx({"FY2016": 0.12})
    assert values("rd_performer_share.public", world) == pytest.approx({"FY2016": 0.08})


def test_rd_bought_and_over_sales_from_what_firms_file_for_their_fiscal_year():
    def filed(period, firm, research, bought, sales):
        numbers = (("credit_expenditure", research), ("credit_joint_research", bought), ("credit_sales", sales))
        return [act(period, name, firm, FIRM, value=value) for name, value in numbers]

    records = [*filed("2017Q1", 1, 5 * BN, 1 * BN, 90 * BN), *filed("2017Q1", 2, 1 * BN, 0, 30 * BN)]
    records += filed("2016Q1", 1, 9 * BN, 9 * BN, 9 * BN)  # files for FY2015, which the ledger does not hold whole
    world = ledger(records=records)
    assert values("business_rd_bought", world) == pytest.approx({"FY2016": 1.0})
    assert values("rd_to_sales", world) == pytest.approx({"FY2016": 6 / 120})
    assert values("rd_to_sales", ledger()) == {}


def test_rd_by_industry_of_the_firms_last_statement():
    code = vocabulary.code("industries", "machinery")
    records = [
        act("2017Q1", name, firm, FIRM, value=value * BN)
        for firm, numbers in ((1, (6, 1, 100)), (2, (3, 0, 50)), (3, (8, 8, 10)))
        for name, value in zip(("credit_expenditure", "credit_joint_research", "credit_sales"), numbers, strict=True)
    ]
    records += [act("2016Q1", "industry_statement", 1, FIRM, value=code + 1)]  # it changed its industry
    records += [act("2017Q1", "industry_statement", firm, FIRM, value=code) for firm in (1, 2)]  # firm 3 states none
    world = ledger(records=records)
    assert values("business_rd_by_industry.machinery", world) == pytest.approx({"FY2016": 8.0})
    assert values("business_rd_bought_by_industry.machinery", world) == pytest.approx({"FY2016": 1.0})
    assert values("rd_to_sales_by_industry.machinery", world) == pytest.approx({"FY2016": 9 / 150})
    assert values("business_rd_by_industry.electrical_machinery", world) == {}
