"""Packs of other countries: data only, in their own currency, and a model that runs them as it runs Japan."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.resources import files

import polars as pl
import pytest

from meguri import vocabulary
from meguri.engine.parameters import Setting
from meguri.errors import InputError
from meguri.ledger.identities import check
from meguri.model.request import RunRequest
from meguri.model.run import run
from meguri.model.scenario import load
from meguri.packs import countries, load_pack

OTHERS = ["CN", "DE", "FR", "GB", "KR", "US"]
EVIDENCE = set(vocabulary.table("evidence").ids)


def request(country: str, **changes) -> RunRequest:
    return RunRequest(replace(load("baseline"), country=country), **changes)


def base_of(country: str, *settings: Setting):
    return request(country, settings=settings).base


def observed(country: str) -> dict[str, str]:
    text = files("meguri.sources").joinpath("data", "countries", "packs.csv").read_text(encoding="utf-8")
    return next(row for row in csv.DictReader(text.splitlines()) if row["id"] == f"{country.lower()}.2016")


def test_seven_countries_have_a_pack():
    assert countries() == sorted([*OTHERS, "JP"])


@pytest.mark.parametrize("country", OTHERS)
def test_every_number_of_a_country_resolves(country):
    resolved = base_of(country)
    layers = set(resolved.layer.values())
    assert layers == {"default", f"pack {country}"}
    assert not any(spec.unit.startswith("JPY") for spec in resolved.specs.values())


@pytest.mark.parametrize("country", OTHERS)
def test_each_number_of_a_pack_says_how_it_is_known(country):
    pack = load_pack(country)
    specs = base_of(country).specs
    for row in pack.parameters:
        assert row["evidence"] in EVIDENCE, row["id"]
        assert row["why"], row["id"]
        if row["evidence"] in ("published", "derived"):
            assert row.get("source"), row["id"]
        if row["evidence"] == "calibrated" and "value" in row:
            assert "was" in row, row["id"]
        assert row["id"] in specs
    assert len({row["id"] for row in pack.parameters}) == len(pack.parameters)
    for name in pack.series:
        assert {evidence for evidence, _ in pack.evidence(name).values()} <= EVIDENCE
    for name in pack.tables:
        assert {column["evidence"] for column in pack.describe_table(name)["column"]} <= EVIDENCE | {"row"}
    assert set(pack.table("credit_statute")["evidence"]) <= EVIDENCE


@pytest.mark.parametrize("country", OTHERS)
def test_of_the_comparative_values_gdp_purchasing_power_and_the_shares_of_2016_are_read(country):
    row, pack = observed(country), load_pack(country)
    japan = observed("JP")
    gdp = float(row["gdp_bn"])
    assert pack.path("gdp_calendar", "2016", "2016", "year") == [pytest.approx(gdp, rel=1e-5)]
    assert pack.yen_at_parity == pytest.approx(float(row["ppp"]) / float(japan["ppp"]), rel=1e-4)
    business = gdp * float(row["gerd_pct"]) * float(row["b"]) / 1e4
    table = pack.table("industries")
    assert table["id"] == vocabulary.table("industries").ids
    assert sum(table["rd"]) == pytest.approx(business, rel=1e-4)
    for rd, sales, intensity in zip(table["rd"], table["sales"], table["rd_to_sales"], strict=True):
        assert intensity == pytest.approx(rd / sales, rel=1e-3)
    assert sum(base_of(country).values["deals.investor_weight"][0]) == 1.0


def test_defaults_are_carried_over_at_purchasing_power_parity_to_the_minor_unit():
    japan, korea, britain = base_of("JP"), base_of("KR"), base_of("GB")
    yen = japan.values["joint_research.size_median"][0]
    assert korea.values["joint_research.size_median"][0] == pytest.approx(yen * 8.13887, rel=1e-5)
    assert britain.values["joint_research.size_median"][0] == pytest.approx(yen * 0.00652580 * 100, rel=1e-5)
    assert korea.specs["joint_research.size_median"].unit == "KRW"
    assert britain.specs["joint_research.size_median"].unit == "0.01 GBP"
    low = japan.specs["joint_research.size_median"].low
    assert korea.specs["joint_research.size_median"].low == pytest.approx(low * 8.13887, rel=1e-5)
    assert britain.values["economy.mood_persistence"] == japan.values["economy.mood_persistence"]


def test_a_number_in_the_country_s_own_currency_is_only_brought_to_the_minor_unit():
    pounds = base_of("GB", Setting("exits.listing_cost", 1.5, "user", unit="GBP_m"))
    assert pounds.values["exits.listing_cost"][0] == 150.0
    yen = base_of("GB", Setting("exits.listing_cost", 200.0, "user", unit="JPY_m"))
    assert yen.values["exits.listing_cost"][0] == pytest.approx(200 * 0.00652580 * 100, rel=1e-5)
    assert (
        base_of("GB", Setting("exits.listing_cost", 200.0, "user")).values["exits.listing_cost"]
        == (yen.values["exits.listing_cost"])
    )
    counted = base_of("GB", Setting("exits.listing_cost", 150.0, "user", unit="0.01 GBP_m"))
    assert counted.values["exits.listing_cost"][0] == 150.0
    with pytest.raises(InputError, match="is in GBP_m, not in USD_m"):
        base_of("GB", Setting("exits.listing_cost", 2.0, "user", unit="USD_m"))
    with pytest.raises(InputError, match="outside its range"):
        base_of("GB", Setting("exits.listing_cost", 2000.0, "user", unit="GBP_m"))


def test_a_file_of_numbers_of_another_country_reads_back_unchanged(tmp_path):
    from meguri.model.parameter_file import parameter_rows, read_settings, write_toml

    base = base_of("GB")
    write_toml(tmp_path / "numbers.toml", parameter_rows(base))
    assert read_settings(tmp_path / "numbers.toml", base) == ()


@pytest.fixture(scope="module")
def britain(tmp_path_factory):
    """A small Britain, two years."""
    asked = request("GB", last="2017Q4", scale=0.02, members=1)
    return run(asked, tmp_path_factory.mktemp("shelf")).folder


def test_a_foreign_run_is_in_its_currency_in_one_place_and_by_calendar_years(britain):
    flows, actors = pl.read_parquet(britain / "flows.parquet"), pl.read_parquet(britain / "actors.parquet")
    assert flows["unit"].cast(pl.String).unique().to_list() == ["GBP"]
    assert flows["region"].null_count() == flows.height
    assert actors["place"].cast(pl.String).unique().to_list() == ["GB"]
    found = pl.read_parquet(britain / "observations.parquet")
    assert set(found["place"]) == {"GB"}
    research = found.filter(pl.col("indicator") == "rd_business")
    assert set(research["period"]) == {"2016", "2017"}
    assert set(research["unit"]) == {"GBP_tn"}
    row = observed("GB")
    whole = float(row["gdp_bn"]) * float(row["gerd_pct"]) * float(row["b"]) / 1e7
    assert research.filter(pl.col("period") == "2016")["value"][0] == pytest.approx(whole, rel=0.1)


def test_taxes_of_a_foreign_run_follow_its_own_fiscal_year(britain):
    records = pl.read_parquet(britain / "records.parquet").filter(pl.col("act").cast(pl.String) == "tax_statement")
    assert set(records["period"].cast(pl.String)) == {"2016Q1", "2017Q1"}  # years that begin in April


def test_the_identities_of_a_foreign_run_are_exact(britain):
    report = check(britain)
    assert report.exact, [result.name for result in report.identities if not result.holds]
    assert {result.rows > 0 for result in report.identities if "filed_was_paid" in result.name} == {True}


def test_the_calendar_year_closes_the_books_where_it_is_the_fiscal_year(tmp_path):
    folder = run(request("KR", last="2017Q4", scale=0.02, members=1), tmp_path).folder
    records = pl.read_parquet(folder / "records.parquet").filter(pl.col("act").cast(pl.String) == "research_performed")
    assert set(records["period"].cast(pl.String)) == {"2016Q4", "2017Q4"}
    assert check(folder).exact
