"""A mechanism touches only the columns that it declares, and writes only those that are its own or named."""

from dataclasses import replace

import numpy as np

from meguri.engine.tables import CORE
from meguri.engine.world import World
from meguri.registry import shelf

from ..conftest import small_request

_CORE = {name for name, _ in CORE}
QUARTERS = 6


def _watched(mechanism, seen):
    def step(world, p):
        before = {}
        for name, table in world.tables.items():
            table.touched = set()
            before[name] = {column: array[: table.n].copy() for column, array in table.data.items()}
        mechanism.step(world, p)
        for name, table in world.tables.items():
            touched, table.touched = table.touched, None
            seen["reads"] |= {f"{name}.{column}" for column in touched - _CORE}
            for column, old in before[name].items():
                new = table.data[column][: len(old)]
                if len(new) != len(old) or table.n < len(old) or not np.array_equal(old, new):
                    seen["writes"].add(f"{name}.{column}")

    return step


def test_steps_touch_what_they_declare_and_nothing_else():
    request = small_request()
    seen = {mechanism.id: {"reads": set(), "writes": set()} for mechanism in shelf("meguri.mechanisms")}
    watched = [replace(m, step=_watched(m, seen[m.id])) for m in shelf("meguri.mechanisms")]
    from meguri.model.member import opened_world

    opened = opened_world(request.base, request.resolved, request.span, 1, request.scale, {})
    world = World(watched, request.resolved, 1, request.scale)
    world.restore(opened.snapshot())
    for _ in range(QUARTERS):
        world.step()
    wrong = []
    for mechanism in shelf("meguri.mechanisms"):
        owned = {column.id for column in mechanism.owns}
        tables = {table.id for table in mechanism.tables}
        changes = set(mechanism.changes)
        may_read = owned | changes | set(mechanism.reads) | set(mechanism.reads_opening)
        reads = {c for c in seen[mechanism.id]["reads"] - may_read if c.split(".")[0] not in tables}
        writes = {c for c in seen[mechanism.id]["writes"] - owned - changes if c.split(".")[0] not in tables}
        writes = {column for column in writes if column.split(".")[1] not in _CORE}
        wrong += [f"{mechanism.id} reads {column}" for column in sorted(reads)]
        wrong += [f"{mechanism.id} changes {column}" for column in sorted(writes)]
    assert not wrong, "\n".join(wrong)
