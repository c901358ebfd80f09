"""The organisations of imports, as rows that can be compared: names in parts, numbers, country, place, sector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from meguri.observatory.identity import numbers
from meguri.observatory.identity.names import named

if TYPE_CHECKING:
    from meguri.observatory.imports import Import

#: Kinds of actor -> sector. A start-up is a firm, and who is a firm in one source is a start-up in another.
SECTORS = {"university": "research", "company": "firm", "startup": "firm", "investor": "finance", "government": "state"}
#: Columns of organisations as they are given.
GIVEN = {"source": pl.String(), "actor": pl.Int64(), "name": pl.String(), "kind": pl.String(), "country": pl.String(),
         "place": pl.String()}  # fmt: skip
#: Columns of numbers as they are given.
NUMBERS = {"actor": pl.Int64(), "scheme": pl.String(), "identifier": pl.String()}
#: Names that are gone through at a time.
NAMES = 20_000
#: Fewest letters, and Japanese characters, of a single word that is a name of its own.
LETTERS, CHARACTERS = 7, 4


def of_imports(imports: Iterable[Import]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return organisations and their numbers of imports; those with neither name nor number are left out."""
    given, known = [pl.DataFrame(schema=GIVEN)], [pl.DataFrame(schema=NUMBERS)]
    for one in imports:
        text = [pl.col(name).cast(pl.String) for name in ("name", "kind", "country", "place")]
        actors = one.table("actors").select(pl.lit(one.source).alias("source"), "actor", *text).collect()
        held = one.table("identifiers").rename({"id": "actor"}).select(*NUMBERS).collect()
        given.append(actors.select(*GIVEN))
        known.append(held.filter(pl.col("actor").is_in(actors["actor"].implode())))
    return pl.concat(given), pl.concat(known)


def prepared(given: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return organisations ready to be compared, in an order of their own, each with a number from 0 on.

    ``deciding`` and ``supporting`` list numbers as ``scheme:number``, ``supported_by`` the schemes of the latter.
    Who has two numbers of a scheme that decides is decided by neither: they support only.
    """
    held = numbers.written(known.unique()).unique().sort("actor", "scheme", "identifier")
    tagged = held.with_columns(
        number=pl.concat_str("scheme", pl.lit(":"), "identifier"),
        decides=pl.col("scheme").map_elements(numbers.decides, return_dtype=pl.Boolean)
        & (pl.len().over("actor", "scheme") == 1),
    )
    deciding = tagged.filter("decides").group_by("actor", maintain_order=True).agg(pl.col("number").alias("deciding"))
    supporting = (
        tagged.filter(~pl.col("decides")).group_by("actor", maintain_order=True)
        .agg(pl.col("number").alias("supporting"), pl.col("scheme").unique(maintain_order=True).alias("supported_by"))
    )  # fmt: skip
    distinct = given["name"].drop_nulls().unique().to_list()
    written = pl.concat([_in_parts(distinct[start : start + NAMES]) for start in range(0, len(distinct) or 1, NAMES)])
    texts = ("plain", "core", "squeezed", "bag", "form", "other")
    japanese = pl.col("squeezed").str.contains(r"[\u3040-\u30ff\u3400-\u9fff]")
    length = pl.col("squeezed").str.len_chars()
    return (
        given.join(written, on="name", how="left")
        .with_columns(pl.col(name).replace("", None) for name in texts)
        .join(deciding, on="actor", how="left").join(supporting, on="actor", how="left")
        .with_columns(
            sector=pl.col("kind").replace_strict(SECTORS, default=None, return_dtype=pl.String),
            region=pl.when(pl.col("place") != pl.col("country")).then("place"),
            country=pl.col("country").replace("", None),
            own=pl.col("bag").str.contains(" ") | (length >= pl.when(japanese).then(CHARACTERS).otherwise(LETTERS)),
        )
        .filter(pl.col("squeezed").is_not_null() | pl.col("deciding").is_not_null())
        .sort("source", "actor").with_row_index("unique_id").with_columns(pl.col("unique_id").cast(pl.Int64))
        .drop("kind", "place")
    )  # fmt: skip


def _in_parts(texts: list[str]) -> pl.DataFrame:
    parts = [named(text) for text in texts]
    columns = {
        "name": texts, "plain": [one.plain for one in parts], "core": [" ".join(one.words) for one in parts],
        "squeezed": [one.squeezed for one in parts], "bag": [one.bag for one in parts],
        "form": [one.form for one in parts], "other": [one.other.replace(" ", "") for one in parts],
    }  # fmt: skip
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
