"""Missing values: which economies are ranked at all, and what stands where one of them has no value."""

from __future__ import annotations

import numpy as np

from meguri.observatory.index.declaration import Index


def ranked(index: Index, values: np.ndarray, choice: str) -> np.ndarray:
    """Return, for each economy, the place of the node that leaves it out, or -1 where it is ranked.

    ``any`` leaves out who has no value at all, ``complete`` who lacks one, ``minimum`` who has too few below an area:
    fewer than the share ``minimum_coverage`` of its indicators, or values below fewer than ``minimum_parts`` of its
    direct parts.
    """
    there = ~np.isnan(values)
    whole = len(index.nodes) - 1
    left_out = np.full(len(values), -1)
    left_out[~there.any(axis=1)] = whole
    if choice == "complete":
        left_out[~there.all(axis=1)] = whole
    if choice != "minimum":
        return left_out
    for place, node in enumerate(index.nodes):
        if not node.parts:
            continue
        share = there[:, index.below(place)].mean(axis=1)
        parts = np.stack([there[:, index.below(part)].any(axis=1) for part in node.parts], axis=1).sum(axis=1)
        short = (share < node.minimum_coverage - 1e-12) | (parts < node.minimum_parts)
        left_out[short & (left_out < 0)] = place
    return left_out


def imputed(scores: np.ndarray, neighbours: int) -> np.ndarray:
    """Fill each gap with the mean score of the most similar economies that have one.

    Similar is who differs least (root mean square over the indicators that both have); equally similar economies come
    in the order of the table. A gap stays where no economy that shares an indicator has a value.
    """
    filled = scores.copy()
    there = ~np.isnan(scores)
    for economy in np.flatnonzero(~there.all(axis=1)):
        both = there & there[economy]
        shared = both.sum(axis=1)
        apart = np.where(both, scores - scores[economy], 0.0)
        distance = np.where(shared > 0, (apart**2).sum(axis=1) / np.maximum(shared, 1), np.inf)
        order = np.argsort(distance, kind="stable")
        order = order[np.isfinite(distance[order])]
        for indicator in np.flatnonzero(~there[economy]):
            near = order[there[order, indicator]][:neighbours]
            if len(near):
                filled[economy, indicator] = scores[near, indicator].mean()
    return filled
