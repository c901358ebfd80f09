"""Cutting a link of the figure stops its money; the same luck elsewhere."""

import polars as pl
import pytest

from meguri import vocabulary
from meguri.model.member import run_member
from meguri.model.request import RunRequest
from meguri.model.scenario import Change, Scenario
from meguri.registry import shelf

SPAN = {"last": "2017Q4", "scale": 0.05, "members": 1}
FORWARD = {
    link: [flow.id for flow in vocabulary.table("flows") if (flow["link"], flow["direction"]) == (link, "forward")]
    for link in vocabulary.table("links").ids
}


def _money(changes=()):
    """Return the yen of 2017 by flow."""
    return _year(changes)[0]


def _year(changes=(), year=2017):
    """Return the yen of a year by flow, and what was held at its end by stock."""
    request = RunRequest(Scenario("cut", "", "", "JP", changes=changes), **{**SPAN, "last": f"{year}Q4"})
    ledger, _ = run_member(request.base, request.resolved, request.span, 3, request.scale, {}, "JP", "JPY")
    rows = ledger.sums.filter(pl.col("t") // 4 == year).group_by(pl.col("flow").cast(pl.String))
    rows = rows.agg(pl.col("amount").sum())
    held = ledger.stock_rows.filter(pl.col("t") // 4 == year).group_by(pl.col("stock").cast(pl.String))
    return dict(rows.iter_rows()), dict(held.agg(pl.col("amount").sum()).iter_rows())


@pytest.fixture(scope="module")
def baseline():
    return _money()


#: Flows whose size was promised before the cut and is only paid out later.
STANDING = {
    "company_investor": {"firm_lp_call"},
    "investor_university": {"distribution_to_university"},
    "government_investor": {"university_fund_capital", "public_fund_capital"},
    "government_startup": {"sbir_award", "government_procurement"},
    "university_startup": {"licence_from_startup"},
    "university_company": {"licence_from_firm"},
}


@pytest.mark.parametrize("link", [link.id for link in vocabulary.table("links")])
def test_a_cut_link_carries_nothing_new(link, baseline):
    cut = _money((Change("link_strength", -1.0, at=link),))
    for flow in FORWARD[link]:
        if flow in STANDING.get(link, set()):
            assert cut.get(flow, 0) <= baseline.get(flow, 0), flow
        else:
            assert cut.get(flow, 0) == 0, flow
    assert sum(cut.values()) > 0


#: What would be new in a year: rounds, contracts, awards and university spending.
NEW = {"vc_round", "corporate_fund_round", "firm_round", "joint_research", "contract_research"}


@pytest.mark.accept("S01.6")
def test_with_all_links_cut_nothing_new_is_agreed_and_one_cut_link_is_told_from_the_baseline(baseline):
    nothing = _money(tuple(Change("link_strength", -1.0, at=link.id) for link in vocabulary.table("links")))
    assert baseline.keys() >= NEW
    assert not {flow for flow in NEW if nothing.get(flow, 0)}
    one = _money((Change("link_strength", -1.0, at="university_company"),))
    assert one.get("joint_research", 0) == 0
    assert one["vc_round"] == pytest.approx(baseline["vc_round"], rel=0.2)  # the same luck elsewhere


def test_every_lever_moves_the_run_when_it_is_pulled():
    doses = {
        "listing_minimum_value": 2e9, "negotiation_time": -0.5, "link_strength": -0.5, "founding_abroad": 200.0,
        "corporate_venture_strategy": 1.0, "foreign_vc_attraction": 1.0,
    }  # fmt: skip
    rest = {year: _year(year=year) for year in (2017, 2022)}
    for lever in shelf("meguri.levers"):
        if lever.id == "standards_training":
            continue  # It makes the staff younger and moves no money: tests/mechanisms/test_standards.py.
        slow = lever.id.startswith("standards_")  # posts come free once in a term
        year, dose = (2022, lever.high) if slow else (2017, doses.get(lever.id, min(lever.high, 0.2)))
        assert _year((Change(lever.id, dose),), year) != rest[year], lever.id
