"""What a place contains: a country its prefectures, a prefecture its hub cities, a hub the prefectures it stands in.

Ledgers seldom know a hub city as such: they know prefectures. A hub city is then read from the prefectures in which it
lies, and that is said; two hubs in one prefecture cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from meguri import vocabulary
from meguri.errors import Phrase, japanese
from meguri.vocabulary import Word

HUB = "hub:"


@dataclass(frozen=True)
class Extent:
    """A place with what it contains: codes that begin with its own, and ``more`` codes.

    ``stands_in`` are the prefectures by which a hub is read where nobody stands in the hub itself.
    """

    code: str
    more: tuple[str, ...] = ()
    stands_in: tuple[str, ...] = ()

    def holds(self, column: str = "place") -> pl.Expr:
        """Return whether a column of places lies in this one (false where there is no place)."""
        place = pl.col(column).cast(pl.String)
        inside = (place == self.code) | place.is_in(list(self.more))
        for sign in ("-", ":"):
            inside |= place.str.starts_with(f"{self.code}{sign}")
        return inside.fill_null(False)

    def among(self, places: Iterable[str]) -> Extent:
        """Return the extent for a ledger with actors at these places: prefectures where it knows no hub."""
        known = list(places)
        if not self.stands_in or any(one == self.code or one.startswith(f"{self.code}:") for one in known):
            return self
        return Extent(self.code, self.stands_in, self.stands_in)

    @property
    def read_by_prefecture(self) -> Phrase:
        """What is to be said where a hub is read by its prefectures."""
        regions = vocabulary.table("regions")
        where = _named([regions[one] for one in self.stands_in])
        others = [
            word
            for word in vocabulary.table("hubs")
            if f"{HUB}{word.id}" != self.code and set(word.list("prefectures")) & set(self.stands_in)
        ]
        if not others:
            return Phrase(
                f"{self.code} is read by prefecture ({where}): the ledger knows no cities",
                f"{self.code}は都道府県（{japanese(where)}）で読んでいます。元帳に市区町村の別はありません",
            )
        shared = _named(others)
        return Phrase(
            f"{self.code} is read by prefecture ({where}): the ledger knows no cities and cannot tell it from {shared}",
            f"{self.code}は都道府県（{japanese(where)}）で読んでいます。元帳に市区町村の別はなく、"
            f"{japanese(shared)}と区別できません",
        )


def _named(words: Iterable[Word]) -> Phrase:
    """Return the names of words, one after the other."""
    found = list(words)
    names = ", ".join(word.en for word in found), "・".join(word.ja for word in found)
    return Phrase(*names)


def extent(code: str) -> Extent:
    """Return a place with what it contains."""
    hubs = {f"{HUB}{word.id}": tuple(word.list("prefectures")) for word in vocabulary.table("hubs")}
    if code in hubs:
        return Extent(code, (), hubs[code])
    inside = tuple(
        hub
        for hub, prefectures in hubs.items()
        if all(one == code or one.startswith(f"{code}-") for one in prefectures)
    )
    return Extent(code, inside)


def is_finer(code: str) -> bool:
    """Say whether a place is a part of a country: a prefecture, a hub, a city."""
    return "-" in code or ":" in code
