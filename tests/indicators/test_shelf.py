"""What holds for every indicator: whole years only, nothing out of nothing, scale, families, declared gaps."""

import csv
import math
from dataclasses import replace
from importlib.resources import files

import polars as pl
import pytest

from meguri import vocabulary
from meguri.engine.time import quarter
from meguri.errors import InputError
from meguri.indicators import family, measure, member
from meguri.indicators._reference import reference
from meguri.registry import shelf

from .by_hand import act, hold, ledger, pay

INDICATORS = list(shelf("meguri.indicators"))
STAGES = vocabulary.table("stages").ids
#: Periods of the document that begin before a run: what was before is taken from outside or from yearly moves.
RESTATED = {"FY2013/FY2023", "2012/2022"}
STARTUP_ACTS = [word.id for word in vocabulary.table("acts")]


def _busy(scale=1.0, copies=1):
    """Return a ledger in which every flow, act and stock occurs ``copies`` times in every quarter."""
    payments, records, stocks = [], [], []
    for t in range(quarter("2016Q1"), quarter("2023Q2") + 1):
        period = f"{t // 4}Q{t % 4 + 1}"
        for copy in range(copies):
            for flow in vocabulary.table("flows"):
                for n, cls in enumerate(flow.list("from_classes")):
                    payments.append(
                        pay(
                            period, flow.id, 10**9 * (flow.code + n), cls, flow.list("to_classes")[0],
                            (1000 * copy + n, 10**6 + 1000 * copy + flow.code), 10**9 * copy + 100 * t + n,
                            STAGES[(n + t) % len(STAGES)], "JP-13" if n else "JP-01",
                        )
                    )  # fmt: skip
            records += [act(period, name, 10 * t + copy, "startup_university") for name in STARTUP_ACTS]
            records += [act(period, "sbir_application", 10 * t + copy, value=1)]
            records += [act(period, "patent_application", 10 * t + copy, "university_institution")]
            for firm, staff in enumerate((400, 2500, 9000)):
                actor = 10**7 + 10 * copy + firm
                size = "size_mid" if staff < 2001 else "size_large"
                records.append(act(period, size, actor, "mid_firm", value=staff))
                records.append(act(period, "size_listed", actor, "mid_firm", value=staff))
                records.append(act(period, "industry_statement", actor, "mid_firm", value=7 + firm % 2))
                records.append(act(period, "credit_expenditure", actor, "mid_firm", value=100 + t % 7))
                records.append(act(period, "credit_sales", actor, "mid_firm", value=1000))
                records.append(act(period, "credit_joint_research", actor, "mid_firm", value=10 + t % 5))
            records += _filed(period, 10**6 + 10 * t + copy) + _of_standards(period, t)
            for stock in _STAFF:
                stocks.append(hold(period, stock, 4 - len(stock) // 20))
            for stock in ("recognised", "funded"):
                stocks.append(hold(period, stock, 5))
            for stock in ("employees", "allied_firms", "alliances"):
                stocks.append(hold(period, stock, 5, cls="large_firm"))
            stocks += [hold(period, "researchers", 9, cls="large_firm"), hold(period, "doctors", 3, cls="large_firm")]
            for actor, factor in ((1, 2), (2, 1)):
                stocks.append(hold(period, "listing_value", 6, actor + 10 * copy))
                stocks.append(hold(period, "valuation", 4 * factor, actor + 10 * copy))
    return ledger(payments, records, stocks, gdp=10**15 * copies, first="2016Q1", last="2023Q2", scale=scale)


_STAFF = ("standards_experts", "standards_experts_50_plus", "standards_experts_cso", "standards_experts_50_plus_cso")


def _filed(period, number):
    """Return the records of one patent family of every field: filed at two offices, published at once."""
    found = []
    for code in range(1, len(vocabulary.table("fields")) + 1):
        first, second = 100 * number + code, 100 * number + code + 50
        for name, contract, value in (
            ("patent_filing", first, 1), ("patent_filing", second, 2), ("priority_claim", second, first),
            ("patent_field", first, code), ("inventor_country", first, 1 + code % 2), ("patent_publication", first, 3),
        ):  # fmt: skip
            found.append(act(period, name, 1, "large_firm", value=value) | {"contract": contract})
    return found + [act(period, "patent_applications_year", 1, cls, value=7) for cls in ("large_firm", "small_firm")]


def _of_standards(period, number):
    """Return posts of working groups in one field, and the answers of two firms."""
    field = {"contract": 1 + number % 18}
    posts = [act(period, "convenor_posts", 1, cls, value=2) | field for cls in ("treasury", "abroad")]
    names = ("standards_participation", "standards_unrecognised", "standards_without_gain", "standards_without_people")
    return posts + [act(period, name, 1, "large_firm") for name in names]


@pytest.fixture(scope="module")
def whole():
    return _busy()


@pytest.fixture(scope="module")
def doubled():
    return _busy(scale=2.0, copies=2)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.id)
def test_a_country_of_twice_the_size_shows_the_same_number(indicator, whole, doubled):
    once, twice = measure(indicator, whole), measure(indicator, doubled)
    assert len(once), "the ledger holds something for every indicator"
    assert once.drop("value").equals(twice.drop("value"))
    assert twice["value"].to_list() == pytest.approx(once["value"].to_list())


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.id)
def test_only_whole_years_of_the_basis_are_measured(indicator, whole):
    allowed = {"CY": {str(y) for y in range(2016, 2023)}, "FY": {f"FY{y}" for y in range(2016, 2023)}}[indicator.basis]
    for period in set(measure(indicator, whole)["period"]) - RESTATED:
        assert set(period.split("/")) <= allowed


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.id)
def test_an_empty_ledger_gives_zero_or_nothing_and_never_a_division_by_zero(indicator):
    for row in measure(indicator, ledger(gdp=0)).iter_rows(named=True):
        assert row["value"] == 0.0, row
        assert math.isfinite(row["value"])


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.id)
def test_units_and_labels_are_words_that_exist(indicator):
    assert indicator.unit in vocabulary.table("units")
    assert bool(indicator.caveat_ja) == bool(indicator.caveat_en)
    is_share = indicator.unit in ("share", "ratio")
    assert not (is_share and indicator.extensive), "a share does not grow with the country"
    assert is_share or indicator.extensive or indicator.id in {"joint_research_mean_size", "funding_concentration"}


def test_measuring_does_not_change_the_ledger(whole):
    before = whole.sums.clone()
    for indicator in INDICATORS:
        measure(indicator, whole)
    assert whole.sums.equals(before)


def test_a_place_that_nobody_names_has_no_rest():
    world = replace(_busy(), country="ZZ")
    shares = measure(shelf("meguri.indicators")["funding_share"], world)
    assert not reference("ZZ", "named_prefectures")
    assert shares.is_empty()


def test_members_of_a_family_have_their_own_labels():
    flow = shelf("meguri.indicators")["link_flow"]
    assert len(flow.ids) == 10
    one = member(flow, "link_flow.university_company")
    assert one.ja.startswith("つながりの資金の流れ：大学・国立研究開発法人→事業会社")
    assert one.en.startswith("Money on the link: universities")
    assert family(one.id) == "link_flow"
    assert len({member(flow, identifier).ja for identifier in flow.ids}) == 10
    with pytest.raises(InputError, match=r"unknown indicator 'link_flow\.moon'"):
        member(flow, "link_flow.moon")


def test_what_is_not_modelled_says_what_it_needs_and_is_on_no_shelf():
    text = files("meguri.indicators").joinpath("_not_modelled.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {"university_rd_index", "top_vc_investments"} <= {row["id"] for row in rows}
    for row in rows:
        assert row["id"] not in shelf("meguri.indicators"), row["id"]
        assert row["unit"] in vocabulary.table("units"), row["id"]
        assert all(row[column] for column in ("ja", "en", "needs_ja", "needs_en")), row["id"]


def test_rows_come_sorted_and_without_holes(whole):
    for indicator in INDICATORS:
        frame = measure(indicator, whole)
        assert frame.equals(frame.sort("indicator", "place", "period"))
        assert not frame.select(pl.any_horizontal(pl.all().is_null().any())).item()
        assert set(frame["indicator"]) <= set(indicator.ids)
