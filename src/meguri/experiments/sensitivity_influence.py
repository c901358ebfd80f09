"""The influence of parameters: which share of the uncertainty of the headline indicators each of them brings.

An indicator's variance under the priors is split among the parameters by their total effects: the total index of Sobol,
or the mean squared elementary effect without the part of chance, which is the same quantity taken at fixed steps
(Campolongo, Saltelli and Cariboni 2011, Computer Physics Communications 182:978-988). Each indicator's shares add up to
1; the influence of a parameter is the mean of its shares over the indicators.
"""

from __future__ import annotations

import csv
import io
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from meguri.errors import InputError, cause, japanese
from meguri.ledger import store
from meguri.model.parameter_file import toml_value
from meguri.model.parameter_table import INFLUENCE

if TYPE_CHECKING:
    from meguri.experiments.sensitivity import Study

COLUMNS = ("parameter", "influence")


def shares(total: np.ndarray) -> np.ndarray:
    """Return the shares of each quantity's sum (quantities x parameters); NaN where nothing moves the quantity.

    Entries below 0 or unknown count as 0.
    """
    positive = np.where(np.isfinite(total), np.maximum(total, 0.0), 0.0)
    sums = positive.sum(axis=1, keepdims=True)
    return np.divide(positive, sums, out=np.full(positive.shape, np.nan), where=sums > 0.0)


def influence(share: np.ndarray) -> np.ndarray:
    """Return the mean share of each parameter over the quantities that something moves; they add up to 1.

    Raises InputError when nothing moves any of them.
    """
    moved = np.isfinite(share).all(axis=1)
    if not moved.any():
        raise InputError(
            "no parameter moves any of the indicators: there is no influence to save",
            "どの係数も指標を動かさないため、書き込む影響度がありません",
        )
    return share[moved].mean(axis=0)


def save(
    folder: Path, ids: Sequence[str], quantities: Sequence[str], share: np.ndarray, made: Mapping[str, object]
) -> Path:
    """Write ``influence.csv`` (parameter, influence, and its share of each quantity; the largest influence first).

    ``share`` is quantities x parameters; a quantity that nothing moves stays empty. How it was ``made`` is written
    beside it. Raises InputError where the folder cannot be written.
    """
    values = influence(share)
    order = sorted(range(len(ids)), key=lambda k: (-values[k], ids[k]))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow((*COLUMNS, *quantities))
    for k in order:
        parts = ("" if np.isnan(part) else f"{part:.6f}" for part in share[:, k])
        writer.writerow((ids[k], f"{values[k]:.6f}", *parts))
    about = "".join(f"{key} = {toml_value(value)}\n" for key, value in made.items())
    path = folder / INFLUENCE
    try:
        for file, content in ((path, table.getvalue()), (path.with_suffix(".toml"), about)):
            temporary = file.with_name(f".{file.name}.tmp")
            temporary.write_text(content, encoding="utf-8")
            os.replace(temporary, file)
    except OSError as error:
        raise InputError(
            f"the pack's folder '{folder}' cannot be written: {cause(error)}",
            f"パックのフォルダー「{folder}」に書き込めません：{japanese(cause(error))}",
        ) from None
    return path


def made_by(study: Study, folder: Path) -> dict[str, object]:
    """Return how the influence was measured: what must be said beside the numbers, and asked for to measure again."""
    manifest = store.manifest(folder)
    size = "trajectories" if study.design.method == "morris" else "points"
    return {
        "method": study.design.method,
        size: study.design.size,
        "seeds": study.seeds,
        "members": manifest["members"],
        "parameters": len(study.free),
        "scenario": manifest["scenario"],
        "scale": manifest["scale"],
        "first": manifest["first"],
        "last": manifest["last"],
        "seed": manifest["seed"],
        "indicators": [str(quantity) for quantity in study.quantities],
        "run": manifest["id"],
        "sources": manifest["sources"],
        "finished": _finished(folder),
    }


def _finished(folder: Path) -> str:
    """Return the date on which a run was finished, empty where its log is gone."""
    try:
        return str(tomllib.loads((folder / "log.toml").read_text(encoding="utf-8"))["finished"])[:10]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return ""
