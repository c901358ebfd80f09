"""To do something to a record: whether the register allows it, and what its rules say.

An act is first checked for its form (role, columns, date, reason), then played into the history; whatever is newly
wrong with the history is a finding. An act with a finding that refuses is not done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from meguri.errors import nearest
from meguri.registers import CORRECT, WITHDRAW, Act, Kind, Register, Sentence
from meguri.registers._history import Book, Entry, Finding, History, judge

#: The two acts that every kind knows.
COUNTER_ACTS = {
    CORRECT: Act(CORRECT, "訂正", "correct", reason=True, word="register_correction"),
    WITHDRAW: Act(WITHDRAW, "取消し", "withdraw", reason=True, word="register_withdrawal"),
}


@dataclass(frozen=True)
class Proposal:
    """What an act would lead to: the record after it, and what is newly wrong."""

    entry: Entry
    history: History
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether a finding refuses the act."""
        return bool(self.entry.unread) or any(finding.weight == "refuse" for finding in self.findings)


def propose(book: Book, entry: Entry) -> Proposal:
    """Return what an act would lead to, as the next version of its record; the book stays as it is.

    ``entry.version`` 0 stands for the next one.
    """
    kind = book.register.kind(entry.kind)
    now = book.history(kind.id, entry.key)
    if entry.version == 0:
        entry = replace(entry, version=now.version + 1)
    wrong = [
        Finding("form", "refuse", "ours", kind.id, entry.key, entry.version, ja, en, where=entry.where)
        for ja, en in form(book.register, kind, now, entry)
    ]
    if wrong or entry.unread:
        return Proposal(entry, now, tuple(wrong))
    known = {(one.rule, one.version, one.ja) for one in judge(now, book)} if now.entries else set()
    after = History(kind, entry.key, (*now.entries, entry))
    then = _Changed(book, after)
    found = [one for one in judge(after, then) if (one.rule, one.version, one.ja) not in known]
    if entry.act == WITHDRAW and not after.standing:
        found += _orphans(book, after, entry)
    return Proposal(entry, after, tuple(replace(one, where=one.where or entry.where) for one in found))


class _Changed(Book):
    """A book in which one record stands otherwise, without a copy of the others."""

    def __init__(self, book: Book, history: History) -> None:
        self.register = book.register
        self._kinds = book._kinds
        self._histories = book._histories
        self._changed = history

    def history(self, kind: str, key: str) -> History:
        if (kind, key) == (self._changed.kind.id, self._changed.key):
            return self._changed
        return super().history(kind, key)

    def histories(self, kind: str = "") -> list[History]:
        changed = self._changed
        return [
            changed if (one.kind.id, one.key) == (changed.kind.id, changed.key) else one
            for one in super().histories(kind)
        ]


def form(register: Register, kind: Kind, now: History, entry: Entry) -> Iterable[Sentence]:
    """Yield what is wrong with the form of an act: unknown act, role, columns, date, reason."""
    act = kind.act.get(entry.act) or COUNTER_ACTS.get(entry.act)
    if act is None:
        near = nearest(entry.act, [*kind.act, *COUNTER_ACTS])
        yield (
            f"「{entry.act}」という行為はありません。近いもの：{'、'.join(near)}",
            f"there is no act '{entry.act}'; nearest: {', '.join(near)}",
        )
        return
    allowed = act.by
    if entry.counter:
        concerned = next((one for one in now.entries if one.version == entry.concerns), None)
        if concerned is None or concerned.counter:
            yield (
                f"第{entry.concerns}版はありません（--version で版を指定してください）",
                f"there is no version {entry.concerns} to {entry.act} (name it with --version)",
            )
            return
        allowed = kind.act[concerned.act].by if concerned.act in kind.act else ()
    roles = {role.id: role for role in register.roles}
    if "role" in entry.unread:
        pass
    elif entry.role not in roles:
        yield (
            f"「{entry.role}」という役割はありません（{'、'.join(roles)}）",
            f"there is no role '{entry.role}' (there are: {', '.join(roles)})",
        )
    elif allowed and entry.role not in allowed:
        yield (
            f"「{act.ja}」ができる役割は{'、'.join(roles[one].ja for one in allowed)}です",
            f"'{act.id}' is for the role {' or '.join(allowed)}, not for {entry.role}",
        )
    if not entry.actor and "actor" not in entry.unread:
        yield ("誰が行ったか（actor）がありません", "who did it ('actor') is missing")
    if entry.date is None and entry.origin == "user" and "date" not in entry.unread:
        yield ("日付（date）がありません", "the date is missing")
    if act.reason and not entry.reason and "reason" not in entry.unread:
        yield (f"「{act.ja}」には理由が要ります", f"'{act.id}' needs a reason")
    yield from _columns(kind, act, entry)


def _columns(kind: Kind, act: Act, entry: Entry) -> Iterable[Sentence]:
    known = tuple(kind.column) if entry.act == CORRECT else (*act.needs, *act.may)
    for column in entry.values:
        if column not in known:
            label = kind.column[column].ja if column in kind.column else column
            yield (
                f"「{act.ja}」に「{label}」は書けません（{'、'.join(known)}）",
                f"'{act.id}' does not take '{column}' (it takes: {', '.join(known)})",
            )
    if entry.act == CORRECT and not entry.values:
        yield ("訂正する内容がありません", "a correction says nothing anew")
    for column in act.needs:
        if entry.values.get(column) is None and column not in entry.unread:
            yield (f"「{act.ja}」には「{kind.column[column].ja}」が要ります", f"'{act.id}' needs '{column}'")


def _orphans(book: Book, gone: History, entry: Entry) -> list[Finding]:
    """Return a finding for each record that names one which would be gone."""
    found = []
    for other in book.histories():
        for column in other.kind.columns:
            if column.type != "key" or column.kind != gone.kind.id:
                continue
            named = other.values.get(column.id)
            if gone.key in (named if isinstance(named, list) else [named]) and other.key != gone.key:
                found.append(
                    Finding(
                        "keys",
                        "refuse",
                        "ours",
                        gone.kind.id,
                        gone.key,
                        entry.version,
                        f"「{other.key}」がこの記録を参照しています",
                        f"'{other.key}' names this record",
                    )
                )
    return found


def act_all(book: Book, entries: Iterable[Entry], keep_good: bool = False) -> tuple[list[Proposal], list[Finding]]:
    """Play acts into a book one after the other; return those that are done, and every finding.

    An act that is refused leaves the book as it is; later acts are judged all the same, so that every finding is named
    at once. Without ``keep_good`` nothing is to be kept when one is refused: then the list of acts is empty.
    """
    done: list[Proposal] = []
    findings: list[Finding] = []
    for entry in entries:
        proposal = propose(book, entry)
        findings += proposal.findings
        if not proposal.refused:
            book.put(proposal.history)
            done.append(proposal)
    if not keep_good and any(one.weight == "refuse" for one in findings):
        done = []
    return done, findings


def opening_act(kind: Kind) -> Act:
    """Return the act that opens a record of a kind: the first that does."""
    return next(act for act in kind.acts if act.opens)


def new(kind: str, key: str, act: str, values: Mapping[str, Any], **more: Any) -> Entry:
    """Return an entry with defaults that suit tests and scripts: version next, today's date."""
    given = {"version": 0, "actor": "", "role": "", "date": date.today(), **more}
    return Entry(kind=kind, key=key, act=act, values=dict(values), **given)
