"""Prediction of what was left out: calibrate without one block of targets, then predict it.

The runs and emulators are the same; only the targets that the posterior is conditioned on change. The designs after
the first were placed with all targets in sight, which moves points, not the posterior.
"""

from __future__ import annotations

from dataclasses import dataclass

from meguri.calibrate.sampling import imagine
from meguri.calibrate.scores import Interval, imagined
from meguri.calibrate.study import Calibration, posterior_of
from meguri.calibrate.targets import Target, in_blocks


@dataclass(frozen=True)
class Prediction:
    """A target predicted from all blocks but its own, and whether the observed value lies in the 90% interval."""

    block: str
    target: Target
    interval: Interval
    inside: bool


def predictions(calibration: Calibration) -> list[Prediction]:
    """Return the predictions of every block from the others; none where all targets are in one block."""
    blocks = in_blocks(calibration.targets)
    if len(blocks) < 2:
        return []
    study, aim = calibration.study, calibration.aim
    found = []
    for block, places in blocks.items():
        others = [k for k in range(len(calibration.targets)) if k not in places]
        draws = posterior_of(aim.only(others), study).equal(max(study.draws, 512), study.seed)
        values = imagine(aim.only(places), draws, study.seed + 1)
        for column, place in enumerate(places):
            target = calibration.targets[place]
            interval = imagined(values[:, column], target)
            inside = interval.low <= target.value <= interval.high
            found.append(Prediction(block, target, interval, inside))
    return found
