"""One path from targets to a posterior: design, runs, emulators, what is not ruled out, next design, sampling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from meguri.calibrate.chance import chance_correlation
from meguri.calibrate.emulator import Emulator, fit
from meguri.calibrate.plausible import BINDS, CUT, Aim, Plausible, not_ruled_out, spread_out
from meguri.calibrate.sampling import Posterior, posterior
from meguri.calibrate.targets import Target
from meguri.engine.parameters import Parameter
from meguri.errors import InputError

#: Points of what is not ruled out that a next design chooses from, for each point of the design.
CHOICE = 10


@dataclass(frozen=True)
class Study:
    """What a calibration is asked for.

    ``free`` are the parameters with their priors, ``points`` the points of a wave's design, ``seeds`` the runs at each
    point (at least two: their spread is chance), ``waves`` the number of designs, ``draws`` the rows of the posterior
    table, ``checks`` how many of them are run to see what the posterior predicts, ``cut`` the implausibility above
    which a point is ruled out, ``candidates`` the points that a posterior is chosen from, ``bind`` whether a target
    binds one run (the default) or the mean of runs.
    """

    free: tuple[Parameter, ...]
    targets: tuple[Target, ...]
    points: int = 128
    seeds: int = 2
    waves: int = 2
    draws: int = 512
    checks: int = 64
    cut: float = CUT
    seed: int = 1
    candidates: int = 2**13
    bind: str = "run"

    def __post_init__(self) -> None:
        allowed = {"points": (8, 65536), "seeds": (2, 100), "waves": (1, 10), "draws": (1, 100_000)}
        for name, (low, high) in allowed.items():
            if not low <= getattr(self, name) <= high:
                raise InputError(
                    f"--{name} {getattr(self, name)} is outside {low} to {high}",
                    f"--{name} {getattr(self, name)} は範囲外です（{low}～{high}）",
                )
        if not 0 <= self.checks <= self.draws:
            raise InputError(
                f"--checks {self.checks} is outside 0 to the {self.draws} draws of the posterior",
                f"--checks {self.checks} は範囲外です（0から事後分布の行数{self.draws}まで）",
            )
        if not 0.0 < self.cut <= 100.0:
            raise InputError(
                f"--cut {self.cut:g} must be above 0 and at most 100",
                f"--cut {self.cut:g} は範囲外です（0より大きく100以下）",
            )
        if self.bind not in BINDS:
            raise InputError(
                f"--bind '{self.bind}' is unknown; allowed: run, mean",
                f"--bind「{self.bind}」は指定できません（使えるのは run、mean）",
            )
        if not self.free:
            raise InputError(
                "no parameter is free; name some with --free", "動かす係数がありません。--free で指定してください"
            )
        if not self.targets:
            raise InputError("there are no targets to calibrate to", "較正に使う目標値がありません")


@dataclass(frozen=True)
class Design:
    """Points of the prior's unit cube (points x parameters) to be run, each with ``seeds`` seeds from ``first_seed``.

    Every run has a seed of its own, so that chance averages out over the points; seeds that all points share would
    shift all of them alike.
    """

    name: str
    unit: np.ndarray
    seeds: int
    first_seed: int


class World(Protocol):
    """Runs a design and returns the targets' values: points x seeds x targets, NaN where there is none."""

    def __call__(self, design: Design) -> np.ndarray:
        """Return the values of all targets in all runs of a design."""


#: Returns a design that was made before under this name, or makes it.
Remember = Callable[[str, Callable[[], np.ndarray]], np.ndarray]


@dataclass(frozen=True)
class Wave:
    """One design, what the runs gave, and the share of the prior that was not ruled out before it."""

    design: Design
    values: np.ndarray
    share: float | None


@dataclass(frozen=True)
class Calibration:
    """The result of a calibration.

    ``used`` are the places of the targets that the runs hold, ``left_out`` those that they lack. ``aim`` has one
    emulator a used target; ``plausible`` is what is left of the prior, ``posterior`` what follows from all used
    targets, ``draws`` its table as probabilities of the priors, and ``predicted`` what the runs of its first draws
    gave (runs x targets of ``used``).
    """

    study: Study
    waves: tuple[Wave, ...]
    used: tuple[int, ...]
    left_out: tuple[int, ...]
    aim: Aim
    plausible: Plausible
    posterior: Posterior
    draws: np.ndarray
    predicted: np.ndarray

    @property
    def targets(self) -> list[Target]:
        """The targets that were used."""
        return [self.study.targets[k] for k in self.used]

    @property
    def prior_predicted(self) -> np.ndarray:
        """What the runs of the first design gave, which is spread over the prior (runs x targets of ``used``)."""
        values = self.waves[0].values[:, :, list(self.used)]
        return values.reshape(-1, values.shape[2])


def calibrate(study: Study, world: World, remember: Remember | None = None) -> Calibration:
    """Calibrate; ``world`` runs designs, ``remember`` keeps designs so that an interrupted calibration goes on.

    Raises InputError when the runs hold none of the targets.
    """
    remember = remember or (lambda name, make: make())
    plausible: Plausible | None = None
    waves: list[Wave] = []
    for number in range(study.waves):
        unit = remember(f"wave-{number + 1}", _design(study, plausible, number))
        first_seed = study.seed + number * study.points * study.seeds
        design = Design(f"wave {number + 1}", unit, study.seeds, first_seed)
        waves.append(Wave(design, world(design), 1.0 if plausible is None else plausible.share))
        aim, used = _aim(study, waves)
        count = study.candidates if number + 1 == study.waves else CHOICE * study.points
        plausible = not_ruled_out(aim, len(study.free), count, study.seed + number, study.cut)
    assert plausible is not None
    found = posterior(aim, plausible.unit, study.seed)
    draws = remember("posterior", lambda: found.equal(study.draws, study.seed))
    predicted = np.empty((0, len(used)))
    if study.checks:
        checks = Design("posterior", draws[: study.checks], 1, study.seed + study.waves * study.points * study.seeds)
        predicted = world(checks)[:, 0, used]
    left_out = tuple(k for k in range(len(study.targets)) if k not in used)
    return Calibration(study, tuple(waves), tuple(used), left_out, aim, plausible, found, draws, predicted)


def posterior_of(aim: Aim, study: Study) -> Posterior:
    """Return the posterior from some of the targets, on the same emulators: nothing is run."""
    left = not_ruled_out(aim, len(study.free), study.candidates, study.seed, study.cut)
    return posterior(aim, left.unit, study.seed)


def _design(study: Study, plausible: Plausible | None, number: int) -> Callable[[], np.ndarray]:
    """Return what makes the design of a wave: scrambled Sobol points, then points spread over what is left."""

    def make() -> np.ndarray:
        from scipy.stats import qmc

        if plausible is None:
            power = max(0, study.points - 1).bit_length()
            sobol = qmc.Sobol(len(study.free), seed=np.random.default_rng([study.seed, 0]))
            return sobol.random_base2(power)[: study.points]
        return spread_out(plausible.unit, study.points)

    return make


def _aim(study: Study, waves: Sequence[Wave]) -> tuple[Aim, list[int]]:
    """Fit one emulator a target to all points so far; returns them and the places of their targets.

    Raises InputError when the runs hold none of the targets.
    """
    unit = np.vstack([wave.design.unit for wave in waves])
    values = np.concatenate([wave.values for wave in waves])
    fitted = [(k, fit(unit, values[:, :, k])) for k in range(len(study.targets))]
    emulators: list[Emulator] = []
    used: list[int] = []
    for k, emulator in fitted:
        if emulator is not None:
            emulators.append(emulator)
            used.append(k)
    if not used:
        raise InputError(
            f"the runs hold none of the {len(study.targets)} targets, or too few values of them; "
            "choose a longer span (--from, --to), more points or other targets",
            f"どの実行にも、{len(study.targets)}個の目標値に当たる値がないか、あっても少なすぎます。"
            "期間（--from、--to）を延ばす、点（--points）を増やす、または別の目標値を指定してくださ"
            "い",
        )
    chosen = [study.targets[k] for k in used]
    seen = np.array([target.value for target in chosen])
    tolerances = np.array([target.tolerance for target in chosen])
    return Aim(emulators, seen, tolerances, chance_correlation(values[:, :, used]), study.bind), used
