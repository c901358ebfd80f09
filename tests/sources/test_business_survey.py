"""The extract of the survey of firms: sums of the survey's own rows, fiscal years, and what it says of itself."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest

from meguri.sources import business_survey
from meguri.sources._reading import rows
from meguri.vocabulary import table

WHOLE = Path(__file__).parents[3] / "shared" / "data" / "japan_meti_rd" / "rd_by_industry.csv.gz"
COLUMNS = {"rd_inside": "rd_inhouse_mjpy", "rd_bought": "rd_outsourced_mjpy", "sales": "sales_mjpy"}
YEARS = range(2009, 2023)


def extract(path: Path) -> list[dict[str, str]]:
    """Return the rows of the extract, made from the whole table: sums of its rows by industry and fiscal year."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            found.setdefault((row["fiscal_year"], row["industry_ja"]), row)
    made = []
    for line in rows("business_survey/industries.csv"):
        parts = re.split(r" ([+-]) ", f" + {line['survey_rows']}")[1:]
        for year in YEARS:
            sums = {"industry": line["industry"], "period": f"FY{year}"}
            for name, column in COLUMNS.items():
                signed = zip(parts[::2], parts[1::2], strict=True)
                cells = [(sign, found[str(year), part][column]) for sign, part in signed]
                whole = all(cell for _, cell in cells)
                total = sum((1 if sign == "+" else -1) * float(cell) for sign, cell in cells) if whole else None
                sums[name] = "" if total is None else f"{total:.0f}"
            made.append(sums)
    return made


@pytest.mark.skipif(not WHOLE.is_file(), reason="the whole survey table is not beside this checkout")
def test_the_extract_is_the_sum_of_the_survey_rows():
    assert rows("business_survey/rd_by_industry.csv") == extract(WHOLE)


def test_every_industry_has_its_fiscal_years_and_they_add_up():
    held = rows("business_survey/rd_by_industry.csv")
    industries = table("industries").ids
    assert {(row["industry"], row["period"]) for row in held} == {
        (industry, f"FY{year}") for industry in (*industries, "all") for year in YEARS
    }
    for year in YEARS:
        of_year = {row["industry"]: row for row in held if row["period"] == f"FY{year}"}
        for name in COLUMNS:
            parts = [of_year[industry][name] for industry in industries]
            assert all(parts), (year, name)
            assert sum(map(float, parts)) == float(of_year["all"][name])


def test_figures_as_the_survey_prints_them():
    found = {(row["indicator"], row["period"]): row for row in business_survey.observations()}
    inside = found["business_survey:rd_inside.all", "FY2022"]
    assert (inside["value"], inside["unit"], inside["place"]) == (14_459_674.0, "JPY_m", "JP")
    bought = found["business_survey:rd_bought.all", "FY2011"]["value"]
    assert bought + found["business_survey:rd_inside.all", "FY2011"]["value"] == 11_658_928.0
    ratio = found["business_survey:rd_to_sales.all", "FY2009"]
    assert ratio["value"] == pytest.approx(0.0348, abs=5e-5)


def test_a_part_that_is_withheld_leaves_the_number_out():
    row = {"rd_inside": "5", "rd_bought": "", "sales": "100"}
    assert business_survey.value(row, "rd_inside") == 5.0
    assert business_survey.value(row, "rd_to_sales") is None
    assert business_survey.value({**row, "rd_bought": "1"}, "rd_to_sales") == 0.06
