"""``meguri index``: a composite index ranked from data, how far its ranks depend on the choices, and what-ifs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.index_shown import did, label, show_choices, show_result
from meguri.cli.language import language, text
from meguri.cli.options import Json, Lang, Output, TableFormat, option
from meguri.cli.output import Format, emit, say, write_json
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.observatory.index.declaration import Index
    from meguri.observatory.index.pipeline import Result
    from meguri.observatory.index.table import Table
    from meguri.observatory.index.uncertainty import Uncertainty

HELP = text(
    "複合指標：定義ファイルとデータから得点と順位を計算し、計算方法の選び方による順位の幅と、分野を上げたときの変化を示す。",
    "A composite index: scores and ranks from a declaration and data, how far ranks depend on the choices made, and "
    "which area would move an economy most.",
)
File = Annotated[
    str, typer.Argument(metavar="INDEX", help=text("定義：gii、imd、または.tomlファイル", "gii, imd, or a .toml file"))
]
Data = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DATA.csv|WORLD]",
        help=text(
            "データ（1行に1か国・地域）、または observatory:出典", "The data: one row an economy, or observatory:SOURCE"
        ),
    ),
]
Draws = Annotated[
    int | None,
    option(
        "--uncertainty", metavar="N", ja="順位の幅を求める試行の数", en="Draws for rank intervals and variance shares"
    ),
]
WhatIf = Annotated[
    str | None,
    option(
        "--what-if",
        metavar="PLACE",
        ja="この国・地域の分野を一つずつ上げたときの順位と得点",
        en="Score and rank of this economy with each area raised in turn",
    ),
]
Place = Annotated[
    str | None,
    option(
        "--place",
        metavar="PLACE",
        ja="順位の分散を分解する国・地域（既定：全体の平均的な変動）",
        en="Whose rank the variance shares explain (default: the mean shift of all)",
    ),
]
By = Annotated[
    float, option("--by", ja="上げる幅（得点の単位、既定：1）", en="By how much, in units of the score (default: 1)")
]
Year = Annotated[
    int | None, option("--year", ja="資料にあるその年の順位", en="What the document says of the rank in this year")
]
Choose = Annotated[
    list[str] | None,
    option(
        "--choose",
        metavar="STEP=ALTERNATIVE",
        ja="手順の選択を替える（例：aggregation=geometric）。複数可",
        en="Take another alternative at a step (aggregation=geometric); repeatable",
    ),
]
Steps = Annotated[
    bool, option("--steps", ja="各手順がどの値に何をしたかを示す", en="Show what each step did to which value")
]
Seed = Annotated[int, option("--seed", ja="乱数の種（既定：1）", en="Seed of the draws (default: 1)")]


def command(
    index: File,
    data: Data = None,
    uncertainty: Draws = None,
    what_if: WhatIf = None,
    place: Place = None,
    by: By = 1.0,
    year: Year = None,
    choose: Choose = None,
    steps: Steps = False,
    seed: Seed = 1,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Rank economies, or say what an index consists of."""
    from meguri.observatory.index import declaration
    from meguri.observatory.index.pipeline import compute, economy_named
    from meguri.observatory.index.uncertainty import uncertainty as spread_of
    from meguri.observatory.index.what_if import what_if as raised

    if year is not None:
        if data is not None:
            raise InputError(
                "--year says what the document prints; it goes without a data file",
                "--yearは資料に記載されている順位を示すものであり、データのファイルと一緒には使えません",
            )
        _printed(index, year, place or "", as_json)
        return
    declared = declaration.read(index)
    given = _given(choose)
    if data is None:
        if uncertainty is not None or what_if or steps:
            raise InputError(
                "--uncertainty, --what-if and --steps need a data file: meguri index INDEX DATA.csv",
                "--uncertainty、--what-if、--stepsにはデータのファイルが必要です：meguri index INDEX DATA.csv",
            )
        _contents(declared, given, as_json, form, output)
        return
    if seed < 0:
        raise InputError(f"--seed {seed} must not be negative", f"--seed {seed}：負の数は使えません")
    result = compute(declared, _table(data, declared), given)
    sections = [("ranking", _ranking(result))]
    if steps:
        sections.append(("changes", [change.__dict__ for change in result.changes]))
    if what_if:
        chosen = economy_named(result, what_if)
        sections.append(("what_if", [row.__dict__ for row in raised(result, chosen, by)]))
    found = None
    if uncertainty is not None:
        about = place or what_if
        found = spread_of(
            declared, result.table, uncertainty, economy_named(result, about) if about else "", seed, given
        )
        sections.append(("intervals", [row.__dict__ for row in found.intervals]))
    if as_json:
        write_json(_json(result, dict(sections), found))
    elif form is not Format.table:
        name, rows = sections[-1]
        emit(rows, list(rows[0]) if rows else [], form=form, output=output, title=name)
    else:
        show_result(result, dict(sections), found, by)


def _table(data: Path, declared: Index) -> Table:
    """Read the data from a file or from what was imported, of which the period is said."""
    from meguri.observatory.index import from_observations, table
    from meguri.observatory.worlds import is_observatory

    if not is_observatory(str(data)):
        return table.read(data, declared)
    found, period = from_observations.read(str(data), declared)
    say(text(f"{data}の{period}の値", f"values of {data} in {period}"))
    return found


def _given(choose: list[str] | None) -> dict[str, str]:
    given = {}
    for word in choose or []:
        step, sign, choice = word.partition("=")
        if not sign:
            raise InputError(
                f"--choose takes STEP=ALTERNATIVE, not '{word}'",
                f"--chooseは STEP=ALTERNATIVE（手順=選択肢）の形で書いてください。「{word}」は使えません",
            )
        if step.strip() in given:
            raise InputError(
                f"--choose names the step '{step.strip()}' twice", f"--chooseに手順「{step.strip()}」が二度あります"
            )
        given[step.strip()] = choice.strip()
    return given


def _printed(index: str, year: int, place: str, as_json: bool) -> None:
    """Print what the document says of a rank, with the number of economies and the doubts about it."""
    from meguri.observatory.index import printed
    from meguri.observatory.places import country

    rank, method = printed.rank(index, year, country(place) if place else ""), printed.method(index)
    doubts = [label(caveat) for caveat in (*rank.caveats, *method.caveats)]
    if as_json:
        write_json(
            {
                "index": index, "place": rank.place, "year": year, "rank": rank.said("en"), "low": rank.low,
                "high": rank.high, "item": rank.item, "economies": method.economies, "economies_year": method.year,
                "areas_ja": method.areas_ja, "areas_en": method.areas_en, "caveats": doubts,
            }
        )  # fmt: skip
        return
    print(rank.said(language()))
    counted = text(
        f"対象 {method.economies}か国・地域（{method.year}年）", f"{method.economies} economies ({method.year})"
    )
    say(f"{index} {rank.place} {year}: {counted}. {rank.item}".rstrip())
    for doubt in doubts:
        say(text("注意：", "Note: ") + doubt)


def _contents(declared: Index, given: dict[str, str], as_json: bool, form: Format, output: Path | None) -> None:
    """Print the hierarchy of an index with its weights, and the alternative of each step."""
    from meguri.observatory.index.means import shares, weights

    choices = declared.chosen(given)
    share = shares(declared, weights(declared, choices["weights"]))
    parents = {part: node.id for node in declared.nodes for part in node.parts}
    rows = [
        {
            "id": node.id, "ja": node.ja, "en": node.en, "in": parents.get(place, ""), "weight": node.weight,
            "share": float(share[place]), "column": node.column,
            "better": "" if node.parts else "higher" if node.direction > 0 else "lower",
        }
        for place, node in enumerate(declared.nodes)
    ]  # fmt: skip
    if as_json:
        write_json({"index": declared.id, "source": declared.source, "choices": choices, "nodes": rows})
        return
    if form is not Format.table:
        emit(rows, list(rows[0]), form=form, output=output, title=declared.id)
        return
    headings = text(
        "ID|名称|上位の分野|ウエイト|全体に占める割合|列", "id|name|in|weight|share of the whole|column"
    ).split("|")
    emit(
        rows,
        ["id", language(), "in", "weight", "share", "column"],
        headings=headings,
        title=label(declared),
        output=output,
    )
    show_choices(choices, None)


def _ranking(result: Result) -> list[dict[str, Any]]:
    """Return one row an economy, the first first; those left out follow without a rank."""
    import numpy as np

    index = result.index
    areas = list(index.nodes[-1].parts)
    rows = []
    for n in np.argsort(result.ranks, kind="stable"):
        economy, label = result.prepared.economies[n], result.table.labels[result.prepared.rows[n]]
        row = {"rank": _whole(result.ranks[n]), "economy": economy, "label": label, "score": float(result.scores[n])}
        rows.append(row | {index.nodes[place].id: float(result.nodes[n, place]) for place in areas})
    for n, place in enumerate(result.prepared.left_out):
        if place >= 0:
            row = {"rank": None, "economy": result.table.economies[n], "label": result.table.labels[n], "score": None}
            rows.append(row | {index.nodes[area].id: None for area in areas})
    return rows


def _whole(rank: float) -> float | int:
    return int(rank) if rank == int(rank) else float(rank)


def _json(result: Result, sections: dict[str, list], found: Uncertainty | None) -> dict[str, Any]:
    table = result.table
    content: dict[str, Any] = {
        "index": result.index.id,
        "ranked": len(result.prepared.economies),
        "left_out": [table.economies[n] for n, place in enumerate(result.prepared.left_out) if place >= 0],
        "steps": [
            {"step": step, "choice": choice, "did": did(result, step)} for step, choice in result.choices.items()
        ],
        "unused_columns": table.unused,
        "encoding": table.encoding,
        **sections,
    }
    if found:
        content["uncertainty"] = {
            "of": found.of, "draws": found.draws, "seed": found.seed, "weight_spread": found.weight_spread,
            "varied": dict(found.varied), "mean_shift": found.mean_shift,
            "shares": [share.__dict__ for share in found.shares],
        }  # fmt: skip
    return content
