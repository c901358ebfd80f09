"""Which parameters are free: named one by one, listed in a file, or all that somebody set by looking at outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from meguri.engine.parameters import Parameter
from meguri.errors import InputError
from meguri.model.asked import find_parameter
from meguri.model.prior import free_parameters
from meguri.model.request import RunRequest

#: The evidence of numbers that were set by looking at outcomes.
CALIBRATED = "calibrated"


def free_of(request: RunRequest, named: Sequence[str] = ()) -> tuple[Parameter, ...]:
    """Return the free parameters: those ``named`` (ids, or files with one id a line), else all calibrated ones.

    Raises InputError for an unknown id, one without a prior, or one that is named twice.
    """
    able = {spec.id: spec for spec in free_parameters(request.base)}
    if not named:
        return tuple(spec for spec in able.values() if spec.evidence == CALIBRATED)
    found: list[Parameter] = []
    for identifier, where in _ids(named):
        spec = find_parameter(identifier, request.base.specs, where)
        if spec.id not in able:
            raise InputError(
                f"{where}: '{spec.id}' has no prior (it is published or fixed by statute, not one number, "
                "or set by hand); see meguri parameters for ranges and evidence"
            )
        if spec in found:
            raise InputError(f"{where}: '{spec.id}' is named twice")
        found.append(able[spec.id])
    return tuple(found)


def _ids(named: Sequence[str]) -> list[tuple[str, str]]:
    """Return ids with the place where they are named."""
    found: list[tuple[str, str]] = []
    for name in named:
        path = Path(name)
        if not path.is_file():
            found.append((name, "--free"))
            continue
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        ids = [(line.split("#")[0].split(",")[0].strip(), number) for number, line in enumerate(lines, 1)]
        found += [(identifier, f"{name}, line {number}") for identifier, number in ids if identifier]
    return found
