"""Weights and aggregation: from the scores of indicators to those of areas and of the whole."""

from __future__ import annotations

import numpy as np

from meguri.observatory.index.declaration import Index


def weights(index: Index, choice: str) -> np.ndarray:
    """Return the weight of each node within its area; only ratios among the parts of one area matter."""
    return np.array([node.weight if choice == "given" else 1.0 for node in index.nodes])


def shares(index: Index, weight: np.ndarray) -> np.ndarray:
    """Return the share of each node in the whole index where nothing is missing and means are arithmetic."""
    share = np.ones(len(index.nodes))
    for place in reversed(range(len(index.nodes))):
        parts = list(index.nodes[place].parts)
        if parts:
            share[parts] = share[place] * weight[parts] / weight[parts].sum()
    return share


def mean(values: np.ndarray, weight: np.ndarray, how: str, floor: float) -> np.ndarray:
    """Return the weighted mean over the last axis of what is there; NaN where nothing is.

    Arithmetic sum(w x) / W, geometric exp(sum(w ln x) / W), harmonic W / sum(w / x), with W the weights of what is
    there. The last two exist for positive scores only: scores below ``floor`` are raised to it.
    """
    there = ~np.isnan(values)
    used = np.where(there, weight, 0.0)
    total = used.sum(axis=-1)
    filled = np.where(there, values, 1.0)
    if how != "arithmetic":
        filled = np.maximum(filled, floor)
    with np.errstate(invalid="ignore", divide="ignore"):
        if how == "geometric":
            return np.where(total > 0, np.exp((used * np.log(filled)).sum(axis=-1) / total), np.nan)
        if how == "harmonic":
            return np.where(total > 0, total / (used / filled).sum(axis=-1), np.nan)
        return np.where(total > 0, (used * filled).sum(axis=-1) / total, np.nan)


def aggregated(
    index: Index, scores: np.ndarray, weight: np.ndarray, how: str, raised: tuple[int, float] | None = None
) -> np.ndarray:
    """Return the scores of all nodes, (draws, economies, nodes), from those of the indicators (economies, indicators).

    ``weight`` is (draws, nodes). ``raised`` adds an amount to the score of one node wherever it has one: what follows
    from it is the change of all that it is part of.
    """
    draws, economies, indicators = len(weight), len(scores), len(index.indicators)
    nodes = np.empty((draws, economies, len(index.nodes)))
    nodes[:, :, :indicators] = scores
    if raised and raised[0] < indicators:
        nodes[:, :, raised[0]] += raised[1]
    for place in range(indicators, len(index.nodes)):
        area = index.nodes[place]
        parts = list(area.parts)
        nodes[:, :, place] = mean(
            nodes[:, :, parts], weight[:, None, parts], area.aggregation or how, index.settings.floor
        )
        if raised and raised[0] == place:
            nodes[:, :, place] += raised[1]
    return nodes
