"""What indicators of standards share: posts of working groups, and why firms stay away."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from meguri.indicators._measures import FIRMS, ratio
from meguri.ledger.ledger import Ledger

#: Acts of large and mid-size firms that do not take part, and why.
ABSENCE = {
    "standards_unrecognised": ("重要性の認識がない", "importance not recognised"),
    "standards_without_gain": ("費用に見合わない", "gain below cost"),
    "standards_without_people": ("人材がいない", "no people for it"),
}
SURVEYED = [cls for cls in FIRMS if cls != "small_firm"]


def posts_share(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the share of posts of the country itself (its treasury stands for it): the keys and value."""
    held = rows.group_by(keys).agg(pl.col("value").sum().cast(pl.Float64)).sort(keys)
    ours = rows.filter(pl.col("class") == "treasury").group_by(keys).agg(pl.col("value").sum().cast(pl.Float64))
    return ratio(ours.sort(keys), held, keys)


def answers(ledger: Ledger) -> pl.DataFrame:
    """Return the yearly number of large and mid-size firms by answer: act, period, value."""
    found = []
    for act in ("standards_participation", *ABSENCE):
        rows = ledger.count(act, "CY", SURVEYED)
        found.append(rows.select(pl.lit(act).alias("act"), "period", pl.col("count").cast(pl.Float64).alias("value")))
    return pl.concat(found)
