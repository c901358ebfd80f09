"""What becomes of founders who succeeded: some invest as angels, some join those who manage funds (loop B3).

When a company is listed or sold, its founder may become an angel investor or a partner of a fund manager for some
years. With more angels there are more rounds that angels pay and more rounds without funds at all; with more partners
more first-time managers raise a fund. Both are measured against the opening, beside the angels and partners who never
founded a company: at the opening they change nothing. Those who found again stand in ``entry``. Switches: ``angels``,
``managers``.
"""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import uniform
from meguri.engine.contract import Choice, LoopSwitch, Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.tables import Column, ObjectTable

_NOTHING, _ANGEL, _MANAGER = 0, 1, 2


@kernel
def careers(ids, angel, manager, key, chosen):
    """Decide what each successful founder becomes: 1 an angel, 2 a partner of a fund manager, 0 neither."""
    for i in range(len(ids)):
        u = uniform(key, ids[i], 0)
        chosen[i] = 1 if u < angel else (2 if u < angel + manager else 0)


def relative(now: float, opening: float, others: float) -> float:
    """Return how many there are now over the opening, ``others`` of other origin counted in both."""
    return (others + now) / (others + opening) if others + opening > 0.0 else 1.0


def open(world, p) -> None:
    """Open the memory: nobody yet."""
    world.founder_memory.add(np.array([1]), angel_factor=1.0, manager_factor=1.0)


def step(world, p) -> None:
    """Add the quarter's successful founders, forget those who retire, and set the factors."""
    startup, memory, t = world.startup, world.founder_memory, world.t
    sold = (startup.ended == t) & ~startup.closing
    rows = np.flatnonzero(startup.visible & (sold | ((startup.listed_since == t) & (startup.status > 0))))
    chosen = np.zeros(len(rows), np.int64)
    careers(startup.id[rows], p.become_angel, p.become_manager, world.key("founder_recycling.career"), chosen)
    for act, what in (("founder_to_angel", _ANGEL), ("founder_to_manager", _MANAGER)):
        world.record(act, startup.id[rows[chosen == what]], value=1)
    stay = 1.0 - 1.0 / (4.0 * p.years_active)
    memory.angels[0] = stay * memory.angels[0] + (chosen == _ANGEL).sum()
    memory.managers[0] = stay * memory.managers[0] + (chosen == _MANAGER).sum()
    _factors(world, p)


def _factors(world, p) -> None:
    memory = world.founder_memory
    opened = memory.opened[0] > 0
    angels = relative(memory.angels[0], memory.opening_angels[0], p.other_angels * world.scale)
    managers = relative(memory.managers[0], memory.opening_managers[0], p.other_managers * world.scale)
    memory.angel_factor[0] = angels if opened and world.choices["founder_recycling.angels"] == "on" else 1.0
    memory.manager_factor[0] = managers if opened and world.choices["founder_recycling.managers"] == "on" else 1.0


def rescale(world, p) -> None:
    """The numbers of the opening are the reference."""
    memory = world.founder_memory
    memory.opening_angels[:] = memory.angels
    memory.opening_managers[:] = memory.managers
    memory.opened[:] = 1


def _column(name: str, dtype: str, ja: str, en: str, unit: str = "", fill: float = 0) -> Column:
    return Column("founder_memory", name, dtype, ja, en, unit, fill)


mechanism = Mechanism(
    id="founder_recycling",
    ja="成功した創業者の循環（エンジェル・ファンド運営者）",
    en="recycling of successful founders (angels, fund managers)",
    phase="market",
    since="1992Q1",
    formula="angels' = (1 - 1/T) angels + a x successes; factor = (others + angels) / (others + angels at the opening)",
    references=("Kaplan and Lerner 2010 (Journal of Applied Corporate Finance)",),
    reads=("startup.closing", "startup.visible", "startup.listed_since", "startup.status"),
    tables=(ObjectTable("founder_memory", "成功した創業者の記憶", "memory of successful founders", 1),),
    owns=(
        _column("angels", "float64", "創業者出身のエンジェル", "angels who founded a company", "person"),
        _column("managers", "float64", "創業者出身のファンド運営者", "partners who founded a company", "person"),
        _column("opening_angels", "float64", "同（開始時）", "angels at the opening", "person"),
        _column("opening_managers", "float64", "同（開始時）", "partners at the opening", "person"),
        _column("opened", "int8", "開始済み", "a run has opened"),
        _column("angel_factor", "float64", "エンジェルの数（開始時比）", "angels over the opening", "ratio", 1.0),
        _column("manager_factor", "float64", "運営者の数（開始時比）", "partners over the opening", "ratio", 1.0),
    ),
    loops=(LoopSwitch("B3", "angels", "off", "on"), LoopSwitch("B3", "managers", "off", "on")),
    choices=(
        Choice("angels", "成功した創業者がエンジェルになる（循環B3）", "founders become angels (loop B3)",
               ("on", "off")),
        Choice("managers", "成功した創業者がファンド運営者になる（循環B3）", "founders become fund managers (loop B3)",
               ("on", "off")),
    ),
    open=open,
    step=step,
    rescale=rescale,
)  # fmt: skip
