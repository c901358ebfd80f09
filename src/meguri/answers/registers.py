"""Registers as things that can be explained: what they hold, their rules, and what of the document these rest on."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from meguri.answers.node import Edge, Node
from meguri.answers.words import word_id
from meguri.registers import Register
from meguri.registry import shelf


def register_id(register: str) -> str:
    """Return the id by which a register is printed: it may bear the name of the mechanism of the same programme."""
    return f"register:{register}"


def register_nodes() -> Iterator[Node]:
    """Yield one node a register and one a rule."""
    for register in shelf("meguri.registers"):
        yield _register(register)
        yield from _rules(register)


def _register(register: Register) -> Node:
    edges = [Edge("given", fact) for fact in register.references]
    edges += [Edge("part", f"{register_id(register.id)}.{rule.id}") for rule in register.rules]
    tables = {column.table for kind in register.kinds for column in kind.columns if column.table}
    return Node(
        id=register_id(register.id),
        shelf="registers",
        ja=register.ja,
        en=register.en,
        what_ja=register.ja_what,
        what_en=register.en_what or inspect.getdoc(shelf("meguri.registers").modules[register.id]) or "",
        facts={
            "kinds_ja": [kind.ja for kind in register.kinds],
            "kinds_en": [kind.en for kind in register.kinds],
            "tables": sorted(tables),
            "calendar_ja": [duty.ja for duty in register.duties],
            "calendar_en": [duty.en for duty in register.duties],
            "questions_ja": [question.ja for question in register.questions],
            "questions_en": [question.en for question in register.questions],
        },
        up=tuple(edges),
        aliases=(register.id,),
    )


def _rules(register: Register) -> Iterator[Node]:
    for rule in register.rules:
        edges = [Edge("given", fact) for fact in rule.facts]
        acts = {act.word for kind in register.kinds if kind.id == rule.kind for act in kind.acts
                if act.id in rule.acts or not rule.acts}  # fmt: skip
        edges += [Edge("reads", word_id("acts", act)) for act in sorted(acts)]
        yield Node(
            id=f"{register_id(register.id)}.{rule.id}",
            shelf="registers",
            ja=rule.ja,
            en=rule.en,
            facts={"basis": rule.basis, "weight": rule.weight},
            up=tuple(edges),
            aliases=(rule.id,),
        )
