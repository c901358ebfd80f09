"""The difference of two runs with the same luck on both sides: member by member, then over the members."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from meguri.errors import InputError
from meguri.ledger import store

#: What must be the same in both runs for their members to be pairs.
SAME = ("country", "first", "last", "scale", "seed", "members")
KEYS = ("indicator", "place", "period")


def difference(before: Path, after: Path) -> pl.DataFrame:
    """Return the effect of ``after`` against ``before`` for each indicator, place and period that both have.

    Columns: indicator, place, period, before, after (medians of the members), effect (median of the member-wise
    differences after - before), low, high (their 5% and 95% quantiles), unit, members (pairs). Raises InputError when
    the runs differ in country, span, scale, seed or members.
    """
    check_pairs(before, after)
    pairs = (
        store.read(before, "members")
        .rename({"value": "before"})
        .join(store.read(after, "members").rename({"value": "after"}), on=["member", *KEYS], how="inner")
        .with_columns((pl.col("after") - pl.col("before")).alias("effect"))
    )
    effects = pairs.group_by(KEYS).agg(
        pl.col("before").median(),
        pl.col("after").median(),
        pl.col("effect").median(),
        pl.col("effect").quantile(0.05, "linear").alias("low"),
        pl.col("effect").quantile(0.95, "linear").alias("high"),
        pl.len().cast(pl.Int64).alias("members"),
    )
    units = dict(store.read(after, "observations").select("indicator", "unit").unique().iter_rows())
    return effects.sort(KEYS).select(
        *KEYS,
        "before",
        "after",
        "effect",
        "low",
        "high",
        pl.col("indicator").replace_strict(units, return_dtype=pl.String).alias("unit"),
        "members",
    )


def check_pairs(before: Path, after: Path) -> None:
    """Raise InputError when the members of two runs do not share their luck."""
    first, second = store.manifest(before), store.manifest(after)
    for key in SAME:
        if first.get(key) != second.get(key):
            raise InputError(
                f"'{before.name}' and '{after.name}' cannot be compared: {key} is {first.get(key)} in one and "
                f"{second.get(key)} in the other; the same luck needs the same {', '.join(SAME)}"
            )
