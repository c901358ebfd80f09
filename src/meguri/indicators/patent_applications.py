"""Applications at the office of the country, by residents and from abroad."""

from __future__ import annotations

import numpy as np
import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._patents import COUNTRIES, OFFICES, counted_years, families
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    years = [str(year) for year in _years(ledger)]
    firms = ledger.records("patent_applications_year").group_by("period").agg(pl.col("value").sum())
    found = dict(firms.iter_rows())
    universities = dict(ledger.count("patent_application", "CY").iter_rows())
    abroad = dict(zip(years, _from_abroad(ledger), strict=True))
    values = [float(found.get(year, 0) + universities[year] + abroad[year]) for year in years]
    return pl.DataFrame({"period": years, "value": values}, schema={"period": pl.String, "value": pl.Float64})


def _years(ledger: Ledger) -> list[int]:
    """Return the years whose priorities, a year older, the ledger holds too."""
    return counted_years(ledger)[1:]


def _from_abroad(ledger: Ledger) -> list[float]:
    """Return the yearly number of applications at the office of the country that claim a priority from abroad."""
    years, found = _years(ledger), families(ledger)
    if ledger.country not in COUNTRIES:
        return [0.0] * len(years)
    office = OFFICES.code(COUNTRIES[ledger.country]["home_office"])
    rows = ledger.records("patent_filing").filter(pl.col("value") == office)
    claimed = ledger.records("priority_claim")["contract"]
    rows = rows.filter(pl.col("contract").is_in(claimed.implode()))
    place = found.family_of[np.searchsorted(found.applications, rows["contract"].to_numpy())]
    year = rows["t"].to_numpy() // 4
    return [float(found.weight[place[year == wanted]].sum()) for wanted in years]


indicator = Indicator(
    id="patent_applications",
    ja="特許出願件数（自国の特許庁）",
    en="Patent applications at the office of the country",
    unit="application",
    basis="CY",
    formula=(
        "patent_applications_year of firms and start-ups + patent_application of universities and labs + filings at "
        "the office that claim a priority from abroad, calendar year"
    ),
    source_ja="特許庁「特許行政年次報告書」",
    source_en="Japan Patent Office, annual report",
    compute=compute,
    by_place=False,
    extensive=True,
    digits=0,
    caveat_ja="個人の出願を含まない。",
    caveat_en="Applications of individuals are not included.",
)
