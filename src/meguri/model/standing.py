"""Whether numbers by element or by year are those that stand already: a country pack's table, or its path.

A row of a file that repeats what the pack says is no setting, so that the layer of the number stays the pack's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from meguri.engine.parameters import ELEMENTS, Parameter, Resolved
from meguri.engine.resolver import by_element, by_fiscal_year

#: Two numbers that differ by less than this share are the same: a workbook keeps 15 digits.
SAME = 1e-12


def stands(spec: Parameter, value: Any, resolved: Resolved, where: str) -> bool:
    """Return whether numbers (in the unit of ``spec``) are the resolved ones of a path or table.

    ``value`` is by fiscal year for a path, by element (or a list in the order of elements) for a table. Raises
    InputError, beginning with ``where``, for an element that is unknown or missing.
    """
    given = replace(spec, value=value, path="", table="")
    if spec.shape in ELEMENTS:
        found = by_element(given, "", where)
    else:
        quarters = range(resolved.first, resolved.first + resolved.quarters)
        found = by_fiscal_year(given, quarters, resolved.fiscal_year_begins)
        if spec.unit.endswith("/yr"):
            found = found / 4.0
    standing = np.asarray(resolved.values[spec.id], float)
    return found.shape == standing.shape and bool(np.allclose(found, standing, rtol=SAME, atol=0.0))
