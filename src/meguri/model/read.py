"""A run's ledger from disk, as indicators read it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl

from meguri.engine import time
from meguri.ledger.ledger import Ledger
from meguri.ledger.reading import summed_up
from meguri.ledger.schema import words
from meguri.ledger.within import within
from meguri.packs import load_pack


def read_ledger(folder: Path, here: pl.Expr | None = None) -> Ledger:
    """Return the ledger of member 0 of a run, summed up from its full tables.

    Sums over stocks of living actors equal the summary's; outside series come from the run's parameters. With ``here``,
    which says of a column ``place`` whether it lies in a place, only the rows of that place, and no outside series.
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

    def table(name: str) -> pl.LazyFrame:
        frame = pl.scan_parquet(folder / f"{name}.parquet").with_columns(pl.col("period").cast(pl.String))
        return frame.join(quarters.lazy(), on="period", how="inner")

    return summed_up(
        table if here is None else within(table, actors, here, str(manifest["country"])),
        actors,
        first,
        last,
        country=manifest["country"],
        outside={"gdp": _gdp(folder, first, last)} if here is None else {},
        scale=float(manifest["scale"]),
        year_begins=pack.statistics_year_first_quarter,
        minor_unit=pack.minor_unit,
    )


def _gdp(folder: Path, first: int, last: int) -> dict[int, float]:
    rows = pl.read_parquet(folder / "outside.parquet").filter(
        (pl.col("series") == "gdp") & pl.col("t").is_between(first, last)
    )
    return {int(row["t"]): float(row["value"]) for row in rows.iter_rows(named=True)}
