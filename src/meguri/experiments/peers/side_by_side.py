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
from meguri.experiments.peers.timing import Row, row, seconds

#: Peers beside C, in the order of the rows: (peer, module, class).
LIBRARIES = (("numpy", "numpy_peer", "NumPy"), ("mesa", "mesa_peer", "Mesa"), ("agentpy", "agentpy_peer", "AgentPy"))
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

    Where Mesa is there, ``funding_market_stable`` times it with clocks keyed as declared. ``tick`` is called after
    each repeat.
    """
    timed: dict[str, type[Peer]] = {"": Ours, **kinds}
    if "mesa" in kinds:
        timed["stable"] = import_module("meguri.experiments.peers.mesa_peer").MesaKeyed
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in timed}
    for kind in timed.values():
        _once(kind, quarter)
    for _ in range(repeats):
        for name, kind in timed.items():
            runs = SHORT_RUNS if name in ("", "c", "numpy") else 1
            found = np.median([_once(kind, quarter) for _ in range(runs)], axis=0)
            times[name].append((float(found[0]), float(found[1])))
        tick()
    parts = {name: np.array(values).T for name, values in times.items()}
    ours, keyed = parts.pop(""), parts.pop("stable", None)
    found_rows = []
    for peer, theirs in parts.items():
        found_rows += [
            row("startup_progress", peer, ours[0], theirs[0]),
            row("funding_market", peer, ours[1], theirs[1]),
            row("market_quarter", peer, ours.sum(axis=0), theirs.sum(axis=0)),
        ]
    if keyed is not None:
        found_rows.append(row("funding_market_stable", "mesa", ours[1], keyed[1]))
    return found_rows


def _once(kind: type[Peer], quarter: Quarter) -> tuple[float, float]:
    """Return the times of progress and of search on a fresh copy of the quarter; earlier copies are collected."""
    gc.collect()
    peer = kind(quarter)
    return seconds(peer.progress), seconds(peer.search)
