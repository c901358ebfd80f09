"""Counting rules as things that can be explained: how they count, and what of the document defines them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from meguri.answers.node import Edge, Node, Reference
from meguri.registry import shelf


def rule_id(rule: str) -> str:
    """Return the id by which a rule is printed: it may bear the name of the indicator that counts by it."""
    return f"counting:{rule}"


def counting_nodes() -> Iterator[Node]:
    """Yield one node a rule."""
    rules = shelf("meguri.counting")
    for rule in rules:
        yield Node(
            id=rule_id(rule.id),
            shelf="counting",
            ja=rule.ja,
            en=rule.en,
            what_en=inspect.getdoc(rules.modules[rule.id]) or "",
            formula=rule.formula,
            references=(Reference(rule.source_ja, rule.source_en),),
            caveats=rule.caveats,
            facts={
                "tables": [table.name for table in rule.tables],
                "options": [option.name for option in rule.options],
                "command": f"meguri count {rule.id}",
            },
            up=tuple(Edge("given", fact) for fact in rule.facts),
            aliases=(rule.id,),
        )
