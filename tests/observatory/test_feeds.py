"""Numbers of the model from imports: declared well, right by hand, out again on real sets, refused in a sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meguri import vocabulary
from meguri.cli.asking import Asked, request_of
from meguri.cli.feeds import rows_for
from meguri.engine.money import Money
from meguri.engine.parameters import ELEMENTS, specifications
from meguri.errors import InputError, japanese
from meguri.observatory import feeds, imports
from meguri.packs import load_pack
from meguri.sources import _business_survey

from ..sources.data_sets import real, text, write
from .business_survey import BY_INDUSTRY, RD, survey

RD_ID, INTENSITY, FIRMS = "firm_research.opening_research", "firm_research.intensity", "firm_population.firms"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path


def fed(source, paths, country=""):
    """Import files; return what they give, by parameter."""
    return {one.feed.parameter: one for one in feeds.fed_by(imports.bring(source, paths)[0], country)}


@pytest.mark.parametrize(("source", "feed"), feeds.all_feeds(), ids=lambda one: getattr(one, "parameter", one))
def test_a_feed_is_for_a_number_that_the_pack_takes_from_outside(source, feed):
    pack = load_pack(feed.country)
    spec = {one.id: one for one in specifications(feed.parameter.split(".")[0])}[feed.parameter]
    assert feed.unit == Money(pack.currency, pack.minor_unit, pack.yen_at_parity).own(spec.unit)
    assert feed.evidence in vocabulary.table("evidence")
    assert feed.ja
    assert feed.en not in ("", feed.ja)
    (row,) = (row for row in pack.parameters if row["id"] == feed.parameter)
    if spec.shape in ELEMENTS:
        column = {one["id"]: one for one in pack.describe_table(row["table"])["column"]}[row["column"]]
        assert re.fullmatch(r"(FY)?\d{4}", column["year"])
    else:
        assert spec.role == "exogenous"
        assert pack.describe_path(row["path"])["between"] != "quarter"
        fiscal = all(period.startswith("FY") for period in pack.evidence(row["path"]))
        assert fiscal or pack.fiscal_year_first_quarter == 1  # numbers by year are numbers by fiscal year


def test_the_national_totals_are_those_of_the_pack():
    pack = load_pack("JP").table("industries")
    assert sum(pack["rd"]) == pytest.approx(_business_survey.totals("rd")[2015], abs=1e-6)
    assert sum(pack["rd_firms"]) == _business_survey.totals("firms")[2015]


def test_industries_by_hand(store):
    found = fed("meti_rd", survey(store / "files"))
    assert sum(BY_INDUSTRY.values()) == RD["総合計"]
    for industry, amount in BY_INDUSTRY.items():
        share = amount / 1300
        assert found[RD_ID].elements[industry] == pytest.approx(share * 13_685.7), industry
        assert found[FIRMS].elements[industry] == pytest.approx(share * 14_000), industry
        assert found[INTENSITY].elements[industry] == pytest.approx(13_685.7 / 13_000 / 20), industry
        assert found[f"economy.sales_{industry}"].values == {2015: pytest.approx(amount * 200)}
    assert {one.year for one in found.values() if one.shape} == {2015}
    assert list(found[RD_ID].given) == vocabulary.table("industries").ids
    assert (found[FIRMS].feed.evidence, found[RD_ID].feed.evidence) == ("assumed", "derived")


def test_a_withheld_part_is_named_and_nothing_is_made_up(store):
    found = fed("meti_rd", survey(store / "files", {"石油製品・石炭製品製造業": "rd_inhouse_mjpy"}))
    for identifier in (RD_ID, INTENSITY):
        lacks = found[identifier].lacks
        assert lacks.startswith("no number in 2015 for 2 of 13 (industry)")
        for words in (str(lacks), japanese(lacks)):
            assert "chemicals (石油製品・石炭製品製造業)" in words
            assert "other_manufacturing (石油製品・石炭製品製造業)" in words  # the rest of manufacturing takes it off
        assert len(found[identifier].elements) == 11
        assert found[identifier].given is None
    assert not found[FIRMS].lacks
    with pytest.raises(InputError, match="opening_research: no number in 2015 for 2 of 13"):
        list(rows_for("observatory:meti_rd", "JP"))


def test_without_all_industries_nothing_can_be_brought_to_the_total(store):
    found = fed("meti_rd", survey(store / "files", {"総合計": "n_firms_rd"}))
    assert found[FIRMS].lacks.count("総合計") == 13
    assert not found[RD_ID].lacks


def test_a_table_of_other_years_says_so_and_gives_its_sales(store):
    found = fed("meti_rd", survey(store / "files", year=2014))
    assert "no row for 2015, the year of the pack's table 'industries'; years given: 2014" in str(found[RD_ID].lacks)
    assert not found["economy.sales_chemicals"].lacks
    path = found["economy.sales_chemicals"].given
    pack = dict(zip(range(2005, 2031), load_pack("JP").path("corporate_sales.chemicals", "FY2005", "FY2030", "year"),
                    strict=True))  # fmt: skip
    assert path["2014"] == pytest.approx(260 * 200)
    for year in (2005, 2030):  # as the pack's path moves from there
        assert path[str(year)] == pytest.approx(52_000 * pack[year] / pack[2014], rel=1e-9)


def test_an_element_that_the_pack_does_not_know_is_no_number(store, monkeypatch):
    found, _ = imports.bring("meti_rd", survey(store / "files"))
    source = imports.data_set_named("meti_rd")
    strange = replace(
        source.data.feeds[0], values=lambda tables: pl.LazyFrame({"year": [2015], "element": ["steel"], "value": [1.0]})
    )
    monkeypatch.setattr(feeds, "any_source", lambda name: replace(source, data=replace(source.data, feeds=(strange,))))
    (one,) = feeds.fed_by(found)
    assert "unknown industry 'steel'" in str(one.lacks)
    assert "産業「steel」" in japanese(one.lacks)


@given(
    st.dictionaries(st.integers(2000, 2030), st.floats(0.1, 1e5), min_size=1),
    st.dictionaries(st.integers(2000, 2030), st.floats(0.1, 1e5)),
)
def test_a_path_keeps_what_is_given_and_else_moves_as_the_pack_does(values, standing):
    found = feeds.continued(values, standing)
    assert found.items() >= values.items()
    assert set(found) == set(values) | set(standing)
    assert list(found) == sorted(found)
    for year in set(standing) - set(values):
        near = max((one for one in values if one < year), default=min(values))
        growth = standing[year] / standing[near] if near in standing else 1.0
        assert found[year] == pytest.approx(values[near] * growth, rel=1e-8)
    assert feeds.continued(standing, standing) == dict(sorted(standing.items())) if standing else True


# ---- what the packs took from these very sets comes out again ----


def test_the_real_survey_gives_what_the_pack_of_japan_opens_with(store):
    found = fed("meti_rd", [real("japan_meti_rd")])
    pack = load_pack("JP")
    table = pack.table("industries")
    for identifier, column, near in ((RD_ID, "rd", 0.13), (INTENSITY, "rd_to_sales", 7e-6), (FIRMS, "rd_firms", 0.56)):
        given = found[identifier].elements
        assert list(given) == table["id"]
        assert [*given.values()] == pytest.approx(table[column], abs=near, rel=0), identifier
        assert found[identifier].given == dict(zip(table["id"], table[column], strict=True))
    assert sum(found[RD_ID].elements.values()) == pytest.approx(13_685.7, rel=1e-9)
    for industry in table["id"]:
        sales = found[f"economy.sales_{industry}"].values
        assert list(sales) == list(range(2009, 2023))
        path = pack.path(f"corporate_sales.{industry}", "FY2009", "FY2022", "year")
        assert [*sales.values()] == pytest.approx(path, abs=0.051, rel=0), industry
    assert len(found) == 16
    assert all(one.as_pack and not one.lacks for one in found.values())


def test_a_run_from_the_real_survey_opens_as_the_pack_does(store):
    imports.bring("meti_rd", [real("japan_meti_rd")])
    plain, fed_run = (request_of("baseline", Asked(parameters=given))
                      for given in (None, Path("observatory:meti_rd")))  # fmt: skip
    assert fed_run.settings == ()
    assert fed_run.id == plain.id


def test_a_changed_table_changes_the_run(store):
    imports.bring("meti_rd", survey(store / "files"))
    plain, changed = (request_of("baseline", Asked(parameters=given))
                      for given in (None, Path("observatory:meti_rd")))  # fmt: skip
    assert {setting.id for setting in changed.settings} == {RD_ID, INTENSITY, FIRMS} | {
        f"economy.sales_{industry}" for industry in BY_INDUSTRY
    }
    assert changed.id != plain.id
    opened = changed.resolved.values[RD_ID][0]
    assert opened.tolist() == pytest.approx([amount / 1300 * 13_685.7 for amount in BY_INDUSTRY.values()])
    assert changed.resolved.specs[FIRMS].evidence == "assumed"
    assert "observatory:meti_rd" in changed.resolved.layer[RD_ID]


def test_the_survey_of_universities_gives_their_number(store):
    found = fed("ncses_herd", [real("us_ncses/herd_institution_x_source_2019_2023.csv.gz")], "US")
    one = found["university_population.national_universities"]
    assert (one.elements, one.year, one.as_pack) == ({"US": 637.0}, 2022, True)
    assert one.given == [637.0]
    asked = Asked(country="US", parameters=Path("observatory:ncses_herd"))
    assert request_of("baseline", asked).settings == ()


def test_the_matrix_gives_what_labs_get(store):
    found = fed("ncses_matrix", [real("us_ncses/us_rd_source_x_performer_1953_2022.csv.gz")])
    one = found["government_funding.agency_grant"]
    assert (min(one.values), max(one.values)) == (1953, 2022)
    assert one.values[2016] == pytest.approx((31_762 + 19_059) / 1000)  # own labs, FFRDCs
    assert not one.as_pack
    pack = load_pack("US")
    growth = pack.path("agency_operating_grant", "2022", "2030", "year")
    assert one.given["2030"] == pytest.approx(one.values[2022] * growth[-1] / growth[0])
    asked = Asked(country="US", parameters=Path("observatory:ncses_matrix"))
    (setting,) = request_of("baseline", asked).settings
    assert setting.value["2016"] == pytest.approx(5_082.1)  # kernels count in cents
    with pytest.raises(InputError, match=r"no number of the model for JP; those that do: .*meti_rd \(JP\)"):
        request_of("baseline", Asked(country="JP", parameters=Path("observatory:ncses_matrix")))


def test_the_bank_gives_gdp(store):
    panel = "country_iso,year,rd_in_gdp,school_enrollment_tertiary,population,gdp_per_capta_usd,foreign_investment," \
            "secure_internet_servers,broadband_subscriptions_per100,feature_films_produced"  # fmt: skip
    lines = ("USA,2015,,,300,50,,,,", "USA,2016,,,,50,,,,", "JPN,2015,,,100,40,,,,")
    one = fed("gii", write(store, {"panel.csv": text(panel, *lines)}))["economy.gdp"]
    assert one.values == {2015: 300 * 50 / 1e9}
    whole = fed("gii", [real("gii_2019_country/country_panel_1990_2018.csv.gz")])["economy.gdp"]
    assert list(whole.values) == list(range(2013, 2019))
    assert whole.values[2016] == pytest.approx(18_707.2, abs=0.05)
    pack = load_pack("US").path("gdp_calendar", "2013", "2018", "year")
    assert [*whole.values.values()] == pytest.approx(pack, rel=0.01)  # later revisions
