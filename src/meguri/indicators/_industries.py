"""What indicators of business R&D by industry share: the multiple between two years, and mix against growth."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.counting._series import yearly_growth
from meguri.counting.industry_shift_share import shift_share
from meguri.indicators._reference import reference
from meguri.indicators._sizes import research_by_industry
from meguri.ledger.ledger import Ledger

__all__ = ["multiple", "shift_share", "yearly_growth"]


def multiple(ledger: Ledger, industry: str) -> pl.DataFrame:
    """Return (period, value): R&D of an industry in the last year over the first of the country's reference period.

    Up to the year that the run opens from the observed change stands in (``industry_rd_before``).
    """
    known = reference(ledger.country, "industry_rd_before")
    empty = pl.DataFrame(schema={"period": pl.String, "value": pl.Float64})
    if industry not in known:
        return empty
    rows = research_by_industry(ledger).filter(pl.col("industry") == vocabulary.code("industries", industry))
    values = dict(zip(rows["year"], rows["research"], strict=True))
    first, last = (int(part[-4:]) for part in known["period"].split("/"))
    base = int(known["base"][-4:])
    if base not in values or last not in values:
        return empty
    return pl.DataFrame({"period": [f"{first}/{last}"], "value": [known[industry] * values[last] / values[base]]})
