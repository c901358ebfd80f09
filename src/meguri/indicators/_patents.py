"""Counting rules of patent families over the records of applications: priority links, offices, countries, blocs.

A patent family is a bundle of applications that priority links join, directly or indirectly. It counts where it was
filed at two or more offices, in the year of its earliest filing, once for the world, and once for every country of an
inventor (whole counting) or in equal parts (fractional counting). Sampled records say at their publication how many
families they stand for. A year is counted when all of it has been published: eighteen months after its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.counting._components import connected
from meguri.counting._families import PUBLISHED_AFTER
from meguri.counting._series import moving_mean, trend
from meguri.counting._series import windows as periods
from meguri.counting.frontier import at_frontier as rule_of_frontier
from meguri.ledger.ledger import Ledger

OFFICES, COUNTRIES, BLOCS = (vocabulary.table(name) for name in ("offices", "inventor_countries", "blocs"))
#: Codes of countries that are a country and not the rest of something.
NAMED = [word for word in COUNTRIES if not word.id.startswith("X")]
#: Whether a country (row) belongs to a bloc, and an office to one of the four groups.
COUNTRY_IN_BLOC = np.array([[word["bloc"] == bloc.id for bloc in BLOCS] for word in COUNTRIES])
OFFICE_IN_GROUP = np.array([[word["group"] == bloc.id for bloc in BLOCS] for word in OFFICES])
__all__ = ["connected", "moving_mean", "trend"]
_ACTS = ("patent_filing", "priority_claim", "inventor_country", "patent_field", "patent_publication")


@dataclass(frozen=True)
class Families:
    """Families, one row each: quarter of the earliest filing, offices and countries (bool), field code, weight.

    ``weight`` is the number of families that the row stands for, 0 where it has not been published. ``family_of`` is
    the row of each application in ``applications`` (sorted numbers).
    """

    t: np.ndarray
    offices: np.ndarray
    countries: np.ndarray
    field: np.ndarray
    weight: np.ndarray
    applications: np.ndarray
    family_of: np.ndarray


def families(ledger: Ledger) -> Families:
    """Return the families of a ledger; those with a priority that the ledger does not hold are left out."""
    kept = vars(ledger)
    if "_families" not in kept:
        rows = ledger.records(_ACTS).select("t", "act", "contract", "value")
        kept["_families"] = _build({act: rows.filter(pl.col("act") == act) for act in _ACTS})
    return kept["_families"]


def _build(rows: dict[str, pl.DataFrame]) -> Families:
    filing = rows["patent_filing"].filter(pl.col("value").is_between(1, len(OFFICES)))
    numbers, where = np.unique(filing["contract"].to_numpy(), return_inverse=True)
    claims = rows["priority_claim"].filter(pl.col("contract").is_in(numbers))
    later, there = _find(numbers, claims["contract"].to_numpy())
    earlier, known = _find(numbers, claims["value"].to_numpy())
    both = there & known
    label = connected(len(numbers), later[both], earlier[both])
    roots, family_of = np.unique(label, return_inverse=True)
    size = len(roots)
    t = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(t, family_of[where], filing["t"].to_numpy().astype(np.int64))
    offices = np.zeros((size, len(OFFICES)), bool)
    offices[family_of[where], filing["value"].to_numpy() - 1] = True
    countries = np.zeros((size, len(COUNTRIES)), bool)
    family, value = _of(rows["inventor_country"], numbers, family_of, len(COUNTRIES))
    countries[family, value - 1] = True
    field = np.zeros(size, np.int64)
    family, value = _of(rows["patent_field"], numbers, family_of, len(vocabulary.table("fields")))
    field[family] = value
    weight = np.zeros(size, np.int64)
    family, value = _of(rows["patent_publication"], numbers, family_of, np.iinfo(np.int64).max)
    np.maximum.at(weight, family, value)
    incomplete = family_of[later[there & ~known]]
    weight[incomplete] = 0
    weight[~countries.any(axis=1)] = 0
    return Families(t, offices, countries, field, weight, numbers, family_of)


def _find(numbers: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the place of each wanted number among sorted ones, and whether it is there."""
    if not len(numbers):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
    return place, numbers[place] == wanted


def _of(rows: pl.DataFrame, numbers, family_of, most) -> tuple[np.ndarray, np.ndarray]:
    rows = rows.filter(pl.col("value").is_between(1, most))
    place, there = _find(numbers, rows["contract"].to_numpy())
    return family_of[place[there]], rows["value"].to_numpy()[there]


def counted_years(ledger: Ledger) -> list[int]:
    """Return the whole calendar years whose first filings had all been published when the last of them ended."""
    years = [int(year) for year in ledger.years("CY")]
    return [year for year in years if 4 * year + PUBLISHED_AFTER <= 4 * years[-1]]


def by_year(ledger: Ledger, found: Families, amount: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the yearly sum of ``amount`` (family, or family by column) over the wanted families."""
    years = counted_years(ledger)
    total = np.zeros((len(years), *amount.shape[1:]))
    if years:
        year = found.t // 4 - years[0]
        inside = wanted & (year >= 0) & (year < len(years))
        np.add.at(total, year[inside], amount[inside])
    return total


def windows(ledger: Ledger) -> list[str]:
    """Return the periods of the moving means: ``2017/2019`` is placed in 2018."""
    return [period for period, _ in periods(counted_years(ledger))]


def parts(found: Families, groups: np.ndarray, fractional: bool = False) -> np.ndarray:
    """Return the weight of each family in each group of countries: whole, or in equal parts of its countries."""
    if not fractional:
        return found.weight[:, None] * (found.countries @ groups.astype(np.int64) > 0)
    each = found.weight / np.maximum(found.countries.sum(axis=1), 1)
    return each[:, None] * (found.countries @ groups.astype(np.float64))


def at_offices(found: Families, least: int = 2) -> np.ndarray:
    """Say which families were filed at ``least`` offices or more."""
    return found.offices.sum(axis=1) >= least


def at_frontier(found: Families, reading: str = "four_groups") -> np.ndarray:
    """Say which published families lie at two or more of Japan, the United States, China and Europe.

    ``four_groups``: Europe is one of four groups, so that the European Patent Office with a national office of Europe
    is not enough. ``any_two_offices``: any two offices of the four groups are enough.
    """
    groups = found.offices.astype(np.int64) @ OFFICE_IN_GROUP > 0
    group_offices = found.offices[:, OFFICE_IN_GROUP.any(axis=1)].sum(axis=1)
    return rule_of_frontier(groups.sum(axis=1), group_offices, reading) & (found.weight > 0)


def shares(ledger: Ledger, groups: np.ndarray, wanted: np.ndarray, fractional: bool = False) -> np.ndarray:
    """Return moving means of the groups' families over those of the world: windows by groups."""
    found = families(ledger)
    ours = moving_mean(by_year(ledger, found, parts(found, groups, fractional), wanted))
    world = moving_mean(by_year(ledger, found, found.weight, wanted))
    if not len(ours):
        return np.zeros((0, groups.shape[1]))
    return np.divide(ours, world[:, None], out=np.full(ours.shape, np.nan), where=world[:, None] > 0)


def share_by_country(ledger: Ledger, fractional: bool = False) -> pl.DataFrame:
    """Return place (country), period and value of shares in families at two or more offices."""
    found = families(ledger)
    values = shares(ledger, np.eye(len(COUNTRIES)), at_offices(found), fractional)
    rows = [
        {"place": word.id, "period": period, "value": float(value)}
        for word in NAMED
        for period, value in zip(windows(ledger), values[:, word.code - 1], strict=True)
    ]
    return pl.DataFrame(rows, schema={"place": pl.String, "period": pl.String, "value": pl.Float64})


def frontier(ledger: Ledger, reading: str = "four_groups") -> pl.DataFrame:
    """Return bloc, field ('' for all), period and value: shares in families at two or more of the four groups."""
    found = families(ledger)
    inside = at_frontier(found, reading)
    rows = []
    for code, field in ((0, ""), *((word.code, word.id) for word in vocabulary.table("fields"))):
        values = shares(ledger, COUNTRY_IN_BLOC, inside & ((found.field == code) if code else True))
        for bloc in BLOCS:
            rows += [
                {"bloc": bloc.id, "field": field, "period": period, "value": float(value)}
                for period, value in zip(windows(ledger), values[:, bloc.code - 1], strict=True)
            ]
    schema = {"bloc": pl.String, "field": pl.String, "period": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def bloc_of(country: str) -> str:
    """Return the bloc of a country, empty where it has none."""
    return COUNTRIES[country]["bloc"] if country in COUNTRIES else ""
