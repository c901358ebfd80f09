"""Peak memory of one quarter, each peer in a process of its own: ``python -m meguri.experiments.peers.memory``."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import numpy as np

from meguri.experiments.peers.quarter import Quarter
from meguri.experiments.peers.timing import Row

MODULES = {
    "": ("ours", "Ours"),
    "c": ("c_peer", "C"),
    "numpy": ("numpy_peer", "NumPy"),
    "mesa": ("mesa_peer", "Mesa"),
    "agentpy": ("agentpy_peer", "AgentPy"),
}


def rows(
    path: Path, peers: Iterable[str], repeats: int, tick: Callable[[], None]
) -> tuple[list[Row], dict[str, float]]:
    """Return rows of ``peak_memory`` (a ratio without times), and the medians in MiB by peer ('meguri': ours).

    ``low`` and ``high`` are the least and the largest ratio of a repeat.
    """
    names = ["", *peers]
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            found[name].append(_measured(path, name))
        tick()
    medians = {name: float(np.median(values)) for name, values in found.items()}
    ratios = {name: np.array(found[name]) / np.array(found[""]) for name in names[1:]}
    table = [
        {"case": "peak_memory", "peer": name, "ours_s": None, "peer_s": None, "low": float(values.min()),
         "high": float(values.max()), "ratio": medians[name] / medians[""]}
        for name, values in ratios.items()
    ]  # fmt: skip
    return table, {name or "meguri": round(value, 1) for name, value in medians.items()}


def peak_mebibytes() -> float:
    """Return the largest resident set of this process so far (MiB).

    Linux counts a process's ``ru_maxrss`` from its parent's size on; the high-water mark of its own memory does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


class Peak:
    """The largest memory (MiB) that this process and its children hold together inside a ``with`` block.

    They are asked five times a second; memory that several share counts once (Linux only, elsewhere 0).
    """

    def __init__(self) -> None:
        self.mebibytes = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self._watch.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            self.mebibytes = max(self.mebibytes, sum(map(_proportional, _family(os.getpid()))))


def _family(process: int) -> list[int]:
    """Return a process and all that it has started, directly or not."""
    found = [process]
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [one for child in path.read_text().split() for one in _family(int(child))]
    return found


def _proportional(process: int) -> float:
    """Return the memory of a process, of what is shared its part (MiB); 0 where it has just ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _measured(path: Path, peer: str) -> float:
    order = [sys.executable, "-m", "meguri.experiments.peers.memory", peer, str(path)]
    return float(subprocess.run(order, check=True, capture_output=True, text=True).stdout)


def _main(peer: str, path: str) -> None:
    module, kind = MODULES[peer]
    made = getattr(import_module(f"meguri.experiments.peers.{module}"), kind)(Quarter.load(Path(path)))
    made.progress()
    made.search()
    print(peak_mebibytes())


if __name__ == "__main__":
    _main(*sys.argv[1:])
