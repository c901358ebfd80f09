"""``meguri data link`` and ``links``, as a user meets them."""

from __future__ import annotations

import pytest

from ..sources.data_sets import AWARDS, SUBSIDIES, text, write

pytest.importorskip("splink")
pytest.importorskip("rapidfuzz")


@pytest.fixture
def store(meguri, tmp_path):
    """A store with one subsidy and five awards; two firms have names that the source keeps apart."""
    folder = str(tmp_path / "store")
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
    assert meguri("data", "import", "us_sbir", one, "--store", folder).code == 0
    assert meguri("data", "import", "gbizinfo", two, "--store", folder).code == 0
    return folder


def test_link_decide_undo_and_ask(meguri, store, tmp_path):
    there = ("--store", store, "--json")
    first = meguri("data", "link", "us_sbir", *there).json
    assert first["changed"] is True
    assert first["states"]["linked"] == 1
    assert meguri("data", "link", "us_sbir", *there).json["changed"] is False
    (pair,) = meguri("data", "links", "us_sbir", "--state", "linked", *there).json
    assert {pair["left_name"], pair["right_name"]} == {"Electrosynthesis Company, Inc.", "THE ELECTROSYNTHESIS CO INC"}
    assert pair["score"] > 0.9
    assert pair["reasons"][0]["en"]
    assert pair["reasons"][0]["ja"]
    both = (pair["left"], pair["right"])
    made = meguri("data", "link", "--reject", *both, "--by", "an analyst", "--note", "two plants", *there).json
    assert (made["decision"], made["who"], made["note"]) == ("reject", "an analyst", "two plants")
    assert meguri("data", "links", "--state", "linked", *there).json == []
    named = ("us_sbir:Northwind Polymers LLC", "us_sbir:Foster-Miller Inc")
    assert meguri("data", "link", "--accept", *named, "--store", store).code == 0
    assert meguri("data", "link", "us_sbir", *there).json["changed"] is False  # a new run overrules nobody
    shown = {row["state"] for row in meguri("data", "links", *there).json}
    assert {"accepted", "rejected"} <= shown
    question = "SELECT count(*) AS n, count(DISTINCT same_as) AS groups FROM linked_actors"
    for world in ("observatory", "observatory:us_sbir"):
        asked = meguri("sql", question, "--world", world, "--json", MEGURI_OBSERVATORY=store)
        assert asked.json == [{"n": 2, "groups": 1}]
    every = "SELECT count(DISTINCT origin) AS n FROM imported_actors"
    assert meguri("sql", every, "--world", "observatory", "--json", MEGURI_OBSERVATORY=store).json == [{"n": 2}]
    assert meguri("data", "link", "--undo", *both, "--store", store).code == 0
    assert len(meguri("data", "links", "--state", "linked", *there).json) == 1
    lines = (tmp_path / "store" / "links" / "decisions.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4  # the head, and every decision that was ever made
    assert meguri("data", "links", "--lang", "ja", "--store", store).code == 0


def test_a_number_that_supports_is_not_enough(meguri, store):
    """Two firms with one DUNS number and different names stay two."""
    assert meguri("data", "link", "us_sbir", "--store", store).code == 0
    rows = meguri("data", "links", "--store", store, "--json").json
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
def test_a_decision_that_says_nothing_is_named_with_its_line(meguri, store, tmp_path, line, words):
    assert meguri("data", "link", "us_sbir", "--store", store).code == 0
    head = "when,who,decision,left,right,left_name,right_name,note"
    (tmp_path / "store" / "links" / "decisions.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
    sentence = meguri("data", "links", "--store", store, "--lang", "en").sentence
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
def test_wrong_input_is_one_sentence(meguri, store, arguments, words):
    assert words in meguri("data", *arguments, "--store", store, "--lang", "en").sentence
