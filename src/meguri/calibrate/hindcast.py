"""A hindcast: years that a run never saw, beside what was observed, persistence and a fitted trend.

A series is won where the mean absolute error of the run's median over its years is below that of both rivals. Where the
model's terms are not those of the statistic, its growth from the last known year is judged: in each member, the last
observed value times the model's value over its value in that year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from meguri.calibrate.earlier import year_of
from meguri.calibrate.known import Known, Series
from meguri.calibrate.rivals import Forecast, persistence, trend
from meguri.calibrate.scores import interval_score
from meguri.calibrate.targets import Target, block_of
from meguri.calibrate.validation import factor
from meguri.indicators import family
from meguri.ledger import store
from meguri.registry import shelf

#: Value by year, unit, and the period of each year as it is stated.
Observed = tuple[dict[int, float], str, dict[int, str]]
#: Share of the named series that a run must win.
WANTED = 0.6


@dataclass(frozen=True)
class Row:
    """One predicted value.

    ``observed``, ``median``, ``low`` and ``high`` (90% band of the members), ``persistence`` and ``trend`` are in
    ``unit``, that of the statistic. ``better``: the median is nearer than both rivals; None where the run or a rival
    gives no value. ``judge`` is level or growth, ``base`` the last known year, ``known`` the number of known years.
    Scores are interval scores, None without interval.
    """

    indicator: str
    place: str
    period: str
    observed: float
    median: float | None
    low: float | None
    high: float | None
    persistence: float | None
    trend: float | None
    better: bool | None
    unit: str
    group: str
    judge: str
    base: str
    known: int
    score: float | None
    persistence_score: float | None
    trend_score: float | None


def rows(folder: Path, known: Known) -> list[Row]:
    """Return one row a series and observed year after the known ones, series in their order."""
    country = str(store.manifest(folder)["country"])
    observations = observed_values(known.series, country)
    simulated = _members(folder, {series.indicator for series in known.series}, country)
    found: list[Row] = []
    for series in known.series:
        values, unit, periods = observations[series]
        before = {year: value for year, value in values.items() if year <= known.known_by}
        last = max(before, default=None)
        for year in range(known.known_by + 1, known.known_by + known.horizon + 1):
            if year in values:
                ours = _predicted(series, simulated.get(series.indicator, {}), before, last, year, unit)
                found.append(_row(series, country, year, values[year], unit, before, ours, periods))
    return found


def observed_values(series: Iterable[Series], country: str) -> dict[Series, Observed]:
    """Return what the sources give for each series: value by year (sums of their parts), the unit, and the periods.

    The first source that states a year counts, in alphabetical order: targets, which repeat others, come last.
    """
    from meguri.observatory.observed import observed

    frame = observed().filter(
        (pl.col("place") == country) & (pl.col("status") == "observed") & pl.col("value").is_not_null()
        & pl.col("qualifier").is_in(["exact", "approx"])
    )  # fmt: skip
    held: dict[str, dict[int, tuple[float, str, str]]] = {}
    for row in frame.iter_rows(named=True):
        year = year_of(row["period"])
        if year is not None and "/" not in row["period"] and "Q" not in row["period"]:
            held.setdefault(row["indicator"], {}).setdefault(year, (row["value"], row["unit"], row["period"]))
    found = {}
    for one in series:
        parts = [held.get(name, {}) for name in one.observed]
        years = sorted(set(parts[0]).intersection(*parts[1:]))
        unit = next((unit for part in parts for _, unit, _ in part.values()), "")
        sums = {year: sum((part[year][0] * factor(part[year][1], unit) for part in parts), 0.0) for year in years}
        prefix = "FY" if one.fiscal else ""
        found[one] = (sums, unit, {year: prefix + parts[0][year][2] for year in years})
    return found


def _members(folder: Path, wanted: set[str], country: str) -> dict[str, dict[int, dict[int, float]]]:
    """Return indicator -> year -> member -> value of the country's yearly numbers."""
    frame = store.read(folder, "members").filter(
        pl.col("indicator").is_in(sorted(wanted)) & (pl.col("place") == country)
    )
    found: dict[str, dict[int, dict[int, float]]] = {}
    for row in frame.iter_rows(named=True):
        year = year_of(row["period"])
        if year is not None and "/" not in row["period"]:
            found.setdefault(row["indicator"], {}).setdefault(year, {})[row["member"]] = row["value"]
    return found


def _predicted(
    series: Series,
    simulated: Mapping[int, Mapping[int, float]],
    before: Mapping[int, float],
    last: int | None,
    year: int,
    unit: str,
) -> np.ndarray:
    """Return what the members say of a year in the unit of the statistic; empty where they say nothing."""
    now = simulated.get(year, {})
    if series.judge == "growth":
        then = simulated.get(last, {}) if last is not None else {}
        members = [member for member in now if then.get(member)]
        return np.array([before[last] * now[member] / then[member] for member in members])  # type: ignore[index]
    own = shelf("meguri.indicators")[family(series.indicator)].unit if now else unit
    return np.array(list(now.values())) * factor(own, unit)


def _row(
    series: Series,
    place: str,
    year: int,
    seen: float,
    unit: str,
    before: Mapping[int, float],
    ours: np.ndarray,
    periods: Mapping[int, str],
) -> Row:
    low, median, high = (float(q) for q in np.quantile(ours, (0.05, 0.5, 0.95))) if len(ours) else (None, None, None)
    same, line = persistence(before, year), trend(before, year)
    better = None
    if median is not None and same is not None and line is not None:
        better = abs(median - seen) < min(abs(same.value - seen), abs(line.value - seen))
    model = Forecast(median, low, high) if median is not None and len(ours) > 1 else None
    base = max(before, default=None)
    return Row(
        series.indicator, place, periods[year], seen, median, low, high, same.value if same else None,
        line.value if line else None, better, unit, series.group, series.judge,
        "" if base is None else periods[base], len(before), _score(model, seen), _score(same, seen),
        _score(line, seen),
    )  # fmt: skip


def _score(forecast: Forecast | None, seen: float) -> float | None:
    if forecast is None or forecast.low is None or forecast.high is None:
        return None
    return interval_score(forecast.low, forecast.high, seen)


def won(of_series: Sequence[Row]) -> bool | None:
    """Say whether a series is won: a smaller mean absolute error than both rivals over its years.

    False where the run gives none of its years; None where a rival has nothing to go by, so that nothing is judged.
    """
    if not of_series or any(row.persistence is None or row.trend is None for row in of_series):
        return None
    if any(row.median is None for row in of_series):
        return False

    def error(name: str) -> float:
        return float(np.mean([abs(getattr(row, name) - row.observed) for row in of_series]))

    return error("median") < min(error("persistence"), error("trend"))


def summary(found: Sequence[Row], known: Known) -> dict[str, Any]:
    """Return what the rows say together.

    ``counted``: named series that have a known and a predicted value; ``won`` of them, and ``share``; ``given``: those
    that the run gives. ``groups``: counted and won by group. ``rows``: predicted values, and those nearer than both
    rivals. ``score_to_persistence`` and ``score_to_trend``: geometric means of the ratios of interval scores (below 1:
    the run says more), each with the number of rows. ``coverage``: rows inside the members' 90% band.
    """
    by_series: dict[str, list[Row]] = {series.indicator: [] for series in known.series}
    for row in found:
        by_series[row.indicator].append(row)
    verdicts = {name: won(those) for name, those in by_series.items()}
    counted = [name for name, verdict in verdicts.items() if verdict is not None]
    groups: dict[str, dict[str, int]] = {}
    for series in known.series:
        group = groups.setdefault(series.group, {"counted": 0, "won": 0})
        group["counted"] += verdicts[series.indicator] is not None
        group["won"] += verdicts[series.indicator] is True
    judged = [row for row in found if row.better is not None]
    banded = [row for row in found if row.low is not None and row.high is not None]
    victories = sum(verdicts[name] is True for name in counted)
    return {
        "known_by": known.known_by,
        "series": len(by_series),
        "counted": len(counted),
        "given": sum(any(row.median is not None for row in by_series[name]) for name in counted),
        "won": victories,
        "share": victories / len(counted) if counted else None,
        "wanted": WANTED,
        "not_counted": [name for name in by_series if name not in counted],
        "groups": groups,
        "rows": {"judged": len(judged), "better": sum(row.better is True for row in judged)},
        "coverage": {
            "rows": len(banded),
            "inside": sum(row.low <= row.observed <= row.high for row in banded),  # type: ignore[operator]
        },
        "score_to_persistence": _ratio(found, "persistence_score"),
        "score_to_trend": _ratio(found, "trend_score"),
    }


def _ratio(found: Sequence[Row], rival: str) -> dict[str, Any]:
    pairs = [(row.score, getattr(row, rival)) for row in found if row.score and getattr(row, rival)]
    value = float(np.exp(np.mean([np.log(ours / theirs) for ours, theirs in pairs]))) if pairs else None
    return {"value": value, "rows": len(pairs)}


def targets_known(known: Known, targets: Sequence[Target]) -> list[Target]:
    """Return the targets of a period that is known, and the known values of series that have a tolerance.

    Values before the run begins are left out; a number that both state stands once, as the target.
    """
    found = [target for target in targets if (year_of(target.period) or known.known_by + 1) <= known.known_by]
    there = {(target.indicator, target.period) for target in found}
    country = known.request.scenario.country
    for series, (values, unit, _) in observed_values(known.series, country).items():
        if series.tolerance is None:
            continue
        indicator = shelf("meguri.indicators")[family(series.indicator)]
        for year, value in values.items():
            period = f"{'FY' if indicator.basis == 'FY' else ''}{year}"
            if not known.request.span.first // 4 <= year <= known.known_by or (series.indicator, period) in there:
                continue
            own = value * series.factor * factor(unit, indicator.unit)
            found.append(
                Target(series.indicator, country, period, own, series.tolerance * own, indicator.unit,
                       block_of(series.indicator))
            )  # fmt: skip
    return found


def plain(row: Row) -> dict[str, Any]:
    """Return a row as a dictionary."""
    return asdict(row)
