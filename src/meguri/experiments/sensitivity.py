"""Sensitivity of indicators to parameters: a design of points becomes an ordinary run, its members the indices.

All points have the same seeds (common random numbers), so that most of chance cancels between them; the analysis is of
the mean over seeds, and says how much chance is left in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from meguri.engine.parameters import Parameter
from meguri.errors import InputError, unknown
from meguri.experiments import sensitivity_design as designs
from meguri.experiments.sensitivity_effects import effects_of, screening, squares
from meguri.experiments.sensitivity_indices import indices
from meguri.experiments.sensitivity_influence import shares
from meguri.experiments.sensitivity_quantities import Quantity, values_of
from meguri.model.draws import Draws
from meguri.model.prior import values_at
from meguri.model.request import MAX_MEMBERS, RunRequest

#: Trajectories of Morris, rows of the design of Sobol, and seeds at each point, where nothing is asked for.
TRAJECTORIES, POINTS, SEEDS = 10, 64, 2
#: What a table of indices is sorted by.
MAIN = {"morris": "mu_star", "sobol": "total"}


@dataclass(frozen=True)
class Study:
    """What is looked at (``quantities``), what is moved (``free``), where (``design``), and ``seeds`` at each point."""

    request: RunRequest
    free: tuple[Parameter, ...]
    quantities: tuple[Quantity, ...]
    design: designs.Design
    seeds: int

    @property
    def run(self) -> RunRequest:
        """The run of the design: every point is a draw, all draws share the same seeds."""
        ids = tuple(spec.id for spec in self.free)
        draws = Draws(self.design.name, ids, values_at(self.free, self.design.unit), "crossed")
        return replace(self.request, draws=draws, members=len(draws) * self.seeds, keep="indicators")


def study_of(
    request: RunRequest,
    quantities: tuple[Quantity, ...],
    free: tuple[Parameter, ...],
    method: str = "morris",
    size: int | None = None,
    seeds: int = SEEDS,
) -> Study:
    """Return the study of ``size`` trajectories (Morris) or rows (Sobol) with ``seeds`` seeds at each point.

    The design follows from the request's seed. Raises InputError for an unknown method, no free parameter, or a number
    that cannot be.
    """
    if method not in designs.METHODS:
        raise unknown("method", method, designs.METHODS, "--method")
    if not free:
        raise InputError(
            "no parameter is free to move; name some with --free", "動かす係数がありません。--free で指定してください"
        )
    if seeds < 1:
        raise InputError(f"--seeds {seeds} is too few; at least 1", f"--seeds {seeds} は少なすぎます（1以上）")
    morris = method == "morris"
    size = (TRAJECTORIES if morris else POINTS) if size is None else size
    members = size * (len(free) + (1 if morris else 2)) * seeds
    if members > MAX_MEMBERS:
        option = "--trajectories" if morris else "--points"
        raise InputError(
            f"{option} {size} with {len(free)} parameters and --seeds {seeds} would take {members} members; "
            f"at most {MAX_MEMBERS}",
            f"{option} {size}、係数{len(free)}個、--seeds {seeds} では{members}本の実行になります（"
            f"{MAX_MEMBERS}本まで）",
        )
    design = (designs.morris if morris else designs.sobol)(len(free), size, request.seed)
    return Study(request, free, quantities, design, seeds)


@dataclass(frozen=True)
class Indices:
    """What a study found: ``table`` for people, and the shares of each quantity's variance (quantities x parameters).

    ``table`` has one row a quantity and parameter, the largest first: indicator, place, period, parameter, ja, en; then
    mu, mu_star, low, high, sigma, noise (Morris, in the indicator's unit) or first, first_low, first_high, total,
    total_low, total_high, noise (Sobol, shares of the variance); share, effects (steps or rows used), unit.
    ``missing`` is the number of members without a value, by quantity.
    """

    table: pl.DataFrame
    share: np.ndarray
    missing: dict[str, int]


def analyse(study: Study, folder: Path) -> Indices:
    """Return what the finished run of a study says."""
    values = values_of(folder, study.quantities, len(study.design.unit), study.seeds)
    seed = study.request.seed
    if study.design.method == "morris":
        effects = effects_of(study.design, values)
        columns, total = screening(effects, seed), squares(effects)
    else:
        columns = indices(study.design, values, seed)
        total = columns["total"]
    share = shares(total)
    columns = {**{name: column for name, column in columns.items() if name != "effects"}, "share": share} | {
        "effects": columns["effects"]
    }
    missing = {str(quantity): int(np.isnan(of).sum()) for quantity, of in zip(study.quantities, values, strict=True)}
    frames = [_table(study, k, columns) for k in range(len(study.quantities))]
    return Indices(pl.concat(frames), share, missing)


def _table(study: Study, k: int, columns: dict[str, np.ndarray]) -> pl.DataFrame:
    quantity = study.quantities[k]
    frame = pl.DataFrame(
        {
            "parameter": [spec.id for spec in study.free],
            "ja": [spec.ja for spec in study.free],
            "en": [spec.en for spec in study.free],
            **{name: column[k] for name, column in columns.items()},
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None), pl.col("effects").cast(pl.Int64))
    names = [pl.lit(getattr(quantity, name)).alias(name) for name in ("indicator", "place", "period")]
    unit = pl.lit(quantity.unit if study.design.method == "morris" else "share").alias("unit")
    order = [MAIN[study.design.method], "parameter"]
    return frame.sort(order, descending=[True, False], nulls_last=True).select(*names, pl.all(), unit)
