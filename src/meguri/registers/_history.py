"""From acts to records: what stands after corrections and withdrawals, in which state, and what is wrong with it.

A history is a pure function of its entries in their order. A correction names an earlier version and says some of its
columns anew; a withdrawal names one that is as if it had never been. What is left is played through the states of the
kind; an act that its state does not allow is set aside and named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from meguri.registers import CORRECT, WITHDRAW, Kind, Register, Rule, Sentence


@dataclass(frozen=True)
class Entry:
    """One version of a record: an act with date, actor, role, reason, and what it says.

    ``concerns`` is the version that a correction or withdrawal is about; ``values_en`` are English words for texts
    of shipped rows; ``where`` says where a row was read (file and row), for findings; ``unread`` names columns whose
    cells could not be read, so that the act is refused and only its form is judged.
    """

    kind: str
    key: str
    version: int
    act: str
    actor: str
    role: str
    date: date | None
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    concerns: int = 0
    origin: str = "user"
    values_en: Mapping[str, Any] = field(default_factory=dict)
    fact: str = ""
    written: str = ""
    where: str = ""
    unread: tuple[str, ...] = ()

    @property
    def counter(self) -> bool:
        """Whether it is a counter-entry: a correction or a withdrawal."""
        return self.act in (CORRECT, WITHDRAW)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: which rule, about which version, in a sentence."""

    rule: str
    weight: str
    basis: str
    kind: str
    key: str
    version: int
    ja: str
    en: str
    facts: tuple[str, ...] = ()
    where: str = ""


class History:
    """A record: all its entries, those that stand, its state and what it says now."""

    def __init__(self, kind: Kind, key: str, entries: Iterable[Entry] = ()) -> None:
        self.kind = kind
        self.key = key
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.standing: list[Entry] = []
        self.states: list[str] = []
        self.broken: list[tuple[Entry, Sentence]] = []
        self._play()

    def _play(self) -> None:
        """Play what is left after counter-entries through the states."""
        state = ""
        for entry in self._left():
            problem = illegal(self.kind, state, entry)
            if problem is not None:
                self.broken.append((entry, problem))
                continue
            state = self.kind.act[entry.act].to or state
            self.standing.append(entry)
            self.states.append(state)

    def _left(self) -> list[Entry]:
        left: dict[int, Entry] = {}
        for entry in self.entries:
            if not entry.counter:
                left[entry.version] = entry
            elif entry.concerns not in left:
                self.broken.append((entry, no_such_version(entry)))
            elif entry.act == WITHDRAW:
                del left[entry.concerns]
            else:
                earlier = left[entry.concerns]
                left[entry.concerns] = replace(
                    earlier,
                    values={**earlier.values, **entry.values},
                    values_en={name: text for name, text in earlier.values_en.items() if name not in entry.values},
                )
        return list(left.values())

    @property
    def state(self) -> str:
        """The id of the state now; empty where nothing stands."""
        return self.states[-1] if self.states else ""

    @property
    def version(self) -> int:
        """The last version, 0 before the first."""
        return self.entries[-1].version if self.entries else 0

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the record says now: of each column the last that was said."""
        found: dict[str, Any] = {}
        for entry in self.standing:
            found.update(entry.values)
        return found

    @cached_property
    def values_en(self) -> dict[str, Any]:
        """The same in English, where the package has words for it."""
        found: dict[str, Any] = {}
        for entry in self.standing:
            found.update({name: entry.values_en.get(name, value) for name, value in entry.values.items()})
        return found

    @property
    def origin(self) -> str:
        """Who opened the record."""
        return self.entries[0].origin if self.entries else ""

    def of(self, act: str) -> list[Entry]:
        """Return the standing entries of an act."""
        return [entry for entry in self.standing if entry.act == act]

    def before(self, place: int) -> History:
        """Return the record as it was before the standing entry at ``place``."""
        earlier = History(self.kind, self.key)
        earlier.entries = tuple(self.standing[:place])
        earlier.standing, earlier.states = self.standing[:place], self.states[:place]
        return earlier

    def until(self, day: date) -> History:
        """Return the record by what had been done up to and with a day."""
        return History(self.kind, self.key, [one for one in self.entries if one.date is None or one.date <= day])

    @property
    def title(self) -> str:
        """What people call the record: what it says in its title column, else its key."""
        return str(self.values.get(self.kind.title) or self.key)


def illegal(kind: Kind, state: str, entry: Entry) -> Sentence | None:
    """Return why a state does not allow an act, or None."""
    act = kind.act.get(entry.act)
    if act is None:
        acts = ", ".join(kind.act)
        return (
            f"「{entry.act}」という行為はありません（{acts}）",
            f"there is no act '{entry.act}' (there are: {acts})",
        )
    if act.opens and state:
        return (f"記録「{entry.key}」は既にあります", f"record '{entry.key}' exists already")
    if not act.opens and not state:
        return (
            f"記録「{entry.key}」がないため「{act.ja}」はできません",
            f"there is no record '{entry.key}' to be '{act.id}'",
        )
    if not act.opens and state not in act.after:
        now, allowed = kind.state[state], [kind.state[one] for one in act.after]
        return (
            f"状態「{now.ja}」では「{act.ja}」はできません（できる状態：{'、'.join(one.ja for one in allowed)}）",
            f"'{act.id}' is not allowed in state '{now.id}' (allowed in: {', '.join(one.id for one in allowed)})",
        )
    return None


def no_such_version(entry: Entry) -> Sentence:
    """Return the sentence about a counter-entry whose version does not stand."""
    return (
        f"第{entry.concerns}版はないか、既に取り消されています",
        f"version {entry.concerns} does not exist or is withdrawn already",
    )


class Book:
    """All records of a register: what the document, the user or a run wrote."""

    def __init__(self, register: Register, entries: Iterable[Entry] = ()) -> None:
        self.register = register
        self._kinds = {kind.id: kind for kind in register.kinds}
        grouped: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            grouped.setdefault((entry.kind, entry.key), []).append(entry)
        self._histories = {(kind, key): History(self._kinds[kind], key, rows) for (kind, key), rows in grouped.items()}

    def history(self, kind: str, key: str) -> History:
        """Return a record; an empty one where there is none."""
        found = self._histories.get((kind, key))
        return found if found is not None else History(self._kinds[kind], key)

    def histories(self, kind: str = "") -> list[History]:
        """Return the records of a kind, or all, in the order in which they were opened."""
        return [history for (one, _), history in self._histories.items() if not kind or one == kind]

    def put(self, history: History) -> None:
        """Let a record stand as given."""
        self._histories[history.kind.id, history.key] = history

    def named(self, key: str, kind: str = "") -> list[History]:
        """Return the records with a key, of a kind or of any."""
        return [one for one in self.histories(kind) if one.key == key]

    def until(self, day: date) -> Book:
        """Return the book by what had been done up to and with a day."""
        book = Book(self.register)
        for history in self._histories.values():
            then = history.until(day)
            if then.entries:
                book.put(then)
        return book

    def findings(self) -> Iterator[Finding]:
        """Yield everything that is wrong with the records as they stand."""
        for history in self._histories.values():
            yield from judge(history, self)


def judge(history: History, book: Book) -> list[Finding]:
    """Return what is wrong with a record: acts that its states do not allow, and findings of the rules."""
    found = [_finding("states", "refuse", "ours", history, entry, sentence) for entry, sentence in history.broken]
    for place, entry in enumerate(history.standing):
        rules = _rules(book.register, history.kind.id, entry.act)
        if not rules:
            continue
        before = history.before(place)
        for rule in rules:
            sentence = rule.check(entry, before, book)
            if sentence is not None:
                found.append(_finding(rule.id, rule.weight, rule.basis, history, entry, sentence, rule.facts))
    return found + list(_circles(history, book))


def _rules(register: Register, kind: str, act: str) -> list[Rule]:
    return [rule for rule in register.rules if rule.kind == kind and (not rule.acts or act in rule.acts)]


def _finding(
    rule: str, weight: str, basis: str, history: History, entry: Entry, sentence: Sentence, facts: tuple[str, ...] = ()
) -> Finding:
    ja, en = sentence
    return Finding(rule, weight, basis, history.kind.id, history.key, entry.version, ja, en, facts, entry.where)


def _circles(history: History, book: Book) -> Iterator[Finding]:
    """Yield a finding where following an acyclic key from the record comes back to it, and one for a key of nothing."""
    for column in history.kind.columns:
        if column.type != "key" or column.id not in history.values or not history.standing:
            continue
        entry = next(one for one in reversed(history.standing) if column.id in one.values)
        named = history.values[column.id]
        for key in named if column.many else [named]:
            other = book.history(column.kind, key)
            if not other.standing and key != history.key:
                yield _finding(
                    "keys",
                    "refuse",
                    "ours",
                    history,
                    entry,
                    (
                        f"「{column.ja}」の「{key}」という記録はありません",
                        f"'{column.id}' names '{key}', and there is no such record",
                    ),
                )
        if column.acyclic:
            chain = _chain(history, column.id, book)
            if chain:
                yield _finding(
                    "circle",
                    "refuse",
                    "ours",
                    history,
                    entry,
                    (
                        f"「{column.ja}」が循環しています：{' → '.join(chain)}",
                        f"'{column.id}' goes round in a circle: {' -> '.join(chain)}",
                    ),
                )


def _chain(history: History, column: str, book: Book) -> list[str]:
    """Return the keys of a circle through the record, or nothing."""

    def names(one: History) -> list[str]:
        said = one.values.get(column)
        return [] if said is None else list(said) if isinstance(said, list) else [said]

    waiting = [[history.key, key] for key in names(history)]
    seen: set[str] = set()
    while waiting:
        chain = waiting.pop()
        if chain[-1] == history.key:
            return chain
        if chain[-1] in seen:
            continue
        seen.add(chain[-1])
        waiting += [[*chain, key] for key in names(book.history(history.kind.id, chain[-1]))]
    return []


def number_of(*words: str) -> int:
    """Return the stable number by which the ledger's tables know a record or an actor of a register."""
    digest = hashlib.blake2b("\x1f".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
