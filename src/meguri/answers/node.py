"""A thing that can be explained, and what it is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: How one thing rests on another, in Japanese and English.
RELATIONS = {
    "reads": ("読む", "reads"),
    "number": ("係数", "reads the number"),
    "state": ("状態を読む", "reads the state of"),
    "written": ("書くもの", "written by"),
    "changed": ("動かす施策", "moved by"),
    "set": ("設定する", "sets"),
    "given": ("値の出所", "given by"),
    "part": ("属する", "is part of"),
    "observed": ("観測値", "observed as"),
    "derived": ("計算のもと", "derived from"),
    "cited": ("引用", "cited from"),
    "caveat": ("注意", "see"),
    "evidence": ("根拠の種類", "class of evidence"),
    "unit": ("単位", "unit"),
}


@dataclass(frozen=True)
class Edge:
    """One thing rests on another: ``relation`` is a key of :data:`RELATIONS`, ``id`` the thing rested on."""

    relation: str
    id: str


@dataclass(frozen=True)
class Reference:
    """Where something stands: a publication, its address, and the id of its own node where it has one."""

    ja: str
    en: str
    url: str = ""
    id: str = ""


@dataclass(frozen=True)
class Node:
    """A thing with an id: what it is, in both languages, and what it rests on.

    ``shelf`` says what kind of thing it is; ``facts`` are further attributes by name; ``up`` lists what it is
    computed from. ``aliases`` are other words by which it can be asked for.
    """

    id: str
    shelf: str
    ja: str
    en: str
    what_ja: str = ""
    what_en: str = ""
    unit: str = ""
    formula: str = ""
    references: tuple[Reference, ...] = ()
    evidence: str = ""
    caveats: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    up: tuple[Edge, ...] = ()
    aliases: tuple[str, ...] = ()
