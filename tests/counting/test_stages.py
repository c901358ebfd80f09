"""Stages: which class of a source goes where in whose statistics, and what that does to shares."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri import vocabulary
from meguri.counting.stages import MAPPINGS, STAGES, UNMAPPED, mapping_of, stage_of
from meguri.errors import InputError
from meguri.observatory.counting import count
from meguri.sources._document import contents

from ..sources.data_sets import real
from .by_hand import counted, sections

DEALS = [("Seed", 1.0), ("Early", 3.0), ("Expansion", 4.0), ("Later", 2.0)]


def deals(place, given=DEALS):
    return [{"class": name, "amount": amount, "place": place} for name, amount in given]


def shares(found, place):
    return {row["stage"]: row["share"] for row in found["stages"] if row["place"] == place}


@pytest.mark.accept("S18.3")
def test_expansion_is_early_in_japan_and_venture_growth_is_later_in_the_united_states():
    assert stage_of("Expansion", "japan") == ("early", "document")
    assert stage_of("Venture Growth", "united_states") == ("later", "document")
    assert (mapping_of("JPN"), mapping_of("usa"), mapping_of("FR")) == ("japan", "united_states", "separate")
    rows = [*deals("JP"), *deals("US", [("early VC", 3.0), ("venture growth", 7.0)])]
    found = sections("stages", {"deals": rows})
    assert shares(found, "JP") == {"seed": 0.1, "early": 0.7, "later": 0.2}
    assert shares(found, "US") == {"early": 0.3, "later": 0.7}


def test_the_same_deals_under_each_mapping():
    found = sections("stages", {"deals": deals("JP")})["mappings"]
    early = {row["mapping"]: row["share"] for row in found if row["stage"] == "early"}
    assert early == {"japan": 0.7, "united_states": 0.3, "separate": 0.3}


@pytest.mark.accept("S18.1", "S18.2")
def test_mean_deals_of_the_document_and_its_shares_as_bounds():
    facts = contents().facts
    rows = [{"class": "early", "amount": facts[f"vc.amount.{place}"]["value"], "place": place.upper(),
             "deals": facts[f"vc.deals.{place}"]["value"]} for place in ("jpn", "usa")]  # fmt: skip
    found = {row["place"]: row for row in sections("stages", {"deals": rows})["stages"]}
    assert round(found["JPN"]["mean_deal"] / 1e6, 1) == 134.6
    assert round(found["USA"]["mean_deal"] / 1e6, 2) == 12.56
    assert (facts["vc.stage.claim.early"]["value"], facts["vc.stage.claim.later"]["qualifier"]) == (70, "less_than")
    assert not [name for name in facts if name.startswith("vc.stage.claim.seed")]


def test_a_class_that_no_mapping_knows_stays_in_sight():
    found = counted("stages", {"deals": deals("JP", [*DEALS, ("bridge", 10.0)])})
    rows = {row["stage"]: row for row in found.sections["stages"]}
    assert rows[UNMAPPED]["amount"] == 10.0
    assert rows["early"]["share"] == 0.35
    assert rows["early"]["share_of_mapped"] == 0.7
    assert "bridge" in found.notes[0]


def test_a_mapping_of_your_own_counts():
    own = [{"class": "bridge", "stage": "later"}, {"class": "EARLY", "stage": "early"}]
    found = sections("stages", {"deals": deals("JP", [("bridge", 1.0), ("early", 3.0)]), "mapping": own})
    assert shares(found, "JP") == {"early": 0.75, "later": 0.25}
    with pytest.raises(InputError, match="no deals"):
        sections("stages", {"mapping": own})


def test_what_the_later_stage_lacks_against_another_country():
    rows = [*deals("JP"), *deals("US", [("early vc", 25.0), ("later vc", 75.0)])]
    gap = {row["stage"]: row for row in sections("stages", {"deals": rows}, reference="US")["gap"]}
    assert gap["later"]["missing"] == pytest.approx(5.5)
    assert sum(row["missing"] for row in gap.values()) == pytest.approx(0.0)
    with pytest.raises(InputError, match="FR"):
        sections("stages", {"deals": rows}, reference="FR")


def test_the_mapping_of_japan_is_that_of_the_models_stages():
    for word in vocabulary.table("stages"):
        if word["document"]:
            assert stage_of(word.id, "japan") == (word["document"], "document"), word.id
        if word["vec"]:
            assert stage_of(word.id, "separate")[0] == word["vec"], word.id


CLASSES = st.sampled_from(["seed", "angel", "early", "expansion", "series-c+", "venture growth", "later", "bridge"])


@settings(deadline=None)
@given(st.lists(st.tuples(CLASSES, st.floats(0.01, 1e6), st.sampled_from(["JP", "US", "FR"])), min_size=1, max_size=20))
def test_no_money_is_lost_under_any_mapping(drawn):
    rows = [{"class": name, "amount": amount, "place": place} for name, amount, place in drawn]
    total = sum(amount for _, amount, _ in drawn)
    for mapping in ("by_place", *MAPPINGS):
        found = sections("stages", {"deals": rows}, mapping=mapping)["stages"]
        assert sum(row["amount"] for row in found) == pytest.approx(total)
        assert {row["stage"] for row in found} <= {*STAGES, UNMAPPED}
        assert sum(row["share"] for row in found) == pytest.approx(len({place for *_, place in drawn}))


def test_rounds_of_the_united_states():
    columns = {"class": "funding_round_type", "amount": "raised_amount_usd", "place": "company_country_code"}
    result = count("stages", [real("crunchbase_2013/rounds.csv.gz")], {}, columns)
    rows = {row["stage"]: row for row in result.counted.sections["stages"]}
    assert sum(row["deals"] for row in rows.values()) == result.rows[0].rows == 19_181
    assert {stage: row["deals"] for stage, row in rows.items()} == {
        "seed": 3558, "early": 4460 + 2708, "later": 2514, UNMAPPED: 4683 + 1135 + 109 + 10 + 4}  # fmt: skip
