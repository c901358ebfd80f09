"""Peak memory of one quarter, each peer in a process of its own: ``python -m meguri.experiments.peers.memory``."""

from __future__ import annotations

import subprocess
import sys
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
