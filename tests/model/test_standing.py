"""Numbers by element in files of parameters: what stands already is no setting; what is wrong is one sentence."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from meguri.errors import InputError
from meguri.model.parameter_file import settings_of
from meguri.model.request import RunRequest
from meguri.model.scenario import load
from meguri.packs import load_pack

INTENSITY = "firm_research.intensity"


@cache
def base(country):
    return RunRequest(replace(load("baseline"), country=country)).base


def set_by(country="JP", **row):
    return settings_of([("numbers.toml, parameter 1", row)], base(country))


def own(country, column):
    table = load_pack(country).table("industries")
    return dict(zip(table["id"], table[column], strict=True))


def test_a_column_of_the_pack_again_sets_nothing_and_one_number_else_sets_it():
    stands = own("JP", "rd_to_sales")
    assert set_by(id=INTENSITY, value=stands) == ()
    assert set_by(id=INTENSITY, value=list(stands.values())) == ()
    assert set_by(id=INTENSITY, value=str(list(stands.values()))) == ()  # as a workbook holds it
    (setting,) = set_by(id=INTENSITY, value=stands | {"chemicals": 0.04}, source="my table", evidence="published")
    assert (setting.value["chemicals"], setting.evidence, setting.source) == (0.04, "published", "my table")
    (setting,) = set_by(id=INTENSITY, value={"chemicals": 0.04, "default": 0.01})
    assert setting.value == {"chemicals": 0.04, "default": 0.01}


def test_money_by_element_is_in_the_country_s_own_currency():
    stands = own("US", "rd")
    assert set_by("US", id="firm_research.opening_research", unit="USD_bn/yr", value=stands) == ()
    (setting,) = set_by("US", id="firm_research.opening_research", unit="USD_bn/yr", value=stands | {"chemicals": 1.0})
    assert setting.value["chemicals"] == pytest.approx(100.0)  # hundredths of a billion dollars: cents


def test_places_of_a_country_stand_in_a_list():
    identifier = "university_population.national_universities"
    assert set_by("US", id=identifier, value=[637]) == ()
    (setting,) = set_by("US", id=identifier, value=[640.0])
    assert setting.value == [640.0]


def test_a_path_of_the_pack_again_sets_nothing():
    values = load_pack("JP").path("corporate_sales.chemicals", "FY2005", "FY2030", "year")
    path = {str(2005 + n): value for n, value in enumerate(values)}
    assert set_by(id="economy.sales_chemicals", value=path) == ()
    (setting,) = set_by(id="economy.sales_chemicals", value=path | {"2020": 1.0})
    assert setting.value["2020"] == 1.0


FULL = dict.fromkeys(own("JP", "rd"), 0.01)


@pytest.mark.parametrize(
    ("value", "en", "ja"),
    [
        (FULL | {"steel": 0.1}, ("unknown industry 'steel'", "nearest"), ("産業「steel」はありません", "近いもの")),
        ({"2015": 0.1}, ("unknown industry '2015'",), ("産業「2015」",)),
        ({"chemicals": 0.1, "machinery": 0.1}, ("no number for food_beverages, pharmaceuticals", "'default'"),
         ("food_beverages, pharmaceuticals", "数値がありません", "default")),
        (FULL | {"chemicals": 0.6}, ("intensity@chemicals' = 0.6", "0 to 0.5"),
         ("intensity@chemicals」＝0.6", "0～0.5")),
        (FULL | {"chemicals": -0.1}, ("intensity@chemicals' = -0.1",), ("intensity@chemicals」＝-0.1",)),
        (FULL | {"chemicals": float("nan")}, ("intensity@chemicals' must be a number",), ("数値（単位：share）",)),
        (FULL | {"chemicals": "much"}, ("intensity@chemicals' must be a number", "much"), ("much",)),
        ([0.01, 0.02], ("needs 13 values, one for each industry",), ("13個の値が必要です（産業ごとに一つ）",)),
        ({}, ("no number for food_beverages",), ("数値がありません",)),
    ],
)  # fmt: skip
def test_wrong_numbers_by_element_are_one_sentence(value, en, ja):
    with pytest.raises(InputError) as caught:
        set_by(id=INTENSITY, value=value)
    for words, sentence in ((en, str(caught.value)), (ja, caught.value.ja)):
        assert "numbers.toml, parameter 1" in sentence
        assert "\n" not in sentence
        for word in (INTENSITY.split(".")[1], *words):
            assert word in sentence
