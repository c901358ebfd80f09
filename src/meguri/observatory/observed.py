"""The observations of all sources as one table, built on first use and cached by the hash of what it is made from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import platformdirs
import polars as pl

from meguri.errors import unknown
from meguri.ledger.schema import observations
from meguri.registry import shelf
from meguri.sources import Item, Source

#: Columns of the table of items.
ITEM_COLUMNS = (
    "id", "kind", "ja", "en", "value", "unit", "place", "period", "qualifier", "status", "evidence", "indicator",
    "citation", "slide", "caveats_ja", "caveats_en", "uses",
)  # fmt: skip
#: Packages whose files decide the table.
MADE_FROM = ("sources", "vocabulary", "observatory", "ledger")


def sources() -> list[Source]:
    """Return the sources in alphabetical order."""
    return list(shelf("meguri.sources"))


def source_named(identifier: str) -> Source:
    """Return a source; raise InputError, with the nearest ids, for one that does not exist."""
    known = {source.id: source for source in sources()}
    if identifier not in known:
        raise unknown("source", identifier, known)
    return known[identifier]


def observed(source: str = "") -> pl.DataFrame:
    """Return the observations of all sources, or of one; ``origin`` names the item that a row comes from."""
    frame = _table()
    if not source:
        return frame
    return frame.filter(pl.col("origin").str.starts_with(f"{source_named(source).id}:"))


def build() -> tuple[Path | None, int]:
    """Build the table anew; return its file (None where no cache can be written) and the number of rows."""
    frame = _from_sources()
    path = save(frame, cache_file())
    _table.cache_clear()
    return path, frame.height


def cache_file(name: str = "", *packages: str) -> Path:
    """Return the file of the built table; its name is the hash of the sources and the vocabulary.

    With a ``name`` it is that of another table, which the code of further ``packages`` decides too.
    """
    base = os.environ.get("MEGURI_CACHE") or platformdirs.user_cache_dir("meguri")
    made_from = _made_from_hash((*MADE_FROM, *packages))
    return Path(base) / "observatory" / (f"{name}-{made_from}.parquet" if name else f"{made_from}.parquet")


@cache
def _table() -> pl.DataFrame:
    try:
        return pl.read_parquet(cache_file())
    except (OSError, pl.exceptions.PolarsError):  # absent or damaged: made again
        frame = _from_sources()
        save(frame, cache_file())
        return frame


def _from_sources() -> pl.DataFrame:
    return observations([row for source in sources() for row in source.observations()])


def save(frame: pl.DataFrame, path: Path) -> Path | None:
    """Write a table to the cache; return its file, None where the cache cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        frame.write_parquet(temporary, compression="zstd")
        os.replace(temporary, path)
    except OSError:
        return None
    return path


@cache
def _made_from_hash(packages: tuple[str, ...]) -> str:
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.blake2b(digest_size=12)
    for package in packages:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".toml", ".csv"}:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def sources_table(more: Iterable[Source] = ()) -> pl.DataFrame:
    """Return one row a source: id, labels, publisher, licence, address, attribution, items, observations and feeds.

    ``more`` are sources beside those on the shelf: a user's own.
    """
    counts = _table()["origin"].str.split(":").list.first().value_counts()
    observations_of = dict(counts.iter_rows())
    return pl.DataFrame(
        [
            {
                "id": source.id,
                "ja": source.ja,
                "en": source.en,
                "publisher_ja": source.publisher_ja,
                "publisher_en": source.publisher_en,
                "licence": source.licence,
                "url": source.url,
                "attribution_ja": source.attribution_ja,
                "attribution_en": source.attribution_en,
                "items": sum(1 for _ in source.items()),
                "observations": observations_of.get(source.id, 0),
                "feeds": len(source.data.feeds) if source.data is not None else 0,
            }
            for source in (*sources(), *more)
        ]
    )


def items_table(source: str = "") -> pl.DataFrame:
    """Return one row an item of all sources, or of one; ``value`` is JSON, caveats and uses stand in one cell."""
    chosen = [source_named(source)] if source else sources()
    rows = [_item_row(item) for one in chosen for item in one.items()]
    return pl.DataFrame(rows, schema={name: pl.Int32() if name == "slide" else pl.String() for name in ITEM_COLUMNS})


def _item_row(item: Item) -> dict[str, object]:
    given = {name: getattr(item, name, "") for name in ITEM_COLUMNS}
    return given | {
        "value": None if item.value is None else json.dumps(item.value, ensure_ascii=False, default=str),
        "citation": "; ".join(f"{one.en} <{one.url}>" if one.url else one.en for one in item.citations),
        "caveats_ja": " / ".join(caveat.ja for caveat in item.caveats),
        "caveats_en": " / ".join(caveat.en for caveat in item.caveats),
        "uses": " ".join(item.uses),
    }
