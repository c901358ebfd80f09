"""The loader: what it gives, and the sentence it says when something is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from meguri.errors import InputError
from meguri.packs import Pack, countries, load_pack


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "JP"
    shutil.copytree(Path(str(load_pack("JP").folder)), target)
    return target


def change(folder: Path, name: str, old: str, new: str) -> Pack:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Pack(folder)


def test_the_pack_says_what_it_is():
    pack = load_pack("JP")
    assert (pack.id, pack.currency, pack.minor_unit) == ("JP", "JPY", 0)
    assert pack.ja == "日本"
    assert "JP" in countries()
    assert load_pack("JP") is pack


def test_a_table_is_a_copy():
    pack = load_pack("JP")
    pack.table("prefectures")["population"][0] = -1
    assert pack.table("prefectures")["population"][0] == 5225


def test_a_yearly_flow_is_divided_by_four_and_follows_the_fiscal_year():
    quarters = load_pack("JP").path("block_grant_budget", "2016Q1", "2017Q1")
    year = load_pack("JP").path("block_grant_budget", "FY2015", "FY2016", "year")
    assert quarters == [year[0] / 4] + [year[1] / 4] * 4


def test_a_level_is_not_divided():
    pack = load_pack("JP")
    assert pack.path("corporate_tax_rate", "2018Q1", "2018Q2") == [0.234, 0.232]
    assert pack.path("university_researchers", "2020Q2", "2020Q2") == [336800]


def test_a_linear_index_passes_between_the_middles_of_years():
    pack = load_pack("JP")
    before, at, after = pack.path("lp_wealth", "2011", "2013", "year")
    found = pack.path("lp_wealth", "2012Q1", "2012Q4")
    assert found == pytest.approx(
        [at + (before - at) * 3 / 8, at + (before - at) / 8, at + (after - at) / 8, at + (after - at) * 3 / 8]
    )


def test_before_the_first_period_a_series_holds_or_is_zero():
    pack = load_pack("JP")
    first = pack.path("corporate_sales.machinery", "FY2005", "FY2005", "year")[0]
    assert pack.path("corporate_sales.machinery", "1992Q1", "1992Q1") == [first / 4]
    assert pack.path("deep_tech_grant_budget", "1992Q1", "1992Q1") == [0.0]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda pack: load_pack("XX"), "unknown country 'XX' in packs; nearest: "),
        (lambda pack: pack.table("prefecture"), "unknown table 'prefecture'"),
        (lambda pack: pack.path("gdp", "2016Q1", "2016Q1"), "unknown path 'gdp'.*gdp_fiscal"),
        (lambda pack: pack.path("gdp_fiscal", "2016", "2016Q1"), "'2016' in path 'gdp_fiscal'"),
        (lambda pack: pack.path("gdp_fiscal", "2016", "2017", "year"), "not a fiscal year, for example"),
        (lambda pack: pack.path("gdp_calendar", "FY2016", "2017", "year"), "not a calendar year"),
        (lambda pack: pack.path("gdp_fiscal", "2031Q2", "2031Q2"), "no value for 2031, only 1992 to 2030"),
        (lambda pack: pack.path("government_rd_budget", "2020Q1", "2022Q1"), "only 2021 to 2025"),
        (lambda pack: pack.path("market_mood", "1991Q4", "1992Q1"), "1991Q4, only 1992Q1 to 2030Q4"),
        (lambda pack: pack.path("market_mood", "1992", "1993", "year"), "given by quarter"),
        (lambda pack: pack.path("gdp_fiscal", "FY2016", "FY2017", "month"), "allowed: quarter, year"),
    ],
)
def test_wrong_questions_get_one_clear_sentence(ask, said):
    with pytest.raises(InputError, match=said) as caught:
        ask(load_pack("JP"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("prefectures.csv", "JP-01,5225,", "JP-01,many,", "line 2: population 'many' is not a whole"),
        ("prefectures.csv", "population,", "people,", "prefectures.csv: columns differ from tables.toml"),
        ("industries.csv", "20983.2", "nan", "industries.csv line 2: sales 'nan' is not a number"),
        ("paths.csv", "1992,504300", "1992,", "paths.csv line 2: value '' is not a number"),
        ("paths.csv", "gdp_calendar,1993", "gdp_calendar,1995", "line 3: '1995' of 'gdp_calendar'"),
        ("paths.csv", "gdp_calendar,1993", "gdp_calender,1993", "unknown path 'gdp_calender' in pack JP"),
        ("paths.toml", 'between = "step"', 'between = "cubic"', "path 'gdp_calendar': allowed are between"),
        ("pack.toml", "[country]", "[country", "pack.toml is not valid TOML"),
    ],
)
def test_a_broken_file_is_named_with_its_line(copy, name, old, new, said):
    def read() -> None:
        pack = change(copy, name, old, new)
        pack.table("prefectures")
        pack.table("industries")
        pack.path("gdp_calendar", "1992Q1", "1992Q1")

    with pytest.raises(InputError, match=said):
        read()


def test_a_missing_file_is_named(copy):
    (copy / "paths.csv").unlink()
    with pytest.raises(InputError, match=r"paths\.csv is missing"):
        Pack(copy).path("gdp_calendar", "1992Q1", "1992Q1")
