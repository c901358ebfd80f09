"""Wrong input: one sentence that names the file, the key and what is allowed; exit code 2; nothing written over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

SCENARIO = 'schema = 1\nname = {ja = "試し", en = "trial"}\ncountry = "JP"\n'

CHANGE = SCENARIO + '[[change]]\nlever = "research_credit_rate"\n'
PARAMETER = SCENARIO + '[[parameter]]\nid = "inventor_choice.inventor_share"\n'

#: Text of a scenario file -> words that the sentence must hold.
SCENARIOS = {
    "unknown key": (SCENARIO + "colour = 1\n", ("colour", "country")),
    "unknown key of a change": (CHANGE + 'value = 0.02\nform = "2025Q1"\n', ("change 1", "form", "from")),
    "value out of range": (CHANGE + "value = 2.0\n", ("research_credit_rate", "2", " to ")),
    "parameter out of range": (PARAMETER + "value = 7\n", ("inventor_choice.inventor_share", "7", "0.05 to 1")),
    "parameter in a wrong unit": (
        PARAMETER + 'value = 0.5\nunit = "percent"\n',
        ("inventor_share", "share", "percent"),
    ),
    "wrong unit": (CHANGE + 'value = 0.02\nunit = "percent"\n', ("research_credit_rate", "share", "percent")),
    "broken TOML": (SCENARIO + "[[change]\n", ("TOML", "line 4")),
    "date that does not exist": (CHANGE + 'value = 0.02\nfrom = "2025Q5"\n', ("2025Q5", "Q1 to Q4")),
    "end before the beginning": (
        CHANGE + 'value = 0.02\nfrom = "2025Q1"\nuntil = "2024Q1"\n',
        ("2024Q1", "2025Q1", "until"),
    ),
    "unknown lever": (CHANGE.replace("_rate", "_rat") + "value = 0\n", ("research_credit_rat", "nearest")),
    "unknown country": (SCENARIO.replace("JP", "XX"), ("XX", "JP")),
}

#: Options of ``run`` -> words that the sentence must hold.
OPTIONS = {
    "no whole year": (("--to", "2016Q3"), ("2016Q1 to 2016Q3", "whole year")),
    "country": (("--country", "XX"), ("XX", "JP")),
    "institution": (("--institution", "none"), ("none",)),
    "scenario": (("baselin",), ("baselin", "baseline")),
    "scenario file": (("absent.toml",), ("absent.toml",)),
    "first quarter": (("--from", "2016-04"), ("2016-04", "Q1 to Q4")),
    "span": (("--from", "2018Q1", "--to", "2017Q4"), ("2017Q4", "2018Q1")),
    "far future": (("--to", "2090Q4"), ("2050Q4",)),
    "scale": (("--scale", "2"), ("--scale 2", "0.001 to 1")),
    "scale that is no number": (("--scale", "nan"), ("--scale",)),
    "members": (("--members", "0"), ("--members 0", "1 to")),
    "seed": (("--seed", "-1"), ("--seed -1",)),
    "jobs": (("--jobs", "0"), ("--jobs 0", "1 to")),
    "keep": (("--keep", "all"), ("all", "ledger")),
    "set without value": (("--set", "inventor_share"), ("ID=VALUE",)),
    "set no number": (("--set", "inventor_share=much"), ("inventor_share", "much")),
    "set out of range": (("--set", "inventor_share=9"), ("inventor_share", "9", " to ")),
    "set not finite": (("--set", "inventor_share=nan"), ("inventor_share", "nan")),
    "set unknown": (("--set", "inventor_shar=0"), ("inventor_shar", "inventor_share")),
    "set twice": (("--set", "inventor_share=0", "--set", "inventor_share=0.1"), ("inventor_share", "twice")),
    "observatory": (("observatory",), ("observatory", "scenario")),
}


@pytest.mark.parametrize("case", SCENARIOS)
def test_scenario_file(meguri, tmp_path, case):
    text, words = SCENARIOS[case]
    (tmp_path / "trial.toml").write_text(text, encoding="utf-8")
    sentence = meguri("run", "trial.toml", "--members", 1).sentence
    for word in (*words, "trial.toml"):
        assert word in sentence
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trial.toml"]


@pytest.mark.parametrize("case", OPTIONS)
def test_option(here, tmp_path, case):
    arguments, words = OPTIONS[case]
    sentence = here("run", *arguments).sentence
    for word in words:
        assert word in sentence
    assert not list(tmp_path.iterdir())


def test_json_gives_the_sentence_as_json_on_standard_error(meguri):
    answer = meguri("run", "--country", "XX", "--json")
    assert answer.code == 2
    assert answer.out == ""
    assert "XX" in json.loads(answer.err)["error"]


def test_shelf_that_is_a_file(meguri, tmp_path):
    (tmp_path / "shelf").write_text("mine", encoding="utf-8")
    assert "shelf" in meguri("run", "--members", 1, "--out", "shelf").sentence
    assert (tmp_path / "shelf").read_text(encoding="utf-8") == "mine"


def test_shelf_that_cannot_be_made(meguri, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "file/shelf" in meguri("run", "--members", 1, "--out", "file/shelf").sentence


def test_folder_on_the_shelf_that_is_not_a_run(meguri, tmp_path, small_run):
    folder = tmp_path / "runs" / small_run.folder.name
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    request = small_run.request
    again = ("--to", request.last, "--scale", request.scale, "--members", request.members)
    assert f"{folder.name}' is in the way" in meguri("run", *again).sentence
    assert "is not a run" in meguri("show", folder.name).sentence
    assert "is not a run" in meguri("check", folder).sentence
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["show", "report", "check"])
def test_unknown_run(meguri, shelf, name):
    sentence = meguri(name, "baselin-0000", "--out", shelf).sentence
    assert "baselin-0000" in sentence
    assert "nearest: baseline" in sentence


def test_scenario_without_a_run(meguri):
    assert "meguri run baseline" in meguri("show", "baseline").sentence


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "observatory:census"), ("census", "document")),
        (
            ("show", "observatory", "--indicator", "vc_investment_to_gdq"),
            ("vc_investment_to_gdq", "vc_investment_to_gdp"),
        ),
        (("show", "observatory", "--place", "Atlantis"), ("Atlantis",)),
        (("show", "observatory", "--period", "2022Q5"), ("2022Q5",)),
        (("show", "observatory", "--format", "xlsx"), ("--output",)),
        (("data", "show", "census"), ("census", "document")),
        (("data", "show", "document:nothing.like.it"), ("nothing.like.it", "nearest")),
        (("explain", "vc_investment_to_gdq"), ("vc_investment_to_gdq", "vc_investment_to_gdp")),
        (("compare", "baseline", "baselin"), ("baselin", "baseline")),
    ],
)
def test_unknown_names(here, arguments, words):
    sentence = here(*arguments).sentence
    for word in words:
        assert word in sentence


@pytest.mark.parametrize("table", ["observations", "flows"])
def test_corrupt_parquet(meguri, tmp_path, small_run, table):
    folder = tmp_path / "runs" / "baseline-broken"
    shutil.copytree(small_run.folder, folder)
    path = folder / f"{table}.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    left = path.read_bytes()
    command = ("show", "baseline-broken") if table == "observations" else ("check", "baseline-broken")
    assert f"{table}.parquet" in meguri(*command).sentence
    assert f"{table}.parquet" in meguri("sql", f"SELECT * FROM {table}", "--run", "baseline-broken").sentence
    assert path.read_bytes() == left


def test_corrupt_run_toml(meguri, tmp_path, small_run):
    folder = tmp_path / "runs" / "baseline-broken"
    folder.mkdir(parents=True)
    shutil.copy(small_run.folder / "observations.parquet", folder)
    (folder / "run.toml").write_text("schema = ", encoding="utf-8")
    assert "run.toml" in meguri("report", "baseline-broken").sentence


def test_output_that_cannot_be_written(meguri, tmp_path):
    sentence = meguri("show", "observatory", "--format", "csv", "--output", Path("absent") / "file.csv").sentence
    assert "absent" in sentence
    assert "file.csv" in sentence
