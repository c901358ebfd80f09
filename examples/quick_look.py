"""A quick look at a small Japan: run it, read indicators, the ledger and a panel of start-ups.

Run with: uv run python examples/quick_look.py
"""

from __future__ import annotations

import polars as pl

import meguri


def main() -> None:
    """Run a tenth of Japan with four members, and print what a researcher looks at first."""
    run = meguri.run("baseline", members=4, scale=0.1)
    print(f"run {run.id} in {run.folder}")

    print("VC investment over GDP: median of the members with the 5% and 95% quantiles")
    ratio = run.observations.filter(pl.col("indicator") == "vc_investment_to_gdp")
    print(ratio.select("period", "value", "low", "high"))

    print("the ten largest flows of member 0, yen")
    print(run.flows.group_by("flow").agg(pl.col("amount").sum()).sort("amount", descending=True).head(10))

    startups = run.panel("startup").filter(pl.col("period").str.ends_with("Q4"))
    print("start-ups at the end of each year: how many, their employees, their cash in yen")
    print(
        startups.group_by("period")
        .agg(pl.len().alias("startups"), pl.col("employees").sum(), pl.col("cash").sum())
        .sort("period")
    )


if __name__ == "__main__":
    main()
