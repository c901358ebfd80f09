"""What the members of a run say together: medians, bands, and how much of their spread is chance.

With parameter draws, members are a nested design: ``d`` draws with ``s`` seeds each. With MB and MW the mean squares
between and within draws, chance is MW and parameters are max(0, (MB - MW) / s): the method of moments of the one-way
random-effects model (Searle, Casella and McCulloch 1992, Variance Components, chapter 3). Draws with unequal numbers
of seeds use s0 = (n - sum s_i^2 / n) / (d - 1) in place of s.
"""

from __future__ import annotations

import polars as pl

from meguri.indicators import family, unit_in
from meguri.ledger.schema import observations as observation_frame
from meguri.model.request import RunRequest
from meguri.registry import shelf

KEYS = ("indicator", "place", "period")
#: Quantiles of the members: the 90% band, the 50% band, and the median in the middle.
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def summarise(members: pl.DataFrame, draws: int = 0) -> pl.DataFrame:
    """Return one row an indicator, place and period.

    Columns: the keys, members, q05, q25, median, q75, q95, mean, variance (sample variance of the members),
    chance and parameters (its two parts), and parameter_share (parameters over their sum). Without draws, parameters
    is 0 and its share is null: every member has the same numbers, and all of the spread is chance.
    """
    value = pl.col("value")
    summary = members.group_by(KEYS, maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("members"),
        *(value.quantile(q, "linear").alias(name) for name, q in QUANTILES.items()),
        value.mean().alias("mean"),
        value.var().alias("variance"),
    )
    if draws < 2:
        parts = [pl.col("variance").alias("chance"), pl.lit(0.0).alias("parameters")]
        share = pl.lit(None, pl.Float64).alias("parameter_share")
        return summary.with_columns(*parts, share).sort(KEYS)
    split = variance_split(members.with_columns((pl.col("member") % draws).alias("draw")))
    return summary.join(split, on=KEYS, how="left").sort(KEYS)


def variance_split(members: pl.DataFrame) -> pl.DataFrame:
    """Return chance, parameters and parameter_share by indicator, place and period.

    ``members`` holds the keys, draw and value; sums follow its order, so that bits do not depend on threads. Null
    where fewer than two draws or no draw with two seeds is there.
    """
    value, size = pl.col("value"), pl.col("size")
    by_draw = members.group_by(*KEYS, "draw", maintain_order=True).agg(
        pl.len().cast(pl.Float64).alias("size"),
        value.mean().alias("mean"),
        ((value - value.mean()) ** 2).sum().alias("within"),
    )
    n, draws = size.sum(), pl.len().cast(pl.Float64)
    overall = (size * pl.col("mean")).sum() / n
    squares = by_draw.group_by(KEYS, maintain_order=True).agg(
        pl.when((n > draws) & (draws > 1)).then(pl.col("within").sum() / (n - draws)).alias("chance"),
        pl.when(draws > 1).then((size * (pl.col("mean") - overall) ** 2).sum() / (draws - 1)).alias("between"),
        ((n - (size**2).sum() / n) / (draws - 1)).alias("seeds"),
    )
    parameters = ((pl.col("between") - pl.col("chance")) / pl.col("seeds")).clip(0.0)
    total = pl.col("chance") + pl.col("parameters")
    return squares.with_columns(parameters.alias("parameters")).select(
        *KEYS,
        "chance",
        "parameters",
        pl.when(total > 0.0).then(pl.col("parameters") / total).alias("parameter_share"),
    )


def observations(summary: pl.DataFrame, request: RunRequest) -> pl.DataFrame:
    """Return the observations of a run: medians of the members with their 90% band as low and high."""
    currency = request.pack.currency
    units = {indicator.id: unit_in(indicator, currency) for indicator in shelf("meguri.indicators")}
    holds = "chance only" if request.draws is None else f"chance and parameters ({request.draws.origin})"
    return observation_frame(
        [
            {
                "indicator": row["indicator"],
                "place": row["place"],
                "period": row["period"],
                "value": row["median"],
                "low": row["q05"],
                "high": row["q95"],
                "unit": units[family(row["indicator"])],
                "qualifier": "median",
                "status": "simulated",
                "origin": request.id,
                "note": f"{row['members']} members; band 5-95%, {holds}; scale {request.scale:g}",
            }
            for row in summary.iter_rows(named=True)
        ]
    )
