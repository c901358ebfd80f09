"""The difference of two runs with the same luck on both sides: member by member, then over the members.

A pair is one member of each run: the same seed, the same draw of parameters, another policy. The luck that both sides
share cancels in the difference. How much that helps is the variance ratio: the variance that the difference would have
with independent luck on the two sides, Var(before) + Var(after), over the variance that it has with the same luck
(common random numbers; Law 2015, Simulation Modeling and Analysis, chapter 11). A ratio of 50 means that 64 pairs say
as much as 3,200 pairs of independent runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from meguri.errors import InputError
from meguri.ledger import store

#: What must be the same in both runs for their members to be pairs.
SAME = ("country", "first", "last", "scale", "seed", "members", "draws", "drawn_from")
KEYS = ("indicator", "place", "period")
#: Standard normal quantile of 95%: the 90% interval of a mean is the mean plus or minus so many standard errors.
NORMAL_95 = 1.6448536269514722


def difference(before: Path, after: Path, over: tuple[int, int] | None = None) -> pl.DataFrame:
    """Return the effect of ``after`` against ``before`` for each indicator, place and period that both have.

    With ``over`` (first and last year) each member is averaged over those years first, and the period is
    ``first/last``. Columns: indicator, place, period; before, after (medians of the members); effect (median of the
    differences after - before), low, high (5% and 95% quantiles of the differences); mean, mean_low, mean_high (mean
    difference and its 90% interval from its standard error); variance_ratio (see the module; null where every
    difference is the same, or with fewer than two pairs); unit; members (pairs). Raises InputError when the runs
    cannot be paired.
    """
    members = pairs(before, after, over)
    before_, after_, effect = pl.col("before"), pl.col("after"), pl.col("effect")
    error = effect.std() / pl.len().cast(pl.Float64).sqrt()
    ratio = pl.when(effect.var() > 0.0).then((before_.var() + after_.var()) / effect.var())
    effects = members.group_by(KEYS, maintain_order=True).agg(
        before_.median(),
        after_.median(),
        effect.median(),
        effect.quantile(0.05, "linear").alias("low"),
        effect.quantile(0.95, "linear").alias("high"),
        effect.mean().alias("mean"),
        (effect.mean() - NORMAL_95 * error).alias("mean_low"),
        (effect.mean() + NORMAL_95 * error).alias("mean_high"),
        ratio.alias("variance_ratio"),
        pl.len().cast(pl.Int64).alias("members"),
    )
    units = dict(store.read(after, "observations").select("indicator", "unit").unique().iter_rows())
    unit = pl.col("indicator").replace_strict(units, return_dtype=pl.String).alias("unit")
    columns = [name for name in effects.columns if name != "members"]
    return effects.sort(KEYS).with_columns(unit).select(*columns, "unit", "members")


def pairs(before: Path, after: Path, over: tuple[int, int] | None = None) -> pl.DataFrame:
    """Return every pair: member, indicator, place, period, before, after, effect (after - before)."""
    check_pairs(before, after)
    left, right = (_values(folder, over) for folder in (before, after))
    return (
        left.rename({"value": "before"})
        .join(right.rename({"value": "after"}), on=["member", *KEYS], how="inner")
        .with_columns((pl.col("after") - pl.col("before")).alias("effect"))
        .sort(*KEYS, "member")
    )


def _values(folder: Path, over: tuple[int, int] | None) -> pl.DataFrame:
    members = store.read(folder, "members")
    if over is None:
        return members
    year = pl.col("period").str.extract(r"^(?:FY)?(\d{4})$").cast(pl.Int32)
    chosen = members.filter(year.is_between(*over))
    if chosen.is_empty():
        raise InputError(
            f"run '{folder.name}' has no year from {over[0]} to {over[1]}",
            f"実行結果「{folder.name}」に{over[0]}年から{over[1]}年までの年がありません",
        )
    name = pl.lit(f"{over[0]}/{over[1]}").alias("period")
    return (
        chosen.group_by("member", "indicator", "place", maintain_order=True)
        .agg(pl.col("value").mean())
        .with_columns(name)
    )


def check_pairs(before: Path, after: Path) -> None:
    """Raise InputError when the members of two runs do not share their luck."""
    first, second = store.manifest(before), store.manifest(after)
    for key in SAME:
        if first.get(key) != second.get(key):
            raise InputError(
                f"'{before.name}' and '{after.name}' cannot be compared: {key} is {first.get(key)} in one and "
                f"{second.get(key)} in the other; the same luck needs the same {', '.join(SAME)}",
                f"「{before.name}」と「{after.name}」は比べられません。{key}が一方は{first.get(key)}、"
                f"他方は{second.get(key)}です。同じ乱数で比べるには、{', '.join(SAME)}が同じでなけ"
                "ればなりません",
            )
    if first.get("drawn_from") != "prior" and first.get("draws_hash") != second.get("draws_hash"):
        raise InputError(
            f"'{before.name}' and '{after.name}' cannot be compared: they have other draws of parameters",
            f"「{before.name}」と「{after.name}」は比べられません。係数の組が異なります",
        )


def typical_ratio(effects: pl.DataFrame, indicators: Sequence[str] = ()) -> dict[str, float | int | None]:
    """Return the median and the lowest variance ratio over indicators (all where none is named), and how many."""
    ratios = effects.filter(pl.col("variance_ratio").is_not_null())
    if indicators:
        ratios = ratios.filter(pl.col("indicator").is_in(list(indicators)))
    column = ratios["variance_ratio"]
    return {"median": column.median(), "lowest": column.min(), "indicators": column.len()}  # type: ignore[dict-item]
