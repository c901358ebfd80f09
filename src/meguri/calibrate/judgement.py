"""A run judged: every target of its country, and what the rows say together.

Calibration rows (``cal``) were used to set numbers, validation rows (``val``) were not. Remembered values, and values
that the model opens with, are shown and not counted. A row is *inside* where the median of the members lies within
the tolerance, and *covered* where the observed value lies in the members' 90% band.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from meguri.calibrate.earlier import earlier_of
from meguri.calibrate.scores import as_before, better_share, predicted
from meguri.calibrate.targets import Target
from meguri.calibrate.validation import JUDGED, Validation, factor, validation
from meguri.indicators import family, unit_in
from meguri.ledger import store
from meguri.registry import shelf

#: What is a row of the answer, in this order; ``low`` and ``high`` are the members' 90% band.
COLUMNS = (
    "indicator", "place", "period", "use", "evidence", "observed", "tolerance", "median", "low", "high", "inside",
    "covered", "code", "unit", "counted", "modelled", "not_counted_ja", "not_counted_en",
)  # fmt: skip


def judged(folder: Path) -> list[Validation]:
    """Return the targets beside a run: calibration first, then validation; counted before shown only."""
    order = {use: place for place, use in enumerate(JUDGED)}
    return sorted(validation(folder), key=lambda row: (order[row.use], not row.counted))


def plain(row: Validation) -> dict[str, Any]:
    """Return a row with the keys of :data:`COLUMNS`."""
    values = {name: getattr(row, name) for name in COLUMNS if name not in ("low", "high")}
    return {name: {"low": row.p05, "high": row.p95}.get(name, values.get(name)) for name in COLUMNS}


def summary(folder: Path, rows: Sequence[Validation]) -> dict[str, Any]:
    """Return what the counted rows say together.

    ``cal`` and ``val``: counted, in_run (the run holds such a number), inside, and shown (not counted).
    ``coverage``: rows covered and rows with a band; ``half_width``: median over rows of half the band in tolerances;
    ``score_to_persistence``: geometric mean of the interval score (the band with the tolerance as a normal error) over
    that of the last value before the opening, below 1 where the run says more, and over how many rows.
    ``free_parameters``: numbers that were drawn.
    """
    counted = [row for row in rows if row.counted]
    banded = [row for row in counted if row.covered is not None]
    widths = [(row.p95 - row.p05) / 2 / row.tolerance for row in banded if row.tolerance > 0.0]  # type: ignore[operator]
    score, scored = _against_persistence(folder, banded)
    manifest = store.manifest(folder)
    return {
        **{use: _use(use, rows) for use in JUDGED},
        "coverage": {"covered": sum(row.covered is True for row in banded), "rows": len(banded)},
        "half_width": float(np.median(widths)) if widths else None,
        "score_to_persistence": score,
        "scored_rows": scored,
        "free_parameters": _free(folder) if manifest.get("draws") else 0,
    }


def _use(use: str, rows: Sequence[Validation]) -> dict[str, int]:
    of_use = [row for row in rows if row.use == use]
    counted = [row for row in of_use if row.counted]
    return {
        "counted": len(counted),
        "in_run": sum(row.inside is not None for row in counted),
        "inside": sum(row.inside is True for row in counted),
        "shown": len(of_use) - len(counted),
    }


def _against_persistence(folder: Path, rows: Sequence[Validation]) -> tuple[float | None, int]:
    """Return the ratio of interval scores of the run and of persistence, and over how many rows."""
    if not rows:
        return None, 0
    members = {
        key: frame["value"].to_numpy()
        for key, frame in store.read(folder, "members").partition_by(
            "indicator", "place", "period", as_dict=True
        ).items()
    }  # fmt: skip
    currency = str(store.manifest(folder).get("currency", ""))
    targets = [_target(row, currency) for row in rows]
    ours = [predicted(members.get((one.indicator, one.place, one.period), np.zeros(0)), one) for one in targets]
    before = earlier_of(targets, str(store.manifest(folder)["first"]))
    return better_share(ours, [as_before(earlier, one) for earlier, one in zip(before, targets, strict=True)])


def _target(row: Validation, currency: str) -> Target:
    """Return a row as a target of calibration, in the unit that the run measures."""
    own = unit_in(shelf("meguri.indicators")[family(row.indicator)], currency)
    scale = factor(row.unit, own)
    return Target(row.indicator, row.place, row.period, row.observed * scale, row.tolerance * scale, own)


def _free(folder: Path) -> int:
    draws = store.read(folder, "draws")
    return len([column for column in draws.columns if column not in ("draw", "weight")])
