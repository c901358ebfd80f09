"""What the document says of places: funding by region, hub cities, the Boston bio-community."""

import pytest

from meguri import vocabulary
from meguri.packs import load_institution, load_pack
from meguri.sources._document import contents
from meguri.sources.published import observations


@pytest.fixture(scope="module")
def facts():
    return contents().facts


@pytest.fixture(scope="module")
def shares(facts):
    names = ("tokyo", "osaka", "kanagawa", "kyoto", "fukuoka", "other")
    return {name: facts[f"region.funding.{name}"]["value"] for name in names}


@pytest.mark.accept("S23.1", "S23.2", "S23.3")
def test_shares_of_funding_are_as_printed_sum_to_a_hundred_and_tokyo_rounds_to_eighty(shares, facts):
    assert list(shares.values()) == [79.8, 3.0, 2.2, 2.2, 2.0, 10.8]
    assert sum(shares.values()) == pytest.approx(100.0)
    assert round(shares["tokyo"], -1) == facts["region.message.tokyo"]["value"] == 80


@pytest.mark.accept("S23.4")
def test_concentration_is_a_range_since_other_is_many_regions(shares):
    """Herfindahl-Hirschman: 0.639 if the others were 42 equal prefectures, 0.651 if they were one."""
    named = sum((value / 100) ** 2 for name, value in shares.items() if name != "other")
    one, many = named + 0.108**2, named + 0.108**2 / 42
    row = next(row for row in observations() if row["indicator"] == "funding_concentration")
    assert (row["low"], row["high"]) == pytest.approx((many, one), abs=5e-4)
    assert "one" in row["note"]


@pytest.mark.accept("S24.1", "S24.2")
def test_eight_hubs_four_and_four_with_members_as_printed(facts):
    hubs = vocabulary.table("hubs")
    assert len(hubs) == facts["hub.count"]["value"] == 8
    categories = [word["category"] for word in hubs]
    assert (categories.count("global"), categories.count("promotion")) == (4, 4)
    for word in hubs:
        members = word.list("members_ja")
        assert set(facts[f"hub.{word.id}"]["value"]) <= set(members), word.id


@pytest.mark.accept("S24.3", "S24.4", "S24.6")
def test_topology_of_tokyo_roles_in_kansai_and_the_declaration_of_fukuoka(facts):
    tokyo = facts["hub.tokyo.focus"]["more"]
    assert (tokyo["topology"], len(tokyo["core_areas"]), len(tokyo["spokes"])) == ("hub-and-spoke", 4, 4)
    roles = facts["hub.kansai.focus"]["more"]["city_strengths"]
    assert len({role.split("：")[0] for role in roles}) == len({role.split("：")[1] for role in roles}) == 3
    assert facts["hub.fukuoka.declaration"]["value"] == 2012


def test_levels_of_hubs_in_the_pack_are_those_of_the_categories():
    """2 global, 1 promotion, by prefecture; Kitakyushu lies in the prefecture of a global hub."""
    levels = {}
    for word in vocabulary.table("hubs"):
        for place in word.list("prefectures"):
            levels[place] = max(levels.get(place, 0), 2 if word["category"] == "global" else 1)
    pack = load_pack("JP")
    row = next(row for row in pack.parameters if row["id"] == "hubs.hub_level")
    assert {place: level for place, level in row["value"].items() if place != "default"} == levels


@pytest.mark.accept("S07.1", "S07.2", "S07.3")
def test_the_boston_organisation_is_as_printed_and_its_facts_are_not_parameters(facts):
    assert facts["massbio.founded"]["value"] == 1985
    assert facts["massbio.members"]["value"] >= 1700
    assert len(facts["massbio.functions"]["value"]) == 6
    numbers = [row["value"] for row in load_institution("MassBio").parameters]
    assert 1985 not in numbers
    assert 1700 not in numbers
