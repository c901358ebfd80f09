"""A run's ledger from disk, as indicators read it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl

from meguri import vocabulary
from meguri.engine import time
from meguri.ledger.ledger import Ledger
from meguri.ledger.schema import words
from meguri.packs import load_pack


def read_ledger(folder: Path) -> Ledger:
    """Return the ledger of member 0 of a run, summed up from its full tables.

    Sums over stocks of living actors equal the summary's; outside series come from the run's parameters.
    """
    manifest = tomllib.loads((folder / "run.toml").read_text(encoding="utf-8"))
    pack = load_pack(manifest["country"])
    first, last = time.quarter(manifest["first"]), time.quarter(manifest["last"])
    quarters = pl.DataFrame(
        {
            "period": [time.name(t) for t in range(first - 1, last + 1)],
            "t": list(range(first - 1, last + 1)),
        },
        schema={"period": pl.String, "t": pl.Int32},
    )
    actors = pl.scan_parquet(folder / "actors.parquet").select(
        "actor", pl.col("class").cast(words("classes")), pl.col("place").cast(pl.String)
    )
    classes = actors.select("actor", "class")

    def table(name: str) -> pl.LazyFrame:
        frame = pl.scan_parquet(folder / f"{name}.parquet").with_columns(pl.col("period").cast(pl.String))
        return frame.join(quarters.lazy(), on="period", how="inner")

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
        first=first,
        last=last,
        country=manifest["country"],
        sums=sums,
        deal_rows=deals,
        record_rows=records,
        stock_rows=_stocks(table("stocks"), actors, _changes(table("records")), first),
        outside={"gdp": _gdp(folder, first, last)},
        scale=float(manifest["scale"]),
        year_begins=pack.statistics_year_first_quarter,
        minor_unit=pack.minor_unit,
    )


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
        .join_asof(changes.select("t", "actor", pl.col("new")), on="t", by="actor", strategy="backward")
        .join_asof(
            changes.select("t", "actor", pl.col("old")), on="t", by="actor", strategy="forward",
            allow_exact_matches=False,
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


def _gdp(folder: Path, first: int, last: int) -> dict[int, float]:
    rows = pl.read_parquet(folder / "outside.parquet").filter(
        (pl.col("series") == "gdp") & pl.col("t").is_between(first, last)
    )
    return {int(row["t"]): float(row["value"]) for row in rows.iter_rows(named=True)}
