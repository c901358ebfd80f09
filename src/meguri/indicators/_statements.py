"""R&D and sales of firms' fiscal years by industry, from the statements that they file for the tax credit."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.ledger.ledger import Ledger

#: Column -> act of the statement.
_ACTS = {"research": "credit_expenditure", "bought": "credit_joint_research", "sales": "credit_sales"}
_SUMS = [pl.col(name).sum() for name in _ACTS]


def _by_code(ledger: Ledger) -> pl.DataFrame:
    """Return sums (minor units of money) by fiscal year and industry: period, code (null: none stated), then sums.

    A firm's industry is that of its last statement in the ledger.
    """
    shift, prefix = ledger.basis("FY")
    statements = ledger.filed("industry_statement")
    stated = statements.group_by("actor").agg(pl.col("value").sort_by("t").last().alias("code"))
    filed = ledger.filed(list(_ACTS.values())).join(stated, on="actor", how="left")
    sums = [pl.col("value").filter(pl.col("act") == act).sum().alias(name) for name, act in _ACTS.items()]
    found = filed.group_by((pl.col("t") - shift) // 4, "code").agg(sums)
    named = found.with_columns(pl.concat_str(pl.lit(prefix), pl.col("t").cast(pl.String)).alias("period"))
    return named.filter(pl.col("period").is_in(ledger.years("FY"))).drop("t").sort("period", "code")


def yearly(ledger: Ledger) -> pl.DataFrame:
    """Return the sums over all firms: period, research, bought (of it), sales; every complete year has a row."""
    sums = ledger.once("statements", _by_code).group_by("period").agg(_SUMS)
    years = pl.DataFrame({"period": ledger.years("FY")}, schema={"period": pl.String})
    return years.join(sums, on="period", how="left").with_columns(pl.col(*_ACTS).fill_null(0)).sort("period")


def by_industry(ledger: Ledger) -> pl.DataFrame:
    """Return the sums over the firms of an industry: item (industry), period, research, bought, sales.

    Firms that state no industry are left out.
    """
    words = [(word.code, word.id) for word in vocabulary.table("industries")]
    names = pl.DataFrame(words, schema={"code": pl.Int64, "item": pl.String}, orient="row")
    return ledger.once("statements", _by_code).join(names, on="code").drop("code").sort("item", "period")


def industries() -> dict[str, tuple[str, str]]:
    """Return the industries with their labels (ja, en), as the items of a family of indicators."""
    return {word.id: (word.ja, word.en) for word in vocabulary.table("industries")}
