"""The Japanese pack: sums, ranges, coverage, evidence, and agreement with the published totals."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from meguri import vocabulary
from meguri.packs import load_pack

EVIDENCE = {"published", "derived", "document", "remembered", "assumed", "calibrated"}
SURVEY = Path(__file__).parents[3] / "shared" / "data" / "japan_meti_rd" / "rd_by_industry.csv.gz"


@pytest.fixture(scope="module")
def pack():
    return load_pack("JP")


def test_the_vocabularies_cover_places_fields_and_industries():
    assert vocabulary.table("regions").ids == [f"JP-{number:02d}" for number in range(1, 48)]
    assert len(vocabulary.table("fields")) == 18
    assert vocabulary.table("fields").ids[-1] == "other"
    assert len(vocabulary.table("industries")) == 13
    for word in vocabulary.table("regions"):
        assert 24 < float(word["latitude"]) < 46
        assert 122 < float(word["longitude"]) < 146


def test_the_weights_of_each_industry_sum_to_one():
    sums = dict.fromkeys(vocabulary.table("industries").ids, 0.0)
    seen = set()
    for word in vocabulary.table("field_industry_weights"):
        assert 0 <= float(word["weight"]) <= 1
        assert word["evidence"] in EVIDENCE
        seen.add((word["industry"], word["field"]))
        sums[word["industry"]] += float(word["weight"])
    assert all(total == pytest.approx(1, abs=1e-9) for total in sums.values())
    assert seen == {(i, f) for i in sums for f in vocabulary.table("fields").ids}


def test_the_weights_leave_no_field_without_an_industry():
    used = {word["field"] for word in vocabulary.table("field_industry_weights") if float(word["weight"]) > 0}
    assert used == set(vocabulary.table("fields").ids)


def test_tables_follow_the_vocabulary(pack):
    assert pack.table("prefectures")["id"] == vocabulary.table("regions").ids
    assert pack.table("industries")["id"] == vocabulary.table("industries").ids
    assert pack.table("credit_statute")["fiscal_year"] == list(range(2003, 2031))


def test_prefectures_sum_to_the_nation(pack):
    table = pack.table("prefectures")
    assert sum(table["population"]) == pytest.approx(126_146, abs=10)
    kinds = ["national_universities", "public_universities", "private_universities"]
    assert [sum(table[kind]) for kind in kinds] == [86, 102, 622]
    labs = ["national_labs", "inter_university_corporations", "technical_colleges"]
    assert [sum(table[kind]) for kind in labs] == [27, 4, 57]
    assert sum(sum(table[kind]) for kind in kinds + labs) == 898
    for column, values in table.items():
        if column.endswith("_share"):
            assert sum(values) == pytest.approx(1, abs=1e-9), column
            assert all(0 < value < 1 for value in values), column


def test_gdp_shares_lie_in_the_known_ranges(pack):
    table = pack.table("prefectures")
    share = dict(zip(table["id"], table["gdp_share"], strict=True))
    known = {"JP-13": (0.19, 0.21), "JP-27": (0.0684, 0.0756), "JP-23": (0.0674, 0.0745)}
    known |= {"JP-14": (0.0589, 0.0651), "JP-40": (0.0333, 0.0368), "JP-26": (0.0181, 0.0199)}
    assert all(low <= share[place] <= high for place, (low, high) in known.items())


def test_industries_open_at_the_national_total(pack):
    table = pack.table("industries")
    assert sum(table["rd"]) == pytest.approx(13_685.7, abs=1e-6)
    assert sum(table["rd_firms"]) == 14_000
    sizes = zip(table["large_share"], table["medium_share"], table["small_share"], strict=True)
    assert all(sum(shares) == pytest.approx(1) for shares in sizes)
    for rd, sales, ratio in zip(table["rd"], table["sales"], table["rd_to_sales"], strict=True):
        assert ratio == pytest.approx(rd / sales, abs=1e-5)
    opening = [pack.path(f"corporate_sales.{i}", "FY2015", "FY2015", "year")[0] for i in table["id"]]
    assert opening == pytest.approx(table["sales"], abs=0.05)


@pytest.mark.skipif(not SURVEY.exists(), reason="the survey file is not beside this checkout")
def test_industries_recompute_from_the_survey(pack):
    with gzip.open(SURVEY, "rt", encoding="utf-8") as lines:
        rows = {row["industry_ja"]: row for row in csv.DictReader(lines) if row["fiscal_year"] == "2015"}
    table = pack.table("industries")
    total = rows["総合計"]
    assert sum(table["sales"]) == pytest.approx(float(total["sales_mjpy"]) / 1e3, abs=1)
    assert sum(table["rd_survey"]) == pytest.approx(float(total["rd_inhouse_mjpy"]) / 1e3, abs=1)
    at = table["id"].index("transport_equipment")
    expected = float(rows["輸送用機械器具製造業"]["rd_inhouse_mjpy"]) / 1e3
    assert table["rd_survey"][at] == pytest.approx(expected, abs=0.1)


def test_paths_agree_with_the_published_and_outside_rows(pack):
    fiscal = pack.path("gdp_fiscal", "FY2021", "FY2023", "year")
    assert fiscal == [549_900, 567_200, 595_900]
    assert pack.path("gdp_calendar", "2016", "2016", "year") == [544_400]
    assert pack.path("gdp_calendar", "2022", "2022", "year") == [561_800]
    assert pack.path("block_grant_budget", "FY2004", "FY2004", "year") == [1241.5]
    assert pack.path("block_grant_budget", "FY2016", "FY2016", "year") == [1094.5]
    assert pack.path("block_grant_budget", "FY2023", "FY2025", "year") == [1078.4] * 3
    assert pack.path("kakenhi_budget", "FY2023", "FY2023", "year") == [237.7]
    assert pack.path("government_rd_budget", "FY2021", "FY2025", "year") == [8100, 9500, 9500, 8400, 5100]
    assert pack.path("university_wage", "FY2022", "FY2022", "year") == [10.66]
    assert pack.path("corporate_tax_rate", "FY2015", "FY2018", "year") == [0.239, 0.234, 0.234, 0.232]
    assert sum(pack.path("public_fund_commitment.jic_growth_funds", "FY2018", "FY2030", "year")) == 320
    assert sum(pack.path("sbir_phase3_budget", "FY2022", "FY2030", "year")) == pytest.approx(206)
    growth = [pack.path("gdp_fiscal", f"FY{y}", f"FY{y + 1}", "year") for y in range(2024, 2030)]
    assert all(after / before == pytest.approx(1.02, abs=1e-4) for before, after in growth)


def test_every_path_but_the_government_budget_covers_the_burn_in_and_the_run(pack):
    for series in pack.series:
        if series != "government_rd_budget":
            values = pack.path(series, "1992Q1", "2030Q4")
            assert len(values) == 156
            assert all(value >= 0 for value in values), series


def test_the_mood_keeps_to_plausible_bounds(pack):
    mood = pack.path("market_mood", "1992Q1", "2023Q4")
    assert 0.4 < min(mood) < max(mood) < 1.6
    assert mood[-1] == pytest.approx(0.76)


def test_every_column_is_labelled_sourced_and_marked(pack):
    for name in pack.tables:
        about = pack.describe_table(name)
        assert about["ja"]
        assert about["en"]
        for column in about["column"]:
            needed = ("id", "ja", "en", "unit", "source", "year")
            assert all(column[key] for key in needed), (name, column["id"])
            assert column["evidence"] in EVIDENCE | {"row"}
            if column["evidence"] in {"remembered", "assumed"}:
                assert column["note"], (name, column["id"])
    assert set(pack.table("credit_statute")["evidence"]) <= EVIDENCE


def test_every_path_is_labelled_sourced_and_every_value_marked(pack):
    for series in pack.series:
        about = pack.describe_path(series)
        assert all(about[key] for key in ("ja", "en", "unit", "between", "source", "note")), series
        for period, (evidence, note) in pack.evidence(series).items():
            assert evidence in EVIDENCE, (series, period)
            assert note, (series, period)


def test_no_column_or_path_is_the_funding_of_start_ups(pack):
    names = [column["id"] for name in pack.tables for column in pack.describe_table(name)["column"]]
    outcomes = ("funding", "raised", "vc_", "deal", "round", "exit", "herd", "berd")
    for name in names + pack.series:
        assert not any(word in name for word in outcomes), name


def credit_rate(row: dict, growth: float, intensity: float = 0.0) -> float:
    """The formula of tables.toml, in plain Python."""
    distance = growth - row["pivot"]
    slope = row["slope_above"] if distance >= 0 else row["slope_below"]
    rate = row["base_rate"] + row["intensity_slope"] * intensity + slope * distance
    rate = min(max(rate, row["floor"]), row["ceiling"])
    over = max(intensity - row["high_intensity_threshold"], 0.0) * row["high_intensity_rate_slope"]
    return min(rate * (1 + min(over, row["high_intensity_rate_maximum"])), row["ceiling"])


def statute(pack, year: int) -> dict:
    table = pack.table("credit_statute")
    return {column: values[table["fiscal_year"].index(year)] for column, values in table.items()}


@pytest.mark.parametrize(
    ("year", "growth", "intensity", "rate"),
    [
        (2004, 0.0, 0.05, 0.11),
        (2010, 0.0, 0.00, 0.08),
        (2010, 0.0, 0.20, 0.10),
        (2018, 0.05, 0.0, 0.09),
        (2018, -0.5, 0.0, 0.06),
        (2022, 0.094, 0.0, 0.10145),
        (2022, -0.9, 0.0, 0.02),
        (2024, 0.12, 0.0, 0.115),
        (2024, 0.00, 0.0, 0.085),
        (2024, 0.50, 0.0, 0.14),
        (2024, -0.60, 0.0, 0.01),
        (2024, 0.12, 0.20, 0.12075),
    ],
)
def test_the_statute_gives_the_rates_of_the_law(pack, year, growth, intensity, rate):
    assert credit_rate(statute(pack, year), growth, intensity) == pytest.approx(rate)


def test_the_statute_is_made_of_numbers_in_range(pack):
    table = pack.table("credit_statute")
    for column in pack.describe_table("credit_statute")["column"]:
        if column["unit"] == "share":
            assert all(0 <= value <= 0.5 for value in table[column["id"]]), column["id"]
    assert all(low <= high for low, high in zip(table["floor"], table["ceiling"], strict=True))
    assert table["effective_from"][0] == "2003-04-01"
    verified = [statute(pack, year) for year in (2023, 2024, 2025)]
    assert all(row["evidence"] == "published" and row["cap"] == 0.25 for row in verified)
    assert all(row["open_innovation_university"] == 0.30 for row in verified)
    assert all(row["open_innovation_cap"] == 0.10 for row in verified)
