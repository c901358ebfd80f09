"""Pairs of organisations with the probability that they are one, by splink on DuckDB, and the reasons.

The prior is that half of the organisations of the smaller source stand in the other one; where one source is compared
with itself, that one organisation in twenty is there twice; but no more than one pair in a thousand, so that few
organisations are judged as strictly as five hundred. It is an assumption, and it is the same for all pairs.
"""

from __future__ import annotations

import importlib.util
import logging
import math
import tempfile
import warnings
from dataclasses import dataclass
from typing import Any

import polars as pl

from meguri.errors import InputError
from meguri.observatory.identity import blocking
from meguri.observatory.identity.comparisons import COMPARISONS, level_of, settings, weights
from meguri.observatory.identity.likeness import ROUGHLY, inside, nearly

#: Shares of organisations that are assumed to stand in both sources, and twice in one.
IN_BOTH, TWICE = 0.5, 0.05
#: Largest prior probability of a pair.
LIKELIEST = 0.001
#: Least probability of a pair that is kept, so that people can look at it.
LEAST = 0.05
#: Limits of the computation.
MEMORY, THREADS = "256MB", 2
#: Digits of a score.
DIGITS = 6
#: Columns of scored pairs; ``left`` and ``right`` are numbers of organisations.
PAIRS = {"left": pl.Int64(), "right": pl.Int64(), "score": pl.Float64(), "weight": pl.Float64(),
         **{one.id: pl.Int8() for one in COMPARISONS}}  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """Scored pairs, how many were compared, and how many keys (and organisations by them) were left out."""

    pairs: pl.DataFrame
    compared: int
    keys_left_out: int
    without: int
    prior: float


def needed() -> None:
    """Raise InputError where the libraries of the extra ``identity`` are not installed."""
    for name in ("splink", "rapidfuzz"):
        if importlib.util.find_spec(name) is None:
            raise InputError(
                f"linking needs '{name}': install the extra 'identity' (pip install 'meguri[identity]')",
                f"名寄せには {name} が必要です。追加パッケージ identity を導入してください"
                "（pip install 'meguri[identity]'）",
            )


def prior_of(organisations: pl.DataFrame, within: bool) -> float:
    """Return the probability that a pair that may be compared is one organisation, before anything is compared."""
    sizes = organisations.group_by("source").len()["len"].to_list()
    total = sum(sizes)
    if within:
        expected, pairs = TWICE * total, total * (total - 1) / 2
    else:
        expected, pairs = 0.0, 0.0
    for number, size in enumerate(sizes):
        for other in sizes[number + 1 :]:
            expected += IN_BOTH * min(size, other)
            pairs += 0.0 if within else size * other
    return min(LIKELIEST, expected / pairs) if pairs else LIKELIEST


def scored(
    organisations: pl.DataFrame, within: bool, most: int = blocking.PAIRS, least: float = LEAST,
    prior: float | None = None,
) -> Scored:  # fmt: skip
    """Return the pairs of organisations whose names have something in common, each with its score.

    Raises InputError where the libraries are absent.
    """
    needed()
    keys = blocking.keys(organisations, within, most)
    given = prior_of(organisations, within) if prior is None else prior
    texts = organisations.select("core", "squeezed", "other", "bag", "supporting")
    compared, alike = 0, [pl.DataFrame(schema={"left": pl.Int64(), "right": pl.Int64()})]
    for batch in blocking.pairs(keys):
        compared += batch.height
        alike.append(_alike(batch, texts))
    by_number = _same_number(organisations, within)
    pairs = pl.concat([*alike, by_number]).unique().sort("left", "right")
    if pairs.is_empty():
        return Scored(pl.DataFrame(schema=PAIRS), compared, keys.left_out, keys.without, given)
    found = _predicted(organisations, pairs, given)
    kept = pl.concat([
        found.filter(pl.col("score") >= least),
        found.filter(pl.col("score") < least).join(by_number, on=["left", "right"], how="semi"),
    ]).sort("left", "right")  # fmt: skip
    return Scored(kept, compared, keys.left_out, keys.without, given)


def _same_number(organisations: pl.DataFrame, within: bool) -> pl.DataFrame:
    """Return pairs that share a number, whatever their names are; a number that many share is taken for none."""
    held = [
        organisations.filter(pl.col(name).is_not_null()).select("unique_id", "source", pl.col(name).alias("number"))
        .explode("number")
        for name in ("deciding", "supporting")
    ]  # fmt: skip
    table = pl.concat(held).filter(pl.len().over("number") <= blocking.SHARED)
    both = table.join(table, on="number").filter(pl.col("unique_id") < pl.col("unique_id_right"))
    both = both if within else both.filter(pl.col("source") != pl.col("source_right"))
    return both.select(left="unique_id", right="unique_id_right").unique()


def _alike(pairs: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Return those of a batch whose words are roughly alike, or one of whose names is another name of the other."""
    from rapidfuzz import fuzz, process

    left, right = texts[pairs["left"]], texts[pairs["right"]]
    likeness = process.cpdist(
        left["bag"].to_list(), right["bag"].to_list(), scorer=fuzz.token_ratio, score_cutoff=ROUGHLY, workers=1
    )
    other = (left["other"] == right["squeezed"]) | (left["squeezed"] == right["other"])
    other = other.fill_null(False) | (left["other"] == right["other"]).fill_null(False)
    names = pl.DataFrame({"one": left["squeezed"], "two": right["squeezed"]})
    begins = names.select(
        pl.col("one").str.starts_with(pl.col("two")) | pl.col("two").str.starts_with(pl.col("one"))
    ).to_series()
    return pairs.filter(pl.Series(likeness > 0.0) | other | begins)


def _predicted(organisations: pl.DataFrame, pairs: pl.DataFrame, prior: float) -> pl.DataFrame:
    import duckdb

    with tempfile.TemporaryDirectory() as aside, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection = duckdb.connect(":memory:")
        try:
            connection.execute(f"SET memory_limit='{MEMORY}'")
            connection.execute(f"SET threads={THREADS}")
            connection.execute(f"SET temp_directory='{aside}'")
            for name, function in (("nearly", nearly), ("inside", inside)):
                connection.create_function(name, function, ["VARCHAR", "VARCHAR"], "BOOLEAN")
            return _by_splink(connection, organisations, pairs, prior)
        finally:
            connection.close()


def _by_splink(connection: Any, organisations: pl.DataFrame, pairs: pl.DataFrame, prior: float) -> pl.DataFrame:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    columns = ("unique_id", "core", "squeezed", "other", "bag", "own", "form", "country", "region", "sector",
               "supporting", "supported_by")  # fmt: skip
    connection.register("organisations_given", organisations.select(columns).to_arrow())
    connection.execute("CREATE TABLE organisations AS SELECT * FROM organisations_given")
    blocked = pairs.select(match_key=pl.lit("0"), join_key_l="left", join_key_r="right")
    connection.register("pairs_given", blocked.to_arrow())
    connection.execute("CREATE TABLE pairs AS SELECT * FROM pairs_given")
    api = DuckDBAPI(connection)
    model = settings() | {"probability_two_random_records_match": prior}
    linker = Linker(api.register(connection.table("organisations")), model, log_level=None, validate_settings=False)
    linker.table_management.register_blocked_pairs_for_predict(api.register(connection.table("pairs")))
    found = linker.inference.predict(warning_mode="never")
    codes = ", ".join(f'CAST("gamma_{one.id}" AS TINYINT) AS "{one.id}"' for one in COMPARISONS)
    answer = connection.sql(
        f"SELECT unique_id_l AS left, unique_id_r AS right, match_probability AS score, match_weight AS weight, "
        f"{codes} FROM {found.physical_name}"
    )
    table = pl.DataFrame(pl.from_arrow(answer.to_arrow_table()))
    return table.select(pl.col(name).cast(dtype) for name, dtype in PAIRS.items()).with_columns(
        pl.col("score").round(DIGITS), pl.col("weight").round(3)
    )


def reasons(pair: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each comparison said of a pair: comparison, level, words in both languages, weight in bits."""
    found = []
    for comparison in COMPARISONS:
        level = level_of(comparison, pair[comparison.id])
        if level is None:
            continue
        m, u = weights()[comparison.id][level.id]
        found.append({
            "comparison": comparison.id, "level": level.id, "ja": level.ja, "en": level.en,
            "weight": round(math.log2(m / u), 2),
        })  # fmt: skip
    return found
