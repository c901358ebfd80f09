"""The results of a calibration as plain tables: what is written to its folder and shown on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from meguri.calibrate.identification import combinations, known, moves, ridges
from meguri.calibrate.left_out import Prediction, predictions
from meguri.calibrate.scores import Earlier, Interval, as_before, better_share, predicted
from meguri.calibrate.study import Calibration
from meguri.model.prior import values_at

Row = dict[str, Any]
#: The tables by name, in the order in which they are read.
TABLES = ("summary", "parameters", "moves", "ridges", "combinations", "targets", "left_out", "waves")


def posterior_table(calibration: Calibration) -> dict[str, np.ndarray]:
    """Return the columns of the posterior table: draw, then one a parameter, in their own units."""
    values = values_at(calibration.study.free, calibration.draws)
    ids = [spec.id for spec in calibration.study.free]
    return {"draw": np.arange(len(values), dtype=np.int32), **{name: values[:, k] for k, name in enumerate(ids)}}


def tables(calibration: Calibration, earlier: Sequence[Earlier | None]) -> dict[str, list[Row]]:
    """Return the tables of :data:`TABLES`; ``earlier`` holds one value before each target of the study, or None."""
    before = [earlier[k] for k in calibration.used]
    columns = range(len(calibration.targets))
    targets = calibration.targets
    prior = [predicted(calibration.prior_predicted[:, k], targets[k]) for k in columns]
    after = [predicted(calibration.predicted[:, k], targets[k]) for k in columns]
    persistence = [as_before(one, target) for one, target in zip(before, targets, strict=True)]
    left_out = predictions(calibration)
    moved = moves(calibration)
    parameters = known(calibration, moved)
    summary = {
        "targets": len(targets),
        "targets_left_out": len(calibration.left_out),
        "parameters": len(parameters),
        "parameters_informed": sum(row.informed == "alone" for row in parameters),
        "parameters_informed_together": sum(row.informed == "together" for row in parameters),
        "runs": sum(wave.values.shape[0] * wave.values.shape[1] for wave in calibration.waves),
        "share_of_prior_left": calibration.plausible.share,
        "nothing_plausible": calibration.plausible.empty,
        "implausibility": calibration.plausible.level,
        "posterior_over_prior": better_share(after, prior)[0],
        "posterior_over_persistence": better_share(after, persistence)[0],
        "left_out_inside": sum(one.inside for one in left_out),
        **_left_out_scores(left_out, targets, prior, persistence),
    }
    return {
        "summary": [summary],
        "parameters": [asdict(row) for row in parameters],
        "moves": [asdict(row) for row in moved],
        "ridges": [asdict(row) for row in ridges(calibration)],
        "combinations": [
            {"variance": one.variance, "weights": " ".join(f"{w:+.2f} {p}" for p, w in one.weights.items())}
            for one in combinations(calibration)
        ],
        "targets": _targets(calibration, prior, after, persistence, before),
        "left_out": [_left_out(one, targets, prior, persistence) for one in left_out],
        "waves": [
            {
                "wave": number,
                "points": wave.values.shape[0],
                "seeds": wave.values.shape[1],
                "share_of_prior_before": wave.share,
            }
            for number, wave in enumerate(calibration.waves, 1)
        ],
    }


def _left_out_scores(
    left_out: Sequence[Prediction],
    targets: Sequence[Any],
    prior: Sequence[Interval | None],
    persistence: Sequence[Interval | None],
) -> Row:
    ours: list[Interval | None] = [one.interval for one in left_out]
    order = [list(targets).index(one.target) for one in left_out]
    against, compared = better_share(ours, [persistence[k] for k in order])
    return {
        "left_out": len(left_out),
        "left_out_over_prior": better_share(ours, [prior[k] for k in order])[0],
        "left_out_over_persistence": against,
        "with_persistence": compared,
    }


def _targets(
    calibration: Calibration,
    prior: Sequence[Interval | None],
    after: Sequence[Interval | None],
    persistence: Sequence[Interval | None],
    before: Sequence[Earlier | None],
) -> list[Row]:
    ids = [spec.id for spec in calibration.study.free]
    rows: list[Row] = []
    for k, target in enumerate(calibration.targets):
        emulator = calibration.aim.emulators[k]
        rows.append(
            {
                **asdict(target),
                "used": True,
                "emulator_fit": emulator.fit,
                "emulator_error": emulator.error,
                "answers_to": " ".join(ids[place] for place in emulator.active),
                **_interval("prior", prior[k]),
                **_interval("posterior", after[k]),
                **_interval("persistence", persistence[k]),
                "persistence_from": before[k].period if before[k] else None,  # type: ignore[union-attr]
            }
        )
    rows += [{**asdict(calibration.study.targets[k]), "used": False} for k in calibration.left_out]
    return [{**dict.fromkeys(rows[0]), **row} for row in rows]


def _left_out(
    one: Prediction, targets: Sequence[Any], prior: Sequence[Interval | None], persistence: Sequence[Interval | None]
) -> Row:
    k = list(targets).index(one.target)
    found = {"block": one.block, "indicator": one.target.indicator, "place": one.target.place}
    return {
        **found,
        "period": one.target.period,
        "unit": one.target.unit,
        "value": one.target.value,
        "low": one.interval.low,
        "median": one.interval.median,
        "high": one.interval.high,
        "inside": one.inside,
        "score": one.interval.score,
        "prior_score": prior[k].score if prior[k] else None,  # type: ignore[union-attr]
        "persistence_score": persistence[k].score if persistence[k] else None,  # type: ignore[union-attr]
    }


def _interval(name: str, interval: Interval | None) -> Row:
    fields = ("low", "median", "high", "score")
    return {f"{name}_{key}": getattr(interval, key) if interval else None for key in fields}
