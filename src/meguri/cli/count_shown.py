"""The tables of ``meguri count`` for people: the rules, what one of them needs, and what was counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.cli.language import language, text
from meguri.cli.output import Format, emit, number, print_table, say, write_json
from meguri.cli.terms import kind_named

if TYPE_CHECKING:
    from meguri.counting import Rule
    from meguri.observatory.counting import Result


#: Columns that hold years.
YEARS = ("year", "placed", "base_year")


def _said(pair: tuple[str, str]) -> str:
    return pair[0] if language() == "ja" else pair[1]


def listed(as_json: bool, form: Format, output: Path | None) -> None:
    """Print the rules with what they read."""
    from meguri.observatory.counting import rules

    rows = [
        {"id": rule.id, "ja": rule.ja, "en": rule.en, "slide": rule.slide or None,
         "tables": [table.name for table in rule.tables], "ledger": rule.of_ledger is not None,
         "formula": rule.formula}
        for rule in rules()
    ]  # fmt: skip
    if as_json or form is not Format.table:
        emit(rows, list(rows[0]), as_json, form, output, title="rules")
        return
    shown_rows = [
        {**row, "tables": " | ".join(table.name for table in rule.tables)}
        for row, rule in zip(rows, rules(), strict=True)
    ]
    headings = text("ID|名称|頁|表|元帳でも", "id|name|slide|tables|on ledgers").split("|")
    emit(shown_rows, ["id", language(), "slide", "tables", "ledger"], headings=headings, output=output)
    say(text("必要な列と選択項目：meguri count ID", "columns and options: meguri count ID"))


def declared(identifier: str, as_json: bool) -> None:
    """Print what a rule reads, what can be chosen, and how it counts."""
    from meguri.observatory.counting import rule_named

    rule = rule_named(identifier)
    if as_json:
        write_json(_declaration(rule))
        return
    print(f"{rule.id}: {_said((rule.ja, rule.en))}")
    print(rule.formula)
    print(_said((rule.source_ja, rule.source_en)) + text(f"（{rule.slide}頁）", f" (slide {rule.slide})"))
    for table in rule.tables:
        rows = [
            {"name": column.name, "type": kind_named(column.type), "what": _said((column.ja, column.en)),
             "may": text("列がなくてもよい", "may lack") if column.optional else
             text("空欄は取り分ける", "empty: set aside") if column.needed else text("空欄可", "may be empty")}
            for column in table.columns
        ]  # fmt: skip
        title = text("表", "table") + f" {table.name}: {_said((table.ja, table.en))}"
        print_table(
            rows, text("列|型|内容|空欄", "column|type|what|empty").split("|"), ["name", "type", "what", "may"], title
        )
    rows = [
        {"name": one.name, "default": "" if one.default is None else str(one.default), "what": _said((one.ja, one.en)),
         "allowed": " | ".join(f"{name} ({_said(words)})" for name, words in one.choices.items()) or _range(one)}
        for one in rule.options
    ]  # fmt: skip
    if rows:
        headings = text("選択項目|既定|内容|使える値", "option|default|what|allowed").split("|")
        print_table(
            rows, headings, ["name", "default", "what", "allowed"], text("選択項目（--set）", "options (--set)")
        )
    for caveat in rule.caveats:
        say(text("注意：", "Note: ") + _said(caveat))


def _range(option: Any) -> str:
    return "" if option.low is None else f"{number(option.low)}–{number(option.high)}"


def _declaration(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.id, "ja": rule.ja, "en": rule.en, "formula": rule.formula, "slide": rule.slide,
        "source_ja": rule.source_ja, "source_en": rule.source_en, "facts": list(rule.facts),
        "ledger": rule.of_ledger is not None,
        "tables": [
            {**table.__dict__, "columns": [column.__dict__ for column in table.columns]} for table in rule.tables
        ],
        "options": [one.__dict__ for one in rule.options],
        "sections": {name: {"ja": ja, "en": en} for name, (ja, en) in rule.sections.items()},
        "caveats": [{"ja": ja, "en": en} for ja, en in rule.caveats],
    }  # fmt: skip


def shown(result: Result, sections: dict[str, list], limit: int, quarantine: bool) -> None:
    """Print the sections, what became of the rows, and what to mind."""
    for name, rows in sections.items():
        if rows:
            _section(_said(result.rule.sections[name]), rows, limit)
        if len(rows) > limit:
            left = f"{len(rows) - limit:,}"
            say(
                text(
                    f"ほか{left}行（すべては --limit、--format csv --section {name}）",
                    f"{left} more rows (all: --limit, --format csv --section {name})",
                )
            )
    for one in result.rows:
        used, left, aside = f"{one.used:,}", f"{one.left_out:,}", f"{one.aside:,}"
        print(
            text(
                f"{one.file}：入力 {one.rows:,} 行＝使用 {used} 行＋対象外 {left} 行＋取り分け {aside} 行",
                f"{one.file}: {one.rows:,} rows in = {used} used + {left} left out + {aside} set aside",
            )
        )
    if quarantine and result.aside.height:
        headings = text("ファイル|行|理由|内容", "file|line|reason|text").split("|")
        print_table(result.aside.head(limit).to_dicts(), headings, ["name", "line", f"reason_{language()}", "text"])
    elif result.aside.height:
        say(text("取り分けた行と理由：--quarantine", "rows set aside, and why: --quarantine"))
    for note in result.notes:
        say(text("注意：", "Note: ") + (note.ja if language() == "ja" else str(note)))
    for named in result.attributions:
        print(named.ja if language() == "ja" else str(named))


def _cell(name: str, value: Any) -> Any:
    """Return a cell as people read it: years without separators, words in their language."""
    from meguri.counting._labels import WORDS

    if name in YEARS and value is not None:
        return str(value)
    return _said(WORDS[value]) if isinstance(value, str) and value in WORDS else value


def _section(title: str, rows: list[dict[str, Any]], limit: int) -> None:
    from meguri.counting._labels import LABELS

    names = list(dict.fromkeys(name for row in rows for name in row))
    other = "en" if language() == "ja" else "ja"
    if language() in names:  # a label stands beside its id: people get the label
        names = [name for name in names if name not in (other, "step", "verdict")]
    names = [name for name in names if any(row.get(name) not in (None, "") for row in rows)]
    plain = [{name: _cell(name, value) for name, value in row.items()} for row in rows[:limit]]
    print_table(plain, [_said(LABELS.get(name, (name, name))) for name in names], names, title)
