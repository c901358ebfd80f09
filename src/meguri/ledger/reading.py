"""A ledger summed up from its full tables, whoever wrote them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from meguri import vocabulary
from meguri.ledger.ledger import Ledger
from meguri.ledger.schema import words


def summed_up(table: Callable[[str], pl.LazyFrame], actors: pl.LazyFrame, first: int, last: int, **more: Any) -> Ledger:
    """Return the ledger of full tables between two quarters.

    ``table`` gives flows, stocks and records with the number of their quarter (``t``); ``actors`` has actor, class and
    place; ``more`` is what else a :class:`Ledger` says of itself.
    """
    classes = actors.select("actor", "class")
    flows = (
        table("flows")
        .join(classes.rename({"actor": "from_actor", "class": "from_class"}), on="from_actor", how="left")
        .join(classes.rename({"actor": "to_actor", "class": "to_class"}), on="to_actor", how="left")
        .with_columns(
            pl.col("flow").cast(words("flows")),
            pl.col("region").cast(words("regions")),
            pl.col("stage").cast(words("stages")),
            pl.col("field").cast(words("fields")),
        )
    )
    keys = ["t", "flow", "from_class", "to_class", "region", "stage"]
    sums = flows.group_by(keys).agg(pl.col("amount").sum(), pl.len().cast(pl.Int64).alias("rows")).collect()
    deal_flows = [word.id for word in vocabulary.table("flows") if word["summary"] == "deal"]
    deals = (
        flows.filter(pl.col("flow").is_in(deal_flows))
        .select("t", "flow", "from_actor", "to_actor", "from_class", "amount", "contract", "field", "stage", "region")
        .collect()
    )
    records = (
        table("records")
        .join(classes, on="actor", how="left", maintain_order="left")
        .select("t", pl.col("act").cast(words("acts")), "actor", "counterparty", "contract", "value", "class")
        .collect()
    )
    return Ledger(
        first=first, last=last, sums=sums, deal_rows=deals, record_rows=records,
        stock_rows=_stocks(table("stocks"), actors, _changes(table("records")), first), **more,
    )  # fmt: skip


def _changes(records: pl.LazyFrame) -> pl.LazyFrame:
    """Return when firms changed their size class: t, actor, old and new class; the actors' table holds the last one."""
    said = pl.col("reason").cast(pl.String).str.split(" > ")
    return (
        records.filter(pl.col("act") == "class_change")
        .select("t", "actor", said.list.get(0).cast(words("classes")).alias("old"),
                said.list.get(1).cast(words("classes")).alias("new"))
        .sort("t")
    )  # fmt: skip


def _stocks(stocks: pl.LazyFrame, actors: pl.LazyFrame, changes: pl.LazyFrame, first: int) -> pl.DataFrame:
    how = {word.id: word["summary"] for word in vocabulary.table("stocks")}
    rows = (
        stocks.filter((pl.col("t") >= first) & (pl.col("t") % 4 == 3))
        .with_columns(pl.col("stock").cast(words("stocks")))
        .join(actors, on="actor", how="left")
        .sort("t")
        .join_asof(
            changes.select("t", "actor", pl.col("new")), on="t", by="actor", strategy="backward", check_sortedness=False
        )
        .join_asof(
            changes.select("t", "actor", pl.col("old")),
            on="t",
            by="actor",
            strategy="forward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .with_columns(pl.coalesce("new", "old", "class").alias("class"))
        .with_columns(
            pl.col("place")
            .replace_strict(
                {word.id: word.id for word in vocabulary.table("regions")}, default=None, return_dtype=pl.String
            )
            .cast(words("regions"))
            .alias("region")
        )
    )
    single = rows.filter(pl.col("stock").is_in([stock for stock, kept in how.items() if kept == "rows"])).select(
        "t", "stock", "actor", "class", "region", "amount", pl.lit(1, pl.Int64).alias("count")
    )
    summed = (
        rows.filter(pl.col("stock").is_in([stock for stock, kept in how.items() if kept == "sum"]))
        .group_by("t", "stock", "class", "region")
        .agg(pl.col("amount").sum(), pl.len().cast(pl.Int64).alias("count"))
        .select("t", "stock", pl.lit(0, pl.Int64).alias("actor"), "class", "region", "amount", "count")
    )
    return pl.concat([single, summed]).collect()
