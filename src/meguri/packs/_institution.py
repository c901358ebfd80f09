"""One institution pack: numbers and choices that an institution sets on top of a country, and its route to market.

A pack is one file, ``packs/institutions/NAME.toml``::

    schema = 1
    id = "NAME"
    ja = "…"
    en = "…"
    source = "…"
    note = {ja = "…", en = "…"}        # optional
    transfer = {ja = "…", en = "…"}    # optional: how results reach the market, in the words of the source

    [choices]                          # optional: rules that are not numbers
    "mechanism.choice" = "option"

    [[parameter]]                      # as in a country pack
    id = "mechanism.name"
    value = 1.0
    unit = "share"
    evidence = "published"
    source = "…"
    why = "…"

    [[route]]                          # steps from research to market, in their order
    ja = "…"
    en = "…"
    flows = ["contract_research"]      # optional: the flows of the ledger in which the step is seen
    acts = ["sbir_award"]              # optional: the acts of registers in which it is seen

A pack only sets; it holds no rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from meguri import vocabulary
from meguri.errors import InputError, Phrase, cause, japanese, unknown

_TOP = {"schema", "id", "ja", "en", "source", "note", "transfer", "choices", "parameter", "route"}
_ROUTE = {"ja", "en", "flows", "acts"}


@dataclass(frozen=True)
class Step:
    """One step of an institution's route from research to market, and the flows and acts that show it."""

    ja: str
    en: str
    flows: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Institution:
    """An institution pack: ``parameters`` are rows as in a country pack, ``choices`` are by ``mechanism.choice``."""

    id: str
    ja: str
    en: str
    source: str
    note_ja: str = ""
    note_en: str = ""
    transfer_ja: str = ""
    transfer_en: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    parameters: tuple[dict[str, Any], ...] = ()
    route: tuple[Step, ...] = ()


def parse(text: str, where: str, name: str) -> Institution:
    """Read the text of an institution pack; raise InputError in one sentence that begins with ``where``."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{where} is not valid TOML: {cause(error)}",
            f"{japanese(where)}は正しいTOMLではありません：{japanese(cause(error))}",
        ) from None
    _only(content, _TOP, where)
    if content.get("schema") != 1:
        raise InputError(f"{where}: 'schema' must be 1", f"{japanese(where)}：「schema」は1でなければなりません")
    if content.get("id") != name:
        raise InputError(
            f"{where}: 'id' must be the name of the file, '{name}', not '{content.get('id')}'",
            f"{japanese(where)}：「id」はファイルの名前「{name}」でなければなりません。「"
            f"{content.get('id')}」は使えません",
        )
    for key in ("ja", "en", "source"):
        if not isinstance(content.get(key), str) or not content[key].strip():
            raise InputError(f"{where}: '{key}' is missing", f"{japanese(where)}：「{key}」がありません")
    note = content.get("note", {})
    transfer = content.get("transfer", {})
    choices = content.get("choices", {})
    if not all(isinstance(table, dict) for table in (note, transfer, choices)):
        raise InputError(
            f"{where}: 'note', 'transfer' and 'choices' must be tables",
            f"{japanese(where)}：「note」「transfer」「choices」は表でなければなりません",
        )
    return Institution(
        id=name,
        ja=content["ja"],
        en=content["en"],
        source=content["source"],
        note_ja=str(note.get("ja", "")),
        note_en=str(note.get("en", "")),
        transfer_ja=str(transfer.get("ja", "")),
        transfer_en=str(transfer.get("en", "")),
        choices={str(key): str(value) for key, value in choices.items()},
        parameters=tuple(_rows(content, "parameter", where)),
        route=tuple(
            _step(row, Phrase(f"{where}, route {n}", f"{japanese(where)}、routeの{n}番目"))
            for n, row in enumerate(_rows(content, "route", where), 1)
        ),
    )


def _rows(content: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    rows = content.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(
            f"{where}: '{key}' must be a list of tables", f"{japanese(where)}：「{key}」は表の並びでなければなりません"
        )
    if key == "parameter":
        named = [row.get("id") for row in rows]
        twice = [identifier for identifier in named if named.count(identifier) > 1]
        if twice:
            raise InputError(f"{where} sets '{twice[0]}' twice", f"{japanese(where)}に「{twice[0]}」が二度あります")
    return rows


def _step(row: dict[str, Any], where: str) -> Step:
    _only(row, _ROUTE, where)
    if not row.get("ja") or not row.get("en"):
        raise InputError(f"{where}: 'ja' and 'en' are needed", f"{japanese(where)}：「ja」と「en」が必要です")
    words = {}
    for key in ("flows", "acts"):
        table = vocabulary.table(key)
        words[key] = tuple(str(word) for word in row.get(key, ()))
        for word in words[key]:
            if word not in table:
                raise unknown(key.removesuffix("s"), word, table.ids, where)
    return Step(str(row["ja"]), str(row["en"]), words["flows"], words["acts"])


def _only(row: dict[str, Any], allowed: Iterable[str], where: str) -> None:
    for key in row:
        if key not in allowed:
            raise unknown("key", key, allowed, where)
