"""The shelf of counting rules: how the document counts, as pure functions on plain tables; a file declares a ``rule``.

A rule says which columns it needs, which options it has and how it counts; ``compute(tables, options)`` gets typed
polars frames and nothing else. Whoever holds such a table uses the same function: an indicator on a ledger, ``meguri
count`` on a file that a user has, on an import or on a run. ``of_ledger`` turns the tables of a ledger into those of
the rule; the ledgers of imports and of runs look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from meguri.errors import Phrase

if TYPE_CHECKING:
    import polars as pl

    from meguri.counting._ledger import LedgerTables

#: Options of a rule as they were chosen, by name.
Options = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column that a rule reads.

    Attributes:
        name: as the file names it, unless the user says otherwise.
        ja: what stands in it, in Japanese.
        en: what stands in it, in English.
        type: text, integer, number, date or yes_no.
        needed: an empty cell sets the row aside.
        optional: the table may lack it.
        low: least value that is possible.
        high: largest value that is possible.
        empty: marks beside the empty cell that mean "not given".
    """

    name: str
    ja: str
    en: str
    type: str = "text"
    needed: bool = False
    optional: bool = False
    low: float | str | None = None
    high: float | str | None = None
    empty: tuple[str, ...] = ("..", "-", "n/a", "NA")


@dataclass(frozen=True)
class Table:
    """A table that a rule reads, known by its columns; ``key`` are columns that no two rows share."""

    name: str
    ja: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """A choice of the user. ``default`` decides the type; None with ``of`` (``text`` or ``number``) is not asked.

    ``choices`` are the only words allowed, with their labels (Japanese, English); ``low`` and ``high`` bound a number.
    """

    name: str
    ja: str
    en: str
    default: str | int | float | None = None
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    of: str = ""


#: Options of rules that compare two years of a table.
YEARS = (
    Option(
        "from", "最初の年（既定：表の最初の年）", "first year (default: the table's)", of="number", low=1800, high=2100
    ),
    Option(
        "to", "最後の年（既定：表の最後の年）", "last year (default: the table's)", of="number", low=1800, high=2100
    ),
)


@dataclass(frozen=True)
class Counted:
    """What a rule counted: rows by section, and what to mind about this table in both languages."""

    sections: Mapping[str, list[dict[str, Any]]]
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class FromLedger:
    """The tables of a rule as a ledger holds them, and the options that this ledger asks for where none is given."""

    tables: Mapping[str, pl.DataFrame]
    options: Options = field(default_factory=dict)
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A way of counting.

    Attributes:
        id: the name of the file.
        ja: label in Japanese.
        en: label in English.
        tables: what it reads; one of them is enough.
        compute: the rule itself: typed frames by name (absent tables are empty, absent columns null) and options.
        formula: how the numbers are computed.
        sections: the parts of the result with their labels (Japanese, English).
        facts: ids of the document's facts that define it.
        slide: slide of the document, 0 for none.
        source_ja: who counts so, in Japanese.
        source_en: who counts so, in English.
        options: what a user may choose.
        caveats: what to mind always (Japanese, English).
        of_ledger: the same tables out of a ledger, given the options; None where no ledger holds them.
    """

    id: str
    ja: str
    en: str
    tables: tuple[Table, ...]
    compute: Callable[[Mapping[str, pl.DataFrame], Options], Counted]
    formula: str
    sections: Mapping[str, tuple[str, str]]
    source_ja: str
    source_en: str
    facts: tuple[str, ...] = ()
    slide: int = 0
    options: tuple[Option, ...] = ()
    caveats: tuple[tuple[str, str], ...] = ()
    of_ledger: Callable[[LedgerTables, Options], FromLedger] | None = None
