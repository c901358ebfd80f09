"""Indicators on the part of a ledger that belongs to a place, and how many rows stand behind each value.

An indicator is a pure function of a ledger, so that it is computed on the ledger of the place. What compares with the
rest of the country (``by_place = False``), needs a series from outside such as GDP, or names places itself is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from meguri import vocabulary
from meguri.errors import Phrase
from meguri.indicators import Indicator, family, member, unit_in
from meguri.observatory.measured import Asked, ImportedLedger, measured_one

#: Below so many rows a value is marked as small: chance alone moves a count of n by 100/√n percent (one standard
#: error of a Poisson count), 20% at 25 rows; amounts, whose sizes differ, move more.
SMALL = 25
#: Table of a ledger -> what one of its rows is.
KINDS = {"sums": "flows", "record_rows": "records", "stock_rows": "actors"}
KINDS_JA = {"flows": "支払", "records": "記録", "actors": "主体"}
_PERIOD = re.compile(r"(FY)?(\d{4})(?:/(?:FY)?(\d{4}))?")
NEEDS_WHOLE = Phrase("needs the whole country or the world", "国全体または世界との比較が要る")
NEEDS_OUTSIDE = Phrase("needs a series that is not given by place", "地域別にない系列（GDPなど）が要る")


@dataclass(frozen=True)
class Value:
    """A value of a place with the rows behind it: ``rows`` of ``kind``, at most so many where ``of_family``."""

    indicator: str
    period: str
    value: float
    unit: str
    rows: int
    kind: str
    of_family: bool = False

    @property
    def small(self) -> bool:
        """Whether few rows stand behind the value."""
        return self.rows < SMALL

    @property
    def chance(self) -> float | None:
        """The relative standard error that a count of so many rows has by chance alone; None without rows."""
        return self.rows**-0.5 if self.rows else None


def at_place(
    ledger: ImportedLedger, indicators: Iterable[Indicator], currency: str, every_word: bool = False
) -> tuple[list[Value], dict[str, Phrase]]:
    """Return what the indicators measure on the ledger of a place, and why others cannot be measured there.

    With ``every_word`` no row of a word means nought, as in a run; elsewhere a value without rows is none.
    """
    found: list[Value] = []
    left: dict[str, Phrase] = {}
    for indicator in indicators:
        if not indicator.by_place:
            left[indicator.id] = NEEDS_WHOLE
            continue
        values, said = measured_one(indicator, ledger)
        if ledger.asked.outside:
            left[indicator.id] = NEEDS_OUTSIDE
            continue
        if every_word and not said["words"]:
            continue
        behind = Behind(ledger, ledger.asked)
        for name, _, period, value in values.iter_rows():
            rows, kind, whole = behind.count(name, period)
            nought = every_word and value == 0.0 and indicator.extensive
            if rows or nought:
                unit = unit_in(member(indicator, name), currency)
                found.append(Value(name, period, value, unit, rows, kind, whole))
    return found, left


class Behind:
    """The rows of a ledger that an indicator read: each row once, however often it was asked for."""

    def __init__(self, ledger: ImportedLedger, asked: Asked) -> None:
        self.ledger = ledger
        self.tables: dict[str, pl.DataFrame] = {}
        reads: dict[str, pl.Expr] = {}
        for table, read in asked.rows:
            reads[table] = reads[table] | read if table in reads else read
        for table, read in reads.items():
            frame = getattr(ledger, table).filter(read)
            number = {"sums": "rows", "stock_rows": "count"}.get(table)
            frame = frame.with_columns(n=pl.col(number) if number else pl.lit(1, pl.Int64))
            if table == "stock_rows":
                frame = frame.filter(pl.col("t") % 4 == 3)
            if table == "sums":
                links = {word.id: word["link"] for word in vocabulary.table("flows")}
                frame = frame.with_columns(link=pl.col("flow").cast(pl.String).replace_strict(links))
            self.tables[table] = frame

    def count(self, identifier: str, period: str) -> tuple[int, str, bool]:
        """Return how many rows stand behind a value, of which kind, and whether that is known of its family only.

        Rows of the kind of which there are most are counted; those of a member of a family by the word that it bears.
        """
        found = {KINDS[table]: self._in(frame, period) for table, frame in self.tables.items()}
        item = identifier.removeprefix(family(identifier)).removeprefix(".")
        of_family = bool(item)
        for table, frame in self.tables.items() if item else ():
            bears = [name for name in _WORDS if name in frame.columns and (frame[name].cast(pl.String) == item).any()]
            column = bears[0] if bears else None
            if column is not None:
                found = {KINDS[table]: self._in(frame.filter(pl.col(column).cast(pl.String) == item), period)}
                of_family = False
                break
        if not found:
            return 0, "", of_family
        kind = max(found, key=lambda name: found[name])
        return found[kind], kind, of_family

    def _in(self, frame: pl.DataFrame, period: str) -> int:
        matched = _PERIOD.fullmatch(period)
        if matched is None:
            return int(frame["n"].sum())
        shift = self.ledger.basis("FY")[0] if matched[1] else 0
        first, last = 4 * int(matched[2]) + shift, 4 * int(matched[3] or matched[2]) + shift + 3
        return int(frame.filter(pl.col("t").is_between(first, last))["n"].sum())


#: Columns of words by which the rows of a member of a family are told from the others.
_WORDS = ("link", "flow", "from_class", "to_class", "class", "stage", "act")
