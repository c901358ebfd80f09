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
from meguri.errors import InputError, Phrase, cause, japanese, unknown
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
            raise InputError(f"scenario file '{name}' does not exist", f"シナリオファイル「{name}」がありません")
    else:
        path = Path("scenarios") / f"{name}.toml"
        if not path.is_file():
            shipped = files("meguri").joinpath("scenarios", f"{name}.toml")
            if not shipped.is_file():
                raise unknown("scenario", name, names())
            return parse(shipped.read_text(encoding="utf-8"), f"{name}.toml", name)
    if path.stat().st_size > 1_000_000:
        raise InputError(
            f"scenario file '{path}' is larger than 1 MB", f"シナリオファイル「{path}」は1 MBを超えています"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"scenario file '{path}' cannot be read as UTF-8 text: {cause(error)}",
            f"シナリオファイル「{path}」をUTF-8の文字として読み込めません：{japanese(cause(error))}",
        ) from None
    return parse(text, str(path), path.stem)


def parse(text: str, where: str, identifier: str) -> Scenario:
    """Read scenario text; ``where`` names the file in error messages."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{where} is not valid TOML: {cause(error)}",
            f"{japanese(where)}は正しいTOMLではありません：{japanese(cause(error))}",
        ) from None
    _only(content, _TOP, where)
    if content.get("schema") != 1:
        raise InputError(f"{where}: 'schema' must be 1", f"{japanese(where)}：「schema」は1でなければなりません")
    label = content.get("name", {})
    if not isinstance(label, dict):
        raise InputError(
            f"{where}: 'name' must be a table with ja and en",
            f"{japanese(where)}：「name」はjaとenをもつ表でなければなりません",
        )
    choices = content.get("choice", {})
    if not isinstance(choices, dict):
        raise InputError(
            f"{where}: 'choice' must be a table of mechanism.choice = option",
            f"{japanese(where)}：「choice」は「メカニズム.選択肢 = 値」の表でなければなりません",
        )
    return Scenario(
        id=identifier,
        ja=str(label.get("ja", identifier)),
        en=str(label.get("en", identifier)),
        country=_country(content, where),
        institutions=tuple(str(item) for item in _list(content, "institutions", where)),
        changes=tuple(
            _change(row, _nth(where, "change", n)) for n, row in enumerate(_list(content, "change", where), 1)
        ),
        settings=tuple(
            _setting(row, _nth(where, "parameter", n)) for n, row in enumerate(_list(content, "parameter", where), 1)
        ),
        choices={str(key): str(value) for key, value in choices.items()},
        where=where,
    )


def doses(scenario: Scenario, first: int, last: int) -> list[Dose]:
    """Return the levers of a scenario at work over a span."""
    found = []
    for number, change in enumerate(scenario.changes, 1):
        lever = shelf("meguri.levers")[change.lever]
        where = _nth(scenario.where, "change", number)
        if change.unit and change.unit != lever.unit:
            raise InputError(
                f"{where}: lever '{lever.id}' is in {lever.unit}, not in {change.unit}",
                f"{japanese(where)}：施策「{lever.id}」の単位は{lever.unit}であり、{change.unit}ではありません",
            )
        if not lever.low <= change.value <= lever.high:
            raise InputError(
                f"{where}: '{lever.id}' = {change.value:g} is outside {lever.low:g} to {lever.high:g} {lever.unit}",
                f"{japanese(where)}：「{lever.id}」＝{change.value:g} は範囲外です（{lever.low:g}～"
                f"{lever.high:g}、単位：{lever.unit}）",
            )
        found.append(Dose(lever.id, lever.acts, change.profile(first, last), change.at))
    return found


def _nth(where: str, table: str, number: int) -> Phrase:
    """Return the place of the n-th table of a name, such as ``[[change]]``."""
    return Phrase(f"{where}, {table} {number}", f"{japanese(where)}、{table}の{number}番目")


def _change(row: Any, where: str) -> Change:
    _only(row, _CHANGE, where)
    if "lever" not in row:
        raise InputError(f"{where}: 'lever' is missing", f"{japanese(where)}：「lever」（施策）がありません")
    levers = shelf("meguri.levers")
    name = _text(row, "lever", where, "")
    if name not in levers:
        raise unknown("lever", name, levers.items, where)
    lever = levers[name]
    ramp = row.get("ramp", 0)
    if not isinstance(ramp, int) or isinstance(ramp, bool) or not 0 <= ramp <= 400:
        raise InputError(
            f"{where}: 'ramp' must be a whole number of quarters from 0 to 400",
            f"{japanese(where)}：「ramp」は0から400までの整数（四半期の数）でなければなりません",
        )
    for key in ("from", "until"):
        if key in row:
            time.quarter(str(row[key]), where)
    if "from" in row and "until" in row and time.quarter(row["until"]) < time.quarter(row["from"]):
        raise InputError(
            f"{where}: 'until' {row['until']} lies before 'from' {row['from']}",
            f"{japanese(where)}：「until」（{row['until']}）が「from」（{row['from']}）より前です",
        )
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
        raise InputError(f"{where}: 'id' and 'value' are needed", f"{japanese(where)}：「id」と「value」が必要です")
    return Setting(
        id=str(row["id"]),
        value=row["value"],
        layer=Phrase(f"scenario ({where})", f"シナリオ（{japanese(where)}）"),
        unit=_text(row, "unit", where, ""),
        evidence="assumed",
        source=_text(row, "source", where, ""),
        why=_text(row, "why", where, ""),
    )


def _only(row: Any, allowed: set[str], where: str) -> None:
    if not isinstance(row, dict):
        raise InputError(f"{where} must be a table", f"{japanese(where)}は表でなければなりません")
    for key in row:
        if key not in allowed:
            raise unknown("key", key, allowed, where)


def _list(content: dict, key: str, where: str) -> list:
    value = content.get(key, [])
    if not isinstance(value, list):
        raise InputError(
            f"{where}: '{key}' must be a list", f"{japanese(where)}：「{key}」は並び（リスト）でなければなりません"
        )
    return value


def _text(row: dict, key: str, where: str, default: str) -> str:
    value = row.get(key, default)
    if not isinstance(value, str):
        raise InputError(f"{where}: '{key}' must be text", f"{japanese(where)}：「{key}」は文字列でなければなりません")
    return value


def _number(row: dict, key: str, where: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            f"{where}: '{key}' must be a number", f"{japanese(where)}：「{key}」は数値でなければなりません"
        )
    return float(value)


def _country(content: dict, where: str) -> str:
    if "country" not in content:
        raise InputError(
            f"{where}: 'country' is missing, for example an ISO 3166-1 code of two letters",
            f"{japanese(where)}：「country」（国）がありません。ISO 3166-1の2文字の国コードを書いてください",
        )
    return _text(content, "country", where, "")
