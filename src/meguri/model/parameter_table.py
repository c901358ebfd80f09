"""The parameters of a run as a table: value, layer that set it, range, evidence."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import polars as pl

from meguri.engine.parameters import Resolved


def parameter_table(resolved: Resolved) -> pl.DataFrame:
    """Return one row a parameter.

    ``value`` is the number of a constant scalar; ``values`` is the whole array as JSON (first axis: quarters,
    or one entry when constant),
    or the columns of a table. ``layer`` says who set it, ``was`` what it was before calibration.
    """
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
            }
        )
    floats = dict.fromkeys(("value", "low", "high", "was"), pl.Float64)
    return pl.DataFrame(rows, schema_overrides=floats, infer_schema_length=None)
