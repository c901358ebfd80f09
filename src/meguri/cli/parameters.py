"""``meguri parameters``: the numbers that the model reads, as a table and as a file that ``--parameters`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from meguri.cli.asking import Asked, request_of
from meguri.cli.language import language, text
from meguri.cli.options import Country, Institution, Json, Lang, Output, TableFormat, option
from meguri.cli.output import Format, csv_file, emit, save, workbook, write_json
from meguri.cli.terms import spoken
from meguri.errors import InputError

HELP = text(
    "係数の一覧と、編集して --parameters で読み込めるファイル。", "The numbers of the model, and files to edit them."
)
app = typer.Typer(no_args_is_help=True, help=HELP)
World = Annotated[str, typer.Argument(help=text("シナリオ", "Scenario: a name or a .toml file"))]
Filter = Annotated[
    str | None, option("--mechanism", ja="メカニズムを一つに絞る", en="Only the parameters of one mechanism")
]
Evidence = Annotated[
    str | None, option("--evidence", ja="根拠の種類で絞る", en="Only one class of evidence, for example remembered")
]


@app.command("list", help=text("係数の一覧を示す。", "List the parameters."))
def listed(
    world: World = "baseline",
    mechanism: Filter = None,
    evidence: Evidence = None,
    country: Country = None,
    institution: Institution = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """List the parameters of a scenario."""
    from meguri.model.parameter_file import COLUMNS

    rows = _rows(world, country, institution, mechanism, evidence)
    if as_json or form is not Format.table:
        emit(rows, COLUMNS, as_json, form, output, title="parameters")
        return
    columns = ("id", language(), "value", "unit", "low", "high", "evidence", "layer")
    headings = text("ID|名称|値|単位|下限|上限|根拠|設定", "id|name|value|unit|low|high|evidence|set by").split("|")
    emit(spoken(rows), columns, headings=headings, output=output)


@app.command(
    "export",
    help=text("編集用のファイルに書き出す（.xlsx、.csv、.toml）。", "Write a file to edit (.xlsx, .csv, .toml)."),
)
def export(
    file: Annotated[Path, typer.Argument(help=text("書き出すファイル", "File to write"), dir_okay=False)],
    world: World = "baseline",
    mechanism: Filter = None,
    evidence: Evidence = None,
    country: Country = None,
    institution: Institution = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the parameters to a file that ``--parameters`` reads back."""
    from meguri.model.parameter_file import COLUMNS, SUFFIXES, write_toml

    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            f"'{file}' must end in {', '.join(SUFFIXES)}",
            f"「{file}」の拡張子は次のいずれかにしてください：{', '.join(SUFFIXES)}",
        )
    rows = _rows(world, country, institution, mechanism, evidence)
    writers: dict[str, Any] = {
        ".xlsx": lambda path: workbook(path, rows, COLUMNS, "parameters"),
        ".csv": lambda path: csv_file(path, rows, COLUMNS),
        ".toml": lambda path: write_toml(path, rows),
    }
    save(file, writers[suffix])
    if as_json:
        write_json({"file": str(file), "parameters": len(rows)})
    else:
        print(text(f"{file}：{len(rows)}件", f"{file}: {len(rows)} parameters"))


@app.command(
    "evidence",
    help=text("国ごとに、数値の根拠の種類を数える。", "Count the numbers of each country by class of evidence."),
)
def counted(
    country: Country = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Count the numbers of each country by class of evidence."""
    from meguri import vocabulary
    from meguri.model.evidence import evidence_by_country
    from meguri.observatory import places

    rows = evidence_by_country(places.country(country) if country is not None else "")
    classes = vocabulary.table("evidence")
    headings = [
        text("国", "country"),
        text("係数", "numbers"),
        *(word.label(language()) for word in classes),
        text("パックの値", "values of the pack"),
        text("うち記憶", "of these remembered"),
    ]
    plain = form is Format.table and not as_json
    emit(rows, list(rows[0]), as_json, form, output, headings if plain else None, "evidence")


def _rows(
    world: str, country: str | None, institution: list[str] | None, mechanism: str | None, evidence: str | None
) -> list[dict[str, Any]]:
    from meguri import vocabulary
    from meguri.model.parameter_file import parameter_rows
    from meguri.registry import shelf

    if mechanism is not None:
        shelf("meguri.mechanisms")[mechanism]
    if evidence is not None:
        vocabulary.table("evidence")[evidence]
    request = request_of(world, Asked(country=country, institution=institution))
    return [
        row
        for row in parameter_rows(request.base)
        if (mechanism is None or row["id"].startswith(f"{mechanism}.")) and evidence in (None, row["evidence"])
    ]
