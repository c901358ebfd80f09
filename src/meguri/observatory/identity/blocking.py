"""Which pairs of organisations are compared at all: those that share a rare part of their names.

A name gives keys: the whole, its words in alphabetical order, another name, and its rarest words and runs of three
characters that occur more than once. Two organisations with a key in common are a pair. Keys that too many share are
left out, the commonest first, until the pairs are within bounds, and are counted: a pair that shares only such keys is
not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
#: Characters of a name of which runs are taken.
LONGEST = 42
#: Names, and pairs, that are gone through at a time.
NAMES, BATCH = 20_000, 500_000


@dataclass(frozen=True)
class Keys:
    """The keys of organisations, and what was left out.

    Attributes:
        table: rows (key, unique_id, group): organisations of one group are not compared.
        left_out: number of keys, and of parts of names, that too many organisations share.
        without: organisations that have one of those in common with others, and no key.
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
    words, common_words = _rarest(base, _words, RAREST_WORDS, "w")
    runs, common_runs = _rarest(base, _runs, RAREST_RUNS, "r")
    common = pl.concat([common_words[0], common_runs[0]])
    table = pl.concat([*whole, words, runs]).unique().sort("key", "unique_id")
    sizes = table.group_by("key").agg(pl.len().alias("size"), pl.col("group").n_unique().alias("groups"))
    several = sizes.filter(pl.col("groups") > 1).sort("size", "key")
    # The pairs of a key are bounded by half its square; what is beyond the bound goes, the largest first.
    made = several.with_columns(pairs=(pl.col("size").cast(pl.Int64) * (pl.col("size").cast(pl.Int64) - 1) // 2))
    kept = made.filter(pl.col("pairs").cum_sum() <= most)
    used = table.join(kept.select("key"), on="key", how="semi", maintain_order="left")
    reached = pl.concat([table.join(several.select("key"), on="key", how="semi")["unique_id"], common["unique_id"]])
    without = set(reached.unique()) - set(used["unique_id"].unique())
    return Keys(used, several.height - kept.height + common_words[1] + common_runs[1], len(without))


def _words(base: pl.DataFrame) -> pl.DataFrame:
    return base.select("unique_id", "group", part=pl.col("bag").str.split(" ")).explode("part").unique()


def _runs(base: pl.DataFrame) -> pl.DataFrame:
    """Return the runs of three characters of the first LONGEST of each name."""
    starts = pl.concat_list(pl.col("squeezed").str.slice(start, 3) for start in range(LONGEST - 2))
    runs = base.select("unique_id", "group", part=starts.list.unique()).explode("part")
    return runs.filter(pl.col("part").str.len_chars() == 3)


def _rarest(
    base: pl.DataFrame, parts_of: Callable[[pl.DataFrame], pl.DataFrame], how_many: int, sign: str
) -> tuple[pl.DataFrame, tuple[pl.DataFrame, int]]:
    """Return the rarest parts of each name that occur more than once; who has too common ones, and their number.

    Names are gone through twice, some at a time: all parts of all names would not fit.
    """
    slices = [base.slice(start, NAMES) for start in range(0, base.height, NAMES)]
    counts = pl.concat(
        [
            pl.DataFrame(schema={"part": pl.String, "size": pl.UInt32}),
            *(parts_of(one).group_by("part").agg(pl.len().cast(pl.UInt32).alias("size")) for one in slices),
        ]
    )
    sizes = counts.group_by("part").agg(pl.col("size").sum()).filter(pl.col("size") > 1)
    kept, common = [], []
    for one in slices:
        sized = parts_of(one).join(sizes, on="part")
        rare = sized.filter(pl.col("size") <= SHARED).sort("unique_id", "size", "part")
        kept.append(
            rare.group_by("unique_id", maintain_order=True)
            .head(how_many)
            .select("unique_id", "group", key=pl.concat_str(pl.lit(sign), "part"))
        )
        common.append(sized.filter(pl.col("size") > SHARED).select("unique_id").unique())
    nothing = base.clear()
    too_common = sizes.filter(pl.col("size") > SHARED).height
    rarest = pl.concat([nothing.select("unique_id", "group", key="squeezed"), *kept])
    return rarest, (pl.concat([nothing.select("unique_id"), *common]).unique(), too_common)


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
