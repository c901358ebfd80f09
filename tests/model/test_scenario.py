"""Scenario files: each wrong key, value, unit and date is refused in one sentence that says what is allowed."""

import json

import numpy as np
import pytest

from meguri.engine import time
from meguri.errors import InputError
from meguri.model.scenario import load, parse

HEAD = 'schema = 1\ncountry = "JP"\n'


def _change(**row):
    values = {"lever": "research_credit_rate", "value": 0.02, **row}
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return HEAD + "[[change]]\n" + "\n".join(lines) + "\n"


def test_a_ramp_rises_and_holds_until_the_last_quarter():
    scenario = parse(_change(**{"from": "2025Q2", "until": "2026Q4", "ramp": 4}), "x.toml", "x")
    profile = scenario.changes[0].profile(time.quarter("2025Q1"), time.quarter("2027Q1"))
    assert profile == pytest.approx(np.array([0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0]) * 0.02)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('schema = 1\ncountry = "JP"\nspeed = 3\n', "unknown key 'speed' in x.toml; nearest"),
        ('schema = 2\ncountry = "JP"\n', "x.toml: 'schema' must be 1"),
        ("schema = 1\n", "x.toml: 'country' is missing"),
        ("schema = \n", "x.toml is not valid TOML"),
        (HEAD + "change = 3\n", "x.toml: 'change' must be a list"),
        (
            _change(lever="research_credit"),
            "unknown lever 'research_credit' in x.toml, change 1; nearest: research_credit_rate",
        ),
        (_change(value="much"), "x.toml, change 1: 'value' must be a number"),
        (_change(value=True), "'value' must be a number"),
        (_change(dose=1), "unknown key 'dose' in x.toml, change 1"),
        (_change(**{"from": "2025Q5"}), "'2025Q5' in x.toml, change 1 is not a quarter"),
        (_change(**{"from": "2025-02-30"}), "is not a quarter"),
        (_change(**{"from": "2026Q1", "until": "2025Q1"}), "'until' 2025Q1 lies before 'from' 2026Q1"),
        (_change(ramp=-1), "'ramp' must be a whole number of quarters"),
        (HEAD + "[[parameter]]\nvalue = 1\n", "'id' and 'value' are needed"),
    ],
)
def test_wrong_files_are_refused_in_one_sentence(text, message):
    with pytest.raises(InputError, match=message):
        parse(text, "x.toml", "x")


def test_wrong_units_and_doses_are_refused():
    from meguri.model.scenario import doses

    with pytest.raises(InputError, match="is in share, not in JPY"):
        doses(parse(_change(unit="JPY"), "x.toml", "x"), 8064, 8070)
    with pytest.raises(InputError, match=r"'research_credit_rate' = 9 is outside"):
        doses(parse(_change(value=9.0), "x.toml", "x"), 8064, 8070)


def test_an_unknown_scenario_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(InputError, match="unknown scenario 'base'; nearest: baseline"):
        load("base")
    with pytest.raises(InputError, match=r"scenario file '.*none.toml' does not exist"):
        load(str(tmp_path / "none.toml"))
    path = tmp_path / "odd.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="cannot be read as UTF-8"):
        load(str(path))
