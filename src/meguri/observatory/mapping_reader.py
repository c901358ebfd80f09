"""Reads the TOML of a mapping; what is wrong or still open is refused with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Table
from pathlib import Path
from typing import Any

from meguri import vocabulary
from meguri.errors import InputError, Phrase, cause, unknown
from meguri.observatory import notation
from meguri.observatory.mapping import FLOWS, MAY, NEEDED, RECORDS, WORDS, Aside, Cell, Mapping, Value
from meguri.sources import Layout

_NOUNS = {"flows": "flow", "classes": "class", "acts": "act", "stages": "stage", "fields": "field",
          "regions": "region", "statuses": "status", "qualifiers": "qualifier"}  # fmt: skip
#: What texts of the source must be there.
TERMS = ("id", "ja", "en", "licence", "attribution_ja", "attribution_en")
#: Mark of what the draft leaves to the user.
TO_DECIDE = "???"
#: The place of rows for which none is named.
WORLD = "W"
#: Largest mapping, in bytes, and most columns of numbers.
LARGEST, MOST_VALUES = 2**18, 500
#: Form of the id of a user's source.
ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
RESERVED = ("observatory", "register", "user", "mapped", "links")


def read(path: Path) -> Mapping:
    """Return the mapping of a file; raise InputError for one that cannot be read or leaves something open."""
    from meguri.observatory import files

    files.found([path])
    with files.opened(path) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputError(
            f"'{path}' is larger than {LARGEST:,} bytes: no mapping", f"「{path}」は{LARGEST:,}バイトを超えます"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"'{path}' is no mapping: {cause(error)}", f"「{path}」は対応表ではありません：{cause(error).ja}"
        ) from None
    return parsed(text, str(path))


def parsed(text: str, where: str) -> Mapping:
    """Return the mapping that a text holds; ``where`` names it in errors."""
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(
            f"'{where}' is no mapping: {cause(error)}", f"「{where}」は対応表ではありません：{cause(error).ja}"
        ) from None
    return _Reader(where, said).mapping(text)


class _Reader:
    """Reads a mapping, and names place and reason of what is wrong."""

    def __init__(self, where: str, said: dict[str, Any]) -> None:
        self.where, self.said = where, said

    def wrong(self, key: str, en: str, ja: str) -> InputError:
        what = Phrase(en, ja)
        return InputError(f"'{self.where}', {key}: {what}", f"「{self.where}」の{key}：{what.ja}")

    def mapping(self, text: str) -> Mapping:
        said = self.said
        self.only("", said, ("schema", "becomes", "source", "file", "money", "fields", "value", "aside"))
        if said.get("schema") != 1:
            raise self.wrong("schema", "it must be 1", "1でなければなりません")
        becomes = self.text("becomes", said.get("becomes", ""))
        if becomes not in NEEDED:
            raise self.wrong(
                "becomes",
                f"'{becomes}' is none of {', '.join(NEEDED)}",
                f"「{becomes}」は使えません（{'、'.join(NEEDED)}）",
            )
        source = self.terms()
        money, file = self.table("money"), self.table("file")
        self.only("money", money, ("currency", "minor_unit", "prices_ja", "prices_en"))
        self.only("file", file, ("sheet", "head", "last", "encoding", "empty", "fiscal_year_begins", "covers"))
        begins = file.get("fiscal_year_begins", 4)
        if begins not in (1, 4, 7, 10):
            raise self.wrong("file.fiscal_year_begins", "it must be 1, 4, 7 or 10", "1、4、7、10のいずれかです")
        currency = self.text("money.currency", money.get("currency", "JPY"))
        if not re.fullmatch("[A-Z]{3}", currency):
            raise self.wrong(
                "money.currency", f"'{currency}' is no ISO 4217 code", f"「{currency}」はISO 4217の符号ではありません"
            )
        decimals = money.get("minor_unit", 0)
        if type(decimals) is not int or not 0 <= decimals <= 4:
            raise self.wrong("money.minor_unit", "it must be a whole number, 0 to 4", "0～4の整数です")
        place = notation.place(self.text("source.place", source.get("place", WORLD)))
        if place is None:
            raise self.wrong(
                "source.place", f"'{source['place']}' is no place", f"「{source['place']}」は地域ではありません"
            )
        self.becomes, self.begins, self.currency, self.fills = becomes, begins, currency, set[str]()
        fields = self.fields("fields", self.table("fields"))
        values = tuple(self.value(number, one, fields) for number, one in enumerate(self.tables("value"), start=1))
        if len(values) > MOST_VALUES or (not values and becomes != RECORDS):
            raise self.wrong(
                "value", f"there must be 1 to {MOST_VALUES} columns of numbers", f"数の列は1～{MOST_VALUES}列です"
            )
        for one in values or (Value("", fields),):
            lacks = [name for name in NEEDED[becomes] if name not in one.fields]
            if becomes != RECORDS and not one.unit and "unit" not in one.fields:
                lacks.append("unit")
            if lacks:
                raise self.wrong(
                    f"value {one.column}" if one.column else "fields",
                    f"'{lacks[0]}' is not said",
                    f"「{lacks[0]}」がありません",
                )
        prices = (
            self.text("money.prices_ja", money.get("prices_ja", "名目")),
            self.text("money.prices_en", money.get("prices_en", "current prices")),
        )
        found = Mapping(
            text, self.where, becomes, source, self.layout(file), self.encoding(file), place, currency, decimals,
            prices, begins, tuple(file.get("empty", notation.NOT_GIVEN)), self.covers(file), fields, values,
            tuple(self.left_out(number, one) for number, one in enumerate(self.tables("aside"), start=1)),
        )  # fmt: skip
        self.joins(found)
        return found

    def only(self, key: str, table: Table[str, Any], allowed: tuple[str, ...]) -> None:
        for name in table:
            if name not in allowed:
                raise unknown("key", name, allowed, Phrase(f"'{self.where}' {key}".strip(), f"「{self.where}」{key}"))

    def text(self, key: str, given: Any) -> str:
        if not isinstance(given, str):
            raise self.wrong(key, "it must be a text", "文字列でなければなりません")
        if TO_DECIDE in given:
            raise self.wrong(key, f"'{given}' is still to be decided", f"「{given}」はまだ決められていません")
        return given

    def table(self, key: str) -> dict[str, Any]:
        given = self.said.get(key, {})
        if not isinstance(given, dict):
            raise self.wrong(key, "it must be a table", "表でなければなりません")
        return given

    def tables(self, key: str) -> list[dict[str, Any]]:
        given = self.said.get(key, [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise self.wrong(key, f"write it as [[{key}]]", f"[[{key}]]と書いてください")
        return given

    def terms(self) -> dict[str, str]:
        given = self.table("source")
        self.only("source", given, (*TERMS, "publisher_ja", "publisher_en", "url", "place"))
        found = {name: self.text(f"source.{name}", text) for name, text in given.items()}
        for name in TERMS:
            if not found.get(name, "").strip():
                raise self.wrong(f"source.{name}", "it is not said", "書かれていません")
        from meguri.observatory.observed import sources

        taken = {source.id for source in sources()}
        if not ID.fullmatch(found["id"]) or found["id"] in taken or found["id"] in RESERVED:
            raise self.wrong(
                "source.id",
                f"'{found['id']}' is no id of your own: small letters, digits and _, and none of meguri's sources",
                f"「{found['id']}」は使えません。英小文字・数字・_で、meguriの出典にないIDにしてください",
            )
        return found

    def layout(self, file: Table[str, Any]) -> Layout:
        head, last = file.get("head", 1), file.get("last")
        rows = head if isinstance(head, list) else [head]
        whole = all(type(row) is int and 1 <= row <= 1_000 for row in rows)
        if not whole or not 1 <= len(rows) <= 2 or rows != sorted(rows) or rows[-1] - rows[0] > 5:
            raise self.wrong(
                "file.head",
                "it must be a row, or the first and the last row [3, 4]",
                "行番号、または[3, 4]のように最初と最後の行です",
            )
        if last is not None and (type(last) is not int or last <= rows[-1]):
            raise self.wrong("file.last", "it must be a row below the head", "見出しより下の行番号です")
        sheet = self.text("file.sheet", file.get("sheet", ""))
        return Layout(sheet, (rows[0], rows[-1]), last, tuple(sorted(self.fills)))

    def encoding(self, file: Table[str, Any]) -> str:
        given = self.text("file.encoding", file.get("encoding", ""))
        if given not in ("", "utf-8", "cp932", "xlsx"):
            raise self.wrong(
                "file.encoding", f"'{given}' is none of utf-8, cp932", f"「{given}」は使えません（utf-8、cp932）"
            )
        return "" if given == "xlsx" else given

    def covers(self, file: Table[str, Any]) -> tuple[str, ...]:
        known = [*vocabulary.table("flows").ids, *vocabulary.table("acts").ids]
        for word in file.get("covers", []):
            if word not in known:
                raise unknown("flow", str(word), known, Phrase(f"'{self.where}'", f"「{self.where}」"))
        return tuple(file.get("covers", []))

    def fields(self, key: str, given: Table[str, Any]) -> dict[str, Cell]:
        self.only(key, given, (*NEEDED[self.becomes], *MAY[self.becomes]))
        return {name: self.cell(f"{key}.{name}", name, one) for name, one in given.items()}

    def cell(self, key: str, name: str, given: Any) -> Cell:
        if isinstance(given, str):
            return Cell(text=self.constant(key, name, self.text(key, given)))
        if not isinstance(given, dict) or "column" not in given:
            raise self.wrong(key, 'write a text, or {column = "…"}', '文字列、または{column = "…"}と書いてください')
        self.only(key, given, ("column", "as", "words", "otherwise", "fill"))
        kind = self.text(f"{key}.as", given.get("as", ""))
        allowed = notation.PERIODS if name == "period" else ("place", "hub") if name.endswith("place") else ("",)
        if kind not in (*allowed, ""):
            raise self.wrong(
                f"{key}.as",
                f"'{kind}' is none of {', '.join(allowed)}",
                f"「{kind}」は使えません（{'、'.join(allowed)}）",
            )
        words = given.get("words", {})
        if not isinstance(words, dict):
            raise self.wrong(f"{key}.words", "it must be a table", "表でなければなりません")
        column = self.text(f"{key}.column", given["column"])
        if given.get("fill") is True:
            self.fills.add(column)
        otherwise = self.text(f"{key}.otherwise", given.get("otherwise", ""))
        return Cell(
            column=column, kind=kind or {"period": "period"}.get(name, "place" if name.endswith("place") else ""),
            words={
                str(text): self.constant(f"{key}.words", name, self.text(key, word)) for text, word in words.items()
            },
            otherwise=self.constant(f"{key}.otherwise", name, otherwise) if otherwise else "",
        )  # fmt: skip

    def constant(self, key: str, name: str, text: str) -> str:
        """Return a text that stands for a field as the tables write it."""
        where = Phrase(f"'{self.where}', {key}", f"「{self.where}」の{key}")
        if name in WORDS:
            ids = vocabulary.table(WORDS[name]).ids
            if text not in ids:
                raise unknown(_NOUNS[WORDS[name]], text, ids, where)
            return text
        found: str | None = text
        if name == "period":
            found = notation.period(text, "period", self.begins)
        elif name.endswith("place"):
            found = notation.place(text)
        if not found or not found.strip():
            raise self.wrong(key, f"'{text}' is no {name}", f"「{text}」は{name}ではありません")
        return found

    def value(self, number: int, given: dict[str, Any], common: Table[str, Cell]) -> Value:
        key = f"value {number}"
        own = {name: one for name, one in given.items() if name not in ("column", "unit")}
        fields = {**common, **self.fields(key, own)}
        column = self.text(f"{key}.column", given.get("column", ""))
        if not column:
            raise self.wrong(key, "'column' is not said", "「column」がありません")
        said = given.get("unit", common["unit"].text if "unit" in common and common["unit"].text else "")
        if isinstance(said, dict):
            fields["unit"], said = self.cell(f"{key}.unit", "unit", said), ""
        elif said:
            fields.pop("unit", None)
        if not said:
            return Value(column, fields)
        found = notation.column_unit(self.text(f"{key}.unit", said))
        if found is None:
            raise unknown(
                "unit",
                said,
                vocabulary.table("units").ids,
                Phrase(f"'{self.where}', {key}", f"「{self.where}」の{key}"),
            )
        return Value(column, fields, *found)

    def left_out(self, number: int, given: dict[str, Any]) -> Aside:
        key = f"aside {number}"
        self.only(key, given, ("column", "is", "ja", "en"))
        texts = given.get("is", [])
        if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
            raise self.wrong(key, "'is' must be a list of texts", "「is」は文字列の並びです")
        shown = "、".join(texts)
        return Aside(
            self.text(f"{key}.column", given.get("column", "")), tuple(texts),
            self.text(f"{key}.ja", given.get("ja", f"対応表で除いた行（{shown}）")),
            self.text(f"{key}.en", given.get("en", f"a row that the mapping leaves out ({shown})")),
        )  # fmt: skip

    def joins(self, found: Mapping) -> None:
        """Refuse what no row can become: money in another currency, flows between classes that they do not join."""
        units = vocabulary.table("units")
        for one in found.values:
            money = bool(one.unit) and units[one.unit]["kind"] == "money"
            if found.becomes == FLOWS and (not money or units[one.unit]["base"] != found.currency):
                raise self.wrong(
                    f"value {one.column}", f"a flow is money in {found.currency}", f"流れは{found.currency}の金額です"
                )
            if found.becomes != FLOWS:
                continue
            flow, payer, payee = (one.fields[name] for name in ("flow", "from_class", "to_class"))
            if flow.text:
                word = vocabulary.table("flows")[flow.text]
                for end, cell, allowed in (
                    ("from", payer, word.list("from_classes")),
                    ("to", payee, word.list("to_classes")),
                ):
                    for given in [cell.text] if cell.text else [*cell.words.values(), cell.otherwise]:
                        if given and given not in allowed:
                            raise self.wrong(
                                f"{end}_class", f"flow '{flow.text}' joins {', '.join(allowed)}, not {given}",
                                f"流れ「{flow.text}」の区分は{'、'.join(allowed)}です（{given}は不可）",
                            )  # fmt: skip
        if found.becomes == RECORDS and ("counterparty" in found.fields) != ("counterparty_class" in found.fields):
            raise self.wrong(
                "fields",
                "counterparty and counterparty_class go together",
                "counterpartyとcounterparty_classは両方書きます",
            )
