"""What the document prints of an index: ranks by year, bounds that stay bounds, and years that are not in it."""

from __future__ import annotations

from dataclasses import dataclass

from meguri.errors import InputError, Phrase, unknown
from meguri.observatory.observed import source_named
from meguri.sources import Caveat, Item

SOURCE = "document"
#: What the ids of an index in the document begin with, by shipped index.
FAMILIES = ("gii", "imd")
FIRST_YEAR, LAST_YEAR = 1900, 2100
#: Year of the document: what it says of "since 2019" ends there.
PRINTED_IN = 2025


@dataclass(frozen=True)
class PrintedRank:
    """A rank of the document: lowest and highest rank that it allows (None where open); both None: not in it."""

    place: str
    year: int
    low: float | None
    high: float | None
    item: str = ""
    caveats: tuple[Caveat, ...] = ()

    def said(self, language: str = "en") -> str:
        """Return the answer in words: ``4``, ``<= 5``, ``30-39`` or that it is not in the document."""
        if self.low is None and self.high is None:
            return "資料に記載なし" if language == "ja" else "not in the document"
        if self.low is None:
            return f"<= {self.high:g}"
        if self.high is None:
            return f">= {self.low:g}"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}-{self.high:g}"


@dataclass(frozen=True)
class PrintedMethod:
    """What the document says of the method: number of economies with its year and doubts, names of the areas."""

    economies: int
    year: str
    caveats: tuple[Caveat, ...]
    areas_ja: tuple[str, ...]
    areas_en: tuple[str, ...]


def rank(index: str, year: int, place: str = "") -> PrintedRank:
    """Return what the document says of a rank in a year; ``place`` is that of the document where none is given."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            f"year {year} lies outside {FIRST_YEAR} to {LAST_YEAR}",
            f"{year}年は範囲外です（{FIRST_YEAR}～{LAST_YEAR}年）",
        )
    items = _items(index, ".rank.")
    place = place or items[0].place
    for item in items:
        if item.place == place and _covers(item.period, year):
            low, high = _bounds(item)
            return PrintedRank(place, year, low, high, item.id, item.caveats)
    return PrintedRank(place, year, None, None)


def fall(index: str, first: int, last: int, place: str = "") -> float | None:
    """Return by how many places a rank fell between two years; None unless both are printed as single ranks."""
    before, after = rank(index, first, place), rank(index, last, place)
    if before.low is None or after.low is None or before.low != before.high or after.low != after.high:
        return None
    return after.low - before.low


def method(index: str) -> PrintedMethod:
    """Return what the document says of how an index is made."""
    coverage = _items(index, ".method.coverage")[0]
    areas = next(item for item in _items(index, ".method.") if isinstance(item.value, list))
    return PrintedMethod(
        int(str(coverage.value)), coverage.period, coverage.caveats,
        tuple(str(name) for name in areas.value), tuple(str(name) for name in areas.value_en),  # type: ignore[attr-defined]
    )  # fmt: skip


def _items(index: str, part: str) -> list[Item]:
    if index not in FAMILIES:
        raise unknown("index", index, FAMILIES, Phrase("the document", "資料"))
    return [item for item in source_named(SOURCE).items() if item.id.startswith(f"{SOURCE}:{index}{part}")]


def _covers(period: str, year: int) -> bool:
    """Return whether a period (``2007``, ``/1996``, ``2019/``, ``1999/2004``) holds a year."""
    first, sign, last = period.partition("/")
    if not sign:
        return first == str(year)
    return (not first or int(first) <= year) and year <= (int(last) if last else PRINTED_IN)


def _bounds(item: Item) -> tuple[float | None, float | None]:
    if isinstance(item.value, list | tuple):
        low, high = item.value
        return float(low), float(high)
    value = float(str(item.value))
    return {"at_most": (None, value), "at_least": (value, None)}.get(item.qualifier, (value, value))
