"""Linked organisations as one actor: an import as it reads once the links in force count.

Imports are never rewritten. A view replaces the numbers of linked actors by one (that of their group, ``same_as``) in
actors, flows, stocks, records and identifiers; every row of flows and records stays, with its amount. What the one
actor is where its members differ is said by the member with the newest row of the ledger, then by the one with most
rows, then by the one of the smallest number. Its class must be one that all payments of the group allow; where there
is none, members of one class become one actor each.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from meguri import vocabulary
from meguri.errors import Phrase
from meguri.observatory import imports
from meguri.observatory.extent import Extent, is_finer
from meguri.observatory.imports import Import
from meguri.observatory.observed import cache_file, save

if TYPE_CHECKING:
    from meguri.observatory.identity.decisions import Decisions
    from meguri.observatory.identity.links import Links

#: Columns that name actors, by table.
ACTORS = {
    "actors": ("parent",), "flows": ("from_actor", "to_actor"), "stocks": ("actor", "counterparty"),
    "records": ("actor", "counterparty"), "identifiers": ("id",),
}  # fmt: skip
_GROUPS = {"source": pl.String, "actor": pl.Int64, "same_as": pl.String}
_ONE = {"actor": pl.Int64, "one": pl.Int64, "same_as": pl.String}


@dataclass(frozen=True)
class InForce:
    """Links in force: their id, and which actor of which source is which organisation (source, actor, same_as)."""

    id: str
    groups: pl.DataFrame


@dataclass(frozen=True)
class Linked(Import):
    """An import in which linked organisations are one actor.

    ``same`` says of each linked actor of the import (``actor``) which number it has in the view (``one``) and which
    group it belongs to; ``links`` is the id of the links in force.
    """

    same: pl.DataFrame = field(compare=False)
    links: str

    @property
    def view(self) -> str:
        """What decides the rows of the view: the import, and who is one in it."""
        return f"{self.id}-{hashlib.blake2b(repr(self.same.rows()).encode(), digest_size=6).hexdigest()}"

    @property
    def counted(self) -> tuple[int, int]:
        """How many organisations are counted as how many."""
        sizes = self.same.group_by("one").len().filter(pl.col("len") > 1)["len"]
        return int(sizes.sum()), sizes.len()

    def table(self, name: str) -> pl.LazyFrame:
        """Return a table of the view; tables that name no actor are those of the import."""
        frame = super().table(name)
        if name not in ACTORS:
            return frame
        numbers = [pl.col(column).replace(self.same["actor"], self.same["one"]) for column in ACTORS[name]]
        if name == "actors":
            apart = frame.filter(~pl.col("actor").is_in(self.same["actor"].implode()))
            merged = self._actors.lazy().select(frame.collect_schema().names())
            frame = pl.concat([apart.with_columns(numbers), merged])
        elif name == "stocks":
            frame = self._stocks(frame.with_columns(numbers))
        else:
            frame = frame.with_columns(numbers)
        return frame.unique(maintain_order=True) if name == "identifiers" else frame

    def _stocks(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return what the one actor holds: the sum of what its members hold, in one row a period and stock."""
        linked = pl.col("actor").is_in(self.same["one"].implode())
        names = frame.collect_schema().names()
        keys = [name for name in names if name != "amount"]
        summed = frame.filter(linked).group_by(keys, maintain_order=True).agg(pl.col("amount").sum()).select(names)
        return pl.concat([frame.filter(~linked), summed])

    @cached_property
    def _actors(self) -> pl.DataFrame:
        """The rows of linked actors, one an actor of the view."""
        said = super().table("actors").filter(pl.col("actor").is_in(self.same["actor"].implode())).collect()
        rows = said.join(_heard(Import(self.folder, self.manifest), self.same["actor"]), on="actor", how="left")
        rows = rows.join(self.same.select("actor", "one"), on="actor").sort(
            "last", "rows", "actor", descending=[True, True, False], nulls_last=True
        )
        own = dict(self.same.select("actor", "one").iter_rows())
        members: dict[int, list[dict]] = defaultdict(list)
        for row in rows.iter_rows(named=True):
            members[row["one"]].append(row)
        allowed = _allowed(Import(self.folder, self.manifest), self.same)
        made = [_merged(one, found, allowed.get(one), own) for one, found in sorted(members.items())]
        return pl.DataFrame(made, schema=said.schema)


def _merged(one: int, members: list[dict], allowed: set[str] | None, own: dict[int, int]) -> dict:
    """Return the actor that members are, who stand in the order in which they are heard."""
    speaks = next(row for row in members if allowed is None or row["class"] in allowed)
    order = [speaks, *(row for row in members if row is not speaks)]
    places = [row for row in order if row["place"] is not None]
    placed = next((row for row in places if is_finer(row["place"])), places[0] if places else speaks)
    parents = (own.get(row["parent"], row["parent"]) for row in order if row["parent"] is not None)
    ended = [row["ended"] for row in order]
    return {
        **speaks, "actor": one, "place": placed["place"], "name": _first(order, "name"),
        "country": _first([placed, *order], "country"), "parent": next((two for two in parents if two != one), None),
        "founded": min((row["founded"] for row in order if row["founded"] is not None), default=None),
        "ended": None if None in ended else max(ended),
    }  # fmt: skip


def _first(rows: Iterable[dict], name: str) -> object:
    return next((row[name] for row in rows if row[name] is not None), None)


def _heard(found: Import, actors: pl.Series) -> pl.DataFrame:
    """Return of actors the period of the newest row that names them, and the number of such rows."""
    columns = {name: named for name, named in ACTORS.items() if name in ("flows", "stocks", "records")}
    named = [
        found.table(name).filter(pl.col(column).is_in(actors.implode()))
        .select(pl.col(column).alias("actor"), pl.col("period").cast(pl.String))
        for name, of in columns.items() for column in of
    ]  # fmt: skip
    rows = pl.concat(named).group_by("actor").agg(pl.col("period").max().alias("last"), pl.len().alias("rows"))
    return rows.collect()


def _allowed(found: Import, same: pl.DataFrame) -> dict[int, set[str]]:
    """Return, of groups whose members have several classes, those of their classes that all their payments allow."""
    linked = same.select("actor", "one").lazy()
    classes = found.table("actors").select("actor", pl.col("class").cast(pl.String)).join(linked, on="actor")
    several = classes.group_by("one").agg(pl.col("class").unique()).filter(pl.col("class").list.len() > 1).collect()
    allowed = {one: set(held) for one, held in several.iter_rows()}
    if not allowed:
        return {}
    words = vocabulary.table("flows")
    for column, ends in (("from_actor", "from_classes"), ("to_actor", "to_classes")):
        flows = found.table("flows").select(pl.col("flow").cast(pl.String), actor=column).join(linked, on="actor")
        for flow, one in flows.select("flow", "one").unique().collect().iter_rows():
            if one in allowed:
                allowed[one] &= set(words[flow].list(ends))
    return allowed


def in_force(given: Path | None = None, day: str = "") -> InForce | None:
    """Return the links in force in a store, now or at the end of a day; None where nothing was linked.

    Decisions count that stand, with a day those that were made by then. Raises InputError where decisions contradict
    each other or a number.
    """
    if not (imports.home(given) / "links" / imports.CURRENT).is_file():
        return None
    from meguri.observatory.identity import decisions, links

    found = links.known_on(day, given) if day else links.current(given)
    if found is None:
        return None
    book = decisions.read(links.home(given))
    book = decisions.known_on(book, day) if day else book
    said = repr([(one.left, one.right, one.decision) for one in book.rows]).encode()
    return InForce(found.id, _groups(found, book, hashlib.blake2b(said, digest_size=6).hexdigest()))


@lru_cache(maxsize=8)
def _kept(path: Path, stamp: int) -> pl.DataFrame:
    return pl.read_parquet(path)


def _groups(found: Links, book: Decisions, said: str) -> pl.DataFrame:
    """Return who is one, from the cache where the same links and decisions were read before."""
    path = cache_file(f"links-{found.id}-{said}")
    try:
        return _kept(path, path.stat().st_mtime_ns)
    except (OSError, pl.exceptions.PolarsError):
        frame = found.linked_actors(book).select(*_GROUPS)
        save(frame, path)
        return frame


def viewed(found: Import, force: InForce | None) -> Import:
    """Return an import as it reads with links in force: itself where none of its actors is linked."""
    if force is None:
        return found
    wanted = force.groups.filter(pl.col("source") == found.source)
    if wanted.is_empty():
        return found
    classes = found.table("actors").select("actor", pl.col("class").cast(pl.String).alias("cls"))
    held = classes.filter(pl.col("actor").is_in(wanted["actor"].implode())).collect()
    same = wanted.join(held, on="actor").select("actor", one=_number("same_as"), same_as="same_as", cls="cls")
    if same.is_empty():
        return found
    nowhere = [one for one, classes in _allowed(found, same).items() if not classes]
    by_class = _number(pl.concat_str("same_as", pl.lit(":"), "cls"))
    same = same.with_columns(pl.when(pl.col("one").is_in(nowhere)).then(by_class).otherwise("one").alias("one"))
    return Linked(found.folder, found.manifest, same.select(*_ONE).sort("actor"), force.id)


def _number(same_as: str | pl.Expr) -> pl.Expr:
    """Return the number of a group: the digits of its id, ``org:`` and 12 of them, read as one number."""

    def number(text: str) -> int:
        digits = text.removeprefix("org:")
        return int(digits if ":" not in digits else hashlib.blake2b(text.encode(), digest_size=6).hexdigest(), 16)

    column = pl.col(same_as) if isinstance(same_as, str) else same_as
    return column.map_elements(number, return_dtype=pl.Int64)


def views(found: Iterable[Import], given: Path | None = None, day: str = "") -> list[Import]:
    """Return imports as they read with the links in force, now or at the end of a day."""
    force = in_force(given, day)
    return [viewed(one, force) for one in found]


def counted(found: Iterable[Import]) -> tuple[int, int]:
    """Return how many organisations of imports are counted as how many, each import for itself."""
    pairs = [one.counted for one in found if isinstance(one, Linked)]
    return sum(many for many, _ in pairs), sum(few for _, few in pairs)


def known_at(found: Import, whole: Extent) -> set[int]:
    """Return the actors of an import that are known to be in a place."""
    places = found.table("actors").select("actor", "place").filter(pl.col("place").is_not_null()).collect()
    return set(places.filter(whole.among(places["place"].unique()).holds())["actor"])


def sentence(found: Iterable[Import]) -> Phrase | None:
    """Return the sentence that says that links count; None where they change nothing."""
    held = [one for one in found if isinstance(one, Linked) and one.counted[0]]
    if not held:
        return None
    many, few = counted(held)
    names = ", ".join(one.source for one in held)
    return Phrase(
        f"{many:,} organisations are counted as {few:,} ({names}; links {held[0].links}; --no-links counts them apart)",
        f"名寄せにより{many:,}組織を{few:,}組織として数えています（{names}、名寄せ {held[0].links}、"
        "別々に数えるには --no-links）",
    )
