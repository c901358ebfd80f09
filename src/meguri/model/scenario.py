"""Scenario files: what an analyst changes, checked key by key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from meguri.engine import time
from meguri.engine.parameters import Dose, Setting
from meguri.errors import InputError, unknown
from meguri.registry import shelf

_TOP = {"schema", "name", "country", "institutions", "change", "parameter", "choice", "note"}
_CHANGE = {"lever", "value", "unit", "from", "until", "ramp", "at"}
_PARAMETER = {"id", "value", "unit", "source", "why"}


@dataclass(frozen=True)
class Change:
    """One use of a lever: dose in the lever's unit from a quarter to another, with a linear ramp."""

    lever: str
    value: float
    unit: str = ""
    first: str = ""
    last: str = ""
    ramp: int = 0
    at: str = ""

    def profile(self, first: int, last: int) -> np.ndarray:
        """Return the dose in each quarter of a span (inclusive)."""
        start = time.quarter(self.first) if self.first else first
        end = time.quarter(self.last) if self.last else last
        t = np.arange(first, last + 1)
        share = np.clip((t - start + 1) / self.ramp, 0.0, 1.0) if self.ramp > 0 else np.ones(len(t))
        return np.where((t >= start) & (t <= end), self.value * share, 0.0)


@dataclass(frozen=True)
class Scenario:
    """What a run is about: country, institutions, levers by date, and numbers set by hand."""

    id: str
    ja: str
    en: str
    country: str
    institutions: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    settings: tuple[Setting, ...] = ()
    choices: dict[str, str] = field(default_factory=dict)
    where: str = ""


def names() -> list[str]:
    """Return the scenarios that come with the package and those in ``./scenarios``."""
    shipped = [
        entry.name[:-5] for entry in files("meguri").joinpath("scenarios").iterdir() if entry.name.endswith(".toml")
    ]
    own = [path.stem for path in sorted(Path("scenarios").glob("*.toml"))] if Path("scenarios").is_dir() else []
    return sorted({*shipped, *own})


def load(name: str) -> Scenario:
    """Return the scenario of a name or of a ``.toml`` path; raise InputError in one clear sentence."""
    if name.endswith(".toml") or "/" in name or "\\" in name:
        path = Path(name)
        if not path.is_file():
            raise InputError(f"scenario file '{name}' does not exist")
    else:
        path = Path("scenarios") / f"{name}.toml"
        if not path.is_file():
            shipped = files("meguri").joinpath("scenarios", f"{name}.toml")
            if not shipped.is_file():
                raise unknown("scenario", name, names())
            return parse(shipped.read_text(encoding="utf-8"), f"{name}.toml", name)
    if path.stat().st_size > 1_000_000:
        raise InputError(f"scenario file '{path}' is larger than 1 MB")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"scenario file '{path}' cannot be read as UTF-8 text: {error}") from None
    return parse(text, str(path), path.stem)


def parse(text: str, where: str, identifier: str) -> Scenario:
    """Read scenario text; ``where`` names the file in error messages."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where} is not valid TOML: {error}") from None
    _only(content, _TOP, where)
    if content.get("schema") != 1:
        raise InputError(f"{where}: 'schema' must be 1")
    label = content.get("name", {})
    if not isinstance(label, dict):
        raise InputError(f"{where}: 'name' must be a table with ja and en")
    choices = content.get("choice", {})
    if not isinstance(choices, dict):
        raise InputError(f"{where}: 'choice' must be a table of mechanism.choice = option")
    return Scenario(
        id=identifier,
        ja=str(label.get("ja", identifier)),
        en=str(label.get("en", identifier)),
        country=_country(content, where),
        institutions=tuple(str(item) for item in _list(content, "institutions", where)),
        changes=tuple(_change(row, f"{where}, change {n}") for n, row in enumerate(_list(content, "change", where), 1)),
        settings=tuple(
            _setting(row, f"{where}, parameter {n}") for n, row in enumerate(_list(content, "parameter", where), 1)
        ),
        choices={str(key): str(value) for key, value in choices.items()},
        where=where,
    )


def doses(scenario: Scenario, first: int, last: int) -> list[Dose]:
    """Return the levers of a scenario at work over a span."""
    found = []
    for number, change in enumerate(scenario.changes, 1):
        lever = shelf("meguri.levers")[change.lever]
        where = f"{scenario.where}, change {number}"
        if change.unit and change.unit != lever.unit:
            raise InputError(f"{where}: lever '{lever.id}' is in {lever.unit}, not in {change.unit}")
        if not lever.low <= change.value <= lever.high:
            raise InputError(
                f"{where}: '{lever.id}' = {change.value:g} is outside {lever.low:g} to {lever.high:g} {lever.unit}"
            )
        found.append(Dose(lever.id, lever.acts, change.profile(first, last), change.at))
    return found


def _change(row: Any, where: str) -> Change:
    _only(row, _CHANGE, where)
    if "lever" not in row:
        raise InputError(f"{where}: 'lever' is missing")
    levers = shelf("meguri.levers")
    name = _text(row, "lever", where, "")
    if name not in levers:
        raise unknown("lever", name, levers.items, where)
    lever = levers[name]
    ramp = row.get("ramp", 0)
    if not isinstance(ramp, int) or isinstance(ramp, bool) or not 0 <= ramp <= 400:
        raise InputError(f"{where}: 'ramp' must be a whole number of quarters from 0 to 400")
    for key in ("from", "until"):
        if key in row:
            time.quarter(str(row[key]), where)
    if "from" in row and "until" in row and time.quarter(row["until"]) < time.quarter(row["from"]):
        raise InputError(f"{where}: 'until' {row['until']} lies before 'from' {row['from']}")
    return Change(
        lever=lever.id,
        value=_number(row, "value", where),
        unit=_text(row, "unit", where, ""),
        first=_text(row, "from", where, ""),
        last=_text(row, "until", where, ""),
        ramp=ramp,
        at=_text(row, "at", where, ""),
    )


def _setting(row: Any, where: str) -> Setting:
    _only(row, _PARAMETER, where)
    if "id" not in row or "value" not in row:
        raise InputError(f"{where}: 'id' and 'value' are needed")
    return Setting(
        id=str(row["id"]),
        value=row["value"],
        layer=f"scenario ({where})",
        unit=_text(row, "unit", where, ""),
        evidence="assumed",
        source=_text(row, "source", where, ""),
        why=_text(row, "why", where, ""),
    )


def _only(row: Any, allowed: set[str], where: str) -> None:
    if not isinstance(row, dict):
        raise InputError(f"{where} must be a table")
    for key in row:
        if key not in allowed:
            raise unknown("key", key, allowed, where)


def _list(content: dict, key: str, where: str) -> list:
    value = content.get(key, [])
    if not isinstance(value, list):
        raise InputError(f"{where}: '{key}' must be a list")
    return value


def _text(row: dict, key: str, where: str, default: str) -> str:
    value = row.get(key, default)
    if not isinstance(value, str):
        raise InputError(f"{where}: '{key}' must be text")
    return value


def _number(row: dict, key: str, where: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where}: '{key}' must be a number")
    return float(value)


def _country(content: dict, where: str) -> str:
    if "country" not in content:
        raise InputError(f"{where}: 'country' is missing, for example an ISO 3166-1 code of two letters")
    return _text(content, "country", where, "")
