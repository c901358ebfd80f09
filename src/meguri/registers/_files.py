"""Rows of files as acts: one row an act; whatever cannot be read is a finding with file, row and column.

The first row holds the names of the columns, as ids or as labels in either language. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from meguri.errors import InputError, Phrase, japanese, nearest
from meguri.registers import Column, Kind, Register
from meguri.registers._acting import COUNTER_ACTS, opening_act
from meguri.registers._dates import Unreadable, read_date, shown
from meguri.registers._history import Book, Entry, Finding
from meguri.registers._reading import NOTHING, clean, read, read_key
from meguri.registers._sheets import Rows, folded, read_sheets

#: Columns of every act, before those of its kind.
ACT_COLUMNS = (
    Column("key", "番号", "key", ja_help="記録の番号（同じ番号の行は同じ記録の履歴）", en_help="which record it is"),
    Column("version", "版", "version", type="count", ja_help="空欄なら次の版", en_help="empty: the next one"),
    Column("act", "行為", "act", ja_help="空欄なら最初の届出", en_help="empty: the record is opened"),
    Column(
        "date", "日付", "date", type="date", ja_help="例：令和7年4月1日、2025/4/1", en_help="for example 2025-04-01"
    ),
    Column("actor", "行為者", "actor", ja_help="誰が行ったか", en_help="who did it"),
    Column("role", "役割", "role", ja_help="どの立場で行ったか", en_help="in which role"),
    Column("reason", "理由", "reason", longest=2000, ja_help="訂正・取消し等には必須", en_help="needed to correct"),
    Column(
        "concerns",
        "対象の版",
        "concerns",
        type="count",
        ja_help="訂正・取消しの対象",
        en_help="version that is corrected",
    ),
)


@dataclass(frozen=True)
class Defaults:
    """What a row says that leaves it out."""

    actor: str = ""
    role: str = ""
    date: date | None = None


def read_file(
    path: Path, register: Register, kind: str = "", encoding: str = "utf-8", defaults: Defaults | None = None
) -> tuple[list[Entry], list[Finding]]:
    """Return the acts of a file in the order of its rows, and what could not be read.

    Raises InputError where the file as a whole cannot be read.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    for sheet in read_sheets(path, register, kind, encoding):
        for entry, wrong in _acts(sheet, register, defaults or Defaults()):
            findings += wrong
            if entry is not None:
                entries.append(entry)
    return entries, findings


def _acts(sheet: Rows, register: Register, defaults: Defaults) -> Iterator[tuple[Entry | None, list[Finding]]]:
    heads = _heads(sheet)
    for number, cells in sheet.rows:
        where = Phrase(f"{sheet.where}, row {number}", f"{sheet.where}、{number}行目")
        found: dict[str, Any] = {}
        wrong: list[tuple[str, str, str]] = []
        for column, cell in zip(heads, cells, strict=False):
            if column is None or cell.strip() in NOTHING:
                continue
            try:
                found[column.id] = _cell(sheet.kind, register, column, cell)
            except Unreadable as error:
                wrong.append((column.id, *_in_column(column, error)))
        if len(cells) > len(heads) and any(cell.strip() for cell in cells[len(heads) :]):
            wrong.append(("", "列が見出しより多くあります", "has more cells than the first row"))
        key = str(found.get("key", ""))
        if not key and not any(column == "key" for column, _, _ in wrong):
            wrong.append(("key", "「番号」がありません", "'key' is missing"))
        findings = [
            Finding(
                "cells", "refuse", "ours", sheet.kind.id, key, 0, ja, en,
                where=Phrase(f"{where}, column {column}", f"{japanese(where)}、列{column}") if column else where,
            )
            for column, ja, en in wrong
        ]  # fmt: skip
        unread = tuple(column for column, _, _ in wrong)
        lost = "key" in unread or "act" in unread or "" in unread
        yield (None if lost else _entry(sheet.kind, found, where, defaults, unread)), findings


def _entry(kind: Kind, found: dict[str, Any], where: str, defaults: Defaults, unread: tuple[str, ...]) -> Entry:
    day = found.get("date")
    return Entry(
        kind=kind.id,
        key=found["key"],
        version=int(found.get("version", 0)),
        act=found.get("act") or opening_act(kind).id,
        actor=found.get("actor", defaults.actor),
        role=found.get("role", defaults.role),
        date=date.fromisoformat(day) if day else defaults.date,
        reason=found.get("reason", ""),
        values={column.id: found[column.id] for column in kind.columns if column.id in found},
        concerns=int(found.get("concerns", 0)),
        where=where,
        unread=unread,
    )


def _in_column(column: Column, error: Unreadable) -> tuple[str, str]:
    ja, en = error.sentence
    return f"「{column.ja}」：{ja}", f"'{column.id}': {en}"


def _cell(kind: Kind, register: Register, column: Column, cell: str) -> Any:
    if column.id == "key":
        return read_key(cell)
    if column.id == "act":
        return _named(cell, [*kind.acts, *COUNTER_ACTS.values()], "行為", "act")
    if column.id == "role":
        return _named(cell, register.roles, "役割", "role")
    if column.id == "date":
        return read_date(cell).isoformat()
    if column in ACT_COLUMNS and column.type == "text":
        return clean(cell, column.longest)
    return read(column, cell)


def _named(cell: str, things: Any, ja: str, en: str) -> str:
    wanted = folded(cell[:200])
    for thing in things:
        if wanted in (folded(thing.id), folded(thing.ja), folded(thing.en)):
            return thing.id
    near = nearest(cell[:80], [thing.id for thing in things])
    raise Unreadable(
        f"「{shown(cell)}」という{ja}はありません（{'、'.join(thing.ja for thing in things)}）",
        f"there is no {en} '{shown(cell)}'; nearest: {', '.join(near)}",
    )


def _heads(sheet: Rows) -> list[Column | None]:
    columns = [*ACT_COLUMNS, *sheet.kind.columns]
    known = {folded(word): column for column in columns for word in (column.en, column.ja, column.id)}
    found: list[Column | None] = []
    for place, head in enumerate(sheet.heads, start=1):
        if not head.strip():
            found.append(None)
            continue
        plain = folded(head[:200]).partition("[")[0].strip()
        if plain not in known:
            near = ", ".join(nearest(head[:80], [one.id for one in columns]))
            raise InputError(
                f"{sheet.where}, row 1, column {place}: unknown column '{shown(head)}'; nearest: {near}",
                f"{sheet.where}、1行目、{place}列目：「{shown(head)}」という列はありません。近いもの：{near}",
            )
        if known[plain] in found:
            raise InputError(
                f"{sheet.where}, row 1, column {place}: column '{shown(head)}' stands twice",
                f"{sheet.where}、1行目、{place}列目：列「{shown(head)}」が二度あります",
            )
        found.append(known[plain])
    if ACT_COLUMNS[0] not in found:
        raise InputError(
            f"{sheet.where}, row 1: column 'key' is missing", f"{sheet.where}、1行目：列「番号」（key）がありません"
        )
    return found


def only_new(book: Book, entries: list[Entry]) -> tuple[list[Entry], int, list[Finding]]:
    """Return the acts that a book does not hold, how many it holds already, and those that say otherwise.

    An act whose version stands in the record with the same words is known; with other words it is a finding.
    """
    fresh, known, findings = [], 0, []
    last: dict[tuple[str, str], int] = {}
    for entry in entries:
        history = book.history(entry.kind, entry.key)
        place = (entry.kind, entry.key)
        there = next((one for one in history.entries if one.version == entry.version), None) if entry.version else None
        following = last.get(place, history.version) + 1
        if there is not None and _same(there, entry):
            known += 1
        elif entry.version and (there is not None or entry.version != following):
            ja = f"第{entry.version}版は既に別の内容で届けられています" if there else f"次は第{following}版です"
            en = (
                f"version {entry.version} is filed already and says otherwise"
                if there
                else f"version {entry.version} is not the next one ({following})"
            )
            findings.append(
                Finding("versions", "refuse", "ours", entry.kind, entry.key, entry.version, ja, en, where=entry.where)
            )
        else:
            fresh.append(entry)
            last[place] = following
    return fresh, known, findings


def _same(one: Entry, other: Entry) -> bool:
    return (one.act, one.actor, one.role, one.date, one.reason, one.concerns, dict(one.values)) == (
        other.act, other.actor, other.role, other.date, other.reason, other.concerns, dict(other.values)
    )  # fmt: skip
