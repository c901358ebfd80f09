"""R&D and sales of firms' fiscal years, from the statements that they file for the tax credit."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
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


def by_industry(ledger: Ledger) -> pl.DataFrame:
    """Return the sums over the firms of an industry: item (industry), period, research, bought, sales.

    A firm's industry is that of its last statement in the ledger; firms without one are left out.
    """
    stated = ledger.record_rows.filter(pl.col("act") == "industry_statement").sort("t")
    names = pl.DataFrame(
        [(word.code, word.id) for word in vocabulary.table("industries")], schema={"code": pl.Int64, "item": pl.String},
        orient="row",
    )  # fmt: skip
    industries = stated.group_by("actor").agg(pl.col("value").last().alias("code")).join(names, on="code")
    found = by_firm(ledger).join(industries, on="actor").group_by("item", "period").agg(pl.col(*_ACTS).sum())
    return found.sort("item", "period")


def industries() -> dict[str, tuple[str, str]]:
    """Return the industries with their labels (ja, en), as the items of a family of indicators."""
    return {word.id: (word.ja, word.en) for word in vocabulary.table("industries")}
