"""Explaining on the command line."""

from __future__ import annotations


def test_an_indicator(here):
    found = here("explain", "vc_investment_to_gdp", "--json").json
    assert found["shelf"] == "indicators"
    assert found["unit"] == "share"
    assert {"relation": "reads", "id": "flows:vc_round"} in found["up"]
    assert any(value["origin"] == "document:vc.gdp.jpn.2022col" for value in found["values"])


def test_a_fact_of_the_document_with_its_source_year_qualifier_and_caveats(here):
    found = here("explain", "document:vc.deals.jpn", "--json").json
    assert found["source"][0]["id"].startswith("document:source.")
    assert found["facts"]["qualifier"] == "exact"
    assert found["facts"]["slide"] == 12
    assert len(found["caveats"]) == 2
    assert {"relation": "observed", "id": "vc_investments_count"} in found["down"]


def test_in_words_in_both_languages(meguri):
    english = meguri("explain", "document:vc.deals.jpn", "--lang", "en").out
    japanese = meguri("explain", "document:vc.deals.jpn", "--lang", "ja").out
    assert "caveat: " in english
    assert "年は印字されていない" in japanese


def test_with_the_values_of_a_run(here, small_run):
    found = here("explain", "university_startups_recognised", "--run", small_run.folder, "--json").json
    assert {value["status"] for value in found["values"]} >= {"simulated", "observed"}


def test_a_word_that_several_things_bear_names_the_others(here):
    found = here("explain", "inventor_share", "--json").json
    assert found["shelf"] == "levers"
    assert "inventor_choice.inventor_share" in found["also"]


def test_an_unknown_id_lists_the_five_nearest(here):
    sentence = here("explain", "vc_rund").sentence
    assert "vc_round" in sentence
    assert len(sentence.split("nearest: ")[1].split(", ")) == 5
