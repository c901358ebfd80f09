"""What a sensitivity study looks at: an indicator at a place, in one period or as a mean over years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.engine import time
from meguri.errors import InputError, Phrase, unknown
from meguri.indicators import family
from meguri.ledger import store
from meguri.model.member import Span
from meguri.observatory import places
from meguri.packs import load_pack
from meguri.registry import shelf

#: What a study looks at when nothing is named.
HEADLINE = (
    "vc_investment_to_gdp",
    "vc_investments_count",
    "vc_investments_amount",
    "acquisition_share_vc_backed",
    "funding_share",
    "industry_share_of_university_rd",
    "joint_research_amount",
    "university_startups_founded",
    "rd_total",
    "rd_business",
)
#: Headline indicators that have no value for the whole country: the pack's principal region stands for them.
REGIONAL = ("funding_share",)
#: A headline indicator is the mean over so many of the last full years: one year holds much chance.
YEARS = 5
_YEARS = re.compile(r"(?:FY)?(\d{4})/(?:FY)?(\d{4})")


@dataclass(frozen=True)
class Quantity:
    """One number of a run: ``period`` is one (``FY2022``, ``2022``) or a mean over years (``2018/2022``)."""

    indicator: str
    place: str
    period: str

    def __str__(self) -> str:
        return f"{self.indicator}@{self.place}@{self.period}"

    @property
    def unit(self) -> str:
        """The unit of the indicator."""
        return shelf("meguri.indicators")[family(self.indicator)].unit

    def of(self, members: pl.DataFrame) -> pl.DataFrame:
        """Return member and value: the period's value, or the mean of the years that the member has."""
        rows = members.filter((pl.col("indicator") == self.indicator) & (pl.col("place") == self.place))
        years = _YEARS.fullmatch(self.period)
        if years is None:
            return rows.filter(pl.col("period") == self.period).select("member", "value")
        year = pl.col("period").str.extract(r"^(?:FY)?(\d{4})$").cast(pl.Int32)
        return rows.filter(year.is_between(int(years[1]), int(years[2]))).group_by("member").agg(pl.col("value").mean())


def quantities_of(named: Sequence[str], country: str, span: Span) -> tuple[Quantity, ...]:
    """Return what ``ID[@PLACE[@PERIOD]]`` names, or the headline indicators where nothing is named.

    Without a place it is the country, without a period the mean over the last full years of the run (at most five).
    Raises InputError for an unknown indicator, a period that is none, something named twice, or a run of less than a
    year.
    """
    last = (span.last + 1) // 4 - 1
    first = max((span.first + 3) // 4, last - YEARS + 1)
    if first > last:
        raise InputError(
            f"a run from {time.name(span.first)} to {time.name(span.last)} holds no full year to look at",
            f"{time.name(span.first)}から{time.name(span.last)}までの実行には、見るべき丸1年がありません",
        )
    years = f"{first}/{last}"
    if not named:
        principal = load_pack(country).principal_region
        chosen = ((one, principal if one in REGIONAL else country) for one in HEADLINE)
        return tuple(Quantity(indicator, place, years) for indicator, place in chosen if place)
    found = tuple(_quantity(text, country, years) for text in named)
    for quantity in found:
        if found.count(quantity) > 1:
            raise InputError(f"--indicator names '{quantity}' twice", f"--indicatorに「{quantity}」が二度あります")
    return found


def _quantity(text: str, country: str, years: str) -> Quantity:
    indicator, _, rest = text.partition("@")
    place, _, period = rest.partition("@")
    known = [identifier for one in shelf("meguri.indicators") for identifier in one.ids]
    if indicator not in known:
        raise unknown("indicator", indicator, known, "--indicator")
    period = places.period(period) if period else years
    if not re.fullmatch(r"(?:FY)?\d{4}", period) and not _YEARS.fullmatch(period):
        raise InputError(
            f"--indicator {text}: '{period}' is neither a year (2022, FY2022) nor years to average over (2018/2022)",
            f"--indicator {text}：「{period}」は、年（2022、FY2022）でも、平均する年（2018/2022）でもありません",
        )
    there = {country, *(word.id for word in vocabulary.table("regions"))}
    return Quantity(indicator, places.place(place, there) if place else country, period)


def values_of(folder: Path, quantities: Sequence[Quantity], points: int, seeds: int) -> np.ndarray:
    """Return quantities x points x seeds from the members of a run; NaN where a member has no value.

    Member ``m`` is point ``m % points`` with seed ``m // points``. Raises InputError when no member has a value of one
    of the quantities.
    """
    members = store.read(folder, "members")
    values = np.full((len(quantities), seeds, points), np.nan)
    for k, quantity in enumerate(quantities):
        found = quantity.of(members)
        if found.is_empty():
            raise _missing(quantity, members)
        values[k].reshape(-1)[found["member"].to_numpy()] = found["value"].to_numpy()
    return values.transpose(0, 2, 1)


def _missing(quantity: Quantity, members: pl.DataFrame) -> InputError:
    """Return the error that says what the run has instead of a quantity that it has not."""
    rows = members.filter(pl.col("indicator") == quantity.indicator)
    if rows.is_empty():
        return InputError(
            f"no member of the run has a value of '{quantity.indicator}'",
            f"実行のどのメンバーにも「{quantity.indicator}」の値がありません",
        )
    at = rows.filter(pl.col("place") == quantity.place)
    if at.is_empty():
        where = Phrase(f"'{quantity.indicator}'", f"「{quantity.indicator}」")
        return unknown("place", quantity.place, set(rows["place"]), where)
    periods = sorted(set(at["period"]))
    return InputError(
        f"the run has no '{quantity}'; it has {periods[0]} to {periods[-1]}",
        f"実行に「{quantity}」はありません。あるのは{periods[0]}から{periods[-1]}までです",
    )
