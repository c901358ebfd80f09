"""The world of a calibration: designs become ordinary runs on the shelf, and their members the targets' values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from meguri.calibrate.study import Design
from meguri.calibrate.targets import Target
from meguri.engine.parameters import Parameter
from meguri.ledger import store
from meguri.model.draws import Draws
from meguri.model.prior import values_at
from meguri.model.request import RunRequest


@dataclass(frozen=True)
class Simulated:
    """Runs designs of ``free`` parameters in the world of ``request``.

    ``run`` runs a request and returns its folder: with progress on the command line, resumed where it was interrupted,
    and found where it is on the shelf.
    """

    request: RunRequest
    free: tuple[Parameter, ...]
    targets: tuple[Target, ...]
    run: Callable[[RunRequest], Path]

    def __call__(self, design: Design) -> np.ndarray:
        """Return the targets' values: points x seeds x targets, NaN where a run gave none."""
        folder = self.run(self.request_of(design))
        return values_of(folder, self.targets, len(design.unit), design.seeds)

    def request_of(self, design: Design) -> RunRequest:
        """Return the run of a design: one draw a point, every member with a seed of its own."""
        ids = tuple(spec.id for spec in self.free)
        draws = Draws(f"calibration, {design.name}", ids, values_at(self.free, design.unit), "nested")
        members = len(draws) * design.seeds
        return replace(self.request, draws=draws, members=members, seed=design.first_seed, keep="indicators")


def values_of(folder: Path, targets: Sequence[Target], points: int, seeds: int) -> np.ndarray:
    """Return points x seeds x targets from the members of a run: member ``m`` is seed ``m // points`` of its point."""
    places = {(target.indicator, target.place, target.period): k for k, target in enumerate(targets)}
    wanted = pl.DataFrame(list(places), schema=["indicator", "place", "period"], orient="row")
    values = np.full((points, seeds, len(targets)), np.nan)
    members = store.read(folder, "members").join(wanted, on=["indicator", "place", "period"])
    for row in members.iter_rows(named=True):
        seed, point = divmod(row["member"], points)
        values[point, seed, places[row["indicator"], row["place"], row["period"]]] = row["value"]
    return values
