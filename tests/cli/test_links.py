"""``meguri data link`` and ``links``, as a user meets them."""

from __future__ import annotations

import pytest

from ..observatory.sheets import DEALS, ROUNDS, deals_sheet
from ..sources.data_sets import AWARDS, SUBSIDIES, text, write

pytest.importorskip("splink")
pytest.importorskip("rapidfuzz")


@pytest.fixture
def store(here, tmp_path, monkeypatch):
    """A store with one subsidy and five awards; two firms have names that the source keeps apart."""
    folder = str(tmp_path / "store")
    monkeypatch.setenv("MEGURI_OBSERVATORY", folder)
    monkeypatch.setenv("MEGURI_CACHE", str(tmp_path / "cache"))
    (tmp_path / "in").mkdir()
    awards = [
        "1,2001,Phase II,Defense,\"Electrosynthesis Company, Inc.\",K1,,NY,100",
        "2,2002,Phase II,Defense,THE ELECTROSYNTHESIS CO INC,K2,,NY,200",
        "3,2002,Phase II,Energy,Northwind Polymers LLC,K3,,OR,300",
        "4,2003,Phase II,Energy,Foster-Miller Inc,K4,072021041,MA,400",
        "5,2003,Phase II,Energy,Quite Another Firm,K5,072021041,MA,500",
    ]  # fmt: skip
    files = {
        "awards.csv": text(AWARDS, *awards),
        "subsidies.csv": text(SUBSIDIES, "3370301002738,株式会社鈴木ファーム,補助金,1000,2020-04-01"),
    }
    one, two = write(tmp_path / "in", files)
    assert here("data", "import", "us_sbir", one, "--store", folder).code == 0
    assert here("data", "import", "gbizinfo", two, "--store", folder).code == 0
    return folder


def test_link_decide_undo_and_ask(here, store, tmp_path):
    there = ("--store", store, "--json")
    first = here("data", "link", "us_sbir", *there).json
    assert first["changed"] is True
    assert first["states"]["linked"] == 1
    assert here("data", "link", "us_sbir", *there).json["changed"] is False
    (pair,) = here("data", "links", "us_sbir", "--state", "linked", *there).json
    assert {pair["left_name"], pair["right_name"]} == {"Electrosynthesis Company, Inc.", "THE ELECTROSYNTHESIS CO INC"}
    assert pair["score"] > 0.9
    assert pair["reasons"][0]["en"]
    assert pair["reasons"][0]["ja"]
    both = (pair["left"], pair["right"])
    made = here("data", "link", "--reject", *both, "--by", "an analyst", "--note", "two plants", *there).json
    assert (made["decision"], made["who"], made["note"]) == ("reject", "an analyst", "two plants")
    assert here("data", "links", "--state", "linked", *there).json == []
    named = ("us_sbir:Northwind Polymers LLC", "us_sbir:Foster-Miller Inc")
    assert here("data", "link", "--accept", *named, "--store", store).code == 0
    assert here("data", "link", "us_sbir", *there).json["changed"] is False  # a new run overrules nobody
    shown = {row["state"] for row in here("data", "links", *there).json}
    assert {"accepted", "rejected"} <= shown
    question = "SELECT count(*) AS n, count(DISTINCT same_as) AS groups FROM linked_actors"
    for world in ("observatory", "observatory:us_sbir"):
        asked = here("sql", question, "--world", world, "--json")
        assert asked.json == [{"n": 2, "groups": 1}]
    every = "SELECT count(DISTINCT origin) AS n FROM imported_actors"
    assert here("sql", every, "--world", "observatory", "--json").json == [{"n": 2}]
    assert here("data", "link", "--undo", *both, "--store", store).code == 0
    assert len(here("data", "links", "--state", "linked", *there).json) == 1
    lines = (tmp_path / "store" / "links" / "decisions.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4  # the head, and every decision that was ever made
    assert here("data", "links", "--lang", "ja", "--store", store).code == 0


def test_a_number_that_supports_is_not_enough(here, store):
    """Two firms with one DUNS number and different names stay two."""
    assert here("data", "link", "us_sbir", "--store", store).code == 0
    rows = here("data", "links", "--store", store, "--json").json
    named = {frozenset({row["left_name"], row["right_name"]}): row["state"] for row in rows}
    assert named.get(frozenset({"Foster-Miller Inc", "Quite Another Firm"}), "review") == "review"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x,y,perhaps,us_sbir:1,us_sbir:2,,,", "none of accept, reject, undo"),
        ("x,y,accept,us_sbir:1,us_sbir:2,,", "7 cells, not 8"),
        ("x,y,accept,us_sbir:1,us_sbir:1,,,", "stands on both sides"),
        ("x,y,accept,=1+1,us_sbir:2,,,", "not written SOURCE:NUMBER"),
        ("x,y,undo,us_sbir:1,us_sbir:2,,,", "nothing stands"),
    ],
)
def test_a_decision_that_says_nothing_is_named_with_its_line(here, store, tmp_path, line, words):
    assert here("data", "link", "us_sbir", "--store", store).code == 0
    head = "when,who,decision,left,right,left_name,right_name,note"
    (tmp_path / "store" / "links" / "decisions.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
    sentence = here("data", "links", "--store", store).sentence
    assert words in sentence
    assert "line 2" in sentence


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("link", "cordis"), "nothing of 'cordis' is imported"),
        (("link", "us_sbir", "--threshold", "0.2"), "outside 0.5 to 1"),
        (("link", "--accept", "us_sbir:1", "us_sbir:2"), "nothing is linked"),
        (("link", "us_sbir", "--accept", "us_sbir:1", "us_sbir:2"), "goes alone"),
        (("links",), "nothing is linked"),
        (("links", "--limit", "0"), "less than 1"),
    ],
)
def test_wrong_input_is_one_sentence(here, store, arguments, words):
    assert words in here("data", *arguments, "--store", store).sentence


@pytest.fixture
def deals(here, tmp_path, monkeypatch):
    """A sheet of rounds under two ids, in which one fund and one company stand under two names each."""
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    monkeypatch.setenv("MEGURI_CACHE", str(tmp_path / "cache"))
    here_is = DEALS.replace('place = "JP"', 'place = "宮城県"')
    for name in ("deals", "more"):
        mapping = tmp_path / f"{name}.toml"
        mapping.write_text(here_is.replace('"deals"', f'"{name}"'), encoding="utf-8")
        assert here("data", "import", mapping, deals_sheet(tmp_path)).code == 0
    assert here("data", "link", "deals", "more").code == 0


def test_answers_say_that_links_count_and_can_leave_them_out(here, deals):
    here("data", "link", "--accept", f"deals:{ROUNDS[0][1]}", f"deals:{ROUNDS[1][1]}")
    asked = ("show", "observatory:deals", "--indicator", "startups_raising")
    told = here(*asked)
    assert "2 organisations are counted as 1 (deals; links " in told.err
    assert "counted as" not in here(*asked, "--no-links").err
    (row,) = here(*asked, "--json").json
    assert (row["value"], row["note"]) == (2.0, "2 organisations counted as 1")
    (row,) = here(*asked, "--json", "--no-links").json
    assert (row["value"], row["note"]) == (3.0, "")
    counted = here("count", "regional_concentration", "observatory:deals", "--json").json
    assert counted["linked"] == {"organisations": 2, "counted_as": 1}
    assert any("2 organisations are counted as 1" in note["en"] for note in counted["notes"])
    apart = here("count", "regional_concentration", "observatory:deals", "--json", "--no-links").json
    assert apart["linked"] == {"organisations": 0, "counted_as": 0}
    assert apart["sections"] == counted["sections"]  # the money of a place is what it was
    both = here("compare", "observatory:deals", "observatory:deals")
    assert both.err.count("2 organisations are counted as 1") == 1
    question = "SELECT value FROM observations WHERE indicator = 'startups_raising'"
    asked = [here("sql", question, "--world", "observatory:deals", "--json", *more).json
             for more in ((), ("--no-links",))]  # fmt: skip
    assert asked == [[{"value": 2.0}], [{"value": 3.0}]]
    asked = ("explain", "deals:startups_raising", "--json")
    assert [one["value"] for one in here(*asked).json["values"]] == [2.0]
    assert [one["value"] for one in here(*asked, "--no-links").json["values"]] == [3.0]
    asked = ("explain", "startups_raising", "--run", "observatory:deals", "--json")
    assert 2.0 in [one["value"] for one in here(*asked).json["values"] if one["origin"].startswith("deals:")]
    assert 3.0 in [one["value"] for one in here(*asked, "--no-links").json["values"] if one["status"] == "measured"]
    asked = ("data", "coverage", "deals")
    assert "2 organisations are counted as 1" in here(*asked).err
    assert "counted as" not in here(*asked, "--no-links").err
    for wrong in (("count", "stages", "rounds.csv"), ("show", "elsewhere"), ("compare", "one", "two")):
        assert "--no-links" in here(*wrong, "--no-links").sentence


def test_a_place_counts_who_stands_in_two_sources_once(here, deals):
    asked = ("show", "observatory", "--place", "JP-04", "--indicator", "startups_raising")
    told = here(*asked)
    assert "over all sources 10 actors are known to be in JP-04; 2 more are the same" in told.err
    assert "counted as" not in told.err  # no source holds one of them twice
    assert "over all sources" not in here(*asked, "--no-links").err
    one, two = ROUNDS[0][1], ROUNDS[1][1]
    for left, right in (
        (f"deals:{one}", f"deals:{two}"),
        (f"deals:{one}", f"more:{one}"),
        (f"more:{two}", f"more:{one}"),
    ):
        here("data", "link", "--accept", left, right)
    told = here(*asked)
    assert "over all sources 7 actors" in told.err
    assert "4 organisations are counted as 2 (deals, more; links " in told.err  # one group, and so in both sheets
    rows = here(*asked, "--json").json
    assert [(row["observed"], row["note"]) for row in rows] == [(2.0, "2 organisations counted as 1")] * 2


def test_a_run_that_leaves_sources_out_says_so(here, deals):
    told = here("data", "link", "deals")
    assert "more was linked before and no longer is" in told.err
    assert "meguri data link deals more" in told.err
    assert here("data", "link", "deals", "more", "--json").json["no_longer_linked"] == []
    told = here("data", "link", "--reject", "deals:Beta Fund", "more:Beta Fund")
    decided = here("data", "links", "--state", "rejected", "--json").json
    here("data", "link", "deals")  # replaces the links of both, but no decision
    assert here("data", "links", "--state", "rejected", "--json").json == []
    here("data", "link", "deals", "more")
    assert here("data", "links", "--state", "rejected", "--json").json == decided != []
    assert "over all sources 2 organisations are 1" in told.err
    assert "--within" in here("data", "link", "deals", "more").err  # two of the same name: several candidates
    assert "--within" not in here("data", "link", "deals", "more", "--within").err
    rows = here("data", "links", "--groups", "--json").json
    assert [(row["members"], row["source"], row["name"]) for row in rows if row["name"] == "Quite Another Firm"] == [
        (2, "deals", "Quite Another Firm"), (2, "more", "Quite Another Firm"),
    ]  # fmt: skip
    assert "deals:" in here("data", "links", "deals", "--groups").out
    assert "does not go with --groups" in here("data", "links", "--groups", "--state", "review").sentence
    assert "nearest: deals:Beta Fund" in here("data", "link", "--reject", "deals:Beta Funds", "more:Beta Fund").sentence
