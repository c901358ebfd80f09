"""A country with start-ups that stand still, programme managers, SBIR and procurement only, for tests."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine import time
from meguri.engine.contract import Mechanism
from meguri.engine.parameters import Setting, specifications
from meguri.engine.resolver import Resolver
from meguri.engine.tables import Column
from meguri.engine.world import World
from meguri.mechanisms import links, procurement, programme_managers, sbir
from meguri.model.layers import pack_settings
from meguri.packs import load_pack

MODULES = (links, programme_managers, sbir, procurement)
FIELD = vocabulary.code("fields", "space")
_COLUMNS = {
    "status": "uint8", "closing": "bool", "trl": "uint8", "belief_mean": "float64", "belief_variance": "float64",
    "burn": "int64", "dormant": "bool", "vc_backed": "bool", "news": "bool", "revenue": "int64",
}  # fmt: skip
_STANDING = Mechanism(
    id="standing", ja="", en="", phase="operation", since="1992Q1", step=lambda world, p: None,
    owns=(*(Column("startup", name, dtype, "", "") for name, dtype in _COLUMNS.items()),
          Column("startup", "visible", "bool", "", "", fill=1), Column("firm", "sales", "int64", "", "")),
)  # fmt: skip
#: One manager of all fields, a sharp panel, no chance in who applies, and nothing that adds to the award.
PLAIN = {
    "programme_managers.managers": 1, "programme_managers.breadth": 18, "programme_managers.precision_spread": 0.0,
    "sbir.apply": 1.0, "sbir.fit_weight": 0.0, "sbir.panel_noise": 1.0, "programme_managers.precision": 10.0,
    "sbir.business_bar": -1.0, "sbir.gate_noise": 0.0, "sbir.investor_matching": 0.0, "sbir.company_matching": 0.0,
    "procurement.budget": 0.0,
}  # fmt: skip


def small_world(startups=(), first: str = "2022Q1", settings: dict | None = None, seed: int = 1,
                choices: dict[str, str] | None = None, firms: int = 0) -> World:
    """Return a world in ``first`` with the given start-ups: dicts of columns (id from 1001 in their order)."""
    mechanisms = [module.mechanism for module in MODULES]
    specs = [spec for mechanism in mechanisms for spec in specifications(mechanism.id)]
    ours = {mechanism.id for mechanism in mechanisms}
    pack = load_pack("JP")
    resolver = Resolver(specs, pack, time.quarter(first), time.quarter("2030Q1"))
    for setting in pack_settings(pack):
        if setting.id.split(".")[0] in ours:
            resolver.set(setting)
    for identifier, value in {**PLAIN, **(settings or {})}.items():
        resolver.set(Setting(identifier, value, "test"))
    world = World([*mechanisms, _STANDING], resolver.resolve(), seed, 1.0, choices)
    world.t = time.quarter(first)
    sbir.open_(world, None)
    cls = vocabulary.code("classes", "startup_independent")
    for n, values in enumerate(startups):
        world.startup.add(np.array([1001 + n]), **{"cls": cls, "field": FIELD, "region": 13, "founded": world.t - 4,
                                                   "trl": 3, "belief_variance": 1.0, **values})  # fmt: skip
    if firms:
        ids = np.arange(2001, 2001 + firms)
        world.firm.add(ids, cls=vocabulary.code("classes", "large_firm"), field=FIELD, founded=1, sales=10**10)
    world.log = []
    return world


def run(world: World, last: str, each=None) -> list[dict[str, np.ndarray]]:
    """Step until ``last`` is done; ``each(world)`` is called before a quarter. Returns the paid flows by quarter."""
    paid = []
    while world.t <= time.quarter(last):
        if each is not None:
            each(world)
        t = world.t
        flows, records = world.step()
        paid.append(flows | {"t": np.full(len(flows["flow"]), t)})
        world.log += [(t, record) for record in records]
    return paid


def filed(world: World, act: str) -> list[tuple[int, int, int, int, int, str]]:
    """Return (quarter, actor, counterparty, contract, value, reason) of the records of an act so far."""
    wanted, found = vocabulary.code("acts", act), []
    for t, record in world.log:
        for n in np.flatnonzero(record["act"] == wanted):
            numbers = (int(record[name][n]) for name in ("actor", "counterparty", "contract", "value"))
            found.append((t, *numbers, str(record["reason"][n])))
    return found


def payments(paid: list[dict[str, np.ndarray]], flow: str) -> list[tuple[int, int, int]]:
    """Return (quarter, contract, yen) of the payments of a flow."""
    wanted = vocabulary.code("flows", flow)
    return [(int(flows["t"][n]), int(flows["contract"][n]), int(flows["amount"][n]))
            for flows in paid for n in np.flatnonzero(flows["flow"] == wanted)]  # fmt: skip
