"""Words of the vocabulary in tables for people: USD_bn is 十億ドル, measured is 計測値; JSON and files keep the ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from meguri.cli.language import language, text

#: Columns that hold ids of a vocabulary table -> the table.
COLUMNS = {
    "unit": "units", "qualifier": "qualifiers", "status": "statuses", "before_status": "statuses",
    "after_status": "statuses", "evidence": "evidence",
}  # fmt: skip
#: Tables of a ledger, as an import counts their rows: in Japanese and English.
TABLES = {
    "actors": ("主体", "actors"), "flows": ("支払", "payments"), "stocks": ("残高", "stocks"),
    "records": ("記録", "records"), "observations": ("観測値", "observations"),
    "identifiers": ("登録番号", "registry numbers"), "quarantine": ("取り分けた行", "rows set aside"),
}  # fmt: skip
#: Types of the columns that a rule reads, and kinds of what an id of a source stands for.
KINDS = {
    "text": ("文字", "text"), "number": ("数", "number"), "integer": ("整数", "whole number"),
    "yes_no": ("はい・いいえ", "yes or no"), "date": ("日付", "date"), "quantity": ("量", "quantity"),
    "table": ("表", "table"), "statistic": ("統計", "statistic"), "figure": ("図", "figure"),
    "category": ("区分", "category"), "case": ("事例", "case"), "claim": ("主張", "claim"), "list": ("一覧", "list"),
    "event": ("出来事", "event"), "definition": ("定義", "definition"), "note": ("注記", "note"),
    "method": ("方法", "method"), "issue": ("論点", "issue"), "target": ("目標", "target"), "slide": ("頁", "slide"),
    "missing": ("欠測", "missing"), "anomaly": ("疑義", "anomaly"), "derived": ("計算値", "derived"),
}  # fmt: skip


def term(table: str, identifier: Any) -> Any:
    """Return the label of a word in the language of the process; what is no word of the table comes back as it is."""
    from meguri import vocabulary

    words = vocabulary.table(table)
    known = isinstance(identifier, str) and identifier in words
    return words[identifier].label(language()) if known else identifier


def spoken(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows for people: the columns of :data:`COLUMNS` in words, the others as they are."""
    return [
        {name: term(COLUMNS[name], value) if name in COLUMNS else value for name, value in row.items()} for row in rows
    ]


def table_named(name: str) -> str:
    """Return what the rows of a table of a ledger are called."""
    return text(*TABLES.get(name, (name, name)))


def kind_named(name: str) -> str:
    """Return what a type of column, or a kind of item, is called."""
    return text(*KINDS.get(name, (name, name)))


def place_named(code: str) -> str:
    """Return a place with its code: 宮城県（JP-04）, Miyagi (JP-04); the code alone where it has no name here."""
    from meguri.observatory.places import label

    said: Any = language()
    name = label(code, said)
    return code if name == code else text(f"{name}（{code}）", f"{name} ({code})")
