"""The document is shipped whole: counts, known values, nothing quoted, nothing corrected."""

from __future__ import annotations

from collections import Counter

import pytest

from meguri.sources._document import contents
from meguri.sources._reading import is_number
from meguri.sources.document import RECORD_KINDS, source
from meguri.vocabulary import table


@pytest.fixture(scope="module")
def facts():
    return contents().facts


@pytest.fixture(scope="module")
def items():
    return {item.id: item for item in source.items()}


def test_everything_is_shipped(items):
    prefixes = Counter(
        identifier.split(":")[1].split(".")[0] if identifier.split(":")[1].split(".")[0]
        in ("derived", "anomaly", "missing", "source", "slide") else "fact"
        for identifier in items
    )
    assert prefixes == {"fact": 450, "derived": 46, "anomaly": 24, "missing": 41, "source": 38, "slide": 30}


def test_kinds_of_fact_are_counted_as_in_the_document(facts):
    assert Counter(fact["kind"] for fact in facts.values()) == {
        "category": 112, "table": 95, "figure": 53, "case": 53, "claim": 33, "list": 23, "event": 21,
        "definition": 20, "note": 19, "method": 9, "issue": 9, "target": 3,
    }


def test_facts_per_slide(facts):
    counted = Counter(fact["slide"] for fact in facts.values())
    assert sorted(counted) == list(range(1, 31))
    assert (counted[12], counted[13], counted[20], counted[28]) == (28, 37, 38, 30)


def test_nothing_is_quoted_at_length(facts):
    """No quote, no line number of a text; texts stay short, except labels, the nine questions and lists."""
    for fact in facts.values():
        assert not {"quote", "lines", "value_type", "slide_title_ja"} & fact.keys()
        if isinstance(fact.get("value"), str) and fact["kind"] != "issue":
            assert len(fact["value"]) <= 75, fact["id"]
            assert not fact["value"].endswith("。"), fact["id"]


def test_persons_are_not_named(facts):
    founders = [fact for fact in facts.values() if fact["quantity"] == "founders"]
    assert len(founders) == 4
    for fact in founders:
        assert all("名）" in text for text in fact["value"])
        assert all("1 person" in text or "2 persons" in text for text in fact["value_en"])


def test_labels_and_caveats_are_in_both_languages(items):
    for item in items.values():
        assert item.ja, item.id
        assert item.en, item.id
        assert not any("぀" <= letter <= "ヿ" for letter in item.en), item.id
        assert all(caveat.ja and caveat.en for caveat in item.caveats), item.id
        text = item.value if isinstance(item.value, str) else None
        if text is None and isinstance(item.value, list) and isinstance(item.value[0], str):
            text = item.value[0]
        if text is not None:
            assert item.value_en, item.id
            assert isinstance(item.value_en, list) == isinstance(item.value, list), item.id
            if isinstance(item.value, list):
                assert len(item.value) == len(item.value_en), item.id


def test_every_id_that_an_item_names_is_an_item(items):
    for item in items.values():
        named = [*item.uses, *(caveat.id for caveat in item.caveats), *(cited.id for cited in item.citations)]
        assert [identifier for identifier in named if identifier and identifier not in items] == [], item.id


def test_words_are_of_the_vocabulary(items):
    for item in items.values():
        assert not item.unit or item.unit in table("units"), item.id
        assert not item.qualifier or item.qualifier in table("qualifiers"), item.id
        assert item.status in table("statuses"), item.id
        assert item.evidence in table("evidence"), item.id


def test_venture_capital_over_gdp_has_its_true_years(facts):
    expected = {
        "usa": (0.4, 0.47), "can": (0.18, 0.22), "gbr": (0.08, 0.12), "fra": (0.06, 0.06), "deu": (0.03, 0.06),
        "jpn": (0.03, 0.06), "ita": (0.01, 0.03),
    }
    for country, values in expected.items():
        for column, value in zip(("2016", "2022"), values, strict=True):
            fact = facts[f"vc.gdp.{country}.{column}col"]
            year = column if country == "jpn" else str(int(column) + 1)
            assert (fact["value"], fact["period"]) == (value, year)
            assert fact["more"]["column_head"] == f"{column}年"


def test_index_of_university_and_laboratory_research(facts):
    university = {"chn": 14.2, "kor": 4.3, "usa": 1.9, "deu": 1.8, "fra": 1.5, "jpn": 1.3}
    laboratory = {"chn": 7.6, "kor": 3.6, "usa": 1.6, "deu": 1.5, "fra": 0.9, "jpn": 1.1, "gbr": 1.0}
    assert {country: facts[f"rd.index.univ.{country}"]["value"] for country in university} == university
    assert {country: facts[f"rd.index.lab.{country}"]["value"] for country in laboratory} == laboratory
    dash = facts["rd.index.univ.gbr"]
    assert dash["missing"] is True
    assert dash["printed"] == "-"
    assert "value" not in dash
    periods = {country: facts[f"rd.index.univ.{country}"]["period"] for country in ("chn", "gbr", "jpn")}
    assert periods == {"chn": "2021", "gbr": "2021", "jpn": "2022"}


def test_research_investment_is_as_printed(facts):
    """21 values and 8 dashes; the printed totals differ from their sums by rounding and are not corrected."""
    years = range(2021, 2026)
    printed = {
        "gov": (8.1, 9.5, 9.5, 8.4, 5.1), "all": (19.7, 20.7, 22.0, None, None),
        "company": (14.2, 15.1, 16.1, None, None), "university": (3.8, 3.8, 3.9, None, None),
        "npo_public": (1.7, 1.7, 2.0, None, None),
    }
    for row, values in printed.items():
        assert tuple(facts[f"rdinv.{row}.fy{year}"].get("value") for year in years) == values
    dashes = [fact["id"] for fact in facts.values() if fact.get("missing")]
    assert len(dashes) == 9
    assert sum(identifier.startswith("rdinv.") for identifier in dashes) == 8
    totals = {row: facts[f"rdinv.{row}"]["value"] for row in ("gov.total", "gov.target", "all.total", "all.target")}
    assert totals == {"gov.total": 40.5, "gov.target": 30, "all.total": 62.5, "all.target": 120}
    values = [value for row in printed.values() for value in row if value is not None]
    assert len(values) + len(totals) == 21
    assert sum(printed["gov"]) == pytest.approx(40.6)


def test_derived_values_recompute(items):
    derived = contents().derived
    assert len(derived) == 46
    for entry in derived.values():
        value = items[f"document:derived.{entry['id']}"].value
        if isinstance(entry["value"], bool):
            assert value is entry["value"], entry["id"]
        else:
            assert value == pytest.approx(entry["value"], abs=max(entry["tolerance"], 1e-9)), entry["id"]


def test_caveats_reach_the_facts_that_they_concern(items):
    def anomalies(identifier):
        return {caveat.id for caveat in items[identifier].caveats if caveat.kind == "anomaly"}

    assert anomalies("document:imd.method.coverage") == {"document:anomaly.imd_coverage_year"}
    assert "document:anomaly.not_additive" in anomalies("document:rdinv.gov.total")
    assert "document:anomaly.not_additive" in anomalies("document:rdinv.all.total")
    for country in ("jpn", "deu", "gbr"):
        assert "document:anomaly.rd_flow_meaning" in anomalies(f"document:rd.flow.{country}")
    assert items["document:vc.deals.jpn"].citations[0].id == "document:source.vc_stage_sources"
    assert items["document:vc.deals.jpn"].slide == 12


def test_each_number_yields_an_observation(facts):
    rows = {row["origin"]: row for row in source.observations()}
    for fact in facts.values():
        numeric = is_number(fact.get("value")) or fact.get("qualifier") in ("range", "range_approx")
        expected = fact.get("missing", False) or (numeric and fact["kind"] not in RECORD_KINDS)
        assert (f"document:{fact['id']}" in rows) == expected, fact["id"]
