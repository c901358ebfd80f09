"""Exponent of the upper tail of firm sizes (Hill estimator)."""

from __future__ import annotations

import math

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._sizes import year_ends, year_name
from meguri.ledger.ledger import Ledger

#: Firms in the tail at full scale: the 500 largest.
_TAIL = 500


def hill(staff: list[int], tail: int) -> float:
    """Return the Hill estimator of the exponent of the ``tail`` largest values (1 for Zipf's law).

    The number of values over the sum of their logs relative to the smallest of them.
    """
    largest = sorted((value for value in staff if value > 0), reverse=True)[:tail]
    logs = sum(math.log(value / largest[-1]) for value in largest)
    return len(largest) / logs if logs > 0 else math.nan


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    tail = max(int(_TAIL * ledger.scale), 3)
    whole, years = set(ledger.years("FY")), year_ends(ledger, "size_large")
    named = [(year_name(ledger, year), staff) for year, staff in years.items()]
    rows = [(period, hill(list(staff.values()), tail)) for period, staff in named if period in whole]
    return pl.DataFrame(rows, schema={"period": pl.String, "value": pl.Float64}, orient="row").sort("period")


indicator = Indicator(
    id="firm_size_hill",
    ja="企業規模分布の裾の指数（ヒル推定量）",
    en="Exponent of the tail of firm sizes (Hill)",
    unit="ratio",
    basis="FY",
    formula="Hill estimator on the staff of the 500 largest firms at the year end (fewer in a smaller country)",
    source_ja="Axtell (2001) の方法、本プロジェクトの定義",
    source_en="Axtell 2001 (Science); our definition",
    compute=compute,
    digits=2,
)
