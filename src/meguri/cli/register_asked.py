"""From the words of a command line to registers, records and acts; and what is said of an act that was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.cli.language import text
from meguri.cli.output import say, write_json
from meguri.errors import InputError, Phrase, unknown

if TYPE_CHECKING:
    from meguri.registers import Register
    from meguri.registers._acting import Proposal
    from meguri.registers._dates import Unreadable
    from meguri.registers._history import Book, Entry, Finding, History
    from meguri.registers._store import Store

    Decide = Callable[[list[Entry]], tuple[Iterable[Entry], Any]]


def declared(register: str) -> Register:
    """Return a register by id; raise InputError where there is none."""
    from meguri.observatory.registers import register_named

    return register_named(register)


def store_at(store: str | None) -> Store:
    """Return the store of ``--store``, by default the user's."""
    from meguri.registers._store import Store, default_place

    return Store(store or default_place())


def book_at(register: str, store: str | None) -> Book:
    """Return the book of a register: what is shipped and what is filed."""
    from meguri.observatory.registers import stored_book

    return stored_book(declared(register), store_at(store))


def books(store: str | None) -> list[Book]:
    """Return the books of all registers."""
    from meguri.observatory.registers import registers, stored_book

    return [stored_book(register, store_at(store)) for register in registers()]


def judged_book(register: str, run: str | None, store: str | None, out: Path) -> Book:
    """Return the book of a register, or of what a run recorded of it."""
    from meguri.cli.worlds import run_named
    from meguri.observatory.registers import run_book

    return book_at(register, store) if run is None else run_book(declared(register), run_named(run, out))


def kind_named(register: Register, kind: str | None) -> str:
    """Return the id of a kind that is given by id or label; empty for none."""
    if not kind:
        return ""
    return next((one.id for one in register.kinds if kind in (one.id, one.ja, one.en)), None) or register.kind(kind).id


def state_named(register: Register, state: str) -> str:
    """Return the id of a state that is given by id or label."""
    states = {one.id: one for kind in register.kinds for one in kind.states}
    found = next((one.id for one in states.values() if state in (one.id, one.ja, one.en)), None)
    if found is None:
        raise unknown("state", state, states, Phrase(f"register '{register.id}'", f"台帳「{register.id}」"))
    return found


def one_record(book: Book, key: str, kind: str | None) -> History:
    """Return the record of a key; raise InputError where there is none, or several."""
    found = book.named(key, kind_named(book.register, kind))
    if not found:
        where = Phrase(f"register '{book.register.id}'", f"台帳「{book.register.id}」")
        raise unknown("record", key, {one.key for one in book.histories()}, where)
    if len(found) > 1:
        names = ", ".join(one.kind.id for one in found)
        raise InputError(
            f"'{key}' is a record of several kinds of register '{book.register.id}': say --kind ({names})",
            f"台帳「{book.register.id}」には「{key}」という記録が複数の種類にあります。--kind（{names}）で指定してください",
        )
    return found[0]


def day_named(day: str | None) -> date:
    """Return the day that an option names, today where it names none."""
    from meguri.registers._dates import Unreadable, read_date

    try:
        return read_date(day) if day else date.today()
    except Unreadable as error:
        raise _unread(error) from None


def entry_of(
    register: Register, kind: str, key: str, act: str, values: list[str] | None, actor: str | None, role: str | None,
    day: str | None, reason: str | None, concerns: int = 0,
) -> Entry:  # fmt: skip
    """Return an act from the words of the command line; raise InputError for what cannot be read."""
    from meguri.registers._dates import Unreadable
    from meguri.registers._history import Entry
    from meguri.registers._reading import clean, read, read_key

    of_kind = register.kind(kind)
    said: dict[str, Any] = {}
    try:
        key = read_key(key)
        for pair in values or ():
            name, sign, value = pair.partition("=")
            column = next((one for one in of_kind.columns if name.strip() in (one.id, one.ja, one.en)), None)
            if not sign:
                raise InputError(
                    f"'{pair[:40]}' must be written COLUMN=VALUE",
                    f"「{pair[:40]}」は COLUMN=VALUE（列=値）の形で書いてください",
                )
            if column is None:
                where = Phrase(f"'{kind}' of register '{register.id}'", f"台帳「{register.id}」の「{kind}」")
                raise unknown("column", name.strip()[:80], of_kind.column, where)
            if column.id in said:
                raise InputError(f"'{column.id}' is said twice", f"列「{column.id}」が二度あります")
            said[column.id] = _in_column(column, value, read)
        names = [clean(one or "", longest) for one, longest in ((actor, 400), (reason, 2000))]
    except Unreadable as error:
        raise _unread(error) from None
    return Entry(kind, key, 0, act, names[0], role or "", day_named(day), names[1],
                 {name: value for name, value in said.items() if value is not None}, concerns)  # fmt: skip


def _unread(error: Unreadable) -> InputError:
    ja, en = error.sentence
    said = Phrase(en, ja)
    return InputError(f"{said}", f"{said.ja}")


def _in_column(column: Any, value: str, read: Any) -> Any:
    from meguri.registers._dates import Unreadable

    try:
        return read(column, value)
    except Unreadable as error:
        ja, en = error.sentence
        raise Unreadable(f"「{column.ja}」：{ja}", f"'{column.id}': {en}") from None


def filed(register: Register, entry: Entry, store: str | None) -> Proposal:
    """Write an act, judged on what is there when it is written; InputError with every reason where it is refused."""
    from meguri.observatory.registers import book_of
    from meguri.registers._acting import propose

    def decide(there: list[Entry]) -> tuple[list[Entry], Proposal]:
        proposal = propose(book_of(register, there), entry)
        if proposal.refused:
            raise _refused(register.id, proposal)
        return [proposal.entry], proposal

    return appended(register, store, decide)[1]


def appended(register: Register, store: str | None, decide: Decide) -> tuple[list[Entry], Any]:
    """Write acts and what they bring with them in other registers; InputError, and nothing written, where refused."""
    from meguri.observatory.registers import brought

    def brings(done: list[Entry], read: Callable[[str], list[Entry]]) -> Iterator[tuple[str, Entry]]:
        for other, proposal in brought(register, done, read):
            if proposal.refused:
                raise _refused(other, proposal)
            yield other, proposal.entry

    return store_at(store).append(register.id, decide, brings)


def _refused(register: str, proposal: Proposal) -> InputError:
    wrong = [one for one in proposal.findings if one.weight == "refuse"]
    reasons = Phrase("; ".join(one.en for one in wrong), "；".join(one.ja for one in wrong))
    return InputError(f"{register} {proposal.entry.key}: {reasons}", f"{register} {proposal.entry.key}：{reasons.ja}")


def played(
    book: Book, file: Path, kind: str | None, encoding: str | None, actor: str | None, role: str | None,
    day: str | None, keep_good: bool = False,
) -> tuple[list[Proposal], int, list[Finding]]:  # fmt: skip
    """Play the acts of a file into a book; return those to write, how many were known, and all findings."""
    from meguri.registers._acting import act_all
    from meguri.registers._files import Defaults, only_new, read_file

    defaults = Defaults(actor or "", role or "", day_named(day) if day else None)
    entries, unread = read_file(file, book.register, kind_named(book.register, kind), encoding or "utf-8", defaults)
    fresh, known, other = only_new(book, entries)
    done, findings = act_all(book, fresh, keep_good)
    wrong = [*unread, *other, *findings]
    if not keep_good and any(one.weight == "refuse" for one in wrong):
        done = []
    return done, known, wrong


def say_filed(proposal: Proposal, as_json: bool) -> None:
    """Say what was filed, and what the rules remark."""
    from meguri.cli import register_shown as shown

    entry = proposal.entry
    if as_json:
        rows, _, _ = shown.findings(proposal.findings, plain=True)
        write_json({"kind": entry.kind, "key": entry.key, "version": entry.version, "act": entry.act,
                    "state": proposal.history.state, "findings": rows})  # fmt: skip
        return
    state = shown.label(proposal.history.kind.state.get(proposal.history.state))
    print(
        text(
            f"{entry.key}：第{entry.version}版を届け出ました（状態：{state}）",
            f"{entry.key}: version {entry.version} filed (state: {state})",
        )
    )
    for finding in proposal.findings:
        say(text(finding.ja, finding.en))


def said(content: dict[str, Any], as_json: bool, sentence: str) -> None:
    """Print plain data or a sentence."""
    if as_json:
        write_json(content)
    else:
        print(sentence)
