"""A small whole Japan for tests: opened, then stepped, with what was paid and filed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from meguri import vocabulary
from meguri.engine import time
from meguri.engine.parameters import Setting
from meguri.engine.world import World
from meguri.model.member import opened_world

from ..conftest import small_request


@dataclass
class Log:
    """What was paid (flow, payer, payee, amount, contract, quarter) and filed (records with their quarter)."""

    flows: list[dict[str, np.ndarray]] = field(default_factory=list)
    filed: list[tuple[int, dict[str, np.ndarray]]] = field(default_factory=list)

    def paid(self, flow: str) -> dict[str, np.ndarray]:
        """Return the payments of a flow by column."""
        code = vocabulary.code("flows", flow)
        rows = [{name: part[name][part["flow"] == code] for name in part} for part in self.flows]
        return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}

    def records(self, act: str) -> dict[str, np.ndarray]:
        """Return the records of an act by column, with their quarter ``t``."""
        code = vocabulary.code("acts", act)
        found = [(t, row) for t, row in self.filed if len(row["act"]) and row["act"][0] == code]
        names = ("actor", "counterparty", "contract", "value")
        columns = {name: np.concatenate([np.zeros(0, np.int64), *(row[name] for _, row in found)]) for name in names}
        return columns | {"t": np.concatenate([np.zeros(0, np.int64), *(np.full(len(r["act"]), t) for t, r in found)])}


def whole_world(seed=1, scale=0.03, institutions=(), choices=None, last="2024Q4", **settings) -> World:
    """Return a small Japan that opened as the baseline and goes on with other numbers (``mechanism__name``) or choices.

    All worlds of a seed and scale share one burn-in.
    """
    plain = small_request(last=last, scale=scale)
    asked = replace(plain, scenario=replace(plain.scenario, institutions=tuple(institutions), choices=choices or {}))
    named = {name.replace("__", "."): value for name, value in settings.items()}
    asked = replace(asked, settings=tuple(Setting(name, value, "test") for name, value in named.items()))
    world = opened_world(plain.base, asked.resolved, asked.span, seed, scale, {})
    world.choices |= asked.choices
    return world


def run(world: World, last: str) -> Log:
    """Step until ``last`` is done."""
    log = Log()
    while world.t <= time.quarter(last):
        t = world.t
        flows, records = world.step()
        log.flows.append({**flows, "t": np.full(len(flows["flow"]), t)})
        log.filed += [(t, row) for row in records]
    return log
