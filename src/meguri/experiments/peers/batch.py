"""Many members of the funding market alone: meguri's threads beside the processes of Mesa's ``batch_run``."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from meguri.experiments.peers.export import keys
from meguri.experiments.peers.ours import Ours
from meguri.experiments.peers.quarter import Quarter
from meguri.experiments.peers.timing import Row, row, seconds


def ours(quarter: Quarter, members: int, quarters: int, workers: int) -> tuple[int, int]:
    """Return (looks, offers) of all members; a member searches each quarter with other keys, on the same state."""

    def member(seed: int) -> tuple[int, int]:
        market, looks, offers = Ours(quarter), 0, 0
        for later in range(quarters):
            market.keys = keys(seed, quarter.t + later)
            found = market.search()
            looks, offers = looks + found.looks, offers + len(found.fund)
        return looks, offers

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(member, range(members)))
    return sum(looks for looks, _ in found), sum(offers for _, offers in found)


def mesa(path: Path, members: int, quarters: int, workers: int) -> tuple[int, int]:
    """Return (looks, offers) of all members by ``batch_run``; ``path`` holds the quarter."""
    method = multiprocessing.get_start_method(allow_none=True)
    from mesa.batchrunner import batch_run

    from meguri.experiments.peers.mesa_peer import MarketModel

    try:
        found = batch_run(
            MarketModel, {"quarter": str(path), "seed": list(range(members))}, number_processes=workers,
            data_collection_period=1, max_steps=quarters - 1, display_progress=False,
        )  # fmt: skip
    finally:  # importing batchrunner sets how the whole process starts others
        multiprocessing.set_start_method(method, force=True)
    found = [line for line in found if line["looks"] is not None]
    return sum(line["looks"] for line in found), sum(line["offers"] for line in found)


def rows(
    quarter: Quarter, path: Path, repeats: int, members: int, quarters: int, workers: int, tick: Callable[[], None]
) -> list[Row]:
    """Return the row of ``funding_market_batch``: the same members, quarters, and threads or processes."""
    mine, theirs = [], []
    for _ in range(repeats):
        mine.append(seconds(lambda: ours(quarter, members, quarters, workers)))
        theirs.append(seconds(lambda: mesa(path, members, quarters, workers)))
        tick()
    return [row("funding_market_batch", "mesa_batch_run", mine, theirs)]
