"""The world as it was known in a year: paths go on without hindsight, and what was calibrated later is free again.

What that means for a country stands in ``hindcast.toml`` of its pack. Every change is a setting of the run, so that it
is part of the run's id and stands in its ``run.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from typing import Any

from meguri import vocabulary
from meguri.engine.parameters import Held, Parameter, Setting
from meguri.errors import InputError, Phrase
from meguri.model.prior import prior_of
from meguri.model.request import RunRequest

_HELD_KEYS = ("how", "years", "rate", "persistence")
JUDGED_BY = ("level", "growth")


@dataclass(frozen=True)
class Series:
    """One number that a hindcast predicts.

    ``indicator`` is the model's, ``observed`` the indicators of the sources whose sum is compared with it. Where
    ``judge`` is ``growth``, the model predicts the change from the last known year, not the level. ``fiscal`` says that
    the sources' bare years are fiscal years. ``tolerance`` (a share of the value, None for none) makes known values
    targets of the calibration, times ``factor``.
    """

    indicator: str
    observed: tuple[str, ...]
    judge: str
    group: str
    fiscal: bool = False
    tolerance: float | None = None
    factor: float = 1.0
    ja: str = ""
    en: str = ""


@dataclass(frozen=True)
class Known:
    """A run as it could have been asked for in a year: ``request`` holds its settings, ``free`` what may be fitted.

    ``series`` are what it predicts, over ``horizon`` years after ``known_by``.
    """

    request: RunRequest
    known_by: int
    horizon: int
    free: tuple[Parameter, ...]
    series: tuple[Series, ...]


def known_by(request: RunRequest, year: int | None = None) -> Known:
    """Return the run of a request with nothing known after a year, by default that of the country's hindcast.

    Raises InputError for a country without a hindcast, or a year outside the run's knowledge.
    """
    content = request.pack.hindcast()
    country = request.scenario.country
    if not content:
        raise InputError(
            f"the pack of {country} holds no hindcast.toml: which paths may be known is not said",
            f"{country}のパックにhindcast.tomlがないため、どの経路が知られていたかを定められません",
        )
    year = content["known_by"] if year is None else year
    if not 4 * year + 3 >= request.span.first:
        raise InputError(
            f"--known-by {year} lies before the run begins ({request.first})",
            f"--known-by {year} は実行の開始（{request.first}）より前です",
        )
    layer = Phrase(f"known by {year}", f"{year}年までに知られた値")
    numbers = {row["id"]: row for row in content.get("number", [])}
    settings = tuple(_settings(request, content.get("path", []), numbers, year, layer))
    world = replace(request, settings=(*request.settings, *settings))
    free = tuple(_free(world, numbers, year))
    return Known(world, year, int(content["horizon"]), free, tuple(series_of(content)))


def _settings(
    request: RunRequest, paths: list[dict[str, Any]], numbers: Mapping[str, dict], year: int, layer: str
) -> Iterator[Setting]:
    stated = {row["id"]: row.get("unit", "") for row in request.pack.parameters}
    for identifier, spec in sorted(request.base.specs.items()):
        if request.base.layer[identifier].startswith(("user", "scenario")):
            continue
        row = numbers.get(identifier, {})
        said = {name: getattr(spec, name) for name in ("evidence", "source", "why")}
        own = {"unit": spec.unit, **said, "low": spec.low, "high": spec.high, "was": spec.was}
        if "value" in row or "after" in row:
            yield Setting(identifier, _steps(spec, row, year), layer, **own)
        elif spec.path:
            how = next((one for one in paths if fnmatch(spec.path, one["series"])), {})
            held = Held(year, **{key: how[key] for key in _HELD_KEYS if key in how})
            yield Setting(identifier, None, layer, stated.get(identifier, ""), path=spec.path, held=held, **said)
        elif spec.shape == "table":
            yield Setting(identifier, None, layer, table=spec.table, held=Held(year), **said)
        elif spec.shape == "fiscal_year" and isinstance(spec.value, dict):
            yield Setting(identifier, _up_to(spec.value, year), layer, **own)
        elif spec.evidence == "calibrated" and spec.was is not None and spec.shape == "scalar":
            yield Setting(identifier, _in_range(spec, spec.was), layer, **own)


def _steps(spec: Parameter, row: Mapping[str, Any], year: int) -> object:
    if "value" in row:
        return row["value"]
    if not isinstance(spec.value, dict):
        raise InputError(
            f"hindcast.toml: '{spec.id}' is not given by fiscal year and takes no 'after'",
            f"hindcast.toml：「{spec.id}」は年度別の値ではないため、「after」は指定できません",
        )
    return {**_up_to(spec.value, year), str(year + 1): row["after"]}


def _up_to(steps: Mapping[str, float], year: int) -> dict[str, float]:
    """Return the steps by fiscal year that begin up to a year; the first one where all begin later."""
    order = sorted(steps, key=int)
    return {begins: steps[begins] for begins in order if int(begins) <= year} or {order[0]: steps[order[0]]}


def _in_range(spec: Parameter, value: float) -> float:
    low = spec.low if spec.low is not None else value
    high = spec.high if spec.high is not None else value
    return float(min(max(value, low), high))


def _free(world: RunRequest, numbers: Mapping[str, dict], year: int) -> Iterator[Parameter]:
    """Yield what may be fitted: calibrated numbers that have a prior, and numbers that were measured later."""
    for identifier, spec in sorted(world.base.specs.items()):
        if world.base.layer[identifier].startswith(("user", "scenario")):
            continue
        row = numbers.get(identifier, {})
        if row.get("measured", year) > year:
            spec = replace(spec, prior=row["prior"], was=None)
        elif spec.evidence != "calibrated":
            continue
        if prior_of(spec) != "fixed":
            yield spec


def series_of(content: Mapping[str, Any]) -> Iterator[Series]:
    """Yield the series of a ``hindcast.toml``; one that is expanded gives one series a word of the vocabulary."""
    for row in content["series"]:
        if row["judge"] not in JUDGED_BY:
            raise InputError(
                f"hindcast.toml: 'judge' of {row['indicator']} must be one of {', '.join(JUDGED_BY)}",
                f"hindcast.toml：{row['indicator']}の「judge」は次のいずれかです：{', '.join(JUDGED_BY)}",
            )
        names = [word.id for word in vocabulary.table(row["expand"])] if "expand" in row else [""]
        rest = {key: row[key] for key in ("judge", "group", "fiscal", "tolerance", "factor", "ja", "en") if key in row}
        for name in names:
            observed = (row["observed"], *row.get("plus", []))
            yield Series(row["indicator"].replace("*", name), tuple(one.replace("*", name) for one in observed), **rest)
