"""Connected components: what a chain of pairs joins."""

from __future__ import annotations

import numpy as np


def connected(size: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return for each of ``size`` things the smallest number that a chain of pairs joins it to.

    In each round every group hooks onto a group with a smaller number that a pair joins it to, and all chains of hooks
    are followed to their end, so that a chain of a million pairs takes few rounds in whatever order it stands.
    """
    label = np.arange(size)
    while True:
        one, other = label[first], label[second]
        if np.array_equal(one, other):
            return label
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while True:
            further = label[label]
            if np.array_equal(further, label):
                break
            label = further
