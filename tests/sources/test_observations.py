"""Observations of all sources: columns, words, bounds, the tie to the project's indicators, targets."""

from __future__ import annotations

from collections import Counter

import pytest

from meguri.registry import shelf
from meguri.sources import OBSERVATION_COLUMNS, countries, document, published, targets
from meguri.sources._document import contents
from meguri.sources._formula import evaluate
from meguri.sources._reading import rows
from meguri.vocabulary import table

#: The indicators of the project that outside tables give values of.
INDICATORS = {
    "vc_investment_to_gdp", "vc_investments_count", "vc_investments_amount", "vc_early_share", "vc_later_share",
    "startup_funding_amount", "acquisition_share_vc_backed", "acquisition_share_all", "below_listing_value_share",
    "funding_share", "industry_share_of_university_rd", "joint_research_amount", "joint_research_growth",
    "joint_research_count", "joint_research_mean_size", "university_startups_recognised",
    "university_startups_founded", "university_startups_dissolved", "rd_total", "rd_total_plan_sum", "rd_business",
    "rd_university", "rd_nonprofit_public", "government_rd_budget", "corporate_rd_tax_credit",
    "university_patent_applications", "listings_vc_backed", "listings_startup", "acquisitions_startup",
    "startups_funded_stock", "startups_raising", "vc_domestic_amount", "firms_allied_share", "funding_concentration",
}
SOURCES = list(shelf("meguri.sources"))


def picked(observations, **wanted):
    return [row for row in observations if all(row[key] == value for key, value in wanted.items())]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_a_source_says_what_it_is(source):
    for text in (source.ja, source.en, source.publisher_ja, source.publisher_en, source.licence,
                 source.attribution_ja, source.attribution_en):
        assert text


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_items_have_unique_ids_of_their_source_and_two_labels(source):
    items = list(source.items())
    assert len({item.id for item in items}) == len(items)
    assert all(item.id.startswith(f"{source.id}:") for item in items)
    assert all(item.ja and item.en for item in items)
    assert all(not item.unit or item.unit in table("units") for item in items)
    assert all(not item.evidence or item.evidence in table("evidence") for item in items)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_observations_are_rows_of_the_table(source):
    items = {item.id for item in source.items()}
    for row in source.observations():
        assert tuple(row) == OBSERVATION_COLUMNS
        assert row["origin"] in items
        assert row["unit"] in table("units"), row
        assert row["status"] in table("statuses")
        assert not row["qualifier"] or row["qualifier"] in table("qualifiers")
        assert all(row[key] is None or isinstance(row[key], float) for key in ("value", "low", "high"))
        given = any(row[key] is not None for key in ("value", "low", "high"))
        assert given != (row["status"] == "missing"), row
        if row["low"] is not None and row["high"] is not None:
            assert row["low"] <= row["high"]
        indicator = row["indicator"]
        assert ":" in indicator or indicator.split(".")[0] in INDICATORS or indicator in table("quantities"), row


def test_no_figure_stands_twice_for_one_indicator():
    """One place and period of an indicator has one row per source of statistics; targets stand apart."""
    counted = Counter(
        (row["indicator"], row["place"], row["period"], row["status"])
        for source in (document, published)
        for row in source.observations() if row["period"]
    )
    doubled = {key for key, count in counted.items() if count > 1}
    assert {key[0] for key in doubled} <= {"rd_total", "rd_business", "rd_university", "rd_nonprofit_public"}


def test_bounds_stay_bounds():
    rows_of = {row["origin"].split(":")[1]: row for row in document.observations()}

    def triple(fact):
        return tuple(rows_of[fact][key] for key in ("value", "low", "high"))

    assert triple("imd.rank.jpn.to1996") == (None, None, 5.0)
    assert rows_of["imd.rank.jpn.to1996"]["period"] == "/1996"
    assert triple("imd.rank.jpn.from2019") == (None, 30.0, 39.0)
    assert rows_of["imd.rank.jpn.from2019"]["period"] == "2019/"
    assert triple("vc.stage.claim.later") == (None, None, 0.2)
    assert triple("vc.stage.claim.early") == (0.7, None, None)
    assert triple("sbir.phase1.amount") == (None, 3e6, 3e7)
    assert triple("sbir.phase2.amount") == (None, 1e7, None)
    assert triple("tus.fund_size") == (None, 8e11, None)
    assert triple("midcap.def.large") == (None, 2000.0, None)


def test_the_document_is_tied_to_indicators():
    found = document.observations()
    assert picked(found, indicator="vc_investment_to_gdp", place="US", period="2023")[0]["value"] == 0.0047
    assert len(picked(found, indicator="vc_investment_to_gdp")) == 14
    assert picked(found, indicator="vc_investments_amount", place="JP")[0]["value"] == 173.0
    assert picked(found, indicator="vc_investments_amount", place="US")[0]["unit"] == "USD_bn"
    assert picked(found, indicator="joint_research_amount", period="FY2018")[0]["value"] == 88.4
    assert picked(found, indicator="funding_share", place="JP:other")[0]["value"] == 0.108
    shares = [row["value"] for row in picked(found, indicator="funding_share")]
    assert len(shares) == 6
    assert sum(shares) == pytest.approx(1.0)
    assert picked(found, indicator="rd_total", period="FY2024")[0]["status"] == "missing"
    assert picked(found, indicator="rd_total_plan_sum", status="target")[0]["value"] == 120.0
    assert picked(found, indicator="government_rd_budget", status="target")[0]["value"] == 30.0
    assert picked(found, indicator="joint_research_growth", status="target")[0]["value"] == 0.7
    assert "document:anomaly.not_additive" in picked(found, indicator="rd_total_plan_sum", status="observed")[0]["note"]


def test_the_map_names_facts_once():
    tied = [row["fact"] for row in rows("document/indicator_map.csv")]
    assert len(tied) == len(set(tied))
    assert set(tied) <= contents().facts.keys()


def test_published_figures():
    found = published.observations()
    assert len(rows("published/observations.csv")) == 106
    assert picked(found, indicator="rd_total", period="FY2023")[0]["value"] == pytest.approx(22.0497)
    assert picked(found, indicator="vc_domestic_amount", period="2022")[0]["value"] == 255.0
    assert picked(found, indicator="university_startups_recognised", period="2022")[0]["value"] == 3782.0
    assert picked(found, indicator="corporate_rd_tax_credit", period="FY2022")[0]["note"].startswith("remembered")


def test_assumed_and_repeated_values_are_not_observed():
    items = {item.id: item for item in published.source.items()}
    observed = {row["origin"] for row in published.observations()}
    assert len(items) - len(observed) == 17
    for identifier, item in items.items():
        if item.evidence == "assumed" or item.uses:
            assert identifier not in observed
    known = {item.id for item in document.source.items()}
    assert all(used in known for item in items.values() for used in item.uses)


def test_targets_have_their_bounds():
    found = targets.observations()
    assert len(found) == 102
    assert Counter(row["note"].split("; ")[1] for row in found) == {"cal": 38, "val": 33, "ctx": 21, "exp": 10}
    japan = {
        ("vc_investment_to_gdp", "2016"): (0.0003, 0.00025, 0.00035),
        ("vc_investment_to_gdp", "2022"): (0.0006, 0.00055, 0.00065),
        ("vc_investments_count", "FY2023"): (1285, 1185, 1385), ("vc_investments_amount", "FY2023"): (173, 161, 185),
        ("vc_early_share", "FY2023"): (0.70, 0.65, 0.75), ("vc_later_share", "FY2023"): (0.18, 0.14, 0.22),
        ("acquisition_share_vc_backed", "FY2020"): (0.33, 0.27, 0.39),
        ("acquisition_share_all", "2021"): (0.54, 0.49, 0.59),
        ("below_listing_value_share", "2025"): (0.5, 0.45, 0.55),
        ("industry_share_of_university_rd", "FY2022"): (0.035, 0.032, 0.038),
        ("joint_research_amount", "FY2018"): (88.4, 86.4, 90.4),
        ("joint_research_amount", "FY2023"): (128.3, 124.3, 132.3),
        ("joint_research_growth", "FY2023"): (0.45, 0.40, 0.50),
        ("university_startups_recognised", "2018"): (2278, 2158, 2398),
        ("university_startups_recognised", "2022"): (3782, 3582, 3982),
        ("rd_total", "FY2021"): (19.7, 19.4, 20.0), ("rd_total", "FY2022"): (20.7, 20.4, 21.0),
        ("rd_total", "FY2023"): (22.0, 21.5, 22.5), ("rd_total_plan_sum", "FY2021/FY2023"): (62.5, 61.5, 63.5),
        ("rd_business", "FY2021"): (14.2, 13.9, 14.5), ("rd_business", "FY2022"): (15.1, 14.8, 15.4),
        ("rd_business", "FY2023"): (16.1, 15.8, 16.4), ("rd_university", "FY2023"): (3.9, 3.8, 4.0),
        ("rd_nonprofit_public", "FY2023"): (2.0, 1.9, 2.1),
        ("government_rd_budget", "FY2021/FY2025"): (40.5, 40.4, 40.6),
    }
    for (indicator, period), bounds in japan.items():
        (row,) = picked(found, indicator=indicator, place="JP", period=period)
        assert (row["value"], row["low"], row["high"]) == pytest.approx(bounds)
    (tokyo,) = picked(found, indicator="funding_share", place="JP-13")
    assert (tokyo["low"], tokyo["high"]) == pytest.approx((0.778, 0.818))


def test_every_target_has_its_code_and_use():
    items = list(targets.source.items())
    codes = {item.attributes["code"] for item in items}
    assert {"I01", "I02a", "I05f", "I10f", "I17b", "E01", "E10"} <= codes
    assert len(codes) == 54
    assert all(item.attributes["use"] in targets.USES for item in items)


def test_countries():
    values = rows("countries/values.csv")
    assert len(values) == 916
    assert [len(rows(f"countries/{name}.csv")) for name in ("packs", "flags", "missing")] == [15, 23, 10]
    found = countries.observations()
    assert picked(found, indicator="countries:gdp_lcu", place="JP", period="2016")[0]["value"] == 543684.0
    assert not picked(found, indicator="countries:vc_oecd_gdp_document")
    assert Counter(row["evidence"] for row in values)["remembered"] >= 24


def test_a_formula_is_arithmetic_only():
    facts = {"a.x": {"id": "a.x", "value": 2, "kind": "table"}, "a.y": {"id": "a.y", "value": 4, "kind": "note"}}
    assert evaluate("100 * ([a.y] / [a.x] - 1)", facts) == 100
    assert evaluate("sum([a.*]) + count([a.*|kind=note]) + max([a.x], [a.y])", facts) == 11
    with pytest.raises(ValueError, match="not part of a formula"):
        evaluate("().__class__", facts)
    with pytest.raises(ValueError, match="is not one of"):
        evaluate("open([a.x])", facts)
