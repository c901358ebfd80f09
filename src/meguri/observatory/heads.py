"""Names of columns from the head of a sheet: several rows, merged cells, line ends, missing and double names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from meguri.errors import InputError, Phrase, japanese
from meguri.observatory.workbook_parts import letters_of
from meguri.sources import Layout

#: Stands between the names of several rows of a head.
BETWEEN = " / "


def names_of(rows: Sequence[Sequence[str | None]]) -> tuple[str, ...]:
    """Return one name a column; of several rows the upper names reach over the columns to their right.

    A column without a name is called by its letter (列C), the second of a name gets a number.
    """
    width = max((len(row) for row in rows), default=0)
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        cells = [_clean(row[place]) if place < len(row) else "" for place in range(width)]
        before = ""
        for place, cell in enumerate(cells):
            below = any(place < len(lower) and _clean(lower[place]) for lower in rows[number + 1 :])
            before = cell or (before if below else "")
            if before and (not parts[place] or parts[place][-1] != before):
                parts[place].append(before)
    names: list[str] = []
    for place, words in enumerate(parts):
        name = BETWEEN.join(words) or f"列{letters_of(place + 1)}"
        count, candidate = 2, name
        while candidate in names:
            candidate, count = f"{name} ({count})", count + 1
        names.append(candidate)
    return tuple(names)


def _clean(cell: str | None) -> str:
    return " ".join((cell or "").strip("\ufeff").split())


def no_head(path: Path, layout: Layout, reason: Phrase) -> InputError:
    """Return the error of a file whose head cannot be read where the layout says that it stands."""
    rows = "-".join(str(row) for row in dict.fromkeys(layout.head))
    return InputError(
        f"'{path}' has no names of columns in row {rows}: {reason}",
        f"「{path}」の{rows}行目に列の名前がありません：{japanese(reason)}",
    )
