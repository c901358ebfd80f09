"""The targets of a calibration: observed values with tolerances, each in a block of what belongs together."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from meguri import vocabulary
from meguri.calibrate.validation import TARGETS, factor, is_of
from meguri.errors import InputError, Phrase, cause, japanese, unknown
from meguri.indicators import family
from meguri.registry import shelf

#: Columns of a file of targets; ``tolerance`` is one standard deviation of what the model may miss the value by.
COLUMNS = ("indicator", "place", "period", "value", "tolerance")
OPTIONAL = ("unit", "block")
OTHER = "other"


@dataclass(frozen=True)
class Target:
    """A value that the model must come near: ``value`` and ``tolerance`` (one standard deviation) in ``unit``.

    The unit is that of the indicator. ``block`` names the targets that are left out together.
    """

    indicator: str
    place: str
    period: str
    value: float
    tolerance: float
    unit: str
    block: str = OTHER

    @property
    def id(self) -> str:
        """``indicator@place@period``."""
        return f"{self.indicator}@{self.place}@{self.period}"


def targets_of(country: str) -> list[Target]:
    """Return the values of the source ``targets`` that count for calibration and that the model gives.

    Where two are samples of one thing, only one of them.
    """
    known = {identifier for indicator in shelf("meguri.indicators") for identifier in indicator.ids}
    return [
        _target(item.indicator, item.place, item.period, float(item.value), width, item.unit)
        for item in shelf("meguri.sources")[TARGETS].items()
        if item.attributes["use"] == "cal" and item.attributes["counted"] and not item.attributes["same_as"]
        if is_of(country, item.place) and item.indicator in known
        for width in [float(item.attributes["tolerance"])]
    ]


def read_targets(path: Path) -> list[Target]:
    """Return the targets of a CSV file with the columns of :data:`COLUMNS`, and ``unit`` and ``block`` if there.

    Raises InputError naming file, row and column for a missing column, an unknown indicator, a number that is none or
    a target that is named twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"file of targets '{path}' cannot be read: {cause(error)}",
            f"目標値のファイル「{path}」を読み込めません：{japanese(cause(error))}",
        ) from None
    if not rows:
        raise InputError(
            f"file of targets '{path}' holds no rows; columns: {', '.join((*COLUMNS, *OPTIONAL))}",
            f"目標値のファイル「{path}」に行がありません。列：{', '.join((*COLUMNS, *OPTIONAL))}",
        )
    missing = [column for column in COLUMNS if column not in rows[0]]
    if missing:
        raise InputError(
            f"file of targets '{path}' lacks the column {missing[0]}; needed: {', '.join(COLUMNS)}",
            f"目標値のファイル「{path}」に列{missing[0]}がありません。必要な列：{', '.join(COLUMNS)}",
        )
    found = [_read(row, Phrase(f"{path}, row {number}", f"{path}、{number}行目")) for number, row in enumerate(rows, 2)]
    twice = {target.id for target in found if sum(other.id == target.id for other in found) > 1}
    if twice:
        raise InputError(
            f"file of targets '{path}' names {min(twice)} twice",
            f"目標値のファイル「{path}」に{min(twice)}が二度あります",
        )
    return found


def _read(row: Mapping[str, str], where: str) -> Target:
    known = {identifier for indicator in shelf("meguri.indicators") for identifier in indicator.ids}
    if row["indicator"] not in known:
        raise unknown("indicator", row["indicator"], known, where)
    value, tolerance = (
        _number(row[column], Phrase(f"{where}, {column}", f"{japanese(where)}、{column}"))
        for column in ("value", "tolerance")
    )
    if tolerance < 0.0:
        raise InputError(
            f"{where}: tolerance {tolerance:g} is below 0",
            f"{japanese(where)}：許容幅（tolerance）{tolerance:g}は0未満です",
        )
    unit = row.get("unit") or ""
    if unit and unit not in vocabulary.table("units"):
        raise unknown("unit", unit, [word.id for word in vocabulary.table("units")], where)
    try:
        return _target(row["indicator"], row["place"], row["period"], value, tolerance, unit, row.get("block") or "")
    except ValueError:
        own = shelf("meguri.indicators")[family(row["indicator"])].unit
        raise InputError(
            f"{where}: a value in {unit} cannot be given in {own}",
            f"{japanese(where)}：単位{unit}の値は{own}に換算できません",
        ) from None


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: '{text}' is not a number", f"{japanese(where)}：「{text}」は数値ではありません")
    return value


def _target(
    indicator: str, place: str, period: str, value: float, tolerance: float, unit: str, block: str = ""
) -> Target:
    own = shelf("meguri.indicators")[family(indicator)].unit
    scale = factor(unit or own, own)
    return Target(indicator, place, period, value * scale, tolerance * scale, own, block or block_of(indicator))


@cache
def blocks() -> dict[str, dict[str, object]]:
    """Return the blocks of ``blocks.toml`` by id: labels ``ja`` and ``en``, and ``indicators``."""
    content = tomllib.loads(files("meguri.calibrate").joinpath("blocks.toml").read_text(encoding="utf-8"))
    return {str(block["id"]): block for block in content["block"]}


def block_of(indicator: str) -> str:
    """Return the block that an indicator belongs to, ``other`` where none names it."""
    for identifier, block in blocks().items():
        if family(indicator) in block["indicators"]:  # type: ignore[operator]
            return identifier
    return OTHER


def in_blocks(targets: Sequence[Target]) -> dict[str, list[int]]:
    """Return the places of the targets of each block, blocks in the order in which they first appear."""
    found: dict[str, list[int]] = {}
    for place, target in enumerate(targets):
        found.setdefault(target.block, []).append(place)
    return found
