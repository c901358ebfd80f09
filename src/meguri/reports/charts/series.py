"""A series over the years: simulated median with 50% and 90% bands, observed dots, targets as diamonds."""

from __future__ import annotations

from math import ceil, floor, log10

from meguri.reports import numbers, periods
from meguri.reports.svg import (
    BAND_INNER,
    BAND_OUTER,
    INK,
    LINE,
    SIMULATED,
    SOFT,
    TARGET,
    diamond,
    dot,
    drawing,
    line,
    polygon,
    polyline,
    ring,
    text,
    width_of,
)
from meguri.reports.view import Band, Language, Series
from meguri.reports.words import word

WIDTH, HEIGHT = 430.0, 214.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 62.0, 24.0, 24.0


def ticks(least: float, most: float, goal: int = 4) -> list[float]:
    """Return about ``goal`` round numbers that span the values."""
    if most <= least:
        most = least + (abs(least) or 1.0)
    raw = (most - least) / goal
    power = 10 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first, last = floor(least / step + 1e-9), ceil(most / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def _band(xs: list[float], bands: list[Band], low: str, high: str, at, fill: str) -> str:
    pairs = [(x, getattr(band, low), getattr(band, high)) for x, band in zip(xs, bands, strict=True)]
    known = [(x, bottom, top) for x, bottom, top in pairs if bottom is not None and top is not None]
    if len(known) < 2:
        return ""
    return polygon([(x, at(top)) for x, _, top in known] + [(x, at(bottom)) for x, bottom, _ in known[::-1]], fill)


def _values(series: Series) -> list[float]:
    found = [value for band in series.bands for value in (band.median, band.low, band.high)]
    found += [value for point in series.points for value in (point.value, point.low, point.high)]
    return [value for value in found if value is not None]


def _tick(value: float, step: float) -> str:
    decimals = max(0, -floor(log10(step) + 1e-9)) if step < 1 else 0
    if step == 2.5 * 10 ** floor(log10(step)) and step < 10:
        decimals += 1
    return f"{value:,.{decimals}f}"


def _frame(series: Series, marks: list[float], factor: float, unit: str, at, across, years: range,
           language: Language) -> str:
    step = (marks[1] - marks[0]) * factor
    drawn = ""
    for mark in marks:
        drawn += line(LEFT, at(mark), WIDTH - RIGHT, at(mark), SOFT if mark == 0 else LINE, 1 if mark == 0 else 0.8)
        drawn += text(LEFT - 6, at(mark) + 4, _tick(mark * factor, step), 11, SOFT, "end")
    for year in years:
        x = across(year)
        drawn += line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4, SOFT, 0.8)
        drawn += text(x, HEIGHT - BOTTOM + 16, str(year), 11, SOFT, "middle")
    fiscal = any(periods.is_fiscal(period) for period in series.periods or [p.period for p in series.points])
    kind = word("series.fiscal" if fiscal else "series.calendar", language)
    drawn += text(WIDTH - 4, HEIGHT - BOTTOM + 16, kind, 11, SOFT, "end")
    return drawn + text(4, 13, word("series.unit", language, unit=unit) if unit else "", 11, SOFT)


def _end_labels(series: Series, xs: list[float], at, language: Language) -> str:
    if not xs:
        return ""
    last = series.bands[-1]
    x, y = xs[-1] + 6, min(max(at(last.median), TOP + 8), HEIGHT - BOTTOM - 6)
    shown = numbers.show(last.median, series.unit, language).removeprefix("JPY ")
    return text(x, y - 1, word("series.median", language), 10.5, SIMULATED) + text(
        x, y + 12, shown, 11.5 if width_of(shown, 11.5) < RIGHT - 6 else 10, SIMULATED, bold=True
    )


def _marks(series: Series, across, at, language: Language) -> str:
    drawn = ""
    observed = [point for point in series.points if point.status != "target"]
    latest = max(observed, key=lambda point: periods.position(point.period), default=None)
    for point in series.points:
        x, y = across(_year(point.period)), at(point.value)
        if point.low is not None and point.high is not None and point.status != "target":
            drawn += line(x, at(point.low), x, at(point.high), INK, 1)
        drawn += diamond(x, y) if point.status == "target" else ring(x, y) if point.status == "assumed" else dot(x, y)
        if point is latest or point.status == "target":
            colour = TARGET if point.status == "target" else INK
            above = y - 9 if y > TOP + 20 else y + 17
            words = numbers.show(point.value, series.unit, language)
            half = width_of(words, 11) / 2
            drawn += text(min(max(x, LEFT + half), WIDTH - half - 2), above, words, 11, colour, "middle", True, True)
    return drawn


def _year(period: str) -> float:
    """Return a period's place on the axis, where a year's mark stands for the whole year, fiscal or calendar."""
    found = periods.parts(period.rsplit("/", 1)[-1] or period)
    if found is None:
        return periods.position(period)
    return found[1] + ((found[2] - 2.5) / 4 if found[2] else 0.0)


def chart(series: Series, language: Language) -> str:
    """Return the small chart of one series."""
    values = _values(series)
    if not values:
        return ""
    least, most = min(values), max(values)
    if least >= 0 and (least < 0.55 * most or len(values) == 1):
        least = 0.0
    marks = ticks(least, most)
    factor, unit = numbers.scale_of(values, series.unit, language)
    stops = [_year(period) for period in series.periods] + [_year(point.period) for point in series.points]
    first, last = min(stops), max(stops)
    if last == first:
        first, last = first - 1, last + 1

    def at(value: float) -> float:
        return HEIGHT - BOTTOM - (value - marks[0]) / (marks[-1] - marks[0]) * (HEIGHT - TOP - BOTTOM)

    def across(year: float) -> float:
        return LEFT + 6 + (year - first) / (last - first) * (WIDTH - LEFT - RIGHT - 12)

    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step <= 8)
    years = range(ceil(first / step) * step, floor(last) + 1, step)
    xs = [across(_year(period)) for period in series.periods]
    content = _frame(series, marks, factor, unit, at, across, years, language)
    content += _band(xs, series.bands, "low", "high", at, BAND_OUTER)
    content += _band(xs, series.bands, "inner_low", "inner_high", at, BAND_INNER)
    content += polyline([(x, at(band.median)) for x, band in zip(xs, series.bands, strict=True)], SIMULATED, 2.2)
    content += _marks(series, across, at, language) + _end_labels(series, xs, at, language)
    return drawing(WIDTH, HEIGHT, _description(series, language), content)


def _description(series: Series, language: Language) -> str:
    told = [word("series.aria", language, label=series.label.of(language))]
    if series.periods:
        ends = [(series.periods[place], series.bands[place]) for place in (0, -1)]
        told += [f"{word('status.simulated', language)} {periods.show(period, language)} "
                 f"{numbers.show(band.median, series.unit, language)}" for period, band in ends]
    told += [f"{word(f'status.{point.status}', language)} "
             f"{periods.show(point.period, language)} {numbers.show(point.value, series.unit, language)}"
             for point in series.points]
    return "; ".join(told)
