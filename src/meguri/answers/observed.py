"""What is observed and measured as things that can be explained: sources, their items, and indicators."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files

from meguri import vocabulary
from meguri.answers.node import Edge, Node, Reference
from meguri.answers.tracing import reads
from meguri.answers.words import word_id
from meguri.indicators import Indicator
from meguri.packs import countries
from meguri.registry import shelf
from meguri.sources import Item, Source

ONLY_JA, ONLY_EN = "観測されるだけで、まだモデル化されていない。", "Observed only: not yet modelled."
#: Attributes of an item that are shown elsewhere or are of no use to a reader.
HIDDEN = frozenset({"subject"})


def observed_nodes() -> Iterator[Node]:
    """Yield the nodes of sources, items and indicators, also of indicators that are only observed."""
    items = [item for source in shelf("meguri.sources") for item in source.items()]
    own = {item.id for item in items}
    seen: dict[str, list[Item]] = {}
    for item in items:
        if item.indicator and item.indicator not in own:
            seen.setdefault(item.indicator, []).append(item)
    for source in shelf("meguri.sources"):
        yield _source(source)
    yield from (_item(item) for item in items)
    known: set[str] = set()
    for indicator in shelf("meguri.indicators"):
        for node in _indicator(indicator, seen):
            known.add(node.id)
            yield node
    for node in _not_modelled(seen):
        if node.id not in known:
            known.add(node.id)
            yield node
    for identifier, found in seen.items():
        if identifier not in known:
            yield Node(
                id=identifier,
                shelf="indicators",
                ja=found[0].ja,
                en=found[0].en,
                unit=found[0].unit,
                what_ja=ONLY_JA,
                what_en=ONLY_EN,
                up=_observed_as(found),
            )


def _source(source: Source) -> Node:
    return Node(
        id=source.id,
        shelf="sources",
        ja=source.ja,
        en=source.en,
        what_ja=source.attribution_ja,
        what_en=source.attribution_en,
        references=(Reference(source.publisher_ja, source.publisher_en, source.url),),
        facts={
            "licence": source.licence,
            "items": sum(1 for _ in source.items()),
            "observations": len(source.observations()),
        },
        caveats=source.data.caveats if source.data is not None else (),
    )


def _item(item: Item) -> Node:
    edges = [Edge("part", item.id.partition(":")[0])]
    edges += [Edge("derived", used) for used in item.uses]
    edges += [Edge("cited", citation.id) for citation in item.citations if citation.id]
    edges += [Edge("caveat", caveat.id) for caveat in item.caveats if caveat.id]
    if item.slide is not None and item.kind != "slide":
        edges.append(Edge("part", f"{item.id.partition(':')[0]}:slide.{item.slide}"))
    for table, word in (("evidence", item.evidence), ("units", item.unit)):
        if word and word in vocabulary.table(table):
            edges.append(Edge("evidence" if table == "evidence" else "unit", word_id(table, word)))
    facts = {
        "kind": item.kind,
        "value": item.value,
        "value_en": item.value_en,
        "place": item.place,
        "period": item.period,
        "qualifier": item.qualifier,
        "status": item.status,
        "basis": item.basis,
        "slide": item.slide,
        "slide_ja": item.slide_ja,
        "slide_en": item.slide_en,
        **{key: value for key, value in item.attributes.items() if key not in HIDDEN},
    }
    return Node(
        id=item.id,
        shelf="items",
        ja=item.ja,
        en=item.en,
        unit=item.unit,
        formula=item.formula,
        references=tuple(Reference(one.ja, one.en, one.url, one.id) for one in item.citations),
        evidence=item.evidence,
        caveats=tuple((caveat.ja, caveat.en) for caveat in item.caveats),
        facts={key: value for key, value in facts.items() if value not in (None, "", [], ())},
        up=tuple(dict.fromkeys(edges)),
    )


def _indicator(indicator: Indicator, seen: dict[str, list[Item]]) -> Iterator[Node]:
    asked = dict.fromkeys(found for country in countries() for found in reads(indicator, country))
    edges = [Edge("reads", word_id(table, identifier)) for table, identifier in asked]
    if indicator.unit in vocabulary.table("units"):
        edges.append(Edge("unit", word_id("units", indicator.unit)))
    caveats = ((indicator.caveat_ja, indicator.caveat_en),) if indicator.caveat_ja else ()
    common = {
        "shelf": "indicators",
        "unit": indicator.unit,
        "formula": indicator.formula,
        "caveats": caveats,
        "references": (Reference(indicator.source_ja, indicator.source_en),),
    }
    facts = {"code": indicator.code, "basis": indicator.basis, "extensive": indicator.extensive}
    yield Node(
        id=indicator.id,
        ja=indicator.ja,
        en=indicator.en,
        facts={key: value for key, value in facts.items() if value},
        up=(*edges, *_observed_as(seen.get(indicator.id, []))),
        aliases=tuple(code for code in (indicator.code,) if code),
        **common,  # type: ignore[arg-type]
    )
    for item, (ja, en) in indicator.items.items():
        identifier = f"{indicator.id}.{item}"
        tables = [table for table in ("links", "classes") if item in vocabulary.table(table)]
        named = [Edge("part", word_id(table, item)) for table in tables]
        yield Node(
            id=identifier,
            ja=f"{indicator.ja}：{ja}",
            en=f"{indicator.en}: {en}",
            up=(Edge("part", indicator.id), *named, *_observed_as(seen.get(identifier, []))),
            **common,  # type: ignore[arg-type]
        )


def _not_modelled(seen: dict[str, list[Item]]) -> Iterator[Node]:
    path = files("meguri.indicators").joinpath("_not_modelled.csv")
    if not path.is_file():
        return
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        yield Node(
            id=row["id"],
            shelf="indicators",
            ja=row["ja"],
            en=row["en"],
            unit=row["unit"],
            what_ja=f"まだモデル化されていない。必要なもの：{row['needs_ja']}",
            what_en=f"Not yet modelled. It needs: {row['needs_en']}",
            facts={"code": row["code"]},
            up=_observed_as(seen.get(row["id"], [])),
        )


def _observed_as(items: list[Item]) -> tuple[Edge, ...]:
    return tuple(Edge("observed", item.id) for item in items)
