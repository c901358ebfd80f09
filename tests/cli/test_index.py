"""``meguri index``: ranks, steps, what-ifs and uncertainty as a user sees them; wrong input as one sentence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

DECLARATION = """schema = 1
id = "two_areas"
name = {ja = "二つの分野", en = "Two areas"}
[steps]
coverage = "complete"
[[indicator]]
id = "money"
name = {ja = "資金", en = "money"}
[[indicator]]
id = "people"
name = {ja = "人材", en = "people"}
"""
TABLE = "economy,money,people,note\nJPN,6,2,x\nUSA,10,8,x\nDEU,5,10,x\nFRA,0,0,x\nITA,6,2,x\nGBR,7,,x\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "two.toml").write_text(DECLARATION, encoding="utf-8")
    (tmp_path / "two.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def test_ranks_with_ties_and_who_is_left_out(here, files):
    found = here("index", "two.toml", "two.csv", "--json").json
    assert [(row["rank"], row["economy"], row["score"]) for row in found["ranking"]] == [
        (1, "USA", 90.0), (2, "DEU", 75.0), (3, "JPN", 40.0), (3, "ITA", 40.0), (5, "FRA", 0.0), (None, "GBR", None),
    ]  # fmt: skip
    assert (found["ranked"], found["left_out"], found["unused_columns"]) == (5, ["GBR"], ["note"])
    assert [row["step"] for row in found["steps"]] == [
        "coverage", "outliers", "normalisation", "missing", "weights", "aggregation", "ranks",
    ]  # fmt: skip
    assert {row["step"]: row["did"] for row in found["steps"]}["ranks"] == {"tied": 2}


def test_the_table_for_people_says_everything(meguri, files):
    answer = meguri("index", "two.toml", "two.csv", "--what-if", "JP", "--uncertainty", 50)
    for words in ("Two areas", "left out 1", "tied 2", "Each raised by 1", "needed for the next rank",
                  "Ranks over 100 draws", "Shares of variance: JPN"):  # fmt: skip
        assert words in answer.out, words
    assert "1 left out: GBR" in answer.err
    assert "Columns not used: note" in answer.err
    japanese = meguri("index", "two.toml", "two.csv", "--what-if", "日本", "--lang", "ja")
    for words in ("二つの分野", "人材", "同順位", "上がる順位"):
        assert words in japanese.out, words


def test_what_each_step_did_and_another_alternative(here, files):
    found = here("index", "two.toml", "two.csv", "--steps", "--choose", "aggregation=geometric", "--json").json
    floored = [row for row in found["changes"] if row["done"] == "floored"]
    assert [(row["economy"], row["node"], row["before"], row["after"]) for row in floored] == [
        ("FRA", "money", 0.0, 1.0), ("FRA", "people", 0.0, 1.0),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(here("index", "two.toml", "two.csv", "--steps", "--format", "csv").out)))
    assert sum(row["step"] == "normalisation" for row in rows) == 10


def test_which_area_raised_moves_japan(here, files):
    found = here("index", "two.toml", "two.csv", "--what-if", "JP", "--by", 70, "--json").json["what_if"]
    assert [(row["node"], row["by"], row["rank"], row["places"]) for row in found] == [
        ("people", 70.0, 2, 1.0), ("money", 40.0, 3, 0.0),
    ]  # fmt: skip


def test_uncertainty_is_the_same_for_the_same_seed(here, files):
    first, again = (
        here("index", "two.toml", "two.csv", "--uncertainty", 64, "--place", "JP", "--json").json for _ in "12"
    )
    assert first == again
    assert {"declared", "low", "high"} <= first["intervals"][0].keys()
    assert first["uncertainty"]["of"] == "JPN"
    assert here("index", "two.toml", "two.csv", "--uncertainty", 64, "--seed", 2, "--json").json != first


def test_a_shipped_index_and_what_the_document_prints(here):
    shown = here("index", "gii", "--json").json
    assert [row["share"] for row in shown["nodes"][:7]] == pytest.approx([0.1] * 5 + [0.25] * 2)
    assert "Creative outputs" in here("index", "gii").out
    assert here("index", "gii", "--year", 2007).out == "4\n"
    assert here("index", "gii", "--year", 2010).out == "not in the document\n"
    answer = here("index", "imd", "--year", 1996)
    assert answer.out == "<= 5\n"
    assert "67 economies (2023)" in answer.err
    assert "64" in answer.err
    assert here("index", "imd", "--year", 2020, "--place", "Japan", "--json").json["rank"] == "30-39"


#: Arguments -> words that the sentence must hold.
WRONG = {
    "no declaration": (("three.toml", "two.csv"), ("three.toml", "gii, imd")),
    "no data": (("two.toml", "three.csv"), ("three.csv",)),
    "draws without data": (("two.toml", "--uncertainty", "100"), ("need a data file",)),
    "few draws": (("two.toml", "two.csv", "--uncertainty", "1"), ("16 to 100000",)),
    "many draws": (("two.toml", "two.csv", "--uncertainty", "999999999"), ("16 to 100000",)),
    "unknown economy": (("two.toml", "two.csv", "--what-if", "Narnia"), ("Narnia", "nearest")),
    "economy left out": (("two.toml", "two.csv", "--what-if", "UK"), ("GBR", "complete")),
    "raised too far": (("two.toml", "two.csv", "--what-if", "JP", "--by", "1e9"), ("--by",)),
    "choice without sign": (("two.toml", "two.csv", "--choose", "rank"), ("STEP=ALTERNATIVE",)),
    "choice unknown": (("two.toml", "two.csv", "--choose", "ranks=olympic"), ("olympic", "competition")),
    "choice twice": (("two.toml", "two.csv", "--choose", "ranks=dense", "--choose", "ranks=dense"), ("twice",)),
    "negative seed": (("two.toml", "two.csv", "--seed", "-1"), ("--seed -1",)),
    "year of another index": (("two.toml", "--year", "2007"), ("two.toml", "nearest")),
    "year and data": (("gii", "two.csv", "--year", "2007"), ("without a data file",)),
    "reference": (("two.toml", "two.csv", "--choose", "normalisation=distance"), ("reference",)),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_sentence(here, files, case):
    arguments, words = WRONG[case]
    sentence = here("index", *arguments).sentence
    for word in words:
        assert word in sentence
    both = json.loads(here("index", *arguments, "--json").err)
    assert both["error"] == sentence
    assert any("ぁ" <= letter <= "ん" for letter in both["ja"])


@pytest.mark.parametrize("page", ["index.md", "index.ja.md"])
def test_the_example_of_the_docs_is_what_the_command_prints(here, page):
    root = Path(__file__).parents[2]
    files = [root / "examples" / f"city_index.{kind}" for kind in ("toml", "csv")]
    found = here("index", *files, "--what-if", "Old Capital", "--uncertainty", 1000, "--json").json
    text = " ".join((root / "docs" / page).read_text(encoding="utf-8").split())
    for row in found["ranking"][:5]:
        numbers = (f"{round(row[name], 2):g}" for name in ("score", "means", "results"))
        assert " ".join((str(row["rank"]), row["economy"], *numbers)) in text
    (interval,) = [row for row in found["intervals"] if row["economy"] == "Old Capital"]
    assert (interval["declared"], interval["low"], interval["high"]) == (5, 4, 6)
    shares = {row["factor"]: row for row in found["uncertainty"]["shares"]}
    printed = [f"{shares[factor][kind]:.0%}" for factor in ("weights", "normalisation") for kind in ("first", "total")]
    assert printed == ["34%", "63%", "6%", "46%"]
    assert all(share in text for share in printed)
