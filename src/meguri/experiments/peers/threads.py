"""The kernels of a quarter for several members, on two threads and on one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from meguri.experiments.peers.ours import Ours
from meguri.experiments.peers.quarter import Quarter
from meguri.experiments.peers.timing import Row, row, seconds

MEMBERS = 8
QUARTERS = 10


def rows(quarter: Quarter, repeats: int, tick: Callable[[], None]) -> list[Row]:
    """Return the row of ``two_threads``: its ``peer_s`` is the time on one thread, its ratio the gain."""
    two, one = [], []
    for _ in range(repeats):
        two.append(_time(quarter, 2))
        one.append(_time(quarter, 1))
        tick()
    return [row("two_threads", "", two, one)]


def _time(quarter: Quarter, threads: int) -> float:
    """Return the time of all members' progress and search (s); making the members is not timed."""
    members = [Ours(quarter) for _ in range(MEMBERS)]

    def run(member: Ours) -> None:
        for _ in range(QUARTERS):
            member.progress()
            member.search()

    with ThreadPoolExecutor(threads) as pool:
        return seconds(lambda: list(pool.map(run, members)))
