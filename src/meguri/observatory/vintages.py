"""Vintages: what was imported of a source as it was known on a day.

Imports are kept, so that an earlier state can be read again. ``<store>/<source>/history`` notes when which import came
to count; an import without a line there counts from when it was made. Days are those of UTC. Observations that ship
with the package carry no day of publication and have no vintages.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from meguri.errors import InputError, Phrase

if TYPE_CHECKING:
    from meguri.observatory.imports import Import

HISTORY = "history"
#: What is said beside an answer that holds observations of the package too.
SHIPPED = Phrase(
    "observations that ship with meguri carry no day of publication and are shown as they are; only imports have "
    "vintages",
    "本体に含まれる観測には公表日の記録がなく、そのまま示しています。時点で変わるのは取り込んだデータだけです",
)


def day_of(text: str) -> str:
    """Return a day as ``2026-04-01``; raise InputError for any other text."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise InputError(
            f"--as-of '{text}' is not a day; write it as 2026-04-01",
            f"--as-of「{text}」は日付ではありません。2026-04-01 の形で書いてください",
        ) from None


def note(shelf: Path, identifier: str) -> None:
    """Note that an import counts from now on."""
    with (shelf / HISTORY).open("a", encoding="utf-8") as stream:
        stream.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {identifier}\n")


def noted(shelf: Path) -> list[tuple[str, str]]:
    """Return when what came to count, as it was noted on a shelf."""
    path = shelf / HISTORY
    if not path.is_file():
        return []
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [(line[0], line[1]) for line in lines if len(line) == 2]


def history(source: str, given: Path | None = None) -> list[tuple[str, Import]]:
    """Return when which import of a source came to count, oldest first."""
    from meguri.observatory import imports

    found = {one.id: one for one in imports.of_source(source, given)}
    moments = sorted((str(one.manifest["imported"]), one.id) for one in found.values())
    moments += [one for one in noted(imports.home(given) / source) if one[1] in found]
    moments.sort(key=lambda one: one[0])  # those of one second stay in the order in which they were noted
    return [(moment, found[identifier]) for moment, identifier in moments]


def known_on(source: str, day: str, given: Path | None = None) -> Import | None:
    """Return the import of a source that counted at the end of a day; None where none had been made."""
    before = [one for moment, one in history(source, given) if moment[:10] <= day]
    return before[-1] if before else None


def none_yet(source: str, day: str, given: Path | None = None) -> InputError:
    """Return the error for a day before the first import of a source."""
    known = history(source, given)
    if not known:
        return InputError(
            f"nothing of '{source}' is imported; do so: meguri data import {source} FILE...",
            f"「{source}」は取り込まれていません。meguri data import {source} FILE... で取り込んでください",
        )
    first = known[0][0][:10]
    return InputError(
        f"--as-of {day}: nothing of '{source}' had been imported; its first import is of {first}",
        f"--as-of {day}：「{source}」はまだ取り込まれていません。最初の取り込みは{first}です",
    )
