"""The source that a mapping makes: its columns, what sets a row aside, and the ledger rows that the others become."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from meguri import vocabulary
from meguri.errors import InputError
from meguri.observatory import notation
from meguri.observatory.mapped_rows import quarter_of, rows_of, text_of
from meguri.observatory.mapping import FLOWS, OBSERVATIONS, WORDS, Aside, Cell, Mapping, Value
from meguri.sources import Check, Column, DataSet, File, Rule, Source
from meguri.sources._rows import corporate_number_fails

TABLE = "table"
#: Between these years a ledger has quarters.
_FIRST, _LAST = 1980, 2100
#: Most that an amount in minor units may be: sums of thousands of such rows stay within the 64 bits of an account.
_MOST = 1e15
_NUMBERS = ("from_number", "to_number", "actor_number", "counterparty_number")


def source_of(mapping: Mapping) -> Source:
    """Return the source of a mapping; raise InputError where a column is to be read in two ways."""
    said = mapping.source
    data = DataSet(
        files=(
            File(
                TABLE, "表", "table", _columns(mapping),
                rules=(*_numbers_fail(mapping), *_outside(mapping), *_not_joined(mapping)),
                left=tuple(_left_out(mapping)), layout=mapping.layout,
                encodings=(mapping.encoding,) if mapping.encoding else ("utf-8", "cp932"),
            ),
        ),
        rows=lambda tables: rows_of(mapping, tables[TABLE]), checks=lambda tables: _checks(mapping, tables[TABLE]),
        place=mapping.place, currency=mapping.currency, minor_unit=mapping.minor_unit, prices=mapping.prices,
        covers=mapping.covers, year_begins=(mapping.begins - 1) // 3 + 1, mapping=mapping.text,
    )  # fmt: skip
    return Source(
        id=mapping.id, ja=said["ja"], en=said["en"], publisher_ja=said.get("publisher_ja", ""),
        publisher_en=said.get("publisher_en", ""), licence=said["licence"], url=said.get("url", ""),
        attribution_ja=said["attribution_ja"], attribution_en=said["attribution_en"], data=data,
    )  # fmt: skip


def _fields(mapping: Mapping) -> list[tuple[str, Cell]]:
    """Return every field with its cell, those of the columns of numbers too."""
    found = list(mapping.fields.items())
    for value in mapping.values:
        found += [(name, cell) for name, cell in value.fields.items() if mapping.fields.get(name) is not cell]
    return found


def _columns(mapping: Mapping) -> tuple[Column, ...]:
    columns: dict[str, Column] = {}
    uses: dict[str, object] = {}

    def take(column: Column, use: object) -> None:
        before = uses.setdefault(column.name, use)
        if before != use:
            raise InputError(
                f"'{mapping.where}' reads the column '{column.name}' in two ways; name it in one field, or put the "
                "second one in a column of its own",
                f"「{mapping.where}」は列「{column.name}」を二通りに読んでいます。一つの項目で使うか、別の列に写してください",
            )
        needed = column.needed or (column.name in columns and columns[column.name].needed)
        columns[column.name] = Column(**{**column.__dict__, "needed": needed})

    for name, cell in _fields(mapping):
        if cell.column:
            take(
                _of_field(mapping, name, cell), (name.partition("_")[2] or name, repr(cell)) if _coded(name) else "text"
            )
    for value in mapping.values:
        take(_of_value(mapping, value), ("number", value.unit, value.times))
    for left in mapping.aside:
        columns.setdefault(left.column, Column(left.column))
    return tuple(columns.values())


def _coded(name: str) -> bool:
    return name in WORDS or name in ("period", "unit", "indicator") or name.endswith("place") or name in _NUMBERS


def _of_field(mapping: Mapping, name: str, cell: Cell) -> Column:
    needed = name in ("period", "indicator", "place", "flow", "from", "to", "act", "actor", "from_class", "to_class",
                      "actor_class", "unit")  # fmt: skip
    needed = needed and not cell.otherwise
    if name == "period":
        words = ("時点として読めない", "no period that can be read")
        return Column(cell.column, "code", needed, read=notation.reader(cell.kind, begins=mapping.begins), unread=words)
    if name.endswith("place") and not cell.words:
        return Column(
            cell.column,
            "code",
            needed,
            read=notation.reader(cell.kind),
            unread=("知られていない地域", "no known place"),
        )
    if name == "unit":
        return Column(cell.column, "code", needed, read=_unit)
    if name in _NUMBERS:
        return Column(cell.column, "text", read=lambda text: notation.plain(text).replace("-", "").replace(" ", ""))
    if name in WORDS or cell.words:
        words = ("対応表にない語", "a word that the mapping does not know")
        return Column(cell.column, "code", needed, read=_by_words(name, cell), unread=words)
    if name == "indicator":
        return Column(cell.column, "code", needed, read=_named)
    return Column(cell.column, "text", needed, empty=mapping.empty, read=_named)


def _of_value(mapping: Mapping, value: Value) -> Column:
    read = notation.reader("number", value.unit, value.times)
    high = None
    if value.unit and mapping.becomes != OBSERVATIONS:
        high = _MOST / (float(vocabulary.table("units")[value.unit]["scale"]) * 10**mapping.minor_unit)
    return Column(
        value.column, "number", low=None if high is None else -high, high=high, empty=mapping.empty, read=read,
        unread=("この単位の数として読めない", "no number in the unit of the column"),
    )  # fmt: skip


def _named(text: str) -> str | None:
    return " ".join(notation.plain(text).split())


def _unit(text: str) -> str | None:
    """Return a unit as ``JPY*1000``: its id and how many of it one is; one that is not known stands as it is."""
    found = notation.column_unit(text)
    if found is None:
        return notation.plain(text).replace("*", " ")
    return found[0] if found[1] == 1.0 else f"{found[0]}*{found[1]:g}"


def _by_words(name: str, cell: Cell) -> Callable[[str], str | None]:
    known = {notation.plain(text): word for text, word in cell.words.items()}
    if name in WORDS:
        for word in vocabulary.table(WORDS[name]):
            for text in (word.id, word.ja, word.en):
                known.setdefault(notation.plain(text), word.id)
    return lambda text: known.get(notation.plain(text), cell.otherwise or None)


def _left_out(mapping: Mapping) -> list[Rule]:
    def rule(left: Aside) -> Rule:
        texts = [" ".join(notation.plain(text).split()) for text in left.texts]

        def fault() -> pl.Expr:
            return pl.col(left.column).str.strip_chars().is_in([*texts, *left.texts])

        return Rule(left.ja, left.en, fault)

    return [rule(left) for left in mapping.aside]


def _numbers_fail(mapping: Mapping) -> list[Rule]:
    def rule(column: str) -> Rule:
        def fault() -> pl.Expr:
            return pl.col(column).is_not_null() & corporate_number_fails(column)

        return Rule("法人番号の検査用数字が合わない", "a corporate number that fails its check digit", fault)

    return [rule(cell.column) for name, cell in mapping.fields.items() if name in _NUMBERS and cell.column]


def _outside(mapping: Mapping) -> list[Rule]:
    """Set rows aside whose money stands in a quarter that no ledger has."""
    columns = {cell.column for name, cell in _fields(mapping) if name == "period" and cell.column}
    if mapping.becomes == OBSERVATIONS:
        return []

    def rule(column: str) -> Rule:
        def fault() -> pl.Expr:
            year = quarter_of(pl.col(column), mapping.begins).str.slice(0, 4).cast(pl.Int32, strict=False)
            return ~year.is_between(_FIRST, _LAST)

        return Rule("台帳の期間（1980～2100年）の外", "outside the years of a ledger (1980 to 2100)", fault)

    return [rule(column) for column in sorted(columns)]


def _not_joined(mapping: Mapping) -> list[Rule]:
    """Set rows aside whose flow does not go from the class of the payer to that of the payee."""
    if mapping.becomes != FLOWS:
        return []
    joined = {
        f"{flow.id}|{payer}|{payee}"
        for flow in vocabulary.table("flows")
        for payer in flow.list("from_classes")
        for payee in flow.list("to_classes")
    }
    rules = []
    for fields in {id(value.fields): value.fields for value in mapping.values}.values():
        ends = [fields[name] for name in ("flow", "from_class", "to_class")]

        def fault(ends: list[Cell] = ends) -> pl.Expr:
            return ~pl.concat_str([text_of(cell) for cell in ends], separator="|").is_in(sorted(joined))

        rules.append(Rule("流れがこの区分の間を結ばない", "a flow that does not join these classes", fault))
    return rules


def _checks(mapping: Mapping, given: pl.LazyFrame) -> list[Check]:
    """Return that each observation stands once."""
    if mapping.becomes != OBSERVATIONS:
        return []
    rows = rows_of(mapping, given).observations
    assert rows is not None
    keys = rows.select("indicator", "place", "period", "status", "qualifier")
    count, once = keys.select(pl.len(), pl.struct(pl.all()).n_unique().alias("once")).collect().row(0)
    return [
        Check("同じ指標・地域・時点の行が一つである割合",
              "share of rows with an indicator, place and period of their own",
              once / count if count else 1.0, "equals", 1.0)
    ]  # fmt: skip
