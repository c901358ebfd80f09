"""The rows of a ledger that belong to a place.

Stocks and records belong to the place of their actor. A payment belongs to the place of who receives it; where the
receiver is nowhere in particular (households, the treasury, other firms, abroad), to that of who pays. What lies
neither way at a finer place than the whole is nobody's, so that places that share nothing add up to no more than it.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

Table = Callable[[str], pl.LazyFrame]


def within(table: Table, actors: pl.LazyFrame, here: pl.Expr, whole: str) -> Table:
    """Return the tables of a ledger with the rows of a place.

    ``actors`` has actor and place, ``here`` says of a column ``place`` whether it lies in the place, and ``whole`` is
    the place of who is nowhere in particular.
    """
    placed = actors.filter((pl.col("place") != whole) | here).select("actor", here=here).collect().lazy()

    def restricted(name: str) -> pl.LazyFrame:
        frame = table(name)
        if name != "flows":
            return frame.join(placed.filter("here"), on="actor", how="semi")
        payee = placed.rename({"actor": "to_actor", "here": "payee_here"})
        payer = placed.rename({"actor": "from_actor", "here": "payer_here"})
        both = frame.join(payee, on="to_actor", how="left").join(payer, on="from_actor", how="left")
        return both.filter(pl.coalesce("payee_here", "payer_here").fill_null(False)).drop("payee_here", "payer_here")

    return restricted
