"""What several indicators share: groups of classes and flows, yearly amounts, ratios of two yearly numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from meguri import vocabulary
from meguri.counting._flows import FROM_INDUSTRY, GOVERNMENT_RD, RESEARCH, ROUNDS, VENTURE_CAPITAL
from meguri.ledger.ledger import Ledger

__all__ = ["FROM_INDUSTRY", "GOVERNMENT_RD", "RESEARCH", "ROUNDS", "VENTURE_CAPITAL"]

#: Minor units of money in the units that indicators are shown in.
BILLION, TRILLION, MILLION = 1e9, 1e12, 1e6


def classes_of(kind: str) -> list[str]:
    """Return the classes of actor of one of the five kinds of the figure."""
    return [word.id for word in vocabulary.table("classes") if word["kind"] == kind]


#: Business firms (start-ups apart).
FIRMS = classes_of("company")
#: Universities proper, without national labs; contract-research institutes, whose directors hold chairs, count here.
UNIVERSITIES = ["university_institution", "contract_institute"]
#: National labs and other public institutions.
LABS = ["national_lab"]

#: Whose R&D makes up the national total.
PERFORMERS = [*FIRMS, *UNIVERSITIES, *LABS]


def amount(
    ledger: Ledger,
    flows: str | Sequence[str],
    basis: str,
    unit: float,
    from_class: Sequence[str] = (),
    to_class: Sequence[str] = (),
) -> pl.DataFrame:
    """Return yearly sums of flows in ``unit`` (minor units of money): period, value."""
    total = ledger.total(flows, basis, from_class=from_class, to_class=to_class)
    return total.select("period").with_columns(over(total["amount"], unit))


def over(values: pl.Series, unit: float) -> pl.Series:
    """Return a column ``value``: values over a number, exactly (polars divides by a number in two ways)."""
    return pl.Series("value", values.to_numpy() / unit)


def ratio(numerator: pl.DataFrame, denominator: pl.DataFrame, on: Sequence[str] = ("period",)) -> pl.DataFrame:
    """Return numerator over denominator where both exist and the denominator is not zero."""
    below = beside(numerator, denominator, [name for name in on if name in denominator.columns])
    result = numerator.with_columns(numerator["value"] / below)
    return result.filter(below.is_not_null() & (below != 0))


def plus(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Return the sum of two yearly numbers that both exist: period, value."""
    other = beside(first, second)
    return pl.DataFrame({"period": first["period"], "value": first["value"] + other}).filter(other.is_not_null())


def beside(frame: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str] = ("period",)) -> pl.Series:
    """Return the values of another number for each row of a frame, null where it has none for the same keys."""
    values = dict(zip(zip(*(other[key] for key in keys), strict=True), other["value"], strict=True))
    wanted = zip(*(frame[key] for key in keys), strict=True)
    return pl.Series("value", [values.get(row) for row in wanted], dtype=other["value"].dtype)


def rd_performed(ledger: Ledger, classes: Sequence[str], unit: float) -> pl.DataFrame:
    """Return yearly R&D expenditure inside organisations of the classes (fiscal years): period, value."""
    return amount(ledger, RESEARCH, "FY", unit, from_class=classes)


def count(ledger: Ledger, acts: str | Sequence[str], basis: str, classes: Sequence[str] = ()) -> pl.DataFrame:
    """Return the yearly number of records of the acts by actors of the classes: period, value (0 where none).

    Without ``classes`` every actor counts.
    """
    found = ledger.count(acts, basis, classes)
    return pl.DataFrame({"period": found["period"], "value": found["count"].cast(pl.Float64)})


def every_year(ledger: Ledger, frame: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Return a yearly number with 0 in the complete years that it lacks: period, value."""
    years = pl.DataFrame({"period": ledger.years(basis)}, schema={"period": pl.String})
    return years.with_columns(beside(years, frame).cast(pl.Float64).fill_null(0.0))


def yearly_stock(ledger: Ledger, stock: str) -> pl.DataFrame:
    """Return a stock of the whole country at the end of each calendar year: period, value."""
    frame = ledger.stock(stock).group_by("period").agg(pl.col("amount").sum().alias("value"))
    return frame.sort("period")
