"""Every identity holds on a ledger that was put down by hand, and fails when one thing in a copy is changed."""

import json

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.ledger.identities import check, identities

from .toy import (
    BOUGHT,
    BUYER,
    CLOSED,
    FIRM,
    FUND,
    LISTED,
    OLD_FUND,
    STATUTE,
    UNIVERSITY,
    Toy,
    parameters,
    sector,
    write,
)

FRAMES = Toy().frames()
NAMES = [identity.name for identity in identities()]


def changed(table, where, **values):
    """Return a break: set columns of the rows of a table where a condition holds (at least one)."""

    def apply(frames):
        assert frames[table].filter(where).height, "the break must hit something"
        columns = [
            pl.when(where).then(pl.lit(value) if not isinstance(value, pl.Expr) else value).otherwise(pl.col(name))
            .cast(frames[table].schema[name]).alias(name)
            for name, value in values.items()
        ]  # fmt: skip
        return frames | {table: frames[table].with_columns(columns)}

    return apply


def dropped(table, where):
    """Return a break: leave rows out."""

    def apply(frames):
        assert frames[table].filter(where).height
        return frames | {table: frames[table].filter(~where)}

    return apply


def doubled(table, where):
    """Return a break: write rows twice."""

    def apply(frames):
        assert frames[table].filter(where).height
        return frames | {table: pl.concat([frames[table], frames[table].filter(where)])}

    return apply


def stock(name, actor=None, period=None):
    """Return the condition for stocks."""
    where = pl.col("stock").cast(pl.String) == name
    if actor is not None:
        where &= pl.col("actor") == actor
    return where & (pl.col("period").cast(pl.String) == period) if period else where


def flow(name, payer=None):
    """Return the condition for payments."""
    where = pl.col("flow").cast(pl.String) == name
    return where & (pl.col("from_actor") == payer) if payer is not None else where


def act(name, actor=None):
    """Return the condition for records."""
    where = pl.col("act").cast(pl.String) == name
    return where & (pl.col("actor") == actor) if actor is not None else where


#: Identity -> breaks that it must see.
BREAKS = {
    "rows_lie_in_the_run": [
        changed("flows", flow("carried_interest"), period="2018Q1"),
        changed("records", act("award"), period="2015Q4"),
        changed("stocks", stock("cash", FIRM, "2016Q2"), period="2015Q3"),
    ],
    "balances": [
        changed("stocks", stock("cash", FIRM, "2016Q3"), amount=pl.col("amount") + 1),
        changed("flows", flow("sales"), amount=pl.col("amount") - 1),
        dropped("flows", flow("tuition") | flow("block_grant")),
        dropped("stocks", stock("cash", UNIVERSITY, "2017Q4")),
        doubled("stocks", stock("cash", BUYER, "2016Q1")),
    ],
    "payers_and_payees": [
        changed("flows", flow("sales"), flow="tuition"),
        changed("flows", flow("joint_research"), to_actor=FUND),
        changed("actors", pl.col("actor") == UNIVERSITY, **{"class": "treasury"}),
    ],
    "payments_are_positive": [
        changed("flows", flow("carried_interest"), amount=0),
        changed("flows", flow("sales"), amount=-pl.col("amount")),
    ],
    "no_forbidden_debt": [
        changed("stocks", stock("cash", FUND, "2016Q2"), amount=-1),
        changed("actors", pl.col("actor") == sector("household"), **{"class": "large_firm"}),
    ],
    "actors_are_one_row_each": [
        doubled("actors", pl.col("actor") == FIRM),
        changed("actors", pl.col("actor") == FIRM, kind="investor"),
        changed("actors", pl.col("actor") == BOUGHT, founded="2016Q4", ended="2016Q3"),
    ],
    "parties_of_flows_live": [
        dropped("actors", pl.col("actor") == FIRM),
        changed("actors", pl.col("actor") == UNIVERSITY, founded="2016Q2"),
        changed("actors", pl.col("actor") == BOUGHT, ended="2016Q3"),
        changed("flows", flow("block_grant"), to_actor=12_345),
    ],
    "parties_of_stocks_live": [
        changed("actors", pl.col("actor") == BUYER, ended="2017Q3"),
        changed("stocks", stock("shares"), counterparty=12_345),
    ],
    "parties_of_records_live": [
        changed("records", act("award"), actor=12_345),
        changed("actors", pl.col("actor") == CLOSED, ended="2016Q4"),
        changed("records", act("acquisition"), counterparty=12_345),
    ],
    "rounds_match_payments": [
        changed("records", act("funding_round"), value=pl.col("value") + 1),
        changed("flows", flow("angel_round"), contract=1),
        changed("flows", flow("firm_round"), to_actor=CLOSED),
        dropped("records", act("funding_round")),
        dropped("flows", flow("vc_round")),
    ],
    "acquisitions_match_payments": [
        changed("records", act("acquisition"), value=pl.col("value") + 10),
        dropped("flows", flow("acquisition_price") & (pl.col("to_actor") == FUND)),
        changed("records", act("acquisition"), counterparty=FIRM),
    ],
    "dissolutions_match_payments": [
        changed("records", act("dissolution"), value=299),
        dropped("records", act("dissolution")),
    ],
    "holders_are_paid_by_shares": [
        changed("flows", flow("liquidation_proceeds") & (pl.col("to_actor") == OLD_FUND), amount=pl.col("amount") + 9),
        changed("records", act("shares_cancelled", FUND), value=pl.col("value") * 2),
    ],
    "listings_match_payments": [
        changed("records", act("listing"), contract=1),
        dropped("flows", flow("listing_primary")),
        changed("flows", flow("listing_primary"), amount=1_001),
        doubled("flows", flow("listing_primary")),
    ],
    "awards_match_payments": [
        changed("records", act("award"), value=301),
        changed("records", act("award"), value=299),
        changed("flows", flow("sbir_award"), to_actor=LISTED),
        dropped("flows", flow("sbir_award") & (pl.col("amount") == 100)),
    ],
    "award_ends_match_payments": [
        changed("records", act("award_end"), value=299),
        doubled("flows", flow("sbir_award")),
    ],
    "procurement_matches_payments": [
        changed("records", act("procurement_contract"), value=49),
        doubled("flows", flow("government_procurement")),
    ],
    "phases_pass_a_gate": [
        changed("records", act("gate_technology"), value=0),
        changed("records", act("gate_business"), value=0),
        dropped("records", act("gate_decision")),
        changed("records", act("gate_decision"), period="2017Q1"),
    ],
    "hub_support_matches_payments": [
        changed("records", act("hub_support"), value=301),
        changed("flows", flow("hub_support"), to_actor=CLOSED),
    ],
    "alliances_within_promise": [
        changed("records", act("alliance"), value=79),
        changed("flows", flow("alliance_payment"), amount=81),
    ],
    "contracts_match_payments": [
        changed("records", act("research_contract"), value=99_999),
        changed("flows", flow("joint_research"), from_actor=BUYER),
    ],
    "closings_match_commitments": [
        changed("records", act("fund_closing"), value=701),
        dropped("stocks", stock("commitment", 303)),
    ],
    "fund_ends_match_distributions": [
        changed("records", act("fund_end"), value=pl.col("value") - 1),
        dropped("records", act("fund_end")),
        changed("stocks", stock("distributed", OLD_FUND, "2015Q4"), amount=599),
    ],
    "shares_add_up": [
        changed("stocks", stock("shares", OLD_FUND, "2016Q4"), amount=pl.col("amount") + 1),
        dropped("stocks", stock("shares_outstanding", LISTED, "2017Q4")),
    ],
    "share_issues_and_cancellations": [
        changed("records", act("shares_issued", FUND), value=pl.col("value") + 1),
        dropped("records", act("shares_cancelled", FUND)),
        changed("stocks", stock("shares_outstanding", LISTED, "2017Q4"), amount=1_251),
    ],
    "product_lines_move": [
        changed("records", act("line_captured"), counterparty=BUYER),
        changed("records", act("lines_opened"), value=3),
        dropped("records", act("line_captured")),
        changed("stocks", stock("product_lines", BUYER, "2016Q4"), amount=4),
    ],
    "shares_never_below_zero": [changed("records", act("shares_cancelled", FUND), value=100_000)],
    "fund_accounts": [
        changed("stocks", stock("invested", OLD_FUND, "2016Q4"), amount=pl.col("amount") + 1),
        changed("stocks", stock("cash", FUND, "2017Q4"), amount=pl.col("amount") - 1),
        changed("stocks", stock("cost_distributed", FUND), amount=pl.col("amount") * 2),
    ],
    "fund_calls": [
        changed("stocks", stock("called", FUND, "2017Q4"), amount=pl.col("amount") + 1),
        changed("flows", flow("institutional_lp_call"), amount=499),
    ],
    "fund_calls_within_commitments": [changed("stocks", stock("commitment", OLD_FUND), amount=999)],
    "fund_fees": [changed("flows", flow("management_fee"), amount=21), dropped("flows", flow("management_fee"))],
    "fund_investments": [
        changed("flows", flow("vc_round"), amount=pl.col("amount") + 1),
        changed("stocks", stock("cost_distributed", FUND), amount=pl.col("amount") - 1),
    ],
    "fund_distributions": [
        changed("flows", flow("distribution_to_institution", FUND), amount=pl.col("amount") - 1),
        changed("stocks", stock("distributed", FUND), amount=pl.col("amount") + 1),
    ],
    "fund_waterfall": [
        changed("flows", flow("carried_interest"), amount=pl.col("amount") + 1),
        dropped("flows", flow("carried_interest")),
        changed("stocks", stock("called", OLD_FUND, "2015Q4"), amount=1_001),
    ],
    "fund_ends_empty": [changed("stocks", stock("cash", FUND, "2017Q3"), actor=OLD_FUND)],
    "research_is_wages_and_inputs": [
        changed("flows", flow("research_wage"), amount=pl.col("amount") + 1),
        changed("flows", flow("research_purchase"), flow="purchase"),
        changed("records", act("research_performed"), value=pl.col("value") + 1),
    ],
    "research_is_its_sources": [
        changed("records", act("research_from_projects"), value=pl.col("value") - 1),
        dropped("records", act("research_from_own_funds")),
    ],
    "sources_were_received": [changed("records", act("research_from_grants"), value=121)],
    "credits_are_the_statute": [
        changed("records", act("tax_statement"), value=pl.col("value") + 1),
        changed("records", act("credit_tax"), value=999_996),
        changed("records", act("credit_joint_research"), value=399_990),
        changed("records", act("tax_statement"), value=0),
    ],
    "credits_were_paid": [
        changed("flows", flow("research_tax_credit"), amount=pl.col("amount") - 1),
        changed("flows", flow("research_tax_credit"), to_actor=BUYER),
        dropped("flows", flow("research_tax_credit")),
    ],
    "taxes_were_paid": [dropped("flows", flow("corporate_tax")), doubled("flows", flow("corporate_tax"))],
    "research_filed_was_paid": [
        changed("flows", flow("research_wage", FIRM), amount=pl.col("amount") - 1),
        changed("records", act("credit_expenditure"), value=pl.col("value") + 1),
        dropped("records", pl.col("act").cast(pl.String).str.starts_with("credit_") | act("tax_statement")),
    ],
    "joint_research_filed_was_paid": [
        changed("flows", flow("joint_research"), flow="purchase"),
        changed("records", act("credit_joint_research"), value=pl.col("value") + 1),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return check(write(tmp_path_factory.mktemp("toy") / "run", FRAMES, parameters()))


def test_every_identity_holds_and_has_something_to_compare(whole):
    for result in whole.identities:
        assert result.holds, f"{result.name}: {result.example}"
        assert result.rows > 0, result.name
        assert result.worst == 0
    assert whole.exact
    assert whole.difference == 0
    assert whole.quarters == 8


def test_accounts_are_those_that_held_or_moved_money(whole):
    moved = set(FRAMES["flows"]["from_actor"]) | set(FRAMES["flows"]["to_actor"])
    held = set(FRAMES["stocks"].filter(stock("cash"))["actor"])
    assert whole.accounts == len(moved | held)


@pytest.mark.parametrize(("name", "number"), [(name, n) for name in NAMES for n in range(len(BREAKS.get(name, [0])))])
def test_a_break_in_a_copy_is_seen(name, number, tmp_path):
    assert name in BREAKS, "every identity needs a break that it sees"
    report = check(write(tmp_path / "run", BREAKS[name][number](FRAMES), parameters()))
    broken = next(result for result in report.identities if result.name == name)
    assert not broken.holds
    assert broken.worst > 0
    assert broken.wrong > 0
    assert broken.example
    assert not report.exact
    assert (report.difference > 0) == (not next(one for one in report.identities if one.name == "balances").holds)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"fund_distribution__carry": [0.25]}, {"fund_waterfall"}),
        ({"fund_distribution__carry": None}, {"fund_waterfall"}),
        ({"taxes__credit_rate_addition": [-0.05]}, {"credits_are_the_statute"}),
        ({"taxes__take_up_start": [0.4]}, {"credits_are_the_statute"}),
        ({"taxes__credit_statute": STATUTE | {"cap": [0.3]}}, {"credits_are_the_statute"}),
        ({"taxes__credit_statute": "table credit_statute"}, {"credits_are_the_statute"}),
        ({"links__link_strength": [[0.5] * 10]}, {"credits_were_paid"}),
    ],
)
def test_other_numbers_of_the_run_are_seen(change, broken, tmp_path):
    report = check(write(tmp_path / "run", FRAMES, parameters(**change)))
    assert {result.name for result in report.identities if not result.holds} == broken


def test_the_report_as_plain_values_keeps_its_contract(whole):
    plain = json.loads(json.dumps(whole.as_dict()))
    assert list(plain) == ["exact", "difference", "quarters", "accounts", "identities"]
    assert plain["exact"] is True
    assert [list(one) for one in plain["identities"]] == [["name", "rows", "worst"]] * len(NAMES)


def test_identities_have_names_and_labels_of_their_own():
    assert len(set(NAMES)) == len(NAMES)
    assert set(BREAKS) == set(NAMES)
    for identity in identities():
        assert identity.ja
        assert identity.en
        assert identity.unit


@pytest.mark.parametrize("table", ["actors", "flows", "stocks", "records", "parameters"])
def test_a_run_without_a_ledger_or_with_a_damaged_file_is_refused(table, tmp_path):
    folder = write(tmp_path / "run", FRAMES, parameters())
    path = folder / f"{table}.parquet"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match=f"{table}.parquet' is not a readable Parquet file"):
        check(folder)
    path.unlink()
    with pytest.raises(InputError, match=f"holds no {table}.parquet"):
        check(folder)


def test_a_file_that_is_another_table_is_refused(tmp_path):
    folder = write(tmp_path / "run", FRAMES, parameters())
    (folder / "records.parquet").write_bytes((folder / "actors.parquet").read_bytes())
    with pytest.raises(InputError, match=r"records\.parquet' has no column 'act': it is not the records"):
        check(folder)


def test_a_folder_that_is_not_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="is not a run"):
        check(tmp_path)
