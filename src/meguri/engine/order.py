"""The order of the quarter: phases in their fixed order, and inside a phase writers before readers."""

from __future__ import annotations

from collections.abc import Iterable

from meguri import vocabulary
from meguri.engine.contract import Mechanism
from meguri.errors import Phrase, unknown


def owners(mechanisms: Iterable[Mechanism]) -> dict[str, str]:
    """Return who owns each column; raise RuntimeError when a column has two owners."""
    found: dict[str, str] = {}
    for mechanism in mechanisms:
        for column in mechanism.owns:
            if column.id in found:
                raise RuntimeError(f"{column.id} is owned by {found[column.id]} and by {mechanism.id}")
            found[column.id] = mechanism.id
    return found


def quarter_order(mechanisms: Iterable[Mechanism]) -> list[Mechanism]:
    """Return the mechanisms in the order in which they run each quarter.

    Inside a phase a mechanism that writes a column (owns or changes it) precedes those that read it as it
    stands; among the rest the alphabet decides. Two owners of a column, an unknown phase, or a cycle raise.
    """
    mechanisms = sorted(mechanisms, key=lambda mechanism: mechanism.id)
    owners(mechanisms)
    phases = vocabulary.table("phases")
    for mechanism in mechanisms:
        if mechanism.phase not in phases:
            raise unknown(
                "phase",
                mechanism.phase,
                phases.ids,
                Phrase(f"mechanism {mechanism.id}", f"メカニズム「{mechanism.id}」"),
            )
    ordered: list[Mechanism] = []
    for phase in phases:
        waiting = [mechanism for mechanism in mechanisms if mechanism.phase == phase.id]
        writers: dict[str, set[str]] = {}
        for mechanism in waiting:
            for column in (*(column.id for column in mechanism.owns), *mechanism.changes):
                writers.setdefault(column, set()).add(mechanism.id)
        while waiting:
            names = {mechanism.id for mechanism in waiting}
            ready = [m for m in waiting if not _before(m, writers) & names]
            if not ready:
                raise RuntimeError(f"a cycle of reading and writing in phase {phase.id}: {', '.join(sorted(names))}")
            ordered.append(ready[0])
            waiting.remove(ready[0])
    return ordered


def _before(mechanism: Mechanism, writers: dict[str, set[str]]) -> set[str]:
    """Return the mechanisms of the phase that must run before this one."""
    found: set[str] = set()
    for column in mechanism.reads:
        found |= writers.get(column, set())
    return found - {mechanism.id}
