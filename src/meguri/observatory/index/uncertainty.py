"""How far ranks depend on the choices: rank intervals by Monte Carlo, and the share of variance due to each choice.

Every draw takes one alternative at each step and moves every weight by a random share of itself; the rest is the
index as declared (Saisana, Saltelli and Tarantola, 2005; audits of the Global Innovation Index by the Joint Research
Centre). Whoever is ranked is ranked in every draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from meguri.errors import InputError
from meguri.observatory.index.declaration import Index
from meguri.observatory.index.means import aggregated, weights
from meguri.observatory.index.pipeline import Prepared, Result, compute, prepare
from meguri.observatory.index.ranking import ranks
from meguri.observatory.index.sobol import Share, shares
from meguri.observatory.index.table import Table

LEAST_DRAWS, MOST_DRAWS = 16, 100_000
#: Ranks, or random numbers, that are held at most at once (draws x economies, draws x nodes).
MOST_NUMBERS = 10_000_000
#: Numbers that one batch of draws holds at most (draws x economies x nodes).
BATCH = 2_000_000


@dataclass(frozen=True)
class Interval:
    """Where an economy ranks over all draws: as declared, median, 5% and 95% point, best and worst."""

    economy: str
    label: str
    declared: float
    median: float
    low: float
    high: float
    best: float
    worst: float


@dataclass(frozen=True)
class Uncertainty:
    """Rank intervals of all economies and the share of variance of one outcome due to each choice.

    ``of`` is the economy whose rank the shares explain, or empty for the mean shift of all ranks against those as
    declared. ``shares`` is empty where the outcome is the same in every draw. ``ranks`` is (draws, economies).
    """

    of: str
    draws: int
    seed: int
    intervals: tuple[Interval, ...]
    shares: tuple[Share, ...]
    varied: Mapping[str, tuple[str, ...]]
    weight_spread: float
    mean_shift: float
    ranks: np.ndarray


class Draws:
    """Ranks under any combination of choices; what does not depend on weights and means is prepared once."""

    def __init__(self, index: Index, table: Table, declared: Result) -> None:
        self.index, self.table, self.declared = index, table, declared
        self.factors = {step: named for step, named in index.varied.items() if len(named) > 1 or step == "weights"}
        if len(index.varied["weights"]) == 1 and not index.weight_spread:
            del self.factors["weights"]
        if not self.factors:
            raise InputError(
                "nothing to vary: [uncertainty] names one alternative for every step and no weight_spread",
                "変えて試すものがありません。[uncertainty]の選択肢が手順ごとに一つだけで、weight_spreadもありません",
            )
        self._prepared: dict[tuple[str, ...], Prepared] = {}

    @property
    def width(self) -> int:
        """Number of uniform numbers that a draw takes: one a factor, then one a node for the weights."""
        return len(self.factors) + len(self.index.nodes)

    def blocks(self) -> dict[str, list[int]]:
        """Return the columns of uniform numbers that belong to each factor."""
        found = {step: [place] for place, step in enumerate(self.factors)}
        if "weights" in found:
            found["weights"] += list(range(len(self.factors), self.width))
        return found

    def ranks(self, uniform: np.ndarray) -> np.ndarray:
        """Return the ranks, (draws, economies), for uniform numbers (draws, :attr:`width`)."""
        alternatives = [
            np.minimum((uniform[:, place] * len(named)).astype(int), len(named) - 1)
            for place, named in enumerate(self.factors.values())
        ]
        combination = np.stack(alternatives, axis=1)
        result = np.empty((len(uniform), len(self.declared.prepared.economies)))
        kinds, kind_of = np.unique(combination, axis=0, return_inverse=True)
        for kind, places in enumerate(kinds):
            chosen = {step: named[place] for (step, named), place in zip(self.factors.items(), places, strict=True)}
            of_kind = np.flatnonzero(kind_of.ravel() == kind)
            result[of_kind] = self._ranked(chosen, uniform[of_kind, len(self.factors) :])
        return result

    def _ranked(self, chosen: dict[str, str], uniform: np.ndarray) -> np.ndarray:
        index, choices = self.index, {**self.declared.choices, **self._single(), **chosen}
        prepared = self._once(choices)
        spread = 1 + index.weight_spread * (2 * uniform - 1)
        weight = weights(index, choices["weights"]) * spread
        step = max(1, BATCH // (len(prepared.economies) * len(index.nodes)))
        found = []
        for first in range(0, len(weight), step):
            nodes = aggregated(index, prepared.scores, weight[first : first + step], choices["aggregation"])
            found += [ranks(scores, choices["ranks"], index.settings.decimals) for scores in nodes[:, :, -1]]
        return np.array(found)

    def _single(self) -> dict[str, str]:
        return {step: named[0] for step, named in self.index.varied.items() if len(named) == 1}

    def _once(self, choices: dict[str, str]) -> Prepared:
        key = tuple(choices[step] for step in ("coverage", "outliers", "normalisation", "missing"))
        if key not in self._prepared:
            prepared = prepare(self.index, self.table, choices)
            if prepared.economies != self.declared.prepared.economies:
                raise InputError(
                    f"coverage '{choices['coverage']}' ranks {len(prepared.economies)} economies, "
                    f"the index as declared {len(self.declared.prepared.economies)}: such ranks cannot be compared",
                    f"coverage「{choices['coverage']}」の対象は{len(prepared.economies)}か国・地域、定義どおりの対象は"
                    f"{len(self.declared.prepared.economies)}か国・地域であり、順位を比べられません",
                )
            self._prepared[key] = prepared
        return self._prepared[key]


def uncertainty(
    index: Index, table: Table, draws: int, of: str = "", seed: int = 1, given: Mapping[str, str] | None = None
) -> Uncertainty:
    """Return rank intervals over ``2 draws`` draws and the shares of variance, from ``draws (2 + factors)`` in all."""
    if not LEAST_DRAWS <= draws <= MOST_DRAWS:
        raise InputError(
            f"--uncertainty {draws} lies outside {LEAST_DRAWS} to {MOST_DRAWS}",
            f"--uncertainty {draws} は範囲外です（{LEAST_DRAWS}～{MOST_DRAWS}）",
        )
    declared = compute(index, table, given)
    world = Draws(index, table, declared)
    most = MOST_NUMBERS // max(len(declared.prepared.economies), world.width)
    if draws > most:
        raise InputError(
            f"--uncertainty {draws} is more than {most}, the most for an index and a table of this size",
            f"--uncertainty {draws} は多すぎます。この大きさの複合指標と表では{most}までです",
        )
    random = np.random.Generator(np.random.PCG64(seed))
    first, second = random.random((2, draws, world.width))
    ranked = [world.ranks(first), world.ranks(second)]
    outcome = _outcome(declared, of)
    mixed = {}
    for factor, block in world.blocks().items():
        swapped = first.copy()
        swapped[:, block] = second[:, block]
        mixed[factor] = outcome(world.ranks(swapped))
    both = np.concatenate(ranked)
    return Uncertainty(
        of, draws, seed, _intervals(declared, both), shares(outcome(ranked[0]), outcome(ranked[1]), mixed, random),
        {step: index.varied[step] for step in world.factors},
        index.weight_spread if "weights" in world.factors else 0.0, float(np.abs(both - declared.ranks).mean()), both,
    )  # fmt: skip


def _outcome(declared: Result, of: str):
    """Return what is explained: the rank of an economy, or the mean shift of all ranks against those as declared."""
    if of:
        place = declared.prepared.economies.index(of)
        return lambda ranked: ranked[:, place]
    return lambda ranked: np.abs(ranked - declared.ranks).mean(axis=1)


def _intervals(declared: Result, ranked: np.ndarray) -> tuple[Interval, ...]:
    """Return the intervals in the order of the ranks as declared; their ends are ranks that occurred."""
    low, median, high = np.quantile(ranked, (0.05, 0.5, 0.95), axis=0, method="inverted_cdf")
    labels = [declared.table.labels[row] for row in declared.prepared.rows]
    order = np.argsort(declared.ranks, kind="stable")
    return tuple(
        Interval(
            declared.prepared.economies[n], labels[n], float(declared.ranks[n]), float(median[n]), float(low[n]),
            float(high[n]), float(ranked[:, n].min()), float(ranked[:, n].max()),
        )
        for n in order
    )  # fmt: skip
