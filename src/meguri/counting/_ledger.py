"""The tables of a ledger as rules read them, whoever wrote the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class LedgerTables:
    """Actors, flows, stocks and records as lazy frames, periods and words as text, with ``t``, the number of a quarter.

    ``first`` and ``last`` are the first and last quarter, ``scale`` is the size of the country relative to the real
    one, ``year_begins`` the calendar quarter in which the years of R&D statistics begin, ``minor_unit`` the number of
    decimals of the currency.
    """

    actors: pl.LazyFrame
    flows: pl.LazyFrame
    stocks: pl.LazyFrame
    records: pl.LazyFrame
    first: int
    last: int
    country: str
    currency: str = ""
    scale: float = 1.0
    year_begins: int = 1
    minor_unit: int = 0

    def year(self, basis: str) -> pl.Expr:
        """Return the year of a row: calendar (``CY``) or of the R&D statistics (``FY``)."""
        shift = self.year_begins - 1 if basis == "FY" else 0
        return ((pl.col("t") - shift) // 4).cast(pl.Int64).alias("year")

    def whole_years(self, basis: str) -> list[int]:
        """Return the years of which the ledger holds all quarters."""
        shift = self.year_begins - 1 if basis == "FY" else 0
        first, last = -((shift - self.first) // 4), (self.last - shift - 3) // 4
        return list(range(first, last + 1))

    def money(self, column: str = "amount") -> pl.Expr:
        """Return an amount in the currency itself, for a country of full size."""
        return (pl.col(column) / (10.0**self.minor_unit * self.scale)).alias(column)

    def of_class(self, frame: pl.LazyFrame, column: str, name: str) -> pl.LazyFrame:
        """Return rows with the class of an actor (``column``) as ``name``."""
        classes = self.actors.select(pl.col("actor").alias(column), pl.col("class").alias(name))
        return frame.join(classes, on=column, how="left")

    def flow(self, flows: Sequence[str]) -> pl.LazyFrame:
        """Return the rows of some flows."""
        return self.flows.filter(pl.col("flow").is_in(list(flows)))

    def filed(self, acts: Sequence[str]) -> pl.LazyFrame:
        """Return the records of some acts."""
        return self.records.filter(pl.col("act").is_in(list(acts)))
