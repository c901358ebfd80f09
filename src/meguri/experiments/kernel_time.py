"""How long compiled kernels work: what a call from Python spends in them, and how much is left outside.

Numba's dispatcher is a Python class whose calls are made in C. While the time is taken its ``__call__`` is replaced by
one that looks at the clock before and after; kernels that kernels call are compiled into one another and pass by it,
so that nothing is counted twice. A call counts from the moment its arguments are handed over: sorting out their types
(some microseconds) is part of it. Being timed costs a call about 0.8 microseconds, nearly all of them outside what is
counted, and slows down nothing else in the process, as a profiler's hook would.

Only on one thread does a kernel time mean something: with a second at work a call would include its wait for the
interpreter lock. Calls of other threads than the one that asks are not counted.
"""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from numba.core.dispatcher import Dispatcher


@dataclass
class KernelTime:
    """Time in kernels (s) and number of their calls from Python, since the beginning."""

    seconds: float = 0.0
    calls: int = 0


@contextmanager
def kernel_time() -> Iterator[KernelTime]:
    """Take the time that this thread spends in compiled kernels inside the ``with`` block."""
    found, mine, compiled = KernelTime(), threading.get_ident(), Dispatcher.__call__

    def timed(self, *args, **kwargs):
        if threading.get_ident() != mine:
            return compiled(self, *args, **kwargs)
        begin = clock.perf_counter()
        try:
            return compiled(self, *args, **kwargs)
        finally:
            found.seconds += clock.perf_counter() - begin
            found.calls += 1

    Dispatcher.__call__ = timed  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        Dispatcher.__call__ = compiled  # type: ignore[method-assign]


def seconds_in_kernels(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long ``work`` takes and how much of that it spends in kernels (s); all must be compiled already."""
    begin = clock.perf_counter()
    with kernel_time() as inside:
        work()
    return clock.perf_counter() - begin, inside.seconds
