"""``meguri count``: how the document counts, on files that a user has, on imports and on runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.count_shown import declared, listed, shown
from meguri.cli.imports import Store
from meguri.cli.language import text
from meguri.cli.options import Json, Lang, NoLinks, Output, Shelf, TableFormat, at_least_one, option
from meguri.cli.output import Format, emit, write_json
from meguri.errors import InputError, unknown

if TYPE_CHECKING:
    from meguri.observatory.counting import Result

HELP = text(
    "資料の数え方（パテントファミリー、負担と使用、規模区分など）で数える：手元のファイル、取り込み、実行結果。",
    "Count as the document does (patent families, funders and performers, size classes …): files, imports, runs.",
)
#: Rows of a section that a table for people shows, and rows set aside that JSON holds.
LIMIT, ASIDE = 40, 1000


def command(
    rule: Annotated[str | None, typer.Argument(metavar="[RULE]", help=text("数え方のID", "Id of a rule"))] = None,
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA]...",
            help=text(
                "ファイル、observatory:出典、または実行結果。省くと必要な列と選択項目を示す",
                "Files, observatory:SOURCE or a run; without them the columns and options of the rule are shown",
            ),
        ),
    ] = None,
    listing: Annotated[bool, option("--list", ja="数え方の一覧を示す", en="List the rules")] = False,
    choose: Annotated[
        list[str] | None,
        option("--set", metavar="NAME=VALUE", ja="選択項目の値。複数可", en="Value of an option; repeatable"),
    ] = None,
    column: Annotated[
        list[str] | None,
        option(
            "--column",
            metavar="NAME=COLUMN",
            ja="数え方の列名＝ファイルの列名。複数可",
            en="How the file calls a column of the rule; repeatable",
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        option(
            "--where",
            metavar="COLUMN=TEXT[,TEXT]",
            ja="数える行：ファイルの列がその値の行だけ。複数可",
            en="Rows that count: those in which a column of the file holds a text; repeatable",
        ),
    ] = None,
    sheet: Annotated[
        list[str] | None,
        option(
            "--sheet",
            metavar="[FILE=]SHEET",
            ja="ブック（.xlsx）にシートが複数あるとき、読むシート。複数可",
            en="Sheet to read of a workbook (.xlsx) that has several; repeatable",
        ),
    ] = None,
    section: Annotated[
        str | None, option("--section", metavar="NAME", ja="示す部分だけを選ぶ", en="The only part to show")
    ] = None,
    limit: Annotated[int, option("--limit", ja="表に示す行数（既定：40）", en="Rows of a table (default: 40)")] = LIMIT,
    quarantine: Annotated[
        bool, option("--quarantine", ja="取り分けた行と理由を示す", en="Show the rows set aside, and why")
    ] = False,
    no_links: NoLinks = False,
    out: Shelf = Path("runs"),
    store: Store = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """List the rules, show one, or count."""
    at_least_one(limit)
    if listing or rule is None:
        listed(as_json, form, output)
        return
    if not data:
        declared(rule, as_json)
        return
    result = _counted(
        rule, data, _pairs("--set", choose), _pairs("--column", column), _pairs("--where", where), out, store,
        sheet or [], not no_links,
    )  # fmt: skip
    sections = dict(result.counted.sections)
    if section is not None:
        if section not in sections:
            raise unknown("table", section, sections)
        sections = {section: sections[section]}
    if as_json:
        write_json(_json(result, sections))
    elif form is not Format.table:
        name, rows = next(iter(sections.items())) if section else _main(result)
        emit(rows, _columns(rows), form=form, output=output, title=name)
    else:
        shown(result, sections, limit, quarantine)


def _counted(
    rule: str, data: list[str], options: dict, columns: dict, where: dict, out: Path, store: Any, sheets: list[str],
    links: bool,
) -> Result:
    from meguri.observatory.counting import count, is_file

    names: list[str] = []
    if not all(is_file(one) for one in data):
        from meguri.model.scenario import names as scenario_names

        names = scenario_names()
    texts = {name: [one.strip() for one in value.split(",")] for name, value in where.items()}
    return count(rule, data, options, columns, texts, out, names, store, sheets, links)


def _pairs(name: str, given: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in given or []:
        key, sign, value = (part.strip() for part in word.partition("="))
        if not sign or not key or not value:
            raise InputError(
                f"{name} takes NAME=VALUE, not '{word}'", f"{name} は 名前=値 の形で書いてください（「{word}」）"
            )
        if key in found:
            raise InputError(f"{name} names '{key}' twice", f"{name} に「{key}」が二度あります")
        found[key] = value
    return found


def _main(result: Result) -> tuple[str, list[dict[str, Any]]]:
    """Return the section that a file of rows holds where none is named: the longest."""
    return max(result.counted.sections.items(), key=lambda item: len(item[1]))


def _columns(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _json(result: Result, sections: dict[str, list]) -> dict[str, Any]:
    return {
        "rule": result.rule.id,
        "options": result.options,
        "world": list(result.worlds),
        "linked": {"organisations": result.linked[0], "counted_as": result.linked[1]},
        "files": [one.__dict__ for one in result.rows],
        "rows": {
            name: sum(getattr(one, name) for one in result.rows) for name in ("rows", "used", "left_out", "aside")
        },
        "sections": sections,
        "notes": [{"en": str(note), "ja": note.ja} for note in result.notes],
        "attribution": [{"en": str(one), "ja": one.ja} for one in result.attributions],
        "aside": result.aside.drop("file").head(ASIDE).to_dicts() if result.aside.height else [],
    }
