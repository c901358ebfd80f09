"""What a user imported as things that can be explained: sources of one's own, series that files give, what is measured.

Ids are those that ``meguri data list`` and ``meguri show observatory:SOURCE`` print: a source, ``source:series`` of an
indicator, ``source:column`` of the column that a value stood in, and ``source:indicator`` of what was measured. They
belong to the store of one user and are looked up only where the package knows no such id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri import vocabulary
from meguri.answers.explain import Explanation, explain, graph
from meguri.answers.node import Edge, Node, Reference
from meguri.answers.words import word_id
from meguri.errors import unknown
from meguri.observatory import imports, linked
from meguri.observatory.imports import Import
from meguri.observatory.mapping_reader import parsed
from meguri.sources import Source

if TYPE_CHECKING:
    import polars as pl

    from meguri.observatory.mapping import Cell, Mapping

#: What precedes a source where it is named as a world.
WORLD = "observatory:"
#: Most places and columns that are named one by one.
NAMED = 12


def explain_here(identifier: str, given: Path | None = None, links: bool = True) -> tuple[Explanation, str]:
    """Return what an id is, of the package or of what is imported, and the source whose import holds its values.

    Without ``links`` linked organisations are counted apart. The source is empty where the package alone knows the id.
    Raises InputError with the nearest ids of both.
    """
    known = graph()
    plain = identifier.removeprefix(WORLD)
    own = plain in {one.id for one in imports.own(given)}
    if (plain in known.nodes or plain in known.aliases) and not (own and plain != identifier):
        found = explain(plain)
        node, one = found.node, imports.current(found.node.id, given) if found.node.shelf == "sources" else None
        if one is not None:
            node = replace(node, facts={**node.facts, **_facts(_view(one, given, links))})
        return replace(found, node=node, also=[*found.also, *([f"{WORLD}{plain}"] if own else [])]), ""
    name = plain.partition(":")[0]
    source = {one.id: one for one in _sources(given)}.get(name)
    if source is not None:
        one = imports.current(name, given)
        assert one is not None
        found_here = _source(source, one, given, links) if plain == name else _series(plain, source, one, given, links)
        if found_here is not None:
            return found_here, name
    raise unknown("id", identifier, [*known.nodes, *known.aliases, *ids(given)])


def ids(given: Path | None = None) -> list[str]:
    """Return the ids that imports add: sources of one's own, series, and columns."""
    found: dict[str, None] = {}
    for source in _sources(given):
        one = imports.current(source.id, given)
        if one is not None:
            found |= dict.fromkeys([source.id, *_stated(one)])
    return list(found)


def _sources(given: Path | None) -> list[Source]:
    """Return the sources of which something is imported."""
    return [one for one in imports.data_sets() if imports.current(one.id, given) is not None] + imports.own(given)


def _stated(one: Import) -> Iterator[str]:
    frame = one.table("observations").select("indicator", "origin").unique().collect()
    for column in ("indicator", "origin"):
        yield from sorted(name for name in set(frame[column]) if name.startswith(f"{one.source}:"))


def _view(one: Import, given: Path | None, links: bool) -> Import:
    return linked.views([one], given)[0] if links else one


def _source(source: Source, one: Import, given: Path | None, links: bool) -> Explanation:
    node = Node(
        id=source.id, shelf="sources", ja=source.ja, en=source.en, what_ja=source.attribution_ja,
        what_en=source.attribution_en, references=_published(source),
        facts={"licence": source.licence, **_facts(_view(one, given, links)), **_mapping(one)},
    )  # fmt: skip
    return Explanation(node, [Edge("part", name) for name in dict.fromkeys(_stated(one))], [])


def _series(identifier: str, source: Source, one: Import, given: Path | None, links: bool) -> Explanation | None:
    """Return a series, a column or a measured indicator of an import; None where it has none of that name."""
    import polars as pl

    rows = one.table("observations").filter((pl.col("indicator") == identifier) | (pl.col("origin") == identifier))
    frame = rows.collect()
    if frame.is_empty():
        return _measured(identifier, source, one, given, links)
    of_series = frame.filter(pl.col("indicator") == identifier)
    tail = identifier.partition(":")[2]
    broader = _broader(identifier)
    ja, en = (f"{broader.ja}：{tail}", f"{broader.en}: {tail}") if broader else (tail, tail)
    edges = [Edge("part", source.id), *([Edge("part", broader.id)] if broader else [])]
    if of_series.is_empty():  # a column, not a series
        what_ja, what_en = f"{source.ja}の列", f"a column of {source.en}"
        down = [Edge("part", name) for name in sorted(set(frame["indicator"]))]
    else:
        frame, down = of_series, []
        what_ja, what_en = f"{source.ja}の系列", f"a series of {source.en}"
        edges += [Edge("derived", name) for name in sorted(set(frame["origin"])) if name != identifier]
    units = sorted({unit for unit in frame["unit"] if unit})
    edges += [Edge("unit", word_id("units", unit)) for unit in units if unit in vocabulary.table("units")]
    node = Node(
        id=identifier, shelf="series", ja=ja, en=en, what_ja=what_ja, what_en=what_en, unit=", ".join(units),
        references=_published(source), up=tuple(edges),
        facts={**_spread(frame), "licence": source.licence, **_facts(one, ledger=False), **_mapping(one, frame)},
    )  # fmt: skip
    return Explanation(node, down, [])


def _measured(identifier: str, source: Source, one: Import, given: Path | None, links: bool) -> Explanation | None:
    """Return an indicator as it is measured on the ledger of an import."""
    known = graph().nodes.get(identifier.partition(":")[2])
    if known is None or known.shelf != "indicators":
        return None
    node = Node(
        id=identifier, shelf="measured", ja=f"{known.ja}（{source.ja}）", en=f"{known.en} ({source.en})",
        what_ja=f"取り込んだ元帳から計測した値。計測できない理由は meguri data coverage {source.id}",
        what_en=f"measured on the imported ledger; why something is not: meguri data coverage {source.id}",
        unit=known.unit, formula=known.formula, references=_published(source), caveats=known.caveats,
        facts={"licence": source.licence, **_facts(_view(one, given, links)), **_mapping(one)},
        up=(Edge("part", source.id), Edge("derived", known.id)),
    )  # fmt: skip
    return Explanation(node, [], [])


def _broader(identifier: str) -> Node | None:
    """Return the item of the package of which a series is a part: ``sdmx:gerd`` of ``sdmx:gerd.pt_b1gq``."""
    known, name = graph().nodes, identifier
    while "." in name:
        name = name.rpartition(".")[0]
        if name in known:
            return known[name]
    return None


def _published(source: Source) -> tuple[Reference, ...]:
    publisher = (source.publisher_ja or source.ja, source.publisher_en or source.en)
    return (Reference(*publisher, source.url),)


def _facts(one: Import, ledger: bool = True) -> dict[str, Any]:
    """Return which import of which files it is, and what became of their rows."""
    said, rows = one.manifest, one.manifest["rows"]
    found = {
        "import": one.id, "imported": said["imported"], "file": [part["name"] for part in said["files"]],
        "rows_ja": f"入力{rows['in']:,}＝使用{rows['used']:,}＋取り分け{rows['quarantined']:,}",
        "rows_en": f"{rows['in']:,} in = {rows['used']:,} used + {rows['quarantined']:,} set aside",
    }  # fmt: skip
    if ledger:
        found["tables"] = {name: count for name, count in said["tables"].items() if count}
    many, few = one.counted
    if ledger and many:
        found |= {
            "linked_ja": f"{many:,}組織を{few:,}組織として数える",
            "linked_en": f"{many:,} organisations as {few:,}",
        }
    return found


def _spread(frame: pl.DataFrame) -> dict[str, Any]:
    """Return over which places and periods values stand, and how many of each status."""
    places, periods = sorted(set(frame["place"])), sorted(set(frame["period"]))
    counts = frame.group_by("status").len().sort("status").rows()
    return {
        "places": places if len(places) <= NAMED else f"{len(places)}",
        "periods": periods[0] if len(periods) == 1 else f"{periods[0]} – {periods[-1]} ({len(periods)})",
        "statuses": dict(counts),
    }


def _mapping(one: Import, frame: pl.DataFrame | None = None) -> dict[str, Any]:
    """Return how the mapping of a user's own sheet reads it; with rows, only the columns of numbers that made them."""
    text = str(one.manifest.get("mapping", ""))
    if not text:
        return {}
    mapping = parsed(text, str(one.folder / imports.MANIFEST))
    wanted = None if frame is None else {name.partition(":")[2] for name in frame["origin"]}
    return {
        "mapping_ja": "；".join(_read(mapping, wanted, "ja")), "mapping_en": "; ".join(_read(mapping, wanted, "en")),
    }  # fmt: skip


def _read(mapping: Mapping, wanted: set[str] | None, language: str) -> Iterable[str]:
    yield f"becomes = {mapping.becomes}"
    for name, cell in mapping.fields.items():
        yield f"{name} = {_cell(cell, language)}"
    for value in mapping.values:
        short = "_".join(value.column.replace(".", " ").replace(":", " ").split())
        if wanted is None or short in wanted:
            unit = f" [{value.unit}{'' if value.times == 1.0 else f' ×{value.times:g}'}]" if value.unit else ""
            own = [f"{name} = {_cell(cell, language)}" for name, cell in value.fields.items()
                   if mapping.fields.get(name) is not cell]  # fmt: skip
            begins = f"数の列「{value.column}」" if language == "ja" else f"numbers in column '{value.column}'"
            yield f"{begins}{unit}" + (f" ({', '.join(own)})" if own else "")


def _cell(cell: Cell, language: str) -> str:
    if not cell.column:
        return cell.text
    kind = f" ({cell.kind})" if cell.kind else ""
    return (f"列「{cell.column}」" if language == "ja" else f"column '{cell.column}'") + kind
