"""What a place contains."""

from __future__ import annotations

import polars as pl
import pytest

from meguri import vocabulary
from meguri.observatory.extent import extent, is_finer

PLACES = [
    "JP",
    "JP-04",
    "JP-40",
    "JP-04:aoba",
    "hub:sendai",
    "hub:kitakyushu",
    "hub:tokyo",
    "JP-13",
    "US-CA",
    "W",
    None,
]


def held(code, **more):
    frame = pl.DataFrame({"place": PLACES})
    return set(frame.filter(extent(code).holds())["place"])


def test_a_country_holds_its_prefectures_and_a_prefecture_its_hubs():
    assert held("JP-04") == {"JP-04", "JP-04:aoba", "hub:sendai"}
    assert held("JP-40") == {"JP-40", "hub:kitakyushu"}
    assert held("JP-13") == {"JP-13"}  # the Tokyo hub reaches beyond Tokyo
    assert held("US") == {"US-CA"}
    assert held("JP") == set(PLACES) - {"US-CA", "W", None}
    assert held("JP-4") == set()  # no beginning of a code


def test_a_hub_is_read_by_its_prefectures_where_nobody_stands_in_it():
    hub = extent("hub:sendai")
    assert set(pl.DataFrame({"place": PLACES}).filter(hub.holds())["place"]) == {"hub:sendai"}
    by_prefecture = hub.among(["JP", "JP-04", "JP-13"])
    assert by_prefecture.stands_in == ("JP-04",)
    assert set(pl.DataFrame({"place": PLACES}).filter(by_prefecture.holds())["place"]) >= {"JP-04", "hub:sendai"}
    assert hub.among(["JP-04", "hub:sendai"]) is hub  # a ledger that knows the hub


def test_hubs_of_one_prefecture_cannot_be_told_apart_and_that_is_said():
    said = extent("hub:kitakyushu").read_by_prefecture
    assert "Fukuoka" in str(said)
    assert "福岡" in said.ja
    assert "cannot tell" in str(said)
    assert "cannot tell" not in str(extent("hub:sendai").read_by_prefecture)


@pytest.mark.parametrize("word", list(vocabulary.table("hubs")), ids=lambda word: word.id)
def test_every_hub_stands_in_prefectures_that_exist(word):
    assert extent(f"hub:{word.id}").stands_in
    assert set(extent(f"hub:{word.id}").stands_in) <= set(vocabulary.table("regions").ids)


def test_parts_of_countries_are_finer():
    assert [is_finer(code) for code in ("JP", "W", "EU", "JP-04", "hub:sendai")] == [False, False, False, True, True]
