"""The programme of hub cities: small support to young start-ups there, and demonstrations in the city.

Local governments of hub cities pay a budget in awards of one size to start-ups that have no outside equity yet; who
gets one is drawn by a key. A start-up whose product is far enough is shown in the city (a demonstration field), which
everybody sees as one signal. What the programme does for the hub as a whole, the level of meetings and of founding,
stands in ``hubs``. Without a budget nothing happens.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, uniform
from meguri.engine.choice import by_priority
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel, kernel_without_memory
from meguri.engine.requests import request
from meguri.mechanisms._views import startups
from meguri.mechanisms.startup_operation import learn

_SUPPORT = vocabulary.code("flows", "hub_support")
_BILLION, _MILLION = 1_000_000_000, 1_000_000


@kernel
def eligible(view, level, young, t, rows):
    """List the start-ups of hub cities that are young and without outside equity; returns how many."""
    used = 0
    for i in range(len(view.id)):
        if view.ended[i] != 0 or view.status[i] != 0 or view.closing[i] or not view.visible[i] or view.funded[i]:
            continue
        if t - view.founded[i] < young and level[view.region[i] - 1] > 0.0:
            rows[used] = i
            used += 1
    return used


@kernel_without_memory
def support(buffer, view, rows, size, term, payer, offset, contracts, least_trl, noise, key, shown):
    """Ask for an award (yen) to each row, spent over ``term`` quarters; show those whose product is far enough."""
    count = 0
    for k in range(len(rows)):
        i = rows[k]
        request(buffer, _SUPPORT, payer, offset + i, size, contracts[k], view.field[i], 0, view.region[i])
        view.burn[i] += size // term
        if view.trl[i] >= least_trl:
            learn(view, i, noise, key)
            shown[count] = i
            count += 1
    return count


def step(world, p) -> None:
    """Spend the quarter's budget."""
    budget = p.support_budget * _BILLION / 4.0 * world.scale * world.link("government_startup")
    if budget <= 0.0:
        return
    view, size = startups(world), int(p.support_size * _MILLION)
    rows = np.empty(world.startup.n, np.int64)
    rows = rows[: eligible(view, world.hub.level, p.support_young, world.t, rows)]
    key = world.key("hub_programme.order")
    wanted = int(budget / size + uniform(world.key("hub_programme.rest"), 0, 0))
    rows = by_priority(rows, np.zeros(world.startup.n), view.id, key)[:wanted]
    contracts = births(view.id[rows], world.key("hub_programme.contract"), np.zeros(len(rows), np.int64))
    shown = np.empty(len(rows), np.int64)
    count = support(world.requests, view, rows, size, int(p.support_term), world.sector("local_government"),
                    world.startup.offset, contracts, p.demonstration_trl, p.signal_noise,
                    world.key("hub_programme.signal"), shown)
    world.record("hub_support", view.id[rows], contract=contracts, value=size)
    world.record("demonstration", view.id[shown[:count]])


mechanism = Mechanism(
    id="hub_programme",
    ja="拠点都市の支援事業",
    en="programme of hub cities",
    phase="grants",
    since="2006Q1",
    formula="awards = budget / size, to young start-ups of hub cities without outside equity, in keyed order",
    references=("内閣府「スタートアップ・エコシステム拠点都市」2020年7月選定",),
    reads=("hub.level", "startup.closing", "startup.funded", "startup.status", "startup.visible", "startup.trl",
           "startup.potential"),
    changes=("startup.burn", "startup.belief_mean", "startup.belief_variance", "startup.signals", "startup.news"),
    parameters_of=("hubs", "startup_operation"),
    flows=("hub_support",),
    step=step,
)
