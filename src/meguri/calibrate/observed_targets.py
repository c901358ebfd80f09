"""Targets taken from the observatory: what an import or a source says, with a tolerance that the user gives.

``observatory:SOURCE[,INDICATOR...]`` names them. A source says what it measured, seldom by how much a model may miss
it: the tolerance (one standard deviation) is a share of each value (``5%``), a number in the indicator's unit, or,
where none is given, half of what lies between ``low`` and ``high`` of the row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meguri.calibrate.earlier import year_of
from meguri.calibrate.targets import Target, block_of
from meguri.calibrate.validation import Validation, against, factor, is_of, simulated_in
from meguri.engine import time
from meguri.errors import InputError, Phrase, japanese, unknown
from meguri.indicators import family, member, unit_in
from meguri.ledger import store
from meguri.observatory.worlds import WorldName
from meguri.packs import load_pack
from meguri.registry import shelf

#: Statuses of an observation that a model can be held against, and the evidence that each is.
EVIDENCE = {"observed": "published", "measured": "derived"}


@dataclass(frozen=True)
class Tolerance:
    """By how much a value may be missed: a share of it, or a number in its unit."""

    value: float
    relative: bool

    def of(self, value: float) -> float:
        """Return the tolerance of a value."""
        return abs(value) * self.value if self.relative else self.value

    @property
    def said(self) -> str:
        """The tolerance as it was written."""
        return f"{100 * self.value:g}%" if self.relative else f"{self.value:g}"


@dataclass(frozen=True)
class Observed:
    """An observed value as a target, with what it rests on and where it comes from."""

    target: Target
    evidence: str
    origin: str


@dataclass(frozen=True)
class Taken:
    """The targets that were taken, and the sentence that says from where, with which tolerance, and what was left."""

    rows: tuple[Observed, ...]
    said: Phrase

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets alone."""
        return tuple(row.target for row in self.rows)


def tolerance_of(text: str | None) -> Tolerance | None:
    """Return the tolerance of ``5%`` or ``3.5``; raise InputError for any other text."""
    if text is None:
        return None
    plain = text.strip()
    relative = plain.endswith("%")
    try:
        value = float(plain.removesuffix("%"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value <= 0.0:
        raise InputError(
            f"--tolerance '{text}' is neither a share such as 5% nor a number above 0 in the unit of the indicator",
            f"--tolerance「{text}」は、5%のような割合でも、指標の単位による0より大きい数値でもありません",
        )
    return Tolerance(value / 100.0 if relative else value, relative)


def named(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the world and the indicators of ``observatory:SOURCE,INDICATOR,...``."""
    world, *indicators = (part.strip() for part in text.split(","))
    return world, tuple(one for one in indicators if one)


def taken(
    world: WorldName, indicators: Sequence[str], tolerance: Tolerance | None, country: str, first: str, last: str
) -> Taken:
    """Return what a world observes of a country between two quarters, as targets in the country's currency.

    Raises InputError where nothing can be compared, or where neither the user nor the rows give a tolerance.
    """
    frame = world.observations()
    known = {identifier for indicator in shelf("meguri.indicators") for identifier in indicator.ids}
    held = set(frame["indicator"]) & known
    source = world.source or "observatory"
    for name in indicators:
        if not any(_is(identifier, name) for identifier in held):
            raise unknown("indicator", name, held, Phrase(f"source '{source}'", f"出典「{source}」"))
    currency = load_pack(country).currency
    years = (time.quarter(first) // 4, time.quarter(last) // 4)
    found: dict[str, Observed] = {}
    twice = unsized = 0
    for row in frame.iter_rows(named=True):
        if not _wanted(row, known, indicators, country, years):
            continue
        one = _observed(row, tolerance, currency)
        if one is None:
            unsized += 1
        elif one.target.id in found:
            twice += 1
        else:
            found[one.target.id] = one
    if not found:
        raise _nothing(source, country, years, held, unsized)
    return Taken(tuple(found.values()), _said(source, found, tolerance, twice, unsized))


def judged_by(folder: Path, rows: Sequence[Observed]) -> list[Validation]:
    """Return observed values beside a run; each counts, as validation."""
    simulated = simulated_in(folder)
    found = []
    for one in rows:
        target = one.target
        label = member(shelf("meguri.indicators")[family(target.indicator)], target.indicator)
        low, high = target.value - target.tolerance, target.value + target.tolerance
        row = simulated.get((target.indicator, target.place, target.period))
        seen = against(row, target.unit, target.value, low, high)
        found.append(
            Validation(
                code="", indicator=target.indicator, ja=label.ja, en=label.en, place=target.place,
                period=target.period, unit=target.unit, observed=target.value, low=low, high=high,
                median=seen.median, p05=seen.p05, p95=seen.p95, modelled=True, inside=seen.inside, use="val",
                evidence=one.evidence, source=one.origin, source_ja=one.origin, source_en=one.origin,
                tolerance=target.tolerance, covered=seen.covered,
            )
        )  # fmt: skip
    return found


def span_of(folder: Path) -> tuple[str, str, str]:
    """Return country, first and last quarter of a run."""
    said = store.manifest(folder)
    return str(said["country"]), str(said["first"]), str(said["last"])


def _is(identifier: str, name: str) -> bool:
    return identifier == name or identifier.startswith(f"{name}.")


def _wanted(
    row: dict[str, Any], known: set[str], indicators: Sequence[str], country: str, years: tuple[int, int]
) -> bool:
    year = year_of(row["period"] or "")
    return (
        row["indicator"] in known
        and row["value"] is not None
        and row["status"] in EVIDENCE
        and is_of(country, row["place"] or "")
        and year is not None
        and years[0] <= year <= years[1]
        and (not indicators or any(_is(row["indicator"], name) for name in indicators))
    )


def _observed(row: dict[str, Any], tolerance: Tolerance | None, currency: str) -> Observed | None:
    """Return a row as a target; None where it has no tolerance, or is in a unit that cannot be turned into ours."""
    value = float(row["value"])
    if tolerance is not None and tolerance.relative:
        width = tolerance.of(value)
    elif tolerance is None:
        width = 0.0 if row["low"] is None or row["high"] is None else (row["high"] - row["low"]) / 2.0
    else:
        width = 0.0
    unit = unit_in(shelf("meguri.indicators")[family(row["indicator"])], currency)
    try:
        scale = factor(row["unit"], unit)
    except (ValueError, InputError):
        return None
    width = tolerance.value if tolerance is not None and not tolerance.relative else width * scale
    if width <= 0.0:
        return None
    target = Target(
        row["indicator"], row["place"], row["period"], value * scale, width, unit, block_of(row["indicator"])
    )
    return Observed(target, EVIDENCE[row["status"]], row["origin"] or "")


def _nothing(source: str, country: str, years: tuple[int, int], held: set[str], unsized: int) -> InputError:
    names = ", ".join(sorted(held)[:5]) or "-"
    if unsized:
        return InputError(
            f"none of the {unsized} values of '{source}' has a tolerance; give one, for example --tolerance 5%",
            f"「{source}」の{unsized}個の値には許容幅がありません。--tolerance 5% のように指定してください",
        )
    return InputError(
        f"'{source}' observes nothing of {country} from {years[0]} to {years[1]} that the model gives; "
        f"its indicators: {names}",
        f"「{source}」には、{country}の{years[0]}年から{years[1]}年までで、モデルの出す指標に当たる観測がありません。"
        f"観測のある指標：{names}",
    )


def _said(source: str, found: dict[str, Observed], tolerance: Tolerance | None, twice: int, unsized: int) -> Phrase:
    count = len(found)
    indicators = len({one.target.indicator for one in found.values()})
    if tolerance is None:
        how = Phrase("half of what lies between low and high of each row", "各行の下限と上限の幅の半分")
    elif tolerance.relative:
        how = Phrase(f"{tolerance.said} of each value, as given", f"各値の{tolerance.said}（指定による）")
    else:
        how = Phrase(f"{tolerance.said} in the unit of each, as given", f"各指標の単位で{tolerance.said}（指定による）")
    again = rest = Phrase("", "")
    if twice:
        again = Phrase(
            f"; {twice} further values of the same number are left out", f"。同じ数の別の値{twice}個は除いた"
        )
    if unsized:
        rest = Phrase(
            f"; {unsized} without a tolerance or in another unit are left out",
            f"。許容幅のない値または単位の異なる値{unsized}個は除いた",
        )
    return Phrase(
        f"targets: {count} values of {indicators} indicators from {source}; tolerance (one standard deviation): "
        f"{how}{again}{rest}",
        f"目標値：{source}の{indicators}指標・{count}個。許容幅（標準偏差1つ分）：{japanese(how)}{japanese(again)}"
        f"{japanese(rest)}",
    )
