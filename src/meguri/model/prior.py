"""What is believed of a number before any target is seen: its range, and its best guess inside.

A free parameter is a scalar that somebody estimated, assumed or calibrated: role ``parameter``, with a range, and not
published or fixed by statute or by the document. Its prior is triangular between ``low`` and ``high`` with the mode at
the best guess (the value before calibration where there is one), on a logarithmic axis where the range spans more than
a factor of five above zero. The key ``prior`` of its row in the ``.toml`` says otherwise: ``uniform``,
``loguniform``, ``triangular``, ``logtriangular`` or ``fixed``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from meguri.engine.parameters import Parameter, Resolved

PRIORS = ("uniform", "loguniform", "triangular", "logtriangular", "fixed")
#: Ranges wider than this factor are drawn on a logarithmic axis.
WIDE = 5.0
_KNOWN = {"published", "document"}


def prior_of(spec: Parameter) -> str:
    """Return the kind of prior of a parameter, one of :data:`PRIORS`."""
    if spec.role != "parameter" or spec.shape != "scalar" or spec.path or spec.table:
        return "fixed"
    if spec.low is None or spec.high is None or not spec.low < spec.high or not isinstance(spec.value, int | float):
        return "fixed"
    if spec.prior:
        return spec.prior
    if spec.evidence in _KNOWN:
        return "fixed"
    return "logtriangular" if spec.low > 0.0 and spec.high > WIDE * spec.low else "triangular"


def free_parameters(resolved: Resolved) -> list[Parameter]:
    """Return the parameters of a run that have a prior, by id; numbers that a user or scenario set are not free."""
    held = ("user", "scenario")
    return [
        spec
        for identifier, spec in sorted(resolved.specs.items())
        if prior_of(spec) != "fixed" and not resolved.layer[identifier].startswith(held)
    ]


def quantile(spec: Parameter, u: np.ndarray) -> np.ndarray:
    """Return the values of a free parameter at probabilities ``u`` of its prior: rising in ``u``.

    Triangular with mode c on [a, b]: a + sqrt(u (b-a)(c-a)) below the mode's probability (c-a)/(b-a), and
    b - sqrt((1-u)(b-a)(b-c)) above.
    """
    kind = prior_of(spec)
    if kind == "fixed":
        raise ValueError(f"'{spec.id}' has no prior")
    assert spec.low is not None
    assert spec.high is not None
    u = np.asarray(u, float)
    log = kind.startswith("log")
    low, high, mode = (np.log(x) if log else x for x in (spec.low, spec.high, _best_guess(spec)))
    if kind.endswith("uniform"):
        x = low + u * (high - low)
    else:
        split = (mode - low) / (high - low)
        below = low + np.sqrt(u * (high - low) * (mode - low))
        above = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
        x = np.where(u < split, below, above)
    return np.clip(np.exp(x) if log else x, spec.low, spec.high)


def _best_guess(spec: Parameter) -> float:
    assert isinstance(spec.value, int | float)
    assert spec.low is not None
    assert spec.high is not None
    guess = spec.was if spec.was is not None else float(spec.value)
    return min(max(guess, spec.low), spec.high)


def values_at(specs: Iterable[Parameter], unit: np.ndarray) -> np.ndarray:
    """Return parameter values (rows: draws) for points of the unit cube, one column a parameter."""
    columns = [quantile(spec, unit[:, k]) for k, spec in enumerate(specs)]
    return np.column_stack(columns) if columns else np.zeros((len(unit), 0))
