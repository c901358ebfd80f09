"""Reading the tables of a declaration: every value has a type, bounds and a length, and an error names its place."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from meguri.errors import InputError, Phrase, japanese, unknown

MOST_LETTERS = 200


def only(content: Mapping, allowed: set[str], where: str) -> None:
    """Refuse a key that is not allowed, with the nearest that are."""
    for key in content:
        if key not in allowed:
            raise unknown("key", key, allowed, where)


def tables(content: dict, key: str, allowed: set[str], where: str) -> list[dict]:
    """Return the ``[[key]]`` tables of a file, their keys checked."""
    rows = content.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(
            f"{where}: '{key}' must be written as [[{key}]] tables",
            f"{japanese(where)}：「{key}」は[[{key}]]で始まる表として書いてください",
        )
    for number, row in enumerate(rows, 1):
        only(row, allowed, Phrase(f"{where}, {key} {number}", f"{japanese(where)}、{key}の{number}番目"))
    return rows


def table(content: dict, key: str, where: str) -> dict:
    """Return a table of a file, empty where it is absent."""
    found = content.get(key, {})
    if not isinstance(found, dict):
        raise InputError(f"{where}: '{key}' must be a table", f"{japanese(where)}：「{key}」は表でなければなりません")
    return found


def identifier(row: dict, where: str) -> str:
    """Return the id of a table."""
    name = row.get("id")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        raise InputError(
            f"{where}: an 'id' must be small letters, digits and _, at most 64, not {str(name)[:80]!r}",
            f"{japanese(where)}：「id」は英小文字で始まる64文字までの英小文字、数字、_でなければなりません。"
            f"{str(name)[:80]!r}は使えません",
        )
    return name


def name(row: dict, where: str) -> tuple[str, str]:
    """Return the label of a table in Japanese and English, its id where it has none."""
    label = row.get("name", {"ja": row.get("id"), "en": row.get("id")})
    if not isinstance(label, dict) or set(label) != {"ja", "en"}:
        raise InputError(
            f"{where}: 'name' of '{row.get('id')}' must be a table with ja and en",
            f"{japanese(where)}：「{row.get('id')}」の「name」はjaとenをもつ表でなければなりません",
        )
    return text(label, "ja", where, ""), text(label, "en", where, "")


def text(row: Mapping, key: str, where: str, usual: str) -> str:
    """Return one line of text."""
    found = row.get(key, usual)
    if not isinstance(found, str) or len(found) > MOST_LETTERS or not found.isprintable():
        raise InputError(
            f"{where}: '{key}' must be one line of text of at most {MOST_LETTERS} letters",
            f"{japanese(where)}：「{key}」は{MOST_LETTERS}文字までの1行の文字列でなければなりません",
        )
    return found


def number(row: Mapping, key: str, usual: float, low: float, high: float, where: str) -> float:
    """Return a finite number within its bounds; ``usual`` where it is absent."""
    found = row.get(key, usual)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise InputError(
            f"{where}: '{key}' must be a number, not {str(found)[:80]!r}",
            f"{japanese(where)}：「{key}」は数値でなければなりません。{str(found)[:80]!r}は使えません",
        )
    if not low <= found <= high:
        raise InputError(
            f"{where}: '{key}' = {found:g} lies outside {low:g} to {high:g}",
            f"{japanese(where)}：「{key}」＝{found:g} は範囲外です（{low:g}～{high:g}）",
        )
    return float(found)


def whole(row: Mapping, key: str, usual: int, low: int, high: int, where: str) -> int:
    """Return a whole number within its bounds; ``usual`` where it is absent."""
    found = number(row, key, usual, low, high, where)
    if found != int(found):
        raise InputError(
            f"{where}: '{key}' must be a whole number, not {found:g}",
            f"{japanese(where)}：「{key}」は整数でなければなりません。{found:g} は使えません",
        )
    return int(found)
