"""Counting rules on what a user has: tables in files, imports and runs; nothing of them is lost without being said.

Rows of a file are used, left out because ``where`` did not ask for them, or set aside with a reason; the three add up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from meguri import vocabulary
from meguri.counting import Counted, FromLedger, Option, Rule
from meguri.errors import InputError, Phrase, unknown
from meguri.observatory.counting_files import Rows, copies_said, read, schema
from meguri.observatory.counting_ledgers import ledger_tables, stated
from meguri.registry import shelf

#: Endings by which a file that does not exist is told from a world.
ENDINGS = (".csv", ".tsv", ".gz", ".zip", ".parquet", ".xlsx")
#: Kinds of number that an option takes.
_NUMBERS = (int, float)


@dataclass(frozen=True)
class Result:
    """What was counted, with what, and what became of the rows that were read.

    ``linked`` says how many linked organisations were counted as how many.
    """

    rule: Rule
    options: dict[str, Any]
    counted: Counted
    rows: list[Rows] = field(default_factory=list)
    aside: pl.DataFrame = field(default_factory=pl.DataFrame)
    worlds: tuple[str, ...] = ()
    attributions: tuple[Phrase, ...] = ()
    linked: tuple[int, int] = (0, 0)

    @property
    def notes(self) -> tuple[Phrase, ...]:
        """What to mind about this table, then what to mind always."""
        return (*self.counted.notes, *(Phrase(en, ja) for ja, en in self.rule.caveats))


def rules() -> list[Rule]:
    """Return the rules by name."""
    return list(shelf("meguri.counting"))


def rule_named(identifier: str) -> Rule:
    """Return a rule; raise InputError with the nearest names."""
    return shelf("meguri.counting")[identifier]


def count(
    rule: str,
    data: Sequence[str | Path],
    options: Mapping[str, Any] | None = None,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, Collection[str]] | None = None,
    runs: Path = Path("runs"),
    scenarios: Collection[str] = (),
    store: Path | None = None,
    sheets: Sequence[str] = (),
    links: bool = True,
) -> Result:
    """Count by a rule on files, on imports (``observatory:SOURCE``) or on runs.

    ``columns`` says how a file calls a column of the rule, ``where`` which rows of a file count: the texts that a
    column may hold; ``sheets`` names the sheet of a workbook that has several (``SHEET`` or ``FILE=SHEET``). Options
    that are not given take their defaults, for a ledger those that it asks for. Without ``links`` linked
    organisations of an import are counted apart. Raises InputError.
    """
    chosen = rule_named(rule)
    given = chosen_options(chosen, options or {})
    paths = [Path(one) for one in data if is_file(one)]
    names = [str(one) for one in data if not is_file(one)]
    if len(names) > 1:
        raise InputError(
            f"'{names[0]}' and '{names[1]}' are two worlds; a rule counts on one, with files beside it",
            f"「{names[0]}」と「{names[1]}」は二つの世界です。一つの世界とファイルだけを指定してください",
        )
    if not paths and not names:
        raise InputError(f"'{rule}' needs data: a file, observatory:SOURCE or a run",
                         f"「{rule}」にはデータ（ファイル、observatory:出典、実行結果）が必要です")  # fmt: skip
    if not paths and (columns or where or sheets):
        raise InputError("--column, --where and --sheet are about files; no file is given",
                         "--column、--where、--sheetはファイルについての指定です。ファイルがありません")  # fmt: skip
    everything = _defaults(chosen) | given
    found = FromLedger({})
    on = None
    if not names and not links:
        raise InputError(
            "--no-links is about imports (observatory:SOURCE); nothing is linked in files",
            "--no-linksは取り込んだデータ（observatory:出典）についての指定です。ファイルに名寄せはありません",
        )
    if names:
        on = ledger_tables(names[0], runs, scenarios, store, links)
        if chosen.of_ledger is None:
            raise InputError(
                f"'{names[0]}': no ledger holds what '{rule}' needs; give a file",
                f"「{names[0]}」：「{rule}」に必要な表は元帳にありません。ファイルを指定してください",
            )
        found = chosen.of_ledger(on.tables, everything)
        everything = _defaults(chosen) | dict(found.options) | given
        stated(chosen, found, names[0])
    with tempfile.TemporaryDirectory(prefix="meguri-count-") as folder:
        held, rows, aside = read(chosen, paths, columns or {}, where or {}, Path(folder), sheets)
    counted = chosen.compute(_together(chosen, found.tables, held), everything)
    notes = (*found.notes, *copies_said(rows), *counted.notes)
    if on is None:
        return Result(chosen, everything, Counted(counted.sections, notes), rows, aside)
    if on.of is not None and on.of.counted[0]:
        from meguri.observatory.linked import sentence

        notes = (*notes, *filter(None, [sentence([on.of])]))
    result = Counted(counted.sections, (*notes, *_currency(counted, on.tables.currency)))
    merged = on.of.counted if on.of is not None else (0, 0)
    return Result(chosen, everything, result, rows, aside, tuple(names), on.attributions, merged)


def _currency(counted: Counted, currency: str) -> list[Phrase]:
    """Return the sentence that says of what currency the amounts of a ledger are, where amounts were counted."""
    units = vocabulary.table("units")
    if currency not in units or not any("amount" in row for rows in counted.sections.values() for row in rows[:1]):
        return []
    name = Phrase(units[currency].en, units[currency].ja)
    return [Phrase(f"Currency: {name}.", f"通貨：{name.ja}。")]


def is_file(given: str | Path) -> bool:
    """Say whether data are a file: it exists as one, or its name has the ending of one that does not."""
    path = Path(given)
    return path.is_symlink() or path.is_file() or (not path.exists() and path.suffix in ENDINGS)


def _together(rule: Rule, of_world: Mapping[str, pl.DataFrame], of_files: Mapping[str, pl.DataFrame]):
    tables = {}
    for table in rule.tables:
        if table.name in of_world and table.name in of_files:
            raise InputError(
                f"the world and the file both hold the table '{table.name}' of '{rule.id}'",
                f"世界とファイルの両方に「{rule.id}」の表 {table.name} があります",
            )
        empty = schema(table)
        held = of_files.get(table.name, of_world.get(table.name))
        if held is None:
            tables[table.name] = pl.DataFrame(schema=empty)
            continue
        tables[table.name] = held.select(
            pl.col(name).cast(dtype) if name in held.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in empty.items()
        )
    return tables


def _defaults(rule: Rule) -> dict[str, Any]:
    return {option.name: option.default for option in rule.options}


def chosen_options(rule: Rule, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as their rule types them; raise InputError for one that does not exist or is out of range."""
    known = {option.name: option for option in rule.options}
    found = {}
    for name, value in given.items():
        if name not in known:
            raise unknown("option", name, known, Phrase(f"'{rule.id}'", f"「{rule.id}」"))
        found[name] = _value(known[name], value)
    return found


def _value(option: Option, value: Any) -> Any:
    if option.choices:
        if value not in option.choices:
            allowed = ", ".join(option.choices)
            raise InputError(
                f"{option.name}={value}: allowed are {allowed}", f"{option.name}={value}：使えるのは {allowed} です"
            )
        return value
    if not isinstance(option.default, _NUMBERS) and option.of != "number":
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    whole = isinstance(option.default, int) and not isinstance(option.default, bool) and number != int(number or 0)
    low = option.low if option.low is not None else float("-inf")
    high = option.high if option.high is not None else float("inf")
    if not low <= number <= high or whole:
        raise InputError(
            f"{option.name}={value}: a number from {low:g} to {high:g} is allowed",
            f"{option.name}={value}：使えるのは{low:g}から{high:g}までの数です",
        )
    return int(number) if isinstance(option.default, int) else number
