"""Programme managers: who they are, for how long, and how they work.

A government body appoints a number of programme managers for a term. Each covers some fields, drawn by the
government's needs; writes the research themes of a programme there; screens with a precision of its own; may
accompany those who won an award (mentoring), and introduces them to investors and to companies. Managers are
actors with names of their own: each stands in the records of what it wrote, and of whom it accompanied.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, normal, uniform
from meguri.engine.choice import race
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp
from meguri.engine.tables import Column

_CLASS = vocabulary.code("classes", "programme_manager")
_TREASURY = vocabulary.code("classes", "treasury")
_FIELDS = len(vocabulary.table("fields"))


@kernel
def appoint(ids, needs, breadth, precision, spread, term, first, key, scope, sharpness, leaves, t):
    """Give new managers their fields (a race by need, ``breadth`` of them), precision and last quarter.

    ``first`` says that the posts are new: terms that began before are then spread over the past.
    """
    codes = np.arange(1, len(needs) + 1)
    for m in range(len(ids)):
        open_needs = needs.copy()
        for _ in range(min(breadth, len(needs))):
            chosen = race(key, ids[m], codes, open_needs, 0, len(needs))
            if chosen < 0:
                break
            scope[m, chosen] = True
            open_needs[chosen] = 0.0
        sharpness[m] = precision * exp(spread * normal(key, ids[m], 100))
        served = np.int64(uniform(key, ids[m], 101) * term) if first else 0
        leaves[m] = t + term - served


def step(world, p) -> None:
    """Let those go whose term is over and fill the posts."""
    table, t = world.programme_manager, world.t
    leaving = np.flatnonzero(table.alive & (table.leaves <= t))
    if len(leaving):
        table.ended[leaving] = t
        world.record("manager_left", table.id[leaving], counterparty=_TREASURY)
    posts = max(1, round(p.managers * world.scale))
    missing = posts - int(table.alive.sum())
    if missing <= 0:
        return
    ids = births(np.full(missing, _TREASURY, np.int64), world.key("programme_managers.appointment"),
                 np.arange(missing))
    scope, precision = np.zeros((missing, _FIELDS), np.bool_), np.zeros(missing)
    leaves = np.zeros(missing, np.int32)
    appoint(ids, p.need, int(p.breadth), p.precision, p.precision_spread, int(4.0 * p.term), table.n == 0,
            world.key("programme_managers.traits"), scope, precision, leaves, t)
    table.add(ids, cls=_CLASS, founded=t, field=scope.argmax(axis=1) + 1, scope=scope, precision=precision,
              leaves=leaves)
    world.record("manager_appointed", ids, counterparty=_TREASURY, value=leaves - t)


mechanism = Mechanism(
    id="programme_managers",
    ja="プログラムマネージャー（PM）",
    en="Programme managers",
    phase="government",
    since="1999Q1",
    formula="posts filled each quarter; fields: race of clocks by need; precision = mean x exp(sd z)",
    references=("Azoulay, Fuchs, Goldstein and Kearney 2019 (Innovation Policy and the Economy)",),
    owns=(
        Column("programme_manager", "scope", "bool", "担当領域", "fields in scope", extent=(_FIELDS,)),
        Column("programme_manager", "precision", "float64", "審査の精度", "precision of screening", "1"),
        Column("programme_manager", "leaves", "int32", "任期の終わる四半期", "quarter in which the term ends"),
    ),
    step=step,
)
