"""R&D and sales of firms' fiscal years, from the statements that they file for the tax credit."""

from __future__ import annotations

import polars as pl

from meguri.ledger.ledger import Ledger

#: Column -> act of the statement.
_ACTS = {"research": "credit_expenditure", "bought": "credit_joint_research", "sales": "credit_sales"}


def by_firm(ledger: Ledger) -> pl.DataFrame:
    """Return one row a firm and fiscal year: period, actor, research, bought (of it), sales (minor units of money)."""
    rows = ledger.records(list(_ACTS.values()), "FY").with_columns(pl.col("act").cast(pl.String))
    sums = [pl.col("value").filter(pl.col("act") == act).sum().alias(name) for name, act in _ACTS.items()]
    return rows.group_by("period", "actor").agg(sums).sort("period", "actor")


def yearly(ledger: Ledger) -> pl.DataFrame:
    """Return the sums over all firms: period, research, bought, sales; every complete fiscal year has a row."""
    sums = by_firm(ledger).group_by("period").agg(pl.col(*_ACTS).sum())
    years = pl.DataFrame({"period": ledger.years("FY")}, schema={"period": pl.String})
    return years.join(sums, on="period", how="left").with_columns(pl.col(*_ACTS).fill_null(0)).sort("period")
