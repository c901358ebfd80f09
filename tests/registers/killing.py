"""A writer that is killed before its n-th step, for every n: run as a process of its own.

``python killing.py STORE STEPS`` forks a child for each n from 1. The child files two acts (a new record and a
decision, in two transactions) and kills itself with SIGKILL before its n-th statement or commit. The parent prints, for
each n, how many acts the store then holds, verified; it ends when a child got through.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date

import alembic.command  # noqa: F401  (loaded once, before the children are made)
import sqlalchemy as sql
from sqlalchemy.engine import Engine

from meguri.registers._history import Entry
from meguri.registers._store import Store

STEPS = 400


def act(key: str, version: int, act: str) -> Entry:
    return Entry("project", key, version, act, "A", "office", date(2025, 4, 1), "", {"applicant": "A社"})


def write(place: str, key: str) -> None:
    Store(place).append("sbir", lambda there: ([act(key, 1, "apply")], None))
    Store(place).append("sbir", lambda there: ([act(key, 2, "adopt")], None))


def dying(place: str, key: str, last: int) -> None:
    steps = 0

    def count(*_arguments, **_more) -> None:
        nonlocal steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sql.event.listen(Engine, "before_cursor_execute", count)
    sql.event.listen(Engine, "commit", count)
    write(place, key)
    os._exit(0)


def main(place: str) -> None:
    for last in range(1, STEPS):
        child = os.fork()
        if child == 0:
            dying(place, f"P{last}", last)
        _, status = os.waitpid(child, 0)
        held = Store(place).read("sbir") if Store(place).exists() else []
        mine = [one.act for one in held if one.key == f"P{last}"]
        print(last, len(held), "|".join(mine) or "-", flush=True)
        if os.WIFEXITED(status):
            return


if __name__ == "__main__":
    main(sys.argv[1])
