"""A calibration on the shelf: a folder ``calibration-<12 hex>`` beside the runs that it was made from.

The id hashes what was asked for and the sources. Designs are kept as soon as they are made, and runs as they are
finished, so that an interrupted calibration goes on where it stopped; the folder appears under its name only when it
is complete.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from meguri.calibrate.extra import one_thread
from meguri.calibrate.scores import Earlier
from meguri.calibrate.study import Calibration, Study, World, calibrate
from meguri.calibrate.tables import TABLES, Row, posterior_table, tables
from meguri.errors import InputError, cause, japanese
from meguri.model.integrity import Lock, full_disk
from meguri.model.request import RunRequest

REPORT = "report.json"
#: The numbers of a study that decide its result.
NUMBERS = ("points", "seeds", "waves", "draws", "checks", "cut", "seed", "candidates", "bind")


def calibration_id(request: RunRequest, study: Study) -> str:
    """Return ``calibration-<12 hex>``: the hash of what decides the result (world, study, sources of calibration)."""
    digest = hashlib.blake2b(digest_size=6)
    priors = [(spec.id, spec.value, spec.low, spec.high, spec.was, spec.prior) for spec in study.free]
    numbers = tuple(getattr(study, name) for name in NUMBERS)
    for part in (request.member_key, priors, [astuple(target) for target in study.targets], numbers):
        digest.update(repr(part).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"calibration-{digest.hexdigest()}"


def calibrate_on_shelf(
    request: RunRequest, study: Study, world: World, earlier: Sequence[Earlier | None], out: Path
) -> tuple[Path, bool]:
    """Calibrate, or find the calibration on the shelf; returns its folder and whether it was there before.

    Raises InputError when something is in the way or another process is at work on the same calibration.
    """
    folder = out / calibration_id(request, study)
    if (folder / REPORT).is_file():
        return folder, True
    if folder.exists():
        raise InputError(
            f"'{folder}' is in the way: it is not a complete calibration; move or delete it",
            f"「{folder}」は完了した較正結果ではありません。移動または削除してから実行してください",
        )
    partial = out / f".{folder.name}.partial"
    try:
        partial.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the shelf '{out}' cannot be written: {cause(error)}",
            f"棚「{out}」に書き込めません：{japanese(cause(error))}",
        ) from None
    with Lock(partial), full_disk(out), one_thread():
        calibration = calibrate(study, world, _remembered(partial))
        made = partial / "made"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        _write(calibration, tables(calibration, earlier), request, made)
        os.replace(made, folder)
        shutil.rmtree(partial, ignore_errors=True)
    return folder, False


def read_report(folder: Path) -> dict[str, Any]:
    """Return the report of a finished calibration: ``asked`` and the tables of :data:`TABLES`."""
    try:
        return json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"'{folder}' is not a readable calibration: {cause(error)}; delete it and run again",
            f"「{folder}」は較正結果として読み込めません（{japanese(cause(error))}）。削除して実行し直してください",
        ) from None


def _remembered(partial: Path) -> Callable[[str, Callable[[], np.ndarray]], np.ndarray]:
    """Return what keeps designs in a folder: the same points again after an interruption, whatever the machine."""

    def remember(name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
        path = partial / f"{name}.npy"
        if path.is_file():
            return np.load(path)
        unit = make()
        with path.with_suffix(".tmp").open("wb") as file:
            np.save(file, unit)
        os.replace(path.with_suffix(".tmp"), path)
        return unit

    return remember


def _write(calibration: Calibration, found: dict[str, list[Row]], request: RunRequest, made: Path) -> None:
    posterior = pl.DataFrame(posterior_table(calibration))
    posterior.write_parquet(made / "posterior.parquet")
    posterior.write_csv(made / "posterior.csv")
    for name in TABLES:
        if found[name]:
            with (made / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.DictWriter(stream, list(found[name][0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(found[name])
    report = {"asked": _asked(calibration.study, request), **found}
    (made / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


def _asked(study: Study, request: RunRequest) -> Row:
    return {
        "scenario": request.scenario.id,
        "country": request.scenario.country,
        "first": request.first,
        "last": request.last,
        "scale": request.scale,
        **{name: getattr(study, name) for name in NUMBERS},
        "free": [spec.id for spec in study.free],
        "targets": len(study.targets),
    }
