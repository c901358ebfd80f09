"""Which parameters a study frees: named by id or by mechanism, listed in a file, or all of a class of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from meguri.engine.parameters import Parameter
from meguri.errors import InputError, Phrase, japanese
from meguri.model.asked import find_parameter
from meguri.model.prior import free_parameters
from meguri.model.request import RunRequest


def free_of(request: RunRequest, named: Sequence[str] = (), evidence: str = "") -> tuple[Parameter, ...]:
    """Return the free parameters: those ``named`` (ids, mechanisms, or files with one of these a line).

    Where nothing is named, all that have a prior, or those of one class of ``evidence``. Raises InputError for an
    unknown name, a parameter without a prior, or one that is named twice.
    """
    able = {spec.id: spec for spec in free_parameters(request.base)}
    if not named:
        return tuple(spec for spec in able.values() if not evidence or spec.evidence == evidence)
    found: list[Parameter] = []
    for name, where in _names(named):
        of_mechanism = [spec for spec in able.values() if spec.mechanism == name]
        for spec in of_mechanism or [find_parameter(name, request.base.specs, where)]:
            if spec.id not in able:
                raise InputError(
                    f"{where}: '{spec.id}' has no prior (it is published or fixed by statute, not one number, "
                    "or set by hand); see meguri parameters for ranges and evidence",
                    f"{japanese(where)}：「{spec.id}」には事前分布がありません（公表値または法令で定"
                    "まる値、一つの数値でないもの、手で設定した値のいずれかです）。範囲と根拠は"
                    "meguri parametersで見られます",
                )
            if any(one.id == spec.id for one in found):
                raise InputError(
                    f"{where}: '{spec.id}' is named twice", f"{japanese(where)}：「{spec.id}」が二度あります"
                )
            found.append(able[spec.id])
    return tuple(found)


def _names(named: Sequence[str]) -> list[tuple[str, str]]:
    """Return names with the place where they stand."""
    found: list[tuple[str, str]] = []
    for name in named:
        path = Path(name)
        if not path.is_file():
            found.append((name, "--free"))
            continue
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        names = [(line.split("#")[0].split(",")[0].strip(), number) for number, line in enumerate(lines, 1)]
        found += [(one, Phrase(f"{name}, line {number}", f"{name}、{number}行目")) for one, number in names if one]
    return found
