"""Expressions that data sets share: quarters of dates, money in minor units, keys, check digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl

#: Largest amount of one row, in the currency itself: beyond it a number is an error, and sums of many such rows would
#: leave the 64 bits of an account.
MOST = 1e12
#: The same for yen.
MOST_YEN = 100 * MOST


#: Rows whose copies are numbered at a time.
_NUMBERED = 2**22


def earlier_copies(table: pl.LazyFrame, columns: Sequence[str]) -> np.ndarray:
    """Return, row by row, how many earlier rows have the same cells in some columns: 0 for the first of them.

    Rows are told apart by a hash of 64 bits and never held, so that the table need not fit in memory: it takes 12 bytes
    a row, and leaves 4. That two rows of 50 million share a hash by chance happens once in 15,000 such tables.
    """
    hashes = table.select(pl.struct(columns).hash(seed=0)).collect(engine="streaming").to_series().to_numpy()
    earlier = np.zeros(len(hashes), dtype=np.uint32)
    parts = np.uint64(len(hashes) // _NUMBERED + 1)
    for part in range(int(parts)):
        places = np.flatnonzero(hashes % parts == part)
        alike = np.sort(hashes[places])
        if not (alike[1:] == alike[:-1]).any():
            continue
        places = places[np.argsort(hashes[places], kind="stable")]
        starts = np.flatnonzero(np.append(True, alike[1:] != alike[:-1]))
        earlier[places] = np.arange(len(alike)) - np.repeat(starts, np.diff(np.append(starts, len(alike))))
    return earlier


def copy_number(table: pl.LazyFrame, columns: Sequence[str], row: str) -> pl.Expr:
    """Return :func:`earlier_copies` as an expression; ``row`` is a column of the number of the row in ``table``."""
    earlier = earlier_copies(table, columns)
    return pl.col(row).map_batches(
        lambda rows: pl.Series(earlier[rows.to_numpy()]), return_dtype=pl.UInt32, is_elementwise=True
    )


def quarter_of(date: str) -> pl.Expr:
    """Return the quarter of a date column: ``2016Q4``."""
    column = pl.col(date)
    return pl.concat_str(column.dt.year().cast(pl.String), pl.lit("Q"), column.dt.quarter().cast(pl.String))


def last_quarter_of(year: str) -> pl.Expr:
    """Return the last quarter of a column of years, where a yearly amount stands."""
    return pl.concat_str(pl.col(year).cast(pl.String), pl.lit("Q4"))


def minor(amount: str, decimals: int, scale: float = 1.0) -> pl.Expr:
    """Return money in the currency's minor unit, Int64; ``scale`` is the unit of the column (1e6: millions)."""
    return (pl.col(amount) * (scale * 10**decimals)).round().cast(pl.Int64)


def keyed(scheme: str, column: str) -> pl.Expr:
    """Return keys of a source: ``pic:999999``."""
    return pl.concat_str(pl.lit(f"{scheme}:"), pl.col(column).cast(pl.String))


def worded(column: str, words: Mapping[str, str], default: str | None = None) -> pl.Expr:
    """Return the words of the vocabulary for the codes of a column; ``default`` for others.

    They are looked up batch by batch: polars would hold the whole column.
    """
    known = dict(words)
    return pl.col(column).map_batches(
        lambda codes: codes.replace_strict(known, default=default, return_dtype=pl.String),
        return_dtype=pl.String, is_elementwise=True,
    )  # fmt: skip


@cache
def country_codes() -> dict[str, str]:
    """Return the ISO 3166 code of two letters of each code of three letters that means one country of today."""
    from babel import Locale
    from babel.core import get_global

    named = set(map(str, Locale("en").territories)) - {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    aliases = get_global("territory_aliases")
    single = {code: to[0] for code, to in aliases.items() if len(code) == 3 and code.isalpha() and len(to) == 1}
    return {code: to for code, to in single.items() if to in named}


def country_unknown(column: str) -> pl.Expr:
    """Tell which texts are no code of three letters of a country; an empty cell is none of them."""
    return ~pl.col(column).is_in(list(country_codes()))


def corporate_number_fails(column: str) -> pl.Expr:
    """Tell which texts are no Japanese corporate number (法人番号): 13 digits, of which the first checks the others.

    The check digit is 9 - (sum of P_n Q_n mod 9), where P_n is the n-th digit from the right of the other twelve and
    Q_n is 1 for odd n and 2 for even n (国税庁「検査用数字の計算方法」).
    """
    text = pl.col(column)
    digits = [text.str.slice(13 - n, 1).cast(pl.Int32, strict=False) * (1 if n % 2 else 2) for n in range(1, 13)]
    check = 9 - pl.sum_horizontal(digits) % 9
    return ~(text.str.contains(r"^\d{13}$") & (text.str.slice(0, 1).cast(pl.Int32, strict=False) == check)).fill_null(
        False
    )
