"""Rows of a ledger as plain arrays, sorted by one word: yearly sums by a few array operations.

An ensemble measures every indicator on every member: a query of a data frame costs more there than its sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.ledger.schema import coded


@dataclass(frozen=True)
class Columns:
    """Some rows of a ledger: quarter ``t``, columns of words as vocabulary codes (0: none), and numbers.

    Rows are sorted by the column ``key``; ``start`` holds the place of the first row of each of its codes.
    ``tables`` names the vocabulary table of each column of words.
    """

    data: Mapping[str, np.ndarray]
    key: str
    start: np.ndarray
    tables: Mapping[str, str]

    @classmethod
    def of(cls, frame: pl.DataFrame, key: str, tables: Mapping[str, str]) -> Columns:
        """Return the rows of a frame, sorted by ``key``."""
        data = {
            name: (frame[name].to_physical().cast(pl.Int64) + 1).fill_null(0).to_numpy()
            if name in tables
            else frame[name].to_numpy()
            for name in frame.columns
        }
        order = np.argsort(data[key], kind="stable")
        start = np.searchsorted(data[key][order], np.arange(len(vocabulary.table(tables[key])) + 2))
        return cls({name: column[order] for name, column in data.items()}, key, start, tables)

    def take(self, words: Sequence[str]) -> Columns:
        """Return the rows whose ``key`` is one of the words; an unknown word raises InputError."""
        codes = [vocabulary.code(self.tables[self.key], word) for word in dict.fromkeys(words)]
        slices = [slice(self.start[code], self.start[code + 1]) for code in codes]
        if len(slices) == 1:
            return replace(self, data={name: column[slices[0]] for name, column in self.data.items()})
        rows = np.concatenate([np.arange(part.start, part.stop) for part in slices])
        return replace(self, data={name: column[rows] for name, column in self.data.items()})

    def where(self, name: str, words: Sequence[str]) -> Columns:
        """Return the rows whose column ``name`` is one of the words; all rows when no word is given."""
        if not words:
            return self
        table = vocabulary.table(self.tables[name])
        wanted = np.zeros(len(table) + 1, np.bool_)
        wanted[[table.code(word) for word in words]] = True
        rows = wanted[self.data[name]]
        return replace(self, data={name: column[rows] for name, column in self.data.items()})

    def yearly(self, years: Sequence[str], shift: int, by: Sequence[str], numbers: Sequence[str]) -> pl.DataFrame:
        """Return sums of numbers by year and the columns ``by``: period, *by, *numbers, sorted.

        ``years`` are the complete years, in order; they begin ``shift`` quarters after calendar years.
        Without ``by`` every year has a row, 0 where nothing is.
        """
        if not years:
            return self._frame(years, np.zeros(0, np.int64), by, {name: np.zeros(0, np.int64) for name in numbers})
        group = (self.data["t"] - shift) // 4 - int(years[0].removeprefix("FY"))
        inside = (group >= 0) & (group < len(years))
        group = group[inside].astype(np.int64)
        for name in by:
            group = group * (len(vocabulary.table(self.tables[name])) + 1) + self.data[name][inside]
        groups = np.arange(len(years))
        if by:
            groups, group = np.unique(group, return_inverse=True)
        sums = {name: np.zeros(len(groups), np.int64) for name in numbers}
        for name, total in sums.items():
            np.add.at(total, group, self.data[name][inside])
        return self._frame(years, groups, by, sums)

    def _frame(self, years: Sequence[str], groups: np.ndarray, by: Sequence[str], sums: dict) -> pl.DataFrame:
        """Return sums as a frame; ``groups`` are years (from 0) times codes of the columns ``by``."""
        columns = {}
        for name in reversed(by):
            groups, codes = np.divmod(groups, len(vocabulary.table(self.tables[name])) + 1)
            columns[name] = coded(codes, self.tables[name])
        period = pl.Series(years, dtype=pl.String).gather(groups)
        return pl.DataFrame({"period": period, **{name: columns[name] for name in by}, **sums})
