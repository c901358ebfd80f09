"""What people decided about pairs: a file that only grows, which people may read and edit with any spreadsheet.

Each row says when, who, what (accept, reject, undo), which two organisations (``source:number``), their names and a
note. An ``undo`` takes back the last decision on its pair that still stands, and what stood before stands again.
Nothing that the program computes changes a decision.
"""

from __future__ import annotations

import csv
import getpass
import io
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from meguri.errors import InputError, cause

FILE = "decisions.csv"
COLUMNS = ("when", "who", "decision", "left", "right", "left_name", "right_name", "note")
ACCEPT, REJECT, UNDO = "accept", "reject", "undo"
_WORDS = (ACCEPT, REJECT, UNDO)
_ACTOR = re.compile(r"[a-z0-9_]+:\d{1,19}", re.ASCII)
#: Largest file that is read, and longest text that is written, in bytes and characters.
LARGEST, LONGEST = 64 * 1024 * 1024, 1000
Pair = tuple[str, str]


@dataclass(frozen=True)
class Decision:
    """One row: who decided what about which pair; ``line`` is its place in the file."""

    when: str
    who: str
    decision: str
    left: str
    right: str
    left_name: str
    right_name: str
    note: str
    line: int

    @property
    def pair(self) -> Pair:
        """The pair, the smaller first."""
        return pair_of(self.left, self.right)


@dataclass
class Decisions:
    """All decisions in order, and by pair the one that stands."""

    rows: list[Decision] = field(default_factory=list)
    standing: dict[Pair, Decision] = field(default_factory=dict)

    def of(self, word: str) -> list[Decision]:
        """Return the standing decisions of a word, in the order of the file."""
        return sorted((one for one in self.standing.values() if one.decision == word), key=lambda one: one.line)


def pair_of(left: str, right: str) -> Pair:
    """Return a pair with the smaller first."""
    return (left, right) if left <= right else (right, left)


def read(folder: Path) -> Decisions:
    """Return the decisions of a store; none where there is no file. Raises InputError for a row that says nothing."""
    path = folder / FILE
    try:
        if not path.is_file():
            return Decisions()
        if path.is_symlink() or path.stat().st_size > LARGEST:
            raise InputError(
                f"'{path}' is a link or larger than {LARGEST} bytes",
                f"「{path}」はリンクか、{LARGEST}バイトを超えています",
            )
        text = path.read_text(encoding="utf-8-sig")
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        head = next(lines, [])
        if tuple(head) != COLUMNS:
            raise InputError(
                f"'{path}' line 1: the columns are not {', '.join(COLUMNS)}",
                f"「{path}」1行：列が {', '.join(COLUMNS)} ではありません",
            )
        return _played([_row(path, lines.line_num, cells) for cells in lines if cells], path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"'{path}' cannot be read: {cause(error)}", f"「{path}」を読めません：{cause(error).ja}"
        ) from None


def _row(path: Path, line: int, cells: list[str]) -> Decision:
    if len(cells) != len(COLUMNS):
        raise InputError(
            f"'{path}' line {line}: {len(cells)} cells, not {len(COLUMNS)}",
            f"「{path}」{line}行：セルが{len(COLUMNS)}ではなく{len(cells)}あります",
        )
    when, who, decision, left, right, left_name, right_name, note = (cell.strip() for cell in cells)
    found = Decision(when, who, decision, left, right, left_name, right_name, note, line)
    if found.decision not in _WORDS:
        raise InputError(
            f"'{path}' line {line}: '{found.decision}' is none of {', '.join(_WORDS)}",
            f"「{path}」{line}行：「{found.decision}」は {', '.join(_WORDS)} のいずれでもありません",
        )
    for one in (found.left, found.right):
        if not _ACTOR.fullmatch(one):
            raise InputError(
                f"'{path}' line {line}: '{one}' is not written SOURCE:NUMBER",
                f"「{path}」{line}行：「{one}」は「出典:番号」の形ではありません",
            )
    if found.left == found.right:
        raise InputError(
            f"'{path}' line {line}: '{found.left}' stands on both sides",
            f"「{path}」{line}行：「{found.left}」が両側にあります",
        )
    return found


def _played(rows: list[Decision], path: Path) -> Decisions:
    """Return decisions with what stands after all rows."""
    before: dict[Pair, list[Decision]] = {}
    for row in rows:
        stack = before.setdefault(row.pair, [])
        if row.decision != UNDO:
            stack.append(row)
        elif stack:
            stack.pop()
        else:
            raise InputError(
                f"'{path}' line {row.line}: nothing stands on '{row.left}' and '{row.right}' that could be undone",
                f"「{path}」{row.line}行：「{row.left}」と「{row.right}」について取り消せる判断がありません",
            )
    return Decisions(rows, {pair: stack[-1] for pair, stack in before.items() if stack})


def after(found: Decisions, decision: Decision) -> Decisions:
    """Return what stands once a further decision is made; raise InputError where there is nothing to undo."""
    return _played([*found.rows, decision], Path(FILE))


def known_on(found: Decisions, day: str) -> Decisions:
    """Return what stood at the end of a day (``2026-04-01``); raise InputError for a decision without a day."""
    rows = []
    for row in found.rows:
        try:
            when = date.fromisoformat(row.when[:10]).isoformat()
        except ValueError:
            raise InputError(
                f"decision of line {row.line}: when '{row.when}' is not a day written as 2026-04-01; --as-of needs it",
                f"{row.line}行の判断：when「{row.when}」が 2026-04-01 の形の日付ではなく、--as-of で使えません",
            ) from None
        if when <= day:
            rows.append(row)
    return _played(rows, Path(FILE))


def made(
    word: str, left: str, right: str, names: tuple[str, str] = ("", ""), note: str = "", who: str = "", line: int = 0
) -> Decision:
    """Return a decision of now; without a name the user of the machine is who decided."""
    return Decision(
        datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), _plain(who or _user()), word, left, right, _plain(names[0]),
        _plain(names[1]), _plain(note), line,
    )  # fmt: skip


def add(folder: Path, decision: Decision) -> None:
    """Write a decision behind those that there are, in one go."""
    path = folder / FILE
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = path.read_bytes() if path.is_file() else b""
        if not held:
            writer.writerow(COLUMNS)
        elif not held.endswith(b"\n"):
            text.write("\n")
        writer.writerow([getattr(decision, name) for name in COLUMNS])
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        try:
            os.write(handle, text.getvalue().encode("utf-8"))
        finally:
            os.close(handle)
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be written: {cause(error)}", f"「{path}」に書けません：{cause(error).ja}"
        ) from None


def _plain(text: str) -> str:
    """Return a text of one line that no spreadsheet takes for a formula."""
    line = " ".join(text.split())[:LONGEST]
    return f"'{line}" if line[:1] in {"=", "+", "-", "@"} else line


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
