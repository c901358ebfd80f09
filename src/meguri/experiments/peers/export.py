"""Takes a quarter for the peers from a world as it stands."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from meguri.engine import chance
from meguri.engine.world import World
from meguri.experiments.peers.quarter import Quarter
from meguri.mechanisms import startup_operation
from meguri.mechanisms._search import GROUPS
from meguri.mechanisms._views import funds, startups
from meguri.mechanisms.deals import search_of


def quarter_of(world: World) -> Quarter:
    """Return the quarter that the world computes next: its columns are copied, its rules written out.

    Programmes are left out: no award is spent, no manager helps.
    """
    _, _, manager_id, deals, search, prices, grid, closeness, ties, _, t, _, _, counts = search_of(world)
    return Quarter(
        t=t,
        startup=_copies(startups(world), without=("project", "mentoring", "proof")),
        fund=_copies(funds(world)),
        manager_id=np.array(manager_id),
        deals=np.array(deals),
        progress=SimpleNamespace(**progress_rules(world)._asdict()),
        search=SimpleNamespace(**search._asdict()),
        prices=SimpleNamespace(**prices._asdict()),
        closeness=closeness,
        ties=ties,
        counts=counts,
        keys=keys(world.seed, t),
        sizes=SimpleNamespace(fields=int(grid[5]), regions=len(grid[2]), groups=GROUPS),
    )


def keys(seed: int, t: int) -> SimpleNamespace:
    """Return the keys of chance of a quarter under a seed; diligence is keyed for all quarters."""
    return SimpleNamespace(
        progress=chance.key(seed, "startup_operation.quarter", t),
        group=chance.key(seed, "deals.group", t),
        search=chance.key(seed, "deals.search", t),
        diligence=chance.key(seed, "deals.diligence", 0),
    )


def progress_rules(world: World) -> startup_operation.Rules:
    """Return the rules of start-up progress in this quarter, hazards and first revenue by quarter."""
    p = world.parameters(startup_operation.mechanism)
    yearly = ("close_asleep", "close_unfunded", "close_university")
    found = {name: getattr(p, name) for name in startup_operation.Rules._fields}
    found |= {name: found[name] / 4.0 for name in yearly}
    found["first_revenue"] = startup_operation.first_revenue(p, world.t) / 4.0
    return startup_operation.Rules(**found)


def _copies(view, without: tuple[str, ...] = ()) -> SimpleNamespace:
    columns = {name: np.array(column) for name, column in view._asdict().items()}
    return SimpleNamespace(**columns | {name: np.zeros_like(columns[name]) for name in without})
