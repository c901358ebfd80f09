"""Share of listed mid-size firms that became large in ten years."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._reference import reference
from meguri.indicators._sizes import after, graduation, year_ends, year_name, yearly_matrix
from meguri.ledger.ledger import Ledger

_YEARS = 10


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value: cohorts of ten years, and the period of the document by the yearly matrix."""
    years = year_ends(ledger, "size_listed")
    rows = []
    for year, staff in sorted(years.items()):
        if year + _YEARS in years:
            period = f"{year_name(ledger, year)}/{year_name(ledger, year + _YEARS)}"
            rows.append((period, graduation(staff, years[year + _YEARS])["large"]))
    restated = reference(ledger.country, "midsize_to_large_listed").get("period", "")
    known = [year for year in years if restated and year <= int(restated[-4:])]
    if len(known) > 1 and restated not in {period for period, _ in rows}:
        rows.append((restated, after(*yearly_matrix(years, max(known)), _YEARS)))
    return pl.DataFrame(rows, schema={"period": pl.String, "value": pl.Float64}, orient="row").sort("period")


indicator = Indicator(
    id="midsize_to_large_listed",
    ja="中堅企業から大企業へ移行した割合（上場企業、10年間）",
    en="Share of listed mid-size firms that became large in ten years",
    unit="share",
    basis="FY",
    formula=(
        "listed firms with 301-2,000 staff at a year end that exceed 2,000 ten years later / all such firms; where the "
        "first year lies before the run: tenth power of the yearly matrix of moves between bins of staff"
    ),
    source_ja="内閣府資料（SPEEDAの上場企業）、区分は従業員301～2,000人・2,000人超",
    source_en="Cabinet Office document (listed firms in SPEEDA); 301-2,000 and more than 2,000 employees",
    compute=compute,
    code="I11",
    digits=2,
    caveat_ja="上場廃止となった企業は分母に残す。研究開発を行う企業だけを数える。",
    caveat_en="Firms that were delisted stay in the base. Only firms that perform R&D are counted.",
)
