"""What was last observed before: the value that persistence goes by."""

from __future__ import annotations

from collections.abc import Sequence

from meguri.calibrate.scores import Earlier
from meguri.calibrate.targets import Target
from meguri.calibrate.validation import factor
from meguri.engine import time


def earlier_of(targets: Sequence[Target], opening: str, observatory: bool = True) -> list[Earlier | None]:
    """Return for each target the last value observed before the opening, else the first one observed before it.

    Values are other targets of the same indicator and place and, with ``observatory``, those of all sources. None
    where nothing earlier was observed. ``opening`` is a quarter.
    """
    series: dict[tuple[str, str], dict[str, float]] = {}
    for target in targets:
        series.setdefault((target.indicator, target.place), {})[target.period] = target.value
    if observatory:
        _add_observed(series, {(target.indicator, target.place): target.unit for target in targets})
    first = time.quarter(opening)
    return [_earlier(series[target.indicator, target.place], target, first) for target in targets]


def _earlier(values: dict[str, float], target: Target, first: int) -> Earlier | None:
    own = year_of(target.period)
    alike = [period for period in values if _kind(period) == _kind(target.period)]
    before = sorted((year, period) for period in alike for year in [year_of(period)] if own and year and year < own)
    if not before:
        return None
    ahead = [period for year, period in before if year < first // 4]
    period = ahead[-1] if ahead else before[0][1]
    return Earlier(period, values[period])


def year_of(period: str) -> int | None:
    """Return the (last) year of a period such as 2022, FY2022 or 2017/2019; None where it holds none."""
    last = period.rpartition("/")[2].removeprefix("FY")[:4]
    return int(last) if last.isdigit() else None


def _kind(period: str) -> tuple[bool, bool]:
    """Say what sets periods apart that cannot be compared: several years or one, a quarter or a year."""
    return "/" in period, "Q" in period


def _add_observed(series: dict[tuple[str, str], dict[str, float]], units: dict[tuple[str, str], str]) -> None:
    """Add the observed values of all sources, in the unit of the target; the first source that states one counts."""
    from meguri.observatory.observed import observed

    for row in observed().iter_rows(named=True):
        key = (row["indicator"], row["place"])
        if key not in series or row["status"] != "observed" or row["value"] is None:
            continue
        if row["qualifier"] not in ("exact", "approx") or not row["period"]:
            continue
        series[key].setdefault(row["period"], row["value"] * factor(row["unit"], units[key]))
