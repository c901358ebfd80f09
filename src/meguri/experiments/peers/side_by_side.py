"""Start-up progress and the funding market of one quarter, by meguri and by each peer in turn."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from meguri.experiments.peers.c_peer import C, NoCompiler
from meguri.experiments.peers.ours import Ours
from meguri.experiments.peers.quarter import Peer, Quarter
from meguri.experiments.peers.timing import Row, processor_seconds, row

#: Peers beside C, in the order of the rows: (peer, module, class).
LIBRARIES = (("numpy", "numpy_peer", "NumPy"), ("mesa", "mesa_peer", "Mesa"), ("agentpy", "agentpy_peer", "AgentPy"))
#: Those of them whose agents draw from generators of their own.
AGENTS = ("mesa", "agentpy")
#: Runs in one repeat, of which the median counts, of what takes a millisecond or two.
SHORT_RUNS = 5


@dataclass(frozen=True)
class Missing:
    """A peer that cannot be timed here: ``extra`` is not installed, or the compiler's sentence."""

    peer: str
    sentence: str = ""


def peers(quarter: Quarter) -> tuple[dict[str, type[Peer]], list[Missing]]:
    """Return the peers that can be timed here, by name, and those that are missing."""
    found: dict[str, type[Peer]] = {}
    missing = []
    try:
        C(quarter)
        found["c"] = C
    except NoCompiler as error:
        missing.append(Missing("c", str(error)))
    for name, module, kind in LIBRARIES:
        try:
            found[name] = getattr(import_module(f"meguri.experiments.peers.{module}"), kind)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            missing.append(Missing(name))
    return found, missing


def rows(quarter: Quarter, kinds: dict[str, type[Peer]], repeats: int, tick: Callable[[], None]) -> list[Row]:
    """Return rows of ``startup_progress``, ``funding_market`` and both together, ``market_quarter``.

    ``funding_market_stable`` and ``market_quarter_stable`` time the libraries of agents with clocks keyed as declared.
    ``tick`` is called after each repeat.
    """
    timed: dict[tuple[str, str], type[Peer]] = {("", ""): Ours, **{(name, ""): kind for name, kind in kinds.items()}}
    for name, module, kind in LIBRARIES:
        if name in kinds and name in AGENTS:
            keyed = getattr(import_module(f"meguri.experiments.peers.{module}"), f"{kind}Keyed")
            timed[name, "_stable"] = keyed
    times: dict[tuple[str, str], list[tuple[float, float]]] = {which: [] for which in timed}
    for measured in timed.values():
        _once(measured, quarter)
    for _ in range(repeats):
        for which, measured in timed.items():
            runs = 1 if which[0] in AGENTS else SHORT_RUNS
            found = np.median([_once(measured, quarter) for _ in range(runs)], axis=0)
            times[which].append((float(found[0]), float(found[1])))
        tick()
    parts = {which: np.array(values).T for which, values in times.items()}
    ours = parts.pop(("", ""))
    found_rows = []
    for (peer, rule), theirs in parts.items():
        if not rule:
            found_rows.append(row("startup_progress", peer, ours[0], theirs[0]))
        found_rows.append(row(f"funding_market{rule}", peer, ours[1], theirs[1]))
        found_rows.append(row(f"market_quarter{rule}", peer, ours.sum(axis=0), theirs.sum(axis=0)))
    return found_rows


def _once(kind: type[Peer], quarter: Quarter) -> tuple[float, float]:
    """Return the processor times of progress and of search on a fresh copy; earlier copies are collected."""
    gc.collect()
    peer = kind(quarter)
    return processor_seconds(peer.progress), processor_seconds(peer.search)
