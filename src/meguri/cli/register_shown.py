"""How registers, records, findings and dues are shown: rows with columns and headings, or plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from meguri.cli.language import language, text
from meguri.cli.output import print_table, write_json
from meguri.errors import japanese

if TYPE_CHECKING:
    from meguri.registers import Act, Column, Kind, Question, Register
    from meguri.registers._history import Book, Finding, History

Table = tuple[list[dict[str, Any]], Sequence[str], Sequence[str]]


def label(thing: Any) -> str:
    """Return the label of something declared, in the language of the process."""
    return "" if thing is None else text(thing.ja, thing.en)


def registers(books: Iterable[Book]) -> Table:
    """Return one row a register."""
    rows = []
    for book in books:
        histories = book.histories()
        acts = [entry for history in histories for entry in history.entries]
        rows.append(
            {
                "id": book.register.id,
                "name": label(book.register),
                "kinds": [kind.id for kind in book.register.kinds],
                "records": len(histories),
                "shipped": sum(entry.origin == "document" for entry in acts),
                "filed": sum(entry.origin == "user" for entry in acts),
            }
        )
    columns = ("id", "name", "kinds", "records", "shipped", "filed")
    return (
        rows,
        columns,
        text("ID|名称|種類|記録|資料の行|届出", "id|name|kinds|records|document's rows|filed").split("|"),
    )


def records(histories: Iterable[History], plain: bool) -> Table:
    """Return one row a record: where it stands."""
    rows = []
    for history in histories:
        last = history.standing[-1].date if history.standing else None
        state = history.kind.state.get(history.state)
        rows.append(
            {
                "kind": history.kind.id if plain else label(history.kind),
                "key": history.key,
                "title": said(history, history.kind.title, plain) if history.kind.title else None,
                "state": history.state if plain else label(state),
                "version": history.version,
                "date": last.isoformat() if last else None,
                "origin": history.origin,
            }
        )
    columns = ("kind", "key", "title", "state", "version", "date", "origin")
    return rows, columns, text("種類|番号|名称|状態|版|日付|出所", "|".join(columns)).split("|")


def said(history: History, column: str, plain: bool = False) -> Any:
    """Return what a record says in a column: as stored, or for people in their language."""
    from meguri.registers._reading import write

    value = (history.values if language() == "ja" or plain else history.values_en).get(column)
    if plain:
        return value
    if value is None:
        return text("資料にない", "not in the document") if history.origin == "document" else None
    declared = history.kind.column.get(column)
    if declared is not None and declared.unit == "calendar_year":
        return str(value)  # a year has no thousands
    return write(declared, value, language())


def record(history: History, book: Book, as_json: bool) -> None:
    """Print one record: what it says, where it stands, what can be done, what is wrong."""
    from meguri.registers._history import judge

    wrong = judge(history, book)
    possible = [act for act in history.kind.acts if history.state in act.after]
    facts = list(dict.fromkeys(entry.fact for entry in history.entries if entry.fact))
    if as_json:
        rows, _, _ = findings(wrong, plain=True)
        write_json(
            {
                "register": book.register.id, "kind": history.kind.id, "key": history.key, "state": history.state,
                "version": history.version, "origin": history.origin,
                "values": {column.id: history.values.get(column.id) for column in history.kind.columns},
                "values_en": history.values_en, "facts": facts, "acts": [act.id for act in possible],
                "findings": rows,
            }
        )  # fmt: skip
        return
    print(f"{book.register.id} {history.kind.id} {history.key}  [{label(history.kind.state.get(history.state))}]")
    rows = [{"column": _unit(column), "value": said(history, column.id)} for column in history.kind.columns]
    print_table(rows, text("項目|内容", "column|value").split("|"), ("column", "value"))
    if possible:
        print(
            text("できること：", "can be done: ")
            + ", ".join(f"{act.id}（{act.ja}）" if language() == "ja" else act.id for act in possible)
        )
    for fact in facts:
        print(text("出典", "source") + f": {fact}")
    for finding in wrong:
        print(f"{_weight(finding)}: {text(finding.ja, finding.en)}")


def _unit(column: Column) -> str:
    return label(column) + (f" [{column.unit}]" if column.unit else "")


def declaration(register: Register, kind: str, as_json: bool) -> None:
    """Print what a register holds: kinds with columns and acts, roles, rules, calendar."""
    kinds = [one for one in register.kinds if not kind or one.id == kind]
    rules = [rule for rule in register.rules if rule.kind in {one.id for one in kinds}]
    if as_json:
        write_json(
            {
                "id": register.id, "ja": register.ja, "en": register.en,
                "roles": [_plain(role) for role in register.roles],
                "kinds": [_kind(one) for one in kinds],
                "rules": [_plain(rule, "kind", "acts", "weight", "basis", "facts") for rule in rules],
                "calendar": [_plain(duty, "basis", "facts") for duty in register.duties],
                "questions": [_plain(question, "basis", "facts") for question in register.questions],
            }
        )  # fmt: skip
        return
    print(f"{register.id}  {label(register)}")
    what = text(register.ja_what, register.en_what)
    if what:
        print(what)
    for one in kinds:
        _form(register, one)
    rows = [{"id": rule.id, "rule": label(rule), "weight": _weight(rule), "basis": _basis(rule.basis),
             "facts": ", ".join(rule.facts)} for rule in rules]  # fmt: skip
    if rows:
        print_table(
            rows,
            text("規則|内容|扱い|根拠|資料", "rule|what it asks|weight|basis|document").split("|"),
            ("id", "rule", "weight", "basis", "facts"),
        )
    for duty in register.duties:
        print(text("期限：", "due: ") + f"{label(duty)} ({_basis(duty.basis)})")
    for question in register.questions:
        print(text("問い：", "question: ") + f"{question.id}  {label(question)} ({_basis(question.basis)})")


def _form(register: Register, kind: Kind) -> None:
    roles = {role.id: role for role in register.roles}
    columns = [{"id": column.id, "label": _unit(column), "type": column.type, "allowed": _allowed(column)}
               for column in kind.columns]  # fmt: skip
    print_table(
        columns,
        text("列|名称|型|選べる値", "column|name|type|allowed").split("|"),
        ("id", "label", "type", "allowed"),
        title=f"{kind.id}  {label(kind)}",
    )
    rows = [
        {
            "id": act.id, "label": label(act), "by": ", ".join(label(roles[one]) for one in act.by),
            "after": ", ".join(label(kind.state[one]) for one in act.after), "to": label(kind.state.get(act.to)),
            "needs": ", ".join(act.needs), "may": ", ".join(act.may),
            "reason": text("要", "needed") if act.reason else "",
        }
        for act in kind.acts
    ]  # fmt: skip
    headings = text(
        "行為|名称|役割|できる状態|その後|必須の列|任意の列|理由", "act|name|role|after|to|needs|may|reason"
    )
    print_table(rows, headings.split("|"), ("id", "label", "by", "after", "to", "needs", "may", "reason"))


def _allowed(column: Column) -> str:
    from meguri.registers._reading import options

    if column.type == "key":
        return column.kind
    return ", ".join(option.id for option in options(column))


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        **_plain(kind),
        "columns": [_plain(one, "type", "unit", "table", "many", "longest", "kind") | {"allowed": _options(one)}
                    for one in kind.columns],
        "states": [_plain(one) for one in kind.states],
        "acts": [_plain(one, "by", "opens", "after", "to", "needs", "may", "reason") for one in kind.acts],
    }  # fmt: skip


def _options(column: Column) -> list[dict[str, Any]]:
    from meguri.registers._reading import options

    return [_plain(option) for option in options(column)]


def _plain(thing: Any, *more: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in ("id", "ja", "en", *more)}


def findings(found: Iterable[Finding], plain: bool) -> Table:
    """Return one row a finding: where, which rule, the sentence."""
    rows = [
        {
            "where": text(japanese(finding.where), str(finding.where))
            or f"{finding.kind} {finding.key}" + (f" v{finding.version}" if finding.version else ""),
            "kind": finding.kind,
            "key": finding.key,
            "version": finding.version,
            "rule": finding.rule,
            "weight": finding.weight if plain else _weight(finding),
            "basis": finding.basis if plain else _basis(finding.basis),
            "sentence": text(finding.ja, finding.en),
            "facts": list(finding.facts) if plain else ", ".join(finding.facts),
        }
        for finding in found
    ]
    columns = ("where", "key", "rule", "weight", "basis", "sentence", "facts")
    return rows, columns, text("場所|番号|規則|扱い|根拠|指摘|資料", "|".join(columns)).split("|")


def dues(books: Iterable[Book], until: date, today: date, plain: bool) -> Table:
    """Return one row for each thing that is due up to a day."""
    rows = []
    for book in books:
        for duty in book.register.duties:
            for due in duty.due(book, until):
                act: Act | None = book.register.kind(due.kind).act.get(due.act)
                rows.append(
                    {
                        "register": book.register.id, "date": due.date.isoformat(), "kind": due.kind, "key": due.key,
                        "act": due.act if plain else label(act), "what": text(due.ja, due.en),
                        "duty": duty.id, "basis": duty.basis if plain else _basis(duty.basis),
                        "late": max((today - due.date).days, 0),
                    }
                )  # fmt: skip
    rows.sort(key=lambda row: (row["date"], row["register"], row["key"]))
    columns = ("register", "date", "kind", "key", "act", "what", "basis", "late")
    return (
        rows,
        columns,
        text("台帳|期限|種類|番号|行為|内容|根拠|超過日数", "register|due|kind|key|act|what|basis|days late").split(
            "|"
        ),
    )


def questions(register: Register) -> Table:
    """Return one row a question."""
    rows = [{"id": one.id, "question": label(one), "basis": _basis(one.basis)} for one in register.questions]
    return rows, ("id", "question", "basis"), text("ID|問い|根拠", "id|question|basis").split("|")


def answer(book: Book, question: Question, about: str, plain: bool) -> Table:
    """Return the rows of an answer, in the language of the process; lists stay lists where it is plain."""
    names = tuple(name for name, _, _ in question.columns)
    rows = [{name: _cell(row.get(name), plain) for name in names} for row in question.answer(book, about)]
    return rows, names, [text(ja, en) for _, ja, en in question.columns]


def _cell(value: Any, plain: bool) -> Any:
    if isinstance(value, tuple):
        return text(*value)
    if not isinstance(value, list):
        return value
    cells = [_cell(one, plain) for one in value]
    return cells if plain else text("；", "; ").join(map(str, cells))


def versions(history: History, register: Register, plain: bool) -> Table:
    """Return one row a version of a record of a register."""
    from meguri import vocabulary
    from meguri.registers._acting import COUNTER_ACTS
    from meguri.registers._reading import write

    roles = {role.id: label(role) for role in register.roles}
    origins = {word.id: label(word) for word in vocabulary.table("origins")}
    standing = {entry.version for entry in history.standing}
    rows = []
    for entry in history.entries:
        act = history.kind.act.get(entry.act) or COUNTER_ACTS.get(entry.act)
        values = entry.values if plain or language() == "ja" else {**entry.values, **entry.values_en}
        words = [f"{label(history.kind.column.get(name))}：{write(history.kind.column.get(name), value, language())}"
                 for name, value in values.items()]  # fmt: skip
        rows.append(
            {
                "version": entry.version, "date": entry.date.isoformat() if entry.date else None,
                "act": entry.act if plain else label(act), "actor": entry.actor,
                "role": entry.role if plain else roles.get(entry.role, entry.role),
                "reason": entry.reason or None, "concerns": entry.concerns or None,
                "values": dict(values) if plain else text("、", ", ").join(words),
                "stands": entry.version in standing,
                "origin": entry.origin if plain else origins.get(entry.origin, entry.origin),
                "fact": entry.fact or None,
                "written": entry.written or None,
            }
        )  # fmt: skip
    columns = ("version", "date", "act", "actor", "role", "reason", "concerns", "values", "stands", "origin")
    headings = text("版|日付|行為|行為者|役割|理由|対象の版|内容|有効|出所", "|".join(columns))
    return rows, (*columns, "fact", "written") if plain else columns, headings.split("|")


def changes(before: Book, after: Book, kind: str, keys: set[str] | None) -> Table:
    """Return one row for each column, or state, that two times of a book say differently."""
    rows = []
    for history in after.histories(kind):
        if keys is not None and history.key not in keys:
            continue
        then = before.history(history.kind.id, history.key)
        pairs: list[tuple[str, Any, Any]] = [("state", then.state, history.state)]
        pairs += [(one.id, then.values.get(one.id), history.values.get(one.id)) for one in history.kind.columns]
        reasons = [entry.reason for entry in history.entries[len(then.entries) :] if entry.reason]
        rows += [
            {"kind": history.kind.id, "key": history.key, "column": name, "before": old, "after": new,
             "reason": "; ".join(reasons) or None}
            for name, old, new in pairs
            if (old or None) != (new or None)
        ]  # fmt: skip
    columns = ("kind", "key", "column", "before", "after", "reason")
    return rows, columns, text("種類|番号|項目|前|後|理由", "|".join(columns)).split("|")


def _weight(thing: Any) -> str:
    return {
        "refuse": text("不可", "refused"),
        "flag": text("要確認", "flagged"),
        "mark": text("注記", "marked"),
    }[thing.weight]


def _basis(basis: str) -> str:
    return text("資料", "stated") if basis == "stated" else text("本プロジェクト", "ours")
