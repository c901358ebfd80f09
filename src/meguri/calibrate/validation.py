"""What is observed beside what a run gives: one row a target, and the probability of reaching a policy goal.

A target is a row of the source ``targets``: a value with a tolerance. A run is *inside* where the median of its
members lies within the tolerance, bounds included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from meguri import vocabulary
from meguri.ledger import store
from meguri.registry import shelf
from meguri.sources import Item

TARGETS = "targets"
#: Uses of a target that a run is judged by: calibration and validation.
JUDGED = ("cal", "val")
#: Bounds are decimal numbers: a median that differs from one by less than this share is on it.
SLACK = 1e-9

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Validation:
    """One target beside a run.

    ``tolerance`` is what the model may miss the value by. ``covered`` says whether the observed value lies in the 90%
    band of the members. A target that is not ``counted`` is shown only: ``not_counted_ja`` and ``_en`` say why.

    ``observed``, ``low`` and ``high`` (the tolerance) and ``median``, ``p05`` and ``p95`` of the members are in
    ``unit``; the latter three are None where the run holds no such number. ``modelled`` says whether the model gives
    such a number at all, ``inside`` whether the median lies within the tolerance. ``source`` is the id of the item
    that the value comes from.
    """

    code: str
    indicator: str
    ja: str
    en: str
    place: str
    period: str
    unit: str
    observed: float
    low: float
    high: float
    median: float | None
    p05: float | None
    p95: float | None
    modelled: bool
    inside: bool | None
    use: str
    evidence: str
    source: str
    source_ja: str
    source_en: str
    tolerance: float = 0.0
    covered: bool | None = None
    counted: bool = True
    not_counted_ja: str = ""
    not_counted_en: str = ""


@dataclass(frozen=True)
class Goal:
    """A policy goal beside a run: ``probability`` is the share of the members that reach it in its period."""

    indicator: str
    place: str
    period: str
    unit: str
    goal: float
    median: float
    probability: float
    members: int
    source: str


def validation(folder: Path, uses: tuple[str, ...] = JUDGED) -> list[Validation]:
    """Return the targets of the run's country, in the order of the source, beside the run in ``folder``."""
    country = str(store.manifest(folder)["country"])
    simulated = simulated_in(folder)
    known = {identifier for indicator in shelf("meguri.indicators") for identifier in indicator.ids}
    origins = _origins()
    return [
        _row(target, simulated.get((target.indicator, target.place, target.period)), target.indicator in known, origins)
        for target in shelf("meguri.sources")[TARGETS].items()
        if target.attributes["use"] in uses and is_of(country, target.place)
    ]


def rows(folder: Path, uses: tuple[str, ...] = JUDGED) -> list[dict[str, Any]]:
    """Return :func:`validation` as plain rows."""
    return [asdict(row) for row in validation(folder, uses)]


def goals(folder: Path) -> list[Goal]:
    """Return the policy goals (observations with status ``target``) that the members of a run can be held against.

    The probability of a goal is the share of the members whose value is at least the goal.
    """
    import polars as pl

    country = str(store.manifest(folder)["country"])
    members = store.read(folder, "members")
    simulated = simulated_in(folder)
    found = []
    for source in shelf("meguri.sources"):
        for row in source.observations():
            if row["status"] != "target" or row["value"] is None or not is_of(country, row["place"]):
                continue
            key = (row["indicator"], row["place"], row["period"])
            values = members.filter(
                (pl.col("indicator") == key[0]) & (pl.col("place") == key[1]) & (pl.col("period") == key[2])
            )["value"].drop_nulls()
            if len(values) == 0 or key not in simulated:
                continue
            scale = factor(simulated[key]["unit"], row["unit"])
            reached = [value * scale >= row["value"] * (1 - SLACK) for value in values.to_list()]
            middle = simulated[key]["value"] * scale
            share = sum(reached) / len(reached)
            found.append(Goal(*key, row["unit"], row["value"], middle, share, len(reached), row["origin"]))
    return found


def _row(target: Item, simulated: Mapping[str, Any] | None, modelled: bool, origins: Mapping[Key, Item]) -> Validation:
    low, high = float(target.attributes["low"]), float(target.attributes["high"])  # type: ignore[arg-type]
    observed = float(target.value)  # type: ignore[arg-type]
    seen = against(simulated, target.unit, observed, low, high)
    origin = origins.get((target.indicator, target.place, target.period))
    citation = (origin or target).citations[:1]
    label = vocabulary.table("evidence")[target.evidence] if target.evidence else None
    return Validation(
        code=str(target.attributes["code"]),
        indicator=target.indicator,
        ja=target.ja,
        en=target.en,
        place=target.place,
        period=target.period,
        unit=target.unit,
        observed=observed,
        low=low,
        high=high,
        median=seen.median,
        p05=seen.p05,
        p95=seen.p95,
        modelled=modelled,
        inside=seen.inside,
        use=str(target.attributes["use"]),
        evidence=target.evidence,
        source=(origin or target).id,
        source_ja=citation[0].ja if citation else (label.ja if label else ""),
        source_en=citation[0].en if citation else (label.en if label else ""),
        tolerance=float(target.attributes["tolerance"]),  # type: ignore[arg-type]
        covered=seen.covered,
        counted=bool(target.attributes["counted"]),
        not_counted_ja=str(target.attributes["not_counted_ja"]),
        not_counted_en=str(target.attributes["not_counted_en"]),
    )


@dataclass(frozen=True)
class Seen:
    """What a run says of an observed value: median and band in its unit, inside the tolerance or not, covered or not.

    All are None where the run holds no such number.
    """

    median: float | None = None
    p05: float | None = None
    p95: float | None = None
    inside: bool | None = None
    covered: bool | None = None


def against(simulated: Mapping[str, Any] | None, unit: str, observed: float, low: float, high: float) -> Seen:
    """Return a run's row beside an observed value in ``unit`` with the tolerance ``low`` to ``high``."""
    if simulated is None or simulated["value"] is None:
        return Seen()
    scale = factor(simulated["unit"], unit)
    middle = simulated["value"] * scale
    p05, p95 = (None if simulated[name] is None else simulated[name] * scale for name in ("low", "high"))
    slack = SLACK * max(abs(low), abs(high))
    covered = None if p05 is None or p95 is None else p05 - slack <= observed <= p95 + slack
    return Seen(middle, p05, p95, low - slack <= middle <= high + slack, covered)


def simulated_in(folder: Path) -> dict[Key, dict[str, Any]]:
    """Return what a run simulates, by indicator, place and period."""
    rows = store.read(folder, "observations").iter_rows(named=True)
    return {(row["indicator"], row["place"], row["period"]): row for row in rows if row["status"] == "simulated"}


def _origins() -> dict[Key, Item]:
    """Return, for each number, the first item of another source that states it."""
    found: dict[Key, Item] = {}
    for source in shelf("meguri.sources"):
        if source.id == TARGETS:
            continue
        items = {item.id: item for item in source.items()}
        for row in source.observations():
            if row["status"] == "observed" and row["origin"] in items:
                found.setdefault((row["indicator"], row["place"], row["period"]), items[row["origin"]])
    return found


def is_of(country: str, place: str) -> bool:
    """Say whether a place is a country or lies in it."""
    return place == country or place.startswith((f"{country}-", f"{country}:"))


def factor(unit: str, wanted: str) -> float:
    """Return what a value of one unit is multiplied by to be in another of the same base; 1 for the same unit."""
    if unit == wanted:
        return 1.0
    units = vocabulary.table("units")
    if units[unit]["base"] != units[wanted]["base"]:
        raise ValueError(f"a value in {unit} cannot be given in {wanted}")
    return float(units[unit]["scale"]) / float(units[wanted]["scale"])
