"""What a mechanism declares: its place in the quarter, what it reads, what it owns, what it writes down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from meguri.engine.tables import Column, ObjectTable


@dataclass(frozen=True)
class StockOf:
    """A stock that is written down from a column: vocabulary ``stocks`` id, table and column.

    For a table of objects, ``holder`` names the int32 column with the account that holds it, and
    ``counterparty`` the table whose row stands in the int32 column of the same name (``startup``).
    """

    stock: str
    table: str
    column: str
    holder: str = ""
    counterparty: str = ""


@dataclass(frozen=True)
class Choice:
    """A rule that is not a number: a named choice with its options, the first being the default."""

    id: str
    ja: str
    en: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class LoopSwitch:
    """A feedback loop (vocabulary ``loops``) that passes through a mechanism, and what opens it there.

    ``switch`` is a choice or a number of the mechanism, ``cut`` the option or value with which nothing goes round.
    ``closed`` is the option or value with which the loop is looked at: that of the baseline where the baseline has
    it closed, another where the baseline leaves it open.
    """

    loop: str
    switch: str
    cut: str | float
    closed: str | float


@dataclass(frozen=True)
class Mechanism:
    """One rule of the model.

    ``phase`` is a line of ``vocabulary/phases.csv``; inside a phase writers precede readers. ``reads`` are
    columns (``table.column``) as they stand when the mechanism runs; ``reads_opening`` as they stood at the
    opening of the quarter, which is where loops close; ``owns`` are its own columns; ``changes`` are columns
    of others that it may change by adding or by a named transition. ``parameters_of`` names mechanisms whose
    numbers it reads too. ``since`` is the first quarter of its burn-in. ``open(world, p)`` makes its first
    rows, ``step(world, p)`` is one quarter, ``rescale(world, p)`` fits stocks to ``initial`` rows when a run
    opens. ``formula`` and ``references`` are printed on the page of the quarter. ``loops`` are the feedback loops that
    pass through it, each with its switch.
    """

    id: str
    ja: str
    en: str
    phase: str
    since: str
    step: Callable
    formula: str = ""
    references: tuple[str, ...] = ()
    loops: tuple[LoopSwitch, ...] = ()
    reads: tuple[str, ...] = ()
    reads_opening: tuple[str, ...] = ()
    owns: tuple[Column, ...] = ()
    changes: tuple[str, ...] = ()
    tables: tuple[ObjectTable, ...] = ()
    stocks: tuple[StockOf, ...] = ()
    choices: tuple[Choice, ...] = ()
    parameters_of: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    open: Callable | None = None
    rescale: Callable | None = None
