"""Resolves layers of settings into the arrays that kernels read, one by quarter and parameter.

Order of the layers: defaults, country pack, institution packs in the order named, scenario parameters,
levers by date. Packs only set. A lever adds before any lever multiplies, so their order does not matter;
dose 0 leaves every bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from meguri import vocabulary
from meguri.engine import time
from meguri.engine.money import REFERENCE, Money
from meguri.engine.parameters import ELEMENTS, Act, Dose, Held, Parameter, Resolved, Setting
from meguri.errors import NOUNS, InputError, Phrase, japanese, unknown

#: The layer of a number that nothing but its own declaration sets.
DEFAULT = Phrase("default", "既定値")


class Resolver:
    """Resolves layers into arrays for a span of quarters.

    ``pack`` gives paths and tables: ``pack.path(series, first, last) -> list`` and ``pack.table(name)``.
    """

    def __init__(self, specs: Iterable[Parameter], pack, first: int, last: int) -> None:
        self.pack = pack
        self.first, self.last = first, last
        self.specs = {spec.id: spec for spec in specs}
        self.settings: dict[str, Setting] = {}
        self.doses: list[Dose] = []
        self.by_year: set[str] = set()
        self.fiscal_year_begins: int = getattr(pack, "fiscal_year_first_quarter", 2)
        self.money = Money(getattr(pack, "currency", REFERENCE), getattr(pack, "minor_unit", 0),
                           getattr(pack, "yen_at_parity", 1.0))  # fmt: skip

    def find(self, identifier: str, where: str = "") -> str:
        """Return the full id for an id or for a short name that only one mechanism uses."""
        if identifier in self.specs:
            return identifier
        matches = [full for full, spec in self.specs.items() if spec.name == identifier]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise InputError(
                f"'{identifier}' is ambiguous: write one of {', '.join(matches)}",
                f"「{identifier}」は一つに決まりません。次のいずれかを書いてください：{', '.join(matches)}",
            )
        raise unknown("parameter", identifier, [*self.specs, *(spec.name for spec in self.specs.values())], where)

    def set(self, setting: Setting, where: str = "", exclusive: str = "") -> None:
        """Let a layer set a parameter; ``exclusive`` names a kind of layer of which two may not differ."""
        identifier = self.find(setting.id, where)
        spec = self.specs[identifier]
        own = self.money.own(spec.unit)
        if setting.unit and setting.unit not in (spec.unit, own, self.money.counted(spec.unit)):
            raise InputError(
                f"{where}: '{setting.id}' is in {own}, not in {setting.unit}",
                f"{japanese(where)}：「{setting.id}」の単位は{own}であり、{setting.unit}ではありません",
            )
        earlier = self.settings.get(identifier)
        if exclusive and earlier and earlier.layer.startswith(exclusive) and earlier.said != setting.said:
            raise InputError(
                f"{earlier.layer} and {setting.layer} set '{identifier}' differently",
                f"{japanese(earlier.layer)}と{japanese(setting.layer)}で、「{identifier}」の値が食い違っています",
            )
        path = (earlier.path if earlier is not None else "") or spec.path
        if isinstance(setting.value, dict) and (path or _is_flow(spec)):
            self.by_year.add(identifier)
        elif setting.path or setting.value is not None:
            self.by_year.discard(identifier)
        self.settings[identifier] = replace(setting, id=identifier)

    def dose(self, dose: Dose) -> None:
        """Put a lever to work."""
        self.doses.append(dose)

    def resolve(self) -> Resolved:
        """Return the arrays; raise InputError for a missing value or one outside its range."""
        resolved = Resolved(self.first, self.last - self.first + 1, fiscal_year_begins=self.fiscal_year_begins)
        for identifier, spec in self.specs.items():
            setting = self.settings.get(identifier)
            layer: str = DEFAULT
            if setting is not None:
                layer = setting.layer
                changed = {
                    key: getattr(setting, key)
                    for key in ("path", "table", "column", "evidence", "source", "why", "low", "high", "was")
                    if getattr(setting, key) not in ("", None)
                }
                if setting.value is not None:
                    changed |= {"value": setting.value, "path": "", "table": ""}
                if identifier in self.by_year:
                    changed["shape"] = "fiscal_year"
                spec = replace(spec, **changed)
            resolved.layer[identifier] = layer
            values = self._array(spec, layer, setting.held if setting is not None else None)
            factor = self.money.factor(spec.unit, setting.unit if setting is not None else "")
            if _is_flow(self.specs[identifier]) and not spec.path:
                values = values / 4.0  # a path is by quarter already
            if factor != 1.0 and isinstance(values, np.ndarray):
                values = values * factor
            resolved.values[identifier] = values
            resolved.specs[identifier] = self.money.settled(spec, self.specs[identifier], setting)
        self.apply_doses(resolved)
        for identifier, spec in resolved.specs.items():
            _check_range(spec, resolved.values[identifier], resolved.layer[identifier])
        return resolved

    def _array(self, spec: Parameter, layer: str, held: Held | None = None):
        known = {} if held is None else {"held": held}
        if spec.shape == "table":
            columns = self.pack.table(spec.table, **known)
            return SimpleNamespace(**{name: np.asarray(column) for name, column in columns.items()})
        if spec.path:
            return np.asarray(self.pack.path(spec.path, time.name(self.first), time.name(self.last), **known), float)
        if spec.table:
            return _at_places(spec, np.asarray(self.pack.table(spec.table)[spec.column], float))
        if spec.value is None:
            raise InputError(
                f"'{spec.id}' has no value: the country pack must set it",
                f"「{spec.id}」に値がありません。国のパックで定める必要があります",
            )
        if spec.shape == "fiscal_year":
            return by_fiscal_year(spec, range(self.first, self.last + 1), self.fiscal_year_begins)
        if spec.shape == "scalar":
            return np.array([_number(spec, spec.value, layer)])
        if spec.shape in ELEMENTS:
            return by_element(spec, layer)
        if spec.shape == "list":
            return np.array([[_number(spec, value, layer) for value in _sequence(spec)]])
        raise InputError(
            f"'{spec.id}' has unknown shape '{spec.shape}'", f"「{spec.id}」の形「{spec.shape}」は知られていません"
        )

    def apply_doses(self, resolved: Resolved) -> None:
        """Let the levers act on arrays that were resolved without them."""
        for how in ("add", "multiply"):
            for dose in self.doses:
                lever = Phrase(f"lever {dose.lever}", f"施策「{dose.lever}」")
                for act in dose.acts:
                    if act.how == how and np.any(dose.profile != 0.0):
                        identifier = self.find(act.parameter, lever)
                        resolved.values[identifier] = self._dosed(resolved, identifier, act, dose)
                        resolved.layer[identifier] = lever

    def _dosed(self, resolved: Resolved, identifier: str, act: Act, dose: Dose) -> np.ndarray:
        values = resolved.values[identifier]
        assert isinstance(values, np.ndarray)
        if len(values) == 1:
            values = np.repeat(values, resolved.quarters, axis=0)
        values = values.copy()
        amount = dose.profile * act.per_unit_of_dose
        active = dose.profile != 0.0
        where: np.ndarray | tuple[np.ndarray, int] = active
        if values.ndim == 2:
            spec = resolved.specs[identifier]
            amount = amount[:, None]
            if dose.element:
                words = vocabulary.table(ELEMENTS[spec.shape])
                column = words.code(dose.element) - 1
                where = (active, column)
                amount = amount[:, 0]
        amount = amount[active]
        if act.how == "add":
            values[where] = values[where] + amount
        else:
            values[where] = values[where] * (1.0 + amount)
        return values


def _is_flow(spec: Parameter) -> bool:
    """Return whether a parameter is a yearly flow from outside, which mechanisms read quarter by quarter."""
    return spec.role == "exogenous" and spec.shape == "scalar" and spec.unit.endswith("/yr")


def by_fiscal_year(spec: Parameter, quarters: range, begins: int) -> np.ndarray:
    """Return the values of a parameter that is given by first fiscal year, by quarter; one where it is constant."""
    if not isinstance(spec.value, dict):
        return np.array([_number(spec, spec.value, "")])
    steps = sorted((int(year), float(value)) for year, value in spec.value.items())
    values = np.empty(len(quarters))
    for i, t in enumerate(quarters):
        past = [value for year, value in steps if year <= time.fiscal_year(t, begins)]
        values[i] = past[-1] if past else steps[0][1]
    return values


def _at_places(spec: Parameter, values: np.ndarray) -> np.ndarray:
    """Return one row; numbers by region of a country with fewer regions than the vocabulary are 0 beyond them."""
    missing = len(vocabulary.table("regions")) - len(values) if spec.shape == "region" else 0
    return np.concatenate([values, np.zeros(max(missing, 0))])[None, :]


def _sequence(spec: Parameter) -> list:
    if not isinstance(spec.value, list):
        raise InputError(f"'{spec.id}' must be a list", f"「{spec.id}」は数値の並びでなければなりません")
    return spec.value


def _number(spec: Parameter, value: object, layer: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            f"'{spec.id}' must be a number, not '{value}' ({layer})",
            f"「{spec.id}」は数値でなければなりません。「{value}」は数値ではありません（{japanese(layer)}）",
        )
    return float(value)


def by_element(spec: Parameter, layer: str, where: str = "") -> np.ndarray:
    """Return one row: the values of a parameter in the order of the vocabulary that its shape names.

    Raises InputError, beginning with ``where``, for an element that the vocabulary does not know or that has no value.
    """
    words = vocabulary.table(ELEMENTS[spec.shape])
    start = Phrase(f"{where}: ", f"{japanese(where)}：") if where else Phrase("", "")
    each = Phrase(spec.shape, NOUNS[spec.shape])
    if isinstance(spec.value, dict):
        rest = spec.value.get("default")
        for key in spec.value:
            if key != "default" and key not in words:
                place = Phrase(f"{start}'{spec.id}'", f"{start.ja}「{spec.id}」")
                raise unknown(spec.shape, str(key), words.ids, place)
        missing = ", ".join(word.id for word in words if spec.value.get(word.id, rest) is None)
        if missing:
            raise InputError(
                f"{start}'{spec.id}' has no number for {missing}; give one for each {each}, or 'default' for the rest",
                f"{start.ja}「{spec.id}」に{missing}の数値がありません。"
                f"{each.ja}ごとに書くか、残りを「default」で書いてください",
            )
        return np.array([[_number(spec, spec.value.get(word.id, rest), layer) for word in words]])
    if isinstance(spec.value, list):
        if spec.shape == "region" and 0 < len(spec.value) < len(words):
            return _at_places(spec, np.array([_number(spec, value, layer) for value in spec.value]))
        if len(spec.value) != len(words):
            raise InputError(
                f"{start}'{spec.id}' needs {len(words)} values, one for each {each}",
                f"{start.ja}「{spec.id}」には{len(words)}個の値が必要です（{each.ja}ごとに一つ）",
            )
        return np.array([[_number(spec, value, layer) for value in spec.value]])
    return np.full((1, len(words)), _number(spec, spec.value, layer))


def _check_range(spec: Parameter, values, layer: str) -> None:
    if isinstance(values, SimpleNamespace):
        return
    if not np.all(np.isfinite(values)):
        raise InputError(
            f"'{spec.id}' has a value that is not a finite number ({layer})",
            f"「{spec.id}」に有限の数値でない値があります（{japanese(layer)}）",
        )
    low, high = float(np.min(values)), float(np.max(values))
    if (spec.low is not None and low < spec.low) or (spec.high is not None and high > spec.high):
        outside = low if spec.low is not None and low < spec.low else high
        span: str = ""
        if spec.low is not None and spec.high is not None:
            span = Phrase(f" {spec.low:g} to {spec.high:g}", f"（{spec.low:g}～{spec.high:g}）")
        raise InputError(
            f"'{spec.id}' = {outside:g} {spec.unit} is outside its range{span} ({layer})",
            f"「{spec.id}」＝{outside:g}（単位：{spec.unit}）は範囲外です{japanese(span)}。設定元：{japanese(layer)}",
        )
