"""The shelf of registers: one file declares one ``register``, a thing that institutions file, decide, check and owe.

A register holds *records*, each with a key, of one or more *kinds* (a theme, a project). A record is its history:
every act upon it (it is opened, decided upon, corrected, withdrawn) is one version with date, actor, role and reason,
and nothing is ever edited. What a record says now follows from its acts alone (:mod:`meguri.registers._history`).

Three writers fill a register: the document (``shipped``: rows that come with the package), the user (append-only, in
a store of their own, :mod:`meguri.registers._store`), and a run of the model (``from_run``: what a mechanism recorded,
read as the same records), so that one set of rules judges all three.

Rules are pure functions of an act and of what stood before it; each says whether the document states it or we do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from meguri.errors import Phrase, unknown

if TYPE_CHECKING:
    from meguri.registers._history import Book, Entry, History

#: A sentence in Japanese and in English.
Sentence = tuple[str, str]
#: What a column may hold. ``yen`` is a whole number that is not negative, ``key`` names another record.
TYPES = ("text", "yen", "count", "number", "date", "fiscal_year", "flag", "choice", "key")
#: What a rule's finding does: the act is refused; it is accepted and the finding shown; it is only marked as something.
WEIGHTS = ("refuse", "flag", "mark")
#: Who says so: the document, or this project.
BASES = ("stated", "ours")
#: Acts that every kind knows: counter-entries upon an earlier version.
CORRECT, WITHDRAW = "correct", "withdraw"


@dataclass(frozen=True)
class Option:
    """One allowed value of a column."""

    id: str
    ja: str
    en: str


@dataclass(frozen=True)
class Column:
    """What one act may say.

    Attributes:
        id: name of the column, the same in files, on the command line and in JSON.
        ja: label in Japanese.
        en: label in English.
        type: one of :data:`TYPES`.
        unit: id of ``vocabulary/units.csv`` or empty.
        options: the allowed values of a ``choice``.
        table: name of the vocabulary table whose ids are the allowed values of a ``choice``.
        many: several values, separated by ``|`` in a cell.
        low: least value of a number.
        high: largest value of a number.
        longest: most characters of a text.
        kind: kind of record that a ``key`` names.
        acyclic: following this key from record to record may never come back to where it began.
        ja_help: what to write, in Japanese.
        en_help: what to write, in English.
    """

    id: str
    ja: str
    en: str
    type: str = "text"
    unit: str = ""
    options: tuple[Option, ...] = ()
    table: str = ""
    many: bool = False
    low: float | None = None
    high: float | None = None
    longest: int = 400
    kind: str = ""
    acyclic: bool = False
    ja_help: str = ""
    en_help: str = ""


@dataclass(frozen=True)
class State:
    """Where a record stands; from a final state no act leads on."""

    id: str
    ja: str
    en: str


@dataclass(frozen=True)
class Act:
    """Something done to a record: who may do it, in which states, what it needs, and where it leads.

    Attributes:
        id: name of the act.
        ja: label in Japanese.
        en: label in English.
        by: ids of the roles that may do it; empty: every role.
        opens: it makes a new record; then ``after`` is empty.
        after: states in which it may be done.
        to: state that it leads to; empty: the state stays.
        needs: columns that must be given.
        may: columns that may be given.
        reason: a reason must be given.
        word: the word of ``vocabulary/acts.csv`` under which the ledger's table of records holds it.
        value: column whose number the ledger's record holds, if any.
    """

    id: str
    ja: str
    en: str
    by: tuple[str, ...] = ()
    opens: bool = False
    after: tuple[str, ...] = ()
    to: str = ""
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    reason: bool = False
    word: str = "register_filing"
    value: str = ""


@dataclass(frozen=True)
class Role:
    """Who acts."""

    id: str
    ja: str
    en: str


@dataclass(frozen=True)
class Kind:
    """One kind of record: its columns, states and acts. ``title`` is the column that names a record for people."""

    id: str
    ja: str
    en: str
    columns: tuple[Column, ...]
    states: tuple[State, ...]
    acts: tuple[Act, ...]
    title: str = ""

    @cached_property
    def column(self) -> dict[str, Column]:
        """Columns by id."""
        return {column.id: column for column in self.columns}

    @cached_property
    def act(self) -> dict[str, Act]:
        """Acts by id."""
        return {act.id: act for act in self.acts}

    @cached_property
    def state(self) -> dict[str, State]:
        """States by id."""
        return {state.id: state for state in self.states}


@dataclass(frozen=True)
class Rule:
    """One rule: a pure function of an act, of the record before it, and of the other records.

    Attributes:
        id: name of the rule.
        ja: what it asks for, in Japanese.
        en: what it asks for, in English.
        kind: kind of record that it judges.
        check: returns nothing, or the sentence of a finding.
        acts: acts that it judges; empty: all.
        weight: ``refuse``, ``flag`` (where the document says *about*) or ``mark`` (nothing is wrong).
        basis: ``stated`` or ``ours``.
        facts: items of the document that state it (``document:sbir.phase1.amount``).
    """

    id: str
    ja: str
    en: str
    kind: str
    check: Callable[[Entry, History, Book], Sentence | None]
    acts: tuple[str, ...] = ()
    weight: str = "refuse"
    basis: str = "ours"
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Due:
    """Something that is owed: by when, on which record, by which act."""

    kind: str
    key: str
    act: str
    date: date
    ja: str
    en: str


@dataclass(frozen=True)
class Duty:
    """A line of the calendar: ``due`` lists what is owed and not done, on the records as they stand, up to a date."""

    id: str
    ja: str
    en: str
    due: Callable[[Book, date], Iterable[Due]]
    basis: str = "ours"
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question that the records as they stand answer: rows with columns (id, label in Japanese, in English).

    ``answer`` is a pure function of the book and of what the question is about (a key or word; empty: all). A cell is
    a plain value, a sentence in both languages, or a list of either.
    """

    id: str
    ja: str
    en: str
    columns: tuple[tuple[str, str, str], ...]
    answer: Callable[[Book, str], Iterable[Mapping[str, Any]]]
    basis: str = "ours"
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shipped:
    """One act of a record that comes with the package.

    ``values`` are in Japanese where they are text, ``values_en`` the same columns in English; ``fact`` names the item
    of the document; ``date`` is a date, or None where the document gives none.
    """

    kind: str
    key: str
    act: str
    values: Mapping[str, Any]
    values_en: Mapping[str, Any] = field(default_factory=dict)
    actor: str = "内閣府資料"
    role: str = ""
    date: date | None = None
    reason: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Register:
    """One register, as its file declares it.

    ``shipped`` makes the document's rows from the document's items (id without its source → item with ``value``,
    ``value_en``, ``attributes``), so that no figure is written twice. ``from_run`` reads the rows of a run's table of
    records (dicts with the columns of the ledger) as entries of this register. ``brings`` names the acts that an act
    of this register brings with it in others, given what books these have: both are filed, or neither.
    """

    id: str
    ja: str
    en: str
    roles: tuple[Role, ...]
    kinds: tuple[Kind, ...]
    ja_what: str = ""
    en_what: str = ""
    rules: tuple[Rule, ...] = ()
    duties: tuple[Duty, ...] = ()
    questions: tuple[Question, ...] = ()
    shipped: Callable[[Mapping[str, Any]], Iterable[Shipped]] | None = None
    from_run: Callable[[Iterable[Mapping[str, Any]]], Iterable[Entry]] | None = None
    brings: Callable[[Entry, History, Callable[[str], Book]], Iterable[tuple[str, Entry]]] | None = None
    references: tuple[str, ...] = ()

    @property
    def _place(self) -> Phrase:
        return Phrase(f"register '{self.id}'", f"台帳「{self.id}」")

    def kind(self, identifier: str) -> Kind:
        """Return a kind by id; the only kind where the id is empty. InputError where there is none."""
        found = {kind.id: kind for kind in self.kinds}
        if not identifier and len(self.kinds) == 1:
            return self.kinds[0]
        if identifier not in found:
            raise unknown("kind of record", identifier, found, self._place)
        return found[identifier]

    def role(self, identifier: str) -> Role:
        """Return a role by id; InputError where there is none."""
        found = {role.id: role for role in self.roles}
        if identifier not in found:
            raise unknown("role", identifier, found, self._place)
        return found[identifier]

    def question(self, identifier: str) -> Question:
        """Return a question by id or label; InputError where there is none."""
        for question in self.questions:
            if identifier in (question.id, question.ja, question.en):
                return question
        raise unknown("question", identifier, [one.id for one in self.questions], self._place)
