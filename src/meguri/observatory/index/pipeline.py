"""An index computed from a table, step by step; the result says what each step did to which value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from meguri.errors import InputError, unknown
from meguri.observatory.index.declaration import Index
from meguri.observatory.index.means import aggregated, shares, weights
from meguri.observatory.index.missing import imputed, ranked
from meguri.observatory.index.outliers import beyond, treat
from meguri.observatory.index.ranking import ranks
from meguri.observatory.index.scales import normalised
from meguri.observatory.index.steps import STEPS
from meguri.observatory.index.table import Table
from meguri.observatory.places import country


@dataclass(frozen=True)
class Change:
    """What a step did to one value: ``done`` is a word of ``steps.DONE``; an empty economy means all of them."""

    step: str
    done: str
    economy: str
    node: str
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True)
class Prepared:
    """The scores of the indicators of the economies that are ranked: what does not depend on weights and means.

    ``rows`` are their places in the table; ``treated`` and ``scaled`` stand before and after normalisation, ``scores``
    after missing values were dealt with.
    """

    rows: np.ndarray
    economies: tuple[str, ...]
    raw: np.ndarray
    treated: np.ndarray
    scaled: np.ndarray
    scores: np.ndarray
    left_out: np.ndarray
    done: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Result:
    """Scores and ranks of an index, and everything that led to them.

    ``nodes`` is (economies, nodes) in the order of ``prepared.economies`` and ``index.nodes``.
    """

    index: Index
    table: Table
    choices: Mapping[str, str]
    prepared: Prepared
    weight: np.ndarray
    nodes: np.ndarray
    ranks: np.ndarray
    changes: tuple[Change, ...]

    @property
    def scores(self) -> np.ndarray:
        """The score of the whole index, by economy."""
        return self.nodes[:, -1]

    def of(self, step: str) -> list[Change]:
        """Return what one step did."""
        return [change for change in self.changes if change.step == step]


def economy_named(result: Result, text: str) -> str:
    """Return the economy that a code or a name in either language means; InputError for one that is not ranked."""
    ranked_ones = result.prepared.economies
    labels = dict(zip(result.table.labels, result.table.economies, strict=True))
    wanted = text.strip()
    found = wanted if wanted in result.table.economies else labels.get(wanted, "")
    if not found:
        same = [one for one in result.table.economies if country(one) == country(wanted)]
        if not same:
            raise unknown("economy", text, ranked_ones)
        found = same[0]
    if found not in ranked_ones:
        raise InputError(
            f"'{found}' is not ranked: it is left out under coverage '{result.choices['coverage']}'",
            f"「{found}」には順位がありません。coverage「{result.choices['coverage']}」では対象外です",
        )
    return found


def prepare(index: Index, table: Table, choices: Mapping[str, str]) -> Prepared:
    """Take the steps up to the scores of indicators: coverage, outliers, normalisation, missing values."""
    left_out = ranked(index, table.values, choices["coverage"])
    rows = np.flatnonzero(left_out < 0)
    if not len(rows):
        raise InputError(
            f"no economy can be ranked under coverage '{choices['coverage']}'",
            f"coverage「{choices['coverage']}」では、順位を付けられる国・地域がありません",
        )
    raw = table.values[rows]
    economies = tuple(table.economies[row] for row in rows)
    columns: list[np.ndarray] = []
    done: list[tuple[str, ...]] = []
    for place, node in enumerate(index.indicators):
        if node.range:
            columns.append(raw[:, place])
            skewed = choices["outliers"] != "none" and beyond(raw[:, place], index.settings)
            done.append(("own_range",) if skewed else ())
        else:
            treated = treat(raw[:, place], choices["outliers"], index.settings)
            columns.append(treated.values)
            done.append(treated.done)
    treated_values = np.stack(columns, axis=1)
    scaled = normalised(index, treated_values, economies, choices["normalisation"])
    scores = imputed(scaled, index.settings.neighbours) if choices["missing"] == "neighbours" else scaled
    return Prepared(rows, economies, raw, treated_values, scaled, scores, left_out, tuple(done))


def compute(index: Index, table: Table, given: Mapping[str, str] | None = None) -> Result:
    """Compute an index: the alternatives ``given`` by step, else as declared."""
    choices = index.chosen(given or {})
    prepared = prepare(index, table, choices)
    weight = weights(index, choices["weights"])
    nodes = aggregated(index, prepared.scores, weight[None], choices["aggregation"])[0]
    placed = ranks(nodes[:, -1], choices["ranks"], index.settings.decimals)
    result = Result(index, table, choices, prepared, weight, nodes, placed, ())
    changes = tuple(change for step in STEPS for change in _WHAT[step](result))
    return replace(result, changes=changes)


def _coverage(result: Result) -> Iterator[Change]:
    for row, place in enumerate(result.prepared.left_out):
        if place >= 0:
            yield Change("coverage", "left_out", result.table.economies[row], result.index.nodes[place].id)


def _outliers(result: Result) -> Iterator[Change]:
    prepared = result.prepared
    for place, (node, done) in enumerate(zip(result.index.indicators, prepared.done, strict=True)):
        before, after = prepared.raw[:, place], prepared.treated[:, place]
        for row in np.flatnonzero((before != after) & ~np.isnan(before)):
            yield Change("outliers", done[0], prepared.economies[row], node.id, float(before[row]), float(after[row]))
        for word in done:
            if word in ("still_skewed", "own_range"):
                yield Change("outliers", word, "", node.id)


def _normalisation(result: Result) -> Iterator[Change]:
    prepared = result.prepared
    for place, node in enumerate(result.index.indicators):
        for row, economy in enumerate(prepared.economies):
            before, after = prepared.treated[row, place], prepared.scaled[row, place]
            if not np.isnan(before):
                yield Change("normalisation", "normalised", economy, node.id, float(before), float(after))


def _missing(result: Result) -> Iterator[Change]:
    prepared, wanted = result.prepared, result.choices["missing"] == "neighbours"
    for row, place in np.argwhere(np.isnan(prepared.scaled)):
        economy, node, score = prepared.economies[row], result.index.nodes[place].id, prepared.scores[row, place]
        if np.isnan(score):
            yield Change("missing", "no_neighbour" if wanted else "ignored", economy, node)
        else:
            yield Change("missing", "imputed", economy, node, None, float(score))


def _weights(result: Result) -> Iterator[Change]:
    share = shares(result.index, result.weight)
    for place, node in enumerate(result.index.nodes[:-1]):
        yield Change("weights", "weighted", "", node.id, float(result.weight[place]), float(share[place]))


def _aggregation(result: Result) -> Iterator[Change]:
    index, floor, declared = result.index, result.index.settings.floor, result.choices["aggregation"]
    for area in index.nodes[len(index.indicators) :]:
        how = area.aggregation or declared
        for place in area.parts:
            for row in np.flatnonzero(result.nodes[:, place] < floor) if how != "arithmetic" else ():
                before = float(result.nodes[row, place])
                yield Change(
                    "aggregation", "floored", result.prepared.economies[row], index.nodes[place].id, before, floor
                )
    for row, place in np.argwhere(np.isnan(result.nodes)):
        if index.nodes[place].parts:
            yield Change("aggregation", "no_score", result.prepared.economies[row], index.nodes[place].id)


def _ranks(result: Result) -> Iterator[Change]:
    rounded = np.round(result.scores, result.index.settings.decimals)
    for row, economy in enumerate(result.prepared.economies):
        if (rounded == rounded[row]).sum() > 1:
            yield Change("ranks", "tied", economy, "index", float(result.scores[row]), float(result.ranks[row]))


_WHAT = {
    "coverage": _coverage,
    "outliers": _outliers,
    "normalisation": _normalisation,
    "missing": _missing,
    "weights": _weights,
    "aggregation": _aggregation,
    "ranks": _ranks,
}
