"""A small country with the research side only, for tests: no start-ups, no funds."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine import time
from meguri.engine.contract import Mechanism
from meguri.engine.parameters import Dose, Setting, specifications
from meguri.engine.requests import empty
from meguri.engine.resolver import Resolver
from meguri.engine.tables import Column
from meguri.engine.world import World
from meguri.mechanisms import (
    creation_cycle,
    economy,
    firm_population,
    firm_research,
    firm_search,
    government_funding,
    hubs,
    inventor_choice,
    joint_research,
    licensing,
    links,
    patents,
    product_market,
    size_classes,
    standards,
    taxes,
    university_population,
    university_research,
)  # fmt: skip
from meguri.model.layers import pack_settings
from meguri.packs import load_pack

MODULES = (
    economy, links, hubs, university_population, firm_population, government_funding, university_research,
    inventor_choice, licensing, creation_cycle, firm_research, firm_search, joint_research, patents, product_market,
    size_classes, standards, taxes,
)  # fmt: skip
FIRST, LAST = "2005Q4", "2010Q1"
FIRMS = [vocabulary.code("classes", name) for name in ("large_firm", "mid_firm", "small_firm")]
#: Stands in for the start-ups, whose revenue licensing reads, and whose spending patents do.
_START_UPS = Mechanism(
    id="no_start_ups", ja="", en="", phase="exogenous", since="1992Q1", step=lambda world, p: None,
    owns=(Column("startup", "revenue", "int64", "", ""), Column("startup", "burn", "int64", "", ""),
           Column("startup", "university", "int32", "", "", fill=-1)),
)  # fmt: skip


def code(table: str, identifier: str) -> int:
    return vocabulary.code(table, identifier)


def small_world(
    seed: int = 1,
    scale: float = 0.02,
    settings: dict | None = None,
    doses: tuple[Dose, ...] = (),
    choices: dict[str, str] | None = None,
) -> World:
    """Return a small Japan in the quarter before the research side opens."""
    mechanisms = [module.mechanism for module in MODULES]
    specs = [spec for mechanism in mechanisms for spec in specifications(mechanism.id)]
    ours = {mechanism.id for mechanism in mechanisms}
    pack = load_pack("JP")
    resolver = Resolver(specs, pack, time.quarter("1992Q1"), time.quarter(LAST))
    for setting in pack_settings(pack):
        if setting.id.split(".")[0] in ours:
            resolver.set(setting)
    for identifier, value in (settings or {}).items():
        resolver.set(Setting(identifier, value, "test"))
    for dose in doses:
        resolver.dose(dose)
    world = World([*mechanisms, _START_UPS], resolver.resolve(), seed, scale, choices)
    while world.t < time.quarter(FIRST):
        world.step()
    return world


def run(world: World, last: str) -> dict[str, np.ndarray]:
    """Step until ``last`` is done; return all flows with their quarter and the classes of payer and payee."""
    parts: list[dict[str, np.ndarray]] = []
    while world.t <= time.quarter(last):
        t = world.t
        flows, records = world.step()
        account_class = world.accounts.account_class
        flows |= {"t": np.full(len(flows["flow"]), t), "from": account_class[flows["payer"]],
                  "to": account_class[flows["payee"]]}  # fmt: skip
        parts.append(flows)
        world.log = getattr(world, "log", []) + list(records)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def total(flows: dict[str, np.ndarray], *names: str, since: str = "1992Q1", payers: list[int] | None = None) -> int:
    """Return the sum of flows (yen) from a quarter on, of payers of some classes."""
    wanted = np.isin(flows["flow"], [vocabulary.code("flows", name) for name in names])
    wanted &= flows["t"] >= time.quarter(since)
    if payers is not None:
        wanted &= np.isin(flows["from"], payers)
    return int(flows["amount"][wanted].sum())


def filed(world: World, act: str) -> list[dict[str, np.ndarray]]:
    """Return the records of an act so far."""
    wanted = vocabulary.code("acts", act)
    return [record for record in world.log if len(record["act"]) and record["act"][0] == wanted]


def asked(buffer) -> list[tuple[str, int, int, int]]:
    """Return (flow, payer, payee, amount) of what waits in a request buffer."""
    flows = vocabulary.table("flows").ids
    columns = (buffer.flow, buffer.payer, buffer.payee, buffer.amount)
    return [
        (flows[flow - 1], int(payer), int(payee), int(amount))
        for flow, payer, payee, amount in zip(*(column[: _used(buffer)] for column in columns), strict=True)
    ]


def _used(buffer) -> int:
    return int(buffer.rows[0])


def buffer_of(capacity: int = 50):
    return empty(capacity)
