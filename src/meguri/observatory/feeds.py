"""Numbers of the model that an import gives, by year or by element, beside those of the country's pack.

A path goes on, before the first and after the last year that the import holds, as the pack's own path moves. A number
by element is taken in the year that the pack declares for the column of its table that it replaces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from meguri import vocabulary
from meguri.engine.parameters import ELEMENTS, Parameter, specifications
from meguri.errors import NOUNS, InputError, Phrase, japanese
from meguri.observatory.imports import Import, any_source, data_sets
from meguri.packs import Pack, load_pack
from meguri.sources import Feed

if TYPE_CHECKING:
    import polars as pl

_TABLES = ("actors", "flows", "stocks", "records", "observations")
_YEAR = re.compile(r"(?:FY)?(\d{4})")


@dataclass(frozen=True)
class Fed:
    """A feed with what the import gives.

    Attributes:
        feed: the declaration.
        found: the import.
        values: by year, as the import holds them; empty for numbers by element.
        elements: by element, in ``year``; empty for numbers by year.
        year: the year of numbers by element.
        shape: what the elements are (``industry``), empty for numbers by year.
        given: what a run is given: by year (the whole path) or by element; a list where elements are places of the
            pack's own. The pack's own numbers where ``as_pack``.
        as_pack: the pack holds the same numbers, within the rounding of its tables.
        lacks: why the import does not give the number; empty where it does.
    """

    feed: Feed
    found: Import
    values: Mapping[int, float]
    elements: Mapping[str, float]
    year: int | None = None
    shape: str = ""
    given: Any = None
    as_pack: bool = False
    lacks: str = ""

    @property
    def source(self) -> str:
        """Where the values come from: source, import, attribution."""
        return f"{self.found.source} {self.found.id}: {self.found.manifest['attribution_en']}"


def all_feeds(source: str = "", country: str = "") -> list[tuple[str, Feed]]:
    """Return the feeds of all sources, or of one, to runs of all countries, or of one, each with its source."""
    return [
        (one.id, feed)
        for one in data_sets()
        if source in ("", one.id)
        for feed in (one.data.feeds if one.data is not None else ())
        if country in ("", feed.country)
    ]


def shape_of(feed: Feed) -> str:
    """Return what the elements of a feed's numbers are (``industry``); empty for numbers by year."""
    shape = _parameter(feed).shape
    return shape if shape in ELEMENTS else ""


def fed_by(found: Import, country: str = "") -> list[Fed]:
    """Return what an import gives to runs of a country (of any, where none is named), also what it lacks.

    Raises InputError where its source gives nothing, with the sources that do.
    """
    data = any_source(found.source).data
    assert data is not None
    feeds = [feed for feed in data.feeds if country in ("", feed.country)]
    if not feeds:
        those = ", ".join(dict.fromkeys(f"{source} ({feed.country})" for source, feed in all_feeds()))
        whose = Phrase(country, country) if country else Phrase("any country", "どの国")
        raise InputError(
            f"'{found.source}' gives no number of the model for {whose}; those that do: {those}",
            f"「{found.source}」からは{japanese(whose)}の係数も取れません。取れる出典：{those}",
        )
    tables = {name: found.table(name) for name in _TABLES}
    return [_fed(feed, found, feed.values(tables).collect()) for feed in feeds]


def _fed(feed: Feed, found: Import, rows: pl.DataFrame) -> Fed:
    pack, spec = load_pack(feed.country), _parameter(feed)
    if spec.shape in ELEMENTS:
        return _by_element(feed, found, rows, pack, spec.shape)
    said = rows.select("year", "value").sort("year").iter_rows()
    values = {int(year): float(value) for year, value in said if value is not None}
    if not values:
        return Fed(feed, found, {}, {}, lacks=Phrase("no value", "値がありません"))
    standing = _path(pack, feed.parameter)
    as_pack = bool(standing) and all(
        year in standing and abs(value - standing[year]) <= feed.rounding for year, value in values.items()
    )
    given = standing if as_pack else continued(values, standing)
    return Fed(feed, found, values, {}, given={str(year): value for year, value in given.items()}, as_pack=as_pack)


def continued(values: Mapping[int, float], standing: Mapping[int, float]) -> dict[int, float]:
    """Return a path by year: given values, and in other years the nearest one before (else the first) times how the
    pack's path moves from there; without a path, or from nought, that value holds."""
    found = dict(values)
    for year, level in standing.items():
        if year in values:
            continue
        near = max((one for one in values if one < year), default=min(values))
        base = standing.get(near, 0.0)
        found[year] = float(f"{values[near] * (level / base if base > 0.0 else 1.0):.10g}")
    return dict(sorted(found.items()))


def _by_element(feed: Feed, found: Import, rows: pl.DataFrame, pack: Pack, shape: str) -> Fed:
    """Return numbers by element in the year of the pack's table; all elements must be there."""
    table, column = _column(pack, feed.parameter)
    about = pack.describe_table(table)
    declared = next(one["year"] for one in about["column"] if one["id"] == column)
    year = int(_YEAR.fullmatch(declared)[1])  # type: ignore[index]
    own = dict(zip(pack.table(table)[about["key"]], map(float, pack.table(table)[column]), strict=True))
    there = {int(one) for one in rows["year"]}
    if year not in there:
        years = ", ".join(map(str, sorted(there))) or Phrase("none", "なし")
        return Fed(feed, found, {}, {}, year, shape, lacks=Phrase(
            f"no row for {year}, the year of the pack's table '{table}'; years given: {years}",
            f"国のパックの表「{table}」の年である{year}年の行がありません。ある年：{japanese(years)}",
        ))  # fmt: skip
    of_year = {row["element"]: row for row in rows.iter_rows(named=True) if row["year"] == year}
    each = Phrase(shape, NOUNS[shape])
    strange = ", ".join(str(one) for one in of_year if one not in own)
    if strange:
        known = ", ".join(own)
        return Fed(feed, found, {}, {}, year, shape, lacks=Phrase(
            f"unknown {each} '{strange}'; known: {known}", f"{each.ja}「{strange}」はありません。使えるもの：{known}"
        ))  # fmt: skip
    elements = {one: float(row["value"]) for one, row in of_year.items() if row["value"] is not None and one in own}
    ordered = {one: elements[one] for one in own if one in elements}
    missing = [(one, of_year.get(one, {}).get("note") or "") for one in own if one not in elements]
    if missing:
        named = ", ".join(f"{one} ({note})" if note else one for one, note in missing)
        return Fed(feed, found, {}, ordered, year, shape, lacks=Phrase(
            f"no number in {year} for {len(missing)} of {len(own)} ({each}): {named}",
            f"{year}年の数値が{len(own)}件中{len(missing)}件（{each.ja}）ありません：{named}",
        ))  # fmt: skip
    as_pack = all(abs(ordered[one] - own[one]) <= feed.rounding for one in own)
    values = own if as_pack else ordered
    words = vocabulary.table(ELEMENTS[shape])
    given = values if all(one in words for one in values) else list(values.values())
    return Fed(feed, found, {}, ordered, year, shape, given, as_pack)


def _parameter(feed: Feed) -> Parameter:
    mechanism = feed.parameter.partition(".")[0]
    return next(spec for spec in specifications(mechanism) if spec.id == feed.parameter)


def _set_by(pack: Pack, parameter: str) -> dict[str, Any]:
    return next((row for row in pack.parameters if row["id"] == parameter), {})


def _column(pack: Pack, parameter: str) -> tuple[str, str]:
    """Return the table and column of the pack that give a number by element."""
    row = _set_by(pack, parameter)
    return row["table"], row["column"]


def _path(pack: Pack, parameter: str) -> dict[int, float]:
    """Return the pack's path of a number by year; empty where it gives none, or one by quarter."""
    series = _set_by(pack, parameter).get("path", "")
    if not series or pack.describe_path(series)["between"] == "quarter":
        return {}
    periods = list(pack.evidence(series))
    values = pack.path(series, periods[0], periods[-1], "year")
    return {int(period.removeprefix("FY")): value for period, value in zip(periods, values, strict=True)}
