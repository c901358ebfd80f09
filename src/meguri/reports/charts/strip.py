"""A row's small picture: tolerance zone, 90% band, median and observed value on one line."""

from __future__ import annotations

from meguri.reports import numbers
from meguri.reports.svg import BAND_INNER, SIMULATED, TOLERANCE, dot, drawing, line, rectangle
from meguri.reports.view import Comparison, Language
from meguri.reports.words import word

WIDTH, HEIGHT = 132.0, 18.0


def strip(row: Comparison, language: Language) -> str:
    """Return the picture of a row, or nothing when there are not two values to set side by side."""
    if row.simulated is None or row.observed is None:
        return ""
    band = row.simulated
    values = [value for value in (row.observed, row.low, row.high, band.median, band.low, band.high)
              if value is not None]
    least, most = min(values), max(values)
    span = (most - least) or abs(most) or 1.0

    def at(value: float) -> float:
        return 8 + (value - least) / span * (WIDTH - 16)

    middle = HEIGHT / 2
    drawn = line(2, middle, WIDTH - 2, middle, "#e3e7eb")
    if row.low is not None and row.high is not None:
        drawn += rectangle(at(row.low) - 1, 2, at(row.high) - at(row.low) + 2, HEIGHT - 4, TOLERANCE, "#b9c1c9", 2)
    if band.low is not None and band.high is not None:
        drawn += rectangle(at(band.low) - 1, middle - 3, at(band.high) - at(band.low) + 2, 6, BAND_INNER)
    drawn += line(at(band.median), middle - 7, at(band.median), middle + 7, SIMULATED, 2.6)
    drawn += dot(at(row.observed), middle, 3.4)
    label = word(
        "table.strip", language, observed=numbers.show(row.observed, row.unit, language),
        median=numbers.show(band.median, row.unit, language),
    )
    return drawing(WIDTH, HEIGHT, label, drawn, "strip")
