"""One quarter of start-up progress and of the funding market as plain arrays: what every peer is given.

A quarter is taken from a real world (:mod:`meguri.experiments.peers.export`) and can lie in a file, so that a peer
can compute it in a process that knows neither the model nor its compiler.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol

import numpy as np


@dataclass
class Quarter:
    """The state at the opening of quarter ``t``, and the rules (money in yen, rates a quarter).

    ``startup``, ``fund``: columns by name. ``progress``, ``search``, ``prices``: numbers of the rules by name.
    ``manager_id``: ids; ``deals[manager, prefecture]``: earlier deals, whose weight is looked up in ``ties``.
    ``closeness[a, b]``: weight of prefecture b seen from a (codes). ``counts``: looks that each fund takes.
    ``keys``: of chance, by decision. ``sizes``: numbers of fields, prefectures and groups.
    """

    t: int
    startup: SimpleNamespace
    fund: SimpleNamespace
    manager_id: np.ndarray
    deals: np.ndarray
    progress: SimpleNamespace
    search: SimpleNamespace
    prices: SimpleNamespace
    closeness: np.ndarray
    ties: np.ndarray
    counts: np.ndarray
    keys: SimpleNamespace
    sizes: SimpleNamespace

    def copy(self) -> Quarter:
        """Return a copy whose start-ups can be changed; what is only read is shared."""
        shared = {field.name: getattr(self, field.name) for field in fields(self)}
        return Quarter(**{**shared, "startup": deepcopy(self.startup)})

    def save(self, path: Path) -> None:
        """Write the quarter as a NumPy archive."""
        flat: dict[str, Any] = {}
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if isinstance(value, SimpleNamespace):
                flat |= {f"{name}/{key}": item for key, item in vars(value).items()}
            else:
                flat[name] = value
        np.savez(path, **flat)

    @classmethod
    def load(cls, path: Path) -> Quarter:
        """Return the quarter that :meth:`save` wrote."""
        found: dict[str, Any] = {}
        with np.load(path, allow_pickle=False) as saved:
            for name in saved.files:
                value = saved[name]
                first, _, second = name.partition("/")
                item = value if value.ndim else (value[()] if value.dtype == np.uint64 else value.item())
                if second:
                    found.setdefault(first, SimpleNamespace())
                    setattr(found[first], second, item)
                else:
                    found[first] = item
        return cls(**found)


class Offers(NamedTuple):
    """What the funding market of a quarter comes to, one row an offer, in the order of the funds' looks.

    ``fund``, ``startup``: rows; ``belief``: log potential; ``price``: post-money value in yen.
    """

    fund: np.ndarray
    startup: np.ndarray
    belief: np.ndarray
    price: np.ndarray
    looks: int


class Peer(Protocol):
    """One way to compute a quarter; building it from a quarter is not timed."""

    def __init__(self, quarter: Quarter) -> None: ...

    def progress(self) -> None:
        """Move the start-ups through one quarter of development, revenue, payments and survival."""

    def search(self) -> Offers:
        """Let the funds look for start-ups and list their offers."""

    def startups(self) -> dict[str, np.ndarray]:
        """Return :data:`CHANGED` columns of the living start-ups, in the order of the quarter's rows."""


#: What progress changes of a start-up.
CHANGED = ("trl", "failures", "potential", "belief_mean", "belief_variance", "signals", "news", "market_since",
           "milestone", "revenue", "burn", "employees", "dormant", "closing")  # fmt: skip


def living(quarter: Quarter, startup: SimpleNamespace) -> dict[str, np.ndarray]:
    """Return the :data:`CHANGED` columns of the start-ups that had not ended at the opening."""
    alive = quarter.startup.ended == 0
    return {name: getattr(startup, name)[alive] for name in CHANGED}
