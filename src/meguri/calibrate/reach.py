"""How many series of a hindcast simple rules win, so that the model's count has something to be held against.

    python -m meguri.calibrate.reach COUNTRY     # CSV: rule, number, won, of

Every rule is judged like the model: a series is won where its mean absolute error is below that of persistence and of
the trend. Three families know nothing but the known values: a mixture of the two rivals (also outside of the two), and
a damped line through the last values. The fourth knows more than the model may: the sales of each industry in the
years that are predicted; R&D follows them with an elasticity, and R&D over sales is what follows.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from meguri.calibrate.hindcast import observed_values
from meguri.calibrate.known import Series, series_of
from meguri.calibrate.rivals import persistence, trend
from meguri.packs import load_pack

MIXTURES = (-0.3, -0.2, -0.1, 0.1, 0.3, 0.5, 0.7, 0.9)
#: Years that a line is fitted to, and the part of its slope that is left a year later.
WINDOWS, DAMPING = (3, 5, 8, 11), (0.3, 0.5, 0.7, 0.9, 1.0)
ELASTICITIES = (0.1, 0.3, 0.5, 0.7, 0.9, 1.1)
#: R&D inside and R&D over sales, whose ratio is sales.
RESEARCH = ("rd_business", "business_rd_by_industry")
OVER_SALES = ("rd_to_sales", "rd_to_sales_by_industry")
BOUGHT = ("business_rd_bought", "business_rd_bought_by_industry")

Forecast = dict[int, float]


@dataclass(frozen=True)
class Case:
    """A series with its known values and those that are predicted, by year."""

    series: Series
    known: Mapping[int, float]
    seen: Mapping[int, float]

    @property
    def persistence(self) -> Forecast:
        """What persistence says of the predicted years."""
        return {year: found.value for year in self.seen if (found := persistence(self.known, year))}

    @property
    def trend(self) -> Forecast:
        """What the trend says of the predicted years."""
        return {year: found.value for year in self.seen if (found := trend(self.known, year))}

    def error(self, forecast: Forecast) -> float:
        """Return the mean absolute error of a forecast."""
        return float(np.mean([abs(forecast[year] - value) for year, value in self.seen.items()]))

    def won(self, forecast: Forecast) -> bool:
        """Say whether a forecast is nearer than both rivals."""
        return self.error(forecast) < min(self.error(self.persistence), self.error(self.trend))


def cases(series: Sequence[Series], place: str, known_by: int, horizon: int) -> list[Case]:
    """Return the series that have a known and a predicted value."""
    found = []
    for one, (values, _, _) in observed_values(series, place).items():
        known = {year: value for year, value in values.items() if year <= known_by}
        seen = {year: value for year, value in values.items() if known_by < year <= known_by + horizon}
        if known and seen:
            found.append(Case(one, known, seen))
    return found


def mixture(case: Case, weight: float) -> Forecast:
    """Return persistence and ``weight`` of the way to the trend."""
    same, line = case.persistence, case.trend
    return {year: same[year] + weight * (line[year] - same[year]) for year in case.seen}


def damped(case: Case, window: int, left: float) -> Forecast:
    """Return the last value and the slope of the last ``window`` years, ``left`` of it each year later."""
    years = sorted(case.known)[-window:]
    if len(years) < 2:
        return case.persistence
    slope = np.polyfit(years, [case.known[year] for year in years], 1)[0]
    last = years[-1]
    return {
        year: case.known[last] + slope * sum(left**step for step in range(1, year - last + 1)) for year in case.seen
    }


def sales_known(case: Case, elasticity: float, sales: Mapping[str, Mapping[int, float]]) -> Forecast:
    """Return what follows where R&D grows with the sales of the predicted years; else persistence."""
    name, _, industry = case.series.indicator.partition(".")
    of = sales.get(industry, {})
    last = max(case.known)
    power = elasticity - 1.0 if name in OVER_SALES else elasticity
    if name not in RESEARCH + OVER_SALES + BOUGHT or not all(year in of for year in (last, *case.seen)):
        return case.persistence
    return {year: case.known[last] * (of[year] / of[last]) ** power for year in case.seen}


def sales_of(those: Sequence[Case]) -> dict[str, dict[int, float]]:
    """Return sales by industry ('' for all) and year in any unit: R&D inside over R&D over sales."""
    every = {case.series.indicator: {**case.known, **case.seen} for case in those}
    found = {}
    for whole, ratio in zip(RESEARCH, OVER_SALES, strict=True):
        for name, inside in every.items():
            head, _, industry = name.partition(".")
            over = every.get(f"{ratio}.{industry}" if industry else ratio, {})
            if head == whole:
                found[industry] = {year: inside[year] / over[year] for year in inside if year in over}
    return found


def table(those: Sequence[Case]) -> Iterator[tuple[str, str, int, int]]:
    """Yield rule, number, series won, series."""
    sales = sales_of(those)

    def row(rule: str, number: str, forecast: Callable[[Case], Forecast]) -> tuple[str, str, int, int]:
        return rule, number, sum(case.won(forecast(case)) for case in those), len(those)

    for weight in MIXTURES:
        yield row("mixture of persistence and trend", f"{weight:g}", partial(mixture, weight=weight))
    for window in WINDOWS:
        for left in DAMPING:
            yield row("damped line", f"{window} years, {left:g}", partial(damped, window=window, left=left))
    for power in ELASTICITIES:
        yield row("sales known", f"{power:g}", partial(sales_known, elasticity=power, sales=sales))


def main(place: str) -> None:
    """Print the table of a country as CSV."""
    content = load_pack(place).hindcast()
    those = cases(tuple(series_of(content)), place, int(content["known_by"]), int(content["horizon"]))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("rule", "number", "won", "of"))
    out.writerows(table(those))


if __name__ == "__main__":
    main(*sys.argv[1:])
