"""The five tables of a ledger and of what is measured on it."""

from __future__ import annotations

from functools import cache

import polars as pl

from meguri import vocabulary

TABLES = ("actors", "flows", "stocks", "records", "observations")
#: Quarters that a ledger may hold.
QUARTERS = [f"{year}Q{quarter}" for year in range(1980, 2101) for quarter in (1, 2, 3, 4)]


def words(table: str) -> pl.Enum:
    """Return the type of a column that holds the ids of a vocabulary table."""
    return pl.Enum(vocabulary.table(table).ids)


@cache
def schema(table: str) -> dict[str, pl.DataType]:
    """Return the columns of a table; money is Int64 in the currency's minor unit, actors are Int64 ids."""
    units = pl.Enum([word.id for word in vocabulary.table("units")])
    period, origin = pl.Enum(QUARTERS), words("origins")
    number, text = pl.Int64(), pl.String()
    tables: dict[str, dict[str, pl.DataType]] = {
        "actors": {
            "actor": number,
            "kind": words("kinds"),
            "class": words("classes"),
            "name": text,
            "country": text,
            "place": text,
            "parent": number,
            "founded": period,
            "ended": period,
            "origin": origin,
        },
        "flows": {
            "period": period,
            "flow": words("flows"),
            "from_actor": number,
            "to_actor": number,
            "amount": number,
            "unit": units,
            "contract": number,
            "field": words("fields"),
            "stage": words("stages"),
            "region": words("regions"),
            "programme": text,
            "origin": origin,
        },
        "stocks": {
            "period": period,
            "actor": number,
            "stock": words("stocks"),
            "counterparty": number,
            "amount": number,
            "unit": units,
            "origin": origin,
        },
        "records": {
            "period": period,
            "register": text,
            "key": number,
            "version": pl.Int32(),
            "act": words("acts"),
            "actor": number,
            "counterparty": number,
            "contract": number,
            "value": number,
            "unit": text,
            "reason": text,
            "origin": origin,
        },
        "observations": {
            "indicator": text,
            "place": text,
            "period": text,
            "value": pl.Float64(),
            "low": pl.Float64(),
            "high": pl.Float64(),
            "unit": text,
            "qualifier": text,
            "status": text,
            "origin": text,
            "note": text,
        },
    }
    return tables[table]


def coded(codes, table: str) -> pl.Series:
    """Return vocabulary codes (1-based, 0 for none) as a column of ids."""
    physical = pl.Series(codes).cast(pl.UInt32)
    ids = pl.Series(vocabulary.table(table).ids, dtype=words(table))
    return ids.gather(pl.select(pl.when(physical > 0).then(physical - 1)).to_series())


def observations(rows: list[dict]) -> pl.DataFrame:
    """Return rows of observations as a frame; keys that a row lacks are null."""
    columns = schema("observations")
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=columns)
