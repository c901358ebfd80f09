"""The words that observations are said in: units, statuses, qualifiers, evidence, hubs."""

from __future__ import annotations

import pytest

from meguri.vocabulary import table


@pytest.mark.parametrize("name", ["units", "statuses", "qualifiers", "evidence", "hubs", "quantities"])
def test_words_have_two_labels(name):
    for word in table(name):
        assert word.ja
        assert word.en


def test_units_scale_to_their_base():
    units = table("units")
    for unit in units:
        assert float(unit["scale"]) > 0
        assert unit["conserved"] in ("yes", "no")
    assert float(units["JPY_bn"]["scale"]) == 1e9
    assert float(units["JPY_100m"]["scale"]) == 1e8
    money = [unit for unit in units if unit["kind"] == "money" and unit.id.startswith("JPY")]
    assert {unit["base"] for unit in money} == {"JPY"}
    assert units["equity_share"]["kind"] == "count"
    assert units["share"]["kind"] == "share"


def test_quantities_have_known_units():
    assert all(word["unit"] in table("units") for word in table("quantities"))


def test_the_five_statuses_and_the_six_classes_of_evidence():
    assert table("statuses").ids == ["observed", "target", "measured", "simulated", "missing"]
    assert table("evidence").ids == ["published", "derived", "document", "remembered", "assumed", "calibrated"]
    imported = {entry: word.id for word in table("evidence") for entry in word.list("imported_as")}
    assert imported["computed from a data set"] == "derived"
    assert imported["verified"] == "published"
    assert imported["verified_secondary"] == "published"
    assert imported["unsure"] == "remembered"


def test_eight_hubs_in_known_prefectures():
    hubs = table("hubs")
    assert [hub.id for hub in hubs] == [
        "tokyo", "central_japan", "kansai", "fukuoka", "sapporo", "sendai", "hiroshima", "kitakyushu",
    ]
    assert [hub["category"] for hub in hubs] == ["global"] * 4 + ["promotion"] * 4
    regions = table("regions")
    assert all(prefecture in regions for hub in hubs for prefecture in hub.list("prefectures"))
    assert all(len(hub.list("members_ja")) == len(hub.list("members_en")) for hub in hubs)
