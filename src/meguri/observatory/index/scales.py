"""Normalisation: indicators in different units on one scale on which more is better."""

from __future__ import annotations

import numpy as np

from meguri.errors import InputError, Phrase
from meguri.observatory.index.declaration import Index, Node
from meguri.observatory.index.ranking import ranks

#: Where a scale ends, by alternative; a score is not raised beyond it.
TOP = {"min_max": 100.0, "rank": 100.0}


def normalised(index: Index, treated: np.ndarray, economies: tuple[str, ...], choice: str) -> np.ndarray:
    """Return all indicators on the scale of an alternative of the step ``normalisation``."""
    reference = _reference(index, economies) if choice == "distance" else -1
    columns = [
        _column(node, treated[:, place], choice, reference, economies) for place, node in enumerate(index.indicators)
    ]
    return np.stack(columns, axis=1)


def _reference(index: Index, economies: tuple[str, ...]) -> int:
    name = index.settings.reference
    if name not in economies:
        said = Phrase("it names none", "指定がありません")
        if name:
            said = Phrase(f"'{name}' is not among those that are ranked", f"「{name}」は順位の対象ではありません")
        raise InputError(
            f"normalisation 'distance' needs an economy as 'reference' in [settings]; {said}",
            f"normalisation「distance」では、[settings]の「reference」に基準とする国・地域が必要です。{said.ja}",
        )
    return economies.index(name)


def _column(node: Node, values: np.ndarray, choice: str, reference: int, economies: tuple[str, ...]) -> np.ndarray:
    if np.isnan(values).all():
        raise InputError(
            f"indicator '{node.id}' has no value in any economy that is ranked: take it out",
            f"指標「{node.id}」は、順位の対象のどの国・地域にも値がありません。定義から外してください",
        )
    if choice == "rank":
        return _by_rank(node.direction * values)
    if choice == "z_score":
        if np.nanmax(values) == np.nanmin(values):
            raise _same(node)
        return 50 + 10 * node.direction * (values - np.nanmean(values)) / np.nanstd(values)
    low, high = node.range or (np.nanmin(values), np.nanmax(values))
    worst, best = (low, high) if node.direction > 0 else (high, low)
    if choice == "distance":
        best = values[reference]
        if np.isnan(best):
            raise InputError(
                f"indicator '{node.id}' has no value for the reference economy {economies[reference]}",
                f"指標「{node.id}」は、基準とする国・地域{economies[reference]}の値がありません",
            )
        if best == worst:
            raise InputError(
                f"indicator '{node.id}': the reference economy {economies[reference]} stands last",
                f"指標「{node.id}」は、基準とする国・地域{economies[reference]}が最下位です",
            )
    if best == worst:
        raise _same(node)
    return 100 * (values - worst) / (best - worst)


def _by_rank(values: np.ndarray) -> np.ndarray:
    there = ~np.isnan(values)
    count = int(there.sum())
    scores = np.full(len(values), np.nan)
    scores[there] = 100 * (count - ranks(values[there], "average")) / max(count - 1, 1)
    return scores


def _same(node: Node) -> InputError:
    return InputError(
        f"indicator '{node.id}' has the same value everywhere: it ranks nobody, take it out",
        f"指標「{node.id}」はどこも同じ値で、順位に差がつきません。定義から外してください",
    )
