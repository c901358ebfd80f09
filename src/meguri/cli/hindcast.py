"""``meguri hindcast``: years that a run never saw, beside what was observed, persistence and a fitted trend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from meguri.cli.asking import Asked, request_of
from meguri.cli.language import language, text
from meguri.cli.options import (
    Country,
    Jobs,
    Json,
    Lang,
    Members,
    On,
    Scale,
    Seed,
    Set,
    Shelf,
    World,
    option,
)
from meguri.cli.output import number, print_table, write_json
from meguri.cli.progress import run_with_progress

if TYPE_CHECKING:
    from meguri.calibrate.hindcast import Row
    from meguri.calibrate.known import Known
    from meguri.model.draws import Draws

HELP = text(
    "ある年までに知られたことだけで走らせ、その後の年を予測して、実績・据え置き・直線の延長と比べる。",
    "Run with what was known by a year, predict the years after it, and compare with what was observed, with "
    "persistence and with a fitted trend.",
)
KnownBy = Annotated[
    int | None,
    option(
        "--known-by",
        metavar="YEAR",
        ja="知られている最後の年（既定：国のパックが定める年）",
        en="Last year that is known (default: as the country's pack says)",
    ),
]
#: Draws of the prior that a hindcast runs where nothing else is asked for, and members where draws are a file.
DRAWS = 32
Table = Annotated[
    str | None,
    option(
        "--draws",
        metavar="TABLE[:N]",
        ja="係数の分布：prior:32、または meguri calibrate --known-by の事後分布のファイル（既定：prior:32）",
        en="Where numbers come from: prior:32, or the posterior of meguri calibrate --known-by (default: prior:32)",
    ),
]


def command(
    world: World = "baseline",
    known_by: KnownBy = None,
    draws: Table = None,
    country: Country = None,
    scale: Scale = None,
    members: Members = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Shelf = Path("runs"),
    values: Set = None,
    on: On = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Predict the years after a known year."""
    from dataclasses import asdict, replace

    from meguri.calibrate import hindcast
    from meguri.calibrate.known import known_by as known_in

    asked = Asked(country=country, scale=scale, seed=seed, jobs=jobs, keep="indicators", values=values, on=on)
    request = request_of(world, asked)
    known = known_in(request, known_by)
    last = f"{known.known_by + known.horizon + 1}Q1"
    table = _draws(draws or f"prior:{DRAWS}", known)
    asked_for = replace(known.request, last=last, draws=table, members=members or len(table))
    folder = run_with_progress(asked_for, out, asked.at_once, as_json, asked.where).folder
    rows = hindcast.rows(folder, known)
    together = hindcast.summary(rows, known)
    if as_json:
        what = {"scale": asked_for.scale, "members": asked_for.members, "drawn_from": table.origin}
        write_json({"run": str(folder), **what, "rows": [asdict(row) for row in rows], "summary": together})
        return
    _print(rows)
    for line in _together(together):
        print(line)
    print(text(f"実行結果：{folder}", f"run: {folder}"))


def _draws(name: str, known: Known) -> Draws:
    """Return the draws that are asked for: from the priors of what may be fitted, or from a file."""
    from meguri.errors import InputError
    from meguri.model.draws import drawn, from_file

    table, _, count = name.rpartition(":") if name.rpartition(":")[2].isdigit() else (name, "", "")
    if table == "prior":
        return drawn(known.free, int(count) if count else DRAWS, known.request.seed)
    if not Path(table).is_file():
        raise InputError(
            f"--draws '{name}' is neither prior:N nor a file (.parquet, .csv)",
            f"--draws「{name}」は、prior:Nでも、ファイル（.parquet、.csv）でもありません",
        )
    return from_file(Path(table), known.request.base.specs, int(count) if count else None)


def _print(rows: list[Row]) -> None:
    from meguri.indicators import family, member
    from meguri.registry import shelf
    from meguri.reports.numbers import bound, show

    said: Any = "ja" if language() == "ja" else "en"
    known = shelf("meguri.indicators")

    def label(row: Row) -> str:
        if family(row.indicator) not in known:
            return row.indicator
        return getattr(member(known[family(row.indicator)], row.indicator), said)

    def shown(value: float | None, row: Row) -> str:
        return "—" if value is None else show(value, row.unit, said)

    def band(row: Row) -> str:
        if row.low is None or row.high is None:
            return "—"
        return f"{bound(row.low, row.unit, said)}–{bound(row.high, row.unit, said)}"

    table = [
        {
            "label": label(row),
            "period": row.period,
            "judge": text("伸び", "growth") if row.judge == "growth" else text("水準", "level"),
            "observed": shown(row.observed, row),
            "median": shown(row.median, row),
            "band": band(row),
            "persistence": shown(row.persistence, row),
            "trend": shown(row.trend, row),
            "better": "—" if row.better is None else text("○", "yes") if row.better else text("×", "no"),
        }
        for row in rows
    ]
    headings = text(
        "指標|時点|比べるもの|実績|中央値|90%の範囲|据え置き|直線の延長|両方より近いか",
        "indicator|period|judged by|observed|median|90% band|persistence|trend|nearer than both?",
    ).split("|")
    columns = ("label", "period", "judge", "observed", "median", "band", "persistence", "trend", "better")
    print_table(table, headings, columns, whole=("period", "observed", "median", "band"))


def _together(found: dict[str, Any]) -> list[str]:
    """Return the lines under the table."""
    share = "—" if found["share"] is None else f"{100 * found['share']:.0f}%"
    wanted = f"{100 * found['wanted']:.0f}%"
    lines = [
        text(
            f"据え置きと直線の延長の両方に勝った指標：{found['counted']}のうち{found['won']}（{share}、目標{wanted}）。"
            f"実行が値を出さない指標：{found['counted'] - found['given']}",
            f"series won against persistence and trend: {found['won']} of {found['counted']} "
            f"({share}; wanted {wanted}); {found['counted'] - found['given']} are not given by the run",
        ),
        text("区分ごと：", "by group: ")
        + text("、", ", ").join(f"{name} {one['won']}/{one['counted']}" for name, one in found["groups"].items()),
        text(
            f"90%の範囲に入った実績：{found['coverage']['rows']}のうち{found['coverage']['inside']}",
            f"90% bands hold {found['coverage']['inside']} of {found['coverage']['rows']} observed values",
        ),
    ]
    for rival, ja, en in (("persistence", "据え置き", "persistence"), ("trend", "直線の延長", "the trend")):
        score = found[f"score_to_{rival}"]
        if score["value"] is not None:
            ratio = number(round(score["value"], 2))
            lines.append(
                text(
                    f"区間スコアの比（{ja}に対して、{score['rows']}行の幾何平均。1未満ならよい）：{ratio}",
                    f"interval score over that of {en}, geometric mean of {score['rows']} rows "
                    f"(below 1 is better): {ratio}",
                )
            )
    return lines
