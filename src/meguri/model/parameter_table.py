"""The parameters of a run as a table: value, layer that set it, range, evidence, influence."""

from __future__ import annotations

import csv
import json
import math
from types import SimpleNamespace

import numpy as np
import polars as pl

from meguri.engine.parameters import Resolved
from meguri.errors import InputError
from meguri.packs import Pack

#: The file of a country pack that holds parameter and influence, as a sensitivity study measured them.
INFLUENCE = "influence.csv"


def parameter_table(resolved: Resolved, pack: Pack | None = None) -> pl.DataFrame:
    """Return one row a parameter.

    ``value`` is the number of a constant scalar; ``values`` is the whole array as JSON (first axis: quarters,
    or one entry when constant),
    or the columns of a table. ``layer`` says who set it, ``was`` what it was before calibration. ``influence`` is the
    share of the uncertainty of the headline indicators that the parameter brings, as measured for the country of
    ``pack``, null where it was not moved.
    """
    known = influence_of(pack) if pack is not None else {}
    rows = []
    for identifier in sorted(resolved.specs):
        spec, values = resolved.specs[identifier], resolved.values[identifier]
        scalar, text = None, ""
        if isinstance(values, SimpleNamespace):
            text = json.dumps({name: column.tolist() for name, column in vars(values).items()}, ensure_ascii=False)
        else:
            assert isinstance(values, np.ndarray)
            text = json.dumps(values.tolist())
            scalar = float(values[0]) if values.shape == (1,) else None
        rows.append(
            {
                "id": identifier,
                "mechanism": spec.mechanism,
                "ja": spec.ja,
                "en": spec.en,
                "unit": spec.unit,
                "shape": spec.shape,
                "role": spec.role,
                "value": scalar,
                "values": text,
                "low": spec.low,
                "high": spec.high,
                "layer": resolved.layer[identifier],
                "evidence": spec.evidence,
                "source": spec.source,
                "why": spec.why,
                "was": spec.was,
                "influence": known.get(identifier),
            }
        )
    floats = dict.fromkeys(("value", "low", "high", "was", "influence"), pl.Float64)
    return pl.DataFrame(rows, schema_overrides=floats, infer_schema_length=None)


def influence_of(pack: Pack) -> dict[str, float]:
    """Return the measured influence of parameters by id, empty where the pack ships none.

    Raises InputError naming file and line for a number that is none or lies outside 0 to 1.
    """
    path = pack.folder.joinpath(INFLUENCE)
    if not path.is_file():
        return {}
    found: dict[str, float] = {}
    for line, row in enumerate(csv.DictReader(path.read_text(encoding="utf-8").splitlines()), start=2):
        try:
            value = float(row["influence"])
        except (KeyError, TypeError, ValueError):
            value = math.nan
        if not 0.0 <= value <= 1.0:
            raise InputError(
                f"packs/countries/{pack.id}/{INFLUENCE} line {line}: influence must be a share from 0 to 1",
                f"packs/countries/{pack.id}/{INFLUENCE}の{line}行目：influenceは0から1までの割合でなければなりません",
            )
        found[row["parameter"]] = value
    return found


def shares_of(pack: Pack) -> dict[str, dict[str, float]]:
    """Return, for each parameter, its share of the spread of each headline indicator, as the pack ships them.

    Keys are ``indicator@place@period``; an indicator that no parameter moved is left out.
    """
    path = pack.folder.joinpath(INFLUENCE)
    if not path.is_file():
        return {}
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["parameter"]: {key: float(part) for key, part in row.items() if "@" in key and part} for row in rows}
