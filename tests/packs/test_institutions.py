"""Institution packs: what a file may say, how it is laid over a country, and how a run remembers it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import meguri.packs as packs
from meguri.answers import explain as answers
from meguri.errors import InputError
from meguri.packs import load_institution

from ..conftest import small_request

TEXT = """
schema = 1
id = "{name}"
ja = "試しの機関"
en = "an institution to try"
source = "this test"

[choices]
{choices}

[[parameter]]
id = "recognition.hazard"
value = {value}
unit = "1/yr"
evidence = "assumed"
why = "a test"

[[route]]
ja = "研究成果をスタートアップにする"
en = "a start-up takes the result up"
flows = ["vc_round"]

[[route]]
ja = "上場する"
en = "it is listed"
"""


@pytest.fixture
def write(tmp_path: Path):
    def written(name: str = "tried", value: object = 0.3, choices: str = "", text: str = TEXT) -> str:
        path = tmp_path / f"{name}.toml"
        path.write_text(text.format(name=name, value=value, choices=choices), encoding="utf-8")
        return str(path)

    return written


def request(*institutions: str, **choices: str):
    asked = small_request()
    return replace(asked, scenario=replace(asked.scenario, institutions=institutions, choices=choices))


def test_an_institution_sets_its_number_after_the_country_and_says_so(write):
    without, with_it = request(), request(write())
    identifier = with_it._resolver().find("recognition.hazard")
    assert with_it.resolved.values[identifier][0] == 0.3
    assert with_it.resolved.layer[identifier] == "institution tried"
    assert without.resolved.layer[identifier] != "institution tried"
    others = [one for one in without.resolved.layer if one != identifier]
    assert all(with_it.resolved.layer[one] == without.resolved.layer[one] for one in others)


def test_the_run_id_depends_on_the_institution_and_on_its_number(write):
    ids = {request().id, request(write()).id, request(write("other")).id, request(write(value=0.31)).id}
    assert len(ids) == 4


def test_a_scenario_overrules_an_institution(write):
    asked = request(write())
    mine = replace(asked, settings=(replace(asked._resolver().settings["recognition.hazard"],
                                            value=0.2, layer="user (--set)"),))  # fmt: skip
    assert mine.resolved.values["recognition.hazard"][0] == 0.2


def test_two_institutions_that_differ_are_refused_by_name_and_two_that_agree_are_not(write):
    one, other = write("one", 0.3), write("other", 0.4)
    with pytest.raises(InputError, match=r"institution one and institution other set 'recognition\.hazard' diff"):
        request(one, other).resolved  # noqa: B018
    assert request(one, write("third", 0.3)).resolved.layer["recognition.hazard"] == "institution third"


def test_choices_of_institutions_are_checked_and_merged(write, monkeypatch):
    from meguri.engine.contract import Choice
    from meguri.registry import shelf

    mechanisms = shelf("meguri.mechanisms")
    choice = Choice("survey", "調査", "survey", ("yearly", "none"))
    monkeypatch.setitem(mechanisms.items, "recognition", replace(mechanisms["recognition"], choices=(choice,)))
    none = write("none", choices='"recognition.survey" = "none"')
    yearly = write("yearly", choices='"recognition.survey" = "yearly"')
    assert request(none).choices == {"recognition.survey": "none"}
    assert request(none).id != request(write()).id
    assert request(none, **{"recognition.survey": "yearly"}).choices == {"recognition.survey": "yearly"}
    with pytest.raises(InputError, match=r"institution none and institution yearly choose 'recognition\.survey'"):
        request(none, yearly).choices  # noqa: B018
    with pytest.raises(InputError, match=r"has no option 'daily'; allowed: yearly, none"):
        request(write("daily", choices='"recognition.survey" = "daily"')).choices  # noqa: B018
    with pytest.raises(InputError, match=r"unknown choice 'recognition\.surveys' in baseline"):
        request(**{"recognition.surveys": "none"}).choices  # noqa: B018


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace("schema = 1", "schema = 2"), "'schema' must be 1"),
        (TEXT.replace('id = "{name}"', 'id = "else"', 1), "'id' must be the name of the file, 'tried', not 'else'"),
        (TEXT.replace('source = "this test"', ""), "'source' is missing"),
        (TEXT.replace("[[route]]", "[[way]]"), "unknown key 'way' in .*tried.toml; nearest"),
        (TEXT.replace("vc_round", "vc_rund"), "unknown flow 'vc_rund' in .*tried.toml, route 1; nearest: vc_round"),
        (TEXT.replace('ja = "上場する"', ""), "route 2: 'ja' and 'en' are needed"),
        (TEXT + TEXT[TEXT.index("[[parameter]]"):], "sets 'recognition.hazard' twice"),
        ("schema = ", "is not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_in_one_sentence(write, text, said):
    with pytest.raises(InputError, match=said) as caught:
        load_institution(write(text=text))
    assert "\n" not in str(caught.value)


def test_an_unknown_name_a_missing_file_and_an_unknown_key_are_named(write):
    with pytest.raises(InputError, match="unknown institution 'NOWHERE'"):
        request("NOWHERE").resolved  # noqa: B018
    with pytest.raises(InputError, match=r"institution file 'nowhere\.toml' does not exist"):
        request("nowhere.toml").resolved  # noqa: B018
    with pytest.raises(InputError, match=r"institution tried: parameter 'recognition\.hazard' has unknown key 'dose'"):
        request(write(text=TEXT.replace('why = "a test"', "dose = 1"))).resolved  # noqa: B018


def test_explain_tells_what_a_shipped_institution_sets_and_its_route(write, tmp_path, monkeypatch):
    folder = tmp_path / "shelf"
    (folder / "institutions").mkdir(parents=True)
    shutil.copy(write(), folder / "institutions")
    real = packs._folder
    monkeypatch.setattr(packs, "_folder", lambda kind: folder / kind if kind == "institutions" else real(kind))
    answers.graph.cache_clear()
    try:
        found = answers.explain("tried")
        assert found.node.id == "institution:tried"
        assert list(found.node.facts["route_en"]) == ["a start-up takes the result up", "it is listed"]
        assert ("set", "recognition.hazard") in {(edge.relation, edge.id) for edge in found.node.up}
        assert ("reads", "flows:vc_round") in {(edge.relation, edge.id) for edge in found.node.up}
        assert "institution:tried" in {edge.id for edge in answers.explain("recognition.hazard").down}
        assert request("tried").resolved.layer["recognition.hazard"] == "institution tried"
    finally:
        answers.graph.cache_clear()
