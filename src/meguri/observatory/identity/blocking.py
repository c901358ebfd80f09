"""Which pairs of organisations are compared at all: those that share a rare part of their names.

A name gives keys: the whole, its words in alphabetical order, another name, and its rarest words and runs of three
characters that occur more than once. Two organisations with a key in common are a pair. Keys that too many share are
left out, the commonest first, until the pairs are within bounds, and are counted: a pair that shares only such keys is
not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

#: Most pairs that keys may make before those that two keys make are made one.
PAIRS = 20_000_000
#: Most organisations that share a part of a name, for it to be a key.
SHARED = 300
#: How many of a name's rarest words, and runs of three characters, are keys.
RAREST_WORDS, RAREST_RUNS = 3, 4
#: Pairs that are made at a time.
BATCH = 2_000_000


@dataclass(frozen=True)
class Keys:
    """The keys of organisations, and what was left out.

    Attributes:
        table: rows (key, unique_id, group): organisations of one group are not compared.
        left_out: number of keys that too many organisations share.
        without: organisations that had a key in common with others, and have none left.
    """

    table: pl.DataFrame
    left_out: int
    without: int


def keys(organisations: pl.DataFrame, within: bool, most: int = PAIRS) -> Keys:
    """Return the keys of organisations; ``within`` compares those of one source too."""
    group = pl.col("source").rank("dense").cast(pl.UInt32) if not within else pl.col("unique_id").cast(pl.UInt32)
    base = organisations.with_columns(group=group).filter(pl.col("squeezed").is_not_null())
    columns = ["unique_id", "group"]
    whole = [
        base.filter(pl.col(name).is_not_null()).select(*columns, key=pl.concat_str(pl.lit(sign), name))
        for name, sign in (("squeezed", "="), ("other", "="), ("bag", "#"))
    ]
    words = base.select(*columns, part=pl.col("bag").str.split(" ")).explode("part")
    runs = base.select(
        *columns,
        part=pl.concat_list(pl.col("squeezed").str.slice(start, 3) for start in range(40)).list.unique(),
    ).explode("part").filter(pl.col("part").str.len_chars() == 3)  # fmt: skip
    parts = [_rarest(words, RAREST_WORDS, "w"), _rarest(runs, RAREST_RUNS, "r")]
    table = pl.concat([*whole, *parts]).unique().sort("key", "unique_id")
    sizes = table.group_by("key").agg(pl.len().alias("size"), pl.col("group").n_unique().alias("groups"))
    several = sizes.filter(pl.col("groups") > 1).sort("size", "key")
    # The pairs of a key are bounded by half its square; what is beyond the bound goes, the largest first.
    made = several.with_columns(pairs=(pl.col("size").cast(pl.Int64) * (pl.col("size").cast(pl.Int64) - 1) // 2))
    kept = made.filter(pl.col("pairs").cum_sum() <= most)
    used = table.join(kept.select("key"), on="key", how="semi", maintain_order="left")
    reachable = table.join(several.select("key"), on="key", how="semi")["unique_id"].n_unique()
    return Keys(used, several.height - kept.height, reachable - used["unique_id"].n_unique())


def _rarest(parts: pl.DataFrame, how_many: int, sign: str) -> pl.DataFrame:
    """Return the rarest parts of each name among those that occur more than once and in no more than SHARED."""
    counted = parts.unique().with_columns(size=pl.len().over("part")).filter(pl.col("size").is_between(2, SHARED))
    return (
        counted.sort("unique_id", "size", "part").group_by("unique_id", maintain_order=True).head(how_many)
        .select("unique_id", "group", key=pl.concat_str(pl.lit(sign), "part"))
    )  # fmt: skip


def pairs(found: Keys) -> Iterator[pl.DataFrame]:
    """Yield pairs (left, right) with left < right, each once, a bounded number at a time.

    Batches are ranges of the left organisation, so that the same pair never stands in two.
    """
    table = found.table
    if table.is_empty():
        return
    size = table.with_columns(size=pl.len().over("key")).group_by("unique_id").agg(pl.col("size").sum())
    size = size.sort("unique_id")
    batch = (size["size"].cum_sum() // BATCH).to_numpy()
    starts = size["unique_id"].to_numpy()[np.flatnonzero(np.diff(batch, prepend=-1))]
    bounds = [*starts.tolist(), int(size["unique_id"][-1]) + 1]
    for low, high in pairwise(bounds):
        left = table.filter(pl.col("unique_id").is_between(low, high, closed="left"))
        yield (
            left.join(table, on="key")
            .filter((pl.col("unique_id") < pl.col("unique_id_right")) & (pl.col("group") != pl.col("group_right")))
            .select(left="unique_id", right="unique_id_right").unique().sort("left", "right")
        )  # fmt: skip
