"""Who computes members: this process, others of this machine, or a cluster, behind one interface."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import polars as pl

from meguri.errors import InputError
from meguri.model.work import Work, compute

#: From so many members on it pays to start processes (some seconds each).
WORTH_PROCESSES = 8


class Workers(Protocol):
    """Computes pieces of work.

    ``at_once`` pieces are kept waiting or at work; each holds at most ``members_a_piece`` members.
    """

    members_a_piece: int

    @property
    def at_once(self) -> int:
        """Pieces that wait or are at work at once; it may change while a run goes on."""
        ...

    def submit(self, work: Work, tick: Callable[[int], None]) -> Future[list[pl.DataFrame]]:
        """Begin a piece of work; ``tick`` is told of finished quarters."""
        ...

    def close(self) -> None:
        """Let go of what waits, end what is at work, and free everything."""
        ...


class LocalWorkers:
    """Threads of this process; kernels release the interpreter lock."""

    members_a_piece = 1

    def __init__(self, jobs: int) -> None:
        self._threads = max(1, jobs)
        self._pool = ThreadPoolExecutor(max_workers=self._threads)

    @property
    def at_once(self) -> int:
        """One piece a thread."""
        return self._threads

    def submit(self, work: Work, tick: Callable[[int], None], folder: Path | None = None) -> Future[list[pl.DataFrame]]:
        """Begin a piece of work; with ``folder`` its ledger is written there."""
        return self._pool.submit(compute, work, folder, tick)

    def close(self) -> None:
        """Wait for the threads at work; what waits is let go."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def open_workers(on: str, jobs: int, members: int) -> Workers:
    """Return the workers of ``on``: ``local``, or the address of a dask scheduler such as ``tcp://host:8786``.

    Few members are computed by threads of this process; for more it pays to start processes.

    Raises InputError for anything else, for a scheduler that does not answer, and where the extra is missing.
    """
    if on == "local":
        if jobs > 1 and members >= WORTH_PROCESSES:
            from meguri.model.processes import ProcessWorkers

            return ProcessWorkers(min(jobs, members))
        return LocalWorkers(jobs)
    if on.startswith(("tcp://", "tls://")):
        from meguri.model.cluster import ClusterWorkers

        return ClusterWorkers(on)
    raise InputError(
        f"--on '{on}' is neither 'local' nor the address of a scheduler such as tcp://host:8786",
        f"--on「{on}」は、localでも、スケジューラーのアドレス（例：tcp://host:8786）でもありません",
    )
