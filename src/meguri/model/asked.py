"""Numbers that are set by hand for one run: doses of levers and values of parameters.

An id is that of a lever (the value is its dose, 0 being rest; ``lever@element`` acts on one element, for example one
link), the full id of a parameter (``mechanism.name``), or the short name of a parameter where no lever and no other
parameter bears it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from meguri import vocabulary
from meguri.engine.parameters import ELEMENTS, Parameter, Setting
from meguri.errors import InputError, Phrase, japanese, unknown
from meguri.model.request import all_specifications
from meguri.model.scenario import Change, Scenario
from meguri.registry import shelf


def apply_values(scenario: Scenario, values: Mapping[str, object], where: str) -> tuple[Scenario, tuple[Setting, ...]]:
    """Return the scenario with the doses added, and the parameters set; ``where`` names the place in errors.

    Raises InputError for an unknown id, a value that is no number, or one outside the range of its lever or
    parameter.
    """
    specs = {spec.id: spec for spec in all_specifications()} if values else {}
    changes: list[Change] = []
    settings: list[Setting] = []
    for identifier, value in values.items():
        lever, _, element = identifier.partition("@")
        if lever in shelf("meguri.levers"):
            changes.append(_change(lever, element, value, where))
        else:
            spec = find_parameter(identifier, specs, where)
            check(spec, value, where)
            settings.append(
                Setting(
                    spec.id,
                    value,
                    Phrase(f"user ({where})", f"利用者の指定（{japanese(where)}）"),
                    evidence="assumed",
                    source=f"set by {where}",
                )
            )
    return replace(scenario, changes=(*scenario.changes, *changes)), tuple(settings)


def find_parameter(identifier: str, specs: Mapping[str, Parameter], where: str) -> Parameter:
    """Return the specification of a full id or of a short name that one mechanism uses; else raise InputError."""
    if identifier in specs:
        return specs[identifier]
    matches = [spec for spec in specs.values() if spec.name == identifier]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(
            f"{where}: '{identifier}' is ambiguous; write one of {', '.join(spec.id for spec in matches)}",
            f"{japanese(where)}：「{identifier}」は一つに決まりません。次のいずれかを書いてくださ"
            f"い：{', '.join(spec.id for spec in matches)}",
        )
    levers = [lever.id for lever in shelf("meguri.levers")]
    raise unknown("lever or parameter", identifier, [*levers, *specs, *(spec.name for spec in specs.values())], where)


def check(spec: Parameter, value: object, where: str) -> None:
    """Raise InputError when a value (a number, or numbers by element or year) is none or lies outside the range.

    The element stands behind the id, as in ``firm_research.intensity@chemicals``.
    """
    for at, one in _numbers(value):
        name = f"{spec.id}@{at}" if at else spec.id
        if isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one):
            raise InputError(
                f"{where}: '{name}' must be a number in {spec.unit}, not '{one}'",
                f"{japanese(where)}：「{name}」は数値（単位：{spec.unit}）でなければなりません。「{one}」は使えません",
            )
        if (spec.low is not None and one < spec.low) or (spec.high is not None and one > spec.high):
            raise InputError(
                f"{where}: '{name}' = {one:g} is outside {_range(spec)} {spec.unit}",
                f"{japanese(where)}：「{name}」＝{one:g} は範囲外です（{japanese(_range(spec))}、単位：{spec.unit}）",
            )


def _change(identifier: str, element: str, value: object, where: str) -> Change:
    lever = shelf("meguri.levers")[identifier]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(
            f"{where}: the dose of '{identifier}' must be a number in {lever.unit}, not '{value}'",
            f"{japanese(where)}：「{identifier}」の強さは数値（単位：{lever.unit}）でなければなり"
            f"ません。「{value}」は使えません",
        )
    if not lever.low <= value <= lever.high:
        raise InputError(
            f"{where}: '{identifier}' = {value:g} is outside {lever.low:g} to {lever.high:g} {lever.unit}",
            f"{japanese(where)}：「{identifier}」＝{value:g} は範囲外です（{lever.low:g}～"
            f"{lever.high:g}、単位：{lever.unit}）",
        )
    if element:
        _check_element(identifier, element, where)
    return Change(lever=identifier, value=float(value), at=element)


def _check_element(identifier: str, element: str, where: str) -> None:
    """Raise InputError when a lever acts on no parameter that has such an element."""
    specs = {spec.id: spec for spec in all_specifications()}
    for act in shelf("meguri.levers")[identifier].acts:
        shape = specs[act.parameter].shape if act.parameter in specs else ""
        if shape not in ELEMENTS:
            raise InputError(
                f"{where}: lever '{identifier}' acts on one number and takes no '@{element}'",
                f"{japanese(where)}：施策「{identifier}」は一つの数値に効くため、「@{element}」は付けられません",
            )
        words = vocabulary.table(ELEMENTS[shape])
        if element not in words:
            raise unknown(shape, element, words.ids, where)


def _numbers(value: object, at: str = "") -> list[tuple[str, object]]:
    """Return the numbers of a value, each with its element or year."""
    if isinstance(value, dict):
        return [one for key, item in value.items() for one in _numbers(item, str(key))]
    if isinstance(value, list | tuple):
        return [one for item in value for one in _numbers(item, at)]
    return [(at, value)]


def _range(spec: Parameter) -> Phrase:
    if spec.low is None:
        return Phrase(f"at most {spec.high:g}", f"{spec.high:g}以下")
    if spec.high is None:
        return Phrase(f"at least {spec.low:g}", f"{spec.low:g}以上")
    return Phrase(f"{spec.low:g} to {spec.high:g}", f"{spec.low:g}～{spec.high:g}")
