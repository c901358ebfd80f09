"""What if: which area, raised by one unit of its score, moves an economy's score and rank most?

Only that economy is raised; all others stay where they are, and so do the scales.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from meguri.errors import InputError
from meguri.observatory.index.means import aggregated
from meguri.observatory.index.pipeline import Result
from meguri.observatory.index.ranking import ranks
from meguri.observatory.index.scales import TOP

#: Furthest that is looked for the next rank, in units of the score; halvings of the interval that find it.
FURTHEST, HALVINGS = 100.0, 40


@dataclass(frozen=True)
class Raised:
    """What follows from raising one node: by how much it could be raised, and the score and rank of the whole.

    ``within`` is the area that the node is part of: parts of one area can be compared with each other.
    ``needed`` is what this node alone must gain to overtake the next economy (to reach it, where ties share a rank);
    None where the end of the scale, or 100 units, come first.
    """

    node: str
    ja: str
    en: str
    within: str
    before: float | None
    by: float
    score: float
    gain: float
    rank: float
    places: float
    needed: float | None


def what_if(result: Result, economy: str, by: float = 1.0) -> list[Raised]:
    """Return each area and indicator raised by ``by``: most places gained first, then the largest gain, then wholes."""
    if not (0 < by <= FURTHEST):
        raise InputError(
            f"--by {by:g} lies outside 0 to {FURTHEST:g}", f"--by {by:g} は範囲外です（0より大きく{FURTHEST:g}以下）"
        )
    place = result.prepared.economies.index(economy)
    found = [_raised(result, place, node, by) for node in reversed(range(len(result.index.nodes) - 1))]
    return sorted(found, key=lambda row: (-row.places, -round(row.gain, 9)))


def _raised(result: Result, economy: int, place: int, by: float) -> Raised:
    node, score = result.index.nodes[place], float(result.scores[economy])
    before = float(result.nodes[economy, place])
    within = next(area.id for area in result.index.nodes if place in area.parts)
    if np.isnan(before):
        rank = float(result.ranks[economy])
        return Raised(node.id, node.ja, node.en, within, None, 0.0, score, 0.0, rank, 0.0, None)
    room = max(0.0, TOP.get(result.choices["normalisation"], np.inf) - before)
    step = min(by, room)
    after = _score(result, economy, place, step)
    rank = _rank(result, economy, after)
    return Raised(
        node.id, node.ja, node.en, within, before, step, after, after - score, rank,
        float(result.ranks[economy]) - rank, _needed(result, economy, place, min(FURTHEST, room)),
    )  # fmt: skip


def _score(result: Result, economy: int, place: int, by: float) -> float:
    row = result.prepared.scores[economy][None]
    how = result.choices["aggregation"]
    return float(aggregated(result.index, row, result.weight[None], how, (place, by))[0, 0, -1])


def _rank(result: Result, economy: int, score: float) -> float:
    scores = result.scores.copy()
    scores[economy] = score
    return float(ranks(scores, result.choices["ranks"], result.index.settings.decimals)[economy])


def _needed(result: Result, economy: int, place: int, most: float) -> float | None:
    """Return the least raise that improves the rank, found by halving an interval."""
    now = float(result.ranks[economy])
    if _rank(result, economy, _score(result, economy, place, most)) >= now:
        return None
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _rank(result, economy, _score(result, economy, place, middle)) < now:
            high = middle
        else:
            low = middle
    return high
