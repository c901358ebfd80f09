"""From the text of a cell to a value, and back: what cannot be read is said in a sentence, never guessed.

A value is what JSON holds: text, a whole number of yen, a number, a date as ``2025-04-01``, a fiscal year as
``FY2025``, true or false, the id of an allowed value; or a list of these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from meguri import vocabulary
from meguri.errors import nearest
from meguri.registers import Column, Option
from meguri.registers._dates import Unreadable, read_date, read_fiscal_year, shown

#: Marks of a cell that says nothing.
NOTHING = {"", "-", "ー", "－", "―", "—", "–", "‐"}
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")
#: Numbers have at most this many digits before the point.
_DIGITS = 16
_YES = {"yes", "true", "1", "○", "〇", "はい", "可", "有", "あり", "合格"}
_NO = {"no", "false", "0", "×", "✕", "いいえ", "否", "無", "なし", "不合格"}
_KEY = re.compile(r"[\w][\w.\-/:]{0,79}")
_UNITS = {"億": 100_000_000, "万": 10_000, "千": 1000, "百万": 1_000_000}
_MONEY = re.compile(r"¥?\s*(?P<sign>[-△▲−]?)\s*¥?(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>億|百万|万|千)?\s*円?")


def read(column: Column, text: str) -> Any:
    """Return the value that a cell holds, None for an empty one; raise Unreadable."""
    if text.strip() in NOTHING:
        return None
    if not column.many:
        return _one(column, text)
    found = [_one(column, part) for part in text.split("|") if part.strip() not in NOTHING]
    return found or None


def write(column: Column | None, value: Any, language: str = "") -> str | int | float | None:
    """Return a value as a cell holds it; a choice as its label where a language is given, else as its id."""
    if value is None:
        return None
    if isinstance(value, list):
        return "|".join(str(write(column, one, language)) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if language and column is not None and column.type == "choice":
        option = {one.id: one for one in options(column)}.get(value)
        return value if option is None else (option.ja if language == "ja" else option.en)
    return value


def options(column: Column) -> tuple[Option, ...]:
    """Return the allowed values of a choice."""
    if column.table:
        return tuple(Option(word.id, word.ja, word.en) for word in vocabulary.table(column.table))
    return column.options


def clean(text: str, longest: int) -> str:
    """Return a text without what is no text; raise Unreadable for formulas, hidden marks and what is too long."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > longest:
        raise Unreadable(
            f"{len(text):,}文字あります（{longest}文字まで）：「{shown(text)}」",
            f"{len(text):,} characters (at most {longest}): '{shown(text)}'",
        )
    for letter in text:
        if (unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n") or letter in _HIDDEN:
            raise Unreadable(
                f"使えない文字（U+{ord(letter):04X}）があります",
                f"holds the character U+{ord(letter):04X}, which is not allowed",
            )
    if unicodedata.normalize("NFKC", text[:1]) in _FORMULA:
        raise Unreadable(
            f"「{shown(text)}」は表計算ソフトで数式とみなされます（= + - @ で始めないでください）",
            f"'{shown(text)}' would be a formula in a spreadsheet (it may not begin with = + - @)",
        )
    return text


#: Marks that turn the direction of writing round.
_HIDDEN = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)))


def read_key(text: str) -> str:
    """Return the key of a record: letters, digits and ``. - / : _``, at most 80."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _KEY.fullmatch(plain):
        raise Unreadable(
            f"「{shown(text)}」は記録の番号に使えません（文字・数字と . - / : _ で80文字まで）",
            f"'{shown(text)}' cannot be a key (letters, digits and . - / : _, at most 80)",
        )
    return plain


def _one(column: Column, text: str) -> Any:
    if len(text) > max(column.longest, 400):
        clean(text, column.longest if column.type == "text" else 400)
    if column.type == "text":
        return clean(text, column.longest)
    if column.type == "key":
        return read_key(text)
    if column.type == "date":
        return read_date(text).isoformat()
    if column.type == "fiscal_year":
        return read_fiscal_year(text)
    if column.type == "flag":
        return _flag(text)
    if column.type == "choice":
        return _choice(column, text)
    return _number(column, text)


def _flag(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Unreadable(
        f"「{shown(text)}」は「はい」「いいえ」のどちらでもありません", f"'{shown(text)}' is neither yes nor no"
    )


def _choice(column: Column, text: str) -> str:
    wanted = _folded(text)
    allowed = options(column)
    for option in allowed:
        if wanted in (_folded(option.id), _folded(option.ja), _folded(option.en)):
            return option.id
    raise Unreadable(
        f"「{shown(text)}」は選べません。近いもの：{'、'.join(_near(text, (one.ja for one in allowed)))}",
        f"'{shown(text)}' is not allowed; nearest: {', '.join(_near(text, (one.id for one in allowed)))}",
    )


def _near(text: str, words: Iterable[str]) -> list[str]:
    return nearest(text[:80], words)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _number(column: Column, text: str) -> int | float:
    plain = unicodedata.normalize("NFKC", text).strip()
    value = _decimal(column, plain, text)
    if value.adjusted() >= _DIGITS:
        raise Unreadable(f"「{shown(text)}」は大きすぎます", f"'{shown(text)}' is too large")
    if column.type in ("yen", "count"):
        if value < 0:
            raise Unreadable(
                f"「{shown(text)}」は負の数です（0以上の整数）", f"'{shown(text)}' is negative (a whole number from 0)"
            )
        if value != int(value):
            raise Unreadable(
                f"「{shown(text)}」には端数があります（整数で書いてください）",
                f"'{shown(text)}' has a fraction (write a whole number)",
            )
    found = int(value) if value == int(value) else float(value)
    if (column.low is not None and found < column.low) or (column.high is not None and found > column.high):
        low, high = _end(column.low), _end(column.high)
        raise Unreadable(
            f"「{shown(text)}」は範囲（{low}～{high}）の外です", f"'{shown(text)}' lies outside {low} to {high}"
        )
    return found


def _end(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _decimal(column: Column, plain: str, text: str) -> Decimal:
    found = _MONEY.fullmatch(plain) if column.type == "yen" else None
    if found is not None:
        value = Decimal(found["digits"].replace(",", "")) * _UNITS.get(found["unit"] or "", 1)
        return -value if found["sign"] else value
    try:
        value = Decimal(plain.replace(",", "").replace("−", "-").replace("△", "-").replace("▲", "-"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Unreadable(f"「{shown(text)}」は数ではありません", f"'{shown(text)}' is not a number")
    return value
