"""``meguri data paths``: what an import gives, as a list, as a file, and in a run."""

from __future__ import annotations

import json
import tomllib

import polars as pl
import pytest

from meguri.cli.language import language
from meguri.observatory import imports

from ..observatory.business_survey import BY_INDUSTRY, survey

SMALL = ("--to", "2016Q4", "--scale", 0.02, "--members", 1, "--keep", "indicators")
RD, INTENSITY = "firm_research.opening_research", "firm_research.intensity"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path


@pytest.fixture
def speak(monkeypatch):
    """Let the command line in this process speak a language."""

    def spoken(code):
        monkeypatch.setenv("MEGURI_LANG", code)
        language.cache_clear()

    yield spoken
    monkeypatch.undo()
    language.cache_clear()


def test_every_source_says_what_it_gives(store, here, speak):
    rows = here("data", "paths", "--json").json
    assert {(row["source"], row["country"]) for row in rows} >= {
        ("meti_rd", "JP"), ("ncses_matrix", "US"), ("ncses_herd", "US"), ("gii", "US")
    }  # fmt: skip
    by = {row["id"]: row["by"] for row in rows}
    assert (by[RD], by["university_population.national_universities"], by["economy.gdp"]) == (
        "industry", "region", "year"
    )  # fmt: skip
    counts = {row["id"]: row["feeds"] for row in here("data", "list", "--json").json}
    assert counts["meti_rd"] == sum(row["source"] == "meti_rd" for row in rows)
    assert counts["document"] == 0
    assert "needs a source" in here("data", "paths", "-o", "x.toml").sentence
    speak("ja")
    japan = here("data", "paths", "--country", "日本").out
    assert "産業別の自社研究開発費（2015年度）" in japan
    assert "economy.gdp" not in japan


def test_numbers_by_industry_stand_side_by_side(store, here, speak):
    imports.bring("meti_rd", survey(store / "files", {"化学工業": "n_firms_rd"}))
    assert "numbers of the model that it gives: 16 (JP)" in here("data", "show", "meti_rd").out
    for code, words in (
        ("ja", ("2015年：産業別 13件", "産業別（2015年）", "食料品・飲料製造業", "異なる",
                "firm_population.firmsは取れません")),
        ("en", ("2015: 13 by industry", "by industry, 2015", "food and beverages", "differs",
                "firm_population.firms is not given: no number in 2015 for 2 of 13")),
    ):  # fmt: skip
        speak(code)
        answer = here("data", "paths", "meti_rd")
        for word in words:
            assert word in answer.out + answer.err
    rows = {row["id"]: row for row in here("data", "paths", "meti_rd", "--json").json}
    assert rows[RD]["from_import"]["chemicals"] == pytest.approx(260 / 1300 * 13_685.7)
    assert (rows[RD]["by"], rows[RD]["year"], rows[RD]["as_pack"]) == ("industry", 2015, False)
    assert rows["firm_population.firms"]["value"] is None
    assert "化学工業" in rows["firm_population.firms"]["lacks_ja"]
    here("data", "paths", "meti_rd", "-o", "jp.toml")
    written = tomllib.loads((store / "jp.toml").read_text(encoding="utf-8"))["parameter"]
    assert len(written) == 15
    assert "firm_population.firms" not in {row["id"] for row in written}
    assert (
        "firm_population.firms: no number in 2015 for 2 of 13"
        in here("run", "--parameters", "observatory:meti_rd").sentence
    )


def test_a_file_of_numbers_by_industry_opens_a_run(store, here):
    imports.bring("meti_rd", survey(store / "files"))
    assert "use it: meguri run --country JP --parameters jp.toml" in here(
        "data", "paths", "meti_rd", "-o", "jp.toml", "--country", "JP"
    ).out  # fmt: skip
    written = tomllib.loads((store / "jp.toml").read_text(encoding="utf-8"))["parameter"]
    numbers = {row["id"]: row["value"] for row in written}
    known = here("run", *SMALL, "--parameters", "jp.toml", "--json").json
    said = tomllib.loads((store / known["run"] / "run.toml").read_text(encoding="utf-8"))["parameter"]
    assert {row["id"]: row["value"] for row in said} == numbers
    assert set(numbers[INTENSITY]) == set(BY_INDUSTRY)
    rows = pl.read_parquet(store / known["run"] / "parameters.parquet").filter(pl.col("id") == RD)
    (row,) = rows.to_dicts()
    assert (row["evidence"], row["source"].split()[0]) == ("derived", "meti_rd")
    assert row["layer"].startswith("user (jp.toml, parameter 1")
    assert json.loads(row["values"]) == [[*numbers[RD].values()]]
