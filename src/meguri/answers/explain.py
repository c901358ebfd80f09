"""``explain``: what an id is, what it is computed from, what uses it, and its values."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from meguri.answers.counting import counting_nodes
from meguri.answers.model import model_nodes, moved, writers
from meguri.answers.node import Edge, Node
from meguri.answers.observed import observed_nodes
from meguri.answers.registers import register_nodes
from meguri.answers.words import word_id, word_nodes
from meguri.engine.order import owners
from meguri.errors import unknown
from meguri.registry import shelf

#: Shelves in the order in which a bare word is looked up when several things bear it.
ORDER = (
    "indicators",
    "levers",
    "findings",
    "mechanisms",
    "scenarios",
    "parameters",
    "loops",
    "flows",
    "links",
    "stocks",
    "acts",
    "classes",
    "kinds",
    "registers",
    "counting",
    "sources",
    "packs",
    "institutions",
    "paths",
    "tables",
)


@dataclass(frozen=True)
class Graph:
    """All things that can be explained: by id, by other words, and who uses each."""

    nodes: dict[str, Node]
    aliases: dict[str, list[str]]
    down: dict[str, list[Edge]]


@dataclass(frozen=True)
class Explanation:
    """One thing explained: its node, what uses it, and other things that bear the same word."""

    node: Node
    down: list[Edge]
    also: list[str]


def explain(identifier: str) -> Explanation:
    """Return what an id, or a word that something bears, is; raise InputError with the five nearest ids."""
    known = graph()
    found = [identifier] if identifier in known.nodes else []
    found += [other for other in known.aliases.get(identifier, []) if other not in found]
    if not found:
        raise unknown("id", identifier, [*known.nodes, *known.aliases])
    return Explanation(known.nodes[found[0]], known.down.get(found[0], []), found[1:])


@cache
def graph() -> Graph:
    """Return the graph of everything that can be explained, built once."""
    nodes: dict[str, Node] = {}
    declared = (*observed_nodes(), *model_nodes(), *word_nodes(), *register_nodes(), *counting_nodes())
    for node in (*declared, *_outside_nodes()):
        nodes.setdefault(node.id, node)
    for target, users in writers().items():
        _extend(nodes, target, [Edge("written", user) for user in users])
    for parameter, levers in moved().items():
        _extend(nodes, parameter, [Edge("changed", lever) for lever in levers])
    down: dict[str, list[Edge]] = {}
    aliases: dict[str, list[str]] = {}
    for node in nodes.values():
        for edge in node.up:
            down.setdefault(edge.id, []).append(Edge(edge.relation, node.id))
        for alias in node.aliases:
            aliases.setdefault(alias, []).append(node.id)
    rank = {name: place for place, name in enumerate(ORDER)}
    for words in aliases.values():
        words.sort(key=lambda word: rank.get(nodes[word].shelf, len(rank)))
    return Graph(nodes, aliases, down)


def to_dict(explanation: Explanation, values: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an explanation as plain data; ``values`` are its values by place and period."""
    node = explanation.node
    return {
        "id": node.id,
        "shelf": node.shelf,
        "ja": node.ja,
        "en": node.en,
        "what_ja": node.what_ja,
        "what_en": node.what_en,
        "unit": node.unit,
        "formula": node.formula,
        "source": [{"ja": one.ja, "en": one.en, "url": one.url, "id": one.id} for one in node.references],
        "evidence": node.evidence,
        "caveats": [{"ja": ja, "en": en} for ja, en in node.caveats],
        "facts": dict(node.facts),
        "up": [{"relation": edge.relation, "id": edge.id} for edge in node.up],
        "down": [{"relation": edge.relation, "id": edge.id} for edge in explanation.down],
        "also": explanation.also,
        "values": values,
    }


def reachable(identifier: str) -> set[str]:
    """Return everything that an id rests on, directly or through other things."""
    known = graph().nodes
    found: set[str] = set()
    waiting = deque([identifier])
    while waiting:
        one = waiting.popleft()
        if one in found:
            continue
        found.add(one)
        if one in known:
            waiting.extend(edge.id for edge in known[one].up)
    return found


def _extend(nodes: dict[str, Node], identifier: str, edges: list[Edge]) -> None:
    if identifier in nodes:
        nodes[identifier] = replace(nodes[identifier], up=(*nodes[identifier].up, *edges))


def _outside_nodes() -> list[Node]:
    """Return the series from outside that indicators read, each written by the mechanism that owns its column."""
    own = owners(shelf("meguri.mechanisms"))
    return [
        Node(
            id=word_id("outside", "gdp"),
            shelf="outside",
            ja="名目国内総生産",
            en="nominal GDP",
            unit="JPY/quarter",
            up=tuple(Edge("written", own[column]) for column in ("economy.gdp",) if column in own),
        ),
    ]
