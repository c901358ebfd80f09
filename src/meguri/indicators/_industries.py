"""What indicators of business R&D by industry share: the multiple between two years, and mix against growth."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from meguri import vocabulary
from meguri.indicators._reference import reference
from meguri.indicators._sizes import research_by_industry
from meguri.ledger.ledger import Ledger


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


def shift_share(
    shares: Mapping[str, float],
    rates: Mapping[str, float],
    other_shares: Mapping[str, float],
    other_rates: Mapping[str, float],
) -> dict[str, float]:
    """Split the difference of two countries' growth into ``mix`` and ``within`` (shares of one).

    ``shares``: industries' shares of R&D at the start; ``rates``: growth of each industry's R&D. ``mix``: what another
    composition explains at the other country's rates; ``within``: what other rates explain at the own composition. The
    two add up to the difference.
    """
    mix = sum((shares[industry] - other_shares[industry]) * other_rates[industry] for industry in shares)
    within = sum(shares[industry] * (rates[industry] - other_rates[industry]) for industry in shares)
    return {"mix": mix, "within": within}


def yearly_growth(times: float, years: int) -> float:
    """Return the yearly growth (share) that makes a multiple in some years: 1.5 in ten years is 0.041."""
    return times ** (1.0 / years) - 1.0
