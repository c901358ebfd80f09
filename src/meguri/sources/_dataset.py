"""What a data set is: files that a user has, how they are read, and the ledger rows that they become.

A data set declares columns, keys, references and rules; the importer does the reading. Every row of a file is either
used or set aside with a reason, so that a declaration need say only what a good row is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

#: Stands between the cells of columns that are not declared.
UNIT = "\x1f"
#: Types of a cell.
TYPES = ("text", "integer", "number", "date", "yes_no", "code")


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Attributes:
        name: as it stands in the head of the file.
        type: one of :data:`TYPES`; dates are written 2016-04-01; a code is text that ``read`` knows.
        needed: an empty cell sets the row aside.
        low: least value that is possible (a number, or a date as text).
        high: largest value that is possible.
        one_of: the only texts that may stand here; a currency column names its currency.
        pattern: regular expression that the whole text matches.
        empty: marks beside the empty cell that mean "not given".
        optional: the file may lack the column.
        read: turns the text of a cell, as people write it, into the plain notation of the type; None for a text that
            it cannot read, whose row is set aside.
        unread: why, in Japanese and English, where the words of the type do not say enough.
    """

    name: str
    type: str = "text"
    needed: bool = False
    low: float | str | None = None
    high: float | str | None = None
    one_of: tuple[str, ...] = ()
    pattern: str = ""
    empty: tuple[str, ...] = ()
    optional: bool = False
    read: Callable[[str], str | None] | None = None
    unread: tuple[str, str] | None = None


@dataclass(frozen=True)
class Rule:
    """What no good row does: ``fault()`` is a polars expression that is true for a bad row."""

    ja: str
    en: str
    fault: Callable[[], pl.Expr]


@dataclass(frozen=True)
class Reference:
    """A column whose values must stand in a column of another file of the set, among the rows that are used."""

    column: str
    file: str
    of: str


@dataclass(frozen=True)
class Layout:
    """Where the table stands in a file that is more than a table.

    Attributes:
        sheet: sheet of a workbook, empty for the first.
        head: first and last row of the names of columns, counted from 1; above them may stand titles.
        last: last row of the table; rows below are set aside. None for the end of the file.
        fill: columns whose empty cells repeat the cell above, as merged cells do.
    """

    sheet: str = ""
    head: tuple[int, int] = (1, 1)
    last: int | None = None
    fill: tuple[str, ...] = ()


@dataclass(frozen=True)
class File:
    """One kind of file of a data set; it is known by its columns, whatever it is called.

    Attributes:
        name: the part that it plays in the set.
        ja: label in Japanese.
        en: label in English.
        columns: the columns that are read; others are named in the import and left.
        key: columns that no two rows share: the first row counts, a later one is set aside. Without a key, exact
            copies are kept and counted.
        references: values that must be known from other files.
        rules: what no good row does.
        left: rows that are left out on purpose, judged on the text of their cells before anything else is.
        encodings: utf-8 first; a file in another of these is recognised (cp932 is that of Japanese spreadsheets).
        needed: the set cannot be read without it.
        layout: where the table stands, for files that are more than a table.
        rest: a column of text that takes all columns that are not declared, as NAME=cell, separated by :data:`UNIT`.
        mark: column whose first values tell the file from others with the same columns: one of them is in ``one_of``.
        most: most rows that are read, where rows are joined with those of other files and held for that.
    """

    name: str
    ja: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    rules: tuple[Rule, ...] = ()
    left: tuple[Rule, ...] = ()
    encodings: tuple[str, ...] = ("utf-8",)
    needed: bool = True
    layout: Layout | None = None
    rest: str = ""
    mark: str = ""
    most: int | None = None


@dataclass(frozen=True)
class Check:
    """Something that must hold for the whole set, as it was measured on an import.

    ``how`` is ``at_least``, ``at_most`` or ``equals``.
    """

    ja: str
    en: str
    value: float
    how: str
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the measured value keeps the limit."""
        if self.how == "at_least":
            return self.value >= self.limit
        return self.value <= self.limit if self.how == "at_most" else self.value == self.limit


@dataclass(frozen=True)
class Rows:
    """Ledger rows as lazy frames, with the columns of the ledger's tables that they fill; the others are empty.

    Actors, contracts and keys are texts that are unique within the source (``pic:999999``): the importer makes the
    stable numbers. Words of the vocabulary are ids, periods are quarters (``2016Q4``; a yearly amount stands in the
    last quarter of its year), money is Int64 in the minor unit of the currency named in ``unit``. ``identifiers`` has
    the columns key, scheme, identifier: by what number a registry knows an actor or a contract.
    """

    actors: pl.LazyFrame | None = None
    flows: pl.LazyFrame | None = None
    stocks: pl.LazyFrame | None = None
    records: pl.LazyFrame | None = None
    observations: pl.LazyFrame | None = None
    identifiers: pl.LazyFrame | None = None


@dataclass(frozen=True)
class Feed:
    """A number of the model that can be taken from an import: by year for a path, by element for an opening.

    A number by element (industry, region, field) replaces a column of a table of the country pack, in the year that
    the pack declares for that column; elements are words of the vocabulary, or places of the pack's own table.

    Attributes:
        parameter: full id of the parameter (``mechanism.name``).
        country: country of the runs that it is for (ISO 3166-1).
        unit: unit of the values, in the country's own currency where they are money (``USD_bn/yr``).
        ja: what is taken, and what of it fits the parameter, in Japanese.
        en: the same in English.
        values: from the tables of the import (flows, observations, …) to a frame of ``year`` and ``value``; for
            numbers by element also ``element``, and ``note``: the words of the source that name what is missing
            where a value is null.
        evidence: class of the values (``derived``, or ``assumed`` where they are brought to an assumed total).
        rounding: the largest difference at which the pack, whose tables are rounded, holds the same numbers.
    """

    parameter: str
    country: str
    unit: str
    ja: str
    en: str
    values: Callable[[Mapping[str, pl.LazyFrame]], pl.LazyFrame]
    evidence: str = "derived"
    rounding: float = 0.0


def no_checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return the checks of a set that has none."""
    return []


@dataclass(frozen=True)
class DataSet:
    """How the files of a user become ledger rows.

    Attributes:
        files: the kinds of file, those that others refer to first.
        rows: from the used rows of each kind of file (a lazy frame by name; absent kinds are empty frames).
        checks: what must hold for the whole set, measured on the same frames.
        place: the place that observations are about where rows do not say (ISO 3166 code, ``EU`` or ``W``).
        currency: currency of the amounts.
        minor_unit: number of decimals of the currency.
        prices: price basis of the amounts, Japanese and English.
        caveats: what to mind, Japanese and English.
        covers: flows, acts and stocks that the set would show if there were any, so that no row means nought.
        year_begins: calendar quarter in which fiscal years begin; 1 where amounts are by calendar year.
        named: the name under which a column is declared, from the one in the head of a file.
        mapping: the text of the mapping that the set was made from; empty for sets on the shelf.
        xml: files may be SDMX-ML.
        within: word -> the word with whose rows its own stand, since the set does not tell the two apart: what asks for
            both together can be measured, what asks for the first alone cannot.
        feeds: numbers of the model that can be taken from an import.
    """

    files: tuple[File, ...]
    rows: Callable[[Mapping[str, pl.LazyFrame]], Rows]
    checks: Callable[[Mapping[str, pl.LazyFrame]], list[Check]] = no_checks
    place: str = "W"
    currency: str = ""
    minor_unit: int = 0
    prices: tuple[str, str] = ("名目", "current prices")
    caveats: tuple[tuple[str, str], ...] = ()
    covers: tuple[str, ...] = ()
    year_begins: int = 1
    named: Callable[[str], str] | None = None
    mapping: str = ""
    xml: bool = False
    within: Mapping[str, str] = field(default_factory=dict)
    feeds: tuple[Feed, ...] = ()
