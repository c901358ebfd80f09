"""The simulated observations of a run, by indicator, place and period."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from meguri.reports import numbers, periods
from meguri.reports.reading.tables import RunFolder
from meguri.reports.view import Band

if TYPE_CHECKING:
    import polars as pl

# A 50% band of fewer members than this would be drawn from single members.
LEAST_FOR_QUARTILES = 4


def convert(value: float, unit: str, wanted: str) -> float:
    """Return a value of one unit of yen in another; other units stay as they are."""
    have, want = numbers.yen(unit), numbers.yen(wanted)
    return value if unit == wanted or have is None or want is None else value * have / want


class Simulated:
    """Median and 90% band from ``observations``, 50% band from ``members`` where the run kept them."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.rows: dict[tuple[str, str, str], dict[str, Any]] = {}
        for row in folder.read("observations").iter_rows(named=True):
            if row["status"] == "simulated" and row["value"] is not None:
                self.rows[row["indicator"], row["place"], row["period"]] = row
        self.indicators = {indicator for indicator, _, _ in self.rows}

    @cached_property
    def members(self) -> pl.DataFrame | None:
        """The values of every member, where the run kept them."""
        return self.folder.read("members") if self.folder.has("members") else None

    @cached_property
    def _quartiles(self) -> dict[tuple[str, str, str], tuple[float, float]]:
        import polars as pl

        if self.members is None:
            return {}
        found = self.members.drop_nulls("value").group_by("indicator", "place", "period").agg(
            pl.col("value").quantile(0.25, "linear").alias("low"),
            pl.col("value").quantile(0.75, "linear").alias("high"), pl.len().alias("members"),
        ).filter(pl.col("members") >= LEAST_FOR_QUARTILES)
        return {(indicator, place, period): (low, high) for indicator, place, period, low, high, _ in found.iter_rows()}

    def parameter_share(self) -> float | None:
        """Return the median share of variance that comes from parameters, over the indicators of the whole country."""
        import polars as pl

        if not self.folder.has("summary"):
            return None
        country = self.folder.read("summary").filter(pl.col("place") == self.folder.country)
        return country["parameter_share"].median()  # type: ignore[return-value]

    def band(self, indicator: str, place: str, period: str, unit: str) -> Band | None:
        """Return the band of one number in the wanted unit, or nothing when the run does not hold it."""
        row = self.rows.get((indicator, place, period))
        if row is None:
            return None
        inner = self._quartiles.get((indicator, place, period), (None, None))
        low, high, inner_low, inner_high = (
            None if value is None else convert(value, row["unit"], unit) for value in (row["low"], row["high"], *inner)
        )
        return Band(convert(row["value"], row["unit"], unit), low, high, inner_low, inner_high)

    def periods(self, indicator: str, place: str) -> list[str]:
        """Return the periods of one series in order."""
        found = [period for one, where, period in self.rows if (one, where) == (indicator, place)]
        return sorted(found, key=periods.position)

    def unit(self, indicator: str) -> str:
        """Return the unit of an indicator."""
        return next(row["unit"] for (one, _, _), row in self.rows.items() if one == indicator)
