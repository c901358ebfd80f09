"""Numbers of the model that an import gives: the values of each feed by year, with where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from meguri.errors import InputError, Phrase, japanese
from meguri.observatory.imports import Import, any_source
from meguri.observatory.observed import sources
from meguri.sources import Feed


@dataclass(frozen=True)
class Fed:
    """A feed with its values by year."""

    feed: Feed
    values: dict[int, float]
    found: Import

    @property
    def source(self) -> str:
        """Where the values come from: source, import, attribution."""
        return f"{self.found.source} {self.found.id}: {self.found.manifest['attribution_en']}"


def fed_by(found: Import, country: str = "") -> list[Fed]:
    """Return what an import gives to runs of a country (of any, where none is named).

    Raises InputError where it gives nothing, with the sources that do.
    """
    data = any_source(found.source).data
    assert data is not None
    feeds = [feed for feed in data.feeds if country in ("", feed.country)]
    if not feeds:
        those = ", ".join(
            f"{one.id} ({feed.country})" for one in sources() if one.data is not None for feed in one.data.feeds
        )
        whose = Phrase(country, country) if country else Phrase("any country", "どの国")
        raise InputError(
            f"'{found.source}' gives no number of the model for {whose}; those that do: {those}",
            f"「{found.source}」からは{japanese(whose)}の係数も取れません。取れる出典：{those}",
        )
    tables = {name: found.table(name) for name in ("actors", "flows", "stocks", "records", "observations")}
    made = []
    for feed in feeds:
        rows = feed.values(tables).select("year", "value").sort("year").collect()
        values = {int(year): float(value) for year, value in rows.iter_rows() if value is not None}
        if values:
            made.append(Fed(feed, values, found))
    return made
