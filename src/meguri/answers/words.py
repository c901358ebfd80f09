"""The words of the vocabulary as things that can be explained: flows, links, classes, units, regions and the rest."""

from __future__ import annotations

from collections.abc import Iterator

from meguri import vocabulary
from meguri.answers.node import Edge, Node
from meguri.vocabulary import Word

#: Columns that name words of another table: (table, column) -> the table of those words.
NAMES = {
    ("flows", "from_classes"): "classes",
    ("flows", "to_classes"): "classes",
    ("flows", "link"): "links",
    ("classes", "kind"): "kinds",
    ("links", "from_kind"): "kinds",
    ("links", "to_kind"): "kinds",
    ("stocks", "unit"): "units",
    ("acts", "unit"): "units",
    ("hubs", "prefectures"): "regions",
    ("demonstrations", "field"): "fields",
}
#: Pairs of columns that describe a word in both languages.
DESCRIPTIONS = (("meaning_ja", "meaning_en"), ("role_ja", "role_en"), ("reason_ja", "reason_en"))
#: What a table is called in both languages, where its name does not say it.
SHELVES = {
    "acts": ("記録の種類", "act of a register"),
    "classes": ("主体の区分", "class of actor"),
    "demonstrations": ("SBIRフェーズ3の実証テーマ", "theme of an SBIR phase-3 demonstration"),
    "entities": ("状態の表", "table of the state"),
    "evidence": ("根拠の種類", "class of evidence"),
    "field_industry_weights": ("産業と分野の対応", "weight of a field in an industry"),
    "fields": ("分野", "field"),
    "flows": ("流れ", "flow"),
    "hubs": ("拠点都市", "hub city"),
    "industries": ("産業", "industry"),
    "kinds": ("主体の種類", "kind of actor"),
    "links": ("つながり", "link"),
    "loops": ("循環", "feedback loop"),
    "origins": ("出所", "origin"),
    "phases": ("四半期の段階", "phase of the quarter"),
    "qualifiers": ("限定", "qualifier"),
    "regions": ("地域", "region"),
    "stages": ("成長段階", "stage"),
    "statuses": ("種別", "status"),
    "stocks": ("残高", "stock"),
    "units": ("単位", "unit"),
}


def word_id(table: str, identifier: str) -> str:
    """Return the id by which a word is printed: ``flows:vc_round``."""
    return f"{table}:{identifier}"


def word_nodes() -> Iterator[Node]:
    """Yield one node a word, and one a table."""
    for name in vocabulary.tables():
        table = _table(name)
        if table is None:
            continue
        ja, en = SHELVES.get(name, (name, name))
        yield Node(
            id=f"vocabulary:{name}",
            shelf="vocabulary",
            ja=f"語彙表：{ja}",
            en=f"vocabulary table: {en}",
            facts={"words": len(table)},
        )
        for word in table:
            yield _node(name, word)


def _table(name: str) -> vocabulary.Table | None:
    """Return a table of words; None for a table that holds no ids of its own."""
    try:
        return vocabulary.table(name)
    except KeyError:
        return None


def _node(table: str, word: Word) -> Node:
    what = next(((word.more[ja], word.more[en]) for ja, en in DESCRIPTIONS if ja in word.more), ("", ""))
    described = {column for pair in DESCRIPTIONS for column in pair}
    facts = {key: value for key, value in word.more.items() if value and key not in described}
    named = [
        (identifier, other)
        for (where, column), other in NAMES.items()
        if where == table and column in word.more
        for identifier in word.list(column)
        if identifier in vocabulary.table(other)
    ]
    edges = [Edge("part", f"vocabulary:{table}")]
    edges += [Edge("unit" if other == "units" else "part", word_id(other, identifier)) for identifier, other in named]
    return Node(
        id=word_id(table, word.id),
        shelf=table,
        ja=word.ja,
        en=word.en,
        what_ja=what[0],
        what_en=what[1],
        unit=word.more.get("unit", ""),
        facts=facts,
        up=tuple(dict.fromkeys(edges)),
        aliases=(word.id,),
    )
